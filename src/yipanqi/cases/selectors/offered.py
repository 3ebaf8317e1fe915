"""What can be done with a case as it stands, by whom, and why not: the same for its page and for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.cases import clocks
from yipanqi.cases.models import Assignment, Case
from yipanqi.cases.selectors.correcting import accepted_as, why_not_split_off
from yipanqi.cases.selectors.one import disputed_share, live, requests_of
from yipanqi.cases.states import CASE, Part
from yipanqi.kernel.machine import OpenMove
from yipanqi.people.models import Role, Unit, User

#: Moves that the state alone does not offer: something of their kind must be there.
ONLY_WHERE: dict[str, Callable[[Case], bool]] = {
    "unaccept": lambda case: accepted_as(case) is not None,
    "uphold": lambda case: disputed_share(case) is not None,
    "overrule": lambda case: disputed_share(case) is not None,
    "finish_step": lambda case: clocks.next_step(case.steps) is not None,
    "release_unit": lambda case: any(a.role == Assignment.Role.SUPPORT for a in live(case)),
}
#: Moves that answer a request, and of which kind.
ANSWERS = {"grant_extension": "extension", "refuse_extension": "extension", "refuse_suspension": "suspension"}
#: Moves by which a unit asks for something, and for which kind of request.
ASKS = {"ask_extension": "extension", "ask_suspension": "suspension"}
#: Moves of a unit, and the states of its own share from which it makes them.
SHARES = {
    "sign": (Part.DISPATCHED,), "dispute": (Part.DISPATCHED, Part.HANDLING), "ask_extension": (Part.DISPATCHED, Part.HANDLING),
    "ask_suspension": (Part.DISPATCHED, Part.HANDLING), "resolve": (Part.HANDLING,), "finish_step": (Part.HANDLING,),
}  # fmt: skip


def open_moves(case: Case, user: Any, now: dt.datetime | None = None) -> list[OpenMove]:
    """What can be done with the case as it stands, and for each whether `user` may and why not."""
    at = now or timezone.now()
    offered = [verb for verb, move in CASE.moves.items() if case.state in move.source and ONLY_WHERE.get(verb, bool)(case)]
    found = CASE.open_moves(case, user, offered)
    return [_not_now(move, reason) if move.allowed and (reason := _not_due(case, user, move.name, at)) else move for move in found]


def own_units(case: Case, user: User, verb: str) -> list[Unit]:
    """The units of the person that have a share which `verb` could be about, the leading one first."""
    return [part.unit for part in _own_parts(case, user, verb)]


def held_back(case: Case, part: Assignment, verb: str, at: dt.datetime) -> str:
    """Why a unit cannot make this move with its share though the share's state allows it; empty where it can.
    The actions refuse by the same words."""
    if verb == "finish_step" and part.role != Assignment.Role.LEAD:
        return _("阶段完成情况由主办单位反馈。")
    if verb == "ask_extension" and part.due_at is not None and at > part.due_at:
        return _("整改期限已过，不能再申请延期；确有困难的请申请挂账。")
    if verb in ASKS and any(r.kind == ASKS[verb] and r.unit_id == part.unit_id for r in requests_of(case)):
        return _("已有一份申请等待审批，请勿重复提交。")
    return ""


def not_released(part: Assignment) -> str:
    """Why the desk cannot spare this unit; empty where it can. `release_unit` refuses by the same words."""
    by_state: dict[str, str] = {
        Part.DISPUTED: _("“%(unit)s”已申请退单，请直接裁定。"), Part.RESOLVED: _("“%(unit)s”已反馈整改，不需要解除。"),
    }  # fmt: skip
    leads = part.role == Assignment.Role.LEAD
    sentence = _("“%(unit)s”是主办单位，需要调整的请收回重新交办。") if leads else by_state.get(part.state, "")
    return sentence % {"unit": part.unit.name} if sentence else ""


def _own_parts(case: Case, user: User, verb: str) -> list[Assignment]:
    theirs = user.units_as(Role.LIAISON, Role.UNIT_LEADER)
    return [part for part in live(case) if part.unit_id in theirs and part.state in SHARES[verb]]


def _not_now(move: OpenMove, reason: str) -> OpenMove:
    return replace(move, allowed=False, why_not=reason)


def _not_due(case: Case, user: Any, verb: str, at: dt.datetime) -> str:
    """Why a move that the person may make is not due: nobody asked for it, no share is there for it, or their own share
    is elsewhere; else empty."""
    if verb in ANSWERS and ANSWERS[verb] not in {request.kind for request in requests_of(case)}:
        return _("没有待审批的申请。")
    if verb == "split_off":
        return why_not_split_off(case)
    if verb == "release_unit":
        return _of_all(not_released(part) for part in live(case) if part.role == Assignment.Role.SUPPORT)
    if verb not in SHARES or not isinstance(user, User):
        return ""
    if parts := _own_parts(case, user, verb):
        return _of_all(held_back(case, part, verb, at) for part in parts)
    states = {p.state for p in live(case) if p.unit_id in user.units_as(Role.LIAISON, Role.UNIT_LEADER)}
    if Part.DISPUTED in states:
        return _("本单位已申请退单，等综合组裁定。")
    if Part.DISPATCHED in states:
        return _("请先签收。")
    return _("本单位已签收。") if verb == "sign" else _("本单位的部分已反馈整改。")


def _of_all(reasons: Iterable[str]) -> str:
    """The first of the reasons if there is one for every share; empty where a share has none."""
    found = list(reasons)
    return found[0] if all(found) else ""
