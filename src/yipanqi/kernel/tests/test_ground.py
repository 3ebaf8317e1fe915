"""When the ground gives way under the worker it waits and goes on; what the ground did to a delivery is never final."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError

from yipanqi.kernel import outbox, worker
from yipanqi.kernel.models import Delivery, OutboxEvent

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("gone"), DatabaseError("malformed"), OSError(28, "No space left on device")])
def test_worker_outlives_a_database_that_is_away_and_a_disk_that_is_full(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    one, turns = worker.Worker(pause=0), []
    monkeypatch.setattr("yipanqi.kernel.worker.signal.signal", lambda *_args: None)
    monkeypatch.setattr("yipanqi.kernel.worker.time.sleep", lambda _s: None)

    def turn(now: dt.datetime) -> bool:
        turns.append(now)
        if len(turns) < 3:
            raise error
        one.stopping = True
        return False

    monkeypatch.setattr(one, "turn", turn)
    monkeypatch.setattr(one, "_beside", lambda: None)
    one.run()
    assert len(turns) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("Traceback\n  File\ndjango.db.utils.OperationalError: database or disk is full\n", "waiting"),
        ("Traceback\nOSError: [Errno 28] No space left on device\n", "waiting"),
        ("Traceback\nValueError: OperationalError\n", "failed"),
    ],
)
def test_delivery_that_the_ground_stopped_is_tried_until_it_succeeds(error: str, state: str) -> None:
    event = OutboxEvent.objects.create(kind="x.Y", at=NOW, payload={})
    for attempts in (outbox.MAX_ATTEMPTS, 90):
        row: Any = Delivery.objects.create(event=event, handler=f"x.{attempts}", next_at=NOW, attempts=attempts)
        outbox._postpone(row, NOW, error)
        row.refresh_from_db()
        assert row.state == state and NOW < row.next_at <= NOW + outbox.LONGEST_WAIT
