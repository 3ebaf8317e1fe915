"""Every minute new photos are compared with all others; daily, what was sent and never used is cleaned up."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_lazy as _

from yipanqi.files import storage
from yipanqi.files.actions import ATTACHMENTS, PHOTOS, StillAttached, compare_photos, discard
from yipanqi.files.fingerprints import fingerprint
from yipanqi.files.models import Attachment, Photo, Upload
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.sheets.held import drop_old as drop_old_sheets

#: How long a sent file waits to be attached to something.
LOOSE_FOR = timedelta(hours=24)
#: Photos that are compared in one transaction, and how many such there are in a run. Others wait for the next minute.
PIECE, PIECES = 50, 10

log = logging.getLogger(__name__)


@job(every=timedelta(minutes=1), title=_("比对新照片，找出重复使用的"))
def look_at_photos(now: datetime) -> None:
    """Compares photos that have not been, the newest first: those of before this was done are caught up on as time allows."""
    for _piece in range(PIECES):
        waiting = list(Photo.objects.filter(looked_at__isnull=True).order_by("-id").only("uuid", "thumb")[:PIECE])
        if waiting:
            compare_photos(None, fingerprints={photo.pk: _look(photo) for photo in waiting}, by=SYSTEM, at=now)
        if len(waiting) < PIECE:
            return


def _look(photo: Photo) -> int | None:
    """The fingerprint of the small picture; None where its file is gone or damaged, which must not hold up the others."""
    from PIL import Image  # noqa: PLC0415  takes memory, and a worker that gets no photos needs none of it

    try:
        with storage.open_file(photo.thumb) as file, Image.open(file, formats=("JPEG",)) as picture:
            return fingerprint(picture)
    except (storage.FileMissing, OSError, SyntaxError) as error:
        log.warning("photo %s not compared: %s", photo.uuid, type(error).__name__)
        return None


@job(every=timedelta(days=1), lease=timedelta(hours=2), title=_("清除上传后一天内未使用的照片、附件和表格，以及中断上传留下的文件"))
def clean_orphans(now: datetime) -> None:
    """Removes rows that were not attached within a day, then files without a row that are older than a day: what a server
    that was struck down left half-received among them. While a backup copies, all of it waits for the next day."""
    if storage.is_being_copied(now):
        return
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
        _sweep(folder, owner, now)
    if settings.FILE_UPLOAD_TEMP_DIR:
        for path in storage.abandoned(Path(settings.FILE_UPLOAD_TEMP_DIR), before):
            path.unlink(missing_ok=True)
    drop_old_sheets()


def _discard(upload: Upload, now: datetime) -> None:
    try:
        discard(upload, by=SYSTEM, at=now)
    except (StillAttached, ObjectDoesNotExist):  # attached, or removed by another run, this very moment
        return


def _sweep(folder: str, model: type[Upload] | None, now: datetime) -> None:
    before = now - LOOSE_FOR
    for found in storage.old_files(folder, before):
        known = set(model.objects.filter(uuid__in=found).values_list("uuid", flat=True)) if model else set()
        if storage.is_being_copied(now):  # asked after the rows: what has none now was not there for the backup either
            return
        for uuid, paths in found.items():
            if uuid not in known:
                for path in paths:
                    path.unlink(missing_ok=True)
