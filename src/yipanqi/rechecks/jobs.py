"""The daily draw, and what nobody looked at in time."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.rechecks import actions, sampling, selectors
from yipanqi.rechecks.models import Recheck
from yipanqi.rechecks.states import RecheckState


@job(every=dt.timedelta(hours=6), title=_("抽取要回查的案件"))
def draw_rechecks(now: dt.datetime) -> None:
    """Draws every day that is old enough and was not drawn; then lets lapse what is past its date."""
    for day in selectors.days_to_draw(now):
        actions.draw(None, day=day, by=SYSTEM, at=now)
    for recheck in Recheck.objects.filter(state=RecheckState.DUE, due_on__lt=timezone.localdate(now)).order_by("id"):
        actions.lapse(recheck, by=SYSTEM, at=now)


@job(every=dt.timedelta(hours=1), title=_("抽取要核查的案件，未抽中的期满销号"))
def draw_verifications(now: dt.datetime) -> None:
    """Draws every past day that was not drawn, then strikes off what was not drawn and whose term is over. Does nothing
    while the office has everything verified."""
    for day in sampling.days_to_draw(now):
        actions.draw_for_verification(None, day=day, by=SYSTEM, at=now)
    for case in sampling.spared_and_over(now):
        actions.strike_off(case, by=SYSTEM, at=now)
