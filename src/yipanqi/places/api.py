"""The board for programs: places, areas, segments, zones, duties, and who answers where."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing
from yipanqi.places import selectors
from yipanqi.places.explaining import STEP_WORDS, why
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.standards.models import IssueClass

router = Router(tags=["places"])
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


class PlaceParams(ListParams):
    """Filters of the list of places."""

    model_config = ConfigDict(extra="forbid")
    category: Word | None = None
    area: Word | None = Field(None, description="Code; its parts are included.")
    segment: Word | None = None
    operator: Word | None = None
    status: Place.Status | None = None
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


def _place(row: Place) -> dict[str, Any]:
    return {
        "code": row.code, "name": row.name, "category": row.category.key, "address": row.address, "position": (row.lon, row.lat),
        "area": row.area.code if row.area else None, "segment": row.segment.code if row.segment else None,
        "operator": row.operator.code if row.operator else None, "status": row.status, "opened_on": row.opened_on, "qr": row.qr,
    }  # fmt: skip


def _area(row: Area) -> dict[str, Any]:
    parent, unit = row.parent, row.unit
    return {"code": row.code, "name": row.name, "level": row.level, "parent": parent and parent.code, "unit": unit and unit.code}


def _segment(row: Segment) -> dict[str, Any]:
    area = row.area.code if row.area else None
    return {"code": row.code, "name": row.name, "street": row.street, "kind": row.kind, "area": area, "line": row.line}


def _zone(row: Zone) -> dict[str, Any]:
    return {"code": row.code, "name": row.name, "purpose": row.purpose, "boundary": row.boundary}


def _duty(row: Duty) -> dict[str, Any]:
    target = row.target
    return {
        "code": row.code, "target_kind": target._meta.model_name if target else "class", "target": target.code if target else None,
        "issue_class": row.issue_class.key if row.issue_class else None, "unit": row.unit.code, "part": row.part,
        "basis": row.basis, "starts_on": row.starts_on, "ends_on": row.ends_on,
    }  # fmt: skip


def _box(text: str) -> tuple[float, float, float, float]:
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


@router.get("/places", response={200: Listing[PlaceOut], **PROBLEMS}, operation_id="places.list_places", summary="点位列表")
def list_places(request: HttpRequest, params: Query[PlaceParams]) -> dict[str, Any]:
    """Places by code, filtered."""
    rows = selectors.filtered(selectors.visible_to(request.user), params.dict(exclude_none=True))
    if params.bbox:
        rows = selectors.in_box(rows, _box(params.bbox))
    return listing(rows.select_related("category", "area", "segment", "operator"), ("code",), params, _place)


@router.get("/places/{code}", response={200: PlaceOut, **PROBLEMS}, operation_id="places.place", summary="点位")
def place(request: HttpRequest, code: Word) -> dict[str, Any]:
    """One place."""
    rows = selectors.visible_to(request.user).select_related("category", "area", "segment", "operator")
    return _place(_found(rows.filter(code=code).first()))


@router.get("/areas", response={200: Listing[AreaOut], **PROBLEMS}, operation_id="places.list_areas", summary="区划列表")
def list_areas(request: HttpRequest, params: Query[AreaParams]) -> dict[str, Any]:
    """Divisions and grid cells by code, without boundaries."""
    rows = Area.objects.all().visible_to(request.user).select_related("parent", "unit").defer("boundary", "parent__boundary")
    rows = rows.filter(level=params.level) if params.level else rows
    rows = rows.filter(parent__code=params.parent) if params.parent else rows
    return listing(rows, ("code",), params, _area)


@router.get("/areas/{code}", response={200: AreaShapeOut, **PROBLEMS}, operation_id="places.area", summary="区划")
def area(request: HttpRequest, code: Word) -> dict[str, Any]:
    """One area with its boundary."""
    row = _found(Area.objects.all().visible_to(request.user).filter(code=code).first())
    return {**_area(row), "boundary": row.boundary}


@router.get("/segments", response={200: Listing[SegmentOut], **PROBLEMS}, operation_id="places.list_segments", summary="路段列表")
def list_segments(request: HttpRequest, params: Query[PlainParams]) -> dict[str, Any]:
    """Street sections by code."""
    return listing(Segment.objects.all().visible_to(request.user).select_related("area"), ("code",), params, _segment)


@router.get("/zones", response={200: Listing[ZoneOut], **PROBLEMS}, operation_id="places.list_zones", summary="区域列表")
def list_zones(request: HttpRequest, params: Query[PlainParams]) -> dict[str, Any]:
    """Zones by code."""
    return listing(Zone.objects.all().visible_to(request.user), ("code",), params, _zone)


@router.get("/zones/at", response={200: list[ZoneOut], **PROBLEMS}, auth=None, operation_id="places.zones_at", summary="某点所在的区域")
def zones_at(request: HttpRequest, params: Query[PointParams]) -> list[dict[str, Any]]:
    """The zones that a position lies in: strict control, no parking, bike fences, no stalls. Open to everyone."""
    return [_zone(row) for row in selectors.zones_at(params.lon, params.lat)]


@router.get("/duties", response={200: Listing[DutyOut], **PROBLEMS}, operation_id="places.list_duties", summary="责任列表")
def list_duties(request: HttpRequest, params: Query[DutyParams]) -> dict[str, Any]:
    """Duties by code, filtered."""
    asked = {"unit": params.unit, "class": params.issue_class, "target": params.target, "part": params.part, "current": params.on}
    return listing(selectors.duties(request.user, asked), ("code",), params, _duty)


@router.get("/duties/resolve", response={200: ResolutionOut, **PROBLEMS}, operation_id="places.resolve", summary="谁来负责")
def resolve(request: HttpRequest, params: Query[ResolveParams]) -> dict[str, Any]:
    """The unit that answers for a class of problem at a place or position on a day, and every reason."""
    spot = _found(Place.objects.all().visible_to(request.user).filter(code=params.place).first()) if params.place else None
    kind = _found(IssueClass.objects.filter(key=params.issue_class).first()) if params.issue_class else None
    if (params.lon is None) != (params.lat is None) or (spot is None and params.lon is None):
        raise Refused(_("请给出点位（place），或经纬度（lon、lat）"), field="lon")
    position = (params.lon, params.lat) if params.lon is not None and params.lat is not None else None
    found = selectors.resolve(position, spot, kind, params.on or timezone.localdate())
    rule = found.answer.rule
    return {
        "unit": found.unit.code if found.unit else None, "unit_name": found.unit.name if found.unit else None,
        "rule": rule.code if rule else None, "step": found.answer.step,
        "co_units": [u.code for u in found.co_units], "leaders": [u.code for u in found.leaders],
        "reasons": [_reason(found, one) for one in found.reasons],
    }  # fmt: skip


def _reason(found: selectors.Resolution, one: Any) -> dict[str, Any]:
    unit = found.units.get(one.unit_id)
    return {
        "step": one.step, "title": str(STEP_WORDS[one.step]), "outcome": one.outcome, "rule": one.rule.code if one.rule else None,
        "unit": unit.code if unit else "", "why": why(one),
    }  # fmt: skip


def _found(thing: Any) -> Any:
    if thing is None:
        raise Http404(_("找不到，或您无权查看"))
    return thing
