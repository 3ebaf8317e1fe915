"""What can be done with a case as it stands, by whom, and why not: the same for its page and for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.cases import clocks
from yipanqi.cases.models import Assignment, Case
from yipanqi.cases.selectors.one import disputed_share, live, requests_of
from yipanqi.cases.states import CASE, Part
from yipanqi.kernel.machine import OpenMove
from yipanqi.people.models import Role, Unit, User

#: Moves that the state alone does not offer: something of their kind must be there.
ONLY_WHERE: dict[str, Callable[[Case], bool]] = {
    "uphold": lambda case: disputed_share(case) is not None,
    "overrule": lambda case: disputed_share(case) is not None,
    "finish_step": lambda case: clocks.next_step(case.steps) is not None,
    "release_unit": lambda case: any(a.role == Assignment.Role.SUPPORT for a in live(case)),
}
#: Moves that answer a request, and of which kind.
ANSWERS = {"grant_extension": "extension", "refuse_extension": "extension", "refuse_suspension": "suspension"}
#: Moves of a unit, and the states of its own share from which it makes them.
SHARES = {
    "sign": (Part.DISPATCHED,), "dispute": (Part.DISPATCHED, Part.HANDLING), "ask_extension": (Part.DISPATCHED, Part.HANDLING),
    "ask_suspension": (Part.DISPATCHED, Part.HANDLING), "resolve": (Part.HANDLING,), "finish_step": (Part.HANDLING,),
}  # fmt: skip


def open_moves(case: Case, user: Any) -> list[OpenMove]:
    """What can be done with the case as it stands, and for each whether `user` may and why not."""
    offered = [verb for verb, move in CASE.moves.items() if case.state in move.source and ONLY_WHERE.get(verb, bool)(case)]
    found = CASE.open_moves(case, user, offered)
    return [_not_now(move, reason) if move.allowed and (reason := _not_due(case, user, move.name)) else move for move in found]


def own_units(case: Case, user: User, verb: str) -> list[Unit]:
    """The units of the person that have a share which `verb` could be about, the leading one first."""
    theirs = user.units_as(Role.LIAISON, Role.UNIT_LEADER)
    return [part.unit for part in live(case) if part.unit_id in theirs and part.state in SHARES[verb]]


def _not_now(move: OpenMove, reason: str) -> OpenMove:
    return replace(move, allowed=False, why_not=reason)


def _not_due(case: Case, user: Any, verb: str) -> str:
    """Why a move that the person may make is not due: nobody asked for it, or their own share is elsewhere; else empty."""
    if verb in ANSWERS and ANSWERS[verb] not in {request.kind for request in requests_of(case)}:
        return _("没有待审批的申请。")
    if verb not in SHARES or not isinstance(user, User) or own_units(case, user, verb):
        return ""
    states = {p.state for p in live(case) if p.unit_id in user.units_as(Role.LIAISON, Role.UNIT_LEADER)}
    if Part.DISPUTED in states:
        return _("本单位已申请退单，等综合组裁定。")
    if Part.DISPATCHED in states:
        return _("请先签收。")
    return _("本单位已签收。") if verb == "sign" else _("本单位的部分已反馈整改。")
