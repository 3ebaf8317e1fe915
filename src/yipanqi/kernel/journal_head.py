"""The newest seal of the journal, kept outside the database: whoever can edit the tables must reach this file too.

`journal.head` in the data directory gets a line for every seal: number, chain value, when it was sealed. A chain value stands
for everything sealed before it, so the last line is all that a check needs.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from yipanqi.kernel.models import JournalSeal

#: More than a line is long.
TAIL_BYTES = 512


@dataclass(frozen=True)
class Head:
    """A seal as the file knows it."""

    number: int
    chain: str


def _file() -> Path | None:
    return Path(settings.JOURNAL_HEAD) if settings.JOURNAL_HEAD else None


def last() -> Head | None:
    """The newest seal that was written down here; None when nothing was, or the file cannot be read as ours."""
    path = _file()
    if path is None or not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = file.read().decode("ascii", "replace").split("\n")
    for words in (line.split() for line in reversed(lines[:-1])):  # what follows the last line end was cut off
        if len(words) == 3 and words[0].isdigit():
            return Head(int(words[0]), words[1])
    return None


def note() -> None:
    """Write down the seals that came after the last line; a crash between sealing and this is made good here."""
    path, known = _file(), last()
    if path is None:
        return
    newer = JournalSeal.objects.filter(number__gt=known.number if known else 0).order_by("number")
    rows = newer.values_list("number", "chain", "sealed_at").iterator(chunk_size=1_000)
    text = "".join(f"{number} {chain} {at.astimezone(dt.UTC).isoformat()}\n" for number, chain, at in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
