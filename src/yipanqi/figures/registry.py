"""Named numbers: definition, unit, period and scope, and the records behind each. The only source of numbers on a page.

A figure is declared once in an app's figures.py and put into the registry with `register`:

    register(Count(key="cases.found", name=_("…"), unit=_("件"), definition=_("…"), source=cases_of, moment="found_at"))

`source(scope)` is what the person may see, narrowed to the scope's unit and area; of that a figure takes the records
whose `moment` falls in the period, and counts those that meet `select`. A rate takes its numerator out of its
denominator, so the part is never more than the whole. Lists of records, values and breakdowns all come from these same
conditions; `ask` answers several figures, also for several periods, in one statement. What a rollup keeps counters for is
read from these and equals what counting afresh would give.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar, Protocol, TypeVar
from urllib.parse import urlencode

from django.db.models import Q, Value
from django.utils import timezone

from yipanqi.figures.counting import SLOT, Branch, Rows, averaged, grouped, ranked, slots, tallied
from yipanqi.figures.sides import EVERYTHING, NOTHING, Condition, Sides, both, sides_of
from yipanqi.figures.terms import DENOMINATOR, EXCLUDED, NUMERATOR, Dimension, FigureValue, Line, Period, Scope

G = TypeVar("G", bound="Figure")


def _always() -> bool:
    return True


def _now(condition: Condition, period: Period, as_of: dt.datetime) -> Q:
    return condition if isinstance(condition, Q) else condition(period, as_of)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Base of all figures. `moment` is the column that says to which period a record belongs; a figure without one says
    in `select` what the period means to it. `snapshot`: it tells the present state and the period does not matter.
    `opens`: the relation of a record to what is shown for it. `offered`: whether the city uses what it tells of. `by_itself`: the kind answers in statements of its own."""

    key: str
    name: Any
    unit: Any
    definition: Any
    source: Callable[[Scope], Rows]
    moment: str = ""
    select: Condition = EVERYTHING
    breakdowns: Mapping[str, Dimension] = field(default_factory=dict)
    snapshot: bool = False
    opens: str = ""
    offered: Callable[[], bool] = _always
    by_itself: ClassVar[bool] = False

    def each(self, periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> list[FigureValue]:
        """The value of each period, of a kind that answers by itself."""
        raise NotImplementedError

    def conditions(self, period: Period, as_of: dt.datetime) -> dict[str, Q]:
        """By part, which of the records of the period it counts; "numerator" is what the figure lists first."""
        return {NUMERATOR: _now(self.select, period, as_of)}

    def written(self) -> dict[str, Sequence[Condition]]:
        """By part, the conditions as declared, all of which its records meet."""
        return {NUMERATOR: [self.select]}

    def sides(self) -> dict[str, Sides] | None:
        """By part, what its records meet before and after the moment asked about; None where that cannot be told apart."""
        found = {}
        for part, conditions in self.written().items():
            sides = (EVERYTHING, EVERYTHING)
            for condition in conditions:
                told = sides_of(condition)
                if told is None:
                    return None
                sides = both(sides, told)
            found[part] = sides
        return found

    def reach(self, period: Period, as_of: dt.datetime) -> Q:
        """What any part counts."""
        return self.conditions(period, as_of)[NUMERATOR]

    def rows(self, period: Period, scope: Scope) -> Rows:
        """The scope's records of the period, whatever they count for."""
        rows = self.source(scope)
        if scope.line is not None:
            by, key = self.breakdowns[scope.line[0]], scope.line[1]
            rows = rows.filter(**({by.column: key} if key else {f"{by.column}__isnull": True}))
        return rows.filter(**period.within(self.moment)) if self.moment else rows

    def parts(self, period: Period, scope: Scope, as_of: dt.datetime) -> dict[str, Rows]:
        """The records by part."""
        rows = self.rows(period, scope)
        return {part: rows.filter(condition) for part, condition in self.conditions(period, as_of).items()}

    def records(self, period: Period, scope: Scope, part: str = NUMERATOR, as_of: dt.datetime | None = None) -> Rows:
        """Exactly what was counted. Raises KeyError for a part the figure does not have."""
        return self.parts(period, scope, as_of or timezone.now())[part]

    def records_url(self, period: Period, scope: Scope, part: str = NUMERATOR, root: str = "/figures/") -> str:
        """The page that lists the records."""
        query = {"from": period.start.isoformat(), "to": period.end.isoformat()}
        query |= {name: value for name, value in (("unit", scope.unit), ("area", scope.area)) if value}
        query |= {"part": part} if part != NUMERATOR else {}
        query |= dict(zip(("by", "line"), scope.line, strict=True)) if scope.line else {}
        return f"{root}{self.key}/?{urlencode(query)}"

    def value(self, period: Period, scope: Scope, as_of: dt.datetime) -> FigureValue:
        """The number as of a moment."""
        return ask([self], [period], scope, as_of)[self.key][0]

    def breakdown(self, dimension: str, period: Period, scope: Scope, as_of: dt.datetime) -> list[Line]:
        """The figure by one of its dimensions, most records first. Raises KeyError for an unknown dimension."""
        by = self.breakdowns[dimension]
        found = self.by(by.columns, period, scope, as_of)
        return _sorted(by.line(row, value) for row, value in found)

    def crossed(self, outer: str, inner: str, period: Period, scope: Scope, as_of: dt.datetime) -> dict[str, list[Line]]:
        """For each line of a breakdown by `outer`, by its key: the breakdown of that line by `inner`."""
        first, second = self.breakdowns[outer], self.breakdowns[inner]
        lines: dict[str, list[Line]] = {}
        for row, value in self.by((first.column, *second.columns), period, scope, as_of):
            key = row[first.column]
            lines.setdefault("" if key is None else str(key), []).append(second.line(row, value))
        return {key: _sorted(found) for key, found in lines.items()}

    def measure_of(self, counts: Mapping[str, int], as_of: dt.datetime) -> FigureValue:
        """The value that the counts of its parts make."""
        n = counts[NUMERATOR]
        return FigureValue(n, n, None, 0, as_of, n)

    def by(self, columns: Sequence[str], period: Period, scope: Scope, as_of: dt.datetime) -> Iterable[tuple[dict[str, Any], FigureValue]]:
        """Each group of the records by the values of `columns`, with its value."""
        for rollup in ROLLUPS:
            if (lines := rollup.lines(self, columns, period, scope, as_of)) is not None:
                return lines
        return self._by(columns, period, scope, as_of)

    def _by(self, columns: Iterable[str], period: Period, scope: Scope, as_of: dt.datetime) -> Iterator[tuple[dict[str, Any], FigureValue]]:
        conditions, reach = self.conditions(period, as_of), self.reach(period, as_of)
        rows = self.rows(period, scope).filter(reach)
        for row, counts in grouped(rows, columns, _beyond(reach, conditions.values())):
            yield row, self.measure_of(dict(zip(conditions, counts, strict=True)), as_of)


def _beyond(reach: Q, conditions: Iterable[Q]) -> list[Q]:
    """What is left to ask of rows that already meet `reach`."""
    return [EVERYTHING if condition == reach else condition for condition in conditions]


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.value.n, line.key))


