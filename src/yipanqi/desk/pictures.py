"""Photos of a case as its page shows them: the pair, those of each entry, and which of them the public sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.states import State
from yipanqi.desk import showing
from yipanqi.desk.selectors import SHOWS_BEFORE
from yipanqi.files.models import Photo
from yipanqi.people.models import User


def picture(photo: Photo) -> dict[str, Any]:
    """A photo for photo_pair.html and entry.html."""
    return {
        "id": str(photo.uuid),
        "thumb": reverse("files:picture", args=[photo.uuid, "thumb"]),
        "full": reverse("files:picture", args=[photo.uuid, "large"]),
        "alt": str(photo.get_kind_display()),
        "at": showing.moment(photo.taken_at or photo.uploaded_at),
        "by": photo.uploaded_by.name if photo.uploaded_by else "",
        "public": photo.is_public,
    }


def pair_of(photos: Iterable[Photo]) -> tuple[Photo | None, Photo | None]:
    """The first photo before and the last one after, those that the public sees first."""
    found = sorted(photos, key=lambda p: not p.is_public)
    before = [p for p in found if p.kind in SHOWS_BEFORE]
    after = [p for p in found if p.kind == Photo.Kind.AFTER]
    shown = [p for p in after if p.is_public]
    return before[0] if before else None, (shown or after)[-1] if after else None


def shown(case: Case, found: list[Photo], user: User) -> dict[str, Any]:
    """The pair on top, all others, what those who verify are told of each, and what the office may do about the public page."""
    flags: dict[str, list[cases.PhotoFlag]] = defaultdict(list)
    for flag in cases.photo_flags(case, user, found) or ():
        flags[flag.photo].append(flag)
    before, after = pair_of(found)
    rest = [p for p in found if p not in (before, after)]
    office = user.has_perm("files.publish_photo", after or before) if found else False
    return {
        "before": _flagged(before, flags) if before else None,
        "after": _flagged(after, flags) if after else None,
        "others": [_flagged(p, flags) for p in rest],
        "flagged": bool(flags),
        "public": any(p.is_public for p in found),
        "may_publish": bool(office and after and case.state == State.CLOSED),
        "may_withdraw": bool(office and any(p.is_public for p in found)),
        "choose_before": [picture(p) for p in found if p.kind in SHOWS_BEFORE],
        "choose_after": [picture(p) for p in found if p.kind == Photo.Kind.AFTER],
    }


def _flagged(photo: Photo, flags: dict[str, list[cases.PhotoFlag]]) -> dict[str, Any]:
    return {**picture(photo), "flags": flags.get(str(photo.uuid), [])}


def by_entry(moves: list[CaseMove], found: list[Photo]) -> dict[int, list[Photo]]:
    """Photos by the id of the move they came with; those that no move names stand with the entry that brought their kind."""
    known = {str(p.uuid): p for p in found}
    named = {move.pk: [known.pop(u) for u in move.data.get("photos", ()) if u in known] for move in moves}
    for photo in known.values():
        verbs = (
            ("resolve", "fix_on_the_spot", "verify_pass")
            if photo.kind == Photo.Kind.AFTER
            else ("report_case", "report", "report_by_resident")
        )
        home = next((m for m in reversed(moves) if m.verb in verbs), None) if photo.kind != Photo.Kind.OTHER else None
        if home is not None:
            named[home.pk].append(photo)
    return named


def of_case(case: Case) -> list[Photo]:
    """The case's photos, oldest first; the caller has checked that the case may be seen."""
    return list(cases.photos(case))
