"""Which moves a case's page offers a person, in the order of the loop, and which of them it asks for next."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import Part, State
from yipanqi.kernel.machine import OpenMove
from yipanqi.people.models import Role, Unit, User

BACKWARDS = frozenset(
    {"reject", "dispute", "verify_fail", "rebound", "refuse_extension", "refuse_suspension", "overrule", "withdraw", "release_unit"}
)
#: The moves that take a case on from each state, the first that is open to the person being the one asked for.
NEXT = {
    State.REPORTED: ("accept",),
    State.FILED: ("dispatch",),
    State.DISPATCHED: ("sign", "grant_extension"),
    State.DISPUTED: ("uphold",),
    State.HANDLING: ("sign", "uphold", "suspend", "grant_extension", "finish_step", "resolve"),
    State.RESOLVED: ("verify_pass",),
    State.SUSPENDED: ("resume",),
    State.CLOSED: ("recheck_pass",),
}
#: Moves that answer a request, and of which kind.
ANSWERS = {"grant_extension": "extension", "refuse_extension": "extension", "refuse_suspension": "suspension"}
OF_UNITS = frozenset({"sign", "dispute", "ask_extension", "ask_suspension", "finish_step", "resolve"})
OF_VERIFIERS = frozenset({"verify_pass", "verify_fail", "recheck_pass", "rebound"})
SHARES = {
    "sign": (Part.DISPATCHED,), "dispute": (Part.DISPATCHED, Part.HANDLING), "ask_extension": (Part.DISPATCHED, Part.HANDLING),
    "ask_suspension": (Part.DISPATCHED, Part.HANDLING), "resolve": (Part.HANDLING,), "finish_step": (Part.HANDLING,),
}  # fmt: skip
ICONS = {
    "accept": "clipboard-check", "reject": "ban", "merge": "git-merge", "fix_on_the_spot": "tool", "dispatch": "send", "withdraw": "arrow-back-up", "release_unit": "arrow-back-up",
    "sign": "signature", "dispute": "arrow-back-up", "uphold": "gavel", "overrule": "gavel", "resolve": "circle-check",
    "verify_pass": "checks", "verify_fail": "circle-x", "recheck_pass": "repeat", "rebound": "refresh", "comment": "message",
    "ask_extension": "hourglass", "grant_extension": "hourglass", "refuse_extension": "hourglass", "suspend": "clock-pause", "finish_step": "list-check",
    "ask_suspension": "clock-pause", "refuse_suspension": "clock-pause", "resume": "clock",
}  # fmt: skip


def moves_of(case: Case, user: User) -> list[dict[str, Any]]:
    """The moves for the component moves.html: the one the loop asks for first, the others after it, those backwards and
    the note last. Left out is what a person of these roles never does; closed, with the reason, is what they do but not now.
    """
    found = [_shown(case, user, m) for m in cases.open_moves(case, user) if m.allowed or _of_ones_role(m.name, user)]
    asked = _asked(case, [m["name"] for m in found if m["allowed"]])
    for move in found:
        move["primary"] = move["name"] == asked
    return sorted(
        found,
        key=lambda m: (not m["allowed"], not m["primary"], m["name"] in ("confirm", "comment"), m["name"] in BACKWARDS),
    )


def own_units(case: Case, user: User, verb: str) -> list[Unit]:
    """The units of the person that have a share which `verb` could be about, the leading one first."""
    return [
        part.unit
        for part in cases.live(case)
        if part.unit_id in user.units_as(Role.LIAISON, Role.UNIT_LEADER) and part.state in SHARES[verb]
    ]


def _shown(case: Case, user: User, move: OpenMove) -> dict[str, Any]:
    mine = own_units(case, user, move.name) if move.name in SHARES else []
    closed = _closed_for_now(case, user, move.name, mine) if move.allowed else (move.why_not or "")
    return {
        "name": move.name,
        "title": move.title,
        "allowed": not closed,
        "why_not": closed,
        "url": reverse("desk:move", args=[case.number, move.name]),
        "tone": "late" if move.name in BACKWARDS else "",
        "icon": ICONS.get(move.name, ""),
        "direct": move.name == "sign" and len(mine) < 2,
    }


def _closed_for_now(case: Case, user: User, verb: str, mine: list[Unit]) -> str:
    """Why a move that the person may make is not due: nobody asked for it, or their own share is elsewhere; else empty."""
    if verb in ANSWERS and ANSWERS[verb] not in _asked_for(case):
        return _("没有待审批的申请。")
    if verb not in SHARES or mine:
        return ""
    states = {p.state for p in cases.live(case) if p.unit_id in user.units_as(Role.LIAISON, Role.UNIT_LEADER)}
    if Part.DISPUTED in states:
        return _("本单位已申请退单，等综合组裁定。")
    if Part.DISPATCHED in states:
        return _("请先签收。")
    return _("本单位已签收。") if verb == "sign" else _("本单位的部分已反馈整改。")


def _of_ones_role(verb: str, user: User) -> bool:
    """Whether people of the person's roles make this move at all, though not now or not with this case."""
    if verb in OF_UNITS:
        return bool(user.units_as(Role.LIAISON, Role.UNIT_LEADER))
    if verb in OF_VERIFIERS:
        return bool(user.roles & {Role.INSPECTOR, Role.DESK, Role.HEAD})
    return verb == "fix_on_the_spot" and Role.GRID in user.roles


def _asked(case: Case, open_to_them: list[str]) -> str:
    """The move that the loop waits for, among those open to the person; empty where others must act."""
    for verb in NEXT.get(State(case.state), ()):
        if verb in open_to_them and (verb != "suspend" or "suspension" in _asked_for(case)):
            return verb
    return ""


def _asked_for(case: Case) -> set[str]:
    return {str(request.kind) for request in cases.pending_requests(case)}
