"""Where the clocks of a case stand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import Clock
from yipanqi.cases import clocks
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.selectors.seeing import OPEN_STATES
from yipanqi.kernel.policy import policy, policy_value
from yipanqi.standards.selectors import limit_of

HOURS = {
    "sign": policy("cases.sign_hours", 4, _("签收时限（工作小时）"), "float", _("不晚于整改期限")),
    "ruling": policy("cases.ruling_hours", 8, _("退单裁定时限（工作小时）"), "float"),
    "handle": policy("cases.handle_hours", 40, _("整改时限（工作小时）"), "float", _("问题类别没有规定整改时限时适用")),
}


def stage_limit(case: Case, stage: str) -> clocks.Limit:
    """How long a stage of this case may take: by its class, else by the office's setting.

    Stages: accept, dispatch, handle, verify as in the standard; sign and ruling by setting alone. A class that is
    mended on the spot sets no time for handing over, so the setting holds.
    """
    if stage not in ("sign", "ruling"):
        found = limit_of(case.issue_class, stage)
        if found is not None and found.amount and found.clock != Clock.ON_THE_SPOT:
            return clocks.Limit(Decimal(str(found.amount)), Clock(found.clock))
    return clocks.Limit(Decimal(str(policy_value(HOURS[stage].key))), Clock.WORK_HOUR)


def standing(case: Case, now: dt.datetime | None = None) -> clocks.Standing:
    """Where the handling clock stands, derived from the thread alone."""
    moves = CaseMove.objects.filter(case=case).order_by("at", "id").only("verb", "target", "at", "data")
    return clocks.recompute(moves, calendar_for, now)


def time_left(case: Case, now: dt.datetime) -> float | None:
    """Hours or days of the case's clock until its deadline, negative when overdue; None where no clock runs or stands."""
    if case.time_left is not None:
        return case.time_left
    if case.due_at is None or case.state not in OPEN_STATES:
        return None
    return clocks.left(calendar_for(case.unit.code if case.unit else ""), now, case.due_at, case.handle_clock)
