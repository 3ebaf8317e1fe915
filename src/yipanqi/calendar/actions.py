"""What the office changes in the working calendar: single days and working hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext

from yipanqi.calendar import working
from yipanqi.calendar.models import CalendarDay, WorkingHours
from yipanqi.calendar.selectors import DEFAULT_SPANS, TOPIC
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import bump


@action
def seed_calendar(subject: None, *, by: Actor, at: dt.datetime) -> int:
    """Load the announced holidays of every year the package knows and the city's default hours; keeps local changes."""
    known = set(CalendarDay.objects.values_list("day", flat=True))
    rows = [
        CalendarDay(day=day, is_working=working, name=name, announced=True)
        for day, working, name in working.seed_days(working.SEEDED_YEARS)
        if day not in known
    ]
    CalendarDay.objects.bulk_create(rows, batch_size=500)
    if not WorkingHours.objects.filter(unit="").exists():
        WorkingHours.objects.create(unit="", spans=DEFAULT_SPANS)
    bump(TOPIC)
    return len(rows)


@action
def set_day(
    subject: None,
    *,
    day: dt.date,
    is_working: bool,
    name: str = "",
    announced: bool = False,
    by: Actor,
    at: dt.datetime,
) -> CalendarDay:
    """Say whether a day is worked; `announced` marks it as part of the yearly official announcement."""
    row, _ = CalendarDay.objects.update_or_create(
        day=day, defaults={"is_working": is_working, "name": name, "announced": announced}
    )
    bump(TOPIC)
    return row


@action
def clear_day(subject: CalendarDay, *, by: Actor, at: dt.datetime) -> None:
    """Let the day follow its weekday again."""
    subject.delete()
    bump(TOPIC)


@action
def set_hours(
    subject: None, *, unit: str, spans: list[list[str]], by: Actor, at: dt.datetime, **window: Any
) -> WorkingHours:
    """Working spans of the city (unit empty) or of one unit, perhaps for dates or a season.

    Raises:
        CalendarError: the spans are not in order or not inside the day.
    """
    working.parse_spans(spans)
    row, _ = WorkingHours.objects.update_or_create(
        unit=unit,
        valid_from=window.get("valid_from"),
        valid_to=window.get("valid_to"),
        season_from=window.get("season_from", ""),
        season_to=window.get("season_to", ""),
        defaults={"spans": spans},
    )
    bump(TOPIC)
    return row


@action
def clear_hours(subject: WorkingHours, *, by: Actor, at: dt.datetime) -> None:
    """Take away a unit's own hours (it follows the city again), or the city's hours of a season or a span of dates.

    Raises:
        Refused: the city's hours of the whole year, on which everything else rests.
    """
    if not (subject.unit or subject.season_from or subject.season_to or subject.valid_from or subject.valid_to):
        raise Refused(gettext("全市全年的工作时间不能删除，时限都按它计算。要改就保存新的时段。"))
    WorkingHours.objects.filter(pk=subject.pk).delete()
    bump(TOPIC)
