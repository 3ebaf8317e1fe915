"""Whose turn it is: a batch belongs to the process that works on it until its lease runs out, and is left alone by others."""

from __future__ import annotations

import datetime as dt
import os
import threading
from functools import cache
from uuid import uuid4

from django.db.models import Q
from django.utils import timezone

from yipanqi.batches.models import Batch

#: How long a batch is left alone after its owner last stored something; a dead owner's is taken over after that.
LEASE = dt.timedelta(seconds=60)


def me() -> str:
    """The token of this thread of this process; a fork has its own."""
    return f"{_process(os.getpid())}-{threading.get_ident():x}"


@cache
def _process(_pid: int) -> str:
    return uuid4().hex[:16]


def lease_end() -> dt.datetime:
    """Until when a batch is its owner's that stores something right now: by the clock, whatever moment is written down."""
    return timezone.now() + LEASE


def free(now: dt.datetime) -> Q:
    """Batches that this process may work on: its own, nobody's, and those whose lease is over. A lease that ends later than
    one can last was written before the clock was set back."""
    return Q(owner=me()) | Q(held_until__isnull=True) | Q(held_until__lt=now) | Q(held_until__gt=now + LEASE)


def is_free(batch: Batch, now: dt.datetime) -> bool:
    """`free`, of a row at hand."""
    return batch.owner == me() or batch.held_until is None or not now <= batch.held_until <= now + LEASE
