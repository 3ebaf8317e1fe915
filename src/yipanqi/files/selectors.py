"""Reading photos and attachments: who sees one, which belong to a thing, what is doubtful about one."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yipanqi.files.catalogue import SUBJECTS
from yipanqi.files.fingerprints import BANDS, MOST_DIFFERENT, joined, near, nearest, turned
from yipanqi.files.models import Attachment, Photo, PhotoLikeness, PhotoLook, Upload
from yipanqi.kernel.actors import SYSTEM, Actor, Visitor

#: How far a camera's clock may run ahead before it is pointed out.
CLOCK_TOLERANCE = timedelta(minutes=10)
#: Age of a photo, from shot to upload, beyond which it is pointed out.
OLD_AFTER = timedelta(days=30)
#: Photos with something in common that are compared bit by bit, and like ones that are remembered of one photo.
MOST_CANDIDATES, MOST_LIKE = 20_000, 20


def is_sender(actor: Actor, upload: Upload) -> bool:
    """Whether the actor sent the file. Visitors that cannot be told apart are nobody's sender."""
    if actor == SYSTEM or actor == Visitor():
        return False
    return upload.uploader_key == actor.actor_key


def may_see(actor: Actor, upload: Upload) -> bool:
    """Public photos are seen by anyone, others by those who know them."""
    return getattr(upload, "is_public", False) or knows(actor, upload)


def knows(actor: Actor, upload: Upload) -> bool:
    """Whether the actor sent the file or sees the thing it is attached to, so that its facts are no secret to them."""
    if is_sender(actor, upload):
        return True
    sees_subject = SUBJECTS.get(upload.subject_kind) if upload.is_attached else None
    return sees_subject is not None and sees_subject(actor, upload.subject_ref)


def visible_photo(actor: Actor, uuid: UUID) -> Photo | None:
    """The photo, or None when there is none or the actor may not see it (which must not be told apart)."""
    photo = Photo.objects.filter(uuid=uuid).first()
    return photo if isinstance(photo, Photo) and may_see(actor, photo) else None


def visible_attachment(actor: Actor, uuid: UUID) -> Attachment | None:
    """The attachment, or None when there is none or the actor may not see it."""
    attachment = Attachment.objects.filter(uuid=uuid).first()
    return attachment if isinstance(attachment, Attachment) and may_see(actor, attachment) else None


def photos_of(subject_kind: str, subject_refs: Iterable[str]) -> dict[str, list[Photo]]:
    """Photos by reference, oldest first, of things that the caller knows may be seen; one query for any number."""
    found: dict[str, list[Photo]] = defaultdict(list)
    photo: Any
    for photo in Photo.objects.of(subject_kind, *subject_refs).select_related("uploaded_by"):
        found[photo.subject_ref].append(photo)
    return found


def attachments_of(subject_kind: str, subject_refs: Iterable[str]) -> dict[str, list[Attachment]]:
    """Attachments by reference, oldest first, of things that the caller knows may be seen."""
    found: dict[str, list[Attachment]] = defaultdict(list)
    attachment: Any
    for attachment in Attachment.objects.of(subject_kind, *subject_refs):
        found[attachment.subject_ref].append(attachment)
    return found


def used_before(photo: Photo) -> bool:
    """Whether the very same file is attached to another thing already (or to this one as another photo)."""
    return Photo.objects.filter(sha256=photo.sha256, attached_at__isnull=False).exclude(pk=photo.pk).exists()


def doubts(photo: Photo) -> list[str]:
    """What a reader of the photo should know, as sentences; flagged, never judged. Shown to the sender and the desk."""
    found = []
    if photo.position is None:
        found.append(_("照片里没有位置信息，请在地图上标出地点。"))
    if photo.taken_at is None:
        found.append(_("照片里没有拍摄时间。"))
    elif photo.taken_at > photo.uploaded_at + CLOCK_TOLERANCE:
        found.append(_("照片里的拍摄时间晚于上传时间，可能是相机时钟不准。"))
    elif photo.taken_at < photo.uploaded_at - OLD_AFTER:
        found.append(_("照片拍摄于一个月以前。"))
    if used_before(photo):
        found.append(_("同一张照片以前已经用过。"))
    return found


def candidates(fingerprint: int) -> QuerySet[PhotoLook]:
    """The photos that can be like this one, by index: all that agree with it in a band, but for one bit, are among them."""
    alike = Q()
    for n, values in enumerate(near(fingerprint)):
        alike |= Q(**{f"band{n}__in": sorted(values)})
    return PhotoLook.objects.filter(alike)


def photos_like(photo_id: int, fingerprint: int, *, within: int = MOST_DIFFERENT, most: int = MOST_LIKE) -> list[tuple[int, int]]:
    """(row id, differing bits) of the other photos that look like this one, the nearest first, of equally near ones the oldest.

    Args:
        within: bits of 64 that may differ; more than `MOST_DIFFERENT` are not found.
    """
    found = candidates(fingerprint).exclude(pk=photo_id).values_list("pk", *(f"band{n}" for n in range(BANDS)))
    variants = turned(fingerprint)
    measured = ((nearest(variants, joined(parts)), pk) for pk, *parts in found[:MOST_CANDIDATES])
    return [(pk, bits) for bits, pk in sorted(pair for pair in measured if pair[0] <= within)[:most]]


def likenesses(photos: Iterable[Photo], *, within: int) -> dict[int, list[PhotoLikeness]]:
    """By the row id of each photo the earlier ones that it looks like, nearest first; one query for any number."""
    found: dict[int, list[PhotoLikeness]] = defaultdict(list)
    wanted = PhotoLikeness.objects.filter(photo__in=[p.pk for p in photos], differing__lte=within)
    for likeness in wanted.select_related("earlier").order_by("differing", "earlier_id"):
        found[likeness.photo_id].append(likeness)
    return found
