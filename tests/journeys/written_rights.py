"""Who may do what with a case, written down by hand from the domain's table of moves. Tests hold rules, documents and
HTTP against this page; nothing here is read from the code under test."""

from __future__ import annotations

#: Where each move leads from and to; "=" stays. Several targets: the shares of the other units decide.
MOVES = {
    "accept": ("reported", "filed"),
    "reject": ("reported filed", "rejected"),
    "merge": ("reported filed", "merged"),
    "fix_on_the_spot": ("reported filed", "closed"),
    "unaccept": ("filed", "reported"),
    "split_off": ("merged", "reported filed"),
    "correct_class": ("filed dispatched disputed handling resolved suspended", "="),
    "dispatch": ("filed", "dispatched"),
    "withdraw": ("dispatched handling", "filed"),
    "release_unit": ("dispatched handling", "dispatched handling resolved"),
    "sign": ("dispatched handling", "handling"),
    "dispute": ("dispatched handling", "disputed dispatched handling"),
    "uphold": ("disputed dispatched handling", "dispatched handling resolved"),
    "overrule": ("disputed dispatched handling", "dispatched handling"),
    "ask_extension": ("dispatched handling", "="),
    "grant_extension": ("dispatched handling", "="),
    "refuse_extension": ("dispatched handling", "="),
    "ask_suspension": ("handling", "="),
    "refuse_suspension": ("handling", "="),
    "suspend": ("handling", "suspended"),
    "resume": ("suspended", "handling"),
    "finish_step": ("handling", "="),
    "resolve": ("handling", "resolved handling"),
    "verify_pass": ("resolved", "closed"),
    "verify_fail": ("resolved", "handling"),
    "recheck_pass": ("closed", "="),
    "rebound": ("closed", "="),
    "confirm": ("reported filed dispatched disputed handling resolved suspended", "="),
    "comment": ("reported filed dispatched disputed handling resolved suspended closed rejected merged", "="),
}
STATES = (
    "reported",
    "filed",
    "dispatched",
    "disputed",
    "handling",
    "resolved",
    "suspended",
    "closed",
    "rejected",
    "merged",
)
#: Moves that need more than the state: a request to decide on, an assisting unit's dispute to rule on, a step to finish.
NEEDS = {
    "grant_extension": "asked", "refuse_extension": "asked", "refuse_suspension": "asked", "uphold": "contested", "overrule": "contested",
    "finish_step": "staged",
}  # fmt: skip
#: States that a case reaches only after it was handed to the units.
HANDED = ("dispatched", "disputed", "handling", "resolved", "suspended", "closed")

#: Everyone at the table, and the role under which the generated matrix lists them.
ROLE_OF = {
    "anonymous": "visitor", "desk": "desk", "head": "head", "inspector": "inspector", "own_inspector": "inspector", "leader": "leader",
    "liaison": "liaison", "chief": "unit_leader", "helper": "liaison", "stranger": "liaison", "other_chief": "unit_leader", "grid": "grid",
    "other_grid": "grid", "auditor": "auditor", "admin": "admin", "client": "api", "double": "desk", "former": "", "former_desk": "",
    "future": "", "gone": "",
}  # fmt: skip
SEATS = tuple(ROLE_OF)

OFFICE = {"desk", "head", "double"}
LOOKS = {"desk", "head", "inspector"}  # verifies; neither of the unit's own people may
ON_SITE = {"desk", "head", "double", "inspector", "own_inspector"}
DECIDES = {"leader", "head"}
UNITS = {"liaison", "chief", "helper", "double"}  # those with a share; only after it was handed over

MAY = {
    "accept": OFFICE, "reject": OFFICE, "merge": OFFICE, "unaccept": OFFICE, "split_off": OFFICE, "correct_class": OFFICE, "dispatch": OFFICE, "withdraw": OFFICE, "release_unit": OFFICE, "uphold": OFFICE, "overrule": OFFICE,
    "grant_extension": OFFICE, "refuse_extension": OFFICE,
    "fix_on_the_spot": ON_SITE | {"grid"},  # the grid worker who found it
    "confirm": ON_SITE | {"grid", "other_grid"},
    "suspend": DECIDES, "refuse_suspension": DECIDES, "resume": DECIDES | OFFICE,
    "sign": UNITS, "dispute": UNITS, "ask_extension": UNITS, "ask_suspension": UNITS, "finish_step": UNITS,
    "resolve": UNITS,
    "verify_pass": LOOKS, "verify_fail": LOOKS, "recheck_pass": LOOKS, "rebound": LOOKS,
    "comment": ON_SITE | {"leader", "grid"} | UNITS,
}  # fmt: skip
BY_UNITS = {"sign", "dispute", "ask_extension", "ask_suspension", "finish_step", "resolve"}
#: Before it is handed over nobody has mended anything: then every inspector is independent, the desk's double too.
INDEPENDENT = {"verify_pass", "verify_fail", "recheck_pass", "rebound"}
#: Where the state is right and the person too, but the own share is past (or before) that move.
SHARE_PAST = {
    ("sign", "handling"): {"liaison", "chief", "double"},  # signed already
    ("resolve", "handling"): {"helper"},  # has not signed yet
    ("finish_step", "handling"): {"helper"},  # does not lead
}

SEES_ALL = {"desk", "head", "double", "inspector", "own_inspector", "leader", "auditor", "client"}
SEES_ITS_OWN = {"grid"}
SEES_WHEN_HANDED = {"liaison", "chief", "helper"}
#: The pages of the office: every role at work; neither programs nor administrators.
HAS_PAGES = SEES_ALL - {"client"} | {"grid", "other_grid", "liaison", "chief", "helper", "stranger", "other_chief"}
SIGNED_OUT = {"anonymous", "gone"}


def sees(seat: str, state: str) -> bool:
    """Whether the case in that state is there for the seat at all."""
    return seat in SEES_ALL | SEES_ITS_OWN or (seat in SEES_WHEN_HANDED and state in HANDED)


def may(seat: str, verb: str, state: str) -> bool:
    """Whether the rule of the move lets the seat act on the case in that state."""
    if verb in BY_UNITS:
        return seat in UNITS and state in HANDED
    if verb in INDEPENDENT and state not in HANDED:
        return seat in ON_SITE
    if verb == "comment" and not sees(seat, state):
        return False
    return seat in MAY[verb]


def starts(verb: str, state: str) -> bool:
    """Whether the move leads out of that state."""
    return state in MOVES[verb][0].split()


def offered(verb: str, state: str, kind: str = "plain") -> bool:
    """Whether the detail of a case of that kind names the move: decisions on requests always, rulings and steps where there are any."""
    needed = NEEDS.get(verb, "plain")
    return starts(verb, state) and (needed in ("plain", "asked", kind) or state == "disputed")


def api_answer(seat: str, verb: str, state: str) -> int:
    """The status that the API answers to the move."""
    if seat in SIGNED_OUT:
        return 401
    if not sees(seat, state):
        return 404
    if not may(seat, verb, state):
        return 403
    return 200 if starts(verb, state) and seat not in SHARE_PAST.get((verb, state), ()) else 409


def page_answer(seat: str, verb: str, state: str) -> int:
    """The status of the move's form on the case page: 302 to the sign-in, 204 done, 200 the form again with the reason."""
    if seat in SIGNED_OUT:
        return 302
    if seat not in HAS_PAGES:
        return 403
    if not sees(seat, state):
        return 404
    return 204 if api_answer(seat, verb, state) == 200 else 200
