"""Named numbers: definition, unit, period and scope, and the records behind each. The only source of numbers on a page.

A figure is declared once in an app's figures.py and put into the registry with `register`:

    register(Count(key="cases.found", name=_("…"), unit=_("件"), definition=_("…"), source=cases_of, select=found))

`source(scope)` is what the person may see, narrowed to the scope's unit and area; `select(rows, period, as_of)` is what
is counted of it. A rate takes its numerator out of its denominator, so the part is never more than the whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Avg, F, FloatField, IntegerField, QuerySet, Value, Window
from django.db.models import Count as Tally
from django.db.models.functions import Cast, Ceil, Greatest, RowNumber
from django.utils import timezone

Rows = QuerySet[Any]
Select = Callable[[Rows, "Period", dt.datetime], Rows]
NUMERATOR, DENOMINATOR, EXCLUDED = "numerator", "denominator", "excluded"


@dataclass(frozen=True)
class Period:
    """Days of the city, both included."""

    start: dt.date
    end: dt.date

    @classmethod
    def this_year(cls, today: dt.date) -> Period:
        """1 January to 31 December of the year of `today`."""
        return cls(dt.date(today.year, 1, 1), dt.date(today.year, 12, 31))

    @classmethod
    def this_month(cls, today: dt.date) -> Period:
        """The whole month of `today`."""
        last = (today.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        return cls(today.replace(day=1), last)

    @property
    def begins_at(self) -> dt.datetime:
        return dt.datetime.combine(self.start, dt.time.min, timezone.get_default_timezone())

    @property
    def ends_at(self) -> dt.datetime:
        """The first moment after the period."""
        return dt.datetime.combine(self.end + dt.timedelta(days=1), dt.time.min, timezone.get_default_timezone())

    def within(self, name: str) -> dict[str, dt.datetime]:
        """Filter arguments: the moment in column `name` falls in the period."""
        return {f"{name}__gte": self.begins_at, f"{name}__lt": self.ends_at}


@dataclass(frozen=True)
class Scope:
    """Whose and where: unit and area by code (None: all), the person looking (None: the whole city, for commands and
    jobs), and one line of a breakdown as (dimension, key)."""

    unit: str | None = None
    area: str | None = None
    user: Any = None
    line: tuple[str, str] | None = None


@dataclass(frozen=True)
class FigureValue:
    """A figure's value (None where there is nothing to divide or measure) with what it was computed from; `n` is how
    many records stand behind it. Rates are shares between 0 and 1."""

    value: float | int | None
    numerator: int | None
    denominator: int | None
    excluded: int
    as_of: dt.datetime
    n: int


@dataclass(frozen=True)
class Dimension:
    """A way to break a figure down: the column that groups, the column that names the group (or the names by key)."""

    title: Any
    column: str
    label: str = ""
    names: Mapping[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One line of a breakdown. `key` is "" for records without the property."""

    key: str
    label: str
    value: FigureValue


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Base of all figures. `snapshot` says that it tells the present state and the period does not matter."""

    key: str
    name: Any
    unit: Any
    definition: Any
    source: Callable[[Scope], Rows]
    select: Select
    breakdowns: Mapping[str, Dimension] = field(default_factory=dict)
    snapshot: bool = False

    def parts(self, period: Period, scope: Scope, as_of: dt.datetime) -> dict[str, Rows]:
        """The records by part; "numerator" is what the figure lists first."""
        return {NUMERATOR: self.select(self._rows(scope), period, as_of)}

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
        return self._measure({part: rows.count() for part, rows in self.parts(period, scope, as_of).items()}, as_of)

    def breakdown(self, dimension: str, period: Period, scope: Scope, as_of: dt.datetime) -> list[Line]:
        """The figure by one of its dimensions, most records first. Raises KeyError for an unknown dimension."""
        by = self.breakdowns[dimension]
        tallies = {part: self._tally(rows, by) for part, rows in self.parts(period, scope, as_of).items()}
        keys = {key: None for tally in tallies.values() for key in tally}
        lines = [
            Line("" if key[0] is None else str(key[0]), str(by.names.get(key[0], key[1] or "")),
                 self._measure({part: tally.get(key, 0) for part, tally in tallies.items()}, as_of))
            for key in keys
        ]  # fmt: skip
        return sorted(lines, key=lambda line: (-line.value.n, line.key))

    def _rows(self, scope: Scope) -> Rows:
        rows = self.source(scope)
        if scope.line is None:
            return rows
        by, key = self.breakdowns[scope.line[0]], scope.line[1]
        return rows.filter(**({by.column: key} if key else {f"{by.column}__isnull": True}))

    def _tally(self, rows: Rows, by: Dimension) -> dict[tuple[Any, Any], int]:
        columns = (by.column, by.label or by.column)
        grouped = rows.order_by().values_list(*dict.fromkeys(columns)).annotate(tally=Tally("pk", distinct=True))
        return {(row[0], row[-2]): row[-1] for row in grouped}

    def _measure(self, counts: dict[str, int], as_of: dt.datetime) -> FigureValue:
        n = counts[NUMERATOR]
        return FigureValue(n, n, None, 0, as_of, n)


class Count(Figure):
    """How many records."""


@dataclass(frozen=True, kw_only=True)
class Rate(Figure):
    """`select` gives the whole; `part` takes the numerator out of it; `left_out` lists what the whole leaves out."""

    part: Select
    left_out: Select = lambda rows, period, as_of: rows.none()

    def parts(self, period: Period, scope: Scope, as_of: dt.datetime) -> dict[str, Rows]:
        rows = self._rows(scope)
        whole = self.select(rows, period, as_of)
        return {
            NUMERATOR: self.part(whole, period, as_of),
            DENOMINATOR: whole,
            EXCLUDED: self.left_out(rows, period, as_of),
        }

    def _measure(self, counts: dict[str, int], as_of: dt.datetime) -> FigureValue:
        part, whole = counts[NUMERATOR], counts[DENOMINATOR]
        return FigureValue(part / whole if whole else None, part, whole, counts[EXCLUDED], as_of, whole)


@dataclass(frozen=True, kw_only=True)
class Quantile(Figure):
    """The `q`-quantile (nearest rank) of a measure over the records; the mean where `q` is None.

    `measure` is an SQL expression on a record; where it is null the record is left out. What the database finds is handed
    to `told`, which makes the number. One statement, also for all lines of a breakdown, and no record leaves the database.
    """

    measure: Any
    told: Callable[[Any], float | int] = float
    q: float | None = 0.5

    def value(self, period: Period, scope: Scope, as_of: dt.datetime) -> FigureValue:
        found = self._found(self.parts(period, scope, as_of)[NUMERATOR], ())
        return next((self._told(row, as_of) for row in found), FigureValue(None, None, None, 0, as_of, 0))

    def breakdown(self, dimension: str, period: Period, scope: Scope, as_of: dt.datetime) -> list[Line]:
        by = self.breakdowns[dimension]
        rows, columns = self.parts(period, scope, as_of)[NUMERATOR], (by.column, by.label or by.column)
        found = {(row[0], row[-3]): self._told(row, as_of) for row in self._found(rows, columns)}
        nothing = FigureValue(None, None, None, 0, as_of, 0)
        lines = [
            Line(
                "" if key[0] is None else str(key[0]), str(by.names.get(key[0], key[-1] or "")), found.get(key, nothing)
            )
            for key in self._tally(rows, by)
        ]
        return sorted(lines, key=lambda line: (-line.value.n, line.key))

    def _found(self, rows: Rows, columns: tuple[str, ...]) -> Iterable[tuple[Any, ...]]:
        """One row per group: its columns, the value found, how many were measured."""
        measured = rows.order_by().annotate(measured=self.measure).filter(measured__isnull=False)
        if self.q is None:
            grouped = measured.annotate(one=Value(1)).values_list(*(dict.fromkeys(columns) or ("one",)))
            return grouped.annotate(found=Avg("measured"), n=Tally("pk")).order_by()
        group = [F(column) for column in dict.fromkeys(columns)] or None
        ranked = measured.annotate(
            rank=Window(RowNumber(), partition_by=group, order_by=[F("measured").asc(), F("pk").asc()]),
            n=Window(Tally("pk"), partition_by=group),
        )
        wanted = Greatest(Value(1), Cast(Ceil(Cast("n", FloatField()) * Value(self.q, FloatField())), IntegerField()))
        return ranked.filter(rank=wanted).values_list(*dict.fromkeys(columns), "measured", "n")

    def _told(self, row: tuple[Any, ...], as_of: dt.datetime) -> FigureValue:
        return (
            FigureValue(self.told(row[-2]), None, None, 0, as_of, row[-1])
            if row[-1]
            else FigureValue(None, None, None, 0, as_of, 0)
        )


FIGURES: dict[str, Figure] = {}
G = TypeVar("G", bound=Figure)


def register(entry: G) -> G:
    """Add a figure to the registry. Raises ValueError where the key is taken."""
    if entry.key in FIGURES:
        raise ValueError(f"figure {entry.key} is registered twice")
    FIGURES[entry.key] = entry
    return entry
