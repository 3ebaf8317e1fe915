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
from yipanqi.desk.views.gates import gate, person
from yipanqi.figures import FIGURES, Line, Period, Scope

HEADLINE = (
    ("cases.closure_rate", ""),
    ("cases.on_time_rate", ""),
    ("cases.open_now", ""),
    ("cases.overdue_now", "late"),
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
    headline = [(figure_words.shown(key, period, scope, now), tone) for key, tone in HEADLINE if key in FIGURES]
    context = {
        "period": period,
        "headline": [f | {"tone": tone if f["raw"] else ""} for f, tone in headline if f],
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
