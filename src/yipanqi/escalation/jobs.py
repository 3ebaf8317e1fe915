"""The ladder is climbed every few minutes."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.escalation import actions, selectors
from yipanqi.kernel.actions import Conflict
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job


@job(every=dt.timedelta(minutes=5), title=_("临期提醒和超期督办"))
def climb_due(now: dt.datetime) -> None:
    """Takes every step that is due; of several about one case only the hardest is told."""
    for case, due in selectors.due_now(now):
        for one in due:
            try:
                actions.climb(case, step=one.step, occasion=one.occasion, overtaken=one is not due[-1], by=SYSTEM, at=now)
            except Conflict:  # the unit, or another worker, was faster
                continue
