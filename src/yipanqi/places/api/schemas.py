"""The board for programs: shapes of what is read."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy
from ninja import Schema
from pydantic import ConfigDict, Field

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import ListParams
from yipanqi.kernel.moves import MoveOut
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.places.states import PlaceStatus

#: A text that every database can compare: no NUL.
Word = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=80)]


class PlaceOut(Schema):
    """An inspection point."""

    code: str
    name: str
    category: str = Field(description="Key of the place category.")
    address: str
    position: tuple[float, float] = Field(description="[lon, lat] in WGS 84 / CGCS2000.")
    area: str | None = Field(description="Code of the smallest area it belongs to.")
    segment: str | None
    operator: str | None = Field(description="Code of the unit that runs it.")
    status: str
    opened_on: dt.date | None
    qr: UUID = Field(description="The token on its door sign.")


class PlaceDetail(PlaceOut):
    """A place with its state and what the caller may do with it."""

    state: str
    moves: list[MoveOut]


class AreaOut(Schema):
    """A division or grid cell."""

    code: str
    name: str
    level: str
    parent: str | None
    unit: str | None


class AreaShapeOut(AreaOut):
    """An area with its GeoJSON boundary."""

    boundary: dict[str, Any] | None


class SegmentOut(Schema):
    """A street section with its GeoJSON line."""

    code: str
    name: str
    street: str
    kind: str
    area: str | None
    line: dict[str, Any]


class ZoneOut(Schema):
    """A polygon with a purpose."""

    code: str
    name: str
    purpose: str
    boundary: dict[str, Any]


class DutyOut(Schema):
    """Who answers for what. `target_kind` is place, segment, zone, area or class (the default of a class)."""

    code: str
    target_kind: str
    target: str | None
    issue_class: str | None
    unit: str
    part: str
    basis: str
    starts_on: dt.date
    ends_on: dt.date | None


class DutyDetail(DutyOut):
    """A duty with its state (waiting, in_force, ended) and what the caller may do with it."""

    state: str
    moves: list[MoveOut]


class PlaceParams(ListParams):
    """Filters of the list of places."""

    model_config = ConfigDict(extra="forbid")
    category: Word | None = None
    area: Word | None = Field(None, description="Code; its parts are included.")
    segment: Word | None = None
    operator: Word | None = None
    status: PlaceStatus | None = None
    bbox: str | None = Field(None, description="west,south,east,north", pattern=r"^-?[\d.]+(,-?[\d.]+){3}$", max_length=120)
    q: Word | None = None


class AreaParams(ListParams):
    """Filters of the list of areas."""

    model_config = ConfigDict(extra="forbid")
    level: Area.Level | None = None
    parent: Word | None = None


class DutyParams(ListParams):
    """Filters of the list of duties."""

    model_config = ConfigDict(extra="forbid")
    unit: Word | None = None
    issue_class: Word | None = Field(None, alias="class")
    target: str | None = Field(None, pattern="^(place|segment|zone|area)$")
    part: Duty.Part | None = None
    on: dt.date | None = Field(None, description="Only those in force on this day.")


class PlainParams(ListParams):
    """A list without filters."""

    model_config = ConfigDict(extra="forbid")


class ReasonOut(Schema):
    """One considered answer, in the order asked."""

    step: str
    title: str
    outcome: str = Field(description="won, beaten, not_in_force or assists")
    rule: str | None = Field(description="Code of the duty; null for a default that no rule states.")
    unit: str
    why: str


class ResolutionOut(Schema):
    """Who answers, and every reason."""

    unit: str | None
    unit_name: str | None
    rule: str | None
    step: str | None
    co_units: list[str]
    leaders: list[str]
    reasons: list[ReasonOut]


class ResolveParams(Schema):
    """Where, what and when. Either a place or a position."""

    model_config = ConfigDict(extra="forbid")
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    place: Word | None = None
    issue_class: Word | None = Field(None, alias="class")
    on: dt.date | None = None


class PointParams(Schema):
    """A position."""

    model_config = ConfigDict(extra="forbid")
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


def place_out(row: Place) -> dict[str, Any]:
    """A place's facts; needs category, area, segment and operator at hand."""
    return {
        "code": row.code, "name": row.name, "category": row.category.key, "address": row.address, "position": (row.lon, row.lat),
        "area": row.area.code if row.area else None, "segment": row.segment.code if row.segment else None,
        "operator": row.operator.code if row.operator else None, "status": row.status, "opened_on": row.opened_on, "qr": row.qr,
    }  # fmt: skip


def area_out(row: Area) -> dict[str, Any]:
    """An area's facts without its boundary."""
    parent, unit = row.parent, row.unit
    return {"code": row.code, "name": row.name, "level": row.level, "parent": parent and parent.code, "unit": unit and unit.code}


def segment_out(row: Segment) -> dict[str, Any]:
    """A segment's facts."""
    area = row.area.code if row.area else None
    return {"code": row.code, "name": row.name, "street": row.street, "kind": row.kind, "area": area, "line": row.line}


def zone_out(row: Zone) -> dict[str, Any]:
    """A zone's facts."""
    return {"code": row.code, "name": row.name, "purpose": row.purpose, "boundary": row.boundary}


def duty_out(row: Duty) -> dict[str, Any]:
    """A duty's facts."""
    target = row.target
    return {
        "code": row.code, "target_kind": target._meta.model_name if target else "class", "target": target.code if target else None,
        "issue_class": row.issue_class.key if row.issue_class else None, "unit": row.unit.code, "part": row.part,
        "basis": row.basis, "starts_on": row.starts_on, "ends_on": row.ends_on,
    }  # fmt: skip


def box_of(text: str) -> tuple[float, float, float, float]:
    """West, south, east, north of a bbox parameter. Raises BadBox."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadBox from error
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise BadBox
    return west, south, east, north


class BadBox(Refused):
    """The bbox parameter is no box."""

    message = gettext_lazy("bbox 应为“西,南,东,北”四个经纬度数")
    status = 400
