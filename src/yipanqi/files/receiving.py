"""What pages and API share: who asks, taking a sent file in, and the answer's facts about a photo."""

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yipanqi.files import actions, intake, papers, selectors
from yipanqi.files.catalogue import VISITOR_PHOTOS
from yipanqi.files.models import Attachment, Photo
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.kernel.gates import demand

MOST_PHOTOS = 9
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
    from yipanqi.files import images  # noqa: PLC0415  its decoders take 160 ms and 26 MB, needed only where photos arrive

    if (file.size or 0) > images.MAX_BYTES:
        raise images.PhotoTooLarge
    prepared = intake.prepare(file.read())
    return actions.add_photo(None, prepared=prepared, kind=kind, by=by, at=at)


def take_form_photos(request: HttpRequest, by: Actor, kind: str, at: datetime) -> tuple[list[Photo], list[str]]:
    """A form's photos (fields `photos`: references of an earlier try, `photo_files`: files), and what was wrong with others.

    Good ones are stored even where another is refused, so that none is lost and the form can show them again.
    """
    found, wrong = _kept(request.POST.getlist("photos"), by), []
    for file in request.FILES.getlist("photo_files"):
        if len(found) >= MOST_PHOTOS:
            wrong.append(_("一次最多 %(most)s 张照片，多出的没有收。") % {"most": MOST_PHOTOS})
            break
        try:
            found.append(take_photo(file, kind=kind, by=by, address=request.META.get("REMOTE_ADDR", ""), at=at))
        except Refused as refusal:
            wrong.append(f"{file.name}{_('：')}{refusal}")
    return found, wrong


def _kept(references: list[str], by: Actor) -> list[Photo]:
    wanted = []
    for text in references[:MOST_PHOTOS]:
        try:
            wanted.append(UUID(text))
        except ValueError:
            continue
    photos = Photo.objects.filter(uuid__in=wanted).order_by("id")
    return [photo for photo in photos if selectors.is_sender(by, photo) and not photo.is_attached]


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


def public_facts(photo: Photo) -> PhotoFacts:
    """What anyone is told of a published photo: its pictures, not where and when somebody stood there."""
    return {
        "id": str(photo.uuid),
        "thumb_url": picture_url(photo, "thumb"),
        "large_url": picture_url(photo, "large"),
        "taken_at": None,
        "position": None,
        "warnings": [],
    }


def picture_url(photo: Photo, size: str) -> str:
    """Address of a photo's picture, ``size`` being ``large`` or ``thumb``."""
    return reverse("files:picture", args=[photo.uuid, size])


def _allow(name: str, by: Actor) -> None:
    demand(by, name)
