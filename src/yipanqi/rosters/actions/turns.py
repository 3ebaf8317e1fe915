"""One turn: what was done, and that it falls away or goes to another unit."""

from __future__ import annotations

import datetime as dt
import secrets

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy_value
from yipanqi.messaging import actions as messaging
from yipanqi.messaging.selectors import people_of
from yipanqi.people.models import Role, Unit
from yipanqi.rosters import selectors
from yipanqi.rosters.catalogue import CONFIRM_DAYS
from yipanqi.rosters.events import TurnChanged
from yipanqi.rosters.models import Feed, Swap, Turn
from yipanqi.rosters.states import TURN, RosterState, SwapState, TurnState

MOST_PEOPLE = 500


def _count(turn: Turn, present: int, work: str, at: dt.datetime) -> None:
    if turn.roster.state == RosterState.DRAFT or not selectors.can_confirm(turn, at):
        raise Refused(_("值勤开始之后、%(days)s 天之内可以确认和更正。") % {"days": policy_value(CONFIRM_DAYS.key)})
    if not 0 <= present <= MOST_PEOPLE:
        raise Refused(_("实到人数应当在 0 到 %(most)s 之间。") % {"most": MOST_PEOPLE}, field="present")
    turn.present, turn.work = present, work.strip()[:300]


@action
def confirm_turn(turn: Turn, *, present: int, work: str = "", by: Actor, at: dt.datetime) -> Turn:
    """The unit says how many people were there and what was done: a number, no names.

    Raises:
        WrongState: it was confirmed or cancelled.
        Refused: it has not begun, it is too long ago, or the number is impossible.
    """
    TURN.move(turn, "confirm_turn")
    _count(turn, present, work, at)
    turn.confirmed_at = at
    turn.save()
    Swap.objects.filter(turn=turn, state=SwapState.ASKED).update(state=SwapState.LAPSED, decided_at=at)
    return turn


@action
def correct_turn(turn: Turn, *, present: int, work: str = "", why: str, by: Actor, at: dt.datetime) -> Turn:
    """The unit puts right what it said; what stood before is in the journal.

    Raises:
        WrongState: it is not confirmed.
        Refused: no reason, too long ago, or the number is impossible.
    """
    TURN.move(turn, "correct_turn")
    if not why.strip():
        raise Refused(_("请写明更正的原因。"), field="why")
    _count(turn, present, work, at)
    turn.why = why.strip()[:200]
    turn.save()
    return turn


@action
def cancel_turn(turn: Turn, *, why: str, by: Actor, at: dt.datetime) -> Turn:
    """The centre lets a turn fall away, as for bad weather; the unit is told.

    Raises:
        WrongState: it was confirmed or cancelled.
        Refused: no reason was given.
    """
    TURN.move(turn, "cancel_turn")
    _note(turn, why)
    _lapse(turn, at)
    publish(TurnChanged(at=at, turn=str(turn.uuid), unit_before=turn.unit_id))
    return turn


@action
def give_turn(turn: Turn, *, unit: Unit, why: str, by: Actor, at: dt.datetime) -> Turn:
    """The centre gives a turn to another unit; both are told.

    Raises:
        WrongState: it was confirmed or cancelled.
        Refused: no reason, the same unit, or one that is no more.
    """
    TURN.move(turn, "give_turn")
    if unit.pk == turn.unit_id or not unit.exists_on(timezone.localdate(at)):
        raise Refused(_("请选择另一个现有的单位。"), field="unit")
    before, turn.unit = turn.unit_id, unit
    _note(turn, why)
    _lapse(turn, at)
    publish(TurnChanged(at=at, turn=str(turn.uuid), unit_before=before))
    return turn


def _note(turn: Turn, why: str) -> None:
    if not why.strip():
        raise Refused(_("请写明原因。"), field="why")
    turn.why = why.strip()[:200]
    turn.save()


def _lapse(turn: Turn, at: dt.datetime) -> None:
    Swap.objects.filter(turn=turn, state=SwapState.ASKED).update(state=SwapState.LAPSED, decided_at=at)


@action
def remind(_nothing: None, *, day: dt.date, by: Actor, at: dt.datetime) -> None:
    """Tell each unit once, on the day before, how many turns it has on `day`."""
    rows = Turn.objects.filter(on=day, state=TurnState.PLANNED, roster__state=RosterState.PUBLISHED).order_by("starts_at").select_related("unit")
    by_unit: dict[Unit, int] = {}
    for turn in rows:
        by_unit[turn.unit] = by_unit.get(turn.unit, 0) + 1
    for unit, n in by_unit.items():
        facts = {"form": "tomorrow", "day": day.isoformat(), "n": n}
        messaging.tell(None, kind="rosters.turn", facts=facts, why=f"duty:{day}:{unit.pk}", people=people_of([unit.pk], Role.LIAISON), units=[unit], by=SYSTEM, at=at)


@action
def renew_feed(unit: Unit, *, by: Actor, at: dt.datetime) -> Feed:
    """Make a new secret address for the unit's calendar; the old one opens nothing any more."""
    secret = secrets.token_urlsafe(24)
    made, _new = Feed.objects.update_or_create(unit=unit, defaults={"secret": secret, "secret_hash": keyed_hash(f"rosters.feed|{secret}"), "made_at": at})
    return made
