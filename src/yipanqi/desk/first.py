"""What to mend first: kinds of problem ranked by what is overdue and how severe it is, each number with its records."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from yipanqi.desk import figure_words, showing
from yipanqi.figures import FIGURES, Line, Period, Scope
from yipanqi.standards.models import IssueClass

OPEN_NOW, OVERDUE_NOW = "cases.open_now", "cases.overdue_now"
MOST = 5
UNITS = 2


def mend_first(period: Period, scope: Scope, now: dt.datetime) -> list[dict[str, Any]]:
    """Up to five kinds of problem with overdue cases, the most pressing first.

    Pressing is the number of overdue cases times the square of the kind's severity (1 to 4): one severe case weighs as
    much as nine ordinary ones. Each comes with its overdue and open numbers and the units that hold most of it.
    """
    late = FIGURES[OVERDUE_NOW].crossed("class", "unit", period, scope, now)
    if not late:
        return []
    kinds = {kind.key: kind for kind in IssueClass.objects.filter(key__in=late).only("key", "severity")}
    numbers = {key: sum(line.value.n for line in lines) for key, lines in late.items()}
    weight = {key: n * (kinds[key].severity if key else 1) ** 2 for key, n in numbers.items()}
    pressing = sorted(numbers, key=lambda key: (-weight[key], key))[:MOST]
    still_open = {line.key: line for line in FIGURES[OPEN_NOW].breakdown("class", period, scope, now)}
    # What is overdue is open, unless it was closed since the line before.
    return [
        _kind(still_open[key], kinds.get(key), numbers[key], late[key][:UNITS], period, scope)
        for key in pressing if key in still_open
    ]  # fmt: skip


def _kind(still_open: Line, kind: IssueClass | None, late: int, units: list[Line], period: Period, scope: Scope) -> dict[str, Any]:
    of_kind = replace(scope, line=("class", still_open.key))
    open_now = FIGURES[OPEN_NOW]
    return {
        "name": still_open.label,
        "severity": showing.SEVERITIES[kind.severity] if kind and kind.severity >= 3 else "",
        "late": late,
        "late_url": FIGURES[OVERDUE_NOW].records_url(period, of_kind),
        "open": figure_words.number(open_now, still_open.value.value),
        "open_url": open_now.records_url(period, of_kind),
        "units": [_unit(one, period, of_kind) for one in units],
    }


def _unit(line: Line, period: Period, scope: Scope) -> dict[str, Any]:
    url = FIGURES[OVERDUE_NOW].records_url(period, replace(scope, unit=line.key)) if line.key else ""
    return {"name": line.label, "n": line.value.n, "url": url}
