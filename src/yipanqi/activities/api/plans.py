"""Activities, shifts and series for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from yipanqi.activities import actions, schemas
from yipanqi.activities.models import Activity, Shift
from yipanqi.activities.selectors.plans import (
    WITH,
    add_roles,
    narrowed,
    series_run_by,
    shifts_visible_to,
    visible_to,
    with_places,
)
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.places.models import Area, Place
from yipanqi.teams.models import Brand, ServiceKind, Station, Team

router = Router(tags=["activities"])
ONE = {200: schemas.ActivityDetail, **PROBLEMS}
SHIFT = {200: schemas.ShiftDetail, **PROBLEMS}


@router.get("/activities", auth=None, response={200: Listing[schemas.ActivityOut], **PROBLEMS}, operation_id="activities.activities", summary="志愿服务活动")
def activities(request: HttpRequest, params: Query[schemas.ActivityParams]) -> dict[str, Any]:
    """Activities that the caller sees (published ones need no account), the latest first."""
    given: dict[str, Any] = {"state": params.state, "level": params.level, "kind__key": params.kind, "team__code": params.team, "station__code": params.station, "brand__code": params.brand, "series__uuid": params.series}
    area = _named(Area, params.area, "area") if params.area else None
    rows = narrowed(with_places(visible_to(request.user)).select_related("series"), area=area, since=params.since, until=params.until, **given)
    return listing(rows, ("-starts_at", "-id"), params, schemas.activity_out)


@router.post("/activities", response={201: schemas.ActivityDetail, **PROBLEMS}, operation_id="activities.add_activity", summary="新建活动")
def add_activity(request: HttpRequest, body: schemas.ActivityIn) -> tuple[int, dict[str, Any]]:
    """A new activity of a team or a station, as a draft."""
    demand(request.user, "activities.add_activity")
    holder = {"team": _named(Team, body.team, "team") if body.team else None, "station": _named(Station, body.station, "station") if body.station else None}
    shifts = [_shift(one) for one in body.shifts]
    made = actions.add_activity(None, starts_at=body.starts_at, ends_at=body.ends_at, shifts=shifts, **holder, **_described(body), by=request.user, at=now())
    return 201, _detail(request, made.code)


@router.get("/activities/{code}", auth=None, response=ONE, operation_id="activities.activity", summary="一个活动")
def activity(request: HttpRequest, code: str) -> dict[str, Any]:
    """An activity, what came of it, and what the caller may do with it next."""
    return _detail(request, code)


@router.post("/activities/{code}/moves/open_activity", response=ONE, operation_id="activities.open_activity", summary="发布招募")
def open_activity(request: HttpRequest, code: str) -> dict[str, Any]:
    """Volunteers may sign up."""
    actions.open_activity(_of(request, code), by=request.user, at=now())
    return _detail(request, code)


@router.post("/activities/{code}/moves/change_activity", response=ONE, operation_id="activities.change_activity", summary="修改活动")
def change_activity(request: HttpRequest, code: str, body: schemas.DescribedIn) -> dict[str, Any]:
    """What is said of it anew, as a whole."""
    actions.change_activity(_of(request, code), **_described(body), by=request.user, at=now())
    return _detail(request, code)


@router.post("/activities/{code}/moves/add_shift", response={201: schemas.ShiftDetail, **PROBLEMS}, operation_id="activities.add_shift", summary="增加班次")
def add_shift(request: HttpRequest, code: str, body: schemas.ShiftIn) -> tuple[int, dict[str, Any]]:
    """One more shift."""
    made = actions.add_shift(_of(request, code), **_shift(body), by=request.user, at=now())
    return 201, _shift_detail(request, made.uuid)


@router.post("/activities/{code}/moves/close_activity", response=ONE, operation_id="activities.close_activity", summary="结项")
def close_activity(request: HttpRequest, code: str, body: schemas.ReportIn) -> dict[str, Any]:
    """The closing report; photos are added on the page."""
    actions.close_activity(_of(request, code), **body.model_dump(), by=request.user, at=now())
    return _detail(request, code)


@router.post("/activities/{code}/moves/correct_report", response=ONE, operation_id="activities.correct_report", summary="更正结项报告")
def correct_report(request: HttpRequest, code: str, body: schemas.CorrectIn) -> dict[str, Any]:
    """The closing report anew, with the reason."""
    actions.correct_report(_of(request, code), **body.model_dump(), by=request.user, at=now())
    return _detail(request, code)


@router.post("/activities/{code}/moves/cancel_activity", response=ONE, operation_id="activities.cancel_activity", summary="取消活动")
def cancel_activity(request: HttpRequest, code: str, body: schemas.WhyIn) -> dict[str, Any]:
    """It does not take place; everybody signed up is told why."""
    actions.cancel_activity(_of(request, code), why=body.why, by=request.user, at=now())
    return _detail(request, code)


@router.get("/shifts", auth=None, response={200: Listing[schemas.ShiftOut], **PROBLEMS}, operation_id="activities.shifts", summary="班次", tags=["shifts"])
def shifts(request: HttpRequest, params: Query[schemas.ShiftParams]) -> dict[str, Any]:
    """Shifts of the activities that the caller sees, the earliest first."""
    given = {"activity__code": params.activity, "starts_at__gte": params.since, "starts_at__lt": params.until}
    rows = shifts_visible_to(request.user).filter(**{name: value for name, value in given.items() if value}).select_related("activity", "place")
    answer = listing(rows, ("starts_at", "id"), params, lambda row: row)
    add_roles(answer["items"])
    return answer | {"items": [schemas.shift_out(row) for row in answer["items"]]}


@router.get("/shifts/{uuid}", auth=None, response=SHIFT, operation_id="activities.shift", summary="一个班次", tags=["shifts"])
def shift(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """A shift and what the caller may do with it next."""
    return _shift_detail(request, uuid)


@router.post("/shifts/{uuid}/moves/change_shift", response=SHIFT, operation_id="activities.change_shift", summary="修改班次", tags=["shifts"])
def change_shift(request: HttpRequest, uuid: UUID, body: schemas.ShiftIn) -> dict[str, Any]:
    """The shift anew; who is affected is told and listed."""
    actions.change_shift(shift_of(request, uuid), **_shift(body), by=request.user, at=now())
    return _shift_detail(request, uuid)


@router.post("/shifts/{uuid}/moves/brief_shift", response=SHIFT, operation_id="activities.brief_shift", summary="登记安全交底", tags=["shifts"])
def brief_shift(request: HttpRequest, uuid: UUID, body: schemas.BriefIn) -> dict[str, Any]:
    """What those who came were told to mind."""
    actions.brief_shift(shift_of(request, uuid), text=body.text, by=request.user, at=now())
    return _shift_detail(request, uuid)


@router.post("/shifts/{uuid}/moves/cancel_shift", response=SHIFT, operation_id="activities.cancel_shift", summary="取消班次", tags=["shifts"])
def cancel_shift(request: HttpRequest, uuid: UUID, body: schemas.WhyIn) -> dict[str, Any]:
    """It does not take place; everybody signed up for it is told why."""
    actions.cancel_shift(shift_of(request, uuid), why=body.why, by=request.user, at=now())
    return _shift_detail(request, uuid)


@router.get("/series", response={200: Listing[schemas.SeriesOut], **PROBLEMS}, operation_id="activities.series", summary="系列活动")
def series(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
    """Series that the caller runs or looks on, the newest first."""
    demand(request.user, "activities.see_runs")
    return listing(series_run_by(request.user).select_related("team", "station"), ("-id",), params, schemas.series_out)


# ----- finding what is named -----


def _named(model: Any, code: str, name: str, by: str = "code") -> Any:
    found = model.objects.filter(**{by: code}).first()
    if found is None:
        raise Refused(_("没有编码为“%(code)s”的记录，请核对编码。") % {"code": code}, field=name)
    return found


def _described(body: schemas.DescribedIn) -> dict[str, Any]:
    lon, lat = body.position or (None, None)
    plain = body.model_dump(include={"title", "level", "about", "risks", "address", "min_age", "training", "insurance", "title_en", "about_en"})
    return plain | {
        "kind": _named(ServiceKind, body.kind, "kind", "key"), "brand": _named(Brand, body.brand, "brand") if body.brand else None, "area": _named(Area, body.area, "area") if body.area else None,
        "place": _named(Place, body.place, "place") if body.place else None, "lon": lon, "lat": lat,
    }  # fmt: skip


def _shift(body: schemas.ShiftIn) -> dict[str, Any]:
    lon, lat = body.position or (None, None)
    place = _named(Place, body.place, "place") if body.place else None
    return {"starts_at": body.starts_at, "ends_at": body.ends_at, "place_name": body.place_name, "place": place, "lon": lon, "lat": lat, "roles": [one.model_dump() for one in body.roles]}


def _of(request: HttpRequest, code: str) -> Activity:
    found = visible_to(request.user).select_related(*WITH).filter(code=code).first()
    if found is None:
        raise Http404(_("没有这个活动，或您无权查看"))
    return found


def _detail(request: HttpRequest, code: str) -> dict[str, Any]:
    found = with_places(visible_to(request.user)).select_related("series").filter(code=code).first()
    if found is None:
        raise Http404(_("没有这个活动，或您无权查看"))
    return schemas.activity_detail(found, request.user)


def shift_of(request: HttpRequest, uuid: UUID) -> Shift:
    """A shift that the caller sees. Raises Http404."""
    rows = shifts_visible_to(request.user).select_related("place", *(f"activity__{name}" for name in WITH))
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404(_("没有这个班次，或您无权查看"))
    return found


def _shift_detail(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    found = shift_of(request, uuid)
    add_roles([found])
    return schemas.shift_out(found) | {"moves": schemas.moves(found, request.user, schemas.SHIFT_MOVES)}
