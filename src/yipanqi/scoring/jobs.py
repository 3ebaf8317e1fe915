"""Periods open by themselves; nothing is frozen or published without a person."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.kernel.policy import policy_value
from yipanqi.scoring import actions, selectors
from yipanqi.scoring.catalogue import OPEN
from yipanqi.scoring.models import ScorePeriod


@job(every=dt.timedelta(hours=6), title=_("开启当期考核周期"))
def open_periods(now: dt.datetime) -> None:
    """Opens the month, quarter and year of today, as far as the office wants them."""
    today = timezone.localdate(now)
    for kind in (kind for kind, wanted in OPEN.items() if policy_value(wanted.key)):
        if not ScorePeriod.objects.filter(code=selectors.days_of(kind, today)[0]).exists():
            actions.open_period(None, kind=kind, day=today, by=SYSTEM, at=now)
