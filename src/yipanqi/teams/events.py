"""What happens to those who help, for whoever lies above."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TeamEnded(Event):
    """A team is no more from a day (ISO) on."""

    team_id: int
    on: str


@dataclass(frozen=True, kw_only=True)
class StationClosed(Event):
    """A station is no more from a day (ISO) on."""

    station_id: int
    on: str
