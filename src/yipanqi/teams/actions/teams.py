"""Teams as a tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.people.models import Unit
from yipanqi.places.models import Area
from yipanqi.teams.actions.filling import (
    check_circle,
    check_linked,
    check_own,
    check_position,
    check_there,
    fill,
    given_code,
    last_day,
)
from yipanqi.teams.events import TeamEnded
from yipanqi.teams.models import Organisation, ServiceKind, Station, Team, there_on

TEAM_FIELDS = ("name", "kind", "parent", "organisation", "station", "unit", "area", "intro", "lon", "lat", "founded_on")


@action
def add_team(
    _none: None, *, code: str = "", name: str, kind: str, founded_on: dt.date, parent: Team | None = None, organisation: Organisation | None = None,
    station: Station | None = None, unit: Unit | None = None, area: Area | None = None, kinds: Iterable[ServiceKind] = (), intro: str = "",
    lon: float | None = None, lat: float | None = None, by: Actor, at: dt.datetime,
) -> Team:  # fmt: skip
    """A new team: below another or on its own; of an organisation, a station or a unit; `kinds` are the services it gives,
    `lon`, `lat` where it starts from (WGS 84). A blank code gets the next number. A station founds teams of its own only.

    Raises:
        CodeTaken: another team has the code.
        Ended: what it is put on is no more.
        Refused: a blank name, a squad that is not below a lecture team, half a position, or somebody else's station.
    """
    team = Team(code=given_code(Team, code, "D"))
    values = {"name": name, "kind": Team.Kind(kind), "parent": parent, "organisation": organisation, "station": station, "unit": unit, "area": area}
    fill(team, {**values, "intro": intro, "lon": lon, "lat": lat, "founded_on": founded_on}, TEAM_FIELDS)
    _kept(team, by, at)
    team.kinds.set(kinds)
    return team


@action(also=("parent",))
def change_team(team: Team, *, by: Actor, at: dt.datetime, kinds: Iterable[ServiceKind] | None = None, **changes: Any) -> Team:
    """Change what is known of a team; `kinds`, when given, replaces its services.

    Raises:
        Ended: it is no more, or what it is put on is.
        Refused: as `add_team`, or the new parent stands below it.
    """
    check_there(team, at)
    fill(team, changes, TEAM_FIELDS)
    _kept(team, by, at)
    if kinds is not None:
        team.kinds.set(kinds)
    return team


@action
def end_team(team: Team, *, on: dt.date, by: Actor, at: dt.datetime) -> Team:
    """Dissolve a team; the day before `on` is its last. What it did stays.

    Raises:
        Ended: that was said before.
        Refused: teams below it are still there on that day.
    """
    last_day(team, on)
    if team.children.filter(there_on(on, "founded_on", "ended_on")).exists():
        raise Refused(_("还有下级队伍，请先改挂或解散它们"), field="on")
    team.save()
    publish(TeamEnded(team_id=team.pk, on=on.isoformat(), at=at))
    return team


def _kept(team: Team, by: Actor, at: dt.datetime) -> None:
    """Check a team as a whole and save it."""
    team.kind = Team.Kind(team.kind)
    for field in ("parent", "organisation", "station"):
        check_linked(getattr(team, field), field, at)
    check_circle(team, team.parent)
    if team.kind == Team.Kind.SQUAD and (team.parent is None or team.parent.kind != Team.Kind.LECTURE):
        raise Refused(_("宣讲小分队须挂在一支宣讲队伍下面"), field="parent")
    if team.kind != Team.Kind.LECTURE and team.pk and team.children.filter(kind=Team.Kind.SQUAD).exists():
        raise Refused(_("它下面还有宣讲小分队，类型须为宣讲队伍"), field="kind")
    check_own(team.station, by)
    check_position(team)
    team.save()
