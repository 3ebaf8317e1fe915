"""The files of a backup: photos and papers, each once, with its sum."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from yipanqi.config.backups.engines import Reading
from yipanqi.config.backups.manifest import SUMS

FOLDER, PIECE = "files", 1 << 20


def named(reading: Reading) -> set[str]:
    """Every path below MEDIA_ROOT that the database names at that moment."""
    from yipanqi.files.models import Upload  # noqa: PLC0415  needs configured apps

    found: set[str] = set()
    for model in _models(Upload):
        columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in model.paths)
        for row in reading.rows(f'SELECT {columns} FROM "{model._meta.db_table}"'):
            found.update(filter(None, row))
    return found


def _models(base: Any) -> Iterator[Any]:
    for model in base.__subclasses__():
        yield from _models(model)
        if not model._meta.abstract:
            yield model


def copy(paths: set[str], media: Path, folder: Path, before: Path | None, tell: Callable[[int], None]) -> tuple[int, int, list[str]]:
    """Put the files into `folder`; how many, their bytes, and those that are missing.

    A kept file never changes, so one that the backup `before` has is taken from there, as a second name of the same bytes
    where the disk can do that.
    """
    known, count, size, missing = sums(before) if before else {}, 0, 0, []
    with os.fdopen(os.open(folder / SUMS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as list_:
        for n, path in enumerate(sorted(paths), 1):
            target = folder / FOLDER / path
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            total = _linked(before / FOLDER / path, media / path, target, known.get(path, "")) if before else ""
            try:
                total = total or copied(media / path, target)
            except FileNotFoundError:
                missing.append(path)
                continue
            list_.write(f"{total}  {FOLDER}/{path}\n")
            count, size = count + 1, size + target.stat().st_size
            tell(n)
        list_.flush()
        os.fsync(list_.fileno())
    return count, size, missing


def _linked(old: Path, source: Path, target: Path, total: str) -> str:
    """The sum, if the older backup's file stands in for the source; else nothing."""
    try:
        if not total or old.stat().st_size != source.stat().st_size:
            return ""
        os.link(old, target)
    except OSError:
        return ""
    return total


def copied(source: Path, target: Path) -> str:
    """Copy one file, onto the disk proper; its sum."""
    digest = hashlib.sha256()
    with source.open("rb") as here, target.open("wb") as there:
        while piece := here.read(PIECE):
            digest.update(piece)
            there.write(piece)
        there.flush()
        os.fsync(there.fileno())
    shutil.copystat(source, target)
    return digest.hexdigest()


def sums(folder: Path) -> dict[str, str]:
    """The sums of a backup's files, by path below MEDIA_ROOT."""
    lines = (folder / SUMS).read_text().splitlines()
    return {line[66:].removeprefix(f"{FOLDER}/"): line[:64] for line in lines if line}


def sum_of(path: Path) -> str:
    """SHA-256 of one file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
