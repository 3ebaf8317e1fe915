"""Planning duty work, doing it, swapping it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from yipanqi.calendar.actions import set_day
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.outbox import deliver_due
from yipanqi.messaging.models import Message
from yipanqi.rosters import actions, jobs, selectors
from yipanqi.rosters.models import Post, Swap, Turn
from yipanqi.rosters.states import SwapState
from yipanqi.rosters.tests.world import Duties, moment, segments, unit


@pytest.fixture
def duties(db: None) -> Duties:
    return Duties()


def told(kind: str) -> Counter[str]:
    while deliver_due(moment(30)):
        pass
    return Counter(m.to.username for m in Message.objects.filter(kind=kind) if m.to)


def test_make_rota_gives_working_days_out_evenly(duties: Duties) -> None:
    set_day(None, day=moment(1).date(), is_working=False, name="放假", by=duties.head, at=moment(-5))
    roster = actions.make_rota(duties.draft(days=14), by=duties.centre, at=moment(-3))
    turns = Turn.objects.filter(roster=roster)
    assert {t.on.isoweekday() for t in turns} == {1, 2, 3, 4, 5} and not turns.filter(on=moment(1).date()).exists()
    assert turns.count() == 9 * 2 * 3
    found = selectors.evenness(selectors.shares(roster))
    assert found.even and found.most == 27
    assert actions.make_rota(roster, by=duties.centre, at=moment(-3)) and turns.count() == 54, "a draft is given out anew as a whole"


def test_make_rota_of_a_published_roster_leaves_today_and_what_was_done(duties: Duties) -> None:
    roster = duties.published()
    done = actions.confirm_turn(duties.turn(roster, duties.units[0]), present=3, by=duties.ann, at=moment(0, 9))
    third = unit("C")
    roster = actions.set_units(roster, units=[*duties.units, third], by=duties.centre, at=moment(0, 10))
    before = set(Turn.objects.filter(on=moment().date()).values_list("pk", "unit"))
    roster = actions.make_rota(roster, by=duties.centre, at=moment(0, 10))
    assert set(Turn.objects.filter(on=moment().date()).values_list("pk", "unit")) == before and done.pk in {pk for pk, _u in before}
    assert Turn.objects.filter(unit=third, on__gt=moment().date()).count() in (7, 8, 9)
    assert not Turn.objects.filter(unit=third, on=moment().date()).exists() and Turn.objects.count() == 30


def test_make_rota_without_posts_units_or_days_is_refused(duties: Duties) -> None:
    roster = actions.add_roster(None, name="空", kind="crossing", starts_on=moment().date(), ends_on=moment(1).date(), slots=[["07:30", "08:30"]], by=duties.centre, at=moment())
    with pytest.raises(actions.BadRoster, match="点位和单位"):
        actions.make_rota(roster, by=duties.centre, at=moment())
    with pytest.raises(actions.BadRoster, match="没有要值勤的日子"):
        actions.make_rota(duties.draft(days=2, weekdays=[7]), by=duties.centre, at=moment(-3))
    with pytest.raises(NotAllowed):
        actions.make_rota(roster, by=duties.ann, at=moment())


@pytest.mark.parametrize("wrong", [
    {"name": " "}, {"ends_on": dt.date(2026, 3, 1)}, {"ends_on": dt.date(2028, 3, 1)}, {"slots": []}, {"slots": [["7点", "8点"]]}, {"slots": [["08:30", "07:30"]]},
    {"slots": [["07:30", "09:00"], ["08:30", "10:00"]]}, {"slots": [["07:30"]]}, {"weekdays": [8]}, {"people": 0},
])  # fmt: skip
def test_add_roster_that_makes_no_sense_is_refused(duties: Duties, wrong: dict[str, object]) -> None:
    with pytest.raises(actions.BadRoster):
        duties.draft(**wrong)


def test_change_roster_keeps_turns_until_the_rota_is_made_anew(duties: Duties) -> None:
    roster = duties.published()
    roster = actions.change_roster(roster, name="改名", starts_on=roster.starts_on, ends_on=roster.ends_on, slots=[["08:00", "09:00"]], people=4, by=duties.centre, at=moment(-3))
    assert Turn.objects.count() == 30
    actions.make_rota(roster, by=duties.centre, at=moment(-3))
    assert Turn.objects.count() == 15 and set(Turn.objects.values_list("people", flat=True)) == {4}


def test_set_posts_wants_what_the_roster_is_about(duties: Duties) -> None:
    roster = duties.draft()
    with pytest.raises(actions.BadRoster):
        actions.set_posts(roster, segments=segments(1), by=duties.centre, at=moment())
    with pytest.raises(actions.BadRoster):
        actions.set_posts(roster, by=duties.centre, at=moment())
    actions.set_posts(roster, places=duties.places[:1], by=duties.centre, at=moment())
    assert selectors.posts_of(roster).count() == 1 and Post.objects.filter(roster=roster, dropped=True).count() == 2


def test_set_units_refuses_units_that_are_no_more(duties: Duties) -> None:
    roster = duties.draft()
    with pytest.raises(actions.BadRoster, match="已撤销"):
        actions.set_units(roster, units=[unit("X", dissolved_on=dt.date(2026, 1, 1))], by=duties.centre, at=moment())
    with pytest.raises(actions.BadRoster):
        actions.set_units(roster, units=[], by=duties.centre, at=moment())


def test_segments_stay_with_the_unit_that_keeps_them(duties: Duties) -> None:
    roster = duties.draft(days=28, kind="street", slots=[["15:00", "17:00"]], weekdays=[5], people=5)
    kept = segments(3)
    roster = actions.set_posts(roster, segments=kept, keepers={kept[0].code: duties.units[0], kept[1].code: duties.units[1]}, by=duties.centre, at=moment(-3))
    actions.make_rota(roster, by=duties.centre, at=moment(-3))
    by_post = {segment.code: set(Turn.objects.filter(post__segment=segment).values_list("unit__code", flat=True)) for segment in kept}
    assert by_post == {"LD001": {"A"}, "LD002": {"B"}, "LD003": {"A", "B"}}
    assert {t.on.isoweekday() for t in Turn.objects.all()} == {5} and Turn.objects.count() == 12


def test_publish_roster_tells_each_unit_once(duties: Duties) -> None:
    draft = duties.draft()
    with pytest.raises(actions.BadRoster, match="还没有轮排"):
        actions.publish_roster(draft, by=duties.centre, at=moment(-3))
    assert not selectors.turns_visible_to(duties.ann).exists()
    roster = actions.publish_roster(actions.make_rota(draft, by=duties.centre, at=moment(-3)), by=duties.centre, at=moment(-3))
    assert told("rosters.rota") == {"ann": 1, "bob": 1}
    assert set(selectors.turns_visible_to(duties.ann).values_list("unit__code", flat=True)) == {"A"}
    assert not selectors.turns_visible_to(duties.grid).exists() and selectors.turns_visible_to(duties.auditor).count() == 30
    with pytest.raises(WrongState):
        actions.publish_roster(roster, by=duties.centre, at=moment())


def test_confirm_turn_counts_people_and_names_nobody(duties: Duties) -> None:
    turn = duties.turn(duties.published(), duties.units[0])
    with pytest.raises(Refused, match="开始之后"):
        actions.confirm_turn(turn, present=2, by=duties.ann, at=moment(0, 7))
    with pytest.raises(NotAllowed):
        actions.confirm_turn(turn, present=2, by=duties.bob, at=moment(0, 9))
    with pytest.raises(Refused, match="实到人数"):
        actions.confirm_turn(turn, present=501, by=duties.ann, at=moment(0, 9))
    turn = actions.confirm_turn(turn, present=3, work="劝导行人、非机动车各归其道", by=duties.ann, at=moment(0, 9))
    assert (turn.state, turn.present) == ("done", 3)
    with pytest.raises(WrongState):
        actions.confirm_turn(turn, present=2, by=duties.ann, at=moment(0, 9))
    with pytest.raises(Refused):
        actions.correct_turn(turn, present=2, why=" ", by=duties.ann, at=moment(1))
    assert actions.correct_turn(turn, present=2, why="多计一人", by=duties.ann, at=moment(1)).present == 2
    with pytest.raises(Refused, match="天之内"):
        actions.correct_turn(turn, present=1, why="太晚", by=duties.ann, at=moment(20))
    assert JournalEntry.objects.filter(action="rosters.correct_turn").count() == 1


def test_the_database_wants_a_count_where_duty_was_done(duties: Duties) -> None:
    turn = duties.turn(duties.published(), duties.units[0])
    for wrong in ({"state": "done"}, {"present": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Turn.objects.filter(pk=turn.pk).update(**wrong)


def test_nothing_of_duty_work_leads_to_a_person_a_volunteer_or_points() -> None:
    """What is named for people in it are units, counts and a secret address: no relation leads anywhere else."""
    allowed = {"people.unit", "places.place", "places.segment"}
    for model in apps.get_app_config("rosters").get_models():
        for field in model._meta.get_fields(include_hidden=True):
            if field.is_relation and field.related_model is not None:
                to = field.related_model._meta.label_lower
                assert to in allowed or to.startswith("rosters."), f"{model.__name__}.{field.name} leads to {to}"


def test_cancel_and_give_turn_tell_the_units(duties: Duties) -> None:
    roster = duties.published()
    turn, other = duties.turn(roster, duties.units[0]), duties.turn(roster, duties.units[0], 1)
    with pytest.raises(Refused):
        actions.cancel_turn(turn, why="", by=duties.centre, at=moment(-1))
    assert actions.cancel_turn(turn, why="暴雨", by=duties.centre, at=moment(-1)).state == "cancelled"
    assert actions.give_turn(other, unit=duties.units[1], why="防汛值守", by=duties.centre, at=moment(-1)).unit == duties.units[1]
    with pytest.raises(Refused):
        actions.give_turn(other, unit=duties.units[1], why="同一单位", by=duties.centre, at=moment(-1))
    with pytest.raises(NotAllowed):
        actions.cancel_turn(other, why="x", by=duties.ann, at=moment(-1))
    assert told("rosters.turn_changed") == {"ann": 2, "bob": 1}


def test_swap_by_agreement(duties: Duties) -> None:
    roster = duties.published()
    mine, theirs = duties.turn(roster, duties.units[0]), duties.turn(roster, duties.units[1], 4)
    swap = actions.ask_swap(mine, to=duties.units[1], other=theirs, reason="开会", by=duties.ann, at=moment(-1))
    assert told("rosters.swap") == {"bob": 1} and list(selectors.open_swaps(duties.bob)) == [swap]
    with pytest.raises(Conflict):
        actions.ask_swap(mine, to=duties.units[1], reason="再问", by=duties.ann, at=moment(-1))
    with pytest.raises(NotAllowed):
        actions.agree_swap(swap, by=duties.ann, at=moment(-1))
    actions.agree_swap(swap, by=duties.bob, at=moment(-1))
    assert Turn.objects.get(pk=mine.pk).unit == duties.units[1] and Turn.objects.get(pk=theirs.pk).unit == duties.units[0]
    assert told("rosters.swap") == {"bob": 1, "ann": 1} and selectors.evenness(selectors.shares(roster)).even
    with pytest.raises(WrongState):
        actions.refuse_swap(swap, by=duties.bob, at=moment(-1))


def test_swap_refused_withdrawn_or_overtaken(duties: Duties) -> None:
    roster = duties.published()
    mine = duties.turn(roster, duties.units[0])
    ask = {"to": duties.units[1], "reason": "开会", "by": duties.ann, "at": moment(-1)}
    actions.refuse_swap(actions.ask_swap(mine, **ask), by=duties.bob, at=moment(-1))
    actions.withdraw_swap(actions.ask_swap(mine, **ask), by=duties.ann, at=moment(-1))
    late = actions.ask_swap(mine, **ask)
    with pytest.raises(Conflict):
        actions.agree_swap(late, by=duties.bob, at=moment(0, 8))
    jobs.lapse_swaps(moment(0, 8))
    assert Swap.objects.get(pk=late.pk).state == SwapState.LAPSED
    for wrong in ({"reason": ""}, {"to": duties.units[0]}, {"other": mine}, {"at": moment(0, 12)}):
        with pytest.raises(Refused):
            actions.ask_swap(mine, **ask | wrong)
    assert Turn.objects.get(pk=mine.pk).unit == duties.units[0]


def test_units_hear_of_tomorrow_once(duties: Duties) -> None:
    duties.published()
    jobs.remind(moment(0, 10))
    assert not told("rosters.turn")
    jobs.remind(moment(0, 15))
    jobs.remind(moment(0, 16))
    assert told("rosters.turn") == {"ann": 1, "bob": 1}
    actions.remind(None, day=moment(5).date(), by=SYSTEM, at=moment(4))
    assert told("rosters.turn") == {"ann": 1, "bob": 1}, "nothing on a Saturday"


def test_end_roster_cancels_what_is_to_come(duties: Duties) -> None:
    roster = duties.published()
    with pytest.raises(Refused):
        actions.end_roster(roster, why="", by=duties.centre, at=moment(2))
    ended = actions.end_roster(roster, why="活动结束", by=duties.centre, at=moment(2, 12))
    assert ended.state == "ended" and set(Turn.objects.filter(starts_at__gt=moment(2, 12)).values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(WrongState):
        actions.make_rota(ended, by=duties.centre, at=moment(2))
