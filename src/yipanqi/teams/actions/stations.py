"""Stations 中心·所·站·点."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.people.models import Unit
from yipanqi.places import selectors as places
from yipanqi.places.models import Area, Place
from yipanqi.teams.actions.filling import (
    check_circle,
    check_linked,
    check_position,
    check_there,
    fill,
    given_code,
    last_day,
)
from yipanqi.teams.events import StationClosed
from yipanqi.teams.models import Station, there_on

STATION_FIELDS = ("name", "level", "parent", "unit", "area", "place", "address", "lon", "lat", "hours", "phone", "opened_on")
DEPTH = {level: depth for depth, level in enumerate(Station.Level.values)}


@action
def add_station(
    _none: None, *, code: str = "", name: str, level: str, parent: Station | None = None, unit: Unit | None = None, area: Area | None = None,
    place: Place | None = None, address: str = "", lon: float | None = None, lat: float | None = None, hours: str = "", phone: str = "",
    opened_on: dt.date | None = None, by: Actor, at: dt.datetime,
) -> Station:  # fmt: skip
    """A new centre, office, station or point. `unit` is the unit whose people run it; position in WGS 84; without an area it
    belongs to the smallest that contains the position. A blank code gets the next number.

    Raises:
        CodeTaken: another station has the code.
        Ended: the station above is closed.
        Refused: a blank name, a parent of the same or a lower level, a unit that runs another, or half a position.
    """
    station = Station(code=given_code(Station, code, "Z"))
    values = {"name": name, "level": Station.Level(level), "parent": parent, "unit": unit, "area": area, "place": place, "address": address}
    fill(station, {**values, "lon": lon, "lat": lat, "hours": hours, "phone": phone, "opened_on": opened_on}, STATION_FIELDS)
    return _kept(station, at)


@action(also=("parent",))
def change_station(station: Station, *, by: Actor, at: dt.datetime, **changes: Any) -> Station:
    """Change what is known of a station. A station itself changes its address, position, hours and telephone; the rest is the
    centre's.

    Raises:
        Ended: it is closed, or its new parent is.
        Refused: as `add_station`, or a station changes more than its own.
    """
    check_there(station, at)
    if not by.has_perm("teams.add_station"):
        fixed = {"name", "level", "parent", "unit", "opened_on"}
        if more := [key for key in sorted(fixed & set(changes)) if getattr(station, key) != changes[key]]:
            raise Refused(_("名称、层级、上级、所属单位和建成日期由文明实践中心修改"), field=more[0])
    fill(station, changes, STATION_FIELDS)
    return _kept(station, at)


@action
def close_station(station: Station, *, on: dt.date, by: Actor, at: dt.datetime) -> Station:
    """Close a station; the day before `on` is its last.

    Raises:
        Ended: it was closed before.
        Refused: stations below it or teams of it are still there on that day.
    """
    last_day(station, on)
    if station.children.filter(there_on(on, "opened_on", "closed_on")).exists():
        raise Refused(_("还有下级的所、站、点，请先改挂或撤销它们"), field="on")
    if station.teams.filter(there_on(on, "founded_on", "ended_on")).exists():
        raise Refused(_("还有队伍挂在这里，请先改挂或解散它们"), field="on")
    station.unit = None  # another station may take over
    station.save()
    publish(StationClosed(station_id=station.pk, on=on.isoformat(), at=at))
    return station


def _kept(station: Station, at: dt.datetime) -> Station:
    """Check a station as a whole and save it."""
    station.level = Station.Level(station.level)
    check_linked(station.parent, "parent", at)
    check_circle(station, station.parent)
    if station.parent is not None and DEPTH[station.parent.level] >= DEPTH[station.level]:
        raise Refused(_("上级“%(parent)s”的层级应高于本级") % {"parent": station.parent}, field="parent")
    if station.unit is not None and Station.objects.filter(unit=station.unit).exclude(pk=station.pk).exists():
        raise Refused(_("“%(unit)s”已经管理另一个所（站）") % {"unit": station.unit.name}, field="unit")
    check_position(station)
    if station.area is None and station.lon is not None and station.lat is not None:
        station.area = places.area_at(station.lon, station.lat)
    station.save()
    return station
