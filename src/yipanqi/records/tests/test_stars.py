"""Stars: by the table of the day, applied for, confirmed by others; what becomes of them when hours shrink."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging.models import Message
from yipanqi.records import actions, selectors
from yipanqi.records.hours import USUAL, Step, earned, following, hours_text, rising
from yipanqi.records.models import Service, Standing, Star, StarRule
from yipanqi.records.tests.world import DAY, NOW, Records

STEPS = tuple(Step(n, minutes) for n, minutes in enumerate(USUAL, 1))
TABLES = st.lists(st.integers(1, 200_000), min_size=1, max_size=5, unique=True).map(sorted)


@pytest.fixture
def world(db: None) -> Records:
    return Records()


@given(TABLES, st.integers(0, 250_000))
def test_the_grade_earned_is_the_highest_whose_minutes_are_there(table: list[int], minutes: int) -> None:
    steps = [Step(n, one) for n, one in enumerate(table, 1)]
    assert rising(table)
    step, ahead = earned(steps, minutes), following(steps, minutes)
    assert (step.grade if step else 0) == sum(one <= minutes for one in table)
    assert (ahead.minutes if ahead else None) == min((one for one in table if one > minutes), default=None)


@given(st.integers(0, 250_000), st.integers(0, 10_000))
def test_more_hours_never_make_a_lower_grade(minutes: int, more: int) -> None:
    before, after = earned(STEPS, minutes), earned(STEPS, minutes + more)
    assert (before.grade if before else 0) <= (after.grade if after else 0)


@given(st.lists(st.integers(-5, 50), max_size=7))
def test_only_rising_minutes_make_a_table(table: list[int]) -> None:
    assert rising(table) == (0 < len(table) <= 5 and table == sorted(set(table)) and table[0] > 0)


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 小时"), (60, "1 小时"), (90, "1 小时 30 分"), (45, "45 分钟"), (6001, "100 小时 1 分")])
def test_hours_are_told_exactly(minutes: int, words: str) -> None:
    assert hours_text(minutes) == words


def test_star_is_applied_for_confirmed_and_known(world: Records) -> None:
    world.served(world.vera, 99.9)
    with pytest.raises(Refused, match="1 星需要累计 100 小时"):
        actions.ask_star(world.vera, by=world.me, at=NOW)
    world.served(world.vera, 0.1, on=NOW.date() - DAY)
    asked = actions.ask_star(world.vera, by=world.me, at=NOW)
    assert (asked.grade, asked.needed, asked.minutes, asked.station) == (1, 6000, 6000, world.station)
    assert set(Message.objects.filter(kind="records.star_desk").values_list("to__username", flat=True)) == {"keeper", "colleague"}
    with pytest.raises(Refused, match="正在办理"):
        actions.ask_star(world.vera, by=world.me, at=NOW)
    done = actions.confirm_star(asked, by=world.keeper, at=NOW)
    assert done.state == "confirmed" and Message.objects.filter(kind="records.star_mine", to=world.me).exists()
    with pytest.raises(Refused, match="2 星需要累计 300 小时"):
        actions.ask_star(world.vera, by=world.me, at=NOW)
    with pytest.raises(WrongState):
        actions.refuse_star(done, why="重复", by=world.keeper, at=NOW)


def test_nobody_confirms_their_own_star_or_that_of_another_station(world: Records) -> None:
    world.served(world.vera, 100)
    star = actions.ask_star(world.vera, by=world.me, at=NOW)
    for stranger in (world.me, world.leader, world.other_leader, world.auditor):
        with pytest.raises(NotAllowed):
            actions.confirm_star(star, by=stranger, at=NOW)
    with pytest.raises(Refused, match="理由"):
        actions.refuse_star(star, why="", by=world.keeper, at=NOW)
    assert actions.refuse_star(star, why="时长尚待核实", by=world.centre, at=NOW).why == "时长尚待核实"
    again = actions.ask_star(world.vera, by=world.me, at=NOW)
    assert actions.drop_star(again, by=world.me, at=NOW).state == "dropped"


def test_leader_applies_for_somebody_without_a_phone(world: Records) -> None:
    world.served(world.old, 300)
    with pytest.raises(NotAllowed):
        actions.ask_star(world.old, by=world.other_leader, at=NOW)
    assert actions.ask_star(world.old, by=world.leader, at=NOW).grade == 2


def test_hours_that_shrink_put_the_star_on_a_list_until_it_is_decided(world: Records) -> None:
    service = world.served(world.vera, 100)
    star = world.star()
    with pytest.raises(Refused, match="没有不足"):
        actions.keep_star(star, why="不用", by=world.keeper, at=NOW)
    world.corrected(service, 5400)
    star.refresh_from_db()
    assert star.short_since is not None and Message.objects.filter(to=world.keeper, facts__form="short").count() == 1
    kept = actions.keep_star(star, why="本人无过错", by=world.keeper, at=NOW)
    assert (kept.short_since, kept.kept_at_minutes) == (None, 5400)
    world.corrected(service, 5500)
    star.refresh_from_db()
    assert star.short_since is None, "kept at fewer minutes already"
    world.corrected(service, 5000)
    star.refresh_from_db()
    assert star.short_since is not None
    world.corrected(service, 6000)
    star.refresh_from_db()
    assert star.short_since is None, "all there again"
    world.corrected(service, 10)
    star.refresh_from_db()
    gone = actions.withdraw_star(star, why="时长不足", by=world.keeper, at=NOW)
    assert gone.state == "withdrawn" and gone.short_since is None


def test_star_is_not_confirmed_when_hours_shrank_meanwhile(world: Records) -> None:
    service = world.served(world.vera, 100)
    star = actions.ask_star(world.vera, by=world.me, at=NOW)
    world.corrected(service, 60)
    with pytest.raises(Refused, match="不能认定"):
        actions.confirm_star(star, by=world.keeper, at=NOW)


def test_tables_are_dated_replaced_as_a_whole_and_never_mixed(world: Records) -> None:
    today = NOW.date()
    with pytest.raises(NotAllowed):
        actions.set_star_rules(None, scheme="standard", name="星级认定", from_on=today, hours=[50], by=world.keeper, at=NOW)
    for hours, when in (([100, 100], today), ([], today), ([0, 1], today), ([50], today - DAY)):
        with pytest.raises(Refused):
            actions.set_star_rules(None, scheme="standard", name="星级认定", from_on=when, hours=hours, by=world.centre, at=NOW)
    actions.set_star_rules(None, scheme="standard", name="星级认定", from_on=today + DAY, hours=[50, 150, 400], by=world.centre, at=NOW)
    actions.set_star_rules(None, scheme="community", name="社区星级", from_on=today, hours=[10, 20], by=world.centre, at=NOW)
    assert [step.minutes for step in selectors.star_table(today).steps] == list(USUAL)  # type: ignore[union-attr]
    assert [step.minutes for step in selectors.star_table(today + DAY).steps] == [3000, 9000, 24000]  # type: ignore[union-attr]
    assert selectors.star_table(today, "unknown") is None
    assert {(table.scheme, len(table.steps)) for table in selectors.schemes(today)} == {("standard", 5), ("standard", 3), ("community", 2)}
    world.served(world.vera, 60)
    by_community = actions.ask_star(world.vera, scheme="community", by=world.me, at=NOW)
    assert (by_community.scheme, by_community.grade) == ("community", 2)
    actions.confirm_star(by_community, by=world.keeper, at=NOW)
    with pytest.raises(Refused, match="1 星"):
        actions.ask_star(world.vera, by=world.me, at=NOW)
    tomorrow = actions.ask_star(world.vera, by=world.me, at=NOW + DAY)
    assert (tomorrow.grade, tomorrow.needed, tomorrow.rule_from) == (1, 3000, today + DAY)
    with pytest.raises(Refused, match="已经登记"):
        actions.set_star_rules(None, scheme="community", name="社区星级", from_on=today, hours=[30], by=world.centre, at=NOW)
    keep_policy("records.star_scheme", "community", by="test", at=NOW)
    assert selectors.star_table(today).scheme == "community"  # type: ignore[union-attr]
    assert StarRule.objects.count() == 5 and Star.objects.count() == 2


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 400 * 60)), min_size=1, max_size=10))
def test_sum_and_stars_equal_a_recount_whatever_was_corrected(world: Records, steps: list[tuple[int, int]]) -> None:
    """Services entered and corrected in any order: the sum is what they now say, and a star is short just when it is not reached."""
    with transaction.atomic():
        rows = [world.served(world.vera, 100, on=NOW.date() - n * DAY) for n in range(5)]
        star = world.star()
        for at, minutes in steps:
            world.corrected(rows[at], minutes)
        total = sum(Service.objects.filter(volunteer=world.vera).values_list("minutes", flat=True))
        star.refresh_from_db()
        assert Standing.objects.get(volunteer=world.vera).minutes == total
        assert (star.short_since is not None) == (total < star.needed)
        transaction.set_rollback(True)


def test_sum_follows_every_change(world: Records) -> None:
    rows = [world.served(world.vera, hours, on=NOW.date() - n * DAY) for n, hours in enumerate((1, 2, 3))]
    world.corrected(rows[1], 30)
    world.corrected(rows[2], 0)
    standing = Standing.objects.get(volunteer=world.vera)
    alive = Service.objects.filter(volunteer=world.vera, minutes__gt=0)
    assert (standing.minutes, standing.services) == (sum(alive.values_list("minutes", flat=True)), alive.count()) == (90, 2)
    assert (standing.first_on, standing.last_on) == (NOW.date() - DAY, NOW.date())
    assert standing.first_on < standing.last_on < NOW.date() + dt.timedelta(days=1)
