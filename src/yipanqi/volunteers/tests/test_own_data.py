"""One's own data: changed, revealed, corrected and erased on request, and after the time of the policy."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.messaging.models import Message
from yipanqi.people.models import User
from yipanqi.volunteers import actions, jobs, selectors
from yipanqi.volunteers.actions import AlreadyEntered
from yipanqi.volunteers.catalogue import ERASURES, LOCKS_FIRST
from yipanqi.volunteers.models import Consent, Gone, OwnRequest, Volunteer
from yipanqi.volunteers.tests.world import NOW, TODAY, Town, enrol, fields, id_number

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=16)


def test_change_own_is_for_what_is_ones_own_to_change(town: Town) -> None:
    person = enrol()
    actions.change_own(person, fields={"phone": "+86 139-1111-2222", "skills": ["law"], "kinds": [town.kind], "emergency": "王母亲 13900001111"}, by=person.user, at=NOW)
    person.refresh_from_db()
    assert (person.phone, person.skills, list(person.kinds.all())) == ("13911112222", ["law"], [town.kind])
    for wrong in ({"name": "王别人"}, {"id_number": id_number(order=5)}, {"phone": ""}):
        with pytest.raises(Refused):
            actions.change_own(person, fields=wrong, by=person.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.change_own(person, fields={"phone": "13911112222"}, by=town.centre, at=NOW)
    actions.leave(person, by=person.user, at=NOW)
    with pytest.raises(Conflict):
        actions.change_own(person, fields={"phone": "13911112223"}, by=person.user, at=NOW)


def test_reveal_one_at_a_time_with_a_journal_row(town: Town) -> None:
    person = enrol(area=town.east)
    assert actions.reveal_phone(person, by=town.station, at=NOW) == person.phone
    assert actions.reveal_id(person, by=town.station, at=NOW) == person.id_number
    rows = JournalEntry.objects.filter(action__startswith="volunteers.reveal", subject=person.number)
    assert {row.actor for row in rows} == {"user:station"} and person.phone not in str([row.data for row in rows])
    for who in (town.other_station, town.auditor, town.desk):
        with pytest.raises(NotAllowed):
            actions.reveal_phone(person, by=who, at=NOW)
        with pytest.raises(NotAllowed):
            actions.reveal_id(person, by=who, at=NOW)


def test_reveal_guardian_and_emergency_contact(town: Town) -> None:
    parent = enrol("王父亲", area=town.east)
    child = actions.enter_ward(None, fields=fields("王小宝", dt.date(2016, 1, 1), 5, emergency="王母亲 139", area=town.east), relation="父子", agreed=True, by=parent.user, at=NOW)
    assert actions.reveal_guardian(child, by=town.station, at=NOW) == f"王父亲 {parent.phone}；王母亲 139"
    with pytest.raises(NotAllowed):
        actions.reveal_guardian(child, by=town.other_station, at=NOW)


def test_look_at_kept_by_oneself_or_the_centre(town: Town) -> None:
    person = enrol()
    actions.look_at_kept(person, by=person.user, at=NOW)
    actions.look_at_kept(person, by=town.centre, at=NOW)
    with pytest.raises(NotAllowed):
        actions.look_at_kept(person, by=town.station, at=NOW)


def test_correct_needs_a_reason_and_renames_the_account(town: Town) -> None:
    person, other = enrol(area=town.east), enrol("旁人甲", order=3)
    with pytest.raises(Refused):
        actions.correct(person, fields={"name": "王更正"}, why="", by=town.station, at=NOW)
    actions.correct(person, fields={"name": "王更正"}, why="身份证为准", by=town.station, at=NOW)
    person.refresh_from_db()
    assert person.name == "王更正" and person.user.name == "王更正"
    with pytest.raises(AlreadyEntered):
        actions.correct(person, fields={"document": "id", "id_number": other.id_number}, why="核对", by=town.station, at=NOW)
    with pytest.raises(NotAllowed):
        actions.correct(person, fields={"name": "王别人"}, why="核对", by=person.user, at=NOW)


def test_ask_correction_is_decided_by_a_keeper(town: Town) -> None:
    person = enrol(area=town.east)
    right = id_number(dt.date(1980, 3, 2), 4)
    asked = actions.ask_correction(person, fields={"id_number": right, "name": "王更正"}, reason="证件号输错一位", by=person.user, at=NOW)
    with pytest.raises(Conflict):
        actions.ask_correction(person, fields={"name": "王再改"}, reason="再改", by=person.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.agree_to_request(asked, by=person.user, at=NOW)
    actions.agree_to_request(asked, by=town.station, at=NOW)
    person.refresh_from_db()
    asked.refresh_from_db()
    assert (person.name, person.id_number, person.born_on, person.sex) == ("王更正", right, dt.date(1980, 3, 2), "f")
    assert (asked.state, asked.wanted, asked.reason, asked.decided_by) == ("done", "", "", town.station)
    assert Message.objects.filter(to=person.user, kind="volunteers.request").exists()
    with pytest.raises(WrongState):
        actions.agree_to_request(asked, by=town.station, at=NOW)


@pytest.mark.parametrize(("wanted", "reason"), [({}, "不对"), ({"name": "王示例"}, "一样"), ({"name": "王更正"}, " "), ({"id_number": "123"}, "不对"), ({"skills": ["law"]}, "不对")])
def test_ask_correction_of_nothing_or_something_wrong_is_refused(town: Town, wanted: dict[str, object], reason: str) -> None:
    person = enrol()
    with pytest.raises(Refused):
        actions.ask_correction(person, fields=wanted, reason=reason, by=person.user, at=NOW)
    assert not OwnRequest.objects.exists()


def test_refuse_request_gives_the_ground(town: Town) -> None:
    person = enrol(area=town.east)
    asked = actions.ask_correction(person, fields={"born_on": dt.date(1981, 1, 1), "document": "none"}, reason="不对", by=person.user, at=NOW)
    with pytest.raises(Refused):
        actions.refuse_request(asked, why="", by=town.station, at=NOW)
    actions.refuse_request(asked, why="与证件不符", by=town.station, at=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "与证件不符")


def test_ask_erasure_can_be_taken_back(town: Town) -> None:
    person = enrol()
    asked = actions.ask_erasure(person, by=person.user, at=NOW)
    assert asked.due_on == TODAY + dt.timedelta(days=15)
    actions.take_back_request(asked, by=person.user, at=NOW)
    jobs.carry_out_erasures(LATER)
    person.refresh_from_db()
    assert person.state == "registered"
    with pytest.raises(WrongState):
        actions.take_back_request(asked, by=person.user, at=NOW)


def test_erasure_leaves_nothing_that_tells_who_it_was(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(ERASURES, "_entries", {"test": lambda person, at: told.append(person.pk)})
    monkeypatch.setattr(LOCKS_FIRST, "_entries", {"test": lambda ids: told.append(list(ids))})
    person = enrol(area=town.east, kinds=[town.kind], emergency="王母亲 139")
    town.member(person)
    number, user = person.number, person.user
    asked = actions.ask_erasure(person, reason="不再参加", by=person.user, at=NOW)
    jobs.carry_out_erasures(NOW)
    person.refresh_from_db()
    assert person.state == "registered", "not before the days to think it over are past"
    for _time in range(2):
        jobs.carry_out_erasures(LATER)
    person.refresh_from_db()
    user.refresh_from_db()
    assert told == [[person.pk], person.pk], "above: locked first, then erased"
    left = json.dumps([str(getattr(person, field.name)) for field in Volunteer._meta.concrete_fields], ensure_ascii=False)
    assert not any(word in left for word in ("王示例", "13900", "1980", "620201", "王母亲"))
    assert (person.number, person.state, person.registered_on) == (number, "erased", TODAY)
    assert (user.name, user.is_active) == ("已删除", False)
    assert not Consent.objects.exists() and person.kinds.count() == 0 and person.memberships.get().state == "ended"
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("done", "")
    assert person not in selectors.visible_to(town.centre)


def test_erased_people_may_register_anew(town: Town) -> None:
    person = enrol()
    actions.agree_to_request(actions.ask_erasure(person, by=person.user, at=NOW), by=town.centre, at=NOW)
    assert Gone.objects.count() == 1
    again = enrol()
    assert again.pk != person.pk and not Gone.objects.exists()


def test_staff_keep_their_account_when_they_are_erased_as_volunteers(town: Town) -> None:
    person = actions.register(None, fields=fields(), agreed=True, by=town.desk, at=NOW).volunteer
    actions.agree_to_request(actions.ask_erasure(person, by=User.objects.get(pk=town.desk.pk), at=NOW), by=town.centre, at=NOW)
    town.desk.refresh_from_db()
    assert town.desk.is_active and town.desk.name == "desk"


def test_those_who_left_are_erased_after_the_time_of_the_policy(town: Town) -> None:
    left, stays = enrol(), enrol("旁人甲", order=3)
    actions.leave(left, by=left.user, at=NOW)
    jobs.erase_those_who_left(NOW + dt.timedelta(days=364))
    left.refresh_from_db()
    assert left.state == "left"
    jobs.erase_those_who_left(NOW + dt.timedelta(days=365))
    left.refresh_from_db()
    stays.refresh_from_db()
    assert (left.state, stays.state) == ("erased", "registered")


def test_minors_whose_guardian_never_agreed_are_erased(town: Town) -> None:
    child = enrol("王小宝", dt.date(2012, 1, 1))
    jobs.erase_those_who_left(NOW + dt.timedelta(days=31))
    child.refresh_from_db()
    assert child.state == "erased"


def test_erase_left_changes_nobody_else(town: Town) -> None:
    person = enrol()
    assert actions.erase_left(None, number=person.number, by=SYSTEM, at=LATER) is None
    with pytest.raises(NotAllowed):
        actions.erase_left(None, number=person.number, by=town.centre, at=LATER)


def test_requests_decided_long_ago_are_forgotten(town: Town) -> None:
    person = enrol()
    asked = actions.ask_erasure(person, by=person.user, at=NOW)
    actions.take_back_request(asked, by=person.user, at=NOW)
    jobs.erase_those_who_left(NOW + dt.timedelta(days=366 * 3 + 1))
    assert not OwnRequest.objects.exists()


def test_requests_are_seen_by_keepers_and_those_who_asked(town: Town) -> None:
    person = enrol(area=town.east)
    asked = actions.ask_erasure(person, by=person.user, at=NOW)
    for who, sees in ((person.user, True), (town.station, True), (town.centre, True), (town.other_station, False), (town.auditor, False), (enrol("旁人甲", order=3).user, False)):
        assert (asked in selectors.requests_visible_to(who)) is sees, who
