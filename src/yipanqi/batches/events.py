"""What batches announce."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class BatchEnded(Event):
    """A batch that the worker ran came to its end: done, stopped or given up."""

    batch_id: int
