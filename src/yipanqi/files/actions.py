"""What can be done with files. ``intake.prepare`` comes first: looking into a file is slow and needs no transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.files import intake, selectors, storage
from yipanqi.files.catalogue import SUBJECTS
from yipanqi.files.fingerprints import bands
from yipanqi.files.intake import PreparedAttachment, PreparedPhoto
from yipanqi.files.models import Attachment, Photo, PhotoLikeness, PhotoLook, Upload
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor

PHOTOS = "photos"
ATTACHMENTS = "attachments"


class AttachedElsewhere(Conflict):
    """A file belongs to one thing for good."""

    message = _("这个文件已经用在别处，请重新上传一份。")


class NotAttached(Refused):
    """Only what belongs to something can be made public."""

    message = _("照片还没有附到任何事项，不能公开。")
    status = 409


class StillAttached(Refused):
    """What belongs to something is not thrown away."""

    message = _("文件已附到事项，不能删除。")
    status = 409


@action(private=("prepared",))
def add_photo(_nothing: None, *, prepared: PreparedPhoto, kind: str, by: Actor, at: datetime) -> Photo:
    """A checked photo gets its row; whoever sent it sees it, and has 24 hours to attach it to something.

    Args:
        prepared: from ``intake.prepare``.
        kind: one of ``Photo.Kind``.

    Raises:
        StorageAway: the staged files could not be moved.
    """
    facts, uuid = prepared.facts, prepared.uuid
    lon, lat = facts.position or (None, None)
    return Photo.objects.create(
        uuid=uuid,
        kind=Photo.Kind(kind),
        original=storage.keep(PHOTOS, uuid, intake.ORIGINAL),
        large=storage.keep(PHOTOS, uuid, intake.LARGE),
        thumb=storage.keep(PHOTOS, uuid, intake.THUMB),
        sha256=facts.sha256,
        size_bytes=prepared.size_bytes,
        width=facts.width,
        height=facts.height,
        taken_at=facts.taken_at,
        lon=lon,
        lat=lat,
        **_sender(by, at),
    )


@action(private=("prepared",))
def add_attachment(_nothing: None, *, prepared: PreparedAttachment, by: Actor, at: datetime) -> Attachment:
    """A checked paper gets its row; it has 24 hours to be attached to something.

    Raises:
        StorageAway: the staged file could not be moved.
    """
    return Attachment.objects.create(
        uuid=prepared.uuid,
        file=storage.keep(ATTACHMENTS, prepared.uuid, intake.PAPER),
        name=prepared.name,
        mime=prepared.mime,
        sha256=prepared.sha256,
        size_bytes=prepared.size_bytes,
        **_sender(by, at),
    )


@action
def attach(upload: Upload, *, subject_kind: str, subject_ref: str, by: Actor, at: datetime) -> Upload:
    """A photo or attachment becomes part of a thing: whoever sees the thing sees it. Repeating changes nothing.

    Args:
        subject_kind: a key of ``catalogue.SUBJECTS``.
        subject_ref: the thing's number, code or uuid.

    Raises:
        AttachedElsewhere: it is part of another thing.
        LookupError: no app registered that kind.
    """
    if subject_kind not in SUBJECTS:
        raise LookupError(f"files.SUBJECTS has no {subject_kind}")
    if (upload.subject_kind, upload.subject_ref) == (subject_kind, subject_ref):
        return upload
    if upload.is_attached:
        raise AttachedElsewhere
    upload.subject_kind, upload.subject_ref, upload.attached_at = subject_kind, subject_ref, at
    upload.save(update_fields=["subject_kind", "subject_ref", "attached_at"])
    return upload


@action(private=("fingerprints",))
def compare_photos(_nothing: None, *, fingerprints: Mapping[int, int | None], by: Actor, at: datetime) -> None:
    """Photos are remembered by what they look like, and with each the others that look alike. Repeating changes nothing.

    Args:
        fingerprints: by row id of the photo; None for one that shows nothing or cannot be read.
    """
    waiting = Photo.objects.select_for_update().filter(pk__in=fingerprints, looked_at__isnull=True)
    known = {pk: print_ for pk in waiting.order_by("pk").values_list("pk", flat=True) if (print_ := fingerprints[pk]) is not None}
    Photo.objects.filter(pk__in=fingerprints, looked_at__isnull=True).update(looked_at=at)
    PhotoLook.objects.bulk_create(
        PhotoLook(photo_id=pk, **{f"band{n}": part for n, part in enumerate(bands(print_))}) for pk, print_ in known.items()
    )
    pairs = {
        (max(pk, other), min(pk, other)): bits
        for pk, print_ in known.items() for other, bits in selectors.photos_like(pk, print_)
    }  # fmt: skip
    PhotoLikeness.objects.bulk_create(
        PhotoLikeness(photo_id=later, earlier_id=earlier, differing=bits) for (later, earlier), bits in pairs.items()
    )


@action
def publish_photo(photo: Photo, *, by: Actor, at: datetime) -> Photo:
    """The office lets everybody see a photo's pictures; the original stays private.

    Raises:
        NotAttached: it belongs to nothing yet.
    """
    if not photo.is_attached:
        raise NotAttached
    return _set_public(photo, True)


@action
def unpublish_photo(photo: Photo, *, by: Actor, at: datetime) -> Photo:
    """The office takes a photo back from the public."""
    return _set_public(photo, False)


@action
def open_original(photo: Photo, *, by: Actor, at: datetime) -> Photo:
    """Someone downloads the untouched original, with whatever it shows and carries: written down each time."""
    return photo


@action
def discard(upload: Upload, *, by: Actor, at: datetime) -> None:
    """A file that was never used loses its row; its bytes go with the same clean-up.

    Raises:
        StillAttached: it has become part of something.
    """
    if upload.is_attached:
        raise StillAttached
    upload.delete()


def _sender(by: Actor, at: datetime) -> dict[str, Any]:
    user = by if getattr(by, "is_authenticated", False) else None
    return {"uploaded_at": at, "uploaded_by": user, "uploader_key": by.actor_key}


def _set_public(photo: Photo, public: bool) -> Photo:
    photo.is_public = public
    photo.save(update_fields=["is_public"])
    return photo
