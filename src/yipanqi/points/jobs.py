"""What points do by themselves: expire, warn of it, and void codes whose time is over."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.points import actions, selectors, telling
from yipanqi.points.catalogue import enabled
from yipanqi.points.models import shown

AHEAD = dt.timedelta(days=30)


@job(every=dt.timedelta(days=1), title=_("积分到期清零，并提前一个月提醒"))
def expire(now: dt.datetime) -> None:
    """Points past their time are lost; whoever will lose some within a month hears of it once a month."""
    if not enabled():
        return
    today = timezone.localdate(now)
    for account in selectors.accounts_to_expire(today):
        actions.expire(account, today=today, by=SYSTEM, at=now)
    for account in selectors.accounts_to_expire(today + AHEAD).select_related("volunteer__user"):
        if amount := selectors.expiring_by(account, today + AHEAD):
            telling.of_expiry(account, str(shown(amount)), today + AHEAD, by=SYSTEM, at=now)


@job(every=dt.timedelta(minutes=30), title=_("作废过期的兑换码"))
def lapse_vouchers(now: dt.datetime) -> None:
    """Codes whose time is over are void."""
    if enabled():
        actions.lapse_vouchers(None, by=SYSTEM, at=now)
