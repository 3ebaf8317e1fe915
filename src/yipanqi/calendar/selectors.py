"""The working calendar of the city or a unit, as the office keeps it."""

from __future__ import annotations

from yipanqi.calendar import working
from yipanqi.calendar.models import CalendarDay, WorkingHours
from yipanqi.kernel.stamps import cached

TOPIC = "calendar"
DEFAULT_SPANS = [["08:30", "12:00"], ["14:30", "18:00"]]


class _Book:
    """All calendars as of one reading of the two tables. Units without hours of their own share the city's."""

    def __init__(self) -> None:
        hours = WorkingHours.objects.values_list("unit", "valid_from", "valid_to", "season_from", "season_to", "spans")
        self.days = list(CalendarDay.objects.values_list("day", "is_working", "name", "announced"))
        self.hours = list(hours)
        self.own = {row[0] for row in self.hours}
        if "" not in self.own:
            self.hours.append(("", None, None, "", "", DEFAULT_SPANS))
        self.made: dict[str, working.WorkingCalendar] = {}

    def of(self, unit: str) -> working.WorkingCalendar:
        unit = unit if unit in self.own else ""
        if unit not in self.made:
            self.made[unit] = working.load(self.days, self.hours, unit)
        return self.made[unit]


def calendar_for(unit: str = "") -> working.WorkingCalendar:
    """The calendar of a unit (by code), or the city's; read again only when the office changes something.

    Where many are needed, `stamps.one_look` around the loop makes it one query.
    """
    return cached(TOPIC, "book", _Book).of(unit)
