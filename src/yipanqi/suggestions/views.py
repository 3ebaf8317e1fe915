"""How good the suggestions are, for the office and for auditors."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

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
    parts = [] if learnt is None else [
        {"title": _("问题类别"), "cases_are": _("已受理案件"), **_part(learnt.classes)},
        {"title": _("承办单位"), "cases_are": _("已交办案件"), **_part(learnt.units)},
    ]  # fmt: skip
    rows = [{"at": one.trained_at, "cases": one.classes["cases"], "classes": _part(one.classes), "units": _part(one.units)} for one in before]
    return render(request, "suggestions/accuracy.html", {"learnt": learnt, "parts": parts, "rows": rows, "shown": policy_value(SHOWN.key)})


def _part(told: dict[str, Any]) -> dict[str, Any]:
    """What a report says, with shares in percent."""
    n = told["tested"]
    bins = [
        {
            "range": f"{row['from']:.0%}–{row['to']:.0%}", "n": row["n"], "said": _percent(row["said"]),
            "right": _percent(row["right"] / row["n"]), "numerator": row["right"],
        }
        for row in told["bins"]
    ]  # fmt: skip
    return {
        "cases": told["cases"], "tested": n, "tested_words": str(n), "first": told["first"], "of_three": told["of_three"], "bins": bins,
        "first_share": _percent(told["first"] / n) if n else "", "of_three_share": _percent(told["of_three"] / n) if n else "",
        "gap": f"{told['gap'] * 100:.1f}" if n else "",
    }  # fmt: skip


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"
