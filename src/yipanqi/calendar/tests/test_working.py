"""The working calendar: examples as an office works them out by hand, and laws that hold for any moment and amount."""

import timeit
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yipanqi.calendar.working import (
    BAD_SEASON,
    BAD_SPANS,
    CITY_TZ,
    DAY,
    NO_WORK,
    SEEDED_YEARS,
    TOO_FAR,
    CalendarError,
    Clock,
    HoursRow,
    WorkingCalendar,
    load,
    parse_spans,
    seed_days,
)

USUAL = [["08:30", "12:00"], ["14:30", "18:00"]]
SUMMER = [["08:00", "12:00"], ["15:00", "19:00"]]
DAYS = [(day, working, name, True) for day, working, name in seed_days(SEEDED_YEARS)]
CITY_HOURS: list[HoursRow] = [("", None, None, "", "", USUAL)]
HOURS: list[HoursRow] = [
    *CITY_HOURS,
    ("", date(2025, 1, 1), None, "05-01", "09-30", SUMMER),
    ("sanitation", None, None, "", "", [["05:00", "09:30"], ["13:00", "17:00"]]),
    ("sanitation", date(2026, 3, 1), date(2026, 6, 30), "", "", [["06:00", "10:00"]]),
    ("night", None, None, "11-01", "02-29", [["00:00", "06:00"], ["22:00", "24:00"]]),
]
CITY = load(DAYS, CITY_HOURS, None)
SEASONAL = load(DAYS, HOURS, None)
NIGHT = load(DAYS, HOURS, "night")
CALENDARS = st.sampled_from([CITY, SEASONAL, load(DAYS, HOURS, "sanitation"), NIGHT])
RUNNING = st.sampled_from([clock for clock in Clock if clock != Clock.ON_THE_SPOT])
WORKING = st.sampled_from([Clock.WORK_HOUR, Clock.WORK_DAY])
MOMENTS = st.datetimes(
    datetime(2010, 1, 1), datetime(2030, 12, 31), timezones=st.sampled_from([CITY_TZ, UTC, ZoneInfo("Asia/Urumqi")])
)
AMOUNTS = st.one_of(
    st.integers(-300, 300), st.floats(-300, 300), st.decimals(-300, 300, places=2), st.sampled_from([0, 1e-9, 0.1])
)


def law(**strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A property that must hold for all drawn values; without a deadline, as a first look tabulates whole years."""
    return lambda test: settings(deadline=None)(given(**strategies)(test))


def at(text: str) -> datetime:
    """A moment in the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TZ)


@pytest.mark.parametrize(
    ("start", "amount", "clock", "end"),
    [
        ("2026-03-02 08:30", 7, Clock.WORK_HOUR, "2026-03-02 18:00"),
        ("2026-03-02 08:30", 3.5, Clock.WORK_HOUR, "2026-03-02 12:00"),
        ("2026-03-02 10:00", 4, Clock.WORK_HOUR, "2026-03-02 16:30"),
        ("2026-03-02 12:40", 1, Clock.WORK_HOUR, "2026-03-02 15:30"),
        ("2026-03-02 17:00", Decimal("1.5"), Clock.WORK_HOUR, "2026-03-03 09:00"),
        ("2026-03-06 17:00", 2, Clock.WORK_HOUR, "2026-03-09 09:30"),
        ("2026-03-02 10:00", 3, Clock.WORK_DAY, "2026-03-05 10:00"),
        ("2026-03-02 08:30", 1, Clock.WORK_DAY, "2026-03-02 18:00"),
        ("2026-03-06 20:00", 1, Clock.WORK_DAY, "2026-03-09 18:00"),
        ("2026-03-02 08:30", 0.5, Clock.WORK_DAY, "2026-03-02 12:00"),
        ("2026-03-09 09:30", -2, Clock.WORK_HOUR, "2026-03-06 17:00"),
        ("2026-03-05 10:00", -3, Clock.WORK_DAY, "2026-03-02 10:00"),
        ("2026-03-02 18:00", -1, Clock.WORK_DAY, "2026-03-02 08:30"),
        ("2026-03-06 17:00", 6, Clock.URGENT_HOUR, "2026-03-06 23:00"),
        ("2026-03-06 17:00", 2, Clock.URGENT_DAY, "2026-03-08 17:00"),
        ("2026-03-07 03:00", 5, Clock.ON_THE_SPOT, "2026-03-07 03:00"),
        ("2026-03-07 03:00", 0, Clock.WORK_DAY, "2026-03-07 03:00"),
    ],
)
def test_add_on_ordinary_days(start: str, amount: float, clock: Clock, end: str) -> None:
    assert CITY.add(at(start), amount, clock) == at(end)


