"""Where the clocks of a case stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import Clock, WorkingCalendar
from yipanqi.cases import clocks
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.selectors.one import moves_of
from yipanqi.cases.selectors.seeing import OPEN_STATES
from yipanqi.cases.states import State
from yipanqi.kernel.policy import policy, policy_value
from yipanqi.standards.selectors import class_of, limit_of

HOURS = {
    "sign": policy("cases.sign_hours", 4, _("签收时限（工作小时）"), "float", _("不晚于整改期限"), most=3650),
    "ruling": policy("cases.ruling_hours", 8, _("退单裁定时限（工作小时）"), "float", most=3650),
    "handle": policy("cases.handle_hours", 40, _("整改时限（工作小时）"), "float", _("问题类别没有规定整改时限时适用"), most=3650),
}


def stage_limit(case: Case, stage: str) -> clocks.Limit:
    """How long a stage of this case may take: by its class, else by the office's setting.

    Stages: accept, dispatch, handle, verify as in the standard; sign and ruling by setting alone. A class that is
    mended on the spot sets no time for handing over, so the setting holds.
    """
    if stage not in ("sign", "ruling"):
        found = limit_of(class_of(case.issue_class_id), stage)
        if found is not None and found.amount and found.clock != Clock.ON_THE_SPOT:
            return clocks.Limit(Decimal(str(found.amount)), Clock(found.clock))
    return clocks.Limit(Decimal(str(policy_value(HOURS[stage].key))), Clock.WORK_HOUR)


def steps_asked(case: Case) -> list[dict[str, Any]]:
    """The steps on the way to the whole that the case's class asks for, without the whole: {"title", "amount", "clock"}."""
    kind = class_of(case.issue_class_id)
    found = (kind.clocks if kind else {}).get("handle", {}).get("stages") or []
    return [{key: step[key] for key in ("title", "amount", "clock")} for step in found[:-1]]


def standing(case: Case, now: dt.datetime | None = None) -> clocks.Standing:
    """Where the handling clock stands, derived from the thread alone."""
    return clocks.recompute(moves_of(case), calendar_for, now)


def clock_after(moves: Sequence[CaseMove]) -> tuple[str, clocks.Standing]:
    """The code of the unit against which the clock runs after these moves (oldest first), and where it stands; no unit where
    none runs."""
    start = next((move for move in reversed(moves) if "starts" in move.data or move.verb == "withdraw"), None)
    unit = start.data["starts"]["unit"] if start is not None and "starts" in start.data else ""
    return unit, clocks.recompute(moves, calendar_for)


def time_left(case: Case, now: dt.datetime) -> float | None:
    """Hours or days of the case's clock until its deadline, negative when overdue; None where no clock runs or stands."""
    if case.time_left is not None:
        return case.time_left
    if case.due_at is None or case.state not in OPEN_STATES:
        return None
    return clocks.left(calendar_for(case.unit.code if case.unit else ""), now, case.due_at, case.handle_clock)


# ----- every stage as a clock -----

BY_STATE = {
    State.REPORTED: ("accept", _("受理")), State.FILED: ("dispatch", _("交办")), State.DISPATCHED: ("sign", _("签收")),
    State.DISPUTED: ("ruling", _("裁定")), State.RESOLVED: ("verify", _("核查")),
}  # fmt: skip
ORDER = ("accept", "dispatch", "sign", "ruling", "step", "handle", "verify")


@dataclass(frozen=True)
class Stage:
    """One stage of a case as a clock. `due_at` is None where none runs: without a limit, or while it stands still, when
    `left` says how much of `clock` remains. `late` is as of the end, or of the moment asked about."""

    name: str
    title: str
    started_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    late: bool
    left: float | None = None
    clock: str = ""


def stages(case: Case, now: dt.datetime, moves: Iterable[CaseMove] | None = None) -> list[Stage]:
    """Every stage that the case went through or is in, in the order of their starts: accept, dispatch, sign, ruling and
    verify from the thread (`moves`, oldest first, if at hand), the whole of the mending and its steps from the present
    hand-over."""
    thread = list(moves_of(case) if moves is None else moves)
    found = [*_stages_of_states(case, thread, now), *_stages_of_mending(case, thread, now)]
    return sorted(found, key=lambda s: (s.started_at, ORDER.index(s.name)))


def _stages_of_states(case: Case, thread: list[CaseMove], now: dt.datetime) -> Iterator[Stage]:
    begun: CaseMove | None = None
    due = None
    for move in thread:
        if begun is not None and move.target != begun.target:
            yield from _stage(begun, due, move.at, now)
            begun = None
        if begun is None and move.source != move.target:
            begun, due = move, None
        due = move.data.get("stage_due", due)
    if begun is not None:
        yield from _stage(begun, due, None, now)


def _stage(begun: CaseMove, due: str | None, ended_at: dt.datetime | None, now: dt.datetime) -> Iterator[Stage]:
    if (state := State(begun.target)) in BY_STATE:
        name, title = BY_STATE[state]
        due_at = dt.datetime.fromisoformat(due) if due else None
        yield Stage(name, str(title), begun.at, due_at, ended_at, _late(due_at, ended_at, now))


def _stages_of_mending(case: Case, thread: list[CaseMove], now: dt.datetime) -> Iterator[Stage]:
    start = next((m for m in reversed(thread) if "starts" in m.data or m.verb == "withdraw"), None)
    if start is None or start.verb == "withdraw":
        return
    for step in case.steps:
        due, done = (dt.datetime.fromisoformat(step[key]) if step[key] else None for key in ("due_at", "done_at"))
        yield Stage("step", step["title"], start.at, due, done, _late(due, done, now), step["left"], step["clock"])
    yield Stage("handle", str(_("整改")), start.at, case.due_at, case.resolved_at, _late(case.due_at, case.resolved_at, now), case.time_left, case.handle_clock)


def _late(due_at: dt.datetime | None, ended_at: dt.datetime | None, now: dt.datetime) -> bool:
    return due_at is not None and (ended_at or now) > due_at


def stage_calendar(case: Case) -> WorkingCalendar:
    """By whose calendar the present stage is measured: the leading unit's while it must act, else the city's."""
    theirs = case.unit is not None and case.state in (State.DISPATCHED, State.HANDLING)
    return calendar_for(case.unit.code if theirs and case.unit else "")
