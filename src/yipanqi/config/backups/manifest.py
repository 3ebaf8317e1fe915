"""What a backup says of itself: one JSON file, written last, without which a folder is no backup."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
from pathlib import Path

from yipanqi.config.failure import CommandFailed

FILE, FORMAT = "manifest.json", 1
#: Each file of the backup as `sha256sum` writes and checks it.
SUMS = "files.sha256"
#: Names of finished backups in their folder are moments in UTC; unfinished ones begin with HALF.
NAME, HALF = "%Y%m%d-%H%M%S", ".half-"


@dataclasses.dataclass(frozen=True)
class Table:
    """How many rows a table has, and a sum over all of them that no order of rows changes."""

    rows: int
    sum: str


@dataclasses.dataclass(frozen=True)
class Manifest:
    """A finished backup. `missing` are files that the database names and the disk did not have; `steps` (app and name) are
    the steps of set-up that the database has taken."""

    made_at: str
    version: str
    database: str
    tables: dict[str, Table]
    seals: int
    journal_head: str
    files: int
    file_bytes: int
    dump: str
    dump_sha256: str
    sums_sha256: str
    keys: bool
    missing: list[str]
    steps: list[list[str]] = dataclasses.field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(table.rows for table in self.tables.values())

    def write(self, folder: Path) -> None:
        """Put it into its folder, onto the disk proper."""
        text = json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        with os.fdopen(os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises CommandFailed where the folder holds none that this version can read."""
    try:
        told = json.loads((folder / FILE).read_text())
        if told.get("format") != FORMAT or told.keys() - {one.name for one in dataclasses.fields(Manifest)}:
            raise CommandFailed(f"{folder} was written by another version of Yipanqi (format {told.get('format')}, version {told.get('version')}): restore it with that version.")
        return Manifest(**{**told, "tables": {name: Table(**one) for name, one in told["tables"].items()}})
    except FileNotFoundError as error:
        raise CommandFailed(f"{folder} is no finished backup: it has no {FILE}. Name one of the folders that `yipanqi backup` made.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandFailed(f"The {FILE} of {folder} is damaged: take another backup.") from error


def finished(target: Path) -> list[Path]:
    """The finished backups in a folder, oldest first."""
    if not target.is_dir():
        return []
    return sorted(path for path in target.iterdir() if _is_name(path.name) and (path / FILE).is_file())


def _is_name(name: str) -> bool:
    try:
        dt.datetime.strptime(name, NAME)
    except ValueError:
        return False
    return True
