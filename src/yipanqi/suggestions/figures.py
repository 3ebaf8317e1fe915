"""How often the desk decided as was suggested to it: told from what the accept form showed, kept with the case."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.figures import BY, cases_of, so_far
from yipanqi.cases.models import Case
from yipanqi.figures import Dimension, Quantile, Rate, Scope, register

SHOWN = Q(suggested__isnull=False)

for _key, _name, _part, _definition in (
    ("first_right", _("首选类别建议采纳率"), Q(suggested=1), _("本期受理、受理时看到类别建议的案件中，受理类别就是排在第一的建议的比例。未计入的是受理时没有建议的案件（批量受理、接口受理、关闭建议期间等）。")),
    ("of_three_right", _("类别建议命中率"), Q(suggested__gte=1), _("本期受理、受理时看到类别建议的案件中，受理类别在所列建议（至多三个）之内的比例。未计入的是受理时没有建议的案件。")),
):  # fmt: skip
    register(
        Rate(
            key=f"suggestions.{_key}", name=_name, unit="%", definition=_definition, source=cases_of, moment="accepted_at",
            select=so_far("accepted_at", SHOWN), part=_part, left_out=so_far("accepted_at", ~SHOWN), breakdowns=BY,
        )  # fmt: skip
    )


def in_percent(found: Any) -> float:
    """A share as per cent with one digit."""
    return round(float(found) * 100, 1)


#: What was tried on cases that the training in force had not seen: of classes, and of units.
TRIED = (("class", _("类别"), _("受理")), ("unit", _("单位"), _("交办")))
BANDS = {f"{low}-{low + 20}": f"{low}%–{low + 20}%" for low in range(0, 100, 20)}


def tried_cases(scope: Scope) -> QuerySet[Case]:
    """The cases of a scope that the training in force was tried on."""
    return cases_of(scope).filter(held_out__isnull=False)


def _of_tried(what: str) -> dict[str, Any]:
    bands = Dimension(_("首选建议的把握"), f"held_out__{what}_band", names=BANDS)
    return {
        "source": tried_cases, "select": Q(**{f"held_out__{what}_rank__isnull": False}), "snapshot": True,
        "breakdowns": {"band": bands, **BY},
    }  # fmt: skip


for _what, _named, _decided in TRIED:
    _words = {"what": _named, "decided": _decided}
    register(Rate(
        key=f"suggestions.tried_{_what}_first", name=format_lazy(_("{what}建议检验：首选正确率"), **_words), unit="%",
        definition=format_lazy(_("最近一次学习时留出、没有参加学习的最新案件中，排在第一的{what}建议与综合组{decided}时的决定相同的比例。"), **_words),
        part=Q(**{f"held_out__{_what}_rank": 1}), **_of_tried(_what),
    ))  # fmt: skip
    register(Rate(
        key=f"suggestions.tried_{_what}_three", name=format_lazy(_("{what}建议检验：三选命中率"), **_words), unit="%",
        definition=format_lazy(_("最近一次学习时留出、没有参加学习的最新案件中，综合组{decided}时的决定在前三个{what}建议之内的比例。"), **_words),
        part=Q(**{f"held_out__{_what}_rank__gte": 1}), **_of_tried(_what),
    ))  # fmt: skip
    register(Quantile(
        key=f"suggestions.tried_{_what}_said", name=format_lazy(_("{what}建议检验：所说的平均把握"), **_words), unit="%",
        definition=format_lazy(_("同一批留出的案件中，系统对排在第一的{what}建议所说把握的平均数；与首选正确率越接近，所说的把握越可信。"), **_words),
        measure=F(f"held_out__{_what}_said"), told=in_percent, q=None, **_of_tried(_what),
    ))  # fmt: skip
