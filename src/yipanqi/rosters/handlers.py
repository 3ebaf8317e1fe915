"""Units hear of what concerns them."""

from __future__ import annotations

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.rosters import telling
from yipanqi.rosters.events import RosterPublished, SwapAnswered, SwapAsked, TurnChanged


@handles(RosterPublished)
def tell_units_of_rota(event: RosterPublished) -> None:
    telling.of_rota(event.roster, by=SYSTEM, at=event.at)


@handles(SwapAsked, SwapAnswered)
def tell_units_of_swap(event: SwapAsked | SwapAnswered) -> None:
    telling.of_swap(event.swap, by=SYSTEM, at=event.at)


@handles(TurnChanged)
def tell_units_of_change(event: TurnChanged) -> None:
    telling.of_change(event.turn, event.unit_before, by=SYSTEM, at=event.at)
