"""Units, groups and appointments: it works, wrong state, wrong person."""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.models import JournalEntry
from yipanqi.people import actions
from yipanqi.people.models import Appointment, Role, Unit, WorkGroup

from .board import NOW, unit, user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 6)


def added(code: str = "sjj", **extra: Any) -> Unit:
    return actions.add_unit(
        None, **{"code": code, "name": "市教育局", "kind": "department", "by": SYSTEM, "at": NOW, **extra}
    )


def test_add_unit_sorts_by_pinyin_and_writes_the_journal() -> None:
    made = added(by=user("head"), phone="0937-6000000")
    assert (made.sort_key, str(made)) == ("shi jiao yu ju", "市教育局")
    entry = JournalEntry.objects.get(action="people.add_unit")
    assert (entry.subject_kind, entry.subject, entry.actor) == ("people.unit", "sjj", "user:head")


@pytest.mark.parametrize("wrong", [{"code": "a b"}, {"code": ""}, {"name": "  "}])
def test_add_unit_with_wrong_words_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Refused):
        added(**wrong)
    assert not Unit.objects.exists()


def test_add_unit_with_a_taken_code_is_refused() -> None:
    added()
    with pytest.raises(actions.CodeTaken, match="已被使用"):
        added()


@pytest.mark.parametrize("role", ["desk", "liaison", "leader", "auditor", "unit_leader", "inspector", "grid", "api"])
def test_add_unit_by_others_is_not_allowed(role: str) -> None:
    with pytest.raises(NotAllowed):
        added(by=user(role))


def test_add_unit_by_a_visitor_is_not_allowed() -> None:
    with pytest.raises(NotAllowed):
        added(by=Visitor())


def test_change_unit_moves_it_below_another() -> None:
    top, below = added("a"), added("b")
    assert actions.change_unit(below, parent=top, short_name="乙", by=SYSTEM, at=NOW).parent == top


def test_change_unit_below_itself_is_refused() -> None:
    top = added("a")
    below = added("b", parent=top)
    with pytest.raises(Refused, match="上级单位不能"):
        actions.change_unit(top, parent=below, by=SYSTEM, at=NOW)


