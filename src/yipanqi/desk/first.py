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
    late = [line for line in FIGURES[OVERDUE_NOW].breakdown("class", period, scope, now) if line.value.n]
    severities = dict(IssueClass.objects.filter(key__in=[line.key for line in late]).values_list("key", "severity"))
    weight = {line.key: line.value.n * severities.get(line.key, 1) ** 2 for line in late}
    late.sort(key=lambda line: (-weight[line.key], line.key))
    return [_kind(line, severities.get(line.key, 1), period, scope, now) for line in late[:MOST]]


def _kind(line: Line, severity: int, period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    of_kind = replace(scope, line=("class", line.key))
    units = FIGURES[OVERDUE_NOW].breakdown("unit", period, of_kind, now)[:UNITS]
    open_now = FIGURES[OPEN_NOW]
    return {
        "name": line.label,
        "severity": showing.SEVERITIES[severity] if severity >= 3 else "",
        "late": line.value.n,
        "late_url": FIGURES[OVERDUE_NOW].records_url(period, of_kind),
        "open": figure_words.number(open_now, open_now.value(period, of_kind, now).value),
        "open_url": open_now.records_url(period, of_kind),
        "units": [_unit(one, period, of_kind) for one in units],
    }


def _unit(line: Line, period: Period, scope: Scope) -> dict[str, Any]:
    url = FIGURES[OVERDUE_NOW].records_url(period, replace(scope, unit=line.key)) if line.key else ""
    return {"name": line.label, "n": line.value.n, "url": url}
