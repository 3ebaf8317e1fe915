"""What happens with points, as facts."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PointsRedeemed(Event):
    """A reward was handed over; `entry` is the UUID."""

    entry: str


@dataclass(frozen=True, kw_only=True)
class PointsGiven(Event):
    """Somebody gave points to another volunteer."""

    entry: str


@dataclass(frozen=True, kw_only=True)
class EntryReversed(Event):
    """An entry was set right by a counter-entry, whose UUID this is."""

    entry: str
