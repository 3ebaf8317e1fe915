"""The dates of a series: what the rule says, without what was left out, with what was moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from yipanqi.activities import recurrence
from yipanqi.activities.models import Series
from yipanqi.activities.states import SeriesState


@dataclass(frozen=True)
class Occurrence:
    """A date of the rule and the day on which it takes place; None where it is left out."""

    of: dt.date
    on: dt.date | None


def occurrences(series: Series, first: dt.date, last: dt.date) -> list[Occurrence]:
    """The rule's dates from `first` to `last`, exceptions considered."""
    stop = min(last, series.ends_on) if series.ends_on else last
    other = {one.on: one.moved_to for one in series.exceptions.all()}
    return [Occurrence(day, other.get(day, day)) for day in recurrence.dates(series.rule, series.starts_on, first, stop)]


def coming(series: Series, today: dt.date, until: dt.date) -> list[Occurrence]:
    """What should be there from today until a day, of a series that runs."""
    return occurrences(series, today, until) if series.state == SeriesState.RUNNING else []


def is_date_of(series: Series, day: dt.date) -> bool:
    """Whether the rule names a day."""
    return bool(recurrence.dates(series.rule, series.starts_on, day, day)) and (series.ends_on is None or day <= series.ends_on)