def test_add_counts_make_up_saturday() -> None:
    """Saturday 14 February 2026 is worked for the Spring Festival."""
    assert CITY.is_working_day(date(2026, 2, 14))
    assert CITY.add(at("2026-02-13 10:00"), 1, Clock.WORK_DAY) == at("2026-02-14 10:00")
    assert CITY.between(at("2026-02-14 00:00"), at("2026-02-15 00:00"), Clock.WORK_HOUR) == 7.0


def test_add_leaves_out_moved_holiday() -> None:
    """The Spring Festival of 2026 runs to Monday 23 February, a day that was moved there from a Saturday."""
    assert not CITY.is_working_day(date(2026, 2, 23))
    assert CITY.add(at("2026-02-14 10:00"), 1, Clock.WORK_DAY) == at("2026-02-24 10:00")
    assert CITY.between(at("2026-02-15 00:00"), at("2026-02-24 00:00"), Clock.WORK_DAY) == 0.0


def test_add_across_season_keeps_share_of_day() -> None:
    """Half of Thursday 30 April (7 h) is followed by half of the first working day in summer hours (8 h)."""
    end = SEASONAL.add(at("2026-04-30 12:00"), 1, Clock.WORK_DAY)
    assert end == at("2026-05-06 12:00")
    assert SEASONAL.add(at("2026-04-30 10:15"), 1, Clock.WORK_DAY) == at("2026-05-06 10:00")
    assert SEASONAL.between(at("2026-04-30 12:00"), end, Clock.WORK_HOUR) == 3.5 + 4
    assert SEASONAL.between(at("2026-04-30 10:15"), at("2026-05-06 10:00"), Clock.WORK_DAY) == 1.0


def test_add_takes_decimal_as_written() -> None:
    """Ten tenths of a day end with the day, although 0.1 is no binary fraction."""
    moment = at("2026-03-02 08:30")
    for _step in range(10):
        moment = CITY.add(moment, 0.1, Clock.WORK_DAY)
    assert moment == at("2026-03-02 18:00")


def test_add_rounded_day_stays_within_the_day() -> None:
    """Five sevenths of a day, rounded up to ten digits, end at 18:00, not the next morning; crumbs do not go back."""
    rest = CITY.between(at("2026-03-02 10:30"), at("2026-03-02 18:00"), Clock.WORK_DAY)
    assert rest == 0.7142857143
    assert CITY.add(at("2026-03-02 10:30"), rest, Clock.WORK_DAY) == at("2026-03-02 18:00")
    assert CITY.add(at("2026-03-03 08:30"), 1e-12, Clock.WORK_DAY) == at("2026-03-03 08:30")
    assert CITY.add(at("2026-03-02 18:00"), -1e-12, Clock.WORK_DAY) == at("2026-03-02 18:00")


def test_add_takes_any_zone_and_answers_in_the_city() -> None:
    end = CITY.add(datetime(2026, 3, 2, 1, 0, tzinfo=UTC), 1, Clock.WORK_HOUR)
    assert end.isoformat() == "2026-03-02T10:00:00+08:00"
    assert CITY.is_working_day(datetime(2026, 3, 1, 17, 0, tzinfo=UTC))


