"""What taking back a decision of the desk, or putting it right, comes to: what the case was before, who follows whom, and
where the clocks stand under another class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import clocks
from yipanqi.cases.models import Assignment, Case, CaseMove, Report
from yipanqi.cases.selectors.one import live, moves_of
from yipanqi.cases.selectors.timing import stage_limit, steps_asked
from yipanqi.cases.states import State
from yipanqi.standards.selectors import class_of

#: Lines of the thread that moved a unit's deadline.
MOVED_DEADLINES = ("grant_extension", "suspend", "resume")


def graded(case: Case) -> dict[str, Any]:
    """Class (its key, or nothing) and severity of a case, as a line of its thread keeps them."""
    kind = class_of(case.issue_class_id)
    return {"class": kind.key if kind else "", "severity": case.severity}


def accepted_as(case: Case) -> CaseMove | None:
    """The line by which a case was taken on, where that was the last step it took; None where it was handed over since, or
    was never looked at by the desk."""
    last = next((move for move in reversed(moves_of(case)) if move.source != move.target), None)
    return last if case.state == State.FILED and last is not None and last.verb == "accept" else None


def merged_by(case: Case) -> CaseMove | None:
    """The line by which a merged case came to follow another one."""
    return next((move for move in reversed(moves_of(case)) if move.verb == "merge"), None) if case.state == State.MERGED else None


def with_it(case: Case) -> list[int]:
    """Row ids of the cases that followed a merged case before it was merged itself, and came along."""
    rows = CaseMove.objects.filter(verb="merge", case__merged_into=case.merged_into_id).exclude(case=case).order_by("at", "id")
    into = {pk: (number, primary) for pk, number, primary in rows.values_list("case_id", "case__number", "data__primary")}
    family, found = {case.number}, []
    while mine := [pk for pk, (_number, primary) in into.items() if primary in family]:
        family = {into.pop(pk)[0] for pk in mine}
        found += mine
    return found


def told_together(case: Case) -> Q:
    """Reports of a merged case, and of those that came along with it."""
    return Q(case=case) | Q(case__in=with_it(case))


def why_not_split_off(case: Case) -> str:
    """Why a merged case must go on following the other one; empty where it need not."""
    line = merged_by(case)
    if line is None or not Report.objects.filter(told_together(case), rated_at__gte=line.at).exists():
        return ""
    return _("反映人已对合并办理的结果作出评价，不能再撤销并案；确是另一件事的，请另行登记。")


# ----- the clocks under another class -----


@dataclass(frozen=True)
class Terms:
    """The time limit of a corrected class as the thread keeps it, and where the case's clock and those of its shares (by row
    id) stand under it; `left` is what remains to each unit, by code, while the case is suspended."""

    limit: dict[str, Any]
    whole: clocks.Standing
    shares: dict[int, clocks.Standing]
    left: dict[str, float]


def terms_of(case: Case, at: dt.datetime) -> Terms | None:
    """What the limit of the case's class, just corrected, makes of its clocks: they run from the hand-over as if it had been
    given then. None where they stay: it is not handed over, the limit is the same, the desk had set a deadline of its
    own, or somebody would be late by it who was not."""
    moves, given = moves_of(case), _given(moves_of(case))
    limit, asked = stage_limit(case, "handle"), steps_asked(case)
    if given is None or "due_at" in given:
        return None
    if (Decimal(given["amount"]), given["clock"], given.get("steps", [])) == (limit.amount, limit.clock.value, asked):
        return None
    told = {"amount": str(limit.amount), "clock": limit.clock.value, "steps": asked}
    correction = CaseMove(verb="correct_class", target=case.state, at=at, data={"limit": told})
    whole = clocks.recompute([*moves, correction], calendar_for)
    own = {m.at for m in moves if "due_at" in m.data.get("starts", ())}
    parts = [part for part in live(case) if part.role == Assignment.Role.LEAD or part.dispatched_at not in own]
    shares = {p.pk: whole if p.role == Assignment.Role.LEAD else clocks.recompute(_of_share(moves, p, told), calendar_for) for p in parts}
    before: dict[str, float] = next((m.data["left"] for m in reversed(moves) if "left" in m.data and case.state == State.SUSPENDED), {})
    if any(_turns_late(case, part, shares[part.pk], before, at) for part in parts):
        return None
    left = {part.unit.code: shares[part.pk].time_left or 0.0 for part in parts} if before else {}
    return Terms(told, whole, shares, {**before, **left})


def _given(moves: Sequence[CaseMove]) -> dict[str, Any] | None:
    """The limit under which the leading unit has the case; None where no unit has it."""
    given: dict[str, Any] | None = None
    for move in moves:
        if move.verb == "withdraw":
            given = None
        elif "starts" in move.data:
            given = dict(move.data["starts"])
        elif given is not None and "limit" in move.data:
            given |= move.data["limit"]
    return given


def _of_share(moves: Sequence[CaseMove], part: Assignment, limit: dict[str, Any]) -> list[CaseMove]:
    """The thread as it concerns the clock of an assisting unit, begun under `limit`."""
    begun = CaseMove(verb="dispatch", at=part.dispatched_at, data={"starts": {**limit, "unit": part.unit.code}})
    since = [m for m in moves if m.at >= part.dispatched_at and m.verb in MOVED_DEADLINES]
    return [begun, *(_as_of(m, part) for m in since)]


def _as_of(move: CaseMove, part: Assignment) -> CaseMove:
    """A line as the share sees it: more time is its own where the line names its unit."""
    mine = {**move.data, "lead": move.unit_id == part.unit_id}
    return CaseMove(verb=move.verb, target=move.target, at=move.at, data=mine) if move.verb == "grant_extension" else move


def _turns_late(case: Case, part: Assignment, now: clocks.Standing, left: dict[str, float], at: dt.datetime) -> bool:
    if now.due_at is None:
        return (now.time_left or 0) < 0 <= left.get(part.unit.code, 0)
    ended = case.resolved_at if part.role == Assignment.Role.LEAD else part.resolved_at
    return part.due_at is not None and now.due_at < (ended or at) <= part.due_at
