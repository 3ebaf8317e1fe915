"""Sums of a measure over records: people-times, hours, quantities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as Tally
from django.db.models import Sum as Added
from django.db.models import Value

from yipanqi.figures.registry import Figure
from yipanqi.figures.terms import NUMERATOR, FigureValue, Period, Scope


@dataclass(frozen=True, kw_only=True)
class Sum(Figure):
    """The sum of a `measure` (an SQL expression on a record) over the records; what the database adds up is handed to
    `told`, which makes the number. Nothing to add up is 0."""

    by_itself = True
    measure: Any
    told: Callable[[Any], float | int] = int

    def each(self, periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> list[FigureValue]:
        """The value of each period, one statement each."""
        return [next((value for _row, value in self._by((), period, scope, as_of)), self._made(0, 0, as_of)) for period in periods]

    def _by(self, columns: Iterable[str], period: Period, scope: Scope, as_of: dt.datetime) -> Iterator[tuple[dict[str, Any], FigureValue]]:
        names = list(dict.fromkeys(columns))
        rows = self.parts(period, scope, as_of)[NUMERATOR].order_by().annotate(one=Value(1), measured=self.measure)
        for *key, n, total in rows.values_list(*(names or ["one"])).annotate(n=Tally("pk"), total=Added("measured")):
            yield dict(zip(names, key, strict=False)), self._made(n, total or 0, as_of)

    def _made(self, n: int, total: Any, as_of: dt.datetime) -> FigureValue:
        return FigureValue(self.told(total), None, None, 0, as_of, n)
