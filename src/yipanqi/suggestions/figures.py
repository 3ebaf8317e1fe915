"""How often the desk decided as was suggested to it: told from what the accept form showed, kept with the move."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yipanqi.cases import selectors
from yipanqi.cases.models import Case, CaseMove, Source
from yipanqi.figures import Condition, Dimension, Period, Rate, Scope, register

BY = {
    "class": Dimension(_("问题类别"), "issue_class__key", "issue_class__name"),
    "source": Dimension(_("来源"), "source", names=dict(Source.choices)),
}


def cases_of(scope: Scope) -> QuerySet[Case]:
    """The cases a scope covers."""
    rows = Case.objects.all() if scope.user is None else selectors.visible_to(scope.user)
    return selectors.filtered(rows, {"unit": scope.unit, "area": scope.area})


def so_far(condition: Q) -> Condition:
    """Cases accepted by the moment asked about that meet the condition."""

    def now(period: Period, as_of: dt.datetime) -> Q:
        return Q(accepted_at__lte=as_of) & condition

    return now


def _accepted(**kept: object) -> Q:
    """Cases whose acceptance kept this of what was suggested."""
    conditions = {f"data__suggested__{name}": value for name, value in kept.items()}
    return Q(Exists(CaseMove.objects.filter(case=OuterRef("pk"), verb="accept", **conditions)))


SHOWN = _accepted(rank__gte=0)

for _key, _name, _part, _definition in (
    ("first_right", _("首选类别建议采纳率"), _accepted(rank=1), _("本期受理、受理时看到类别建议的案件中，受理类别就是排在第一的建议的比例。未计入的是受理时没有建议的案件（批量受理、接口受理、关闭建议期间等）。")),
    ("of_three_right", _("类别建议命中率"), _accepted(rank__gte=1), _("本期受理、受理时看到类别建议的案件中，受理类别在所列建议（至多三个）之内的比例。未计入的是受理时没有建议的案件。")),
):  # fmt: skip
    register(
        Rate(
            key=f"suggestions.{_key}", name=_name, unit="%", definition=_definition, source=cases_of, moment="accepted_at",
            select=so_far(SHOWN), part=_part, left_out=so_far(~SHOWN), breakdowns=BY,
        )  # fmt: skip
    )
