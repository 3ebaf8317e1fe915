"""Where the bytes lie: under ``MEDIA_ROOT``, named by uuid, never reachable by path from outside.

Files first wait in ``incoming/`` (``stage``), outside any transaction, because writing them is slow. The action then
moves them to their final names (``keep``), which is a rename and takes no time. A transaction that fails leaves at
most a file without a row; the daily clean-up finds it by its name, which begins with the uuid of its row.
"""

import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused

INCOMING = "incoming"
_UUID_LENGTH = 36

log = logging.getLogger(__name__)
_store = FileSystemStorage()


class StorageAway(Refused):
    """The disk is full or not there."""

    message = _("文件暂时无法保存（存储空间不足或不可用），请稍后再试；若持续出现请联系系统管理员。")
    status = 503


class FileMissing(Refused):
    """A row's file is not on the disk, for example after an incomplete restore."""

    message = _("文件已不在存储中，请联系系统管理员核对备份。")
    status = 404


def path_of(folder: str, uuid: UUID, ending: str) -> str:
    """Path of a kept file below ``MEDIA_ROOT``: ``folder/ab/cd/<uuid><ending>``, so that no directory grows large."""
    name = str(uuid)
    return f"{folder}/{name[:2]}/{name[2:4]}/{name}{ending}"


def stage(uuid: UUID, ending: str, data: bytes) -> None:
    """Writes bytes to ``incoming/`` and onto the disk proper; half a file is never left under the staged name.

    Raises:
        StorageAway
    """
    target = _staged(uuid, ending)
    part = target.with_name(f"{uuid}.{uuid4().hex}.part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        log.exception("a file could not be stored")
        part.unlink(missing_ok=True)
        raise StorageAway from error


def keep(folder: str, uuid: UUID, ending: str) -> str:
    """Moves a staged file to its final name and returns its path; doing it twice changes nothing more.

    Raises:
        StorageAway
    """
    path = path_of(folder, uuid, ending)
    target, staged = Path(_store.path(path)), _staged(uuid, ending)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if staged.exists() or not target.exists():
            staged.replace(target)
            _sync_directory(target.parent)
    except OSError as error:
        log.exception("a staged file could not be kept")
        raise StorageAway from error
    return path


def open_file(path: str) -> IO[bytes]:
    """A kept file for reading; the caller closes it.

    Raises:
        FileMissing
    """
    try:
        return _store.open(path).open()
    except FileNotFoundError as error:
        log.error("file missing from storage: %s", path)
        raise FileMissing from error


def old_files(folder: str, before: datetime) -> Iterator[dict[UUID, list[Path]]]:
    """Files of a folder last changed before a moment, by the uuid in their names, one directory at a time."""
    for directory, _names, files in os.walk(_store.path(folder)):
        found: dict[UUID, list[Path]] = {}
        for path in (Path(directory, file) for file in files):
            uuid = _uuid_in(path.name)
            if uuid is not None and path.stat().st_mtime < before.timestamp():
                found.setdefault(uuid, []).append(path)
        if found:
            yield found


def _staged(uuid: UUID, ending: str) -> Path:
    return Path(_store.path(f"{INCOMING}/{uuid}{ending}"))


def _uuid_in(name: str) -> UUID | None:
    try:
        return UUID(name[:_UUID_LENGTH])
    except ValueError:
        return None


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
