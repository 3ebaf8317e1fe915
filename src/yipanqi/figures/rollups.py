"""Rollups: figures read from counters that equal counting afresh, whatever waits to be counted.

A change marks its record in the statement that writes it (the record's version is no longer the one that was counted), so
nothing can be lost on the way: asking takes what waits out of the counters as it was counted, and puts it in as it is. Where
the moment asked about parts a day, the records of that day are put right one by one. Between two readings of the ledger
nobody changed the counters, or all is read again; so every answer is of one instant.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection, models
from django.db.models import Q

from yipanqi.figures import cells
from yipanqi.figures.layout import SPAN_CLOCKS, Clock, Dims, Fact, Layout, Plan, bin_of, day_of, view_of
from yipanqi.figures.registry import FIGURES, ROLLUPS, Figure, Quantile
from yipanqi.figures.stretches import Adjoining, Always, Timeless
from yipanqi.figures.tables import DIMS
from yipanqi.figures.terms import FigureValue, Period, Scope

#: How often an answer is read again because counters changed meanwhile, before it is counted afresh.
TRIES = 3
#: What is read once in `one_instant`: by rollup and moment; {} stands for itself.
_instant: ContextVar[dict[Any, Any] | None] = ContextVar("figures_instant", default=None)
_afresh: ContextVar[bool] = ContextVar("figures_afresh", default=False)
Filters = dict[str, frozenset[Any]]


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


@dataclass(frozen=True)
class Reading:
    """What must be known beside the counters: the ledger's round, the records to put right as they are, and what those that
    changed had shared."""

    round: int
    facts: Sequence[Fact]
    taken: Sequence[tuple[Dims, Sequence[Sequence[int]]]]
    waiting: frozenset[int]


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
        return self._read(as_of, lambda reading: _Answer(self, reading, scope, as_of).values(mine, periods)) or {}

    def lines(self, figure: Figure, columns: Sequence[str], period: Period, scope: Scope, as_of: dt.datetime) -> list[tuple[dict[str, Any], FigureValue]] | None:
        """The groups of a breakdown; None where the counters do not tell."""
        if isinstance(figure, Quantile) or figure.source is not self.source or not self._tells(figure, scope):
            return None
        if any(self.dim(column) is None for column in columns):
            return None
        return self._read(as_of, lambda reading: _Answer(self, reading, scope, as_of).lines(figure, columns, period))

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
            taken = list(cells.taken(self.counted, waiting).values())
            reading = Reading(round, facts, taken, waiting)
        if kept is not None:
            kept[self, as_of] = reading
        return reading

    def _to_put_right(self, as_of: dt.datetime) -> list[Fact]:
        today = dt.date.fromordinal(day_of(as_of))
        ends = {True: Period(today, today).ends_at, False: Period.this_month(today).ends_at}
        rows = [self.records.filter(self.waiting)]
        rows += [self.records.filter(**{f"{c}__gte": as_of, f"{c}__lt": ends[c in self.ahead]}) for c in self.layout.clocks if c]
        # Many short lists by their indexes: as one condition they would read every record.
        found = rows[0].order_by().values_list("pk").union(*(one.order_by().values_list("pk") for one in rows[1:]))
        pks = [pk for (pk,) in found]
        return [fact for at in range(0, len(pks), 5_000) for fact in self.facts(self.records.filter(pk__in=pks[at : at + 5_000]))]


class _Answer:
    """One question put to the counters, with what is put right beside them."""

    def __init__(self, rollup: Rollup, reading: Reading, scope: Scope, as_of: dt.datetime) -> None:
        self.rollup, self.reading, self.scope, self.as_of = rollup, reading, scope, as_of
        self.today = day_of(as_of)
        self.filters = rollup.within(scope)

    def values(self, figures: Sequence[Figure], periods: Sequence[Period]) -> dict[str, list[FigureValue]]:
        """The values of the figures that a view tells."""
        found: dict[str, list[FigureValue]] = {}
        for line_column, mine in self._by_line(figures).items():
            filters = self._filters(line_column)
            sums = self._sums(mine, periods, filters, ())
            for figure in mine:
                plan = self.rollup.layout.plans[figure.key]
                if (plan.clock.number, figure.snapshot) not in sums.asked:
                    continue
                told = [self._value(figure, plan, sums, slot, period, filters) for slot, period in enumerate(periods)]
                if None not in told:
                    found[figure.key] = told  # type: ignore[assignment]
        return found

    def _by_line(self, figures: Sequence[Figure]) -> dict[str, list[Figure]]:
        found: dict[str, list[Figure]] = {}
        for figure in figures:
            found.setdefault(figure.breakdowns[self.scope.line[0]].column if self.scope.line else "", []).append(figure)
        return found

    def lines(self, figure: Figure, columns: Sequence[str], period: Period) -> list[tuple[dict[str, Any], FigureValue]] | None:
        """Each group with its value, as many as have records."""
        dims = tuple(dim for dim in DIMS if dim in {self.rollup.dim(column) for column in columns})
        plan = self.rollup.layout.plans[figure.key]
        line_column = figure.breakdowns[self.scope.line[0]].column if self.scope.line else ""
        sums = self._sums([figure], [period], self._filters(line_column), dims)
        if (plan.clock.number, figure.snapshot) not in sums.asked:
            return None
        named = self._named(sums.groups(), dims, columns)
        counts: dict[tuple[Any, ...], dict[str, int]] = {}
        for group, words in named.items():
            own = counts.setdefault(words, dict.fromkeys(plan.parts, 0))
            for part, n in sums.counts(plan, 0, group, figure.snapshot).items():
                own[part] += n
        rows = ((dict(zip(columns, words, strict=True)), n) for words, n in counts.items() if any(n.values()))
        return [(row, figure.measure_of(n, self.as_of)) for row, n in rows]

    def _filters(self, line_column: str) -> Filters:
        """Row ids by what is told apart, of the scope and its line."""
        filters = dict(self.filters)
        if line_column and self.scope.line:
            dim, key = self.rollup.dim(line_column) or "", self.scope.line[1]
            ids = frozenset([key or 0])
            if dim != "source" and key:
                tail = line_column.partition("__")[2]
                ids = frozenset(self._related(dim)._default_manager.filter(**{tail: key}).values_list("pk", flat=True))
            filters[dim] = filters[dim] & ids if dim in filters else ids
        return filters

    def _related(self, dim: str) -> type[models.Model]:
        return self.rollup.records.model._meta.get_field(self.rollup.columns[dim]).related_model  # type: ignore[return-value]

    def _named(self, groups: Iterable[tuple[Any, ...]], dims: Sequence[str], columns: Sequence[str]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """For each group of ids the values of the columns asked for."""
        groups = list(groups)
        words: dict[str, dict[Any, Any]] = {}
        for at, dim in enumerate(dims):
            tails = {column: column.partition("__")[2] for column in columns if self.rollup.dim(column) == dim}
            ids = {group[at] for group in groups}
            if dim == "source":
                words |= {column: {one: one for one in ids} for column in tails}
                continue
            found = list(self._related(dim)._default_manager.filter(pk__in=ids).order_by().values_list("pk", *tails.values()))
            words |= {column: {row[0]: row[n] for row in found} for n, column in enumerate(tails, 1)}
        where = [(words[column], dims.index(self.rollup.dim(column) or "")) for column in columns]
        return {group: tuple(known.get(group[at]) for known, at in where) for group in groups}

    def _sums(self, figures: Sequence[Figure], periods: Sequence[Period], filters: Filters, dims: tuple[str, ...]) -> cells.Sums:
        stretches = {daily: (Adjoining(periods, self.today, daily), Always(self.today, daily)) for daily in (False, True)}
        asked = {(self.rollup.layout.plans[figure.key].clock.number, figure.snapshot) for figure in figures}

        def stretch(clock: Clock, view: int, whole: bool) -> Timeless:
            return stretches[view in clock.daily][whole] if clock.column else Timeless()

        sums = cells.Sums(self.rollup.layout, asked, stretch, filters, dims)
        sums.read(self.rollup.tally._meta.db_table)
        sums.put_right(self.reading.facts, self.reading.taken, self.as_of)
        return sums

    def _value(self, figure: Figure, plan: Plan, sums: cells.Sums, slot: int, period: Period, filters: Filters) -> FigureValue | None:
        slot = 0 if figure.snapshot else slot
        if not isinstance(figure, Quantile):
            return figure.measure_of(sums.counts(plan, slot, (), figure.snapshot), self.as_of)
        bins = sums.bins(plan, slot)
        n, rank = sum(bins.values()), 0
        wanted = max(1, math.ceil(n * (figure.q or 0.0)))
        for bin, own in sorted(bins.items()):
            if rank + own >= wanted:
                spans = self._spans(plan, bin, period, filters)
                return figure.spread(n, spans[wanted - rank - 1], self.as_of) if len(spans) == own else None
            rank += own
        return figure.spread(0, None, self.as_of)

    def _spans(self, plan: Plan, bin: int, period: Period, filters: Filters) -> list[dt.timedelta]:
        """The spans of one class of lengths, shortest first."""
        name, clock = f"span{plan.clock.number - SPAN_CLOCKS}", plan.clock.number
        within = {f"{name}_at__gte": period.begins_at, f"{name}_at__lt": period.ends_at, f"{name}_at__lte": self.as_of}
        rows = self.rollup.counted._default_manager.filter(**{f"{name}_bin": bin, **within}, **{f"{dim}__in": ids for dim, ids in filters.items()})
        found = [span for pk, span in rows.values_list("pk", name) if pk not in self.reading.waiting]
        for fact in self.reading.facts:
            at = fact.moments[clock]
            if fact.clean or at is None or not fact.masks[clock] or clock not in fact.spans or not cells.inside(fact.dims, filters):
                continue
            if period.begins_at <= at < period.ends_at and at <= self.as_of and bin_of(fact.spans[clock]) == bin:
                found.append(fact.spans[clock])
        return [dt.timedelta(microseconds=span) for span in sorted(found)]


def roll_up(rollup: Rollup) -> Rollup:
    """Let the figures over a source be answered from its counters."""
    ROLLUPS.append(rollup)
    return rollup


def rollup_of(ledger: type[models.Model]) -> Rollup:
    """The rollup that a ledger belongs to, for the actions that keep it."""
    return next(rollup for rollup in ROLLUPS if isinstance(rollup, Rollup) and rollup.ledger is ledger)
