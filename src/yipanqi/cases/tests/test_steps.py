"""Limits in steps: each step is a clock of its own, and every stage's deadline stands in the thread."""

from __future__ import annotations

import datetime as dt

import pytest

from yipanqi.calendar.models import WorkingHours
from yipanqi.cases import actions, selectors
from yipanqi.cases.actions import NotYourShare
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel import stamps
from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.kernel.machine import WrongState

STAGES = [
    {"title": "现场围护", "amount": 3, "clock": "urgent_hour"},
    {"title": "修复", "amount": 8, "clock": "work_hour"},
    {"title": "恢复路面", "amount": 5, "clock": "work_day"},
]


@pytest.fixture
def staged(town: Town) -> Town:
    town.class_.clocks = {
        "accept": {"amount": 1, "clock": "urgent_hour"}, "dispatch": {"amount": 3, "clock": "work_hour"},
        "handle": {"amount": 5, "clock": "work_day", "stages": STAGES}, "verify": {"amount": 2, "clock": "work_hour"},
    }  # fmt: skip
    town.class_.save()
    return town


def dues(case: Case) -> list[dt.datetime | None]:
    assert selectors.standing(case).steps == case.steps
    return [dt.datetime.fromisoformat(s["due_at"]) if s["due_at"] else None for s in case.steps]


def test_dispatch_starts_a_clock_for_every_step(staged: Town) -> None:
    case = staged.dispatched()
    assert dues(case) == [moment(0, 12), moment(1, 10)]
    assert (case.due_at, case.stage_due_at) == (moment(7, 9), moment(0, 12))
    capped = staged.dispatched(due_at=moment(0, 11))
    assert dues(capped) == [moment(0, 11), moment(0, 11)]


def test_finish_step_moves_the_stage_to_the_next(staged: Town) -> None:
    case = staged.handling(co_units=(staged.clean,))
    with pytest.raises(NotYourShare, match="先签收"):
        actions.finish_step(case, what_was_done="已围护", by=staged.helper, at=moment(0, 10))
    case = actions.sign(case, by=staged.helper, at=moment(0, 10))
    with pytest.raises(NotYourShare, match="主办"):
        actions.finish_step(case, what_was_done="已围护", by=staged.helper, at=moment(0, 10))
    with pytest.raises(Refused, match="写明"):
        actions.finish_step(case, what_was_done=" ", by=staged.liaison, at=moment(0, 10))
    case = actions.finish_step(case, what_was_done="已围护", by=staged.liaison, at=moment(0, 11))
    assert (case.stage_due_at, case.steps[0]["done_at"]) == (moment(1, 10), moment(0, 11).isoformat())
    assert case.moves.get(verb="finish_step").data["step"] == "现场围护"
    case = actions.finish_step(case, what_was_done="已修复", by=staged.liaison, at=moment(1, 9))
    assert case.stage_due_at == case.due_at
    assert "finish_step" not in {m.name for m in selectors.open_moves(case, staged.liaison)}
    with pytest.raises(Conflict, match="没有待完成的阶段"):
        actions.finish_step(case, what_was_done="又修复", by=staged.liaison, at=moment(1, 9))
    dues(case)


def test_finish_step_of_a_class_without_steps_is_refused(town: Town) -> None:
    case = town.handling()
    assert "finish_step" not in {m.name for m in selectors.open_moves(case, town.liaison)}
    with pytest.raises(Conflict):
        actions.finish_step(case, what_was_done="已围护", by=town.liaison, at=MONDAY)
    with pytest.raises(WrongState):
        actions.finish_step(town.dispatched(), what_was_done="已围护", by=town.liaison, at=MONDAY)


def test_suspension_stops_the_steps_too(staged: Town) -> None:
    case = actions.finish_step(staged.handling(), what_was_done="已围护", by=staged.liaison, at=moment(0, 11))
    case = actions.suspend(case, review_on=dt.date(2026, 4, 1), by=staged.leader, at=moment(0, 12))
    assert (dues(case), case.steps[1]["left"]) == ([moment(0, 12), None], 5.0)
    case = actions.resume(case, by=staged.desk, at=moment(28, 9))
    assert (dues(case)[1], case.stage_due_at) == (moment(28, 16, 30), moment(28, 16, 30))
    case = actions.resolve(case, what_was_done="全部完成", by=staged.liaison, at=moment(28, 16))
    assert all(s["done_at"] for s in case.steps)
    dues(case)


def test_uphold_starts_the_steps_anew_by_the_new_units_hours(staged: Town) -> None:
    WorkingHours.objects.create(unit="HW", spans=[["05:00", "13:00"]])
    stamps.forget()
    case = actions.dispute(staged.dispatched(), reason="不归我管", by=staged.liaison, at=moment(0, 10))
    case = actions.uphold(case, unit=staged.clean, by=staged.desk, at=moment(0, 11))
    assert dues(case) == [moment(0, 14), moment(1, 11)]
    assert case.due_at == moment(7, 11)


def test_every_stage_runs_by_its_own_limit_and_is_written_down(staged: Town) -> None:
    case = staged.report(issue_class=staged.class_)
    assert case.stage_due_at == moment(0, 10)
    case = actions.accept(case, issue_class=staged.class_, by=staged.desk, at=moment(0, 11))
    case = actions.dispatch(case, unit=staged.city, by=staged.desk, at=moment(0, 12))
    case = actions.sign(case, by=staged.liaison, at=moment(0, 14, 30))
    case = actions.finish_step(case, what_was_done="已围护", by=staged.liaison, at=moment(0, 16))
    case = actions.resolve(case, what_was_done="已修复", by=staged.liaison, at=moment(1, 9))
    case = actions.verify_pass(case, by=staged.inspector, at=moment(1, 12))
    found = selectors.stages(case, moment(2))
    assert [(s.name, s.started_at, s.due_at, s.ended_at, s.late) for s in found] == [
        ("accept", moment(0, 9), moment(0, 10), moment(0, 11), True),
        ("dispatch", moment(0, 11), moment(0, 16, 30), moment(0, 12), False),
        ("sign", moment(0, 12), moment(0, 15), moment(0, 14, 30), False),
        ("step", moment(0, 12), moment(0, 15), moment(0, 16), True),
        ("step", moment(0, 12), moment(1, 15, 30), moment(1, 9), False),
        ("handle", moment(0, 12), moment(7, 12), moment(1, 9), False),
        ("verify", moment(1, 9), moment(1, 11), moment(1, 12), True),
    ]
    assert [s.title for s in found][3:5] == ["现场围护", "修复"]
