"""Delivery of events to their handlers: leases, back-off, and a visible end for what keeps failing."""

from __future__ import annotations

import datetime as dt
import logging
import traceback

from django.db import connection, transaction
from django.db.models import Q

from yipanqi.kernel.events import HANDLERS, revive
from yipanqi.kernel.models import Delivery

log = logging.getLogger(__name__)
LEASE = dt.timedelta(seconds=60)
MAX_ATTEMPTS = 8


def claim(now: dt.datetime, limit: int = 50) -> list[Delivery]:
    """Take up to `limit` due deliveries, including those of a worker that died with its lease."""
    with transaction.atomic():
        skip = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
        due = Delivery.objects.select_for_update(of=("self",), **skip) if skip else Delivery.objects
        rows = list(
            due.filter(Q(state="waiting", next_at__lte=now) | Q(state="running", lease_until__lt=now))
            .select_related("event")
            .order_by("next_at", "id")[:limit]
        )
        for row in rows:
            row.attempts += 1
        Delivery.objects.filter(pk__in=[r.pk for r in rows]).update(state="running", lease_until=now + LEASE)
    return rows


def deliver(row: Delivery, now: dt.datetime) -> bool:
    """Run one handler; its effects and the mark "done" are one transaction."""
    try:
        with transaction.atomic():
            locked = Delivery.objects.select_for_update().get(pk=row.pk)
            if locked.state == Delivery.State.DONE:
                return True
            HANDLERS[row.handler][1](revive(row.event))
            Delivery.objects.filter(pk=row.pk).update(
                state="done", done_at=now, attempts=row.attempts, error="", lease_until=None
            )
        return True
    except Exception:  # a handler may fail in any way; the row keeps the reason and is shown to the office
        _postpone(row, now, traceback.format_exc(limit=8))
        return False


def _postpone(row: Delivery, now: dt.datetime, error: str) -> None:
    failed = row.attempts >= MAX_ATTEMPTS
    wait = dt.timedelta(seconds=min(2**row.attempts * 5, 3600))
    log.warning("delivery %s of %s failed (try %s)", row.pk, row.handler, row.attempts)
    Delivery.objects.filter(pk=row.pk).update(
        state="failed" if failed else "waiting", next_at=now + wait, attempts=row.attempts,
        error=error[-4000:], lease_until=None,
    )  # fmt: skip


def deliver_due(now: dt.datetime, limit: int = 50) -> int:
    """Claim and run what is due; returns how many were tried."""
    rows = claim(now, limit)
    for row in rows:
        deliver(row, now)
    return len(rows)
