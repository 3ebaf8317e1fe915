"""How somebody becomes a volunteer: alone, through a leader, a station or a guardian."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.policy import keep_policy
from yipanqi.volunteers import actions, selectors
from yipanqi.volunteers.actions import AlreadyEntered, Guardian, TooYoung, WrongCode
from yipanqi.volunteers.models import Consent, ConsentText, Volunteer
from yipanqi.volunteers.tests.world import NOW, PASSWORD, TODAY, VISITOR, Town, enrol, fields, fresh, id_number

pytestmark = pytest.mark.django_db
CHILD = dt.date(2012, 1, 1)  # 14 years
SMALL = dt.date(2016, 1, 1)  # 10 years


def guardian(**other: str) -> Guardian:
    given = {"name": "王父亲", "relation": "父子", "document": "id", "id_number": id_number(dt.date(1980, 1, 1), 11), "phone": "13911112222"}
    return Guardian(**{**given, **other})


def test_register_makes_a_volunteer_with_an_account(town: Town) -> None:
    person = enrol(area=town.east, kinds=[town.kind], skills=["law", "first_aid"], availability={6: ["morning"]})
    assert person.state == "registered" and person.registered_on == TODAY
    assert (person.born_on, person.sex) == (dt.date(1980, 3, 1), "m")
    assert person.user is not None and person.user.username == person.number and person.user.check_password(PASSWORD)
    assert person.user.phone == "" and person.user.appointments.count() == 0
    assert person.skills == ["first_aid", "law"] and person.availability == {"6": ["morning"]} and list(person.kinds.all()) == [town.kind]
    assert Consent.objects.get(volunteer=person).text.version == 1


def test_register_keeps_names_and_numbers_out_of_the_journal(town: Town) -> None:
    person = enrol("欧阳示例")
    told = "".join(str((row.subject, row.data)) for row in JournalEntry.objects.filter(action__startswith="volunteers."))
    assert person.number in told
    assert "欧阳" not in told and person.id_number not in told and person.phone not in told


def test_register_stores_the_document_encrypted(town: Town) -> None:
    person = enrol()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone, id_hash FROM volunteers_volunteer WHERE id = %s", [person.pk])
        row = cursor.fetchone()
    assert person.id_number not in str(row) and person.phone not in str(row)


def test_register_twice_with_one_document_is_refused(town: Town) -> None:
    enrol()
    with pytest.raises(AlreadyEntered):
        actions.register(None, fields={**fields("张三强"), "id_number": " " + id_number().lower() + " "}, password=PASSWORD, agreed=True, by=VISITOR, at=NOW)
    assert Volunteer.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id_number": "620201198003010019"}, "id_number"), ({"id_number": ""}, "id_number"), ({"name": "1"}, "name"), ({"phone": "电话"}, "phone"), ({"phone": ""}, "phone"),
        ({"skills": ["flying"]}, "skills"), ({"availability": {"8": ["morning"]}}, "availability"), ({"document": "library"}, "document"),
        ({"document": "passport", "id_number": "E12345678", "born_on": dt.date(1980, 1, 1)}, "issued_by"),
        ({"document": "passport", "id_number": "E12345678", "issued_by": "CHN"}, "born_on"),
    ],
)  # fmt: skip
def test_register_says_which_field_is_wrong(town: Town, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        actions.register(None, fields={**fields(), **wrong}, password=PASSWORD, agreed=True, by=VISITOR, at=NOW)
    assert refusal.value.field == field


def test_register_without_consent_is_refused(town: Town) -> None:
    with pytest.raises(Refused):
        actions.register(None, fields=fields(), password=PASSWORD, agreed=False, by=VISITOR, at=NOW)


def test_register_of_staff_uses_the_account_they_have(town: Town) -> None:
    person = actions.register(None, fields=fields(), agreed=True, by=town.desk, at=NOW).volunteer
    assert person.user == town.desk
    with pytest.raises(NotAllowed):
        actions.register(None, fields=fields(order=2), agreed=True, by=fresh(town.desk), at=NOW)


def test_register_waits_for_approval_where_the_office_wants_it(town: Town) -> None:
    keep_policy("volunteers.approve_self_registered", True, by="test", at=NOW)
    person = enrol(area=town.east)
    assert person.state == "pending" and selectors.registered_as(person.user) is None
    with pytest.raises(NotAllowed):
        actions.approve(person, by=town.other_station, at=NOW)
    actions.approve(person, by=town.station, at=NOW)
    person.refresh_from_db()
    assert person.state == "registered"
    with pytest.raises(WrongState):
        actions.approve(person, by=town.centre, at=NOW)


def test_decline_needs_a_reason(town: Town) -> None:
    person = enrol(document="none", born_on=dt.date(1950, 1, 1))
    assert person.state == "pending" and person.id_hash is None
    with pytest.raises(Refused):
        actions.decline(person, why=" ", by=town.centre, at=NOW)
    actions.decline(person, why="查无此人", by=town.centre, at=NOW)
    person.refresh_from_db()
    assert person.state == "declined"


def test_minors_wait_for_a_guardian_who_has_the_code(town: Town) -> None:
    made = actions.register(None, fields=fields("王小宝", CHILD), password=PASSWORD, agreed=True, by=VISITOR, at=NOW)
    person = made.volunteer
    assert person.state == "consent" and len(made.code) == 10
    with pytest.raises(WrongCode):
        actions.consent_as_guardian(None, code="AAAAAAAAAA", guardian=guardian(), agreed=True, by=VISITOR, at=NOW)
    with pytest.raises(Refused):
        actions.consent_as_guardian(None, code=made.code, guardian=guardian(), agreed=False, by=VISITOR, at=NOW)
    actions.consent_as_guardian(None, code=made.code.lower(), guardian=guardian(), agreed=True, by=VISITOR, at=NOW)
    person.refresh_from_db()
    assert person.state == "registered" and person.registered_on == TODAY
    agreed = Consent.objects.get(volunteer=person, kind="guardian")
    assert agreed.how == "code" and agreed.guardian_name == "王父亲" and agreed.text is not None and agreed.text.kind == "guardian" and agreed.code_hash is None
    with pytest.raises(WrongCode):
        actions.consent_as_guardian(None, code=made.code, guardian=guardian(), agreed=True, by=VISITOR, at=NOW)


def test_code_of_a_guardian_expires_and_can_be_asked_for_anew(town: Town) -> None:
    made = actions.register(None, fields=fields("王小宝", CHILD), password=PASSWORD, agreed=True, by=VISITOR, at=NOW)
    later = NOW + dt.timedelta(days=15)
    with pytest.raises(WrongCode):
        actions.consent_as_guardian(None, code=made.code, guardian=guardian(), agreed=True, by=VISITOR, at=later)
    asked = actions.ask_guardian(made.volunteer, by=made.volunteer.user, at=later)
    actions.consent_as_guardian(None, code=asked.code, guardian=guardian(), agreed=True, by=VISITOR, at=later)
    with pytest.raises(Conflict):
        actions.ask_guardian(made.volunteer, by=made.volunteer.user, at=later)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"id_number": id_number(CHILD)}, "guardian_id_number"), ({"id_number": id_number(dt.date(2010, 1, 1), 9)}, "guardian_id_number"),
        ({"document": "none"}, "guardian_document"), ({"phone": ""}, "guardian_phone"), ({"relation": " "}, "relation"),
        ({"document": "passport", "id_number": "E12345678"}, "guardian_id_number"),
    ],
)  # fmt: skip
def test_guardian_is_an_adult_with_an_own_document(town: Town, other: dict[str, str], field: str) -> None:
    made = actions.register(None, fields=fields("王小宝", CHILD), password=PASSWORD, agreed=True, by=VISITOR, at=NOW)
    with pytest.raises(Refused) as refusal:
        actions.consent_as_guardian(None, code=made.code, guardian=guardian(**other), agreed=True, by=VISITOR, at=NOW)
    assert refusal.value.field == field
    assert Volunteer.objects.get().state == "consent"


def test_children_under_fourteen_are_entered_by_their_guardian(town: Town) -> None:
    with pytest.raises(TooYoung):
        actions.register(None, fields=fields("王小宝", SMALL), password=PASSWORD, agreed=True, by=VISITOR, at=NOW)
    parent = enrol("王父亲", area=town.east)
    child = actions.enter_ward(None, fields={**fields("王小宝", SMALL, 5), "phone": ""}, relation="父子", agreed=True, by=parent.user, at=NOW)
    assert child.state == "registered" and child.guardian == parent and child.user is None
    assert {(c.kind, c.how) for c in child.consents.all()} == {("own", "account"), ("guardian", "account")}
    assert child in selectors.visible_to(parent.user)
    with pytest.raises(Refused):
        actions.enter_ward(None, fields=fields("王大宝", dt.date(2000, 1, 1), 6), relation="父子", agreed=True, by=parent.user, at=NOW)


def test_nobody_below_the_least_age_is_entered(town: Town) -> None:
    parent = enrol("王父亲")
    with pytest.raises(TooYoung):
        actions.enter_ward(None, fields=fields("王幼儿", dt.date(2020, 1, 1), 5), relation="父子", agreed=True, by=parent.user, at=NOW)


def test_withdraw_guardian_consent_ends_taking_part(town: Town) -> None:
    parent = enrol("王父亲")
    child = actions.enter_ward(None, fields=fields("王小宝", SMALL, 5), relation="父子", agreed=True, by=parent.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.withdraw_guardian_consent(child, by=enrol("赵旁人", order=8).user, at=NOW)
    actions.withdraw_guardian_consent(child, by=parent.user, at=NOW)
    child.refresh_from_db()
    assert child.state == "consent" and not any(c.is_in_force for c in child.consents.filter(kind="guardian"))
    with pytest.raises(NotAllowed):
        actions.withdraw_guardian_consent(child, by=parent.user, at=NOW)
    actions.consent_at_station(child, guardian=guardian(), by=town.centre, at=NOW)
    child.refresh_from_db()
    assert child.state == "registered" and child.consents.get(how="station").taken_by == town.centre


def test_enter_by_a_leader_puts_somebody_into_the_own_team(town: Town) -> None:
    leader = town.leader()
    person = actions.enter(None, fields={**fields("赵大爷", dt.date(1950, 1, 1)), "phone": ""}, agreed=True, team=town.team, by=leader.user, at=NOW)
    assert person.state == "registered" and person.source == "leader" and person.user is None
    assert person.memberships.get().team == town.team
    with pytest.raises(NotAllowed):
        actions.enter(None, fields=fields(order=9), agreed=True, team=town.other_team, by=leader.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.enter(None, fields=fields(order=9), agreed=True, by=leader.user, at=NOW)
    with pytest.raises(Refused):
        actions.enter(None, fields=fields(order=9), agreed=False, team=town.team, by=leader.user, at=NOW)
    with pytest.raises(TooYoung):
        actions.enter(None, fields=fields("王小宝", CHILD, 9), agreed=True, team=town.team, by=leader.user, at=NOW)


def test_enter_without_a_document_by_a_leader_is_confirmed_by_a_station(town: Town) -> None:
    leader = town.leader()
    given = {"name": "赵大爷", "document": "none", "born_on": dt.date(1950, 1, 1), "area": town.east}
    person = actions.enter(None, fields=given, agreed=True, team=town.team, by=leader.user, at=NOW)
    assert person.state == "pending"
    with pytest.raises(NotAllowed):
        actions.approve(person, by=leader.user, at=NOW)
    actions.approve(person, by=town.station, at=NOW)


def test_enter_by_a_station_with_a_guardian_there(town: Town) -> None:
    with pytest.raises(TooYoung):
        actions.enter(None, fields=fields("王小宝", SMALL), agreed=True, by=town.station, at=NOW)
    child = actions.enter(None, fields=fields("王小宝", SMALL), agreed=True, guardian=guardian(), by=town.station, at=NOW)
    assert child.state == "registered" and child.consents.get(kind="guardian").how == "station"
    with pytest.raises(NotAllowed):
        actions.enter(None, fields=fields(order=9), agreed=True, team=town.other_team, by=town.station, at=NOW)


def test_leave_and_take_back_leaving(town: Town) -> None:
    person = enrol(area=town.east)
    town.member(person)
    with pytest.raises(NotAllowed):
        actions.leave(person, by=enrol("旁人甲", order=9).user, at=NOW)
    actions.leave(person, by=person.user, at=NOW)
    person.refresh_from_db()
    assert person.state == "left" and person.ended_on == TODAY and person.memberships.get().state == "ended"
    with pytest.raises(WrongState):
        actions.leave(person, by=person.user, at=NOW)
    actions.take_back_leaving(person, by=town.station, at=NOW)
    person.refresh_from_db()
    assert person.state == "registered" and person.ended_on is None


def test_open_account_gives_a_one_time_password(town: Town) -> None:
    person = actions.enter(None, fields={**fields(), "area": town.east}, agreed=True, by=town.station, at=NOW)
    with pytest.raises(NotAllowed):
        actions.open_account(person, by=town.other_station, at=NOW)
    made = actions.open_account(person, by=town.station, at=NOW)
    person.refresh_from_db()
    assert person.user is not None and person.user.username == person.number and person.user.check_password(made.password) and person.user.must_change_password
    staff = actions.register(None, fields=fields(order=3), agreed=True, by=town.desk, at=NOW).volunteer
    with pytest.raises(Conflict):
        actions.open_account(staff, by=town.centre, at=NOW)


def test_words_of_consent_are_kept_as_they_were(town: Town) -> None:
    first = enrol()
    keep_policy("volunteers.own_text", "新的同意书文本。", by="test", at=NOW)
    second = enrol("张示例", order=2)
    third = enrol("李示例", order=3)
    versions = [Consent.objects.get(volunteer=one).text.version for one in (first, second, third)]
    assert versions == [1, 2, 2]
    assert ConsentText.objects.get(kind="own", version=2).text == "新的同意书文本。"


def test_system_may_register_for_the_demo_city(town: Town) -> None:
    assert actions.register(None, fields=fields(), password=PASSWORD, agreed=True, by=SYSTEM, at=NOW).volunteer.number
