"""Making a backup while everybody goes on writing: half-made ones have another name, so what is finished is whole."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from yipanqi import __version__
from yipanqi.config.backups import files, keys, manifest
from yipanqi.config.backups.engines import Reading, engine
from yipanqi.config.backups.manifest import HALF, NAME, Manifest, finished
from yipanqi.config.failure import CommandFailed
from yipanqi.config.newer import STEPS
from yipanqi.config.progress import Progress

#: Where the data directory remembers its last backup, for `doctor`.
LAST = "backup.last"
#: A half-made backup that nobody has touched for so long was struck down.
ABANDONED = dt.timedelta(hours=24)


def take(target: Path, now: dt.datetime, words: str = "", full: bool = False) -> tuple[Path, Manifest]:
    """A new finished backup in the folder `target`, and its manifest. `words` is the passphrase that seals the keys."""
    from yipanqi.files.storage import being_copied  # noqa: PLC0415  needs configured apps

    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    _drop_abandoned(target, now)
    name, before = f"{now.astimezone(dt.UTC):{NAME}}", finished(target)
    if (target / name).exists():
        raise CommandFailed(f"There is a backup {target / name} already: wait a second.")
    half = target / f"{HALF}{name}-{os.getpid()}"
    half.mkdir(mode=0o700)
    try:
        with being_copied(now):
            made = _fill(half, before[-1] if before and not full else None, now, words)
        made.write(half)
        half.rename(target / name)
        _sync(target)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    _remember(now, target / name)
    return target / name, made


def _fill(half: Path, before: Path | None, now: dt.datetime, words: str) -> Manifest:
    source = engine()
    with Progress("backup: database") as bar, source.taken(half) as reading:
        tables, journal, paths = reading.tables(bar.to), _journal(reading), files.named(reading)
        steps = [[str(word) for word in row] for row in reading.rows(STEPS)]
    with Progress("backup: files", len(paths)) as bar:
        count, size, missing = files.copy(paths, Path(settings.MEDIA_ROOT), half, before, bar.to)
    _copy_head(half, journal[0])
    if words:
        keys.seal(half, keys.current(settings.DATA), words)
    return Manifest(
        made_at=now.astimezone(dt.UTC).isoformat(), version=__version__, database=source.name, tables=tables, seals=journal[0], journal_head=journal[1],
        files=count, file_bytes=size, dump=source.dump, dump_sha256=files.sum_of(half / source.dump), sums_sha256=files.sum_of(half / manifest.SUMS),
        keys=bool(words), missing=missing, steps=steps,
    )  # fmt: skip


def _copy_head(half: Path, seals: int) -> None:
    """The seals noted outside the database, as far as the backup's database has them: the worker goes on sealing."""
    head = Path(settings.JOURNAL_HEAD) if settings.JOURNAL_HEAD else None
    if head and head.exists():
        lines = head.read_text("ascii", "replace").splitlines(keepends=True)
        with os.fdopen(os.open(half / "journal.head", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(line for line in lines if line.split(" ")[0].isdigit() and int(line.split(" ")[0]) <= seals)


def _journal(reading: Reading) -> tuple[int, str]:
    rows = list(reading.rows("SELECT number, chain FROM kernel_journalseal ORDER BY number DESC LIMIT 1"))
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")


def rotate(target: Path, keep: int, tell: Callable[[Path], Any]) -> None:
    """Drop the oldest finished backups beyond `keep`."""
    for old in finished(target)[:-keep]:
        gone = target / f"{HALF}{old.name}-old"  # a name that is no backup's before the first file goes
        old.rename(gone)
        shutil.rmtree(gone)
        tell(old)


def last() -> dict[str, str]:
    """When and where the last backup was made from here; nothing where none was."""
    try:
        return dict(json.loads((settings.DATA / LAST).read_text()))
    except (OSError, ValueError):
        return {}


def _remember(now: dt.datetime, path: Path) -> None:
    half = settings.DATA / f".{LAST}.half"
    half.write_text(json.dumps({"at": now.astimezone(dt.UTC).isoformat(), "path": str(path)}))
    half.replace(settings.DATA / LAST)


def _drop_abandoned(target: Path, now: dt.datetime) -> None:
    for path in target.glob(f"{HALF}*"):
        if now.timestamp() - path.stat().st_mtime > ABANDONED.total_seconds():
            shutil.rmtree(path, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
