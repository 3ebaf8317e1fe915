"""Activities: planned, opened, changed, cancelled, closed; what signed-up people are told and who is affected."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from yipanqi.activities import actions
from yipanqi.activities.actions.changes import StillSignedUp
from yipanqi.activities.actions.plans import Incomplete
from yipanqi.activities.models import Activity, Shift, SignUp
from yipanqi.activities.selectors.standing import affected
from yipanqi.activities.tests.world import DAY, HOUR, NOW, Helping, role_of, shift_of, sign, volunteer
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import OutboxEvent
from yipanqi.messaging.catalogue import KINDS
from yipanqi.messaging.models import Message
from yipanqi.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def helping() -> Helping:
    return Helping()


def told(user: User | None) -> list[str]:
    return list(Message.objects.filter(to=user).order_by("id").values_list("facts__form", flat=True))


def same(shift: Shift, **otherwise: object) -> dict[str, object]:
    roles = [{"name": role.name, "limit": role.limit} for role in shift.roles.all()]
    return {"starts_at": shift.starts_at, "ends_at": shift.ends_at, "roles": roles, "place_name": shift.place_name, **otherwise}


@pytest.mark.parametrize("who", ["leader", "keeper", "centre"])
def test_add_activity_by_those_who_run_it(helping: Helping, who: str) -> None:
    made = actions.add_activity(
        None, title="清洁", kind=helping.kind, level="station", team=helping.team, starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR, by=getattr(helping, who), at=NOW
    )
    assert made.state == "draft" and made.code == "HD2026-00001"


def test_add_activity_by_another_leader_is_refused(helping: Helping) -> None:
    for who in (helping.other_leader, volunteer("V1").user):
        with pytest.raises(NotAllowed):
            actions.add_activity(None, title="清洁", kind=helping.kind, level="station", team=helping.team, starts_at=NOW, ends_at=NOW + HOUR, by=who, at=NOW)


@pytest.mark.parametrize("wrong", [{"title": " "}, {"ends_at": NOW}, {"team": None}, {"ends_at": NOW + 60 * DAY}])
def test_add_activity_incomplete_is_refused(helping: Helping, wrong: dict[str, object]) -> None:
    given = {"title": "清洁", "kind": helping.kind, "level": "station", "team": helping.team, "starts_at": NOW, "ends_at": NOW + HOUR, **wrong}
    with pytest.raises(Refused):
        actions.add_activity(None, **given, by=helping.centre, at=NOW)


@pytest.mark.parametrize("roles", [[], [{"name": " ", "limit": 1}], [{"name": "甲", "limit": 1}, {"name": "甲", "limit": 2}], [{"name": "甲", "limit": 6000}]])
def test_add_shift_with_roles_that_cannot_be_is_refused(helping: Helping, roles: list[dict[str, object]]) -> None:
    activity = helping.activity()
    with pytest.raises(Refused):
        actions.add_shift(activity, starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR, roles=roles, by=helping.leader, at=NOW)


def test_add_shift_widens_the_activity(helping: Helping) -> None:
    activity = helping.activity()
    actions.add_shift(activity, starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR, roles=[{"name": "甲", "limit": 1}], by=helping.leader, at=NOW)
    activity.refresh_from_db()
    assert activity.starts_at == NOW + DAY and activity.ends_at == NOW + 2 * DAY + 2 * HOUR


@pytest.mark.parametrize("missing", [{"about": ""}, {"address": ""}, {"starts_at": NOW - 2 * DAY}])
def test_open_activity_incomplete_is_refused(helping: Helping, missing: dict[str, object]) -> None:
    activity = helping.activity(opened=False, **missing)
    with pytest.raises(Incomplete):
        actions.open_activity(activity, by=helping.leader, at=NOW)


def test_open_activity_needs_insurance_where_the_kind_asks_for_it(helping: Helping) -> None:
    helping.kind.insured = True
    helping.kind.save()
    activity = helping.activity(opened=False)
    with pytest.raises(Incomplete, match="保险"):
        actions.open_activity(activity, by=helping.leader, at=NOW)
    actions.change_activity(activity, insurance="人保 PICC 620200001", by=helping.leader, at=NOW)
    assert actions.open_activity(activity, by=helping.leader, at=NOW).state == "open"
    with pytest.raises(WrongState):
        actions.open_activity(activity, by=helping.leader, at=NOW)


def test_cancel_activity_tells_everybody_why(helping: Helping) -> None:
    activity = helping.activity(limit=1)
    shift, a, b = shift_of(activity), volunteer("V1"), volunteer("V2")
    sign(shift, a), sign(shift, b)
    with pytest.raises(Refused):
        actions.cancel_activity(activity, why="", by=helping.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.cancel_activity(activity, why="大风", by=a.user, at=NOW)
    actions.cancel_activity(activity, why="大风", by=helping.leader, at=NOW)
    assert set(SignUp.objects.values_list("state", flat=True)) == {"cancelled"} and told(a.user) == told(b.user) == ["cancelled"]
    assert OutboxEvent.objects.filter(kind="activities.ActivityCancelled").count() == 1
    with pytest.raises(WrongState):
        sign(Shift.objects.get(), volunteer("V3"))


def test_cancel_shift_tells_its_people_only(helping: Helping) -> None:
    activity = helping.activity()
    other = actions.add_shift(activity, starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR, roles=[{"name": "志愿者", "limit": 1}], by=helping.leader, at=NOW)
    first, a, b = activity.shifts.exclude(pk=other.pk).get(), volunteer("V1"), volunteer("V2")
    sign(first, a), sign(other, b)
    actions.cancel_shift(other, why="人手足够", by=helping.leader, at=NOW)
    assert told(b.user) == ["cancelled"] and not told(a.user) and Activity.objects.get(pk=activity.pk).starts_at == first.starts_at


def test_change_shift_tells_of_another_time_and_reminds_again(helping: Helping) -> None:
    shift, a = shift_of(helping.activity()), volunteer("V1")
    one = sign(shift, a)
    SignUp.objects.update(reminded_at=NOW)
    actions.change_shift(shift, **same(shift, starts_at=shift.starts_at + HOUR), by=helping.leader, at=NOW)
    assert told(a.user) == ["changed"] and SignUp.objects.get(pk=one.pk).reminded_at is None and Shift.objects.get().version == 1


def test_change_shift_with_a_lower_limit_lets_the_leader_decide(helping: Helping) -> None:
    shift, people = shift_of(helping.activity(limit=3)), [volunteer(f"V{n}") for n in range(4)]
    placed = [sign(shift, one) for one in people]
    actions.change_shift(shift, **same(shift, roles=[{"name": "志愿者", "limit": 1}]), by=helping.leader, at=NOW)
    assert [SignUp.objects.get(pk=one.pk).state for one in placed] == ["signed", "signed", "signed", "waiting"]
    assert [one.pk for one, _why in affected(shift)] == [placed[1].pk, placed[2].pk]
    assert not told(people[0].user) and told(people[2].user) == ["affected"] and told(helping.leader) == ["affected"]
    actions.keep_sign_up(placed[1], by=helping.leader, at=NOW)
    actions.remove_sign_up(placed[2], why="人数减少", by=helping.leader, at=NOW)
    assert affected(shift) == [] and told(people[1].user) == ["affected", "kept"]
    with pytest.raises(Refused):
        actions.keep_sign_up(placed[0], by=helping.leader, at=NOW)


def test_change_shift_with_a_higher_limit_lets_in_who_waits(helping: Helping) -> None:
    shift, a, b = shift_of(helping.activity(limit=1)), volunteer("V1"), volunteer("V2")
    sign(shift, a)
    waits = sign(shift, b)
    actions.change_shift(shift, **same(shift, roles=[{"name": "志愿者", "limit": 2}]), by=helping.leader, at=NOW)
    assert SignUp.objects.get(pk=waits.pk).state == "signed" and told(b.user) == ["moved_up"]


def test_change_shift_does_not_drop_a_role_with_people(helping: Helping) -> None:
    shift = shift_of(helping.activity())
    sign(shift, volunteer("V1"))
    with pytest.raises(StillSignedUp):
        actions.change_shift(shift, **same(shift, roles=[{"name": "引导", "limit": 1}]), by=helping.leader, at=NOW)


def test_change_activity_with_a_raised_age_lists_who_is_affected(helping: Helping) -> None:
    activity = helping.activity()
    shift, a = shift_of(activity), volunteer("V1", born=2000)
    one = sign(shift, a)
    actions.change_activity(activity, min_age=30, by=helping.leader, at=NOW)
    shift = Shift.objects.get()
    assert [(found.pk, why) for found, why in affected(shift)] == [(one.pk, ["未达到最低年龄"])] and told(a.user) == ["affected"]


def test_change_shift_into_another_shift_of_the_same_person_lists_the_overlap(helping: Helping) -> None:
    shift, later = shift_of(helping.activity()), shift_of(helping.activity(starts_at=NOW + 3 * DAY))
    a = volunteer("V1")
    sign(shift, a), sign(later, a)
    actions.change_shift(later, **same(later, starts_at=shift.starts_at, ends_at=shift.ends_at), by=helping.leader, at=NOW)
    assert [why for _one, why in affected(Shift.objects.get(pk=later.pk))] == [["与其他班次时间重叠"]]


def test_brief_shift_is_recorded(helping: Helping) -> None:
    shift = shift_of(helping.activity())
    with pytest.raises(Refused):
        actions.brief_shift(shift, text="", by=helping.leader, at=NOW)
    actions.brief_shift(shift, text="注意来往车辆，穿好马甲", by=helping.leader, at=NOW + 2 * DAY)
    shift = Shift.objects.get()
    assert shift.briefed_by == helping.leader and shift.activity.briefed_at == NOW + 2 * DAY


def test_close_activity_with_a_report(helping: Helping) -> None:
    activity = helping.activity()
    report = {"report": "清理两条街", "beneficiaries": 300, "beneficiaries_estimated": True, "results": [{"what": "清理烟头", "quantity": "120", "unit": "个"}]}
    with pytest.raises(Refused):
        actions.close_activity(activity, **report, by=helping.leader, at=NOW)
    after = activity.ends_at + HOUR
    with pytest.raises(Refused):
        actions.close_activity(activity, **{**report, "report": ""}, by=helping.leader, at=after)
    with pytest.raises(Refused):
        actions.close_activity(activity, **{**report, "results": [{"what": "", "quantity": "1", "unit": "个"}]}, by=helping.leader, at=after)
    with pytest.raises(NotAllowed):
        actions.close_activity(activity, **report, by=helping.other_leader, at=after)
    closed = actions.close_activity(activity, **report, by=helping.leader, at=after)
    assert closed.state == "closed" and closed.beneficiaries_estimated and str(closed.results.get()) == "清理烟头 120 个"
    assert OutboxEvent.objects.filter(kind="activities.ActivityClosed").count() == 1
    with pytest.raises(Refused):
        actions.correct_report(closed, why="", **report, by=helping.leader, at=after)
    corrected = actions.correct_report(closed, why="少算一条街", **{**report, "beneficiaries": 350, "beneficiaries_estimated": False}, by=helping.leader, at=after)
    assert corrected.beneficiaries == 350 and not corrected.beneficiaries_estimated and corrected.results.count() == 1


def test_titles_are_read_in_the_readers_language(helping: Helping) -> None:
    activity = helping.activity(title_en="Street day")
    assert activity.title_in("en") == "Street day" and activity.title_in("zh-hans") == "逢6上街"
    sign(shift_of(activity), a := volunteer("V1"))
    actions.cancel_activity(activity, why="大风", by=helping.leader, at=NOW)




    facts = Message.objects.get(to=a.user).facts
    with translation.override("en"):
        assert "Street day" in KINDS["activities.change"].words(facts)
    with translation.override("zh-hans"):
        assert "逢6上街" in KINDS["activities.change"].words(facts)


def test_role_names_come_from_the_shift(helping: Helping) -> None:
    shift = shift_of(helping.activity())
    assert str(role_of(shift)) == "志愿者" and shift.minutes == 120 and shift.on == dt.date(2026, 11, 20)


def test_years_that_nobody_plans_for_are_refused(helping: Helping) -> None:
    for year in (1, 1999, 9999):
        start = NOW.replace(year=year)
        with pytest.raises(Refused, match="2100"):
            actions.add_activity(None, title="清洁", kind=helping.kind, level="station", team=helping.team, starts_at=start, ends_at=start + HOUR, by=helping.leader, at=NOW)
