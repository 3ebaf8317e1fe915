"""How much of what was struck off came back, estimated from the cases drawn to be looked at again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.figures import FIGURES, Dimension, Period, Sampled, Scope, register
from yipanqi.kernel.policy import policy_value
from yipanqi.rechecks import selectors
from yipanqi.rechecks.catalogue import ROOT_CAUSE
from yipanqi.rechecks.models import Recheck
from yipanqi.rechecks.states import RecheckState

ANSWERED = Q(state__in=(RecheckState.KEPT, RecheckState.BACK))
BY = {
    "why": Dimension(_("抽取原因"), "why", names=dict(Recheck.Why.choices)),
    "unit": Dimension(_("主办单位"), "case__unit__code", "case__unit__name"),
    "class": Dimension(_("问题类别"), "case__issue_class__key", "case__issue_class__name"),
    "area": Dimension(_("所在区划"), "case__area__code", "case__area__name"),
}


def rechecks_of(scope: Scope) -> QuerySet[Recheck]:
    """The rechecks a scope covers: those the person may see, of cases led by the unit, in the area or any below it."""
    rows = Recheck.objects.all() if scope.user is None else selectors.visible_to(scope.user)
    if not scope.unit and not scope.area:
        return rows
    return rows.filter(case__in=cases.filtered(Case.objects.all(), {"unit": scope.unit, "area": scope.area}))


REBOUND = register(
    Sampled(
        key="rechecks.rebound_rate", name=_("反弹率"), unit="%",
        definition=_("本期销号的案件中问题又出现的比例，由抽中并已回查的案件推算：每件按被抽中的概率加权，容易反弹的多抽也不会使结果偏高。分子、分母是已回查的件数，未计入的是抽中而未回查的案件。"),
        source=rechecks_of, moment="closed_at", select=ANSWERED, part=Q(state=RecheckState.BACK), left_out=~ANSWERED,
        breakdowns=BY, chance="chance", opens="case",
    )  # fmt: skip
)


@dataclass(frozen=True)
class Cause:
    """A class or place that keeps coming back: its key, its name, how often, and the list of the cases that came back."""

    key: str
    name: str
    times: int
    url: str


def root_causes(scope: Scope, now: dt.datetime) -> dict[str, list[Cause]]:
    """By "class" and "place": what came back so often within a year that another order will not help, the most often first."""
    back, fewest, today = FIGURES["cases.rebounded"], int(policy_value(ROOT_CAUSE.key)), timezone.localdate(now)
    year = Period(today - dt.timedelta(days=365), today)
    return {
        by: [
            Cause(line.key, line.label, line.value.n, f"{back.records_url(year, replace(scope, line=(by, line.key)))}#records")
            for line in back.breakdown(by, year, scope, now) if line.key and line.value.n >= fewest
        ]
        for by in ("class", "place")
    }  # fmt: skip
