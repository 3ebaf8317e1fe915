"""Rules in words and dates; series made ahead, changed for a date and from a date on, stopped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.activities import actions, jobs, pattern, recurrence
from yipanqi.activities.models import Activity, Series, Shift, SignUp
from yipanqi.activities.tests.world import DAY, NOW, Helping, sign, volunteer
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.messaging.models import Message

STREET = "FREQ=MONTHLY;BYMONTHDAY=6,16,26"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (STREET, "每月6日、16日、26日"), ("FREQ=WEEKLY;BYDAY=SA,SU", "每周周六、周日"), ("freq=weekly;interval=2;byday=we", "每 2 周周三"), ("FREQ=DAILY", "每天"),
        ("FREQ=MONTHLY;BYDAY=1SA", "每月第1个周六"), ("FREQ=MONTHLY;BYDAY=-1FR", "每月最后一个周五"), ("FREQ=MONTHLY;BYMONTHDAY=-1", "每月最后一天"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5", "每年3月5日"), ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "每周周一，共 3 次"), ("FREQ=DAILY;UNTIL=20261231", "每天，到 2026-12-31 为止"),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=2", "每月第2个周六"), ("FREQ=MONTHLY;BYMONTHDAY=-2", "每月倒数第2天"), ("FREQ=MONTHLY;BYDAY=-2MO", "每月倒数第2个周一"),
    ],
)  # fmt: skip
def test_rules_are_put_into_words(rule: str, words: str) -> None:
    assert recurrence.words(rule) == words


@pytest.mark.parametrize("rule", ["", "FREQ=HOURLY", "BYDAY=SA", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=DAILY;COUNT=2;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261332", "FREQ=WEEKLY;BYDAY=1SA", "FREQ=DAILY;X=1", "FREQ=DAILY;FREQ=DAILY"])
def test_rules_that_cannot_be_are_refused(rule: str) -> None:
    with pytest.raises(recurrence.BadRule):
        recurrence.normal(rule)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days=st.sets(st.integers(1, 31), min_size=1, max_size=5), months=st.integers(1, 12))
def test_month_days_are_dates_of_those_days_only(days: set[int], months: int) -> None:
    rule = recurrence.build("MONTHLY", month_days=sorted(days))
    found = recurrence.dates(rule, dt.date(2026, 1, 1), dt.date(2026, months, 1), dt.date(2026, 12, 31))
    expected = [day for n in range(365) if (day := dt.date(2026, 1, 1) + n * DAY).day in days and day >= dt.date(2026, months, 1)]
    assert found == expected


def test_build_says_the_usual_rules() -> None:
    assert recurrence.build("WEEKLY", interval=2, weekdays=["SA"]) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"
    assert recurrence.build("MONTHLY", weekdays=["SA"], position=-1) == "FREQ=MONTHLY;BYDAY=-1SA"


@pytest.fixture
def helping(db: None) -> Helping:
    return Helping()


def template(helping: Helping, **otherwise: Any) -> dict[str, Any]:
    shifts = [{"from": "08:30", "to": "10:30", "place_name": "新华路口", "roles": [{"name": "志愿者", "limit": 5}]}]
    return pattern.stored(**{"kind": helping.kind, "level": "centre", "about": "清理烟头、擦洗站牌", "address": "新华路", "shifts": shifts, **otherwise})


@pytest.fixture
def street(helping: Helping) -> Series:
    made: Series = actions.add_series(None, title="逢6上街", rule=STREET, starts_on=dt.date(2026, 11, 1), template=template(helping), team=helping.team, by=helping.leader, at=NOW)
    return actions.make_coming(made, until=dt.date(2026, 12, 31), by=SYSTEM, at=NOW)  # type: ignore[no-any-return]


def days_of(series: Series) -> list[tuple[str, str]]:
    return [(f"{one.starts_at + dt.timedelta(hours=8):%m-%d %H:%M}", one.state) for one in series.activities.order_by("starts_at")]


def test_make_coming_makes_what_is_ahead_once(street: Series) -> None:
    expected = [("11-26 08:30", "open"), ("12-06 08:30", "open"), ("12-16 08:30", "open"), ("12-26 08:30", "open")]
    assert days_of(street) == expected and street.made_until == dt.date(2026, 12, 26)
    actions.make_coming(street, until=dt.date(2026, 12, 31), by=SYSTEM, at=NOW)
    assert days_of(street) == expected
    assert Shift.objects.first().place_name == "新华路口"  # type: ignore[union-attr]


def test_make_coming_by_the_job_reaches_the_horizon(street: Series) -> None:
    for _n in range(2):
        jobs.make_coming(NOW + 20 * DAY)
    assert [day for day, _state in days_of(street)][-1] == "01-06 08:30"


def test_make_coming_by_a_person_is_refused(street: Series, helping: Helping) -> None:
    with pytest.raises(NotAllowed):
        actions.make_coming(street, until=dt.date(2026, 12, 31), by=helping.centre, at=NOW)


@pytest.mark.parametrize("wrong", [{"title": " "}, {"team": None}, {"ends_on": dt.date(2026, 10, 1)}, {"rule": "x"}])
def test_add_series_incomplete_is_refused(helping: Helping, wrong: dict[str, Any]) -> None:
    given = {"title": "逢6上街", "rule": STREET, "starts_on": dt.date(2026, 11, 1), "template": template(helping), "team": helping.team, **wrong}
    with pytest.raises(Refused):
        actions.add_series(None, **given, by=helping.centre, at=NOW)


def test_pattern_with_times_that_cannot_be_is_refused(helping: Helping) -> None:
    for shifts in ([], [{"from": "10:00", "to": "09:00", "roles": []}]):
        with pytest.raises(Refused):
            template(helping, shifts=shifts)


def test_add_series_by_another_leader_is_refused(helping: Helping) -> None:
    with pytest.raises(NotAllowed):
        actions.add_series(None, title="逢6上街", rule=STREET, starts_on=NOW.date(), template=template(helping), team=helping.team, by=helping.other_leader, at=NOW)


def test_skip_date_before_and_after_it_was_made(street: Series, helping: Helping) -> None:
    a = volunteer("V1")
    sign(street.activities.get(occurs_on=dt.date(2026, 12, 6)).shifts.get(), a)
    actions.skip_date(street, on=dt.date(2026, 12, 6), why="寒潮", by=helping.leader, at=NOW)
    actions.skip_date(street, on=dt.date(2027, 1, 6), why="元旦调休", by=helping.leader, at=NOW)
    assert dict(days_of(street))["12-06 08:30"] == "cancelled" and Message.objects.filter(to=a.user, facts__form="cancelled").count() == 1
    actions.make_coming(street, until=dt.date(2027, 1, 20), by=SYSTEM, at=NOW)
    assert [day for day, _s in days_of(street)][-1] == "01-16 08:30" and "01-06 08:30" not in dict(days_of(street))
    for wrong in (dt.date(2026, 12, 7), dt.date(2026, 11, 6)):
        with pytest.raises(Refused):
            actions.skip_date(street, on=wrong, why="寒潮", by=helping.leader, at=NOW)


def test_move_date_moves_what_is_there_and_what_will_be(street: Series, helping: Helping) -> None:
    actions.move_date(street, on=dt.date(2026, 12, 6), to=dt.date(2026, 12, 7), why="周日改周一", by=helping.leader, at=NOW)
    actions.move_date(street, on=dt.date(2027, 1, 6), to=dt.date(2027, 1, 8), why="调休", by=helping.leader, at=NOW)
    actions.make_coming(street, until=dt.date(2027, 1, 10), by=SYSTEM, at=NOW)
    assert {"12-07 08:30", "01-08 08:30"} <= dict(days_of(street)).keys() and "12-06 08:30" not in dict(days_of(street))
    with pytest.raises(Refused):
        actions.move_date(street, on=dt.date(2026, 12, 16), to=dt.date(2026, 11, 1), why="调休", by=helping.leader, at=NOW)


def test_change_following_keeps_the_past_and_those_changed_by_hand(street: Series, helping: Helping) -> None:
    by_hand = street.activities.get(occurs_on=dt.date(2026, 12, 16))
    actions.change_activity(by_hand, title="逢6上街（冬至专场）", by=helping.leader, at=NOW)
    a = volunteer("V1")
    kept = sign(street.activities.get(occurs_on=dt.date(2026, 12, 26)).shifts.get(), a)
    later = [{"from": "09:00", "to": "11:00", "roles": [{"name": "清洁", "limit": 3}, {"name": "引导", "limit": 2}]}, {"from": "14:00", "to": "16:00", "roles": [{"name": "清洁", "limit": 3}]}]
    made = actions.change_following(
        street, since=dt.date(2026, 12, 1), title="文明上街日", rule="FREQ=MONTHLY;BYMONTHDAY=16,26,28", template=template(helping, shifts=later), by=helping.leader, at=NOW
    )
    street.refresh_from_db()
    assert street.state == "ended" and days_of(street) == [("11-26 08:30", "open"), ("12-06 08:30", "cancelled")]
    assert days_of(made) == [("12-16 08:30", "open"), ("12-26 09:00", "open")] and made.follows == street
    found = made.activities.get(occurs_on=dt.date(2026, 12, 26))
    assert made.activities.get(pk=by_hand.pk).title == "逢6上街（冬至专场）" and found.title == "文明上街日" and found.shifts.count() == 2
    assert SignUp.objects.get(pk=kept.pk).state == "signed" and "changed" in Message.objects.filter(to=a.user).values_list("facts__form", flat=True)
    actions.make_coming(made, until=dt.date(2026, 12, 31), by=SYSTEM, at=NOW)
    assert days_of(made)[-1] == ("12-28 09:00", "open")
    with pytest.raises(WrongState):
        actions.change_following(street, since=dt.date(2026, 12, 1), title="x", rule=STREET, template=template(helping), by=helping.leader, at=NOW)
    with pytest.raises(Refused):
        actions.change_following(made, since=dt.date(2026, 11, 1), title="x", rule=STREET, template=template(helping), by=helping.leader, at=NOW)


def test_change_following_with_fewer_shifts_cancels_the_rest(helping: Helping) -> None:
    both = [{"from": "08:00", "to": "09:00", "roles": [{"name": "早", "limit": 1}]}, {"from": "18:00", "to": "19:00", "roles": [{"name": "晚", "limit": 1}]}]
    made = actions.add_series(None, title="路口引导", rule="FREQ=DAILY", starts_on=NOW.date(), template=template(helping, shifts=both), team=helping.team, by=helping.leader, at=NOW)
    made = actions.make_coming(made, until=NOW.date() + 2 * DAY, by=SYSTEM, at=NOW)
    assert Activity.objects.count() == 3
    actions.change_following(made, since=NOW.date() + DAY, title="路口引导", rule="FREQ=DAILY", template=template(helping, shifts=both[:1]), by=helping.leader, at=NOW)
    assert Shift.objects.filter(state="cancelled").count() == 2


def test_end_series_cancels_what_is_ahead(street: Series, helping: Helping) -> None:
    with pytest.raises(Refused):
        actions.end_series(street, why=" ", by=helping.leader, at=NOW)
    actions.end_series(street, why="并入每周行动", by=helping.leader, at=NOW)
    assert {state for _day, state in days_of(street)} == {"cancelled"}
    jobs.make_coming(NOW + 60 * DAY)
    assert Activity.objects.count() == 4


def test_remind_by_the_job_goes_out_a_day_before(street: Series) -> None:
    a = volunteer("V1")
    sign(street.activities.get(occurs_on=dt.date(2026, 11, 26)).shifts.get(), a)
    jobs.remind(NOW + 5 * DAY)
    assert not Message.objects.filter(to=a.user).exists()
    for _n in range(2):
        jobs.remind(NOW + 7 * DAY)
    assert Message.objects.filter(to=a.user, kind="activities.reminder").count() == 1
