"""When each step of the ladder is due, pure: where a case's clock stands in, moments out.

The job that climbs and the simulator that looks back ask the same function, so that what is tried out is what happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yipanqi.calendar.working import Clock, WorkingCalendar

#: From the mildest to the hardest.
ORDER = ("remind", "overdue", "urge", "talk", "leader")
HIGHER = dict(zip(ORDER, (*ORDER[1:], ORDER[-1]), strict=True))


@dataclass(frozen=True)
class Running:
    """A clock that runs against a unit: its deadline, how much time was given on which clock, how often the unit's work
    was sent back and since when the case stands as it does; whether it came back because the unit's report was untrue, and
    whether the problem was struck off before and came back."""

    due_at: datetime
    amount: Decimal | None
    clock: str
    calendar: WorkingCalendar
    rework: int
    since: datetime
    false_reply: bool = False
    rebound: bool = False


@dataclass(frozen=True)
class Setting:
    """What the office decided about one step: whether it is taken, and its measure."""

    on: bool
    measure: float


@dataclass(frozen=True)
class Due:
    """A step, the moment from which it is due, and what it is about: the same step about the same thing is taken once."""

    step: str
    at: datetime
    occasion: str


def steps_due(run: Running, settings: Mapping[str, Setting]) -> list[Due]:
    """Every step that is due at some moment if nothing changes, in the order of `ORDER`.

    remind: when the share `measure` of the time is used. overdue: at the deadline. urge: when `measure` times the given
    time has passed beyond the deadline, or with the second rework. talk: with the rework of that number. leader: so many
    working days beyond the deadline. A false report is talked about at once. What came back after its strike-off begins one
    step higher.
    """
    found: dict[str, Due] = {}
    for due in _all(run, settings):
        step = HIGHER[due.step] if run.rebound else due.step
        if settings[step].on and (step not in found or due.at < found[step].at):
            found[step] = Due(step, due.at, due.occasion)
    return [found[step] for step in ORDER if step in found]


def _all(run: Running, settings: Mapping[str, Setting]) -> Iterator[Due]:
    deadline = run.due_at.isoformat()
    measure = {step: Decimal(str(setting.measure)) for step, setting in settings.items()}
    if run.amount and run.clock not in ("", Clock.ON_THE_SPOT):
        clock = Clock(run.clock)
        yield Due("remind", run.calendar.add(run.due_at, -(1 - measure["remind"]) * run.amount, clock), deadline)
        yield Due("urge", run.calendar.add(run.due_at, measure["urge"] * run.amount, clock), deadline)
    yield Due("overdue", run.due_at, deadline)
    if run.rework >= 2:  # after the second rework nobody waits for the clock
        yield Due("urge", run.since, f"rework {run.rework}")
    if run.rework >= measure["talk"] > 0 or run.false_reply:
        yield Due("talk", run.since, f"rework {run.rework}")
    yield Due("leader", run.calendar.add(run.due_at, measure["leader"], Clock.WORK_DAY), deadline)
