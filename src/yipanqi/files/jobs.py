"""Daily clean-up of what was sent and never used."""

from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_lazy as _

from yipanqi.files import storage
from yipanqi.files.actions import ATTACHMENTS, PHOTOS, StillAttached, discard
from yipanqi.files.models import Attachment, Photo, Upload
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job

#: How long a sent file waits to be attached to something.
LOOSE_FOR = timedelta(hours=24)


@job(every=timedelta(days=1), lease=timedelta(hours=2), title=_("清除上传后一天内未使用的照片和附件"))
def clean_orphans(now: datetime) -> None:
    """Removes rows that were not attached within a day, then files without a row that are older than a day."""
    before = now - LOOSE_FOR
    for model in (Photo, Attachment):
        for upload in model.objects.loose().filter(uploaded_at__lt=before).iterator():
            _discard(upload, now)
    folders: tuple[tuple[str, type[Photo] | type[Attachment] | None], ...] = (
        (PHOTOS, Photo),
        (ATTACHMENTS, Attachment),
        (storage.INCOMING, None),
    )
    for folder, owner in folders:
        _sweep(folder, owner, before)


def _discard(upload: Upload, now: datetime) -> None:
    try:
        discard(upload, by=SYSTEM, at=now)
    except (StillAttached, ObjectDoesNotExist):  # attached, or removed by another run, this very moment
        return


def _sweep(folder: str, model: type[Upload] | None, before: datetime) -> None:
    for found in storage.old_files(folder, before):
        known = set(model.objects.filter(uuid__in=found).values_list("uuid", flat=True)) if model else set()
        for uuid, paths in found.items():
            if uuid not in known:
                for path in paths:
                    path.unlink(missing_ok=True)
