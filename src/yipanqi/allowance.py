"""How often one sender may do something within a clock hour.

Counts stand in files, one byte a time, not in the database: a count must outlive the refusal that it leads to, costs no
commit, and all processes of one machine share it. Senders are kept only as keyed hashes and only until the hour is over.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import PolicySpec, policy_value

HOUR_S = 3600


class TooOften(Refused):
    """This hour's share is used up; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: Any, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Allowance:
    """A share per sender and hour: `limit` is the office's setting, `sentence` what is said beyond it."""

    def __init__(self, limit: PolicySpec, sentence: Any) -> None:
        self.limit, self.sentence = limit, sentence

    def take(self, sender: str, at: datetime) -> None:
        """Count one. Raises TooOften when it is one too many."""
        if self.count(sender, at) > policy_value(self.limit.key):
            raise self._refusal(at)

    def count(self, sender: str, at: datetime) -> int:
        """Count one and return how many it is now."""
        held = self._file(sender, at)
        if not held.parent.exists():
            _begin_hour(held.parent)
        handle = os.open(held, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, b".")
            return os.fstat(handle).st_size
        finally:
            os.close(handle)

    def _file(self, sender: str, at: datetime) -> Path:
        return (
            Path(settings.COUNTERS_ROOT) / str(int(at.timestamp()) // HOUR_S) / keyed_hash(f"{self.limit.key}|{sender}")
        )

    def _refusal(self, at: datetime) -> TooOften:
        return TooOften(self.sentence, HOUR_S - int(at.timestamp()) % HOUR_S)


def _begin_hour(folder: Path) -> None:
    """Make the hour's folder and drop those of all other hours but the one before, which a slow request may still use."""
    folder.mkdir(parents=True, exist_ok=True)
    keep = {folder.name, str(int(folder.name) - 1)}
    for old in folder.parent.iterdir():
        if old.name not in keep:
            shutil.rmtree(old, ignore_errors=True)
