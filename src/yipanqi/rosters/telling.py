"""The news of duty work, and whom they reach: the liaisons of the units concerned."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count
from django.utils import timezone

from yipanqi.kernel.actors import Actor
from yipanqi.messaging import actions as messaging
from yipanqi.messaging.selectors import people_of
from yipanqi.people.models import Role, Unit
from yipanqi.rosters.models import Roster, Swap, Turn
from yipanqi.rosters.states import RosterState, SwapState, TurnState

FORM_OF = {SwapState.ASKED: "asked", SwapState.AGREED: "agreed", SwapState.REFUSED: "refused"}


def _tell(unit: Unit, kind: str, facts: dict[str, Any], why: str, by: Actor, at: dt.datetime) -> None:
    messaging.tell(None, kind=kind, facts=facts, why=why, people=people_of([unit.pk], Role.LIAISON), units=[unit], by=by, at=at)


def of_rota(code: str, *, by: Actor, at: dt.datetime) -> None:
    """Each unit hears how many turns it has before it."""
    roster = Roster.objects.filter(code=code, state=RosterState.PUBLISHED).first()
    if roster is None:
        return
    rows = Turn.objects.filter(roster=roster, state=TurnState.PLANNED, starts_at__gte=at).order_by().values_list("unit").annotate(n=Count("id"))
    units = Unit.objects.in_bulk([unit for unit, _n in rows])
    for unit, n in rows:
        _tell(units[unit], "rosters.rota", {"form": "published", "name": roster.name, "n": n}, f"rota:{code}:{at.isoformat()}:{unit}", by, at)


def of_swap(uuid: str, *, by: Actor, at: dt.datetime) -> None:
    """The unit that is asked hears of the question, the one that asked of the answer."""
    swap = Swap.objects.select_related("turn", "asked_by", "to").filter(uuid=uuid, state__in=list(FORM_OF)).first()
    if swap is None:
        return
    form = FORM_OF[SwapState(swap.state)]
    asked = swap.state == SwapState.ASKED
    facts = {"form": form, "day": swap.turn.on.isoformat(), "other": str(swap.asked_by if asked else swap.to)}
    _tell(swap.to if asked else swap.asked_by, "rosters.swap", facts, f"swap:{uuid}:{form}", by, at)


def of_change(uuid: str, before: int, *, by: Actor, at: dt.datetime) -> None:
    """The unit that had a turn, and the one that has it now."""
    turn = Turn.objects.select_related("unit").filter(uuid=uuid).first()
    if turn is None or turn.starts_at < at:
        return
    day, hour = turn.on.isoformat(), f"{timezone.localtime(turn.starts_at):%H:%M}"
    facts = {"day": day, "hour": hour, "why": turn.why}
    if turn.state == TurnState.CANCELLED:
        _tell(turn.unit, "rosters.turn_changed", {"form": "cancelled", **facts}, f"turn:{uuid}:cancelled", by, at)
    elif turn.unit_id != before:
        _tell(Unit.objects.get(pk=before), "rosters.turn_changed", {"form": "taken", **facts}, f"turn:{uuid}:{before}:{at.isoformat()}", by, at)
        _tell(turn.unit, "rosters.turn_changed", {"form": "given", **facts}, f"turn:{uuid}:{turn.unit_id}:{at.isoformat()}", by, at)
