"""What apps above hear of volunteers."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class VolunteerRegistered(Event):
    """Somebody may take part from now on: entered, approved, or come back."""

    volunteer_id: int


@dataclass(frozen=True, kw_only=True)
class VolunteerLeft(Event):
    """Somebody takes no part any more: left, or a guardian took the consent back."""

    volunteer_id: int


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Event):
    """Somebody belongs to a team no longer."""

    volunteer_id: int
    team_id: int
