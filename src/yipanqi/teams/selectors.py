"""Reads of who helps: what one may see, trees, what is there on a day, who leads what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from yipanqi.kernel.actors import System
from yipanqi.people.models import Role, User
from yipanqi.places.models import Area
from yipanqi.teams.models import (
    Decision,
    Institution,
    JointMeeting,
    Organisation,
    ServiceKind,
    Station,
    Team,
    there_on,
)

T = TypeVar("T", Team, Station)
#: Whoever may look at the register of who helps; it tells of organisations, not of persons.
READERS = (Role.CENTRE, Role.STATION, Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR, Role.LIAISON, Role.UNIT_LEADER, Role.API)
#: Of joint meetings, whoever sees all of them; others see those that concern their unit.
ALL_MEETINGS = (Role.CENTRE, Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR)
_leading: dict[str, Callable[[User], Iterable[int]]] = {}


def tell_leading(teams_of: Callable[[User], Iterable[int]]) -> None:
    """Volunteers, who lie above the teams, tell here which teams (row ids) a person leads today."""
    _leading["volunteers"] = teams_of


def teams_led_by(user: Any) -> QuerySet[Team]:
    """The teams that a person leads today."""
    if not isinstance(user, User) or not user.is_active:
        return Team.objects.none()
    return Team.objects.filter(pk__in={pk for teams_of in _leading.values() for pk in teams_of(user)})


def visible_to(user: Any, model: type[Model] = Team) -> QuerySet[Any]:
    """What `user` may see of kinds, stations, organisations, teams, brand projects, institutions or joint meetings."""
    rows = model._default_manager.all()
    if isinstance(user, System):
        return rows
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if model in (JointMeeting, Decision):
        return _meetings(user, rows)
    if user.roles & set(READERS) or model is ServiceKind:
        return rows
    return rows.filter(pk__in=teams_led_by(user).values("pk")) if model is Team else rows.none()


def _meetings(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    if user.roles & set(ALL_MEETINGS):
        return rows
    units, meeting = user.units_as(Role.STATION, Role.LIAISON, Role.UNIT_LEADER), "" if rows.model is JointMeeting else "meeting__"
    if not units:
        return rows.none()
    sat = JointMeeting.units.through.objects.filter(unit__in=units).values("jointmeeting")
    told = Decision.objects.filter(unit__in=units).values("meeting")
    return rows.filter(Q(**{f"{meeting}pk__in": sat}) | Q(**{f"{meeting}pk__in": told}))


def standing_on(rows: QuerySet[Any], on: dt.date, prefix: str = "") -> QuerySet[Any]:
    """Those of the rows that are there on a day; `prefix` is the way to them, as "team__"."""
    model: Any = rows.model
    for name in filter(None, prefix.split("__")):
        model = model._meta.get_field(name).related_model
    begun = f"{prefix}{model.begun}" if model.begun else ""
    ended = f"{prefix}{model.ended}"
    return rows.filter(there_on(on, begun, ended)) if begun else rows.filter(Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": on}))


def open_kinds() -> QuerySet[ServiceKind]:
    """Kinds of service that are offered today, by theme."""
    return standing_on(ServiceKind.objects.all(), timezone.localdate())


def open_stations() -> QuerySet[Station]:
    """Stations that are there today."""
    return standing_on(Station.objects.all(), timezone.localdate())


def open_teams() -> QuerySet[Team]:
    """Teams that are there today."""
    return standing_on(Team.objects.all(), timezone.localdate())


def below(rows: Iterable[Station], among: Iterable[tuple[int, int | None]] | None = None) -> set[int]:
    """Row ids of the stations given and of all below them."""
    pairs = list(Station.objects.values_list("pk", "parent")) if among is None else list(among)
    children: dict[int | None, list[int]] = {}
    for pk, parent in pairs:
        children.setdefault(parent, []).append(pk)
    found: set[int] = set()
    waiting = [row.pk for row in rows]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += children.get(here, [])
    return found


def stations_of(user: Any) -> QuerySet[Station]:
    """The stations that a person runs today: those of the units served as station, and all below them."""
    if not isinstance(user, User) or not user.is_active:
        return Station.objects.none()
    units = user.units_as(Role.STATION)
    own = list(Station.objects.filter(unit__in=units)) if units else []
    return Station.objects.filter(pk__in=below(own)) if own else Station.objects.none()


def first_station_of(user: Any) -> Station | None:
    """The station that a person mostly works for: the one of the unit served as station."""
    units = user.units_as(Role.STATION) if isinstance(user, User) else frozenset()
    return Station.objects.select_related("area", "parent").filter(unit__in=units).order_by("code").first() if units else None


def team_is_run_by(team: Team, user: Any) -> bool:
    """Whether a team is of a station that the person runs."""
    return team.station_id is not None and stations_of(user).filter(pk=team.station_id).exists()


def tree(rows: Iterable[T]) -> Iterator[tuple[int, T]]:
    """The rows depth first as (depth, row), each below its parent; one whose parent is not among them stands at depth 0."""
    every = list(rows)
    known, children = {row.pk for row in every}, {}  # type: ignore[var-annotated]
    for row in every:
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def walk(parent: int | None, depth: int) -> Iterator[tuple[int, T]]:
        for row in children.get(parent, ()):
            yield depth, row
            yield from walk(row.pk, depth + 1)

    return walk(None, 0)


def filtered(rows: QuerySet[Any], wanted: Mapping[str, Any], today: dt.date) -> QuerySet[Any]:
    """Rows of any model here that fit the filters given: q (name, or code as a whole), kind, level, theme, parent, organisation,
    station, service (a kind's key), area (with all below), social, incubating. What has ended is left out unless `ended`."""
    named = "title" if rows.model in (Institution, JointMeeting) else "name"
    called = "key" if rows.model is ServiceKind else "code"
    tests: dict[str, Callable[[Any], Q]] = {
        "q": lambda v: Q(**{f"{named}__icontains": v}) | Q(**{called: v}),
        "kind": lambda v: Q(kind=v), "level": lambda v: Q(level=v), "theme": lambda v: Q(theme=v), "station": lambda v: Q(station__code=v),
        "parent": lambda v: Q(parent__code=v), "organisation": lambda v: Q(organisation__code=v),
        "service": lambda v: Q(**{f"{'kinds' if rows.model is Team else 'kind'}__key": v}), "area": area_test, "social": lambda v: Q(social=True),
        "incubating": lambda v: incubating(today),
    }  # fmt: skip
    for key, test in tests.items():
        if wanted.get(key):
            rows = rows.filter(test(wanted[key]))
    return rows if wanted.get("ended") or not hasattr(rows.model, "ended") else standing_on(rows, today)


def area_test(code: str, prefix: str = "") -> Q:
    """That rows lie in an area or below it; nothing does in one that is not there."""
    path = Area.objects.filter(code=code).values_list("path", flat=True).first()
    inside = Area.objects.filter(path__startswith=path) if path else Area.objects.none()
    return Q(**{f"{prefix}area__in": inside.values("pk")})


def incubating(on: dt.date) -> Q:
    """Organisations that are looked after by a station on a day (both days included)."""
    return Q(incubated_from__lte=on) & (Q(incubated_until__isnull=True) | Q(incubated_until__gte=on))


def versions(institution: Institution) -> QuerySet[Institution]:
    """All versions of an institution, the newest first."""
    return Institution.objects.filter(code=institution.code).order_by("-version")


def in_force(on: dt.date) -> QuerySet[Institution]:
    """Institutions in force on a day."""
    return standing_on(Institution.objects.all(), on)


def open_decisions(user: Any) -> QuerySet[Decision]:
    """What joint meetings decided and is not done yet, as far as the person sees the meetings, the next due first."""
    return visible_to(user, Decision).filter(done_on__isnull=True).select_related("meeting", "unit").order_by("due_on", "id")


def stations_for_public(path: str = "") -> QuerySet[Station]:
    """Stations that are open today; in the areas whose path begins so, where one is given, else the centre and its offices."""
    rows = open_stations().select_related("area", "parent")
    if path:
        return rows.filter(area__in=Area.objects.filter(path__startswith=path).values("pk"))
    return rows.filter(level__in=(Station.Level.CENTRE, Station.Level.OFFICE))


def organisations_to_erase(on: dt.date) -> QuerySet[Organisation]:
    """Organisations that ended more than a year ago and still have somebody to call."""
    return Organisation.objects.filter(ended_on__lte=on - dt.timedelta(days=365)).exclude(head="", phone="")
