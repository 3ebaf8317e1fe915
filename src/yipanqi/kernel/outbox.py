"""Delivery of events to their handlers: leases, back-off, and a visible end for what keeps failing."""

from __future__ import annotations

import datetime as dt
import logging
import re
import time
import traceback
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F, Q

from yipanqi.kernel import journal
from yipanqi.kernel.events import HANDLERS, revive
from yipanqi.kernel.models import Delivery

log = logging.getLogger(__name__)
LEASE = dt.timedelta(seconds=60)
LONGEST_WAIT = dt.timedelta(hours=1)
MAX_ATTEMPTS = 8
GROUND = re.compile(r"^(django\.db\.utils\.(Operational|Interface)Error|OSError: \[Errno (28|122|30)\])", re.MULTILINE)
BATCH = 200
HOLD_S = 0.25  # how long one transaction may go on taking in deliveries, so that nobody waits long for the database
State = Delivery.State


def due(now: dt.datetime) -> Q:
    """What may be delivered: waiting and due, or left behind by a worker that died with its lease. A time further ahead
    than any lease or wait reaches was written before the clock was set back."""
    waiting = Q(next_at__lte=now) | Q(next_at__gt=now + LONGEST_WAIT)
    left = Q(lease_until__lt=now) | Q(lease_until__gt=now + LEASE)
    return Q(waiting, state=State.WAITING) | Q(left, state=State.RUNNING)


def claim(now: dt.datetime, limit: int = BATCH) -> list[Delivery]:
    """Take up to `limit` due deliveries; nobody else gets them before the lease ends."""
    if not Delivery.objects.filter(due(now)).exists():
        return []
    with transaction.atomic():
        rows = Delivery.objects.filter(due(now)).select_related("event").order_by("next_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(of=("self",), skip_locked=True)
        taken = list(rows[:limit])
        for row in taken:
            row.attempts += 1
        mine = Delivery.objects.filter(pk__in=[row.pk for row in taken])
        mine.update(state=State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1)
    return taken


def deliver(rows: Sequence[Delivery], now: dt.datetime) -> None:
    """Run the handlers of claimed deliveries; the effects and the mark "done" are one transaction.

    Fresh deliveries share transactions. One that was tried before gets its own: should it bring the worker down again,
    it takes no other with it.
    """
    fresh = [row for row in rows if row.attempts == 1]
    while fresh:
        fresh = fresh[_together(fresh, now) :]
    for row in rows:
        if row.attempts > 1:
            _together([row], now)


def _together(rows: Sequence[Delivery], now: dt.datetime) -> int:
    """Deliver as many as fit into one short transaction, at least one; returns how many."""
    began, tried = time.monotonic(), 0
    done: list[int] = []
    token = journal.SINCE.set(now - journal.LATE / 2)
    try:
        with transaction.atomic():
            mine = Delivery.objects.select_for_update().filter(pk__in=[row.pk for row in rows], state=State.RUNNING)
            still_mine = set(mine.values_list("pk", flat=True))
            for row in rows:
                if tried and time.monotonic() - began > HOLD_S:
                    break
                tried += 1
                if row.pk not in still_mine:  # another worker took over after the lease and has finished it
                    continue
                try:
                    with transaction.atomic():
                        HANDLERS[row.handler][1](revive(row.event))
                    done.append(row.pk)
                except Exception:  # a handler may fail in any way; the row keeps the reason and is shown to the office
                    _postpone(row, now, traceback.format_exc(limit=8))
            Delivery.objects.filter(pk__in=done).update(state=State.DONE, done_at=now, error="", lease_until=None)
    finally:
        journal.SINCE.reset(token)
    return tried


def _postpone(row: Delivery, now: dt.datetime, error: str) -> None:
    failed = row.attempts >= MAX_ATTEMPTS and not GROUND.search(error)  # what the ground did ends without anybody's hand
    wait = min(dt.timedelta(seconds=2 ** min(row.attempts, 12) * 5), LONGEST_WAIT)
    log.warning("delivery %s of %s failed (try %s)", row.pk, row.handler, row.attempts)
    Delivery.objects.filter(pk=row.pk).update(state=State.FAILED if failed else State.WAITING, next_at=now + wait, error=error[-4000:], lease_until=None)


def deliver_due(now: dt.datetime, limit: int = BATCH) -> int:
    """Claim and run what is due; returns how many were tried."""
    rows = claim(now, limit)
    deliver(rows, now)
    return len(rows)
