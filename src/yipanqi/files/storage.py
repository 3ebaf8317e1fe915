"""Where the bytes lie: under ``MEDIA_ROOT``, named by uuid, never reachable by path from outside.

Files first wait in ``incoming/`` (``stage``), outside any transaction, because writing them is slow. The action then
moves them to their final names (``keep``), which is a rename and takes no time. A transaction that fails leaves at
most a file without a row; the daily clean-up finds it by its name, which begins with the uuid of its row.
"""

import logging
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused

INCOMING = "incoming"
#: The longest that a backup may take.
COPY_LASTS = timedelta(hours=24)
_MARK = ".being-copied-"
_UUID_LENGTH = 36

log = logging.getLogger(__name__)
_store = FileSystemStorage()


class StorageAway(Refused):
    """The disk is full or not there."""

    message = _("文件暂时无法保存（存储空间不足或不可用），请稍后再试；若持续出现请联系系统管理员。")
    status = 503
    retry_after = 30


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
            if uuid is not None and _changed(path) < before.timestamp():
                found.setdefault(uuid, []).append(path)
        if found:
            yield found


@contextmanager
def being_copied(now: datetime) -> Iterator[None]:
    """While a backup copies the files, the daily clean-up leaves them alone: the backup's database may name what it would
    take away. What a backup that was struck down leaves counts for COPY_LASTS only."""
    mark = Path(_store.path(f"{_MARK}{uuid4().hex}"))
    mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.write_text(now.isoformat())
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def is_being_copied(now: datetime) -> bool:
    """Whether a backup is at work; marks of those that were struck down are dropped."""
    found = False
    for mark in Path(_store.path("")).glob(f"{_MARK}*"):
        with suppress(FileNotFoundError):
            if abs(now.timestamp() - mark.stat().st_mtime) < COPY_LASTS.total_seconds():
                found = True
            else:
                mark.unlink()
    return found


def abandoned(folder: Path, before: datetime) -> Iterator[Path]:
    """Files of a folder, not below it, last changed before a moment."""
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.is_file() and _changed(path) < before.timestamp():
            yield path


def _changed(path: Path) -> float:
    """When a file was last changed; now and for ever if somebody has just moved it away."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


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
