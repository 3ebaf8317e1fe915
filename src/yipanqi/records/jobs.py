"""Requests that nobody answers are brought to mind once."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.kernel.policy import policy_value
from yipanqi.records import actions
from yipanqi.records.catalogue import ANSWER_DAYS


@job(every=dt.timedelta(hours=24), title=_("提醒久未办理的星级、证明和更正申请"))
def tell_of_waiting(now: dt.datetime) -> None:
    """Tells those with whom requests wait beyond the office's days, once each."""
    actions.tell_waiting(None, before=now - dt.timedelta(days=int(policy_value(ANSWER_DAYS.key))), by=SYSTEM, at=now)
