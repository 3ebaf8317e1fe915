"""Units swap turns by agreement."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.people.models import Unit
from yipanqi.rosters.events import SwapAnswered, SwapAsked
from yipanqi.rosters.models import Swap, Turn
from yipanqi.rosters.states import SWAP, TURN, RosterState, SwapState, TurnState


@action(also=("other",))
def ask_swap(turn: Turn, *, to: Unit, other: Turn | None = None, reason: str, by: Actor, at: dt.datetime) -> Swap:
    """A unit asks another to take this turn, for `other` of theirs or for none.

    Raises:
        WrongState: it was confirmed or cancelled.
        Conflict: it is asked about already.
        Refused: it has begun, the roster is not published, no reason, or the turn to be had for it is not theirs.
    """
    TURN.move(turn, "ask_swap")
    if turn.roster.state != RosterState.PUBLISHED or turn.starts_at <= at:
        raise Refused(_("已发布、还没有开始的值勤才能调换。"))
    if not reason.strip():
        raise Refused(_("请写明原因。"), field="reason")
    if to.pk == turn.unit_id or not to.exists_on(timezone.localdate(at)):
        raise Refused(_("请选择另一个现有的单位。"), field="to")
    if other is not None and (other.unit_id != to.pk or other.roster_id != turn.roster_id or other.state != TurnState.PLANNED or other.starts_at <= at):
        raise Refused(_("换回的值勤应当是对方单位在同一安排里还没有开始的。"), field="other")
    if Swap.objects.filter(turn=turn, state=SwapState.ASKED).exists():
        raise Conflict(_("这次值勤已经在申请调换，请先撤回原来的申请。"))
    made = Swap.objects.create(turn=turn, asked_by=turn.unit, to=to, other=other, reason=reason.strip()[:200], asked_at=at)
    publish(SwapAsked(at=at, swap=str(made.uuid)))
    return made


@action
def agree_swap(swap: Swap, *, by: Actor, at: dt.datetime) -> Swap:
    """The other unit agrees: the turns change hands.

    Raises:
        WrongState: it was answered or withdrawn.
        Conflict: a turn was meanwhile confirmed, cancelled or given away, or has begun.
    """
    SWAP.move(swap, "agree_swap")
    turn, other = Turn.objects.get(pk=swap.turn_id), Turn.objects.filter(pk=swap.other_id or 0).first()
    held = [(turn, swap.asked_by_id), *([(other, swap.to_id)] if other else [])]
    if any(one.state != TurnState.PLANNED or one.unit_id != unit or one.starts_at <= at for one, unit in held):
        raise Conflict(_("这次值勤已有变化，不能再调换，请重新商定。"))
    turn.unit_id = swap.to_id
    turn.save()
    if other is not None:
        other.unit_id = swap.asked_by_id
        other.save()
        Swap.objects.filter(turn=other, state=SwapState.ASKED).update(state=SwapState.LAPSED, decided_at=at)
    return _answered(swap, at)


@action
def refuse_swap(swap: Swap, *, by: Actor, at: dt.datetime) -> Swap:
    """The other unit does not agree; the turn stays where it is.

    Raises:
        WrongState: it was answered or withdrawn.
    """
    SWAP.move(swap, "refuse_swap")
    return _answered(swap, at)


@action
def withdraw_swap(swap: Swap, *, by: Actor, at: dt.datetime) -> Swap:
    """The unit that asked does without.

    Raises:
        WrongState: it was answered or withdrawn.
    """
    SWAP.move(swap, "withdraw_swap")
    swap.decided_at = at
    swap.save()
    return swap


def _answered(swap: Swap, at: dt.datetime) -> Swap:
    swap.decided_at = at
    swap.save()
    publish(SwapAnswered(at=at, swap=str(swap.uuid)))
    return swap


@action
def lapse_swaps(_nothing: None, *, by: Actor, at: dt.datetime) -> None:
    """Questions that nobody answered before the turn began are over."""
    Swap.objects.filter(state=SwapState.ASKED, turn__starts_at__lte=at).update(state=SwapState.LAPSED, decided_at=at)


