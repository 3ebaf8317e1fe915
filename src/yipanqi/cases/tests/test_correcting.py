"""Decisions of the desk that were wrong: taken back, or put right."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from yipanqi.cases import actions, selectors
from yipanqi.cases.actions import NothingAccepted, NotSplit
from yipanqi.cases.models import Assignment, Case, Report
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel import outbox, stamps
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.models import JournalEntry
from yipanqi.messaging.models import Message
from yipanqi.standards.models import IssueClass

VISITOR = Visitor("v1")
TEN = moment(0, 10)
STEPS = [{"title": "围护", "amount": 2, "clock": "work_hour"}, {"title": "修复", "amount": 3, "clock": "work_day"}]


def another(**clock: Any) -> IssueClass:
    made: IssueClass = IssueClass.objects.create(
        standard="本地", kind="event", code="07001", key="local:07001", group_code="07", group_name="测试", name="道路破损", severity=3,
        department_type="urban_mgmt", closing_condition="修好", clocks={"handle": clock} if clock else {"handle": {"amount": 8, "clock": "work_hour"}},
    )  # fmt: skip
    stamps.forget()
    return made


def correct(case: Case, town: Town, to: IssueClass, at: dt.datetime = TEN, **more: Any) -> Case:
    made: Case = actions.correct_class(case, issue_class=to, note="看错了", by=town.desk, at=at, **more)
    return made


# ----- the class -----


def test_correct_class_brings_severity_and_closing_condition_and_keeps_an_equal_clock(town: Town) -> None:
    case = town.handling()
    due = case.due_at
    case = correct(case, town, another())
    line = selectors.moves_of(case)[-1]
    assert (case.severity, case.closing_condition, case.due_at, case.state) == (3, "修好", due, "handling")
    assert line.data["was"] == {"class": town.class_.key, "severity": 2} and line.data["class"] == "local:07001" and "limit" not in line.data
    assert JournalEntry.objects.last().action == "cases.correct_class"  # type: ignore[union-attr]


def test_correct_class_with_another_limit_counts_from_the_hand_over_with_what_was_granted(town: Town) -> None:
    case = town.handling(co_units=(town.clean,))
    case = actions.ask_extension(case, reason="下雨", days=2, by=town.liaison, at=moment(0, 10))
    case = actions.grant_extension(case, by=town.desk, at=moment(0, 11))
    case = correct(case, town, another(amount=3, clock="work_day", stages=STEPS), moment(1, 9))
    assert case.due_at is not None and (case.handle_amount, case.handle_clock) == (3, "work_day")
    assert case.due_at.date() == (MONDAY + dt.timedelta(days=7)).date(), "three working days from Monday and two more"
    helper = Assignment.objects.get(case=case, unit=town.clean)
    assert helper.due_at is not None and helper.due_at.date() == (MONDAY + dt.timedelta(days=3)).date(), "nothing was granted to it"
    assert [step["title"] for step in case.steps] == ["围护"] and case.steps[0]["due_at"] == moment(1, 11).isoformat(), "a new step begins now"
    found = selectors.standing(case)
    assert (found.due_at, found.steps, found.last_due_at) == (case.due_at, case.steps, case.last_due_at)


def test_correct_class_makes_nobody_late_who_was_not(town: Town) -> None:
    case = town.handling()
    due = case.due_at
    case = correct(case, town, another(amount=1, clock="work_hour"), moment(0, 12))
    assert case.due_at == due and "limit" not in selectors.moves_of(case)[-1].data
    late = town.handling()
    late = correct(late, town, IssueClass.objects.get(key="local:07001"), moment(7))
    assert late.due_at is not None and due is not None and late.due_at < due, "late it was already"


def test_correct_class_leaves_a_deadline_that_the_desk_had_set(town: Town) -> None:
    case = town.dispatched(due_at=moment(3))
    assert correct(case, town, another(amount=10, clock="work_day")).due_at == moment(3)


def test_correct_class_while_suspended_runs_on_under_the_new_limit(town: Town) -> None:
    case = actions.suspend(town.handling(co_units=(town.clean,)), review_on=dt.date(2026, 4, 1), by=town.leader, at=moment(0, 11))
    case = correct(case, town, another(amount=3, clock="work_day"), moment(1))
    assert case.due_at is None and case.handle_clock == "work_day" and case.time_left is not None and 2 < case.time_left < 3
    assert case.last_due_at is not None and case.last_due_at.date() == (MONDAY + dt.timedelta(days=3)).date()
    case = actions.resume(case, by=town.desk, at=moment(7))
    found = selectors.standing(case)
    assert case.due_at == found.due_at and case.due_at is not None and case.due_at.date() == (MONDAY + dt.timedelta(days=9)).date()
    assert Assignment.objects.get(case=case, unit=town.clean).due_at == case.due_at


def test_correct_class_of_what_waits_for_its_verification_does_not_touch_its_steps(town: Town) -> None:
    case = correct(town.resolved(), town, another(amount=5, clock="work_day", stages=STEPS))
    assert (case.state, case.steps, case.handle_clock) == ("resolved", [], "work_day")


@pytest.mark.parametrize(("given", "field"), [({"note": " "}, "note"), ({"severity": None}, "issue_class"), ({"severity": 9}, "severity")])
def test_correct_class_wants_a_reason_and_a_change(town: Town, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.correct_class(town.filed(), **{"issue_class": town.class_, "severity": 3, "note": "错了", **given}, by=town.desk, at=MONDAY)
    assert refused.value.field == field


def test_correct_class_by_an_old_page_is_refused(town: Town) -> None:
    case = town.filed()
    correct(case, town, town.class_, severity=4, version=case.version)
    with pytest.raises(Refused, match="更正类别"):
        correct(case, town, town.class_, severity=1, version=case.version)


def test_correct_class_tells_the_units_and_nobody_before_the_hand_over(town: Town) -> None:
    for case in (town.filed(), town.dispatched(co_units=(town.clean,))):
        Message.objects.all().delete()
        while outbox.deliver_due(moment(0, 9)):
            pass
        Message.objects.all().delete()
        correct(case, town, town.class_, severity=4)
        while outbox.deliver_due(moment(0, 11)):
            pass
        told = set(Message.objects.values_list("to__username", flat=True))
        assert told == ({"liaison", "helper"} if case.unit else set())


# ----- the acceptance -----


def test_unaccept_brings_back_what_the_case_was_and_its_time(town: Town) -> None:
    case = town.report(severity=1)
    before = (case.stage_started_at, case.stage_due_at)
    case = actions.accept(case, issue_class=town.class_, by=town.desk, at=moment(0, 10))
    case = actions.unaccept(case, note="点错了", by=town.desk, at=moment(0, 11))
    assert (case.state, case.issue_class, case.severity, case.closing_condition, case.accepted_at) == ("reported", None, 1, "", None)
    assert (case.stage_started_at, case.stage_due_at) == before
    assert actions.accept(case, issue_class=town.class_, by=town.desk, at=moment(0, 12)).state == "filed"


def test_unaccept_keeps_the_class_with_which_it_was_entered(town: Town) -> None:
    case = town.report(issue_class=town.class_)
    case = actions.accept(case, issue_class=another(), by=town.desk, at=MONDAY)
    case = actions.unaccept(case, note="点错了", by=town.desk, at=MONDAY)
    assert (case.issue_class, case.closing_condition) == (town.class_, "清理干净")


def test_unaccept_after_a_hand_over_or_of_a_rebound_is_not_offered_and_refused(town: Town) -> None:
    handed = actions.withdraw(town.dispatched(), note="错了", by=town.desk, at=MONDAY)
    again = actions.rebound(town.closed(), note="又脏了", by=town.desk, at=moment(1))
    for case in (handed, again):
        assert case.state == "filed" and "unaccept" not in {m.name for m in selectors.open_moves(case, town.desk)}
        with pytest.raises(NothingAccepted):
            actions.unaccept(case, note="错了", by=town.desk, at=moment(1))
    assert "unaccept" in {m.name for m in selectors.open_moves(town.filed(), town.desk)}


# ----- the merge -----


def resident(town: Town, text: str) -> Report:
    made: Report = actions.report_by_resident(None, text=text, by=VISITOR, at=MONDAY)
    return made


@pytest.mark.parametrize("state", ["reported", "filed"])
def test_split_off_stands_where_it_stood_and_the_other_case_says_so(town: Town, state: str) -> None:
    primary, case = town.filed(), getattr(town, {"reported": "report", "filed": "filed"}[state])()
    case = actions.merge(case, primary=primary, by=town.desk, at=moment(0, 10))
    case = actions.split_off(case, note="两件事", by=town.desk, at=moment(1))
    assert (case.state, case.merged_into, case.merged_at, case.stage_started_at) == (state, None, None, moment(1))
    line = selectors.thread(primary).last()
    assert line is not None and case.number in line.note and line.data == {"split_off": case.number}
    entry = JournalEntry.objects.last()
    assert entry is not None and (entry.action, entry.subject) == ("cases.split_off", case.number) and primary.number in str(entry.data)
    assert not primary.merged_cases.exists()


def test_split_off_takes_along_exactly_those_that_came_with_it(town: Town) -> None:
    first, second, third, other, top = (town.report() for _ in range(5))
    actions.merge(third, primary=second, by=town.desk, at=MONDAY)
    actions.merge(second, primary=first, by=town.desk, at=MONDAY)
    actions.merge(other, primary=top, by=town.desk, at=MONDAY)
    actions.merge(first, primary=top, by=town.desk, at=MONDAY)
    assert top.merged_cases.count() == 4
    actions.split_off(first, note="两件事", by=town.desk, at=moment(1))
    assert set(first.merged_cases.all()) == {second, third} and list(top.merged_cases.all()) == [other]


def test_split_off_tells_reporters_that_theirs_is_not_answered(town: Town) -> None:
    primary = town.filed()
    report, silent = resident(town, "路灯不亮"), resident(town, "井盖松动")
    for one in (report, silent):
        actions.merge(one.case, primary=primary, by=town.desk, at=moment(0, 10))
    primary = actions.dispatch(primary, unit=town.city, by=town.desk, at=moment(0, 11))
    primary = actions.sign(primary, by=town.liaison, at=moment(0, 11))
    primary = actions.resolve(primary, what_was_done="已清理", by=town.liaison, at=moment(0, 12))
    actions.verify_pass(primary, by=town.desk, at=moment(0, 13))
    report.refresh_from_db()
    assert report.answered_at is not None and report.case.merged_into == primary
    case = actions.split_off(Case.objects.get(pk=report.case_id), note="两件事", by=town.desk, at=moment(1))
    report.refresh_from_db()
    assert report.answered_at is None and "分开办理" in report.answer and case.first_reply_at is None
    silent.refresh_from_db()
    assert silent.answered_at is not None, "the other one follows on"
    actions.reject(case, reason="不属实", by=town.desk, at=moment(2))
    report.refresh_from_db()
    assert report.answer == "不属实" and report.answered_at == moment(2)


def test_split_off_after_a_rating_of_the_common_result_is_refused_and_says_why(town: Town) -> None:
    primary, report = town.filed(), resident(town, "路灯不亮")
    actions.merge(report.case, primary=primary, by=town.desk, at=moment(0, 10))
    actions.answer(report, text="已修好", by=town.desk, at=moment(0, 11))
    actions.rate(report, rating=5, by=VISITOR, at=moment(0, 12))
    case = Case.objects.get(pk=report.case_id)
    offer = next(m for m in selectors.open_moves(case, town.desk) if m.name == "split_off")
    assert not offer.allowed and "评价" in (offer.why_not or "")
    with pytest.raises(NotSplit, match="评价"):
        actions.split_off(case, note="两件事", by=town.desk, at=moment(1))


def test_split_off_keeps_an_answer_given_before_the_merge(town: Town) -> None:
    primary, report = town.filed(), resident(town, "路灯不亮")
    actions.answer(report, text="收到", by=town.desk, at=moment(0, 9, 30))
    case = actions.merge(report.case, primary=primary, by=town.desk, at=moment(0, 10))
    actions.split_off(case, note="两件事", by=town.desk, at=moment(1))
    report.refresh_from_db()
    assert (report.answer, report.answered_at) == ("收到", moment(0, 9, 30))
