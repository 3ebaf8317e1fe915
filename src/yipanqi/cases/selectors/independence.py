"""Who is independent of a case's mending, so that nobody verifies their own work."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.utils import timezone

from yipanqi.cases.models import Assignment, Case
from yipanqi.cases.selectors.one import ever, live, moves_of
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User

VERIFIERS = (Role.INSPECTOR, Role.DESK, Role.HEAD)
OWN_WORK = ("sign", "finish_step", "resolve")


def took_part(case: Case, user: User) -> bool:
    """Whether `user` signed or reported the mending, serves a unit that mends or mended the case, served it when that
    was reported, or serves a unit above or below it.

    The city's civilisation office stands above all units and verifies for all of them, but not what it mended itself.
    Remembered per `case` object, user and version.
    """
    known = case.__dict__.setdefault("_took_part", {})
    key = (user.pk, case.version)
    if key not in known:
        known[key] = _took_part(case, user)
    return bool(known[key])


def _took_part(case: Case, user: User) -> bool:
    parts = _mending(case)
    if not parts:
        return False
    if any(part.unit_id in user.unit_ids or user.pk in (part.signed_by_id, part.resolved_by_id) for part in parts):
        return True
    if any(move.actor_id == user.pk and move.verb in OWN_WORK for move in moves_of(case)):
        return True
    return _served_then(parts, user) or related([part.unit for part in parts], [a.unit for a in user.current])


def _mending(case: Case) -> list[Assignment]:
    """The shares that are part of the mending: the present ones, and withdrawn ones that were reported mended."""
    present = live(case)
    return [*present, *(a for a in ever(case) if a not in present and (a.resolved_at or a.resolved_by_id))]


def _served_then(parts: list[Assignment], user: User) -> bool:
    """Whether `user` served one of the units on an earlier day, when it reported its share mended."""
    today = timezone.localdate()
    days = {part.unit_id: day for part in parts if part.resolved_at and (day := timezone.localdate(part.resolved_at)) != today}
    served = Appointment.objects.filter(user=user).values_list("unit_id", "starts_on", "ends_on") if days else ()
    return any(
        unit in days and starts <= days[unit] and (ends is None or ends >= days[unit]) for unit, starts, ends in served
    )


def others_verify(units: Sequence[Unit], on: dt.date) -> bool:
    """Whether somebody could verify on that day what `units` mend."""
    today = Appointment.objects.current(on)  # type: ignore[attr-defined]
    serves: dict[int, list[Unit]] = defaultdict(list)
    for seat in today.filter(user__is_active=True, user__in=today.filter(role__in=VERIFIERS).values("user")).select_related("unit"):
        serves[seat.user_id].append(seat.unit)
    return any(not related(units, theirs) for theirs in serves.values())


def related(ours: Sequence[Unit], theirs: Sequence[Unit]) -> bool:
    """Whether one of `theirs` is, or stands above or below, one of `ours`. The office counts for itself alone."""
    if {u.pk for u in ours} & {u.pk for u in theirs}:
        return True
    ours, theirs = ([u for u in units if u.kind != UnitKind.OFFICE] for units in (ours, theirs))
    if not ours or not theirs:
        return False
    return bool(_above(ours) & {u.pk for u in theirs} or _above(theirs) & {u.pk for u in ours})


def _above(units: list[Unit]) -> set[int]:
    """Row ids of the units over these, up to the top."""
    found: set[int] = set()
    wanted = {u.parent_id for u in units if u.parent_id}
    while wanted:
        found |= wanted
        wanted = (
            set(Unit.objects.filter(pk__in=wanted, parent__isnull=False).values_list("parent_id", flat=True)) - found
        )
    return found
