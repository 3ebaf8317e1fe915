"""Photos and attachments for programs, under ``/api/v1/``; refusals carry the sentences of the actions."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from yipanqi.files import receiving, selectors
from yipanqi.files.models import Attachment, Photo
from yipanqi.files.receiving import PhotoFacts
from yipanqi.kernel.api import PROBLEMS

router = Router(tags=["files"])


class PhotoOut(Schema):
    """What the sender of a photo, or whoever may see it, is told."""

    id: UUID = Field(description="Outside name of the photo; hand it over where something takes photos.")
    thumb_url: str = Field(description="JPEG, longer side at most 320 px, without metadata.")
    large_url: str = Field(description="JPEG, longer side at most 1600 px, without metadata.")
    taken_at: datetime | None = Field(description="Moment of the shot by the camera's clock; null when not known.")
    position: tuple[float, float] | None = Field(description="[lon, lat] in WGS 84; null when not known.")
    warnings: list[str] = Field(description="What is doubtful about the photo, as sentences.")


class AttachmentOut(Schema):
    """A stored paper."""

    id: UUID = Field(description="Outside name of the attachment; hand it over where something takes attachments.")
    name: str
    mime: str
    size_bytes: int
    sha256: str


@router.post(
    "/photos", auth=None, response={201: PhotoOut, **PROBLEMS}, operation_id="files.add_photo", summary="上传一张照片"
)
def add_photo(
    request: HttpRequest,
    photo: File[UploadedFile],
    kind: Form[Photo.Kind] = Photo.Kind.OTHER,
) -> tuple[int, PhotoFacts]:
    """JPEG, PNG, WebP or HEIC, at most 20 MB and 60 megapixels. A photo that is not attached to anything within 24
    hours is removed. Visitors without an account may send photos too, up to a limit per address and hour (429).
    """
    sent = receiving.take_photo(
        photo,
        kind=kind,
        by=receiving.sender_of(request),
        address=request.META.get("REMOTE_ADDR", ""),
        at=timezone.now(),
    )
    return 201, receiving.photo_facts(sent)


@router.get(
    "/photos/{uuid}", auth=None, response={200: PhotoOut, **PROBLEMS}, operation_id="files.photo", summary="照片信息"
)
def photo(request: HttpRequest, uuid: UUID) -> PhotoFacts:
    """Facts about a photo that one may see; 404 for every other. Of a published photo, those who neither sent it nor see
    what it belongs to are told its pictures only: no position, no moment, no warnings.
    """
    actor = receiving.actor_of(request)
    found = selectors.visible_photo(actor, uuid)
    if found is None:
        raise Http404
    return receiving.photo_facts(found) if selectors.knows(actor, found) else receiving.public_facts(found)


@router.post(
    "/attachments",
    response={201: AttachmentOut, **PROBLEMS},
    operation_id="files.add_attachment",
    summary="上传一个附件",
)
def add_attachment(request: HttpRequest, file: File[UploadedFile]) -> tuple[int, dict[str, object]]:
    """PDF, .docx or .xlsx without macros, at most 30 MB. Removed when not attached to anything within 24 hours."""
    sent = receiving.take_attachment(file, by=receiving.actor_of(request), at=timezone.now())
    return 201, _attachment(sent)


def _attachment(paper: Attachment) -> dict[str, object]:
    return {
        "id": paper.uuid,
        "name": paper.name,
        "mime": paper.mime,
        "size_bytes": paper.size_bytes,
        "sha256": paper.sha256,
    }
