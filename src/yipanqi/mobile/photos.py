"""Photos sent with a form of the phone: taken now, chosen, or kept from an earlier try."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yipanqi.files import receiving
from yipanqi.files.models import Photo
from yipanqi.files.selectors import is_sender
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.people.models import User

MOST = 9


def taken(request: HttpRequest, user: User, kind: str) -> tuple[list[Photo], list[str]]:
    """The form's photos (fields `photos`: references, `photo_files`: files) and what was wrong with others.

    Good ones are stored even where another is refused, so that none is lost and the form shows them again.
    """
    found, wrong = _kept(request.POST.getlist("photos"), user), []
    for file in request.FILES.getlist("photo_files"):
        if len(found) >= MOST:
            wrong.append(_("一次最多 9 张照片，多出的没有收。"))
            break
        try:
            found.append(
                receiving.take_photo(file, kind=kind, by=user, address=request.META.get("REMOTE_ADDR", ""), at=now())
            )
        except Refused as refusal:
            wrong.append(f"{file.name}：{refusal}")
    return found, wrong


def _kept(references: list[str], user: User) -> list[Photo]:
    wanted = []
    for text in references[:MOST]:
        try:
            wanted.append(UUID(text))
        except ValueError:
            continue
    return [p for p in Photo.objects.filter(uuid__in=wanted).order_by("id") if is_sender(user, p) and not p.is_attached]
