"""The board for programs: shapes of what is written. Names that are left out stay as they are; unknown ones are an error."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from yipanqi.places.api.schemas import Word
from yipanqi.places.models import Area, Duty, Segment, Zone

Words = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=200)]
System = Literal["WGS84", "GCJ02", "BD09"]
Position = tuple[float, float]


class Body(Schema):
    """What is written."""

    model_config = ConfigDict(extra="forbid")


class Drawn(Body):
    """Something with a shape, in the coordinates of `system`; stored in WGS 84."""

    system: System = "WGS84"


class AreaFacts(Drawn):
    """A division or grid cell; `parent` and `unit` are codes, `boundary` a GeoJSON Polygon or MultiPolygon."""

    name: Word = ""
    level: Area.Level = Area.Level.GRID
    parent: Word | None = None
    unit: Word | None = None
    boundary: dict[str, Any] | None = None


class AreaIn(AreaFacts):
    """A new area."""

    code: Word
    name: Word
    level: Area.Level


class SegmentFacts(Drawn):
    """A street section; `area` is a code, `line` a GeoJSON LineString or MultiLineString."""

    name: Word = ""
    street: Word = ""
    kind: Segment.Kind = Segment.Kind.MAIN
    area: Word | None = None
    line: dict[str, Any] = {}


class SegmentIn(SegmentFacts):
    """A new street section."""

    code: Word
    name: Word
    kind: Segment.Kind
    line: dict[str, Any]


class ZoneFacts(Drawn):
    """A polygon with a purpose; `boundary` is a GeoJSON Polygon or MultiPolygon."""

    name: Word = ""
    purpose: Zone.Purpose = Zone.Purpose.STRICT
    boundary: dict[str, Any] = {}


class ZoneIn(ZoneFacts):
    """A new zone."""

    code: Word
    name: Word
    purpose: Zone.Purpose
    boundary: dict[str, Any]


class PlaceFacts(Body):
    """An inspection point; category is a key, area, segment and operator are codes, position is [lon, lat]."""

    name: Word = ""
    category: Word = ""
    address: Words = ""
    position: Position = (0, 0)
    area: Word | None = None
    segment: Word | None = None
    operator: Word | None = None
    opened_on: dt.date | None = None


class PlaceIn(PlaceFacts):
    """A new place; without `area` it belongs to the smallest area that contains it."""

    code: Word
    name: Word
    category: Word
    position: Position


class DutyFacts(Body):
    """Who answers for what: `target` is a code of the kind `target_kind` (`class`: the default of a class, no target)."""

    target_kind: Literal["place", "segment", "zone", "area", "class"] = "class"
    target: Word | None = None
    issue_class: Word | None = None
    unit: Word = ""
    part: Duty.Part = Duty.Part.LEAD
    basis: Words = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


class DutyIn(DutyFacts):
    """A new duty, from today unless told; without `code` it gets the next number."""

    code: Word = ""
    target_kind: Literal["place", "segment", "zone", "area", "class"]
    unit: Word


class EndIn(Body):
    """The last day of a duty."""

    ends_on: dt.date
