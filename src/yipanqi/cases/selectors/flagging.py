"""What those who verify should know about a case's photos: used before, taken at another time or place. Told with the
reason, never judged: a flag stops no move and is no accusation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yipanqi.cases.catalogue import PHOTO_ALIKE_BITS, PHOTO_EARLY_DAYS, PHOTO_FAR_METRES
from yipanqi.cases.models import Case
from yipanqi.cases.selectors.one import ever, metres_between, photos
from yipanqi.cases.selectors.seeing import SUBJECT, visible_to
from yipanqi.files.models import Photo, PhotoLikeness
from yipanqi.files.selectors import CLOCK_TOLERANCE, likenesses
from yipanqi.kernel.policy import policy_value

#: Photos that show the problem.
BEFORE = (Photo.Kind.BEFORE, Photo.Kind.REPORT, Photo.Kind.FINDING)
#: Other cases that are named beside one photo; a picture used a dozen times need not be told a dozen times.
MOST_CASES = 3


class PhotoFlag(NamedTuple):
    """Something to look at: `photo` is its uuid, `kind` one of `KINDS`, `text` the reason in words, `case` the number of the
    other case if there is one that may be seen."""

    photo: str
    kind: str
    text: str
    case: str | None = None


KINDS = ("same_as_before", "used_elsewhere", "taken_before_hand_over", "taken_long_before", "far_away")


def photo_flags(case: Case, user: Any, found: Sequence[Photo] | None = None) -> list[PhotoFlag] | None:
    """What is conspicuous about the case's photos, in their order; None for whoever may not verify it, the unit above all.

    Args:
        found: the case's photos, where they are at hand.
    """
    if not user.has_perm("cases.see_photo_flags", case):
        return None
    own = list(photos(case) if found is None else found)
    alike = likenesses(own, within=policy_value(PHOTO_ALIKE_BITS.key)) if own else {}
    others = _others(case, user, [one for many in alike.values() for one in many])
    flags = []
    for photo in own:
        seen = alike.get(photo.pk, [])
        reasons = (*_same_as_before(case, photo, seen), *_used_elsewhere(photo, seen, others), *_time(case, photo), *_place(case, photo))
        flags += [PhotoFlag(str(photo.uuid), *reason) for reason in reasons]
    return flags


#: Kind, words and other case of each flag.
Reasons = Iterator[tuple[str, str, str | None]]


def _same_as_before(case: Case, photo: Photo, alike: list[PhotoLikeness]) -> Reasons:
    """An after photo that is one of the photos before, sent again."""
    for one in alike:
        if photo.kind == Photo.Kind.AFTER and one.earlier.kind in BEFORE and _is_of(one.earlier, case.number):
            yield "same_as_before", _alike(photo, one, _("本案件")), None
            return


def _used_elsewhere(photo: Photo, alike: list[PhotoLikeness], others: dict[str, bool]) -> Reasons:
    """A photo that was there already, in another case."""
    told: list[str] = []
    for one in alike:
        number = one.earlier.subject_ref
        if one.earlier.subject_kind == SUBJECT and number in others and number not in told and len(told) < MOST_CASES:
            told.append(number)
            named = number if others[number] else None
            yield "used_elsewhere", _alike(photo, one, f" {named} " if named else _("另一案件")), named


def _time(case: Case, photo: Photo) -> Reasons:
    if photo.taken_at is None:
        return
    handed_over = min((part.dispatched_at for part in ever(case)), default=None)
    if photo.kind == Photo.Kind.AFTER and handed_over and photo.taken_at < handed_over - CLOCK_TOLERANCE:
        words = _("照片记录的拍摄时间 %(taken)s 早于交办时间 %(handed)s")
        yield "taken_before_hand_over", words % {"taken": _moment(photo.taken_at), "handed": _moment(handed_over)}, None
    days = (case.reported_at - photo.taken_at).days
    if photo.kind in BEFORE and days >= policy_value(PHOTO_EARLY_DAYS.key):
        words = _("照片记录的拍摄时间 %(taken)s 比登记早 %(days)s 天")
        yield "taken_long_before", words % {"taken": _moment(photo.taken_at), "days": days}, None


def _place(case: Case, photo: Photo) -> Reasons:
    at = (case.lon, case.lat) if case.lon is not None else (case.place.lon, case.place.lat) if case.place else None
    if photo.position is None or at is None:
        return
    metres = metres_between(*photo.position, *at)
    if metres > policy_value(PHOTO_FAR_METRES.key):
        yield "far_away", _("照片记录的拍摄位置距案件位置约 %(km)s 公里") % {"km": f"{metres / 1000:.1f}"}, None


def _others(case: Case, user: Any, alike: list[PhotoLikeness]) -> dict[str, bool]:
    """The numbers of the other cases in which the like photos are, and whether `user` may see each. What was merged is one
    problem, so a photo may well stand in both."""
    wanted = {one.earlier.subject_ref for one in alike if one.earlier.subject_kind == SUBJECT} - {case.number}
    if not wanted:
        return {}
    rows = Case.objects.filter(number__in=wanted).values_list("number", "pk", "merged_into_id")
    family = {case.pk, case.merged_into_id} - {None}
    numbers = [number for number, pk, merged_into in rows if not family & {pk, merged_into}]
    seen = set(visible_to(user, few=True).filter(number__in=numbers).values_list("number", flat=True))
    return {number: number in seen for number in numbers}


def _alike(photo: Photo, one: PhotoLikeness, where: str) -> str:
    if photo.sha256 == one.earlier.sha256:
        return _("与%(case)s的%(kind)s照片是同一文件") % {"case": where, "kind": one.earlier.get_kind_display()}
    words = _("与%(case)s的%(kind)s照片几乎相同（差异 %(bits)s/64）")
    return words % {"case": where, "kind": one.earlier.get_kind_display(), "bits": one.differing}


def _is_of(photo: Photo, number: str) -> bool:
    return (photo.subject_kind, photo.subject_ref) == (SUBJECT, number)


def _moment(at: dt.datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}"