def test_spans_of_working_day_and_day_off() -> None:
    assert CITY.spans(date(2026, 3, 2)) == [
        (at("2026-03-02 08:30"), at("2026-03-02 12:00")),
        (at("2026-03-02 14:30"), at("2026-03-02 18:00")),
    ]
    assert CITY.spans(date(2026, 3, 1)) == []


def test_spans_follow_unit_then_newest_then_season() -> None:
    unit = load(DAYS, HOURS, "sanitation")
    assert unit.spans(date(2026, 3, 2)) == [(at("2026-03-02 06:00"), at("2026-03-02 10:00"))]
    assert unit.spans(date(2026, 7, 1))[0][0] == at("2026-07-01 05:00")
    assert SEASONAL.spans(date(2026, 7, 1))[0][0] == at("2026-07-01 08:00")
    assert SEASONAL.spans(date(2024, 7, 1))[0][0] == at("2024-07-01 08:30")
    assert load(DAYS, HOURS, "unknown").spans(date(2026, 7, 1)) == SEASONAL.spans(date(2026, 7, 1))


def test_spans_follow_validity_from_first_to_last_day() -> None:
    rows: list[HoursRow] = [*CITY_HOURS, ("", date(2026, 3, 3), date(2026, 3, 5), None, None, SUMMER)]
    calendar = load(DAYS, rows, None)
    openings = [calendar.spans(date(2026, 3, day))[0][0].strftime("%H:%M") for day in (2, 3, 4, 5, 6)]
    assert openings == ["08:30", "08:00", "08:00", "08:00", "08:30"]


def test_parse_spans_that_touch() -> None:
    assert parse_spans([["00:00", "12:00"], ["12:00", "24:00"]]) == ((0, DAY // 2), (DAY // 2, DAY))
    assert parse_spans([]) == ()


def test_load_prefers_season_to_whole_year_of_same_date() -> None:
    rows: list[HoursRow] = [("", None, None, "", "", USUAL), ("", None, None, "05-01", None, SUMMER)]
    calendar = load(DAYS, rows, "")
    assert calendar.spans(date(2026, 12, 31))[0][0] == at("2026-12-31 08:00")
    assert calendar.spans(date(2026, 4, 30))[0][0] == at("2026-04-30 08:30")


def test_spans_in_season_over_new_year_up_to_midnight() -> None:
    assert NIGHT.spans(date(2026, 1, 5))[1] == (at("2026-01-05 22:00"), at("2026-01-06 00:00"))
    assert NIGHT.spans(date(2026, 3, 2))[0][0] == at("2026-03-02 08:30")
    assert NIGHT.between(at("2026-01-05 23:00"), at("2026-01-06 01:00"), Clock.WORK_HOUR) == 2.0


def test_between_over_years_equals_sum_of_days() -> None:
    days = [date(2010, 1, 1) + timedelta(n) for n in range((date(2027, 1, 1) - date(2010, 1, 1)).days)]
    hours = sum((end - start).total_seconds() / 3600 for day in days for start, end in SEASONAL.spans(day))
    assert SEASONAL.between(at("2010-01-01"), at("2027-01-01"), Clock.WORK_HOUR) == pytest.approx(hours)
    worked = sum(map(SEASONAL.is_working_day, days))
    assert SEASONAL.between(at("2010-01-01"), at("2027-01-01"), Clock.WORK_DAY) == worked


def test_between_is_negative_backwards() -> None:
    assert CITY.between(at("2026-03-03 09:30"), at("2026-03-02 09:30"), Clock.WORK_DAY) == -1.0
    assert CITY.between(at("2026-01-05 08:30"), at("2025-12-31 17:00"), Clock.WORK_HOUR) == -8.0
    assert CITY.between(at("2026-03-03 09:30"), at("2026-03-02 09:30"), Clock.URGENT_HOUR) == -24.0
    assert CITY.between(at("2026-03-03 09:30"), at("2026-03-02 09:30"), Clock.ON_THE_SPOT) == 0.0


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02 09:00", "2026-03-02 09:00"),
        ("2026-03-02 12:00", "2026-03-02 14:30"),
        ("2026-03-02 18:00", "2026-03-03 08:30"),
        ("2026-03-07 10:00", "2026-03-09 08:30"),
        ("2025-12-31 19:00", "2026-01-04 08:30"),
    ],
)
def test_find_next_working_moment(moment: str, expected: str) -> None:
    assert CITY.next_working_moment(at(moment)) == at(expected)


