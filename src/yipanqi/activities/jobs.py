"""The coming activities of series are made ahead; volunteers are reminded of shifts that are near."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.activities import actions
from yipanqi.activities.actions import settling
from yipanqi.activities.catalogue import HORIZON_DAYS, REMIND_HOURS
from yipanqi.activities.models import Activity, Series, Shift
from yipanqi.activities.selectors.attendance import forgotten
from yipanqi.activities.states import ActivityState, SeriesState, ShiftState, SignUpState
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.kernel.policy import policy_value


@job(every=dt.timedelta(hours=6), title=_("提前生成系列活动（如逢6上街）"))
def make_coming(now: dt.datetime) -> None:
    """Makes the activities of every running series up to the horizon."""
    for series in Series.objects.filter(state=SeriesState.RUNNING).order_by("pk"):
        make_ahead(series, now)


def make_ahead(series: Series, now: dt.datetime) -> None:
    """Makes the activities of one series up to the horizon."""
    until = timezone.localdate(now) + dt.timedelta(days=policy_value(HORIZON_DAYS.key))
    actions.make_coming(series, until=until, by=SYSTEM, at=now)


@job(every=dt.timedelta(minutes=15), title=_("提醒志愿者临近的班次"))
def remind(now: dt.datetime) -> None:
    """Reminds those with a place in a shift that begins soon, each once."""
    hours = policy_value(REMIND_HOURS.key)
    near = Shift.objects.filter(
        starts_at__gt=now, starts_at__lte=now + dt.timedelta(hours=hours), state=ShiftState.PLANNED, activity__state=ActivityState.OPEN,
        sign_ups__state=SignUpState.SIGNED, sign_ups__reminded_at__isnull=True,
    )  # fmt: skip
    for shift in near.distinct().order_by("pk"):
        actions.remind(shift, by=SYSTEM, at=now)


@job(every=dt.timedelta(minutes=15), title=_("请队长确认忘记签退的时间"))
def ask_about_sign_outs(now: dt.datetime) -> None:
    """Asks the leaders of activities until when those were there who did not sign out."""
    for activity in Activity.objects.filter(pk__in=forgotten(now).values("shift__activity")).order_by("pk"):
        settling.propose_confirmation(activity, by=SYSTEM, at=now)


@job(every=dt.timedelta(days=1), title=_("清除已入账的逐次签到记录和没有到场的登记"))
def forget_marks(now: dt.datetime) -> None:
    """Erases what nobody needs any more of who came when, and who did not."""
    settling.forget_marks(None, by=SYSTEM, at=now)
