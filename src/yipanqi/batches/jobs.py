"""The worker goes on with batches, a few seconds at a time, and drops old ones."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.batches import actions, running, selectors
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job


@job(every=dt.timedelta(minutes=1), lease=dt.timedelta(seconds=45), more=lambda now: selectors.waiting(now).exists(), title=_("继续批量办理、导入和导出"))
def work(now: dt.datetime) -> None:
    """One slice of the batch that was served longest ago."""
    running.work(now)


@job(every=dt.timedelta(days=1), title=_("清除过期的批量办理记录"))
def forget(now: dt.datetime) -> None:
    """Drop batches that were kept long enough."""
    actions.forget(None, by=SYSTEM, at=now)
