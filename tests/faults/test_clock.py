"""A clock that jumps ahead by days and is set back: nothing happens twice, nothing stops, the journal verifies."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from yipanqi.cases.tests.town import Town, moment
from yipanqi.escalation.models import Rung
from yipanqi.kernel import jobs, journal, outbox
from yipanqi.kernel.models import Delivery, JobRun, JournalEntry
from yipanqi.kernel.worker import Worker
from yipanqi.messaging.models import Message

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def turned(worker: Worker, now: dt.datetime) -> None:
    """The worker at that moment, until it has nothing left to do."""
    for _round in range(20):
        if not worker.turn(now):
            return


def test_steps_and_news_come_once_although_the_clock_jumped() -> None:
    town, worker = Town(), Worker()
    case = town.dispatched(moment(0, 9))
    turned(worker, moment(0, 9, 30))
    turned(worker, moment(2, 9))  # two days ahead: the deadline seems to be over
    seen = Counter(Rung.objects.values_list("step", flat=True))
    assert seen["overdue"] == 1
    second = town.dispatched(moment(0, 9, 40))  # set back: work goes on by the right clock
    turned(worker, moment(0, 9, 41))
    assert Message.objects.filter(kind="cases.dispatched", facts__number=second.number).count() == 1
    for hour in range(10, 60):
        turned(worker, moment(0, 0) + hour * HOUR)
    once = Counter(Rung.objects.values_list("case__number", "step", "occasion"))
    assert set(once.values()) == {1} and {(case.number, "overdue"), (second.number, "overdue")} <= {key[:2] for key in once}
    assert set(Counter(Message.objects.values_list("to_id", "group_id", "why")).values()) == {1}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    assert not JournalEntry.objects.filter(batch__isnull=True).exists() and journal.verify(now=moment(2, 12)) is None


def test_jobs_and_deliveries_written_by_a_clock_ahead_are_due_again_once_it_is_set_back() -> None:
    jobs.run_due(moment(3))
    runs = JobRun.objects.count()
    back = moment(0, 10)
    assert len(jobs.run_due(back)) == runs and jobs.run_due(back) == []
    assert not JobRun.objects.filter(due_at__gt=back + max(job.every for job in jobs.JOBS.values())).exists()
    JobRun.objects.update(lease_until=moment(3), due_at=back)  # the worker died while its clock was ahead
    assert len(jobs.run_due(back)) == runs
    town = Town()
    town.dispatched(back)
    Delivery.objects.update(state="running", lease_until=moment(3), next_at=moment(3), attempts=1)
    assert outbox.deliver_due(back) and set(Delivery.objects.values_list("state", flat=True)) == {"done"}
