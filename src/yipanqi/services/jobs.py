"""What happens by itself: orders that nobody answers move on, wishes gone by are told as unmet, terms end."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Conflict
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.services import actions, selectors

PIECE = 200


@job(every=dt.timedelta(minutes=5), title=gettext_lazy("点单：超时未接的转派，过期未派的办结，到期未评的办结"))
def move_on(now: dt.datetime) -> None:
    """Sends on what nobody answered in time; ends what nobody took before the days wished for were over, and what nobody rates."""
    for request in selectors.due_dispatches(now).order_by("id")[:PIECE]:
        try:
            actions.lapse(request, by=SYSTEM, at=now)
        except Conflict:  # it was answered between the look and the lock
            continue
    for request in selectors.overdue_wishes(timezone.localdate(now)).order_by("id")[:PIECE]:
        try:
            actions.give_up(request, reason=_("到希望的时间为止没有队伍接单。很抱歉，您可以改个时间重新点单。"), by=SYSTEM, at=now)
        except Conflict:
            continue
    for request in selectors.unrated(now).order_by("id")[:PIECE]:
        try:
            actions.close_unrated(request, by=SYSTEM, at=now)
        except Conflict:
            continue


@job(every=dt.timedelta(days=1), title=gettext_lazy("清除到期的点单联系方式"))
def erase_contacts(now: dt.datetime) -> None:
    """Erases whom ended orders were for, once the term is over."""
    while due := list(selectors.erasable(now).order_by("id")[:PIECE]):
        actions.erase_contacts(None, requests=due, by=SYSTEM, at=now)
