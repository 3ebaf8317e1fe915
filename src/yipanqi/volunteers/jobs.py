"""Daily work on volunteers."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.volunteers import actions, selectors

#: For how long the fact that somebody asked about the own data is kept.
KEEP_REQUESTS = dt.timedelta(days=3 * 366)
AT_ONCE = 200


@job(every=dt.timedelta(days=1), title=_("查找可能重复的志愿者登记"))
def find_likely_pairs(now: dt.datetime) -> None:
    """Pairs up entries that look like one person, for somebody to decide."""
    actions.find_pairs(None, by=SYSTEM, at=now)


@job(every=dt.timedelta(hours=6), title=_("执行到期的个人信息删除申请"))
def carry_out_erasures(now: dt.datetime) -> None:
    """Carries out erasures that were asked for and not taken back."""
    for asked in selectors.erasures_due(now).order_by("pk")[:AT_ONCE]:
        actions.agree_to_request(asked, by=SYSTEM, at=now)


@job(every=dt.timedelta(hours=6), title=_("清除已退出和未完成注册的志愿者资料"))
def erase_those_who_left(now: dt.datetime) -> None:
    """Erases who left or never finished, after the time that the office set; forgets requests decided long ago."""
    for number in selectors.to_erase(now).order_by("pk").values_list("number", flat=True)[:AT_ONCE]:
        actions.erase_left(None, number=number, by=SYSTEM, at=now)
    actions.forget_requests(None, before=now - KEEP_REQUESTS, by=SYSTEM, at=now)
