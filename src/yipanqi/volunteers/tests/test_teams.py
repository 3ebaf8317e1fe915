"""Joining and leaving teams, and leading them."""

from __future__ import annotations

import datetime as dt

import pytest

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging.models import Message
from yipanqi.teams.selectors import teams_led_by
from yipanqi.volunteers import actions, selectors
from yipanqi.volunteers.actions import NotRegistered
from yipanqi.volunteers.tests.world import NOW, Town, enrol, fresh

pytestmark = pytest.mark.django_db


def test_join_asks_the_leader_who_accepts(town: Town) -> None:
    leader, person = town.leader(), enrol()
    held = actions.join(person, team=town.team, by=person.user, at=NOW)
    assert held.state == "asked"
    assert Message.objects.filter(to=leader.user, kind="volunteers.joining").exists()
    with pytest.raises(Conflict):
        actions.join(person, team=town.team, by=person.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.accept_member(held, by=person.user, at=NOW)
    actions.accept_member(held, by=leader.user, at=NOW)
    held.refresh_from_db()
    assert held.state == "member"
    assert Message.objects.filter(to=person.user, kind="volunteers.member").exists()
    with pytest.raises(WrongState):
        actions.accept_member(held, by=leader.user, at=NOW)


def test_join_at_once_where_nobody_has_to_agree(town: Town) -> None:
    keep_policy("volunteers.accept_members", False, by="test", at=NOW)
    person = enrol()
    assert actions.join(person, team=town.team, by=person.user, at=NOW).state == "member"


def test_join_needs_a_registered_volunteer_and_a_team_that_is_there(town: Town) -> None:
    waiting = enrol(document="none", born_on=dt.date(1950, 1, 1))
    with pytest.raises(NotRegistered):
        actions.join(waiting, team=town.team, by=waiting.user, at=NOW)
    person = enrol(order=2)
    town.team.ended_on = dt.date(2026, 1, 1)
    with pytest.raises(Conflict):
        actions.join(person, team=town.team, by=person.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.join(person, team=town.other_team, by=waiting.user, at=NOW)


def test_decline_member_says_why(town: Town) -> None:
    leader, person = town.leader(), enrol()
    held = actions.join(person, team=town.team, by=person.user, at=NOW)
    with pytest.raises(Refused):
        actions.decline_member(held, why="", by=leader.user, at=NOW)
    actions.decline_member(held, why="本队只收救护员", by=leader.user, at=NOW)
    held.refresh_from_db()
    assert (held.state, held.answer) == ("declined", "本队只收救护员")
    assert actions.join(person, team=town.team, by=person.user, at=NOW).state == "asked"


def test_take_back_joining(town: Town) -> None:
    person = enrol()
    held = actions.join(person, team=town.team, by=person.user, at=NOW)
    actions.take_back_joining(held, by=person.user, at=NOW)
    held.refresh_from_db()
    assert held.state == "ended"


def test_leave_team_by_oneself_or_by_the_leader(town: Town) -> None:
    leader, person, other = town.leader(), enrol(), enrol("旁人甲", order=3)
    held = town.member(person)
    with pytest.raises(NotAllowed):
        actions.leave_team(held, by=other.user, at=NOW)
    actions.leave_team(held, by=person.user, at=NOW)
    assert not Message.objects.filter(to=person.user, kind="volunteers.member").exists()
    actions.leave_team(town.member(person), by=leader.user, at=NOW)
    assert Message.objects.filter(to=person.user, kind="volunteers.member").exists()


def test_add_member_asks_for_their_word(town: Town) -> None:
    leader, person = town.leader(), enrol()
    with pytest.raises(Refused):
        actions.add_member(town.team, person=person, said_yes=False, by=leader.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.add_member(town.other_team, person=person, said_yes=True, by=leader.user, at=NOW)
    assert actions.add_member(town.team, person=person, said_yes=True, by=leader.user, at=NOW).state == "member"


def test_make_leader_lets_somebody_lead(town: Town) -> None:
    person = enrol()
    held = town.member(person)
    assert not person.user.has_perm("volunteers.accept_member", held)
    with pytest.raises(NotAllowed):
        actions.make_leader(held, by=town.other_station, at=NOW)
    actions.make_leader(held, by=town.station, at=NOW)
    assert selectors.led_teams(fresh(person.user)) == {town.team.pk}
    assert list(teams_led_by(fresh(person.user))) == [town.team]
    with pytest.raises(Conflict):
        actions.make_leader(held, by=town.centre, at=NOW)
    actions.dismiss_leader(held, by=town.centre, at=NOW)
    assert selectors.led_teams(fresh(person.user)) == frozenset()
    with pytest.raises(Conflict):
        actions.dismiss_leader(held, by=town.centre, at=NOW)


def test_make_leader_only_of_adults(town: Town) -> None:
    held = town.member(enrol())
    held.volunteer.born_on = dt.date(2010, 1, 1)
    held.volunteer.save()
    with pytest.raises(Conflict):
        actions.make_leader(held, by=town.centre, at=NOW)


def test_leaders_see_their_members_and_nobody_else(town: Town) -> None:
    leader, member, stranger = town.leader(), enrol(), enrol("旁人甲", order=3)
    town.member(member)
    seen = set(selectors.visible_to(leader.user))
    assert seen == {leader, member}
    assert leader.user.has_perm("volunteers.reveal_phone", member) and not leader.user.has_perm("volunteers.reveal_phone", stranger)
    assert not leader.user.has_perm("volunteers.reveal_id", member)


def test_end_memberships_of_a_team_that_is_no_more(town: Town) -> None:
    member = town.member(enrol())
    other = enrol("旁人甲", order=3)
    asking = actions.join(other, team=town.team, by=other.user, at=NOW)
    for _time in range(2):
        actions.end_memberships_of(town.team, by=SYSTEM, at=NOW)
    member.refresh_from_db()
    asking.refresh_from_db()
    assert (member.state, asking.state) == ("ended", "declined")
