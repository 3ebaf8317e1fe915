"""What happens in duty work, as facts."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RosterPublished(Event):
    """Units know their turns; `roster` is its code."""

    roster: str


@dataclass(frozen=True, kw_only=True)
class SwapAsked(Event):
    """A unit asks another; `swap` is the UUID."""

    swap: str


@dataclass(frozen=True, kw_only=True)
class SwapAnswered(Event):
    """The other unit said yes or no."""

    swap: str


@dataclass(frozen=True, kw_only=True)
class TurnChanged(Event):
    """The centre cancelled a turn or gave it to another unit; `unit_before` is the row id of the one that had it."""

    turn: str
    unit_before: int
