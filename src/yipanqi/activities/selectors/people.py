"""Who somebody is to activities: a volunteer, the leader of teams, the people of a station."""

from __future__ import annotations

from typing import Any

from yipanqi.people.models import Role, User
from yipanqi.teams.models import Station, Team
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import MembershipState, VolunteerState

DEEPEST = 6


def volunteer_of(actor: Any) -> Volunteer | None:
    """The registered volunteer who signs in as the actor."""
    if not isinstance(actor, User) or not actor.is_active:
        return None
    if "_volunteer" not in actor.__dict__:
        actor.__dict__["_volunteer"] = Volunteer.objects.filter(user=actor, state=VolunteerState.REGISTERED).first()
    return actor.__dict__["_volunteer"]  # type: ignore[no-any-return]


def led_teams(actor: Any) -> frozenset[int]:
    """Row ids of the teams that the actor leads."""
    volunteer = volunteer_of(actor)
    if volunteer is None:
        return frozenset()
    if "_led_teams" not in actor.__dict__:
        led = volunteer.memberships.filter(is_leader=True, state=MembershipState.MEMBER, team__ended_on__isnull=True)
        actor.__dict__["_led_teams"] = frozenset(led.values_list("team_id", flat=True))
    return actor.__dict__["_led_teams"]  # type: ignore[no-any-return]


def run_stations(actor: Any) -> frozenset[int]:
    """Row ids of the stations whose unit the actor serves in the role of a station, and of all below them."""
    if not isinstance(actor, User) or Role.STATION not in actor.roles:
        return frozenset()
    if "_run_stations" not in actor.__dict__:
        found = set(Station.objects.filter(unit__in=actor.units_as(Role.STATION)).values_list("pk", flat=True))
        layer = found
        for _level in range(DEEPEST):
            layer = set(Station.objects.filter(parent__in=layer).values_list("pk", flat=True)) - found
            if not layer:
                break
            found |= layer
        actor.__dict__["_run_stations"] = frozenset(found)
    return actor.__dict__["_run_stations"]  # type: ignore[no-any-return]


def runs_all(actor: Any) -> bool:
    """Whether the actor is of the centre, which runs everything."""
    return isinstance(actor, User) and actor.is_active and Role.CENTRE in actor.roles


def runs_for(actor: Any, team: Team | None, station: Station | None) -> bool:
    """Whether the actor runs what a team or a station holds."""
    if runs_all(actor):
        return True
    if team is not None and (team.pk in led_teams(actor) or (team.station_id in run_stations(actor))):
        return True
    return station is not None and station.pk in run_stations(actor)
