"""Whether what somebody entered by mistake can still be taken back: a case that nobody touched, a look that confirmed one."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.selectors.one import moves_of
from yipanqi.cases.states import CASE, OPEN, State
from yipanqi.kernel.actors import SYSTEM, Actor

UNTOUCHED = (State.REPORTED, State.FILED)
#: Lines that say how often a case was seen; `confirmations` keeps how many of them still count.
SEEN_AGAIN = "confirm"
TAKEN_BACK = "taken_back"


def at_an_end(case: Case) -> bool:
    """Whether nothing is left to be done about a case, nor about the one it follows."""
    last = case.merged_into if case.state == State.MERGED and case.merged_into else case
    return last.state not in OPEN


def why_not_retracted(case: Case, by: Actor) -> str:
    """Why a case that `by` entered is not theirs to take back any more: who has it, and what to do; empty where it is."""
    found = _touched(case, by)
    if not found:
        return ""
    what_to_do = _("确属误记的，请联系综合组收回本案、作不予受理处理，然后再改判。")
    return _("案件 %(number)s %(found)s，不能随改判撤回。%(what_to_do)s") % {"number": case.number, "found": found, "what_to_do": what_to_do}


def own_confirmation(case: Case, by: Actor) -> CaseMove | None:
    """The newest line by which `by` confirmed the case and that was not taken back; None if there is none."""
    moves = moves_of(case)
    gone = {move.data.get(TAKEN_BACK) for move in moves}
    mine = (move for move in reversed(moves) if move.verb == SEEN_AGAIN and move.actor_key == by.actor_key)
    return next((move for move in mine if move.pk not in gone), None)


def _touched(case: Case, by: Actor) -> str:
    """What happened to the case since `by` entered it, in words that follow its number; empty if nothing did."""
    if case.state == State.MERGED and case.merged_into:
        return _("已并入 %(target)s") % {"target": case.merged_into.number}
    state = CASE.states[case.state]
    if case.unit is not None:
        return _("已交“%(unit)s”办理（%(state)s）") % {"unit": case.unit.name, "state": state}
    if case.confirmations:
        return _("已有其他检查再次发现")
    if case.merged_cases.exists():
        return _("已有其他案件并入")
    other = next((move for move in reversed(moves_of(case)) if _by_another(move, by)), None)
    if other is not None:
        facts = {"who": other.actor.name if other.actor else _("系统"), "when": timezone.localtime(other.at).strftime("%Y-%m-%d %H:%M")}
        return _("已由 %(who)s 于 %(when)s 办理（%(state)s）") % {**facts, "state": state}
    return "" if case.state in UNTOUCHED else _("已经办理（%(state)s）") % {"state": state}


def _by_another(move: CaseMove, by: Actor) -> bool:
    """Whether somebody else acted; what confirmed it and was taken back again did not."""
    if move.verb == SEEN_AGAIN or TAKEN_BACK in move.data:
        return False
    return move.actor_key not in (by.actor_key, SYSTEM.actor_key)
