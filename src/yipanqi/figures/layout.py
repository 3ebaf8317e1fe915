"""What a rollup keeps counters for, read off the declared figures: clocks, the conditions of each, and spans.

A clock is a moment of the record ("" for what is so at present, whenever). Each condition of a clock is a bit: what a
record shares is, for each clock, the day of its moment and the mask of the conditions that it meets.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from operator import itemgetter
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from yipanqi.figures.registry import Figure, Quantile
from yipanqi.figures.sides import EVERYTHING, NOTHING, Since
from yipanqi.figures.tables import DIMS, SLOTS

SPAN_CLOCKS = 100
MICROSECOND = dt.timedelta(microseconds=1)
ALL_TIME, MONTH, DAY = 0, 1, 2
#: [clock, day, mask, bin]: as kept for each record.
Share = list[int]
#: view, clock, grain, start, unit, area, kind, source, bin: as the cells are told apart.
Key = tuple[Any, ...]
Dims = tuple[Any, ...]


def view_of(dims: Iterable[str]) -> int:
    """The number of the view that tells these apart."""
    return sum(1 << DIMS.index(dim) for dim in set(dims))


def bin_of(microseconds: int) -> int:
    """The class of lengths of a span: whole minutes up to 31, then sixteen classes for each doubling. Longer spans never
    have a lower class."""
    minutes = max(microseconds, 0) // 60_000_000
    shift = max(minutes.bit_length() - 5, 0)
    return (shift << 4) + (minutes >> shift)


def day_of(moment: dt.datetime) -> int:
    """The city's day of a moment."""
    return moment.astimezone(timezone.get_default_timezone()).toordinal()


@cache
def month_of(day: int) -> int:
    """The first day of the month of a day."""
    return dt.date.fromordinal(day).replace(day=1).toordinal()


@dataclass
class Clock:
    """A moment of the record and the conditions counted by it; `ends`: the two moments between which a span is measured.
    Months are kept in all `views`, days in the `daily` ones."""

    number: int
    column: str
    views: tuple[int, ...]
    daily: frozenset[int] = frozenset()
    conditions: list[Q] = field(default_factory=list)
    strict: bool = False
    ends: tuple[str, str] = ("", "")

    @cached_property
    def places(self) -> list[tuple[int, bool, tuple[bool, ...]]]:
        """Of each view its number, whether days are kept in it, and which of the dimensions it tells apart."""
        return [(view, view in self.daily, tuple(bool(view & view_of([dim])) for dim in DIMS)) for view in self.views]

    def slot(self, condition: Q) -> int:
        """Where the condition is counted; -1 for none that any record meets."""
        if condition == NOTHING:
            return -1
        if condition not in self.conditions:
            self.conditions.append(condition)
        return self.conditions.index(condition)

    @property
    def after(self) -> str:
        """How a query says that a moment of this clock has not come."""
        return "gte" if self.strict else "gt"

    def come(self, moment: dt.datetime, as_of: dt.datetime) -> bool:
        """Whether a moment of this clock has come."""
        return Since(self.column, strict=self.strict).come(moment, as_of)


@dataclass(frozen=True)
class Part:
    """Where the records of a part of a figure are counted, before and after the moment asked about."""

    before: int
    after: int


@dataclass(frozen=True)
class Plan:
    """Where a figure is counted."""

    clock: Clock
    parts: Mapping[str, Part]


@dataclass(slots=True)  # not frozen, which would take thrice the time of making one: a million are made
class Fact:
    """A record as it is now: row id, version, what tells it apart, its moments and masks by clock, and its spans."""

    pk: int
    version: int
    clean: bool
    dims: Dims
    moments: Mapping[int, dt.datetime | None]
    masks: Mapping[int, int]
    spans: Mapping[int, int]

    def shares(self) -> Iterator[tuple[int, dt.datetime | None, int, int]]:
        """Clock, moment, mask and bin of all that it counts for."""
        for clock, moment in self.moments.items():
            if clock >= SPAN_CLOCKS:
                if self.masks[clock] and clock in self.spans:
                    yield clock, moment, 1, bin_of(self.spans[clock])
            elif self.masks[clock] and (moment is not None or clock == 0):
                yield clock, moment, self.masks[clock], 0

    def kept(self) -> list[Share]:
        """What is stored of these."""
        return [[clock, day_of(moment) if moment else 0, mask, bin] for clock, moment, mask, bin in self.shares()]


