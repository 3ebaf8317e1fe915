"""Proving a rollup: every figure it answers, asked of the counters and counted afresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from yipanqi.figures.registry import FIGURES, Quantile, ask
from yipanqi.figures.rollups import Rollup, afresh
from yipanqi.figures.terms import FigureValue, Period, Scope


def differences(rollup: Rollup, as_of: dt.datetime, scopes: Sequence[Scope] = (Scope(),)) -> list[str]:
    """What the counters tell otherwise than the records, this year and the year before; each with both numbers.

    What goes on meanwhile is no difference: only what is found twice is named.
    """
    found = list(_differences(rollup, as_of, scopes))
    again = set(_differences(rollup, as_of, scopes)) if found else set()
    return [one for one in found if one in again]


def _differences(rollup: Rollup, as_of: dt.datetime, scopes: Sequence[Scope]) -> Iterator[str]:
    today = timezone.localdate(as_of)
    this_year = Period.this_year(today)
    periods = [Period.this_year(this_year.start - dt.timedelta(days=1)), this_year]
    figures = [FIGURES[key] for key in rollup.layout.plans]
    for scope in scopes:
        rolled = ask(figures, periods, scope, as_of)
        with afresh():
            counted = ask(figures, periods, scope, as_of)
        for figure in figures:
            for period, one, other in zip(periods, rolled[figure.key], counted[figure.key], strict=True):
                if one != other:
                    yield f"{figure.key} {period.start.year}: {_told(one)}, counted afresh {_told(other)}"
        for figure in figures:
            if not isinstance(figure, Quantile):
                yield from _lines(rollup, figure, this_year, scope, as_of)


def _lines(rollup: Rollup, figure: Any, period: Period, scope: Scope, as_of: dt.datetime) -> Iterator[str]:
    for name, by in figure.breakdowns.items():
        if rollup.dim(by.column) is None:
            continue
        rolled = {line.key: line for line in figure.breakdown(name, period, scope, as_of)}
        with afresh():
            counted = {line.key: line for line in figure.breakdown(name, period, scope, as_of)}
        for key in sorted({*rolled, *counted}):
            if rolled.get(key) != counted.get(key):
                told = " / ".join(_told(line.value) if line else "-" for line in (rolled.get(key), counted.get(key)))
                yield f"{figure.key} {name} {key}: {told}"


def _told(value: FigureValue) -> str:
    return f"{value.value} ({value.numerator}/{value.denominator}/{value.excluded})"
