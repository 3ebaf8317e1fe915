"""The working calendar against chinesecalendar, an independent reading of the State Council's yearly tables."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest

from yipanqi.calendar.working import CITY_TZ, SEEDED_YEARS, Clock, load, seed_days

ROWS = seed_days(SEEDED_YEARS)
CALENDAR = load(
    [(day, working, name, True) for day, working, name in ROWS], [("", None, None, "", "", [["09:00", "17:00"]])], None
)


def days_of(first: int, last: int) -> list[date]:
    """Every day of the years, both inclusive."""
    start = date(first, 1, 1)
    return [start + timedelta(n) for n in range((date(last + 1, 1, 1) - start).days)]


def test_is_working_day_agrees_every_day_of_2010_to_2026() -> None:
    differing = [day for day in days_of(2010, 2026) if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)]
    assert differing == []


def test_seed_holds_every_day_that_departs_from_its_weekday() -> None:
    seeded = {day: working for day, working, _name in ROWS}
    for day in days_of(2004, 2026):
        if chinese_calendar.is_workday(day) != (day.weekday() < 5):
            assert seeded[day] == chinese_calendar.is_workday(day)


def test_seed_names_holidays_in_chinese() -> None:
    names = {day: name for day, _working, name in ROWS}
    assert names[date(2026, 2, 17)] == "春节"
    assert names[date(2026, 2, 14)] == "春节（调休上班）"
    assert names[date(2026, 6, 20)] == "端午"
    assert all(names.values())
    assert len(names) == len(ROWS)


def test_seed_knows_every_year_it_claims() -> None:
    assert CALENDAR.unannounced_years(date(2004, 1, 1), date(2026, 12, 31)) == []
    assert seed_days([2027, 1999]) == []
    assert seed_days([2025, 2026]) == sorted([*seed_days([2026]), *seed_days([2025])])


@pytest.mark.parametrize("year", range(2010, 2027))
def test_between_counts_as_many_days_as_the_year_has(year: int) -> None:
    start, end = datetime(year, 1, 1, tzinfo=CITY_TZ), datetime(year + 1, 1, 1, tzinfo=CITY_TZ)
    worked = len(chinese_calendar.get_workdays(date(year, 1, 1), date(year, 12, 31)))
    assert CALENDAR.between(start, end, Clock.WORK_DAY) == worked
    assert CALENDAR.between(start, end, Clock.WORK_HOUR) == 8 * worked


def test_add_finds_the_same_day_as_counting_forward() -> None:
    """From the start of any day, n working days end with the n-th working day from there."""
    for day in days_of(2024, 2025)[::5]:
        start = datetime(day.year, day.month, day.day, tzinfo=CITY_TZ)
        following = [each for each in days_of(day.year, 2026) if each >= day and chinese_calendar.is_workday(each)]
        for count in (1, 5, 20, 60):
            end = CALENDAR.add(start, count, Clock.WORK_DAY)
            assert (end.date(), end.hour) == (following[count - 1], 17)