class Count(Figure):
    """How many records."""


@dataclass(frozen=True, kw_only=True)
class Rate(Figure):
    """`select` gives the whole; `part` takes the numerator out of it; `left_out` lists what the whole leaves out."""

    part: Condition
    left_out: Condition = NOTHING

    def conditions(self, period: Period, as_of: dt.datetime) -> dict[str, Q]:
        whole = _now(self.select, period, as_of)
        return {
            NUMERATOR: whole & _now(self.part, period, as_of),
            DENOMINATOR: whole,
            EXCLUDED: _now(self.left_out, period, as_of),
        }

    def written(self) -> dict[str, Sequence[Condition]]:
        return {NUMERATOR: [self.select, self.part], DENOMINATOR: [self.select], EXCLUDED: [self.left_out]}

    def reach(self, period: Period, as_of: dt.datetime) -> Q:
        conditions = self.conditions(period, as_of)
        return conditions[DENOMINATOR] | conditions[EXCLUDED]

    def measure_of(self, counts: Mapping[str, int], as_of: dt.datetime) -> FigureValue:
        part, whole = counts[NUMERATOR], counts[DENOMINATOR]
        return FigureValue(part / whole if whole else None, part, whole, counts[EXCLUDED], as_of, whole)


@dataclass(frozen=True, kw_only=True)
class Quantile(Figure):
    """The `q`-quantile (nearest rank) of a measure over the records; the mean where `q` is None.

    `measure` is an SQL expression on a record; where it is null the record is left out. What the database finds is handed
    to `told`, which makes the number.
    """

    measure: Any
    told: Callable[[Any], float | int] = float
    q: float | None = 0.5

    def spread(self, n: int, found: Any, as_of: dt.datetime) -> FigureValue:
        """The value that what was found among `n` measured records makes."""
        return FigureValue(self.told(found) if n else None, None, None, 0, as_of, n)

    def _by(self, columns: Iterable[str], period: Period, scope: Scope, as_of: dt.datetime) -> Iterator[tuple[dict[str, Any], FigureValue]]:
        rows, names = self.parts(period, scope, as_of)[NUMERATOR], tuple(columns)
        found = {tuple(row.values()): self.spread(n, told[0], as_of) for row, n, told in _spread([self], rows, names)}
        for row, _counts in grouped(rows, names, [EVERYTHING]):
            yield row, found.get(tuple(row.values()), self.spread(0, None, as_of))


