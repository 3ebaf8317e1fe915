"""Who sees which orders, and for which parties somebody acts."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from yipanqi.kernel.actors import System
from yipanqi.messaging.selectors import people_of
from yipanqi.people.models import CITYWIDE, Role, User
from yipanqi.places.models import Area
from yipanqi.places.selectors import board_map
from yipanqi.services.models import Dispatch, Request
from yipanqi.services.states import DispatchState
from yipanqi.teams.models import Station, Team
from yipanqi.teams.selectors import stations_of, teams_led_by
from yipanqi.volunteers.models import Membership
from yipanqi.volunteers.states import MembershipState

SEES_ALL = frozenset((*CITYWIDE, Role.CENTRE, Role.API))


def led_teams(user: Any) -> QuerySet[Team]:
    """The teams that the user leads today."""
    return teams_led_by(user).filter(ended_on__isnull=True)


def _leading() -> Q:
    open_end = Q(until__isnull=True) | Q(until__gte=timezone.localdate())
    return open_end & Q(is_leader=True, state=MembershipState.MEMBER)


def leaders_of(team: Team) -> QuerySet[User]:
    """Who leads a team today and can be told."""
    led = Membership.objects.filter(_leading(), team=team, volunteer__user__isnull=False)
    return User.objects.filter(is_active=True, pk__in=led.values("volunteer__user_id"))


def own_stations(user: Any) -> QuerySet[Station]:
    """The stations in which the user serves."""
    if not isinstance(user, User) or not user.is_active:
        return Station.objects.none()
    return Station.objects.filter(unit_id__in=user.units_as(Role.STATION), closed_on__isnull=True)


def stations_below(user: Any) -> set[int]:
    """Row ids of the user's stations and of all below them."""
    return set(stations_of(user).values_list("pk", flat=True))


def parties_of(user: Any) -> tuple[set[int], set[int]]:
    """Row ids of the teams and of the stations that the user answers for."""
    return set(led_teams(user).values_list("pk", flat=True)), set(own_stations(user).values_list("pk", flat=True))


def serves_for(user: Any, party: Any) -> bool:
    """Whether the user answers for a team or a station."""
    if isinstance(party, Team):
        return led_teams(user).filter(pk=party.pk).exists()
    return isinstance(party, Station) and own_stations(user).filter(pk=party.pk).exists()


def party_of(code: str) -> Team | Station | None:
    """The party behind a key of a form or of the API: "team:…" or "station:…" with its code."""
    kind, _colon, name = code.partition(":")
    if kind == "team":
        return Team.objects.filter(code=name, ended_on__isnull=True).first()
    return Station.objects.filter(code=name, closed_on__isnull=True).first() if kind == "station" else None


def staff_of(station: Station | None) -> QuerySet[User]:
    """Who serves in the nearest station that has staff, from this one upwards; else the centre's people."""
    while station is not None:
        if station.unit_id and (people := people_of([station.unit_id], Role.STATION)).exists():
            return people
        station = station.parent
    return User.objects.none()


def station_of(area: Area) -> Station | None:
    """The station that looks after an area: its own, else that of the nearest area above."""
    chain = [fact.id for fact in board_map().chain(area.pk)]
    near = {row.area_id: row for row in Station.objects.filter(area_id__in=chain, closed_on__isnull=True).order_by("-level", "code")}
    return next((near[pk] for pk in chain if pk in near), None)


def visible_to(user: Any) -> QuerySet[Request]:
    """The orders that `user` may see: all for the centre, the office, leaders, auditors and programs; a station those of its
    area and what it serves itself; a team's leader those that were sent to the team and still concern it."""
    if isinstance(user, System) or (isinstance(user, User) and user.is_active and user.roles & SEES_ALL):
        return Request.objects.all()
    if not isinstance(user, User) or not user.is_active:
        return Request.objects.none()
    teams, stations = parties_of(user)
    seen = Q(entered_by=user) if user.roles & {Role.STATION} else Q(pk__in=[])
    if stations:
        seen |= Q(station_id__in=stations_below(user)) | Q(host_id__in=stations) | Q(Exists(_sent_to(station_id__in=stations)))
    if teams:
        seen |= Q(team_id__in=teams) | Q(Exists(_sent_to(team_id__in=teams)))
    return Request.objects.filter(seen)


def _sent_to(**party: Any) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(request=OuterRef("pk"), state=DispatchState.WAITING, **party)


def waits_at(user: Any, request: Request) -> Dispatch | None:
    """The sending of the order that waits for the user's answer."""
    found = request.dispatches.filter(state=DispatchState.WAITING).select_related("team", "station").first()
    return found if found is not None and serves_for(user, found.party) else None
