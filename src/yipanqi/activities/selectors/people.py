"""Who somebody is to activities: a volunteer, the leader of teams, the people of a station."""

from __future__ import annotations

from typing import Any

from yipanqi.people.models import Role, User
from yipanqi.teams.models import Station, Team
from yipanqi.teams.selectors import below
from yipanqi.volunteers import selectors as volunteers
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState


def volunteer_of(actor: Any) -> Volunteer | None:
    """The registered volunteer who signs in as the actor; looked up once for each object that stands for the actor."""
    if not isinstance(actor, User):
        return None
    if "_volunteer" not in actor.__dict__:
        actor.__dict__["_volunteer"] = volunteers.registered_as(actor)
    return actor.__dict__["_volunteer"]  # type: ignore[no-any-return]


def speaks_for(actor: Any, volunteer: Volunteer) -> bool:
    """Whether somebody's word is the volunteer's own: the volunteer's, or that of the guardian who entered a child."""
    own = volunteer_of(actor)
    return own is not None and own.pk in (volunteer.pk, volunteer.guardian_id)


def family_of(volunteer: Volunteer) -> list[Volunteer]:
    """The volunteer, and the registered children for whom the volunteer speaks."""
    return [volunteer, *volunteer.wards.filter(state=VolunteerState.REGISTERED).order_by("pk")]


def led_teams(actor: Any) -> frozenset[int]:
    """Row ids of the teams that the actor leads."""
    if not isinstance(actor, User):
        return frozenset()
    if "_led_teams" not in actor.__dict__:
        actor.__dict__["_led_teams"] = volunteers.led_teams(actor)
    return actor.__dict__["_led_teams"]  # type: ignore[no-any-return]


def run_stations(actor: Any) -> frozenset[int]:
    """Row ids of the stations whose unit the actor serves in the role of a station, and of all below them."""
    if not isinstance(actor, User) or Role.STATION not in actor.roles:
        return frozenset()
    if "_run_stations" not in actor.__dict__:
        own = list(Station.objects.filter(unit__in=actor.units_as(Role.STATION)))
        actor.__dict__["_run_stations"] = frozenset(below(own)) if own else frozenset()
    return actor.__dict__["_run_stations"]  # type: ignore[no-any-return]


def run_teams(actor: Any) -> frozenset[int]:
    """Row ids of the teams for which the actor holds activities: those led, and those of the own stations."""
    if not isinstance(actor, User):
        return frozenset()
    if "_run_teams" not in actor.__dict__:
        stations = run_stations(actor)
        below_them = Team.objects.filter(station__in=stations).values_list("pk", flat=True) if stations else ()
        actor.__dict__["_run_teams"] = led_teams(actor) | frozenset(below_them)
    return actor.__dict__["_run_teams"]  # type: ignore[no-any-return]


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
