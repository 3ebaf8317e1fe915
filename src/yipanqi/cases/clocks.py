"""Deadlines and time left, pure: limits and moves in, moments and amounts out.

The handling clock starts when a unit is given the case and starts anew when a dispute is upheld. It stands still only
while the case is suspended. An extension moves the deadline by working days. A class may ask for steps on the way (fence
off within 3 hours, mend within 2 days): each is a clock of its own from the same start, stands still with the whole, and
ends when the leading unit reports the step or the whole done; extensions do not move them. Where a corrected class has another
limit, the clock is as if that limit had been given from the start. Whatever is stored beside a case can be derived again
from its moves with `recompute`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from yipanqi.calendar.working import CITY_TZ, Clock, WorkingCalendar


@dataclass(frozen=True)
class Limit:
    """An amount of time on a clock, for example 4 working hours."""

    amount: Decimal
    clock: Clock


def deadline(calendar: WorkingCalendar, start: datetime, limit: Limit) -> datetime:
    """The moment at which `limit`, begun at `start`, is used up."""
    return calendar.add(start, limit.amount, limit.clock)


def extended(calendar: WorkingCalendar, due_at: datetime, days: int) -> datetime:
    """A deadline moved by whole working days."""
    return calendar.add(due_at, days, Clock.WORK_DAY)


def left(calendar: WorkingCalendar, now: datetime, due_at: datetime, clock: str) -> float:
    """Time left in hours or days of `clock`; negative when overdue."""
    return calendar.between(now, due_at, Clock(clock))


def resumed(calendar: WorkingCalendar, now: datetime, amount_left: float, clock: str) -> datetime:
    """The deadline of a clock that runs on with `amount_left` (negative: it was overdue when stopped and still is)."""
    return calendar.add(now, amount_left, Clock(clock))


# ----- steps: [{"title", "amount", "clock", "due_at", "left", "done_at"}], moments in ISO 8601, earliest deadline first -----

Steps = list[dict[str, Any]]


def _iso(moment: datetime) -> str:
    return moment.astimezone(CITY_TZ).isoformat()


def steps_begun(calendar: WorkingCalendar, start: datetime, asked: Sequence[Mapping[str, Any]], latest: datetime) -> Steps:
    """The clocks of the steps asked for ({"title", "amount", "clock"}), none running beyond the deadline of the whole."""
    return [
        {
            **{key: step[key] for key in ("title", "amount", "clock")}, "left": None, "done_at": None,
            "due_at": _iso(min(deadline(calendar, start, Limit(Decimal(str(step["amount"])), Clock(step["clock"]))), latest)),
        }
        for step in asked
    ]  # fmt: skip


def steps_stopped(calendar: WorkingCalendar, at: datetime, steps: Steps) -> Steps:
    """Unfinished steps keep what was left of their time."""
    return [
        {**s, "left": left(calendar, at, datetime.fromisoformat(s["due_at"]), s["clock"]), "due_at": None} if s["due_at"] and not s["done_at"] else s
        for s in steps
    ]


def steps_resumed(calendar: WorkingCalendar, at: datetime, steps: Steps) -> Steps:
    """Unfinished steps run on with what was left."""
    return [{**s, "due_at": _iso(resumed(calendar, at, s["left"], s["clock"])), "left": None} if s["left"] is not None else s for s in steps]


def steps_done(steps: Steps, at: datetime, *, every: bool = False) -> Steps:
    """The next unfinished step is done, or `every` one that is left."""
    first = next_step(steps)
    return [{**s, "done_at": _iso(at)} if not s["done_at"] and (every or s is first) else s for s in steps]


def steps_corrected(calendar: WorkingCalendar, at: datetime, steps: Steps, asked: Sequence[Mapping[str, Any]], latest: datetime) -> Steps:
    """The steps of another class: those that the former one asked for in the same words go on, new ones begin now."""
    known = {_asked(step): step for step in steps}
    return [dict(known[_asked(one)]) if _asked(one) in known else steps_begun(calendar, at, [one], latest)[0] for one in asked]


def _asked(step: Mapping[str, Any]) -> tuple[Any, ...]:
    return step["title"], Decimal(str(step["amount"])), step["clock"]


def next_step(steps: Steps) -> dict[str, Any] | None:
    """The step that comes next; None when all are done."""
    return next((s for s in steps if not s["done_at"]), None)


@dataclass(frozen=True)
class Standing:
    """Where a case's handling clock stands: amounts in hours or days of `clock`.

    `due_at` is None before the first hand-over and while the clock stands still; then `time_left` says what remains.
    `last_due_at` is then the deadline under which it was. `used` counts from the hand-over to the last report of mending, or to now, without what was suspended.
    """

    clock: str = ""
    amount: Decimal | None = None
    due_at: datetime | None = None
    time_left: float | None = None
    used: float = 0.0
    steps: Steps = field(default_factory=list)
    last_due_at: datetime | None = None


@dataclass
class _Run:
    calendar: WorkingCalendar
    clock: str
    amount: Decimal
    due_at: datetime | None
    running_since: datetime | None
    begun_at: datetime
    starts: Mapping[str, Any]
    spent: float = 0.0
    time_left: float | None = None
    done_at: datetime | None = None
    steps: Steps = field(default_factory=list)
    last_due_at: datetime | None = None
    mended: bool = False
    since: list[Any] = field(default_factory=list)


def recompute(moves: Iterable[Any], calendar_of: Callable[[str], WorkingCalendar], now: datetime | None = None) -> Standing:
    """Where the clock stands after `moves` (each with verb, target, at and data, oldest first).

    `calendar_of` gives a unit's calendar by its code; without `now` an unfinished run is measured to the last move.
    """
    run, last = None, now
    for move in moves:
        run = _step(run, move, calendar_of)
        last = now or move.at
    if run is None:
        return Standing()
    used = run.spent
    if run.running_since is not None and last is not None:
        used += run.calendar.between(run.running_since, max(run.done_at or last, run.running_since), Clock(run.clock))
    return Standing(run.clock, run.amount, run.due_at, run.time_left, used, run.steps, run.due_at or run.last_due_at)


def _step(run: _Run | None, move: Any, calendar_of: Callable[[str], WorkingCalendar]) -> _Run | None:
    data = move.data
    if "starts" in data:
        return _start(move.at, data["starts"], calendar_of)
    if run is None or move.verb == "withdraw":
        return None
    if move.verb == "correct_class":
        return _corrected(run, move, calendar_of) if "limit" in data else run
    run.since.append(move)
    if move.verb == "grant_extension" and data.get("lead") and run.due_at:
        run.due_at = extended(run.calendar, run.due_at, data["days"])
    elif move.verb == "suspend" and run.due_at and run.running_since:
        run.spent += run.calendar.between(run.running_since, move.at, Clock(run.clock))
        run.time_left = left(run.calendar, move.at, run.due_at, run.clock)
        run.steps = steps_stopped(run.calendar, move.at, run.steps)
        run.last_due_at, run.due_at, run.running_since = run.due_at, None, None
    elif move.verb == "resume" and run.time_left is not None:
        run.due_at = resumed(run.calendar, move.at, run.time_left, run.clock)
        run.running_since, run.time_left = move.at, None
        run.steps = steps_resumed(run.calendar, move.at, run.steps)
    elif move.verb == "finish_step":
        run.steps = steps_done(run.steps, move.at)
    elif move.verb == "resolve":
        run.done_at = move.at if move.target == "resolved" else None
        run.mended = run.mended or bool(data.get("lead"))
        run.steps = steps_done(run.steps, move.at, every=True) if data.get("lead") else run.steps
    elif move.verb in ("uphold", "release_unit") and move.target == "resolved":
        run.done_at = datetime.fromisoformat(data["resolved_at"])
    elif move.verb == "verify_fail":
        run.done_at, run.mended = None, False
    return run


def _corrected(run: _Run, move: Any, calendar_of: Callable[[str], WorkingCalendar]) -> _Run:
    """The clock under the limit of the corrected class, from the hand-over on, with what was granted and suspended since. The
    steps are no longer touched once the whole was reported done."""
    limit = move.data["limit"]
    again: _Run | None = _start(run.begun_at, {**run.starts, **limit, "steps": ()}, calendar_of)
    for one in run.since:
        again = _step(again, one, calendar_of)
    assert again is not None
    again.starts, again.steps = {**run.starts, **limit}, run.steps
    if run.mended:
        return again
    latest = again.due_at or resumed(again.calendar, move.at, again.time_left or 0, again.clock)
    again.steps = steps_corrected(again.calendar, move.at, run.steps, limit.get("steps", ()), latest)
    again.steps = again.steps if again.due_at else steps_stopped(again.calendar, move.at, again.steps)
    return again


def _start(at: datetime, starts: Mapping[str, Any], calendar_of: Callable[[str], WorkingCalendar]) -> _Run:
    calendar, limit = calendar_of(starts["unit"]), Limit(Decimal(starts["amount"]), Clock(starts["clock"]))
    due_at = datetime.fromisoformat(starts["due_at"]) if starts.get("due_at") else deadline(calendar, at, limit)
    steps = steps_begun(calendar, at, starts.get("steps", ()), due_at)
    return _Run(calendar, starts["clock"], limit.amount, due_at, at, at, starts, steps=steps)
