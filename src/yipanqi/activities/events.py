"""What apps above hear of activities."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True)
class ActivityClosed(Event):
    """An activity has its closing report."""

    activity_id: int


@dataclass(frozen=True)
class ActivityCancelled(Event):
    """An activity does not take place."""

    activity_id: int


@dataclass(frozen=True)
class HoursSettled(Event):
    """An attendance counts now: minutes of service of a volunteer, of a kind, on a day (ISO 8601)."""

    attendance_id: int
    volunteer_id: int
    kind_id: int
    minutes: int
    on: str


@dataclass(frozen=True)
class HoursCorrected(Event):
    """A settled attendance was corrected; minutes 0 means that it does not count any more. `on` is its day (ISO 8601)."""

    attendance_id: int
    volunteer_id: int
    minutes_before: int
    minutes: int
    on: str
