"""The office is told of units over a cap and of forms that should be looked at anew; the units are not disturbed."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.burden import actions, selectors
from yipanqi.figures import Period
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.messaging import actions as messaging
from yipanqi.messaging.selectors import people_with
from yipanqi.people.models import Role


@job(every=dt.timedelta(hours=24), title=_("提醒创城办：哪些单位负担超过上限，哪些表单到期"))
def tell_of_burden(now: dt.datetime) -> None:
    """Tells the office once of each unit, kind and month over its cap, and of each form past its day."""
    today = timezone.localdate(now)
    month, office = Period.this_month(today), list(people_with(Role.HEAD, Role.DESK))
    for line in selectors.table(month, None, now):
        for cell in line.over:
            facts = {"form": cell.load, "unit": line.name, "n": cell.n, "cap": cell.cap, "month": f"{month.start:%Y-%m}"}
            messaging.tell(None, kind="burden.over_cap", facts=facts, why=f"cap:{cell.load}:{line.code}:{month.start}", people=office, by=SYSTEM, at=now)
    for one in selectors.register(today):
        if one.expired:
            facts = {"form": "expired", "title": str(one.asked.title), "until": str(one.until)}
            messaging.tell(None, kind="burden.form_expired", facts=facts, why=f"form:{one.asked.key}:{one.until}", people=office, by=SYSTEM, at=now)


@job(every=dt.timedelta(days=1), title=_("清除匿名反映的防重标记"))
def forget_repeats(now: dt.datetime) -> None:
    """Erases by what repeats of anonymous complaints were known, once nobody repeats them any more."""
    actions.forget_repeats(None, by=SYSTEM, at=now)
