"""The daily draw, and what nobody looked at in time."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.rechecks import actions, selectors
from yipanqi.rechecks.models import Recheck
from yipanqi.rechecks.states import RecheckState


@job(every=dt.timedelta(hours=6), title=_("抽取要回查的案件"))
def draw_rechecks(now: dt.datetime) -> None:
    """Draws every day that is old enough and was not drawn; then lets lapse what is past its date."""
    for day in selectors.days_to_draw(now):
        actions.draw(None, day=day, by=SYSTEM, at=now)
    for recheck in Recheck.objects.filter(state=RecheckState.DUE, due_on__lt=timezone.localdate(now)).order_by("id"):
        actions.lapse(recheck, by=SYSTEM, at=now)
