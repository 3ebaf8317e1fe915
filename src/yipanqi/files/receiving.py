"""What pages and API share: who asks, taking a sent file in, and the answer's facts about a photo."""

from datetime import datetime
from typing import Any, TypedDict
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime

from yipanqi.files import actions, images, intake, papers, selectors
from yipanqi.files.catalogue import VISITOR_PHOTOS
from yipanqi.files.models import Attachment, Photo
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.kernel.permissions import why_not

_VISITOR_KEY = "files_visitor"


class PhotoFacts(TypedDict):
    """What the sender of a photo is told."""

    id: str
    thumb_url: str
    large_url: str
    taken_at: datetime | None
    position: tuple[float, float] | None
    warnings: list[str]


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in user, or the visitor of this browser session (a session begins only when something is sent)."""
    user: Any = request.user
    if user.is_authenticated:
        return user  # type: ignore[no-any-return]
    key = request.session.get(_VISITOR_KEY) if hasattr(request, "session") else None
    return Visitor(key) if key else Visitor()


def sender_of(request: HttpRequest) -> Actor:
    """As ``actor_of``, but a visitor is given a key of their own, so that they see again what they sent."""
    actor = actor_of(request)
    if actor == Visitor():
        request.session[_VISITOR_KEY] = uuid4().hex
        actor = actor_of(request)
    return actor


def take_photo(file: UploadedFile, *, kind: str, by: Actor, address: str, at: datetime) -> Photo:
    """Checks, stores and records one sent photo. Permission and limits are asked before any work is done.

    Raises:
        Refused: not allowed, too many, or one of the sentences of ``images`` and ``storage``.
    """
    _allow("files.add_photo", by)
    if not getattr(by, "is_authenticated", False):
        VISITOR_PHOTOS.take(address, at)
    if (file.size or 0) > images.MAX_BYTES:
        raise images.PhotoTooLarge
    prepared = intake.prepare(file.read())
    return actions.add_photo(None, prepared=prepared, kind=kind, by=by, at=at)


def take_attachment(file: UploadedFile, *, by: Actor, at: datetime) -> Attachment:
    """Checks, stores and records one sent paper.

    Raises:
        Refused: not allowed, or one of the sentences of ``papers`` and ``storage``.
    """
    _allow("files.add_attachment", by)
    if (file.size or 0) > papers.MAX_BYTES:
        raise papers.AttachmentTooLarge
    prepared = intake.prepare_attachment(file.read(), file.name or "")
    return actions.add_attachment(None, prepared=prepared, by=by, at=at)


def photo_facts(photo: Photo) -> PhotoFacts:
    """What the sender of a photo is told: addresses of its pictures, its time and place, and what is doubtful."""
    return {
        "id": str(photo.uuid),
        "thumb_url": picture_url(photo, "thumb"),
        "large_url": picture_url(photo, "large"),
        "taken_at": localtime(photo.taken_at) if photo.taken_at else None,
        "position": photo.position,
        "warnings": selectors.doubts(photo),
    }


def picture_url(photo: Photo, size: str) -> str:
    """Address of a photo's picture, ``size`` being ``large`` or ``thumb``."""
    return reverse("files:picture", args=[photo.uuid, size])


def _allow(name: str, by: Actor) -> None:
    if not by.has_perm(name):
        raise NotAllowed(why_not(name))
