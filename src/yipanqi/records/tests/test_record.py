"""The record: entered by whoever organised it, corrected by two, brought over from elsewhere, merged and erased."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from yipanqi.activities.catalogue import trainings, without_training
from yipanqi.activities.models import Attendance
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.messaging.models import Message
from yipanqi.records import actions, jobs, selectors
from yipanqi.records.models import Amendment, Certificate, Commendation, Evaluation, Service, Standing, Star, Training
from yipanqi.records.tests.world import DAY, NOW, Records, volunteer
from yipanqi.volunteers.catalogue import ERASURES, KEPT, MERGES

pytestmark = pytest.mark.django_db
TRAINING: dict[str, Any] = {"name": "急救培训", "content": "心肺复苏", "minutes": 120, "trainer": "红十字会 周老师", "on": NOW.date(), "course": "first_aid"}


@pytest.fixture
def world() -> Records:
    return Records()


def test_service_says_what_the_rules_name(world: Records) -> None:
    service = world.served(world.vera, 2)
    said = (service.title, service.place, service.content, service.minutes, service.issuer, service.on)
    assert said == ("逢6上街", "新华路", "清理烟头", 120, world.issuer, NOW.date())
    assert service.in_charge == world.leader.volunteer.name  # type: ignore[attr-defined]


def test_training_is_recorded_by_whoever_organised_it_for_those_they_know(world: Records) -> None:
    rows = actions.enter_training(world.issuer, volunteers=[world.vera, world.old], **TRAINING, valid_until=NOW.date() + 365 * DAY, by=world.leader, at=NOW)
    assert len(rows) == Training.objects.count() == 2
    assert selectors.has_training(world.vera, "first_aid", NOW.date()) and not selectors.has_training(world.vera, "first_aid", NOW.date() - DAY)
    assert not selectors.has_training(world.vera, "first_aid", NOW.date() + 366 * DAY)
    with pytest.raises(NotAllowed):
        actions.enter_training(world.issuer, volunteers=[world.vera], **TRAINING, by=world.other_leader, at=NOW)
    for change, field in (({"on": NOW.date() + DAY}, "on"), ({"minutes": 0}, "minutes"), ({"valid_until": NOW.date() - DAY}, "valid_until"), ({}, "volunteers")):
        with pytest.raises(Refused) as refusal:
            actions.enter_training(world.issuer, volunteers=[world.vera], **{**TRAINING, **change}, by=world.leader, at=NOW)
        assert refusal.value.field == field  # type: ignore[attr-defined]
    stranger = volunteer("620200000999")
    with pytest.raises(Refused, match="620200000999"):
        actions.enter_training(world.issuer, volunteers=[stranger], **TRAINING, by=world.leader, at=NOW)
    assert actions.enter_training(world.issuer, volunteers=[stranger], **TRAINING, by=world.centre, at=NOW)
    assert "周老师" not in str(list(JournalEntry.objects.values_list("data", flat=True)))


def test_commendation_and_evaluation(world: Records) -> None:
    facts = {"name": "优秀志愿者", "granted_by": "市文明办", "on": NOW.date()}
    actions.enter_commendation(world.issuer, volunteers=[world.vera], **facts, by=world.keeper, at=NOW)
    with pytest.raises(Refused, match="已经记录过"):
        actions.enter_commendation(world.issuer, volunteers=[world.vera], **facts, by=world.keeper, at=NOW)
    judged: dict[str, Any] = {"quality": "good", "evaluator": "社区老人", "on": NOW.date(), "words": "很耐心"}
    assert actions.enter_evaluation(world.issuer, volunteer=world.vera, **judged, by=world.leader, at=NOW).quality == "good"
    with pytest.raises(Refused, match="不能评价自己"):
        actions.enter_evaluation(world.issuer, volunteer=world.leader.volunteer, **judged, by=world.leader, at=NOW)  # type: ignore[attr-defined]
    with pytest.raises(Refused):
        actions.enter_evaluation(world.issuer, volunteer=world.vera, **{**judged, "quality": "best"}, by=world.leader, at=NOW)
    record = selectors.record_of(world.vera)
    assert [len(record[kind]) for kind in ("service", "training", "commendation", "evaluation")] == [0, 0, 1, 1]


def test_hours_of_earlier_systems_are_opening_records_once(world: Records) -> None:
    row = {"volunteer": world.vera, "source_key": "A1", "on": dt.date(2023, 12, 31), "title": "2023 年以前的志愿服务", "minutes": 6000, "content": "汇总", "place": "", "in_charge": "", "kind": None}
    for minutes in (6000, 6000, 7200):
        actions.open_records(world.issuer, source="志愿云", rows=[{**row, "minutes": minutes}], by=world.keeper, at=NOW)
    standing = Standing.objects.get(volunteer=world.vera)
    assert (Service.objects.count(), standing.minutes, standing.first_on) == (1, 7200, dt.date(2023, 12, 31))
    assert Service.objects.get().get_origin_display() == "历史导入"
    for bad in ({"source": " ", "rows": [row]}, {"source": "志愿云", "rows": [{**row, "on": NOW.date() + DAY}]}, {"source": "志愿云", "rows": [{**row, "source_key": ""}]}):
        with pytest.raises(Refused):
            actions.open_records(world.issuer, **bad, by=world.keeper, at=NOW)
    with pytest.raises(NotAllowed):
        actions.open_records(world.issuer, source="志愿云", rows=[row], by=world.leader, at=NOW)
    made = world.certificate()
    assert "历史记录" in made.facts and "志愿云" in made.facts


def test_correction_takes_a_reason_and_a_second_person(world: Records) -> None:
    (training,) = actions.enter_training(world.issuer, volunteers=[world.vera], **TRAINING, by=world.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.ask_amendment(training, reason="时长不对", by=world.other_leader, at=NOW)
    with pytest.raises(Refused):
        actions.ask_amendment(training, reason=" ", by=world.me, at=NOW)
    asked = actions.ask_amendment(training, reason="应为三小时", by=world.me, at=NOW)
    with pytest.raises(Refused, match="正在办理"):
        actions.ask_amendment(training, reason="再问一次", by=world.me, at=NOW)
    with pytest.raises(Refused, match="没有需要更正"):
        actions.propose_amendment(asked, changes={"minutes": 120}, by=world.leader, at=NOW)
    for changes in ({"volunteer": 1}, {"minutes": -5}, {"name": ""}, {"on": NOW.date() + DAY}):
        with pytest.raises(Refused):
            actions.propose_amendment(asked, changes=changes, by=world.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.propose_amendment(asked, changes={"minutes": 180}, by=world.me, at=NOW)
    proposed = actions.propose_amendment(asked, changes={"minutes": 180}, by=world.leader, at=NOW)
    for same in (world.leader, world.me):
        with pytest.raises(NotAllowed, match="第二人"):
            actions.agree_amendment(proposed, by=same, at=NOW)
    done = actions.agree_amendment(proposed, by=world.keeper, at=NOW)
    training.refresh_from_db()
    assert (training.minutes, done.state, done.changes) == (180, "done", {"minutes": [120, 180]})
    assert Message.objects.filter(to=world.me, kind="records.amendment_mine").exists()


def test_correction_is_declined_dropped_or_met_by_another(world: Records) -> None:
    (training,) = actions.enter_training(world.issuer, volunteers=[world.vera], **TRAINING, by=world.leader, at=NOW)
    asked = actions.ask_amendment(training, reason="应为三小时", by=world.me, at=NOW)
    with pytest.raises(Refused):
        actions.decline_amendment(asked, answer="", by=world.leader, at=NOW)
    assert actions.decline_amendment(asked, answer="签到表为两小时", by=world.leader, at=NOW).answer == "签到表为两小时"
    assert actions.drop_amendment(actions.ask_amendment(training, reason="再看看", by=world.me, at=NOW), by=world.me, at=NOW).state == "dropped"
    asked = actions.ask_amendment(training, reason="应为三小时", by=world.me, at=NOW)
    proposed = actions.propose_amendment(asked, changes={"minutes": 180}, by=world.leader, at=NOW)
    Training.objects.filter(pk=training.pk).update(minutes=150)
    with pytest.raises(Conflict):
        actions.agree_amendment(proposed, by=world.keeper, at=NOW)
    with pytest.raises(WrongState):
        actions.propose_amendment(proposed, changes={"minutes": 1}, by=world.leader, at=NOW)


def test_minutes_of_an_activity_are_corrected_where_they_come_from(world: Records) -> None:
    service = world.served(world.vera, 2)
    asked = actions.ask_amendment(service, reason="少记一小时", by=world.me, at=NOW)
    for changes in ({"minutes": 180}, {"strike": True}):
        with pytest.raises(Refused, match="签到"):
            actions.propose_amendment(asked, changes=changes, by=world.leader, at=NOW)
    world.corrected(service, 180)
    asked.refresh_from_db()
    assert asked.state == "done"
    title = actions.ask_amendment(service, reason="名称写错", by=world.me, at=NOW)
    title = actions.propose_amendment(title, changes={"title": "逢6上街（新华路）"}, by=world.leader, at=NOW)
    actions.agree_amendment(title, by=world.colleague, at=NOW)
    service.refresh_from_db()
    assert service.title == "逢6上街（新华路）"


def test_struck_opening_record_takes_its_hours_and_breaks_the_certificate(world: Records) -> None:
    row = {"volunteer": world.vera, "source_key": "A1", "on": dt.date(2023, 12, 31), "title": "历史服务", "minutes": 6000}
    actions.open_records(world.issuer, source="志愿云", rows=[row], by=world.keeper, at=NOW)
    star, paper = world.star(), world.certificate()
    asked = actions.ask_amendment(Service.objects.get(), reason="不是我的", by=world.me, at=NOW)
    proposed = actions.propose_amendment(asked, changes={"strike": True}, by=world.keeper, at=NOW)
    actions.agree_amendment(proposed, by=world.colleague, at=NOW)
    star.refresh_from_db()
    paper.refresh_from_db()
    assert star.short_since is not None and paper.broken_since is not None and selectors.minutes_of(world.vera) == 0
    with pytest.raises(Refused, match="作废"):
        actions.ask_amendment(Service.objects.get(), reason="再问", by=world.me, at=NOW)


def test_two_that_are_one_have_one_record(world: Records) -> None:
    for who in (world.vera, world.old):
        world.served(who, 60)
    star, gone = Star.objects.create(**_star(world.vera)), Star.objects.create(**_star(world.old))
    paper = world.certificate(world.old)
    for who, by in ((world.vera, world.me), (world.old, world.leader)):
        actions.ask_certificate(who, issuer=world.issuer, by=by, at=NOW)
    actions.take_over_record(world.vera, gone=world.old, by=SYSTEM, at=NOW)
    gone.refresh_from_db()
    paper.refresh_from_db()
    assert selectors.minutes_of(world.vera) == 7200 and selectors.minutes_of(world.old) == 0
    assert (star.state, gone.state, paper.volunteer, paper.state) == ("confirmed", "withdrawn", world.vera, "issued")
    assert Certificate.objects.filter(volunteer=world.vera, state="asked").count() == 1
    assert Service.objects.filter(volunteer=world.old).count() == 0


def _star(who: Any) -> dict[str, Any]:
    return {"volunteer": who, "scheme": "standard", "scheme_name": "x", "rule_from": NOW.date(), "grade": 1, "needed": 10, "minutes": 20, "state": "confirmed", "asked_at": NOW}


def test_two_at_one_shift_who_are_one_served_once(world: Records) -> None:
    mine, other = world.served(world.vera, 2), world.served(world.old, 2)
    paper = world.certificate(world.old)
    Attendance.objects.filter(pk=other.attendance_id).update(state="void")
    MERGES["records"](world.vera, world.old, NOW)
    paper.refresh_from_db()
    assert selectors.minutes_of(world.vera) == mine.minutes == 120 and paper.broken_since is not None


def test_other_apps_are_answered_about_a_volunteer(world: Records) -> None:
    world.served(world.vera, 100)
    world.star()
    world.certificate()
    actions.enter_training(world.issuer, volunteers=[world.vera], **TRAINING, by=world.leader, at=NOW)
    actions.enter_commendation(world.issuer, volunteers=[world.vera], name="优秀志愿者", granted_by="市文明办", on=NOW.date(), by=world.keeper, at=NOW)
    actions.enter_evaluation(world.issuer, volunteer=world.vera, quality="good", evaluator="居民", on=NOW.date(), by=world.leader, at=NOW)
    kept = {key: list(one.rows(world.vera)) for key, one in KEPT.items() if key.startswith("records.")}
    assert {key: len(rows) for key, rows in kept.items()} == {"records.services": 1, "records.trainings": 1, "records.judged": 2, "records.papers": 2}
    assert all(len(row) == len(KEPT[key].columns) for key, rows in kept.items() for row in rows)
    assert trainings()["first_aid"] == "急救培训"
    held = without_training([world.vera.pk, world.old.pk], "first_aid")
    assert held == ({world.vera.pk, world.old.pk} if NOW.date() > timezone.localdate() else {world.old.pk})
    ERASURES["records"](world.vera, NOW)
    assert Certificate.objects.get().facts == ""


def test_whoever_is_erased_leaves_hours_without_a_person(world: Records) -> None:
    world.served(world.vera, 3)
    paper = world.certificate()
    actions.enter_commendation(world.issuer, volunteers=[world.vera], name="优秀志愿者", granted_by="市文明办", on=NOW.date(), by=world.keeper, at=NOW)
    actions.ask_amendment(Service.objects.get(), reason="我的名字", by=world.me, at=NOW)
    actions.ask_certificate(world.vera, issuer=world.issuer, by=world.me, at=NOW)
    actions.erase_record(world.vera, by=SYSTEM, at=NOW)
    paper.refresh_from_db()
    assert (paper.facts, paper.code, paper.erased_at) == ("", "", NOW) and paper.number
    assert not Commendation.objects.exists() and not Evaluation.objects.exists() and not Amendment.objects.exists()
    assert Service.objects.count() == 1 and Certificate.objects.get(number__isnull=True).state == "dropped"


def test_requests_that_wait_too_long_are_brought_to_mind_once(world: Records) -> None:
    service = world.served(world.vera, 100)
    actions.ask_star(world.vera, by=world.me, at=NOW)
    actions.ask_certificate(world.vera, issuer=world.issuer, by=world.me, at=NOW)
    actions.ask_amendment(service, reason="名称不对", by=world.me, at=NOW)
    jobs.tell_of_waiting(NOW + 9 * DAY)
    assert not Message.objects.filter(facts__form="late").exists()
    for day in (11, 12):
        jobs.tell_of_waiting(NOW + day * DAY)
    assert Message.objects.filter(facts__form="late", to=world.keeper).count() == 3


def test_everybody_sees_their_own_and_what_they_record(world: Records) -> None:
    world.served(world.vera, 1)
    world.served(world.old, 1)
    seen = {user.username: selectors.entries_visible_to(user, Service).count() for user in (world.me, world.leader, world.other_leader, world.keeper, world.centre, world.auditor)}
    assert seen == {world.me.username: 1, "L1": 2, "L2": 0, "keeper": 2, "centre": 2, "auditor": 2}