def test_change_unit_below_one_that_moved_below_it_meanwhile_is_refused() -> None:
    one, two = added("a"), added("b")
    as_read_before = Unit.objects.get(pk=two.pk)
    actions.change_unit(two, parent=one, by=SYSTEM, at=NOW)
    with pytest.raises(Refused, match="上级单位不能"):
        actions.change_unit(one, parent=as_read_before, by=SYSTEM, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_change_unit_of_two_at_once_never_makes_a_circle() -> None:
    added("root")
    for n in range(3):
        one, two = added(f"a{n}"), added(f"b{n}")
        start, refused = Barrier(2), []

        def move(unit: Unit, parent: Unit, start: Barrier = start, refused: list[Exception] = refused) -> None:
            start.wait()
            try:
                actions.change_unit(unit, parent=parent, by=SYSTEM, at=NOW)
            except Refused as refusal:
                refused.append(refusal)
            finally:
                connection.close()

        threads = [Thread(target=move, args=pair) for pair in ((one, two), (two, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1


def test_change_unit_to_an_unknown_field_is_a_bug() -> None:
    with pytest.raises(TypeError):
        actions.change_unit(added(), code="x", by=SYSTEM, at=NOW)


def test_change_unit_by_a_liaison_is_not_allowed() -> None:
    with pytest.raises(NotAllowed):
        actions.change_unit(added(), name="别的", by=user("liaison"), at=NOW)


def test_dissolve_unit_ends_its_appointments_and_stays_readable() -> None:
    liaison = user("liaison")
    gone = actions.dissolve_unit(unit(), on=TODAY, by=SYSTEM, at=NOW)
    assert gone.dissolved_on == TODAY
    assert liaison.appointments.get().ends_on == TODAY - dt.timedelta(days=1)


def test_dissolve_unit_ahead_lets_it_answer_until_the_day_before() -> None:
    day, last = TODAY + dt.timedelta(days=30), TODAY + dt.timedelta(days=29)
    liaison, later, unborn = user("liaison"), user("grid"), user("", "unborn")
    later.appointments.update(starts_on=day, ends_on=None)
    leaving = actions.dissolve_unit(unit(), on=day, by=SYSTEM, at=NOW)
    assert leaving.exists_on(last) and not leaving.exists_on(day)
    assert liaison.appointments.get().ends_on == last
    for on, served in ((last, [liaison]), (day, [])):
        assert [p.user for p in Appointment.objects.current(on)] == served
    assert actions.change_unit(leaving, phone="0937-1", by=SYSTEM, at=NOW).phone == "0937-1"
    assert actions.appoint(unborn, unit=leaving, role="desk", by=SYSTEM, at=NOW).ends_on == last
    with pytest.raises(actions.UnitDissolved):
        actions.appoint(unborn, unit=leaving, role="liaison", starts_on=day, by=SYSTEM, at=NOW)
    with pytest.raises(actions.UnitDissolved, match="已定于"):
        actions.dissolve_unit(leaving, on=day, by=SYSTEM, at=NOW)
    with pytest.raises(actions.UnitDissolved, match="将于"):
        added("below", parent=leaving)
    with pytest.raises(actions.UnitDissolved, match="不能再办理"):
        actions.change_unit(leaving, phone="", by=SYSTEM, at=NOW + dt.timedelta(days=30))


def test_dissolve_unit_on_the_day_on_which_the_last_one_below_ends() -> None:
    top = added("a")
    below, day = added("b", parent=top), TODAY + dt.timedelta(days=9)
    actions.dissolve_unit(below, on=day, by=SYSTEM, at=NOW)
    with pytest.raises(Refused, match="还有下级单位"):
        actions.dissolve_unit(top, on=day - dt.timedelta(days=1), by=SYSTEM, at=NOW)
    assert actions.dissolve_unit(top, on=day, by=SYSTEM, at=NOW).dissolved_on == day


def test_dissolve_unit_twice_or_change_it_after_is_refused() -> None:
    gone = actions.dissolve_unit(added(), on=TODAY, by=SYSTEM, at=NOW)
    for again in (
        lambda: actions.dissolve_unit(gone, on=TODAY, by=SYSTEM, at=NOW),
        lambda: actions.change_unit(gone, name="新", by=SYSTEM, at=NOW),
    ):
        with pytest.raises(actions.UnitDissolved):
            again()
    with pytest.raises(actions.UnitDissolved):
        added("below", parent=gone)


def test_dissolve_unit_with_units_below_is_refused() -> None:
    top = added("a")
    added("b", parent=top)
    with pytest.raises(Refused, match="还有下级单位"):
        actions.dissolve_unit(top, on=TODAY, by=SYSTEM, at=NOW)


def test_dissolve_unit_by_its_leader_is_not_allowed() -> None:
    with pytest.raises(NotAllowed):
        actions.dissolve_unit(unit(), on=TODAY, by=user("unit_leader"), at=NOW)


def test_add_group_with_members_and_change_it() -> None:
    leader, member = user("leader"), unit()
    group = actions.add_group(
        None, code="zhz", name="综合组", kind="working", leader=leader, members=[member], by=SYSTEM, at=NOW
    )
    assert list(group.members.all()) == [member]
    group = actions.change_group(group, remit="统筹协调", members=[], by=SYSTEM, at=NOW)
    assert (group.remit, group.members.count(), str(group)) == ("统筹协调", 0, "综合组")
    with pytest.raises(actions.CodeTaken):
        actions.add_group(None, code="zhz", name="又一个", kind="duty", by=SYSTEM, at=NOW)
    with pytest.raises(Refused):
        actions.change_group(group, name=" ", by=SYSTEM, at=NOW)


def test_add_group_and_change_group_by_the_desk_are_not_allowed() -> None:
    desk = user("desk")
    with pytest.raises(NotAllowed):
        actions.add_group(None, code="zhz", name="综合组", kind="working", by=desk, at=NOW)
    with pytest.raises(NotAllowed):
        actions.change_group(WorkGroup.objects.create(code="x", name="组", kind="duty"), name="新组", by=desk, at=NOW)


def test_appoint_gives_the_role_from_the_day_on() -> None:
    person = user()
    post = actions.appoint(person, unit=unit(), role="desk", by=user("head"), at=NOW)
    assert (post.starts_on, post.ends_on) == (TODAY, None)
    person = type(person).objects.get(pk=person.pk)
    assert "desk" in {a.role for a in person.appointments.current(TODAY)}
    assert JournalEntry.objects.get(action="people.appoint").subject == "nobody"


def test_appoint_twice_in_the_same_time_is_refused() -> None:
    person = user("desk")
    with pytest.raises(Conflict, match="已任"):
        actions.appoint(person, unit=unit(), role="desk", by=SYSTEM, at=NOW)
    with pytest.raises(Conflict):
        actions.appoint(
            person,
            unit=unit(),
            role="desk",
            starts_on=dt.date(2019, 1, 1),
            ends_on=dt.date(2020, 1, 1),
            by=SYSTEM,
            at=NOW,
        )
    assert actions.appoint(
        person, unit=unit(), role="desk", starts_on=dt.date(2019, 1, 1), ends_on=dt.date(2019, 9, 1), by=SYSTEM, at=NOW
    )


def test_appoint_with_wrong_days_closed_account_or_dissolved_unit_is_refused() -> None:
    person, gone = user(), unit("gone", dissolved_on=TODAY)
    with pytest.raises(Refused, match="结束日期"):
        actions.appoint(person, unit=unit(), role="desk", ends_on=dt.date(2020, 1, 1), by=SYSTEM, at=NOW)
    with pytest.raises(actions.UnitDissolved):
        actions.appoint(person, unit=gone, role="desk", by=SYSTEM, at=NOW)
    actions.deactivate_user(person, by=SYSTEM, at=NOW)
    with pytest.raises(Conflict, match="已停用"):
        actions.appoint(person, unit=unit(), role="desk", by=SYSTEM, at=NOW)


def test_appoint_oneself_is_not_allowed() -> None:
    admin = user("admin")
    with pytest.raises(NotAllowed, match="不能办理自己"):
        actions.appoint(admin, unit=unit(), role=Role.HEAD, by=admin, at=NOW)


def test_end_appointment_once_and_not_before_it_began() -> None:
    post = user("desk").appointments.get()
    with pytest.raises(Refused, match="不能早于"):
        actions.end_appointment(post, on=dt.date(2019, 1, 1), by=SYSTEM, at=NOW)
    assert actions.end_appointment(post, on=TODAY, by=SYSTEM, at=NOW).ends_on == TODAY
    with pytest.raises(Conflict, match="已在"):
        actions.end_appointment(post, on=TODAY, by=SYSTEM, at=NOW)


def test_end_appointment_of_oneself_or_by_a_liaison_is_not_allowed() -> None:
    head = user("head")
    with pytest.raises(NotAllowed):
        actions.end_appointment(head.appointments.get(), on=TODAY, by=head, at=NOW)
    with pytest.raises(NotAllowed):
        actions.end_appointment(Appointment.objects.get(), on=TODAY, by=user("liaison"), at=NOW)
