"""One question put to the counters of a rollup, with what they do not tell put right beside them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from yipanqi.figures import cells
from yipanqi.figures.corrections import Corrections
from yipanqi.figures.layout import SPAN_CLOCKS, Clock, Plan, bin_of, day_of
from yipanqi.figures.registry import Figure, Quantile
from yipanqi.figures.stretches import Adjoining, Always, Timeless
from yipanqi.figures.tables import DIMS
from yipanqi.figures.terms import FigureValue, Period, Scope

if TYPE_CHECKING:
    from yipanqi.figures.rollups import Rollup

Filters = dict[str, frozenset[Any]]


@dataclass(frozen=True)
class Reading:
    """What must be known beside the counters: the ledger's round, what they do not tell, and which records changed."""

    round: int
    corrections: Corrections
    waiting: frozenset[int]


class Answer:
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
        sums.put_right(self.reading.corrections)
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
        for fact in self.reading.corrections.facts:
            at = fact.moments[clock]
            if fact.clean or at is None or not fact.masks[clock] or clock not in fact.spans or not cells.inside(fact.dims, filters):
                continue
            if period.begins_at <= at < period.ends_at and at <= self.as_of and bin_of(fact.spans[clock]) == bin:
                found.append(fact.spans[clock])
        return [dt.timedelta(microseconds=span) for span in sorted(found)]