def _spread(figures: Sequence[Quantile], rows: Rows, columns: Iterable[str]) -> Iterator[tuple[dict[str, Any], int, list[Any]]]:
    """Each group of rows with what each of the figures, all of the same measure, finds in it."""
    if figures[0].q is None:
        found = averaged(rows, figures[0].measure, columns)
        return ((row, n, [mean] * len(figures)) for row, n, mean in found)
    return ranked(rows, figures[0].measure, columns, [figure.q or 0.0 for figure in figures])


def ask(figures: Iterable[Figure], periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> dict[str, list[FigureValue]]:
    """Several figures for several adjoining periods, oldest first: their values by key, in the order of the periods.

    All counts and rates that a rollup does not answer come from one statement, so they are of the same instant; quantiles of
    the same records share one. Equal to asking each figure for each period alone. Raises ValueError for periods that do not
    adjoin.
    """
    if not periods or not all(later.follows(before) for before, later in pairwise(periods)):
        raise ValueError("periods must adjoin, oldest first")
    every = list(figures)
    rolled: dict[str, list[FigureValue]] = {}
    alone = {figure.key: figure.each(periods, scope, as_of) for figure in every if figure.by_itself}
    wanted = [figure for figure in every if not figure.by_itself]
    for rollup in ROLLUPS:
        rolled |= rollup.ask([figure for figure in wanted if figure.key not in rolled], periods, scope, as_of)
    wanted = [figure for figure in wanted if figure.key not in rolled]
    return rolled | alone | _ask_afresh(wanted, periods, scope, as_of)


def _ask_afresh(wanted: Sequence[Figure], periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> dict[str, list[FigureValue]]:
    spreads = [figure for figure in wanted if isinstance(figure, Quantile)]
    found = _ask_counts([figure for figure in wanted if not isinstance(figure, Quantile)], periods, scope, as_of)
    return found | _ask_spreads(spreads, periods, scope, as_of)


def _ask_counts(figures: Sequence[Figure], periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> dict[str, list[FigureValue]]:
    branches, asked = [], []
    for group in _alike(figures, scope, lambda figure: (figure.source, figure.moment or figure.key)):
        for span, slots_of, slot in _stretches(group[0], periods):
            told = [(figure, figure.conditions(span, as_of)) for figure in group]
            distinct = list(dict.fromkeys(condition for _figure, parts in told for condition in parts.values()))
            rows = group[0].rows(span, scope)
            # What a single figure reaches narrows the rows, often to those of an index; several would gain nothing by it.
            reach = group[0].reach(span, as_of) if len(group) == 1 else EVERYTHING
            branches.append(Branch(rows.filter(reach), slot, _beyond(reach, distinct)))
            asked.append((slots_of, told, distinct))
    counts = tallied(branches)
    values: dict[str, list[FigureValue]] = {figure.key: [] for figure in figures}
    for place, (slots_of, told, distinct) in enumerate(asked):
        for at in slots_of:
            found = dict(zip(distinct, counts.get((place, at), (0,) * len(distinct)), strict=True))
            for figure, parts in told:
                value = figure.measure_of({part: found[condition] for part, condition in parts.items()}, as_of)
                values[figure.key].append(value)
    return values


def _ask_spreads(figures: Sequence[Quantile], periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> dict[str, list[FigureValue]]:
    values: dict[str, list[FigureValue]] = {figure.key: [] for figure in figures}
    for group in _alike(figures, scope, lambda f: (f.source, f.moment or f.key, f.select, f.measure, f.q is None)):
        for span, slots_of, slot in _stretches(group[0], periods):
            rows = group[0].parts(span, scope, as_of)[NUMERATOR].annotate(**{SLOT: slot})
            columns = (SLOT,) if len(slots_of) > 1 else ()
            found = {row.get(SLOT, slots_of[0]): (n, told) for row, n, told in _spread(group, rows, columns)}
            for at in slots_of:
                n, told = found.get(at, (0, [None] * len(group)))
                for figure, one in zip(group, told, strict=True):
                    values[figure.key].append(figure.spread(n, one, as_of))
    return values


def _alike(figures: Sequence[G], scope: Scope, traits: Callable[[G], tuple[Any, ...]]) -> list[list[G]]:
    """The figures in groups that the same rows of a scope tell."""
    groups: dict[Any, list[G]] = {}
    for figure in figures:
        line = figure.breakdowns[scope.line[0]].column if scope.line else ""
        groups.setdefault((line, *traits(figure)), []).append(figure)
    return list(groups.values())


def _stretches(figure: Figure, periods: Sequence[Period]) -> list[tuple[Period, range, Any]]:
    """The stretches in which periods are read, each with the places of its periods and the expression that tells them
    apart: all at once where a moment does, else one after the other."""
    if figure.moment:
        return [(Period(periods[0].start, periods[-1].end), range(len(periods)), slots(figure.moment, periods))]
    return [(period, range(at, at + 1), Value(at)) for at, period in enumerate(periods)]


class Rolled(Protocol):
    """What answers figures without going through their records."""

    def ask(self, figures: Sequence[Figure], periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> dict[str, list[FigureValue]]:
        """Those of the figures that it can answer."""
        ...

    def lines(self, figure: Figure, columns: Sequence[str], period: Period, scope: Scope, as_of: dt.datetime) -> list[tuple[dict[str, Any], FigureValue]] | None:
        """The groups of a breakdown; None where it cannot tell."""
        ...


FIGURES: dict[str, Figure] = {}
ROLLUPS: list[Rolled] = []


def offered() -> dict[str, Figure]:
    """The figures of what the city uses, by key: nothing else is listed or answered."""
    return {key: figure for key, figure in FIGURES.items() if figure.offered()}


def register(entry: G) -> G:
    """Add a figure to the registry. Raises ValueError where the key is taken."""
    if entry.key in FIGURES:
        raise ValueError(f"figure {entry.key} is registered twice")
    FIGURES[entry.key] = entry
    return entry