def test_warn_of_year_not_announced() -> None:
    """2027 has no official table yet: weekdays count, New Year included, and the year is named."""
    assert CITY.unannounced_years(date(2026, 12, 1), date(2027, 2, 1)) == [2027]
    assert CITY.unannounced_years(at("2026-01-01"), datetime(2026, 12, 31, 20, tzinfo=UTC)) == [2027]
    assert CITY.unannounced_years(date(2025, 1, 1), date(2026, 12, 31)) == []
    assert CITY.is_working_day(date(2027, 1, 1))
    assert not CITY.is_working_day(date(2027, 1, 2))
    assert CITY.add(at("2026-12-31 10:00"), 1, Clock.WORK_DAY) == at("2027-01-01 10:00")


def test_load_local_day_does_not_announce_year() -> None:
    calendar = load([*DAYS, (date(2027, 1, 1), False, "元旦", False)], CITY_HOURS, None)
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert calendar.unannounced_years(date(2027, 1, 1), date(2027, 1, 1)) == [2027]


def test_refuse_calendar_without_working_time() -> None:
    for empty in (load(DAYS, [], None), load(DAYS, [("", None, date(2020, 1, 1), None, None, USUAL)], None)):
        for clock in (Clock.WORK_HOUR, Clock.WORK_DAY):
            with pytest.raises(CalendarError) as refused:
                empty.add(at("2026-03-02 10:00"), 1, clock)
            assert refused.value.args == (NO_WORK, 2026)
        with pytest.raises(CalendarError):
            empty.next_working_moment(at("2026-03-02 10:00"))
    with pytest.raises(CalendarError):
        load(DAYS, [], None).add(at("2026-03-02 10:00"), -1, Clock.WORK_DAY)


@pytest.mark.parametrize("clock", [Clock.WORK_HOUR, Clock.WORK_DAY, Clock.URGENT_HOUR, Clock.URGENT_DAY])
@pytest.mark.parametrize("amount", [1e7, -1e7, 10**30])
def test_refuse_limit_beyond_the_calendar(clock: Clock, amount: float) -> None:
    with pytest.raises(CalendarError) as refused:
        CITY.add(at("2026-03-02 10:00"), amount, clock)
    assert refused.value.args == (TOO_FAR, 2026)


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), Decimal("NaN")])
def test_refuse_amount_that_is_no_number(amount: float) -> None:
    with pytest.raises(ValueError, match="Fraction"):
        CITY.add(at("2026-03-02 10:00"), amount, Clock.WORK_HOUR)


def test_refuse_naive_moment() -> None:
    with pytest.raises(ValueError, match="aware"):
        CITY.add(datetime(2026, 3, 2, 10, 0), 1, Clock.WORK_HOUR)


@pytest.mark.parametrize(
    "spans",
    [
        [["12:00", "08:30"]],
        [["08:30", "12:00"], ["11:00", "18:00"]],
        [["22:00", "06:00"]],
        [["08:30", "08:30"]],
        [["08:30"]],
        [["08:30", "12:00", "14:30"], ["18:00"]],
        [["8点半", "12:00"]],
        [["08:30", "24:01"]],
        [["08:60", "12:00"]],
        ["08:30-12:00"],
    ],
)
def test_refuse_malformed_spans(spans: list[list[str]]) -> None:
    with pytest.raises(CalendarError) as refused:
        parse_spans(spans)
    assert refused.value.args[0] is BAD_SPANS


@pytest.mark.parametrize("season", [("13-01", "12-31"), ("5-1", "09-30"), ("05-01", "九月底"), ("05-01", "09-32")])
def test_refuse_malformed_season(season: tuple[str, str]) -> None:
    with pytest.raises(CalendarError) as refused:
        load(DAYS, [("", None, None, *season, USUAL)], None)
    assert refused.value.args == (BAD_SEASON, "–".join(season))


