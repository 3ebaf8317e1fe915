"""Whoever asked for long work hears of its end."""

from __future__ import annotations

from yipanqi.batches import selectors
from yipanqi.batches.events import BatchEnded
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.messaging import actions as messaging


@handles(BatchEnded)
def tell_of_end(event: BatchEnded) -> None:
    """The person who asked for it, once."""
    messaging.tell(None, kind="batches.ended", **selectors.news(event.batch_id), by=SYSTEM, at=event.at)
