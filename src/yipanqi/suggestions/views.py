"""How good the suggestions are, for the office and for auditors."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.figures import DENOMINATOR, FIGURES, Figure, FigureValue, Period, Rate, Scope, ask
from yipanqi.kernel.gates import demand
from yipanqi.kernel.policy import policy_value
from yipanqi.suggestions import selectors
from yipanqi.suggestions.catalogue import SHOWN


@login_required
@require_safe
def accuracy(request: HttpRequest) -> HttpResponse:
    """Share right and calibration of the training in force, and how both went before."""
    demand(request.user, "suggestions.see_accuracy")
    learnt, before = selectors.in_force(), selectors.history()
    titles = (("class", _("问题类别"), _("已受理案件")), ("unit", _("承办单位"), _("已交办案件")))
    parts = [] if learnt is None else [_part(request, *title, told["cases"]) for title, told in zip(titles, (learnt.classes, learnt.units), strict=True)]
    rows = [{"at": one.trained_at, "cases": one.classes["cases"], "classes": _kept(one.classes), "units": _kept(one.units)} for one in before]
    return render(request, "suggestions/accuracy.html", {"learnt": learnt, "parts": parts, "rows": rows, "shown": policy_value(SHOWN.key)})


def _part(request: HttpRequest, what: str, title: str, cases_are: str, cases: int) -> dict[str, Any]:
    """How good the suggestions of classes, or of units, proved: the figures, and by how sure they were."""
    period, scope, at = Period.this_year(timezone.localdate()), Scope(user=request.user), timezone.now()
    first, three, said = (FIGURES[f"suggestions.tried_{what}_{name}"] for name in ("first", "three", "said"))
    found = ask([first, three, said], [period], scope, at)
    sure = {line.key: line.value for line in said.breakdown("band", period, scope, at)}
    bins = [
        {
            "range": line.label, "n": line.value.denominator, "right": _percent(line.value.value), "numerator": line.value.numerator,
            "said": f"{sure[line.key].value:.0f}%" if line.key in sure else "", "url": first.records_url(period, Scope(line=("band", line.key)), DENOMINATOR),
        }
        for line in sorted(first.breakdown("band", period, scope, at), key=lambda line: int(line.key.split("-")[0]))
    ]  # fmt: skip
    shown = [_shown(one, found[one.key][0], period) for one in (first, three, said)]
    return {"title": title, "cases_are": cases_are, "cases": cases, "tested": found[first.key][0].denominator, "shown": shown, "bins": bins}


def _shown(figure: Figure, value: FigureValue, period: Period) -> dict[str, Any]:
    percent = None if value.value is None else value.value * 100 if isinstance(figure, Rate) else value.value
    return {
        "name": figure.name, "definition": figure.definition, "url": figure.records_url(period, Scope()),
        "value": None if percent is None else f"{percent:.1f}", "note": "" if value.denominator is None else f"{value.numerator} / {value.denominator}",
    }  # fmt: skip


def _kept(told: dict[str, Any]) -> dict[str, str]:
    """What was found when it was learnt, in percent; the cases behind it are kept for the training in force only."""
    n = told["tested"]
    return {f"{name}_share": _percent(told[name] / n if n else None) for name in ("first", "of_three")}


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.0f}%"
