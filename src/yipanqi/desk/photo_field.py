"""Photos sent with a form of the office: newly chosen files and those taken in on an earlier try."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.files import receiving
from yipanqi.files.models import Photo
from yipanqi.files.selectors import is_sender
from yipanqi.kernel.actions import Refused
from yipanqi.people.models import User

MOST = 9


def taken(request: HttpRequest, user: User, kind: str = Photo.Kind.OTHER) -> tuple[list[Photo], str]:
    """The form's photos (fields `photos`: references, `photo_files`: files), and what was wrong with one, or "".

    Good files are kept even when another is refused, so that the form can show them again.
    """
    found = _kept(request.POST.getlist("photos"), user)
    problem = ""
    for file in request.FILES.getlist("photo_files"):
        if len(found) >= MOST:
            return found, _("一次最多 9 张照片，多出的没有收。")
        try:
            found.append(
                receiving.take_photo(
                    file, kind=kind, by=user, address=request.META.get("REMOTE_ADDR", ""), at=timezone.now()
                )
            )
        except Refused as refusal:
            problem = problem or f"{file.name}：{refusal}"
    return found, problem


def _kept(references: list[str], user: User) -> list[Photo]:
    wanted = []
    for text in references[:MOST]:
        try:
            wanted.append(UUID(text))
        except ValueError:
            continue
    return [p for p in Photo.objects.filter(uuid__in=wanted).order_by("id") if is_sender(user, p) and not p.is_attached]
