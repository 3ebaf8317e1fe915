"""The leader's board: one minute, four figures, and from each the way down to its records."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.cases import selectors as cases
from yipanqi.desk import figure_words
from yipanqi.desk.catalogue import CLOSURE_TARGET, ON_TIME_TARGET
from yipanqi.desk.first import mend_first
from yipanqi.desk.views.gates import gate, person
from yipanqi.figures import FIGURES, Line, Period, Scope
from yipanqi.kernel.policy import policy_value

#: Figures on top, the tone of one that is not zero, the setting that holds its target.
HEADLINE = (
    ("cases.closure_rate", "", CLOSURE_TARGET.key),
    ("cases.on_time_rate", "", ON_TIME_TARGET.key),
    ("cases.open_now", "", ""),
    ("cases.overdue_now", "late", ""),
)
FUNNEL = ("cases.found", "cases.accepted", "cases.dispatched", "cases.closed")
MONTHS = 12
LATE_UNITS = 10


@require_safe
@gate("desk.see_board")
def board(request: HttpRequest) -> HttpResponse:
    """Four figures, trend, loop, who is late, where problems come from, and what waits for the leader."""
    user, now = person(request), timezone.now()
    period = figure_words.period_of(request)
    scope = Scope(user=user)
    context = {
        "period": period,
        "periods": _periods(period),
        "headline": [_head(*line, period, scope, now) for line in HEADLINE],
        "first": mend_first(period, scope, now),
        "rates": _rates(period, scope, now),
        "trend": _trend(period, scope, now),
        "funnel": _funnel(period, scope, now),
        "late": _late(period, scope, now),
        "sources": _sources(period, scope, now),
        "waiting": [
            (title, queryset.count(), f"/cases/?group={at + 1}")
            for at, (title, queryset, _tone) in enumerate(cases.inbox(user))
        ],
        "nothing_yet": not cases.visible_to(user).exists(),
    }
    return render(request, "desk/board.html", context)


def _head(key: str, tone: str, target_key: str, period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    shown = figure_words.shown(key, period, scope, now) or {}
    target = float(policy_value(target_key)) if target_key else 0.0
    missed = bool(target and shown["raw"] is not None and shown["raw"] * 100 < target)
    words = _("目标 %(target)s%%") % {"target": f"{target:g}"} if target else ""
    return shown | {"tone": "soon" if missed else tone if shown["raw"] else "", "target": words, "missed": missed}


def _periods(period: Period) -> list[tuple[str, str, bool]]:
    """Periods that are asked for most, as (title, address, here)."""
    today = timezone.localdate()
    month = Period.this_month(today)
    before = Period.this_month(month.start - dt.timedelta(days=1))
    last_year = Period.this_year(today.replace(year=today.year - 1, day=1))
    choices = ((_("本月"), month), (_("上月"), before), (_("今年"), Period.this_year(today)), (_("去年"), last_year))
    return [(title, f"?from={one.start}&to={one.end}", one == period) for title, one in choices]


def _rates(period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    """Closure and on-time rate by month, with their targets as dashed lines."""
    months = _months(period)
    series: list[dict[str, Any]] = []
    for (key, _tone, target_key), tone in zip(HEADLINE[:2], ("act", "done"), strict=True):
        figure, target = FIGURES[key], float(policy_value(target_key))
        values = [figure.value(m, scope, now).value for m in months]
        shares = [None if v is None else round(v * 100, 1) for v in values]
        series.append({"name": str(figure.name), "values": shares, "tone": tone})
        if target:
            name = _("%(name)s目标") % {"name": figure.name}
            series.append({"name": name, "values": [target] * len(months), "tone": tone, "target": True})
    return {
        "kind": "line",
        "unit": "%",
        "categories": [m.start.strftime("%y-%m") for m in months],
        "links": [FIGURES["cases.closure_rate"].records_url(m, Scope()) for m in months],
        "series": series,
    }


def _months(period: Period) -> list[Period]:
    """The last twelve months that end with the period or today, oldest first."""
    month = Period.this_month(min(period.end, timezone.localdate()))
    found = [month]
    while len(found) < MONTHS:
        month = Period.this_month(month.start - dt.timedelta(days=1))
        found.append(month)
    return found[::-1]


def _trend(period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any] | None:
    if not {"cases.found", "cases.closed"} <= set(FIGURES):
        return None
    found, closed, months = FIGURES["cases.found"], FIGURES["cases.closed"], _months(period)
    return {
        "kind": "line",
        "unit": str(found.unit),
        "categories": [m.start.strftime("%y-%m") for m in months],
        "links": [found.records_url(m, Scope()) for m in months],
        "series": [
            {"name": str(found.name), "values": [found.value(m, scope, now).value for m in months], "tone": "act"},
            {"name": str(closed.name), "values": [closed.value(m, scope, now).value for m in months], "tone": "done"},
        ],
    }


def _funnel(period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any] | None:
    steps = [FIGURES[key] for key in FUNNEL if key in FIGURES]
    return {
        "kind": "funnel",
        "unit": _("件"),
        "categories": [str(f.name) for f in steps],
        "links": [f.records_url(period, Scope()) for f in steps],
        "series": [{"name": _("本期"), "values": [f.value(period, scope, now).value for f in steps]}],
    }


def _lines(key: str, by: str, period: Period, scope: Scope, now: dt.datetime) -> list[Line]:
    figure = FIGURES.get(key)
    return figure.breakdown(by, period, scope, now) if figure and by in figure.breakdowns else []


def _late(period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any] | None:
    lines = [line for line in _lines("cases.overdue_now", "unit", period, scope, now) if line.value.value][:LATE_UNITS]
    return _rows("cases.overdue_now", "unit", lines, period, "late") if lines else None


def _sources(period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any] | None:
    lines = _lines("cases.found", "source", period, scope, now)
    return _rows("cases.found", "source", lines, period, "act") if lines else None


def _rows(key: str, by: str, lines: list[Line], period: Period, tone: str) -> dict[str, Any]:
    figure = FIGURES[key]
    return {
        "kind": "rows",
        "unit": str(figure.unit),
        "categories": [line.label or _("未填") for line in lines],
        "links": [figure.records_url(period, Scope(line=(by, line.key))) for line in lines],
        "series": [{"name": str(figure.name), "values": [line.value.value for line in lines], "tone": tone}],
    }
