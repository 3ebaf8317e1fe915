"""Whatever people do in whatever order: a case stays whole, and its copies agree with its thread."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Assignment, Case
from yipanqi.cases.states import CASE, Part, State
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.kernel import stamps
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.models import JournalEntry, OutboxEvent
from yipanqi.standards.models import IssueClass

PEOPLE = ("desk", "head", "inspector", "leader", "liaison", "helper", "stranger", "grid", "auditor")
VERBS = sorted(set(CASE.moves) - {"merge"})


STAGES = [
    {"title": "围护", "amount": 2, "clock": "urgent_hour"}, {"title": "修复", "amount": 1, "clock": "work_day"},
    {"title": "恢复", "amount": 8, "clock": "work_hour"},
]  # fmt: skip


class AnyHistory(RuleBasedStateMachine):
    """One case, any person, any move, later and later."""

    def __init__(self) -> None:
        super().__init__()
        stamps.forget()
        self.town, self.at, self.made = TOWN[0], MONDAY, 0
        self.case = self.town.report()
        self.due_before_stop: dt.datetime | None = None
        self.start = (OutboxEvent.objects.count(), JournalEntry.objects.count())

    def values(self, verb: str, pick: int) -> dict[str, Any]:
        town = self.town
        units = [town.city, town.clean, town.water]
        due = self.at + dt.timedelta(hours=5) if pick % 5 == 0 else None
        return {
            "accept": {"issue_class": town.class_}, "reject": {"reason": "不属实"}, "dispute": {"reason": "不归我管"},
            "dispatch": {"unit": units[pick % 3], "co_units": units[: pick % 2 + 1], "due_at": due},
            "uphold": {"unit": [*units, None][pick % 4]}, "finish_step": {"what_was_done": "已围护"}, "overrule": {"note": "就归你"}, "ask_extension": {"reason": "下雨", "days": pick % 4 + 1},
            "refuse_extension": {"note": "不行"}, "ask_suspension": {"reason": "冬季"}, "refuse_suspension": {"note": "不行"},
            "suspend": {"review_on": (self.at + dt.timedelta(days=9)).date()}, "resolve": {"what_was_done": "已清理"}, "verify_fail": {"note": "还脏"},
            "rebound": {"note": "又脏了"}, "withdraw": {"note": "交办有误"}, "release_unit": {"unit": units[pick % 3], "note": "不需协办"}, "comment": {"note": "请加快"}, "unaccept": {"note": "点错了"}, "split_off": {"note": "两件事"}, "correct_class": {"issue_class": CLASSES[pick % 3], "note": "选错了"}, "fix_on_the_spot": {"note": "已清走"},
        }.get(verb, {})  # fmt: skip

    @rule(verb=st.sampled_from(VERBS), name=st.sampled_from(PEOPLE), minutes=st.integers(0, 6_000), pick=st.integers(0, 9))
    def anyone_tries(self, verb: str, name: str, minutes: int, pick: int) -> None:
        self.step(verb, name, minutes, pick)

    @rule(move=st.integers(0, 99), minutes=st.integers(0, 3_000), pick=st.integers(0, 9))
    def someone_makes_an_open_move(self, move: int, minutes: int, pick: int) -> None:
        offers = [
            (m.name, name) for name in PEOPLE for m in selectors.open_moves(self.case, self.town.people[name])
            if m.allowed and m.name not in ("merge", "reject", "fix_on_the_spot", "comment", "confirm")
        ]  # fmt: skip
        if offers:
            self.step(*offers[move % len(offers)], minutes, pick)

    def step(self, verb: str, name: str, minutes: int, pick: int) -> None:
        self.at += dt.timedelta(minutes=minutes)
        before = Case.objects.values().get(pk=self.case.pk)
        try:
            getattr(actions, verb)(self.case, **self.values(verb, pick), by=self.town.people[name], at=self.at)
            self.made += 1
        except Refused:
            assert Case.objects.values().get(pk=self.case.pk) == before
        self.case.refresh_from_db()

    @invariant()
    def copies_agree_with_the_thread(self) -> None:
        case, moves = self.case, list(selectors.thread(self.case))
        found = selectors.standing(case)
        assert (case.due_at, case.handle_clock, case.time_left, case.steps) == (found.due_at, found.clock, found.time_left, found.steps)
        corrected = moves[-1].verb == "correct_class"  # also while the clock stands still
        assert case.last_due_at == (found.last_due_at if corrected else self.due_before_stop if case.state == State.SUSPENDED else case.due_at)
        self.due_before_stop = case.last_due_at
        written = [m.data["stage_due"] for m in moves if "stage_due" in m.data][-1]
        assert case.stage_due_at == (written and dt.datetime.fromisoformat(written))
        assert all(s.ended_at is None or s.ended_at >= s.started_at for s in selectors.stages(case, self.at, moves) if s.name != "handle")
        verbs = [m.verb for m in moves]
        assert case.rework == verbs.count("verify_fail")
        assert case.disputes == verbs.count("dispute")
        assert case.extensions == verbs.count("grant_extension")
        assert case.rebounds == verbs.count("rebound") == case.rebound_cases.count()
        assert case.confirmations == verbs.count("confirm")
        assert case.version == len(moves) - 1 == self.made
        assert [m.at for m in moves] == sorted(m.at for m in moves)
        assert all(a.target == b.source for a, b in zip(moves, moves[1:], strict=False))
        assert moves[-1].target == case.state

    @invariant()
    def the_state_fits_its_shares(self) -> None:
        case, parts = self.case, selectors.live(self.case)
        assert (case.state == State.CLOSED) == (case.closed_at is not None)
        assert (case.state == State.SUSPENDED) == (case.suspended_at is not None) == (case.review_on is not None)
        assert len([p for p in parts if p.role == Assignment.Role.LEAD]) == (1 if case.dispatched_at else 0)
        states = {p.state for p in parts}
        if case.state == State.RESOLVED:
            assert states == {Part.RESOLVED} and case.resolved_at
        leads = [p.state for p in parts if p.role == Assignment.Role.LEAD]
        assert (case.state == State.DISPUTED) == (leads == [Part.DISPUTED])
        if case.state == State.HANDLING:
            assert Part.HANDLING in states or Part.RESOLVED in states
        if case.state in (State.HANDLING, State.DISPATCHED):
            assert all(p.due_at for p in parts) and case.due_at

    @invariant()
    def every_move_is_announced_and_journalled(self) -> None:
        rebounds = self.case.rebounds
        assert OutboxEvent.objects.count() - self.start[0] == self.made + 2 * rebounds
        assert JournalEntry.objects.count() - self.start[1] == self.made


TOWN: list[Town] = []
CLASSES: list[IssueClass] = []


class TestAnyHistory(TestCase):
    def test_moves_in_any_order_keep_the_case_whole(self) -> None:
        TOWN[:] = [Town()]
        TOWN[0].class_.clocks = {"handle": {"amount": 8, "clock": "work_hour", "stages": STAGES}}
        TOWN[0].class_.save()
        CLASSES[:] = [TOWN[0].class_]
        for n, clocks in enumerate(({"amount": 3, "clock": "work_day", "stages": [STAGES[0], STAGES[2] | {"title": "清运"}, STAGES[1]]}, {"amount": 1, "clock": "work_hour"})):
            CLASSES.append(IssueClass.objects.create(
                standard="本地", kind="event", code=f"0700{n}", key=f"local:{n}", name=f"另一类{n}", group_code="07", group_name="测试", department_type="urban_mgmt",
                clocks={"handle": clocks},
            ))  # fmt: skip
        run_state_machine_as_test(
            AnyHistory,
            settings=settings(
                max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck),
                phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a failure is told at once: making it small takes minutes
            ),
        )  # fmt: skip