class Layout:
    """The clocks that the figures over one source need, and where each figure is counted."""

    def __init__(self, figures: Sequence[Figure], views: Callable[[str], tuple[int, ...]], span_views: tuple[int, ...], ahead: Iterable[str]) -> None:
        self.views, self.span_views, self.ahead = views, span_views, frozenset(ahead)
        self.clocks: dict[str, Clock] = {"": Clock(0, "", views(""))}
        self.spans: dict[tuple[Any, ...], Clock] = {}
        self.plans: dict[str, Plan] = {}
        for figure in figures:
            if isinstance(figure, Quantile):
                self._span(figure)
            else:
                self._count(figure)
        self.by_number = {clock.number: clock for clock in (*self.clocks.values(), *self.spans.values())}
        crowded = [clock.column for clock in self.by_number.values() if len(clock.conditions) > SLOTS]
        if crowded or len(self.spans) > 2:
            raise ValueError(f"more conditions or spans than a rollup has counters for: {crowded or len(self.spans)}")
        told = [(c.number, c.column, c.views, sorted(c.daily), c.strict, c.ends, [str(q) for q in c.conditions]) for c in self.by_number.values()]
        self.digest = hashlib.sha256(repr(told).encode()).hexdigest()

    def _clock(self, figure: Figure) -> tuple[str, bool] | None:
        """The column of the figure's clock and whether it is strict; None where the figure has several, or a period without any."""
        since = {c for conditions in figure.written().values() for c in conditions if isinstance(c, Since)}
        columns = {one.column for one in since} | ({figure.moment} if figure.moment else set())
        if len(columns) > 1 or not (figure.moment or figure.snapshot):
            return None
        return next(iter(columns), ""), any(one.strict for one in since)

    def _count(self, figure: Figure) -> None:
        sides, found = figure.sides(), self._clock(figure)
        if sides is None or found is None:
            return
        column, strict = found
        views = self.views(column)
        daily = frozenset(views if column in self.ahead else {0})
        clock = self.clocks.setdefault(column, Clock(len(self.clocks), column, views, daily, strict=strict))
        if clock.strict == strict:
            self.plans[figure.key] = Plan(clock, {part: Part(clock.slot(before), clock.slot(after)) for part, (before, after) in sides.items()})

    def _span(self, figure: Quantile) -> None:
        sides, found = figure.sides(), self._clock(figure)
        ends = getattr(figure.measure, "ends", None)
        if sides is None or found is None or ends is None or figure.q is None or found[1]:
            return
        (before, after), (column, _strict) = next(iter(sides.values())), found
        if after != NOTHING or not column:
            return
        clock = self.spans.setdefault((column, ends, before), Clock(SPAN_CLOCKS + len(self.spans), column, self.span_views, ends=ends))
        self.plans[figure.key] = Plan(clock, {"numerator": Part(clock.slot(before), -1)})

    def facts(self, rows: QuerySet[Any], columns: Mapping[str, str], counted: Q) -> Iterator[Fact]:
        """The records of `rows` as they are."""
        clocks = list(self.by_number.values())
        masks = {f"mask{clock.number}": _mask(clock) for clock in clocks}
        ends = [name for clock in self.spans.values() for name in clock.ends]
        moments = [clock.column for clock in clocks if clock.column]
        dims = _columns(columns)
        names = list(dict.fromkeys(["pk", "version", "clean", *dims, *moments, *ends, *masks]))
        place = {name: at for at, name in enumerate(names)} | {"": -1}
        numbers, spans = list(self.by_number), [(clock.number, *(place[name] for name in clock.ends)) for clock in self.spans.values()]
        moments_of, masks_of = itemgetter(*(place[clock.column] for clock in clocks), -1), itemgetter(*(place[name] for name in masks), -1)
        clean = Case(When(counted, then=Value(1)), default=Value(0), output_field=IntegerField())
        for row in rows.order_by().annotate(clean=clean, **masks).values_list(*names):
            unit, area, kind, source = row[3:7]
            row = (*row, None)  # the moment of what has none
            yield Fact(
                row[0], row[1], bool(row[2]), (unit or 0, area or 0, kind or 0, source),
                dict(zip(numbers, moments_of(row), strict=False)), dict(zip(numbers, masks_of(row), strict=False)),
                {number: (row[end] - row[start]) // MICROSECOND for number, start, end in spans if row[start] is not None and row[end] is not None},
            )  # fmt: skip

    def masked(self, rows: QuerySet[Any], columns: Mapping[str, str], clock: Clock) -> QuerySet[Any, tuple[Any, ...]]:
        """The number of the clock, what tells the records of `rows` apart, and their masks by that clock."""
        return rows.order_by().annotate(told=Value(clock.number), mask=_mask(clock)).values_list("told", *_columns(columns), "mask")

    def cells(self, shares: Iterable[Sequence[int]], dims: Dims) -> Iterator[tuple[Key, int]]:
        """Every cell that the shares of a record go into, with the mask of the counters there."""
        unit, area, kind, source = dims
        for clock, day, mask, bin in shares:
            grain, start = (MONTH, month_of(day)) if clock else (ALL_TIME, 0)
            for view, daily, (by_unit, by_area, by_kind, by_source) in self.by_number[clock].places:
                told = (unit if by_unit else 0, area if by_area else 0, kind if by_kind else 0, source if by_source else "", bin)
                yield (view, clock, grain, start, *told), mask
                if daily and clock:
                    yield (view, clock, DAY, day, *told), mask


def _columns(columns: Mapping[str, str]) -> list[str]:
    """The columns with what tells a record apart, in the order of `DIMS`."""
    return [columns[dim] if columns[dim] == dim == "source" else f"{columns[dim]}_id" for dim in DIMS]


def _mask(clock: Clock) -> Any:
    """The bits of the conditions that a record meets."""
    found: Any = Value(sum(1 << at for at, condition in enumerate(clock.conditions) if condition == EVERYTHING))
    for at, condition in enumerate(clock.conditions):
        if condition != EVERYTHING:
            found = found + Case(When(condition, then=Value(1 << at)), default=Value(0), output_field=IntegerField())
    return found if clock.conditions else Value(0, output_field=IntegerField())


