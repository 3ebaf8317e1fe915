"""The board for programs, read: places, areas, segments, zones, duties, and who answers where."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, listing
from yipanqi.kernel.machine import OpenMove
from yipanqi.kernel.moves import field, moves_out
from yipanqi.kernel.permissions import why_not
from yipanqi.places import selectors
from yipanqi.places.api.schemas import (
    AreaOut,
    AreaParams,
    AreaShapeOut,
    DutyDetail,
    DutyOut,
    DutyParams,
    PlaceDetail,
    PlaceOut,
    PlaceParams,
    PlainParams,
    PointParams,
    ResolutionOut,
    ResolveParams,
    SegmentOut,
    Word,
    ZoneOut,
    area_out,
    box_of,
    duty_out,
    place_out,
    segment_out,
    zone_out,
)
from yipanqi.places.explaining import step_word, why
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.places.states import PLACE
from yipanqi.standards.models import IssueClass

router = Router(tags=["places"])


@router.get("/places", response={200: Listing[PlaceOut], **PROBLEMS}, operation_id="places.list_places", summary="点位列表")
def list_places(request: HttpRequest, params: Query[PlaceParams]) -> dict[str, Any]:
    """Places by code, filtered."""
    rows = selectors.filtered(selectors.visible_to(request.user), params.dict(exclude_none=True))
    if params.bbox:
        rows = selectors.in_box(rows, box_of(params.bbox))
    return listing(rows.select_related("category", "area", "segment", "operator"), ("code",), params, place_out)


@router.get("/places/{code}", response={200: PlaceDetail, **PROBLEMS}, operation_id="places.place", summary="点位")
def place(request: HttpRequest, code: Word) -> dict[str, Any]:
    """One place, its state, and what the caller may do with it."""
    return place_detail(place_named(request, code), request.user)


def place_named(request: HttpRequest, code: str) -> Place:
    """The place of that code, or Http404."""
    rows = selectors.visible_to(request.user).select_related("category", "area", "segment", "operator")
    return found(rows.filter(code=code).first())  # type: ignore[no-any-return]


def place_detail(row: Place, actor: Any) -> dict[str, Any]:
    """A place's facts with its moves."""
    moves = [vars(move) | {"fields": []} for move in PLACE.open_moves(row, actor)]
    return place_out(row) | {"state": row.status, "moves": moves}


@router.get("/areas", response={200: Listing[AreaOut], **PROBLEMS}, operation_id="places.list_areas", summary="区划列表")
def list_areas(request: HttpRequest, params: Query[AreaParams]) -> dict[str, Any]:
    """Divisions and grid cells by code, without boundaries."""
    rows = Area.objects.all().visible_to(request.user).select_related("parent", "unit").defer("boundary", "parent__boundary")
    rows = rows.filter(level=params.level) if params.level else rows
    rows = rows.filter(parent__code=params.parent) if params.parent else rows
    return listing(rows, ("code",), params, area_out)


@router.get("/areas/{code}", response={200: AreaShapeOut, **PROBLEMS}, operation_id="places.area", summary="区划")
def area(request: HttpRequest, code: Word) -> dict[str, Any]:
    """One area with its boundary."""
    return area_shape(named(request, Area, code))


def area_shape(row: Area) -> dict[str, Any]:
    """An area's facts with its boundary."""
    return {**area_out(row), "boundary": row.boundary}


def named(request: HttpRequest, model: Any, code: str) -> Any:
    """The row of the board of that code, or Http404."""
    return found(model.objects.all().visible_to(request.user).filter(code=code).first())


@router.get("/segments", response={200: Listing[SegmentOut], **PROBLEMS}, operation_id="places.list_segments", summary="路段列表")
def list_segments(request: HttpRequest, params: Query[PlainParams]) -> dict[str, Any]:
    """Street sections by code."""
    return listing(Segment.objects.all().visible_to(request.user).select_related("area"), ("code",), params, segment_out)


@router.get("/segments/{code}", response={200: SegmentOut, **PROBLEMS}, operation_id="places.segment", summary="路段")
def segment(request: HttpRequest, code: Word) -> dict[str, Any]:
    """One street section."""
    return segment_out(named(request, Segment, code))


