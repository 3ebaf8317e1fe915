"""Working time for invented histories: China's legal calendar, 08:30-12:00 and 14:30-18:00, in whole minutes.

The generators only need plausible hours; the deadlines that the platform shows come from the kernel's own calendar.
"""

from bisect import bisect_right
from datetime import date, datetime, timedelta, timezone

import chinese_calendar

CST = timezone(timedelta(hours=8), "CST")
MORNING = (8 * 60 + 30, 12 * 60)
AFTERNOON = (14 * 60 + 30, 18 * 60)
_MORNING_LENGTH = MORNING[1] - MORNING[0]
DAY_MINUTES = _MORNING_LENGTH + AFTERNOON[1] - AFTERNOON[0]


def is_working_day(day: date) -> bool:
    """Whether `day` is worked in China; for years not yet announced Monday to Friday is assumed."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def _minute_of_work(minute: int) -> int:
    """Working minutes of a day that have passed at its `minute` (0-1439)."""
    morning = min(max(minute - MORNING[0], 0), _MORNING_LENGTH)
    return morning + min(max(minute - AFTERNOON[0], 0), AFTERNOON[1] - AFTERNOON[0])


class WorkTime:
    """Adds working time to moments of the years it was made for; a working day is worth seven working hours."""

    def __init__(self, first: date, last: date) -> None:
        """Prepare the days from `first` to `last`, both included."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self._days = [day.toordinal() for day in days if is_working_day(day)]

    def add(self, start: datetime, minutes: int) -> datetime:
        """The moment `minutes` (at least one) of working time after `start`; always inside working hours and later."""
        return self._moment(self._worked(start) + max(minutes, 1))

    def back(self, end: datetime, minutes: int) -> datetime:
        """The moment `minutes` (at least one) of working time before `end`; never before the first prepared day."""
        return self._moment(max(self._worked(end) - max(minutes, 1), 0))

    def _worked(self, moment: datetime) -> int:
        """Working minutes from the first prepared day to `moment`."""
        local = moment.astimezone(CST)
        ordinal = local.toordinal()
        index = bisect_right(self._days, ordinal)
        worked = index * DAY_MINUTES
        if index and self._days[index - 1] == ordinal:
            worked += _minute_of_work(local.hour * 60 + local.minute) - DAY_MINUTES
        return worked

    def _moment(self, worked: int) -> datetime:
        """The inverse of `_worked`; past the last prepared day every day counts as worked."""
        day, rest = divmod(worked, DAY_MINUTES)
        if day >= len(self._days):
            extra = day - len(self._days) + 1
            self._days.extend(self._days[-1] + n for n in range(1, extra + 1))
        minute = MORNING[0] + rest if rest < _MORNING_LENGTH else AFTERNOON[0] + rest - _MORNING_LENGTH
        midnight = datetime.fromordinal(self._days[day]).replace(tzinfo=CST)
        return midnight + timedelta(minutes=minute, seconds=(minute * 7 + rest * 13) % 60)

    def limit(self, start: datetime, value: float, unit: str) -> datetime:
        """When a limit of `value` `unit`s (work_hour, work_day, urgent_hour, urgent_day) from `start` is over.

        Raises:
            ValueError: `unit` is none of these.
        """
        match unit:
            case "work_hour":
                return self.add(start, round(value * 60))
            case "work_day":
                return self.add(start, round(value * DAY_MINUTES))
            case "urgent_hour":
                return start + timedelta(minutes=round(value * 60))
            case "urgent_day":
                return start + timedelta(minutes=round(value * 1440))
        raise ValueError(f"unknown unit of time: {unit}")
