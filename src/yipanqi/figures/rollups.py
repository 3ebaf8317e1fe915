"""Rollups: figures read from counters that equal counting afresh, whatever waits to be counted.

A change marks its record in the statement that writes it (the record's version is no longer the one that was counted), so
nothing can be lost on the way: asking takes what waits out of the counters as it was counted, and puts it in as it is. Where
the moment asked about parts a day, the records of that day are put right one by one. Between two readings of the ledger
nobody changed the counters, or all is read again; so every answer is of one instant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection, models
from django.db.models import Q

from yipanqi.figures import cells
from yipanqi.figures.answering import Answer, Filters, Reading
from yipanqi.figures.corrections import Corrections, Later, later
from yipanqi.figures.layout import Fact, Layout, day_of, view_of
from yipanqi.figures.registry import FIGURES, ROLLUPS, Figure, Quantile
from yipanqi.figures.terms import FigureValue, Period, Scope

#: How often an answer is read again because counters changed meanwhile, before it is counted afresh.
TRIES = 3
#: What is read once in `one_instant`: by rollup and moment; {} stands for itself.
_instant: ContextVar[dict[Any, Any] | None] = ContextVar("figures_instant", default=None)
_afresh: ContextVar[bool] = ContextVar("figures_afresh", default=False)


@contextmanager
def one_instant() -> Iterator[None]:
    """All figures asked for the same moment inside are of one instant, and what waits to be counted is read once."""
    token = _instant.set({})
    try:
        yield
    finally:
        _instant.reset(token)


@contextmanager
def afresh() -> Iterator[None]:
    """Figures asked inside are counted from their records."""
    token = _afresh.set(True)
    try:
        yield
    finally:
        _afresh.reset(token)


@dataclass(frozen=True, eq=False)
class Rollup:
    """Counters over the records of one source.

    `columns`: the record's column behind each of unit, area, kind and source. `views`: by clock column what is told apart
    together, "*" for the others and "span" for spans. `ahead`: clocks whose moments may lie ahead, as deadlines do; for them
    days are kept in all views, for others in that of the whole only. `sees_all`: whether a person's figures are the city's. `within`: the
    row ids of a scope's unit and area. `waiting`: records that changed since they were counted.
    """

    source: Callable[[Scope], models.QuerySet[Any]]
    tally: type[models.Model]
    counted: type[models.Model]
    ledger: type[models.Model]
    columns: Mapping[str, str]
    views: Mapping[str, Sequence[Sequence[str]]]
    ahead: Sequence[str]
    sees_all: Callable[[Any], bool]
    within: Callable[[Scope], Filters]
    waiting: Q

    @cached_property
    def layout(self) -> Layout:
        """What is counted, by the figures declared."""
        figures = [figure for figure in FIGURES.values() if figure.source is self.source]
        return Layout(figures, lambda column: self._views(column if column in self.views else "*"), self._views("span"), self.ahead)

    def _views(self, name: str) -> tuple[int, ...]:
        return tuple(view_of(dims) for dims in self.views[name])

    @property
    def records(self) -> models.QuerySet[Any]:
        """All records."""
        return self.source(Scope())

    def facts(self, rows: models.QuerySet[Any]) -> Iterator[Fact]:
        """The records of `rows` as they are."""
        return self.layout.facts(rows, self.columns, ~self.waiting)

    # ----- asking -----

    def ask(self, figures: Sequence[Figure], periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> dict[str, list[FigureValue]]:
        """The values of those figures that the counters tell."""
        mine = [figure for figure in figures if figure.source is self.source and self._tells(figure, scope)]
        if not mine:
            return {}
        return self._read(as_of, lambda reading: Answer(self, reading, scope, as_of).values(mine, periods)) or {}

    def lines(self, figure: Figure, columns: Sequence[str], period: Period, scope: Scope, as_of: dt.datetime) -> list[tuple[dict[str, Any], FigureValue]] | None:
        """The groups of a breakdown; None where the counters do not tell."""
        if isinstance(figure, Quantile) or figure.source is not self.source or not self._tells(figure, scope):
            return None
        if any(self.dim(column) is None for column in columns):
            return None
        return self._read(as_of, lambda reading: Answer(self, reading, scope, as_of).lines(figure, columns, period))

    def dim(self, column: str) -> str | None:
        """What is told apart by a column of a dimension; None for what the counters do not know."""
        return next((dim for dim, own in self.columns.items() if column.partition("__")[0] == own), None)

    def _tells(self, figure: Figure, scope: Scope) -> bool:
        if _afresh.get() or figure.key not in self.layout.plans or not (scope.user is None or self.sees_all(scope.user)):
            return False
        return scope.line is None or self.dim(figure.breakdowns[scope.line[0]].column) is not None

    def _read(self, as_of: dt.datetime, answer: Callable[[Reading], Any]) -> Any:
        for _try in range(TRIES):
            reading = self._reading(as_of)
            if reading is None:
                return None
            found = answer(reading)
            if found is None or reading.round == self._round():
                return found
            (_instant.get() or {}).pop((self, as_of), None)
        return None

    def _round(self) -> int:
        """How often the counters were changed; -1 where they do not stand for the records."""
        with connection.cursor() as cursor:  # in plain SQL: every answer asks it twice
            cursor.execute(f"SELECT round, layout, ready FROM {self.ledger._meta.db_table}")
            row = cursor.fetchone()
        return row[0] if row and row[2] and row[1] == self.layout.digest else -1

    def _reading(self, as_of: dt.datetime) -> Reading | None:
        kept = _instant.get()
        if kept is not None and (self, as_of) in kept:
            return kept[self, as_of]  # type: ignore[no-any-return]
        reading, round = None, self._round()
        if round >= 0:
            facts = self._to_put_right(as_of)
            waiting = frozenset(fact.pk for fact in facts if not fact.clean)
            taken = cells.taken(self.counted, waiting).values()
            reading = Reading(round, Corrections(self.layout, facts, taken, self._deadlines(as_of), as_of), waiting)
        if kept is not None:
            kept[self, as_of] = reading
        return reading

    def _to_put_right(self, as_of: dt.datetime) -> list[Fact]:
        end = Period.this_month(dt.date.fromordinal(day_of(as_of))).ends_at
        rows = [self.records.filter(self.waiting)]
        rows += [self.records.filter(**{f"{c}__gte": as_of, f"{c}__lt": end}) for c in self.layout.clocks if c and c not in self.ahead]
        # Many short lists by their indexes: as one condition they would read every record.
        found = rows[0].order_by().values_list("pk").union(*(one.order_by().values_list("pk") for one in rows[1:]))
        pks = [pk for (pk,) in found]
        return [fact for at in range(0, len(pks), 5_000) for fact in self.facts(self.records.filter(pk__in=pks[at : at + 5_000]))]

    def _deadlines(self, as_of: dt.datetime) -> dict[int, list[Later]]:
        """Of records that wait for nothing else: the deadlines that come later that day."""
        today = dt.date.fromordinal(day_of(as_of))
        still, end = self.records.exclude(self.waiting), Period(today, today).ends_at
        clocks = [clock for column, clock in self.layout.clocks.items() if column in self.ahead]
        rows = [still.filter(**{f"{clock.column}__{clock.after}": as_of, f"{clock.column}__lt": end}) for clock in clocks]
        masked = [self.layout.masked(own, self.columns, clock) for own, clock in zip(rows, clocks, strict=True)]
        return later(masked[0].union(*masked[1:], all=True)) if masked else {}


def roll_up(rollup: Rollup) -> Rollup:
    """Let the figures over a source be answered from its counters."""
    ROLLUPS.append(rollup)
    return rollup


def rollup_of(ledger: type[models.Model]) -> Rollup:
    """The rollup that a ledger belongs to, for the actions that keep it."""
    return next(rollup for rollup in ROLLUPS if isinstance(rollup, Rollup) and rollup.ledger is ledger)
