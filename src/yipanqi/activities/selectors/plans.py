"""Activities as people see them: what is on, what one runs, with how many places are taken."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from yipanqi.activities.models import Activity, Series, Shift, ShiftRole, SignUp
from yipanqi.activities.selectors.people import run_stations, run_teams, runs_all
from yipanqi.activities.states import ActivityState, ShiftState, SignUpState
from yipanqi.kernel.actors import System
from yipanqi.people.models import Role, User

#: What a list or a page of an activity shows besides its own columns.
WITH = ("kind", "team", "station", "brand", "area", "place")
KM_PER_DEGREE = 111.2
#: Days before and after these years narrow nothing.
EARLIEST, LATEST = 1950, 2150
#: As many are looked at for those nearby.
NEAREST = 60
LOOKS_ON = frozenset((Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR))


def published() -> QuerySet[Activity]:
    """Activities that were opened once: everybody may read of them."""
    return Activity.objects.filter(opened_at__isnull=False)


def visible_to(user: Any) -> QuerySet[Activity]:
    """Published ones for everybody; drafts for those who run them and for the office."""
    rows = Activity.objects.all()
    if isinstance(user, System) or looks_on(user):
        return rows
    return rows.filter(Q(opened_at__isnull=False) | _run(user)) if isinstance(user, User) else rows.filter(opened_at__isnull=False)


def looks_on(user: Any) -> bool:
    """Whether somebody sees everything without running it, or runs everything."""
    return runs_all(user) or (isinstance(user, User) and user.is_active and bool(LOOKS_ON & user.roles))


def _run(user: Any) -> Q:
    """What somebody runs, by row ids: so that the few rows of a leader are found by an index and not among all."""
    return Q(team__in=run_teams(user)) | Q(station__in=run_stations(user))


def run_by(user: Any) -> QuerySet[Activity]:
    """Activities that somebody runs, or looks on."""
    return Activity.objects.all() if looks_on(user) else Activity.objects.filter(_run(user))


def series_run_by(user: Any) -> QuerySet[Series]:
    """Series that somebody runs, or looks on."""
    return Series.objects.all() if looks_on(user) else Series.objects.filter(_run(user))


def shifts_visible_to(user: Any) -> QuerySet[Shift]:
    """Shifts of the activities that somebody sees."""
    if isinstance(user, System) or looks_on(user):
        return Shift.objects.all()
    shown = Q(activity__opened_at__isnull=False)
    run = run_teams(user) or run_stations(user)
    return Shift.objects.filter(shown | Q(activity__team__in=run_teams(user)) | Q(activity__station__in=run_stations(user)) if run else shown)


def with_places(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    """Each with `n_places` of its planned shifts, and `n_signed` and `n_waiting` of them."""
    roles = ShiftRole.objects.filter(shift__activity=OuterRef("pk"), shift__state=ShiftState.PLANNED).order_by().values("shift__activity")
    held = SignUp.objects.filter(shift__activity=OuterRef("pk")).order_by().values("shift__activity")
    told: dict[str, Any] = {"n_places": Coalesce(Subquery(roles.annotate(n=Sum("limit")).values("n")), 0)}
    for state in (SignUpState.SIGNED, SignUpState.WAITING):
        told[f"n_{state.value}"] = Coalesce(Subquery(held.filter(state=state).annotate(n=Count("pk")).values("n")), 0)
    return rows.select_related(*WITH).annotate(**told)


def whats_on(now: dt.datetime) -> QuerySet[Activity]:
    """What one can still come to."""
    return Activity.objects.filter(state=ActivityState.OPEN, ends_at__gt=now)


def narrowed(rows: QuerySet[Activity], *, kind: Any = None, theme: str = "", area: Any = None, since: dt.date | None = None, until: dt.date | None = None, **plain: Any) -> QuerySet[Activity]:
    """Rows that fit the filters of a list; days are the city's. `plain`: columns and their values, empty ones left out."""
    zone = timezone.get_default_timezone()
    if kind:
        rows = rows.filter(kind=kind)
    if theme:
        rows = rows.filter(kind__theme=theme)
    if area:
        rows = rows.filter(area__path__startswith=area.path)
    if since and since.year > EARLIEST:
        rows = rows.filter(starts_at__gte=dt.datetime.combine(since, dt.time(), zone))
    if until and until.year < LATEST:
        rows = rows.filter(starts_at__lt=dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone))
    return rows.filter(**{name: value for name, value in plain.items() if value})


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """How far two positions of a city are apart, on a flat map."""
    east = (other_lon - lon) * math.cos(math.radians(lat)) * KM_PER_DEGREE
    return math.hypot(east, (other_lat - lat) * KM_PER_DEGREE)


def near(rows: QuerySet[Activity], lon: float, lat: float, within_km: float) -> list[Activity]:
    """The soonest of the rows around a position, the nearest first, each with `km`."""
    up, across = within_km / KM_PER_DEGREE, within_km / (KM_PER_DEGREE * max(0.1, math.cos(math.radians(lat))))
    box = rows.filter(lat__gte=lat - up, lat__lte=lat + up, lon__gte=lon - across, lon__lte=lon + across).order_by("starts_at", "id")
    found = []
    for one in box[: NEAREST * 4]:
        one.km = distance_km(lon, lat, one.lon, one.lat)  # type: ignore[attr-defined, arg-type]
        if one.km <= within_km:  # type: ignore[attr-defined]
            found.append(one)
    return sorted(found, key=lambda one: (one.km, one.starts_at))[:NEAREST]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Day:
    """A day of the calendar page."""

    on: dt.date
    inside: bool
    activities: Sequence[Activity]


def month_days(month: dt.date, rows: QuerySet[Activity], most: int = 600) -> list[list[Day]]:
    """The weeks of a month, Monday first, with what begins on each day."""
    first = month.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    start, end = first - dt.timedelta(days=first.weekday()), last + dt.timedelta(days=6 - last.weekday())
    by_day: dict[dt.date, list[Activity]] = {}
    for one in narrowed(rows, since=first, until=last).order_by("starts_at", "id")[:most]:
        by_day.setdefault(timezone.localdate(one.starts_at), []).append(one)
    days = [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
    return [[Day(day, day.month == first.month, by_day.get(day, ())) for day in days[n : n + 7]] for n in range(0, len(days), 7)]


def shifts_of(activity: Activity) -> list[Shift]:
    """The shifts of an activity with their roles, each role with how many have a place and how many wait."""
    shifts = list(activity.shifts.select_related("place", "briefed_by").order_by("starts_at", "id"))
    add_roles(shifts)
    for shift in shifts:
        shift.activity = activity
    return shifts


def add_roles(shifts: Iterable[Shift]) -> None:
    """Give each shift its `role_list`: roles with `n_signed`, `n_waiting`, `n_free`."""
    by_pk = {shift.pk: shift for shift in shifts}
    for shift in by_pk.values():
        shift.role_list = []  # type: ignore[attr-defined]
    counted = ShiftRole.objects.filter(shift__in=by_pk).annotate(
        n_signed=Count("sign_ups", filter=Q(sign_ups__state=SignUpState.SIGNED)), n_waiting=Count("sign_ups", filter=Q(sign_ups__state=SignUpState.WAITING))
    )
    for role in counted.order_by("id"):
        role.shift = by_pk[role.shift_id]
        role.n_free = max(0, role.limit - role.n_signed)  # type: ignore[attr-defined]
        by_pk[role.shift_id].role_list.append(role)  # type: ignore[attr-defined]
