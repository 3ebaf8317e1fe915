"""What `doctor` looks at: whether the photos that the database names are on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from yipanqi.files.models import Attachment, Photo
from yipanqi.findings import ERROR, Finding, check

SAMPLE = 20


@check
def photos_there(now: datetime) -> Iterator[Finding]:
    """The folder is there, and in it the oldest and the newest files that were attached to something."""
    media, missing, looked = Path(settings.MEDIA_ROOT), [], 0
    for model in (Photo, Attachment):
        kept = model.objects.filter(attached_at__isnull=False)
        sample = {upload.pk: upload for upload in (*kept.order_by("id")[:SAMPLE], *kept.order_by("-id")[:SAMPLE])}
        for upload in sample.values():
            looked += 1
            missing += [path for name in upload.paths if not (media / (path := getattr(upload, name))).is_file()]
    if missing and not media.is_dir():
        yield Finding("files.photos_there", ERROR, f"The folder of photos and papers {media} is not there: mount its disk, or restore it from a backup.")
    elif missing:
        words = f"{len(missing)} files of {looked} photos and papers looked at are missing under {media}, for example {missing[0]}"
        yield Finding("files.photos_there", ERROR, f"{words}: mount the right disk, or take them from a backup (`yipanqi restore FOLDER --check` names all that differ).")
