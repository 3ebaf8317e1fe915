"""The working calendar: what "4 working hours" or "3 working days" from a moment means in this city, for this unit.

Pure: plain values in and out; ``load`` takes the rows of the two tables. Every moment has a *position* on a clock: the
working time since an origin; or the working days since it, plus the fraction of the present day's working time that is
over. So one working day is the whole working time of the day it falls on: three days from Monday at 25 % of it is
Thursday at 25 %, also when summer hours begin in between. ``between`` is the difference of two positions, ``add`` finds
the moment with a given one: they are inverses. Outside working time many moments share a position: adding takes the
*earliest* (a full day from Monday 08:30 ends on Monday 18:00, not on Tuesday 08:30), taking away the *latest*.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from chinese_calendar.constants import Holiday, holidays, workdays
from django.utils.translation import gettext_lazy as _

CITY_TZ = ZoneInfo("Asia/Shanghai")
SEEDED_YEARS = range(min(holidays).year, max(holidays).year + 1)  # those the chinesecalendar package knows
HOUR = 3_600_000_000  # microseconds, the unit of all sums
DAY = 24 * HOUR
MAX_IDLE_YEARS, MAX_YEARS = 10, 200
DAY_DIGITS = 10  # of a working day: the last one is about three microseconds

Spans = tuple[tuple[int, int], ...]
Year = tuple[list[Spans], "dict[Clock, list[int]]"]  # each day's spans; the sums before each day, the total last
DayRow = tuple[date, bool, str, bool]
HoursRow = tuple[str | int | None, date | None, date | None, str | None, str | None, Sequence[Sequence[str]]]


class Clock(StrEnum):
    """The kinds of time limit in the cities' tables (``units`` of ``issue_classes.yaml``)."""

    WORK_HOUR = "work_hour"  # 工作时: counts only inside working hours
    WORK_DAY = "work_day"  # 工作日: a working day's whole working time, make-up days included
    URGENT_HOUR = "urgent_hour"  # 紧急工作时: an hour by the clock, day and night
    URGENT_DAY = "urgent_day"  # 紧急工作日: 24 hours by the clock
    ON_THE_SPOT = "real_time"  # 现场即时: mended on the spot, no time runs


CLOCK_TIME = {Clock.URGENT_HOUR: HOUR, Clock.URGENT_DAY: DAY}
TOO_FAR = _("自 %(value)s 年起算的时限过大，超出日历范围：请检查时限的数值和单位。")
NO_WORK = _("自 %(value)s 年起十年内没有任何工作时间，无法计算时限：请检查工作时间和节假日设置。")
BAD_SPANS = _("工作时段“%(value)s”有误：请按先后填写如 08:30–12:00 的时段，互不重叠；跨零点的请在 24:00 处分成两段。")
BAD_SEASON = _("季节起止“%(value)s”有误：请按“月-日”填写，如 05-01。")


class CalendarError(ValueError):
    """A setting or time limit that a person must put right; ``str()`` is the sentence shown to them."""

    def __str__(self) -> str:
        message, value = self.args
        return str(message) % {"value": value}