@router.get("/zones", response={200: Listing[ZoneOut], **PROBLEMS}, operation_id="places.list_zones", summary="区域列表")
def list_zones(request: HttpRequest, params: Query[PlainParams]) -> dict[str, Any]:
    """Zones by code."""
    return listing(Zone.objects.all().visible_to(request.user), ("code",), params, zone_out)


@router.get("/zones/at", response={200: list[ZoneOut], **PROBLEMS}, auth=None, operation_id="places.zones_at", summary="某点所在的区域")
def zones_at(request: HttpRequest, params: Query[PointParams]) -> list[dict[str, Any]]:
    """The zones that a position lies in: strict control, no parking, bike fences, no stalls. Open to everyone."""
    return [zone_out(row) for row in selectors.zones_at(params.lon, params.lat)]


@router.get("/zones/{code}", response={200: ZoneOut, **PROBLEMS}, operation_id="places.zone", summary="区域")
def zone(request: HttpRequest, code: Word) -> dict[str, Any]:
    """One zone."""
    return zone_out(named(request, Zone, code))


@router.get("/duties", response={200: Listing[DutyOut], **PROBLEMS}, operation_id="places.list_duties", summary="责任列表")
def list_duties(request: HttpRequest, params: Query[DutyParams]) -> dict[str, Any]:
    """Duties by code, filtered."""
    asked = {"unit": params.unit, "class": params.issue_class, "target": params.target, "part": params.part, "current": params.on}
    return listing(selectors.duties(request.user, asked), ("code",), params, duty_out)


@router.get("/duties/resolve", response={200: ResolutionOut, **PROBLEMS}, operation_id="places.resolve", summary="谁来负责")
def resolve(request: HttpRequest, params: Query[ResolveParams]) -> dict[str, Any]:
    """The unit that answers for a class of problem at a place or position on a day, and every reason."""
    spot = found(Place.objects.all().visible_to(request.user).filter(code=params.place).first()) if params.place else None
    kind = found(IssueClass.objects.filter(key=params.issue_class).first()) if params.issue_class else None
    if (params.lon is None) != (params.lat is None) or (spot is None and params.lon is None):
        raise Refused(_("请给出点位（place），或经纬度（lon、lat）"), field="lon")
    position = (params.lon, params.lat) if params.lon is not None and params.lat is not None else None
    answer = selectors.resolve(position, spot, kind, params.on or timezone.localdate())
    rule = answer.answer.rule
    return {
        "unit": answer.unit.code if answer.unit else None, "unit_name": answer.unit.name if answer.unit else None,
        "rule": rule.code if rule else None, "step": answer.answer.step,
        "co_units": [u.code for u in answer.co_units], "leaders": [u.code for u in answer.leaders],
        "reasons": [_reason(answer, one) for one in answer.reasons],
    }  # fmt: skip


def _reason(answer: selectors.Resolution, one: Any) -> dict[str, Any]:
    unit = answer.units.get(one.unit_id)
    return {
        "step": one.step, "title": str(step_word(one)), "outcome": one.outcome, "rule": one.rule.code if one.rule else None,
        "unit": unit.code if unit else "", "why": why(one),
    }  # fmt: skip


@router.get("/duties/{code}", response={200: DutyDetail, **PROBLEMS}, operation_id="places.duty", summary="一条责任")
def duty(request: HttpRequest, code: Word) -> dict[str, Any]:
    """One duty, its state today, and what the caller may do with it."""
    return duty_detail(found(selectors.duties(request.user, {}).filter(code=code).first()), request.user)


def duty_detail(row: Duty, actor: Any) -> dict[str, Any]:
    """A duty's facts with its state today and its moves."""
    state = selectors.duty_state(row, timezone.localdate())
    allowed = actor.has_perm("places.end_duty", row)
    move = OpenMove("end_duty", _("终止"), allowed, None if allowed else str(why_not("places.end_duty")))
    day = field("ends_on", _("最后一天"), "date", required=True)
    return duty_out(row) | {"state": state, "moves": moves_out([] if state == "ended" else [move], {"end_duty": [day]})}


def found(thing: Any) -> Any:
    """The thing, or Http404 where there is none."""
    if thing is None:
        raise Http404(_("找不到，或您无权查看"))
    return thing
