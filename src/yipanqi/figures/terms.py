"""The words in which figures are asked and answered: period, scope, dimension; value and line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

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

    @classmethod
    def months(cls, last: dt.date, number: int) -> list[Period]:
        """So many whole months, oldest first, the last of them the month of `last`."""
        found = [cls.this_month(last)]
        while len(found) < number:
            found.append(cls.this_month(found[-1].start - dt.timedelta(days=1)))
        return found[::-1]

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

    def follows(self, other: Period) -> bool:
        """Whether the period begins on the day after the other ends."""
        return self.start == other.end + dt.timedelta(days=1)


@dataclass(frozen=True)
class Scope:
    """Whose and where: unit and area by code (None: all), the person looking (None: the whole city, for commands and
    jobs), and one line of a breakdown as (dimension, key)."""

    unit: str | None = None
    area: str | None = None
    user: Any = None
    line: tuple[str, str] | None = None


#: Answers below which an estimate is not told as one.
FEWEST = 5


@dataclass(frozen=True)
class FigureValue:
    """A figure's value (None where there is nothing to divide or measure) with what it was computed from; `n` is how
    many records stand behind it. Rates are shares between 0 and 1. `interval`: where it was estimated from a sample, the 95 %
    interval."""

    value: float | int | None
    numerator: int | None
    denominator: int | None
    excluded: int
    as_of: dt.datetime
    n: int
    interval: tuple[float, float] | None = None

    @property
    def too_few(self) -> bool:
        """Whether an estimate rests on so few answers that it says nothing yet."""
        return self.interval is not None and self.n < FEWEST


@dataclass(frozen=True)
class Dimension:
    """A way to break a figure down: the column that groups, the column that names the group (or the names by key)."""

    title: Any
    column: str
    label: str = ""
    names: Mapping[Any, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, str]:
        """The column of the key and the one of the name."""
        return self.column, self.label or self.column

    def line(self, row: Mapping[str, Any], value: FigureValue) -> Line:
        """A line as the two columns tell it."""
        key, label = (row[name] for name in self.columns)
        return Line("" if key is None else str(key), str(self.names.get(key, label or "")), value)


@dataclass(frozen=True)
class Line:
    """One line of a breakdown. `key` is "" for records without the property."""

    key: str
    label: str
    value: FigureValue


def title_of(row: Any) -> str:
    """What a list of counted records calls one: its title or name, unless that is a person's."""
    persons = getattr(row, "personal", {})
    return next((str(said) for name in ("title", "name") if name not in persons and (said := getattr(row, name, ""))), "")
