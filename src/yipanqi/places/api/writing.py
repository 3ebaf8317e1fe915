"""The board for programs, written: each operation calls the action of its name."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, now
from yipanqi.people.models import Unit
from yipanqi.places import actions, selectors, shapes
from yipanqi.places.api import bodies, schemas
from yipanqi.places.api.reading import area_shape, duty_detail, found, named, place_detail, place_named, router
from yipanqi.places.api.schemas import Word
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.places.states import PLACE
from yipanqi.standards.models import IssueClass, PlaceCategory

GONE = {204: None, **PROBLEMS}
TARGETS: dict[str, Any] = {"place": Place, "segment": Segment, "zone": Zone, "area": Area}
#: What is named by its code (or key) in a body, and of which kind it is.
NAMED: dict[str, tuple[Any, str]] = {
    "parent": (Area, "code"), "area": (Area, "code"), "segment": (Segment, "code"), "unit": (Unit, "code"), "operator": (Unit, "code"),
    "category": (PlaceCategory, "key"), "issue_class": (IssueClass, "key"),
}  # fmt: skip


class Unknown(Refused):
    """A code or key in the body that nothing has."""


def _values(body: bodies.Body, *apart: str) -> dict[str, Any]:
    """What the caller wrote, codes and keys turned into what they name, shapes checked and in WGS 84."""
    given = body.model_dump(exclude_unset=True, exclude={"system", *apart})
    for name in set(given) & set(NAMED):
        given[name] = _row(name, given[name])
    system = getattr(body, "system", "WGS84")
    if given.get("boundary"):
        given["boundary"] = shapes.polygon(given["boundary"], system)
    if given.get("line"):
        given["line"] = shapes.line(given["line"], system)
    if "position" in given:
        given["lon"], given["lat"] = given.pop("position")
    return given


def _row(name: str, key: str | None) -> Any:
    model, field = NAMED[name]
    if key is None:
        return None
    row = model._default_manager.filter(**{field: key}).first()
    if row is None:
        raise Unknown(_("没有“%(key)s”，请核对后重试") % {"key": key}, field=name)
    return row


@router.post("/areas", response={201: schemas.AreaShapeOut, **PROBLEMS}, operation_id="places.add_area", summary="新增区划")
def add_area(request: HttpRequest, body: bodies.AreaIn) -> tuple[int, dict[str, Any]]:
    """A new division or grid cell."""
    return 201, area_shape(actions.add_area(None, **_values(body), by=request.user, at=now()))


@router.patch("/areas/{code}", response={200: schemas.AreaShapeOut, **PROBLEMS}, operation_id="places.change_area", summary="修改区划")
def change_area(request: HttpRequest, code: Word, body: bodies.AreaFacts) -> dict[str, Any]:
    """Change an area; moving it moves everything below it."""
    return area_shape(actions.change_area(named(request, Area, code), fields=_values(body), by=request.user, at=now()))


@router.delete("/areas/{code}", response=GONE, operation_id="places.remove_area", summary="删除区划")
def remove_area(request: HttpRequest, code: Word) -> tuple[int, None]:
    """Remove an area to which nothing points."""
    actions.remove_area(named(request, Area, code), by=request.user, at=now())
    return 204, None


@router.post("/segments", response={201: schemas.SegmentOut, **PROBLEMS}, operation_id="places.add_segment", summary="新增路段")
def add_segment(request: HttpRequest, body: bodies.SegmentIn) -> tuple[int, dict[str, Any]]:
    """A new street section."""
    return 201, schemas.segment_out(actions.add_segment(None, **_values(body), by=request.user, at=now()))


@router.patch("/segments/{code}", response={200: schemas.SegmentOut, **PROBLEMS}, operation_id="places.change_segment", summary="修改路段")
def change_segment(request: HttpRequest, code: Word, body: bodies.SegmentFacts) -> dict[str, Any]:
    """Change a street section."""
    return schemas.segment_out(actions.change_segment(named(request, Segment, code), fields=_values(body), by=request.user, at=now()))


@router.delete("/segments/{code}", response=GONE, operation_id="places.remove_segment", summary="删除路段")
def remove_segment(request: HttpRequest, code: Word) -> tuple[int, None]:
    """Remove a street section to which nothing points."""
    actions.remove_segment(named(request, Segment, code), by=request.user, at=now())
    return 204, None


@router.post("/zones", response={201: schemas.ZoneOut, **PROBLEMS}, operation_id="places.add_zone", summary="新增区域")
def add_zone(request: HttpRequest, body: bodies.ZoneIn) -> tuple[int, dict[str, Any]]:
    """A new polygon with a purpose."""
    return 201, schemas.zone_out(actions.add_zone(None, **_values(body), by=request.user, at=now()))


@router.patch("/zones/{code}", response={200: schemas.ZoneOut, **PROBLEMS}, operation_id="places.change_zone", summary="修改区域")
def change_zone(request: HttpRequest, code: Word, body: bodies.ZoneFacts) -> dict[str, Any]:
    """Change a zone."""
    return schemas.zone_out(actions.change_zone(named(request, Zone, code), fields=_values(body), by=request.user, at=now()))


@router.delete("/zones/{code}", response=GONE, operation_id="places.remove_zone", summary="删除区域")
def remove_zone(request: HttpRequest, code: Word) -> tuple[int, None]:
    """Remove a zone to which no duty belongs."""
    actions.remove_zone(named(request, Zone, code), by=request.user, at=now())
    return 204, None


@router.post("/places", response={201: schemas.PlaceDetail, **PROBLEMS}, operation_id="places.add_place", summary="新增点位")
def add_place(request: HttpRequest, body: bodies.PlaceIn) -> tuple[int, dict[str, Any]]:
    """A new inspection point."""
    return 201, place_detail(actions.add_place(None, **_values(body), by=request.user, at=now()), request.user)


@router.patch("/places/{code}", response={200: schemas.PlaceDetail, **PROBLEMS}, operation_id="places.change_place", summary="修改点位")
def change_place(request: HttpRequest, code: Word, body: bodies.PlaceFacts) -> dict[str, Any]:
    """Change what a place is, where, or who runs it; its status changes by moves."""
    return place_detail(actions.change_place(place_named(request, code), fields=_values(body), by=request.user, at=now()), request.user)


def _offer(verb: str) -> None:
    """Publish the operation of one move of a place."""

    def run(request: HttpRequest, code: Word) -> dict[str, Any]:
        return place_detail(getattr(actions, verb)(place_named(request, code), by=request.user, at=now()), request.user)

    run.__name__, run.__doc__ = verb, (getattr(actions, verb).__doc__ or "").split("\n\n")[0]
    answers = {200: schemas.PlaceDetail, **PROBLEMS}
    router.post(f"/places/{{code}}/moves/{verb}", response=answers, operation_id=f"places.{verb}", summary=str(PLACE.moves[verb].title))(run)


for _verb in PLACE.moves:
    _offer(_verb)


@router.post("/duties", response={201: schemas.DutyDetail, **PROBLEMS}, operation_id="places.add_duty", summary="新增责任")
def add_duty(request: HttpRequest, body: bodies.DutyIn) -> tuple[int, dict[str, Any]]:
    """Say who answers for a target, or for a class by default."""
    row = actions.add_duty(None, **_duty_values(body), by=request.user, at=now())
    return 201, duty_detail(row, request.user)


@router.patch("/duties/{code}", response={200: schemas.DutyDetail, **PROBLEMS}, operation_id="places.change_duty", summary="修改责任")
def change_duty(request: HttpRequest, code: Word, body: bodies.DutyFacts) -> dict[str, Any]:
    """Correct a duty. Who takes over from whom is better said by ending one and adding another."""
    row: Duty = actions.change_duty(_duty(request, code), fields=_duty_values(body), by=request.user, at=now())
    return duty_detail(row, request.user)


@router.post("/duties/{code}/moves/end_duty", response={200: schemas.DutyDetail, **PROBLEMS}, operation_id="places.end_duty", summary="终止责任")
def end_duty(request: HttpRequest, code: Word, body: bodies.EndIn) -> dict[str, Any]:
    """Say the last day on which a duty is in force."""
    row: Duty = actions.end_duty(_duty(request, code), ends_on=body.ends_on, by=request.user, at=now())
    return duty_detail(row, request.user)


def _duty(request: HttpRequest, code: str) -> Duty:
    return found(selectors.duties(request.user, {}).filter(code=code).first())  # type: ignore[no-any-return]


def _duty_values(body: bodies.DutyFacts) -> dict[str, Any]:
    values = _values(body, "target_kind", "target")
    if body.model_fields_set & {"target_kind", "target"}:
        values |= dict.fromkeys(TARGETS) | _target(body.target_kind, body.target)
    if values.get("starts_on", True) is None:
        del values["starts_on"]
    return values


def _target(kind: str, code: str | None) -> dict[str, Any]:
    if kind == "class":
        if code:
            raise Unknown(_("类别默认责任没有对象，请去掉 target，或改填 target_kind"), field="target")
        return {}
    row = TARGETS[kind]._default_manager.filter(code=code or "").first()
    if row is None:
        raise Unknown(_("没有“%(key)s”，请核对后重试") % {"key": code or ""}, field="target")
    return {kind: row}
