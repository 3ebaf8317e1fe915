"""Every move: it works, from the wrong state, by the wrong person."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from yipanqi.cases import actions, selectors
from yipanqi.cases.actions import NotYourShare, PhotoMissing
from yipanqi.cases.catalogue import SPOT_PHOTO_SEVERITY
from yipanqi.cases.forms import MOVE_FORMS
from yipanqi.cases.models import Case, Extension, Report
from yipanqi.cases.move_schemas import body_of
from yipanqi.cases.states import CASE
from yipanqi.cases.tests.town import MONDAY, Town, in_grid, moment
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM, Actor, Visitor
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry, OutboxEvent
from yipanqi.kernel.policy import keep_policy
from yipanqi.people.models import User
from yipanqi.places.models import Duty

VISITOR = Visitor("v1")


def photo(by: Actor) -> Photo:
    made: Photo = Photo.objects.create(
        sha256="0" * 64, size_bytes=1, uploaded_at=MONDAY, uploader_key=by.actor_key, kind="after", original="o", large="l", thumb="t", width=1, height=1
    )
    return made


def build(town: Town, state: str) -> Case:
    """A case in `state`."""
    match state:
        case "reported":
            return town.report()
        case "filed" | "dispatched" | "handling" | "resolved" | "closed":
            made: Case = getattr(town, state)()
            return made
        case "disputed":
            return actions.dispute(town.dispatched(), reason="不归我管", by=town.liaison, at=MONDAY)
        case "suspended":
            return actions.suspend(town.handling(), review_on=dt.date(2026, 4, 1), by=town.leader, at=moment(0, 10))
        case "rejected":
            return actions.reject(town.report(), reason="不属实", by=town.desk, at=MONDAY)
    return actions.merge(town.report(), primary=town.report(), by=town.desk, at=MONDAY)


def arguments(town: Town, verb: str) -> dict[str, Any]:
    return {
        "accept": {"issue_class": town.class_}, "reject": {"reason": "不属实"}, "merge": {"primary": town.report()}, "dispatch": {"unit": town.city},
        "dispute": {"reason": "不归我管"}, "uphold": {"unit": town.clean}, "overrule": {"note": "就归你管"}, "ask_extension": {"reason": "下雨", "days": 2},
        "refuse_extension": {"note": "不同意"}, "ask_suspension": {"reason": "冬季"}, "refuse_suspension": {"note": "不同意"},
        "suspend": {"review_on": dt.date(2026, 5, 1)}, "resolve": {"what_was_done": "已清理"}, "verify_fail": {"note": "还脏"}, "rebound": {"note": "又脏了"},
        "comment": {"note": "请加快"}, "fix_on_the_spot": {"note": "已清走"}, "finish_step": {"what_was_done": "已围护"}, "withdraw": {"note": "交办有误"},
        "release_unit": {"unit": town.clean, "note": "不需协办"}, "unaccept": {"note": "点错了"}, "split_off": {"note": "两件事"},
        "correct_class": {"issue_class": town.class_, "severity": 3, "note": "选错了"},
    }.get(verb, {})  # fmt: skip


#: Who may make each move, of desk, head, inspector, leader, liaison, grid, stranger, auditor, admin, client.
DESK, UNIT, VERIFIER = {"desk", "head"}, {"liaison"}, {"desk", "head", "inspector"}
MAY = {
    "accept": DESK, "reject": DESK, "merge": DESK, "fix_on_the_spot": VERIFIER, "dispatch": DESK, "sign": UNIT, "dispute": UNIT, "uphold": DESK,
    "overrule": DESK, "ask_extension": UNIT, "grant_extension": DESK, "refuse_extension": DESK, "ask_suspension": UNIT, "suspend": {"leader", "head"},
    "refuse_suspension": {"leader", "head"}, "resume": {"leader", "head", "desk"}, "resolve": UNIT, "finish_step": UNIT, "verify_pass": VERIFIER, "verify_fail": VERIFIER,
    "recheck_pass": VERIFIER, "rebound": VERIFIER, "confirm": VERIFIER | {"grid"}, "comment": VERIFIER | {"leader", "liaison"},
    "withdraw": DESK, "release_unit": DESK, "unaccept": DESK, "split_off": DESK, "correct_class": DESK,
}  # fmt: skip
#: Moves closed to inspectors of the unit that mended it.
INDEPENDENT = ("verify_pass", "verify_fail", "recheck_pass", "rebound")
PEOPLE = ("desk", "head", "inspector", "leader", "liaison", "grid", "stranger", "auditor", "admin", "client", "own_inspector")


@pytest.mark.parametrize("verb", sorted(CASE.moves))
def test_move_from_every_other_state_is_refused(town: Town, verb: str) -> None:
    for state in CASE.states:
        if state in CASE.moves[verb].source:
            continue
        case = build(town, state)
        who = SYSTEM if SYSTEM.has_perm(f"cases.{verb}", case) else next((p for p in town.people.values() if p.has_perm(f"cases.{verb}", case)), None)
        if who is None:
            continue
        before = Case.objects.values().get(pk=case.pk)
        with pytest.raises(WrongState, match="已由"):
            getattr(actions, verb)(case, **arguments(town, verb), by=who, at=moment(0, 11))
        assert Case.objects.values().get(pk=case.pk) == before


@pytest.mark.parametrize("verb", sorted(CASE.moves))
def test_move_by_everyone_is_open_to_those_named_only(town: Town, verb: str) -> None:
    case = build(town, CASE.moves[verb].source[-1] if verb in ("sign", "dispute") else CASE.moves[verb].source[0])
    if verb in ("sign", "ask_extension", "ask_suspension", "dispute", "comment", "resolve"):
        case = town.handling() if verb in ("resolve", "ask_suspension") else town.dispatched()
    for name in PEOPLE:
        person = town.people[name]
        may = name in MAY[verb] or (name == "own_inspector" and "inspector" in MAY[verb] and verb not in INDEPENDENT)
        assert person.has_perm(f"cases.{verb}", case) == may, name
        if not may:
            with pytest.raises(NotAllowed, match="."):
                getattr(actions, verb)(case, **arguments(town, verb), by=person, at=moment(0, 11))
    assert not VISITOR.has_perm(f"cases.{verb}", case)


def test_report_fills_what_was_left_open(town: Town) -> None:
    case = town.report(issue_class=town.class_, lon=98.29, lat=39.77)
    assert (case.title, case.severity, case.closing_condition, len(case.cell)) == ("暴露垃圾", 2, "清理干净", 15)
    assert case.stage_due_at == moment(0, 15, 30)
    assert OutboxEvent.objects.get().kind == "cases.CaseReported"
    assert JournalEntry.objects.get().action == "cases.report_case"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"description": "  "}, "description"), ({"source": "dream"}, "source"), ({"lon": 1.0}, "lat"), ({"lon": 200.0, "lat": 1.0}, "lon"),
        ({"lon": float("nan"), "lat": 1.0}, "lon"), ({"found_at": moment(1)}, "found_at"), ({"severity": 9}, "severity"),
    ],
)  # fmt: skip
def test_report_of_the_impossible_is_refused(town: Town, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        town.report(**facts)
    assert refused.value.field == field
    assert Case.objects.count() == 0


def test_report_twice_under_one_reference_is_refused(town: Town) -> None:
    town.report(source="hotline", external_ref="77")
    with pytest.raises(Refused, match="77"):
        town.report(source="hotline", external_ref="77")


def test_report_by_auditor_is_refused(town: Town) -> None:
    with pytest.raises(NotAllowed):
        actions.report_case(None, source="self_check", description="x", by=town.auditor, at=MONDAY)


def test_report_by_resident_keeps_contact_secret(town: Town) -> None:
    report = actions.report_by_resident(None, text="路灯不亮", contact_name="王女士", contact_phone="13912345678", by=VISITOR, at=MONDAY)
    assert len(report.code) == 8
    assert report.case.source == "resident"
    assert selectors.report_by_code(f" {report.code.lower()} ") == report
    assert "139" not in str(list(JournalEntry.objects.values_list("data", flat=True)))
    assert "139" not in str(list(OutboxEvent.objects.values_list("payload", flat=True)))
    assert not selectors.visible_to(VISITOR).exists()


def test_dispatch_with_own_deadline_keeps_it(town: Town) -> None:
    case = town.dispatched(due_at=moment(3, 12))
    assert case.due_at == moment(3, 12)
    with pytest.raises(Refused, match="期限"):
        actions.dispatch(town.filed(), unit=town.city, due_at=moment(-1), by=town.desk, at=MONDAY)


def test_dispatch_to_dissolved_unit_is_refused(town: Town) -> None:
    town.water.dissolved_on = dt.date(2026, 1, 1)
    town.water.save()
    with pytest.raises(Refused, match="水务局"):
        actions.dispatch(town.filed(), unit=town.city, co_units=[town.water], by=town.desk, at=MONDAY)


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (2, True)])
def test_dispatch_to_a_unit_whose_last_day_is_not_before_the_deadline(town: Town, days: int, allowed: bool) -> None:
    town.city.dissolved_on = MONDAY.date() + dt.timedelta(days=days)
    town.city.save()
    if allowed:
        assert town.dispatched().state == "dispatched"
        return
    with pytest.raises(Refused, match="城管局”已撤销"):
        town.dispatched()


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (1, True)])
def test_choices_of_units_are_those_of_the_day_on_which_the_form_is_filled_in(town: Town, days: int, allowed: bool) -> None:
    town.city.dissolved_on = timezone.localdate() + dt.timedelta(days=days)
    town.city.save()
    for name in ("unit", "co_units"):
        assert (town.city in MOVE_FORMS["dispatch"]().fields[name].queryset) == allowed  # type: ignore[attr-defined]
    form = MOVE_FORMS["dispatch"]({"unit": "CGJ", "co_units": []})
    assert form.is_valid() == allowed


def test_case_of_a_unit_that_is_gone_waits_at_the_desk_to_be_taken_back(town: Town) -> None:
    case, today = town.handling(), timezone.localdate()
    for ends, waits in ((today + dt.timedelta(days=1), False), (today, True)):
        type(town.city).objects.filter(pk=town.city.pk).update(dissolved_on=ends)
        groups = {str(title): list(found) for title, found, _tone in selectors.inbox(User.objects.get(pk=town.desk.pk))}
        assert (groups["承办单位已撤销"] == [case]) == waits
    actions.withdraw(case, note="单位已撤销", by=town.desk, at=timezone.now())
    assert not {str(title): list(found) for title, found, _tone in selectors.inbox(town.desk)}["承办单位已撤销"]


def test_sign_second_says_who_was_first(town: Town) -> None:
    case = actions.sign(town.dispatched(), by=town.liaison, at=moment(0, 9, 5))
    with pytest.raises(WrongState, match="已由 liaison 于 2026-03-02 09:05 签收"):
        actions.sign(case, by=town.chief, at=moment(0, 9, 6))


def test_resolve_waits_for_every_unit(town: Town) -> None:
    case = town.handling(co_units=(town.clean,))
    case = actions.resolve(case, what_was_done="主办办完", by=town.liaison, at=moment(0, 11))
    assert (case.state, case.resolved_at) == ("handling", None)
    with pytest.raises(WrongState, match="反馈整改"):
        actions.resolve(case, what_was_done="再办", by=town.liaison, at=moment(0, 11))
    with pytest.raises(NotYourShare, match="签收"):
        actions.resolve(case, what_was_done="协办", by=town.helper, at=moment(0, 12))
    case = actions.sign(case, by=town.helper, at=moment(0, 12))
    case = actions.resolve(case, what_was_done="协办办完", by=town.helper, at=moment(0, 15))
    assert (case.state, case.resolved_at) == ("resolved", moment(0, 15))


def test_resolve_without_the_photo_its_class_asks_for_is_refused(town: Town) -> None:
    town.class_.photo_required = True
    town.class_.save()
    case = town.handling()
    with pytest.raises(PhotoMissing):
        actions.resolve(case, what_was_done="已清理", by=town.liaison, at=MONDAY)
    shot = photo(town.liaison)
    case = actions.resolve(case, what_was_done="已清理", photos=[shot], by=town.liaison, at=MONDAY)
    assert [p.uuid for p in selectors.photos(case)] == [shot.uuid]
    assert case.moves.get(verb="resolve").data["photos"] == [str(shot.uuid)]


def test_resolve_by_warning_finds_earlier_offences(town: Town) -> None:
    with pytest.raises(Refused, match="当事人"):
        actions.resolve(town.handling(), what_was_done="警告", outcome="warned", by=town.liaison, at=MONDAY)
    actions.resolve(town.handling(), what_was_done="警告", outcome="warned", subject_name="张记烧烤", by=town.liaison, at=MONDAY)
    again = actions.resolve(town.handling(), what_was_done="处罚", outcome="penalised", subject_name="张记烧烤", by=town.liaison, at=moment(1))
    assert again.moves.get(verb="resolve").data["earlier"] == 1
    assert "张记" not in str(list(JournalEntry.objects.values_list("data", flat=True)))


def test_verify_by_the_resolving_unit_is_refused(town: Town) -> None:
    with pytest.raises(NotAllowed, match="核查"):
        actions.verify_pass(town.resolved(), by=town.own_inspector, at=moment(1))


def test_verify_fail_sends_back_and_counts(town: Town) -> None:
    case = actions.verify_fail(town.resolved(), note="还脏", by=town.inspector, at=moment(0, 16))
    assert (case.state, case.rework, case.resolved_at, case.due_at) == ("handling", 1, None, moment(1, 10, 0))
    case = actions.resolve(case, what_was_done="再清理", by=town.liaison, at=moment(0, 17))
    assert actions.verify_pass(case, by=town.desk, at=moment(0, 17)).state == "closed"


def test_dispute_upheld_restarts_the_clock_with_the_new_unit(town: Town) -> None:
    case = actions.dispute(in_grid(town.dispatched()), reason="不归我管", proposed_unit=town.clean, by=town.liaison, at=moment(0, 10))
    assert (case.state, case.disputes) == ("disputed", 1)
    with pytest.raises(Refused, match="驳回"):
        actions.uphold(case, unit=town.city, by=town.desk, at=moment(1, 9))
    case = actions.uphold(case, unit=town.clean, make_rule=True, by=town.desk, at=moment(1, 9))
    assert (case.state, case.unit, case.due_at) == ("dispatched", town.clean, moment(2, 10, 0))
    duty = Duty.objects.get()
    assert (duty.unit, duty.issue_class, duty.area, duty.part) == (town.clean, town.class_, case.area, "lead")
    assert not town.liaison.has_perm("cases.sign", case)
    assert selectors.visible_to(town.liaison).filter(pk=case.pk).exists()


def test_dispute_overruled_lets_the_clock_run_on(town: Town) -> None:
    case = actions.dispute(town.handling(), reason="不归我管", by=town.liaison, at=moment(0, 10))
    case = actions.overrule(case, note="属于你局", by=town.desk, at=moment(1, 9))
    assert (case.state, case.due_at) == ("handling", moment(1, 10, 0))


def test_dispute_by_an_assisting_unit_leaves_the_lead_alone(town: Town) -> None:
    case = town.handling(co_units=(town.clean,))
    case = actions.dispute(case, reason="不需协办", by=town.helper, at=moment(0, 10))
    case = actions.uphold(case, unit=town.water, by=town.desk, at=moment(0, 11))
    assert (case.state, case.unit, case.due_at) == ("handling", town.city, moment(1, 10, 0))
    assert [(a.unit, a.role) for a in selectors.live(case)] == [(town.city, "lead"), (town.water, "support")]


def test_extension_moves_the_deadline_and_is_decided_once(town: Town) -> None:
    case = actions.ask_extension(town.handling(), reason="下雨", days=2, by=town.liaison, at=moment(0, 10))
    with pytest.raises(Refused, match="等待审批"):
        actions.ask_extension(case, reason="下雨", days=2, by=town.liaison, at=moment(0, 10))
    case = actions.grant_extension(case, by=town.desk, at=moment(0, 11))
    assert (case.due_at, case.extensions) == (moment(3, 10, 0), 1)
    with pytest.raises(Refused, match="没有等待审批"):
        actions.refuse_extension(case, note="不同意", by=town.head, at=moment(0, 11))
    with pytest.raises(Refused, match="期限已过"):
        actions.ask_extension(case, reason="还下雨", days=2, by=town.liaison, at=moment(5))


def test_suspension_stops_the_clock_and_resumes_with_the_rest(town: Town) -> None:
    case = actions.ask_suspension(town.handling(), reason="冬季不能施工", by=town.liaison, at=moment(0, 10))
    case = actions.suspend(case, review_on=dt.date(2026, 4, 1), by=town.leader, at=moment(0, 11))
    assert (case.due_at, case.time_left, case.stage_due_at is not None) == (None, 6.0, True)
    assert Extension.objects.get().granted
    case = actions.resume(case, by=town.desk, at=moment(28, 9))
    assert (case.state, case.due_at, case.time_left, case.review_on) == ("handling", moment(28, 17, 30), None, None)
    with pytest.raises(Refused, match="复核日期"):
        actions.suspend(case, review_on=dt.date(2026, 3, 30), by=town.leader, at=moment(28, 9))


def test_fix_on_the_spot_needs_a_photo_from_severity_three(town: Town) -> None:
    case = actions.fix_on_the_spot(town.report(severity=2), note="已清走", by=town.inspector, at=MONDAY)
    assert (case.state, case.on_the_spot, case.closed_at, case.accepted_at) == ("closed", True, MONDAY, MONDAY)
    with pytest.raises(PhotoMissing):
        actions.fix_on_the_spot(town.report(severity=3), note="已清走", by=town.inspector, at=MONDAY)
    assert actions.fix_on_the_spot(town.report(severity=3), note="已清走", photos=[photo(town.inspector)], by=town.inspector, at=MONDAY).state == "closed"


def test_fix_on_the_spot_reads_the_setting_of_photos(town: Town) -> None:
    keep_policy(SPOT_PHOTO_SEVERITY.key, 2, by="system", at=MONDAY)
    with pytest.raises(PhotoMissing):
        actions.fix_on_the_spot(town.report(severity=2), note="已清走", by=town.inspector, at=MONDAY)
    keep_policy(SPOT_PHOTO_SEVERITY.key, 4, by="system", at=MONDAY)
    assert actions.fix_on_the_spot(town.report(severity=3), note="已清走", by=town.inspector, at=MONDAY).state == "closed"


def test_fix_on_the_spot_says_what_was_done(town: Town) -> None:
    case = town.report(severity=1)
    with pytest.raises(Refused, match="怎样改好的") as refusal:
        actions.fix_on_the_spot(case, note="  ", by=town.inspector, at=MONDAY)
    case.refresh_from_db()
    assert (refusal.value.field, case.state) == ("note", "reported")
    assert not MOVE_FORMS["fix_on_the_spot"]({"note": ""}).is_valid()
    assert body_of("fix_on_the_spot").model_fields["note"].is_required()
    assert actions.fix_on_the_spot(case, note=" 已扫净 ", by=town.inspector, at=MONDAY).moves.last().note == "已扫净"


def test_merge_follows_the_primary_without_chains(town: Town) -> None:
    first, second, third = town.report(), town.report(), town.report()
    second = actions.merge(second, primary=first, by=town.desk, at=MONDAY)
    actions.merge(first, primary=third, by=town.desk, at=MONDAY)
    second.refresh_from_db()
    assert second.merged_into == third
    with pytest.raises(Conflict, match="自己"):
        actions.merge(third, primary=third, by=town.desk, at=MONDAY)
    with pytest.raises(Conflict, match="不需要再合并"):
        actions.merge(third, primary=first, by=town.desk, at=MONDAY)
    with pytest.raises(Conflict, match="请改选"):
        actions.merge(town.report(), primary=first, by=town.desk, at=MONDAY)


def test_answer_reaches_those_who_follow(town: Town) -> None:
    one, two = (actions.report_by_resident(None, text="垃圾", by=VISITOR, at=MONDAY) for _n in range(2))
    actions.merge(two.case, primary=one.case, by=town.desk, at=MONDAY)
    actions.answer(one, text="已经清理", by=town.desk, at=moment(1))
    two.refresh_from_db()
    two.case.refresh_from_db()
    assert (two.answer, two.answered_at, two.case.first_reply_at) == ("已经清理", moment(1), moment(1))
    with pytest.raises(NotAllowed):
        actions.answer(one, text="x", by=town.liaison, at=moment(1))
    actions.rate(one, rating=4, by=VISITOR, at=moment(2))
    with pytest.raises(Conflict, match="评价过"):
        actions.rate(one, rating=5, by=VISITOR, at=moment(2))
    with pytest.raises(Refused, match="1 到 5"):
        actions.rate(two, rating=9, by=VISITOR, at=moment(2))


def test_rate_before_anything_was_done_is_refused(town: Town) -> None:
    report = actions.report_by_resident(None, text="垃圾", by=VISITOR, at=MONDAY)
    with pytest.raises(Conflict, match="稍后"):
        actions.rate(report, rating=4, by=VISITOR, at=moment(1))


def test_reject_tells_the_reporters_why(town: Town) -> None:
    report = actions.report_by_resident(None, text="垃圾", by=VISITOR, at=MONDAY)
    actions.reject(report.case, reason="不在本市", by=town.desk, at=moment(1))
    report.refresh_from_db()
    assert (report.answer, report.answered_at, report.case.first_reply_at) == ("不在本市", moment(1), moment(1))
    assert Report.objects.filter(answered_at=None).count() == 0


def test_accept_under_a_class_out_of_use_is_refused(town: Town) -> None:
    town.class_.active = False
    town.class_.save()
    with pytest.raises(Refused, match="停用"):
        actions.accept(town.report(), issue_class=town.class_, by=town.desk, at=MONDAY)
