"""改判: an item judged again while the visit is open, and what becomes of its case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from yipanqi.cases import actions as cases
from yipanqi.cases import selectors as case_reads
from yipanqi.cases.actions import NotRetracted
from yipanqi.cases.models import Case, CaseMove
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.inspections import actions
from yipanqi.inspections.models import Finding, Visit
from yipanqi.inspections.tests.test_visits import photo, record
from yipanqi.inspections.tests.world import NOW, World, campaign, user, visit, world
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry, OutboxEvent
from yipanqi.people.models import Unit, UnitKind

pytestmark = pytest.mark.django_db
FAILS, PASSES = {"passed": False}, {"passed": True}
OTHER_LOOKS: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("MK-01", FAILS, PASSES, "A", ""), ("MK-01", FAILS, {"na": True}, "NA", ""), ("MK-02", {"count": 2}, {"count": 0}, "A", ""),
    ("MK-05", {"grade": "D"}, {"grade": "A"}, "A", ""),
]  # fmt: skip


def begun() -> tuple[World, Visit]:
    w = world()
    return w, visit(w, campaign(w))


def lines(case: Case) -> list[tuple[str, str]]:
    return [(move.verb, move.note) for move in case_reads.thread(case)]


@pytest.mark.parametrize(("item", "first", "then", "letter", "outcome"), OTHER_LOOKS)
def test_record_finding_judged_again_withdraws_the_case_it_opened(item: str, first: dict[str, Any], then: dict[str, Any], letter: str, outcome: str) -> None:
    w, seen = begun()
    record(w, seen, item, first)
    finding = record(w, seen, item, then, note="", why="点错了项目")
    case = Case.objects.get()
    assert (finding.letter, finding.outcome, finding.case, seen.findings.count()) == (letter, outcome, None, 1)
    assert (case.state, case.rejected_at) == ("rejected", NOW)
    assert lines(case)[-1] == ("reject", "检查员改判：原判误记。点错了项目")
    assert case_reads.thread(case).last().actor == w.inspector  # type: ignore[union-attr]
    assert OutboxEvent.objects.filter(kind="cases.CaseRejected").count() == 1
    assert JournalEntry.objects.filter(action="cases.retract").count() == 1


def test_record_finding_failing_again_after_a_pass_opens_a_case_of_its_own() -> None:
    w, seen = begun()
    record(w, seen, "MK-01", FAILS)
    record(w, seen, "MK-01", PASSES, why="点错了")
    again = record(w, seen, "MK-01", FAILS, note="确实没有公示")
    assert again.outcome == "opened" and again.case is not None and again.case.state == "filed"
    assert sorted(Case.objects.values_list("state", flat=True)) == ["filed", "rejected"]


@pytest.mark.parametrize("why", ["", "  "])
def test_record_finding_that_would_withdraw_a_case_asks_why(why: str) -> None:
    w, seen = begun()
    first = record(w, seen, "MK-01", FAILS)
    for on_the_spot, observed in ((False, PASSES), (True, FAILS)):
        with pytest.raises(actions.WhyMissing, match="改判会撤回该案件") as refusal:
            record(w, seen, "MK-01", observed, on_the_spot=on_the_spot, why=why)
        assert refusal.value.field == "why" and first.case and first.case.number in str(refusal.value)
    assert Case.objects.get().state == "filed" and Finding.objects.get().outcome == "opened"


def test_record_finding_mended_after_all_withdraws_the_case_and_still_wants_the_photo() -> None:
    w, seen = begun()
    record(w, seen, "MK-04", FAILS, photos=[photo(w.inspector)])
    with pytest.raises(actions.PhotoMissing):
        record(w, seen, "MK-04", FAILS, on_the_spot=True, why="店主当场清走")
    assert Case.objects.get().state == "filed"
    picture = photo(w.inspector)
    finding = record(w, seen, "MK-04", FAILS, on_the_spot=True, why="店主当场清走", photos=[picture])
    picture.refresh_from_db()
    assert (finding.outcome, finding.case, picture.subject_kind) == ("corrected", None, "inspections.visit")
    assert lines(Case.objects.get())[-1] == ("reject", "检查员改判：已当场改好（立整立改）。店主当场清走")


def test_record_finding_corrected_on_the_spot_becomes_a_pass_without_a_word() -> None:
    w, seen = begun()
    record(w, seen, "MK-01", FAILS, on_the_spot=True)
    finding = record(w, seen, "MK-01", PASSES, note="")
    assert (finding.letter, finding.outcome, finding.note) == ("A", "", "") and not Case.objects.exists()


def test_record_finding_failing_with_other_counts_keeps_its_case_and_tells_it_new_words() -> None:
    w, seen = begun()
    first = record(w, seen, "MK-02", {"count": 1}, note="东门有垃圾")
    same = record(w, seen, "MK-02", {"count": 2}, note="东门有垃圾")
    case = Case.objects.get()
    assert (same.pk, same.case, same.letter, case.version) == (first.pk, case, "C", 1)
    more = record(w, seen, "MK-02", {"count": 3}, note="西门也有")
    assert (more.letter, more.outcome, Case.objects.count()) == ("D", "opened", 1)
    assert lines(case)[-1] == ("comment", "西门也有")
    assert record(w, seen, "MK-02", {"count": 0}, why="数错了点位").case is None  # one's own words are no one else's act
    case.refresh_from_db()
    assert case.state == "rejected"


def dispatched(case: Case, w: World) -> None:
    unit = Unit.objects.create(code="SJ", name="市场局", kind=UnitKind.DEPARTMENT)
    cases.dispatch(case, unit=unit, by=w.desk, at=NOW)


def merged_into_it(case: Case, w: World) -> None:
    other = cases.report_case(None, source="inspection", description="同一处", place=w.places[0], by=w.inspector, at=NOW)
    cases.merge(other, primary=case, by=w.desk, at=NOW)


def merged_away(case: Case, w: World) -> None:
    other = cases.report_case(None, source="inspection", description="同一处", place=w.places[0], by=w.inspector, at=NOW)
    cases.merge(case, primary=other, by=w.desk, at=NOW)


def other_inspector(w: World) -> Any:
    return user("inspector", "second")


TOUCHED: list[tuple[Callable[[Case, World], object], str]] = [
    (dispatched, "已交“市场局”办理（待签收）"),
    (lambda case, w: cases.comment(case, note="请拍全景", by=w.desk, at=NOW), "已由 测试desk 于"),
    (lambda case, w: cases.confirm(case, by=other_inspector(w), at=NOW), "已有其他检查再次发现"),
    (merged_into_it, "已有其他案件并入"),
    (merged_away, "已并入"),
]


@pytest.mark.parametrize(("touch", "words"), TOUCHED)
def test_record_finding_whose_case_others_have_is_refused_and_nothing_is_half_written(touch: Callable[[Case, World], object], words: str) -> None:
    w, seen = begun()
    finding = record(w, seen, "MK-01", FAILS)
    assert finding.case is not None
    touch(finding.case, w)
    kept = (list(Finding.objects.values()), list(Case.objects.values()), CaseMove.objects.count(), JournalEntry.objects.count())
    for on_the_spot, observed in ((False, PASSES), (True, FAILS)):
        with pytest.raises(NotRetracted, match=words) as refusal:
            record(w, seen, "MK-01", observed, on_the_spot=on_the_spot, why="点错了")
        assert finding.case.number in str(refusal.value) and "请联系综合组" in str(refusal.value) and refusal.value.status == 409
    assert kept == (list(Finding.objects.values()), list(Case.objects.values()), CaseMove.objects.count(), JournalEntry.objects.count())
    assert record(w, seen, "MK-01", FAILS).case == finding.case  # failing still, it may be said again


def test_record_finding_after_the_desk_declined_the_case_needs_no_more() -> None:
    w, seen = begun()
    case = record(w, seen, "MK-01", FAILS).case
    cases.reject(case, reason="检查员误记", by=w.desk, at=NOW)
    finding = record(w, seen, "MK-01", PASSES)
    assert (finding.letter, finding.case, len(lines(Case.objects.get()))) == ("A", None, 3)


def test_record_finding_judged_again_by_another_inspector_leaves_the_case() -> None:
    w = world()
    second = user("inspector", "second")
    seen = visit(w, campaign(w, inspectors=(w.inspector, second)))
    record(w, seen, "MK-01", FAILS)
    with pytest.raises(NotAllowed, match="由其本人改判"):
        record(w, seen, "MK-01", PASSES, why="我看是好的", by=second)
    assert Case.objects.get().state == "filed" and Finding.objects.get().letter == "D"


def test_record_finding_judged_again_takes_a_confirmation_back_and_the_case_goes_on() -> None:
    w = world()
    plan, second = campaign(w, inspectors=()), user("inspector", "second")
    case = record(w, visit(w, plan), "MK-02", {"count": 1}).case
    assert case is not None
    dispatched(case, w)
    seen = visit(w, plan, by=second)
    assert record(w, seen, "MK-02", {"count": 2}, note="还在", by=second).outcome == "confirmed"
    with pytest.raises(actions.WhyMissing, match="再次发现"):
        record(w, seen, "MK-02", {"count": 0}, by=second)
    finding = record(w, seen, "MK-02", {"count": 0}, note="", why="看错了摊位", by=second)
    case.refresh_from_db()
    assert (finding.outcome, finding.case, case.state, case.confirmations) == ("", None, "dispatched", 0)
    verb, note = lines(case)[-1]
    assert verb == "comment" and note.startswith("撤回 2026-11-18 10:00 登记的“再次发现”。检查员改判：原判误记。看错了摊位")
    again = record(w, seen, "MK-02", {"count": 1}, by=second)
    case.refresh_from_db()
    assert (again.outcome, again.case, case.confirmations) == ("confirmed", case, 1)


def test_record_finding_withdraws_a_case_whose_only_confirmation_was_taken_back() -> None:
    w = world()
    plan, second = campaign(w, inspectors=()), user("inspector", "second")
    first, then = visit(w, plan), visit(w, plan, by=second)
    record(w, first, "MK-02", {"count": 1})
    record(w, then, "MK-02", {"count": 1}, by=second)
    record(w, then, "MK-02", {"count": 0}, why="看错了", by=second)
    record(w, first, "MK-02", {"count": 0}, why="点错了")
    assert Case.objects.get().state == "rejected"


def test_record_finding_judged_again_after_the_visit_is_finished_is_refused() -> None:
    w, seen = begun()
    record(w, seen, "MK-01", FAILS)
    seen = actions.finish_visit(actions.pass_rest(seen, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    with pytest.raises(WrongState):
        record(w, seen, "MK-01", PASSES, why="点错了")
    assert Case.objects.get().state == "filed"


def test_scores_and_figures_follow_the_new_judgement() -> None:
    w, seen = begun()
    record(w, seen, "MK-01", FAILS)
    record(w, seen, "MK-02", {"count": 3}, on_the_spot=True)
    record(w, seen, "MK-01", PASSES, why="点错了")
    record(w, seen, "MK-02", {"count": 0})
    done = actions.finish_visit(actions.pass_rest(seen, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    assert (done.score, done.n_items) == (Decimal("100.00"), 5)
    year = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    told = {key: FIGURES[key].value(year, Scope(), NOW + dt.timedelta(days=1)).value for key in ("inspections.corrected", "cases.open_now", "cases.rejected")}
    assert told == {"inspections.corrected": 0, "cases.open_now": 0, "cases.rejected": 1}


def test_retract_needs_a_reason_and_its_finder() -> None:
    w, seen = begun()
    case = record(w, seen, "MK-01", FAILS).case
    with pytest.raises(Refused, match="撤回的原因"):
        cases.retract(case, reason=" ", by=w.inspector, at=NOW)
    for person in (w.desk, user("head"), user("grid"), user("inspector", "second")):
        with pytest.raises(NotAllowed):
            cases.retract(case, reason="误记", by=person, at=NOW)
    cases.retract(case, reason="误记", by=w.inspector, at=NOW)
    with pytest.raises(NotRetracted, match="不予受理"):
        cases.retract(case, reason="误记", by=w.inspector, at=NOW)


def test_unconfirm_is_for_whoever_confirmed_and_once() -> None:
    w, seen = begun()
    case, second = record(w, seen, "MK-01", FAILS).case, user("inspector", "second")
    with pytest.raises(cases.NothingConfirmed):
        cases.unconfirm(case, reason="误记", by=second, at=NOW)
    cases.confirm(case, by=second, at=NOW)
    with pytest.raises(Refused, match="撤回的原因"):
        cases.unconfirm(case, reason="", by=second, at=NOW)
    with pytest.raises(NotAllowed):
        cases.unconfirm(case, reason="误记", by=user("auditor"), at=NOW)
    assert cases.unconfirm(case, reason="误记", by=second, at=NOW).confirmations == 0
    with pytest.raises(cases.NothingConfirmed):
        cases.unconfirm(case, reason="误记", by=second, at=NOW)
