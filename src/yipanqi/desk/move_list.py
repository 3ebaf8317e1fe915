"""Which moves a case's page offers a person, in the order of the loop, and which of them it asks for next."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.kernel.machine import OpenMove
from yipanqi.people.models import Role, User

BACKWARDS = frozenset(
    {"reject", "dispute", "verify_fail", "rebound", "refuse_extension", "refuse_suspension", "overrule", "withdraw", "release_unit", "unaccept", "split_off"}
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
OF_UNITS = frozenset({"sign", "dispute", "ask_extension", "ask_suspension", "finish_step", "resolve"})
OF_VERIFIERS = frozenset({"verify_pass", "verify_fail", "recheck_pass", "rebound"})
ICONS = {
    "accept": "clipboard-check", "reject": "ban", "merge": "git-merge", "fix_on_the_spot": "tool", "dispatch": "send", "unaccept": "arrow-back-up", "split_off": "git-branch", "correct_class": "edit", "withdraw": "arrow-back-up", "release_unit": "arrow-back-up",
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


def _shown(case: Case, user: User, move: OpenMove) -> dict[str, Any]:
    mine = cases.own_units(case, user, move.name) if move.name in cases.SHARES else []
    return {
        "name": move.name,
        "title": move.title,
        "allowed": move.allowed,
        "why_not": move.why_not or "",
        "url": reverse("desk:move", args=[case.number, move.name]),
        "tone": "late" if move.name in BACKWARDS else "",
        "icon": ICONS.get(move.name, ""),
        "direct": move.name == "sign" and len(mine) < 2,
    }


def _of_ones_role(verb: str, user: User) -> bool:
    """Whether people of the person's roles make this move at all, though not now or not with this case."""
    if verb in OF_UNITS:
        return bool(user.units_as(Role.LIAISON, Role.UNIT_LEADER))
    if verb in OF_VERIFIERS:
        return bool(user.roles & {Role.INSPECTOR, Role.DESK, Role.HEAD})
    if verb in cases.ANSWERS:
        return bool(user.roles & {Role.LEADER, Role.HEAD} if verb == "refuse_suspension" else user.roles & {Role.DESK, Role.HEAD})
    return verb == "fix_on_the_spot" and Role.GRID in user.roles


def _asked(case: Case, open_to_them: list[str]) -> str:
    """The move that the loop waits for, among those open to the person; empty where others must act."""
    for verb in NEXT.get(State(case.state), ()):
        if verb in open_to_them and (verb != "suspend" or any(r.kind == "suspension" for r in cases.requests_of(case))):
            return verb
    return ""