def test_add_is_fast() -> None:
    """Twenty working days take well under 200 µs once the year is tabulated, and measuring ten years as little."""
    start = at("2026-03-02 10:00")
    for call in (
        lambda: CITY.add(start, 20, Clock.WORK_DAY),
        lambda: CITY.add(start, 20, Clock.WORK_HOUR),
        lambda: CITY.between(at("2016-03-02 10:00"), start, Clock.WORK_HOUR),
    ):
        assert min(timeit.repeat(call, number=1, repeat=200)) < 200e-6


@law(calendar=CALENDARS, start=MOMENTS, amount=AMOUNTS, clock=RUNNING)
def test_add_then_measure_gives_amount_back(
    calendar: WorkingCalendar, start: datetime, amount: float, clock: Clock
) -> None:
    measured = calendar.between(start, calendar.add(start, amount, clock), clock)
    assert measured == pytest.approx(float(amount), abs=3e-10)


@law(calendar=CALENDARS, start=MOMENTS, amount=st.integers(-300, 300), clock=RUNNING)
def test_add_whole_amount_measures_exactly(
    calendar: WorkingCalendar, start: datetime, amount: int, clock: Clock
) -> None:
    assert calendar.between(start, calendar.add(start, amount, clock), clock) == amount


@law(calendar=CALENDARS, start=MOMENTS, end=MOMENTS, clock=WORKING)
def test_measure_then_add_gives_moment_back(
    calendar: WorkingCalendar, start: datetime, end: datetime, clock: Clock
) -> None:
    """Up to the moments that share a position: from a working moment there is no working time in between."""
    again = calendar.add(start, calendar.between(start, end, clock), clock)
    assert abs(calendar.between(again, end, Clock.WORK_HOUR)) < 5e-9


@law(calendar=CALENDARS, start=MOMENTS, amounts=st.tuples(AMOUNTS, AMOUNTS), clock=st.sampled_from(Clock))
def test_add_more_is_never_earlier(
    calendar: WorkingCalendar, start: datetime, amounts: tuple[float, float], clock: Clock
) -> None:
    less, more = sorted(amounts)
    assert calendar.add(start, less, clock) <= calendar.add(start, more, clock)


@law(
    calendar=CALENDARS,
    start=MOMENTS,
    later=st.timedeltas(timedelta(0), timedelta(days=40)),
    amount=AMOUNTS,
    clock=st.sampled_from(Clock),
)
def test_add_from_later_is_never_earlier(
    calendar: WorkingCalendar, start: datetime, later: timedelta, amount: float, clock: Clock
) -> None:
    assert calendar.add(start, amount, clock) <= calendar.add(start + later, amount, clock)


@law(calendar=CALENDARS, start=MOMENTS, amount=AMOUNTS, clock=WORKING)
def test_add_ends_in_working_time(calendar: WorkingCalendar, start: datetime, amount: float, clock: Clock) -> None:
    end = calendar.add(start, amount, clock)
    spans = calendar.spans(end.date()) + calendar.spans(end.date() - timedelta(1))
    assert end == start or any(first <= end <= last for first, last in spans)


@law(calendar=CALENDARS, a=MOMENTS, b=MOMENTS, c=MOMENTS, clock=st.sampled_from(Clock))
def test_between_adds_up(calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime, clock: Clock) -> None:
    parts = calendar.between(a, b, clock) + calendar.between(b, c, clock)
    assert calendar.between(a, c, clock) == pytest.approx(parts, rel=1e-12, abs=3e-10)


@law(calendar=CALENDARS, moment=MOMENTS)
def test_next_working_moment_skips_no_working_time(calendar: WorkingCalendar, moment: datetime) -> None:
    following = calendar.next_working_moment(moment)
    assert following >= moment
    assert calendar.between(moment, following, Clock.WORK_HOUR) == 0
    assert any(start <= following < end for start, end in calendar.spans(following))
