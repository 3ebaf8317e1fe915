"""What duty work does by itself: reminders on the day before, and questions that nobody answered."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.kernel.policy import policy_value
from yipanqi.rosters import actions
from yipanqi.rosters.catalogue import REMIND

#: From this hour on units hear of the next day's duty.
FROM_HOUR = 14


@job(every=dt.timedelta(hours=1), title=_("值勤前一天提醒单位"))
def remind(now: dt.datetime) -> None:
    """Units hear once, in the afternoon, of tomorrow's turns."""
    local = timezone.localtime(now)
    if policy_value(REMIND.key) and local.hour >= FROM_HOUR:
        actions.remind(None, day=local.date() + dt.timedelta(days=1), by=SYSTEM, at=now)


@job(every=dt.timedelta(hours=1), title=_("结束过期的值勤调换申请"))
def lapse_swaps(now: dt.datetime) -> None:
    """Questions whose turn has begun are over."""
    actions.lapse_swaps(None, by=SYSTEM, at=now)