@dataclass(frozen=True)
class HoursRule:
    """The spans (see ``parse_spans``) of a working day within a validity and a season, all boundaries inclusive.

    No spans: nobody works then. A season is "MM-DD" twice and may go over New Year. Raises CalendarError otherwise.
    """

    spans: Spans
    valid_from: date | None = None
    valid_to: date | None = None
    season: tuple[str, str] = ("01-01", "12-31")

    def __post_init__(self) -> None:
        if not all(re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", text) for text in self.season):
            raise CalendarError(BAD_SEASON, "–".join(self.season))

    def covers(self, day: date) -> bool:
        """Whether this rule speaks about ``day``."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        (first, last), today = self.season, day.isoformat()[5:]
        return first <= today <= last if first <= last else today >= first or today <= last


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """A city's or a unit's calendar. Moments must be aware, in any zone; results are in ``tz``, wall-clock time.

    ``days`` says for single days whether they are worked; all others follow the weekday (Monday to Friday). Of
    ``hours`` the first rule that covers a day counts; a day without a rule has no working time. ``announced_years``
    are those whose official table is in ``days``. Years are tabulated when first needed, so keep and share a calendar.
    """

    days: Mapping[date, bool]
    hours: tuple[HoursRule, ...]
    tz: ZoneInfo = CITY_TZ
    announced_years: frozenset[int] = frozenset()
    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False)

    def is_working_day(self, day: date) -> bool:
        """By the table, else Monday to Friday. A moment stands for its day in ``tz``."""
        day = self._day(day)
        return self.days.get(day, day.weekday() < 5)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working spans of a day in order, (start, end); none on a day off."""
        day = self._day(day)
        return [(self._moment(day, start), self._moment(day, end)) for start, end in self._spans(day)]

    def add(self, start: datetime, amount: Decimal | float, clock: Clock) -> datetime:
        """The moment ``amount`` of ``clock`` after ``start`` (before it if negative), to the microsecond.

        Zero, and any amount on the spot, is ``start`` itself, also outside working time. Raises CalendarError where ten
        years have no working time or the result is 200 years away; ValueError for an amount that is no finite number.
        """
        local, exact = self._local(start), Fraction(str(amount))  # the decimal as written: 0.1 is a tenth
        if not exact or clock == Clock.ON_THE_SPOT:
            return local
        if unit := CLOCK_TIME.get(clock):
            if abs(exact * unit) > MAX_YEARS * 366 * DAY:
                raise CalendarError(TOO_FAR, local.year)
            return (local.astimezone(UTC) + timedelta(microseconds=round(exact * unit))).astimezone(self.tz)
        more = exact if clock == Clock.WORK_DAY else round(exact * HOUR)
        found = self._locate(local.year, self._position(local, clock) + more, clock, latest=exact < 0)
        return max(local, found) if exact > 0 else min(local, found)

    def between(self, start: datetime, end: datetime, clock: Clock) -> float:
        """How much of ``clock`` runs from ``start`` to ``end``: hours or days; negative if ``end`` is earlier.

        Additive, and ``between(t, add(t, x, clock), clock) == x`` (hours to the microsecond, days to ten digits); on
        the spot no time runs, so it is always 0.
        """
        first, last = self._local(start), self._local(end)
        if clock == Clock.ON_THE_SPOT:
            return 0.0
        if unit := CLOCK_TIME.get(clock):
            return (last.astimezone(UTC) - first.astimezone(UTC)) // timedelta(microseconds=1) / unit
        years = range(min(first.year, last.year), max(first.year, last.year))
        whole = sum(self._year(year)[1][clock][-1] for year in years) * (1 if first < last else -1)
        amount = whole + self._position(last, clock) - self._position(first, clock)
        return round(float(amount), DAY_DIGITS) if clock == Clock.WORK_DAY else float(amount) / HOUR

    def next_working_moment(self, moment: datetime) -> datetime:
        """``moment`` itself if work is going on then, else the start of the next span. Raises as ``add``."""
        local = self._local(moment)
        return self._locate(local.year, self._position(local, Clock.WORK_HOUR), Clock.WORK_HOUR, latest=True)

    def unannounced_years(self, start: date, end: date) -> list[int]:
        """The years from ``start`` to ``end`` (inclusive) with no official table yet: screens warn beside deadlines."""
        return sorted(set(range(self._day(start).year, self._day(end).year + 1)) - self.announced_years)

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError(f"The working calendar needs an aware moment, not {moment!r}.")
        return moment.astimezone(self.tz)

    def _day(self, day: date) -> date:
        return self._local(day).date() if isinstance(day, datetime) else day

    def _moment(self, day: date, microseconds: int) -> datetime:
        return datetime.combine(day, time(), self.tz) + timedelta(microseconds=microseconds)

    def _spans(self, day: date) -> Spans:
        return next((rule.spans for rule in self.hours if rule.covers(day)), ()) if self.is_working_day(day) else ()

    def _year(self, year: int) -> Year:
        if (found := self._years.get(year)) is None:
            if len(self._years) > 2 * MAX_YEARS:  # only absurd dates lead here; memory stays bounded
                self._years.clear()
            first, days = date(year, 1, 1), date(year, 12, 31).timetuple().tm_yday
            spans = [self._spans(first + timedelta(offset)) for offset in range(days)]
            lengths = [sum(end - start for start, end in day) for day in spans]
            sums = {Clock.WORK_HOUR: lengths, Clock.WORK_DAY: [int(length > 0) for length in lengths]}
            found = self._years[year] = (spans, {each: list(accumulate(sums[each], initial=0)) for each in sums})
        return found

    def _position(self, local: datetime, clock: Clock) -> Fraction:
        """Working microseconds, or working days, since the start of the moment's year."""
        (spans, sums), index = self._year(local.year), local.timetuple().tm_yday - 1
        now = (local.hour * 3600 + local.minute * 60 + local.second) * 1_000_000 + local.microsecond
        worked = sum(min(now, end) - start for start, end in spans[index] if now > start)
        return sums[clock][index] + Fraction(worked, _unit(spans[index], clock) or 1)

    def _locate(self, year: int, target: Fraction, clock: Clock, *, latest: bool) -> datetime:
        """The earliest or latest moment at a position counted from the start of ``year``."""
        if abs(target - round(target)) * 10**DAY_DIGITS < 1:
            target = Fraction(round(target))  # a rounded number of days must not slip over the end of a day
        year, target = self._right_year(year, target, clock, latest)
        spans, sums = self._year(year)
        index = (bisect_right if latest else bisect_left)(sums[clock], target) - 1
        worked = round((target - sums[clock][index]) * _unit(spans[index], clock))
        for start, end in spans[index]:
            offset = start + worked
            if offset < end or (offset == end and not latest):
                break
            worked -= end - start
        return self._moment(date(year, 1, 1) + timedelta(index), min(offset, end))

    def _right_year(self, year: int, target: Fraction, clock: Clock, latest: bool) -> tuple[int, Fraction]:
        first, idle = year, 0
        while 0 < year < 9999 and abs(year - first) <= MAX_YEARS:
            total = self._year(year)[1][clock][-1]
            idle = 0 if total else idle + 1
            if idle > MAX_IDLE_YEARS:
                raise CalendarError(NO_WORK, first)
            if target < 0 or (target == 0 and not latest):
                year -= 1
                target += self._year(max(year, 1))[1][clock][-1]
            elif target > total or (target == total and latest):
                year, target = year + 1, target - total
            else:
                return year, target
        raise CalendarError(TOO_FAR, first)


def _unit(spans: Spans, clock: Clock) -> int:
    return sum(end - start for start, end in spans) if clock == Clock.WORK_DAY else 1


def parse_spans(spans: Sequence[Sequence[str]]) -> Spans:
    """[["08:30", "12:00"], ["14:30", "18:00"]] as microseconds since midnight; "24:00" may end the day.

    Raises CalendarError: no clock times, ending before they begin, overlapping or crossing midnight.
    """
    found = [re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)", str(text)) for span in spans for text in span]
    flat = [int(at[1]) * HOUR + int(at[2]) * HOUR // 60 if at else DAY + 1 for at in found]
    pairs = tuple(zip(flat[::2], flat[1::2], strict=False))
    in_order = all(a <= b for a, b in pairwise(flat)) and all(a < b for a, b in pairs)
    if not in_order or any(len(span) != 2 for span in spans) or max(flat, default=0) > DAY:
        raise CalendarError(BAD_SPANS, "、".join("–".join(map(str, span)) for span in spans))
    return pairs


def load(rows_days: Iterable[DayRow], rows_hours: Iterable[HoursRow], unit: str | int | None) -> WorkingCalendar:
    """The calendar of a unit (empty or None: the city's own) from the two tables' values.

    ``rows_days``: (day, is_working, name, announced); a year counts as announced once one of its rows is.
    ``rows_hours``: (unit, valid_from, valid_to, season_from, season_to, spans); other units' rows are passed over. The
    unit's own rows go before the city's (unit empty), the newest valid_from first, then seasons before the whole
    year; where none of its own covers a day, the unit follows the city. Raises CalendarError.
    """
    rows_days = list(rows_days)
    mine = [row for row in rows_hours if not row[0] or row[0] == unit]
    mine.sort(key=lambda row: (not row[0], -(row[1] or date.min).toordinal(), not (row[3] or row[4])))
    rules = tuple(HoursRule(parse_spans(row[5]), *row[1:3], (row[3] or "01-01", row[4] or "12-31")) for row in mine)
    announced = frozenset(day.year for day, _working, _name, is_announced in rows_days if is_announced)
    return WorkingCalendar({row[0]: row[1] for row in rows_days}, rules, announced_years=announced)


def seed_days(years: Iterable[int]) -> list[tuple[date, bool, str]]:
    """(day, is_working, Chinese name) of all holidays, also on weekends, and make-up days of the official tables.

    Years outside ``SEEDED_YEARS`` yield nothing: they stay unannounced until the office imports the official table.
    """
    wanted, names = set(years), {holiday.value: holiday.chinese for holiday in Holiday}
    rows = [(day, False, names[name]) for day, name in holidays.items() if day.year in wanted]
    rows += [(day, True, f"{names[name]}（调休上班）") for day, name in workdays.items() if day.year in wanted]
    return sorted(rows)
