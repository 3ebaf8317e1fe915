"""Scheduled work: a schedule and a function; the date is handed in; running twice changes nothing more."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.models import IdempotencyKey, JobRun

log = logging.getLogger(__name__)
Run = Callable[[dt.datetime], None]


@dataclass(frozen=True)
class Job:
    """A job as registered; `more` tells whether there is something to do that should not wait until it is due."""

    key: str
    every: dt.timedelta
    run: Run
    lease: dt.timedelta
    title: object
    more: Callable[[dt.datetime], bool]


JOBS: dict[str, Job] = {}
SELDOM = dt.timedelta(hours=1)  # what comes round no more often is taken for long, and runs beside what should not wait for it


def job(*, every: dt.timedelta, title: object, lease: dt.timedelta = dt.timedelta(minutes=10), more: Callable[[dt.datetime], bool] = lambda now: False) -> Callable[[Run], Run]:
    """Register a job that the worker runs every so often. `lease` is the longest a run may take before another may start."""

    def wrap(fn: Run) -> Run:
        key = f"{fn.__module__.split('.')[1]}.{fn.__name__}"
        JOBS[key] = Job(key, every, fn, lease, title, more)
        return fn

    return wrap


def run_due(now: dt.datetime, seldom: bool | None = None) -> list[str]:
    """Run every job (or only the seldom, or the frequent ones) that is due and not leased by another worker; returns which."""
    return [_run(entry, now) for entry in JOBS.values() if seldom in (None, entry.every >= SELDOM) and _take(entry, now)]


def _take(entry: Job, now: dt.datetime) -> bool:
    """Lease the job, if it is due and no living worker has it. A time further ahead than the job's own interval or lease
    reaches was written before the clock was set back."""
    is_due = Q() if entry.more(now) else Q(due_at__lte=now) | Q(due_at__gt=now + entry.every)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now) | Q(lease_until__gt=now + entry.lease)
    mine = JobRun.objects.filter(is_due, free, key=entry.key)
    if not mine.exists() and not JobRun.objects.get_or_create(key=entry.key, defaults={"due_at": now})[1]:
        return False
    return bool(mine.update(lease_until=now + entry.lease, started_at=now))


def _run(entry: Job, now: dt.datetime) -> str:
    try:
        entry.run(now)
        change: dict[str, object] = {"finished_at": now, "failures": 0, "error": ""}
    except Exception:  # the reason is kept on the row and shown on the system page
        log.exception("job %s failed", entry.key)
        change = {"failures": F("failures") + 1, "error": traceback.format_exc(limit=8)[-4000:]}
    JobRun.objects.filter(key=entry.key).update(lease_until=None, due_at=now + entry.every, **change)
    return entry.key


@job(every=dt.timedelta(days=1), title=_("清除已过期的重复提交记录"))
def forget_idempotency_keys(now: dt.datetime) -> None:
    """Drop the kept answers of writes whose repeats are no longer to be expected."""
    IdempotencyKey.objects.filter(created_at__lt=now - dt.timedelta(days=30)).delete()
