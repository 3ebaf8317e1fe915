"""Those who help, for programs, under ``/api/v1/``: kinds of service, stations, organisations, teams, brand projects."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.people.models import Unit
from yipanqi.places.models import Area
from yipanqi.teams import actions, schemas, selectors
from yipanqi.teams.models import Brand, Organisation, ServiceKind, Station, Team
from yipanqi.teams.schemas import (
    BrandOut,
    BrandParams,
    EndIn,
    KindOut,
    KindParams,
    OrganisationOut,
    OrganisationParams,
    StationOut,
    StationParams,
    TeamFacts,
    TeamIn,
    TeamOut,
    TeamParams,
)

router = Router(tags=["teams"])
LINKS: dict[str, Any] = {"parent": Team, "organisation": Organisation, "station": Station, "unit": Unit, "area": Area}
#: What each answer names besides itself.
JOINS: dict[Any, tuple[str, ...]] = {
    ServiceKind: (), Station: ("parent", "unit", "area"), Organisation: ("unit", "area", "incubated_by"),
    Team: ("parent", "organisation", "station", "unit", "area"), Brand: ("kind", "team", "station"),
}  # fmt: skip
OUT: dict[Any, Any] = {
    ServiceKind: schemas.kind_out, Station: schemas.station_out, Organisation: schemas.organisation_out, Team: schemas.team_out, Brand: schemas.brand_out,
}  # fmt: skip


def _rows(request: HttpRequest, model: Any) -> Any:
    rows = selectors.visible_to(request.user, model).select_related(*JOINS[model])
    return rows.prefetch_related("kinds") if model is Team else rows


def _listed(request: HttpRequest, model: Any, params: ListParams) -> dict[str, Any]:
    asked = params.dict(exclude={"limit", "cursor", "count"})
    order = ("key",) if model is ServiceKind else ("code",)
    return listing(selectors.filtered(_rows(request, model), asked, timezone.localdate()), order, params, OUT[model])


def _one(request: HttpRequest, model: Any, code: str) -> Any:
    found = _rows(request, model).filter(**{"key" if model is ServiceKind else "code": code}).first()
    if found is None:
        raise Http404(_("找不到，或您无权查看"))
    return found


@router.get("/service-kinds", response={200: Listing[KindOut], **PROBLEMS}, operation_id="teams.kinds", summary="服务类别")
def kinds(request: HttpRequest, params: Query[KindParams]) -> dict[str, Any]:
    """Kinds of service, by key."""
    return _listed(request, ServiceKind, params)


@router.get("/service-kinds/{key}", response={200: KindOut, **PROBLEMS}, operation_id="teams.kind", summary="一个服务类别")
def kind(request: HttpRequest, key: str) -> dict[str, Any]:
    """One kind of service, retired ones included."""
    return schemas.kind_out(_one(request, ServiceKind, key))


@router.get("/stations", response={200: Listing[StationOut], **PROBLEMS}, operation_id="teams.stations", summary="文明实践阵地")
def stations(request: HttpRequest, params: Query[StationParams]) -> dict[str, Any]:
    """Centre, offices, stations and points, by code."""
    return _listed(request, Station, params)


@router.get("/stations/{code}", response={200: StationOut, **PROBLEMS}, operation_id="teams.station", summary="一个文明实践阵地")
def station(request: HttpRequest, code: str) -> dict[str, Any]:
    """One station, closed ones included."""
    return schemas.station_out(_one(request, Station, code))


@router.get("/organisations", response={200: Listing[OrganisationOut], **PROBLEMS}, operation_id="teams.organisations", summary="志愿服务组织")
def organisations(request: HttpRequest, params: Query[OrganisationParams]) -> dict[str, Any]:
    """Organisations, by code."""
    return _listed(request, Organisation, params)


@router.get("/organisations/{code}", response={200: OrganisationOut, **PROBLEMS}, operation_id="teams.organisation", summary="一个志愿服务组织")
def organisation(request: HttpRequest, code: str) -> dict[str, Any]:
    """One organisation, ended ones included."""
    return schemas.organisation_out(_one(request, Organisation, code))


@router.get("/teams", response={200: Listing[TeamOut], **PROBLEMS}, operation_id="teams.teams", summary="志愿服务队伍")
def teams(request: HttpRequest, params: Query[TeamParams]) -> dict[str, Any]:
    """Teams, by code."""
    return _listed(request, Team, params)


@router.get("/teams/{code}", response={200: TeamOut, **PROBLEMS}, operation_id="teams.team", summary="一支志愿服务队伍")
def team(request: HttpRequest, code: str) -> dict[str, Any]:
    """One team, ended ones included."""
    return schemas.team_out(_one(request, Team, code))


@router.post("/teams", response={201: TeamOut, **PROBLEMS}, operation_id="teams.add_team", summary="新增队伍")
def add_team(request: HttpRequest, body: TeamIn) -> tuple[int, dict[str, Any]]:
    """Found a team; a station founds its own only."""
    demand(request.user, "teams.add_team")
    made = actions.add_team(None, code=body.code, **_given(request, body), by=request.user, at=now())
    return 201, schemas.team_out(_one(request, Team, made.code))


@router.patch("/teams/{code}", response={200: TeamOut, **PROBLEMS}, operation_id="teams.change_team", summary="修改队伍")
def change_team(request: HttpRequest, code: str, body: TeamFacts) -> dict[str, Any]:
    """Change what is named; the rest stays."""
    actions.change_team(_one(request, Team, code), **_given(request, body), by=request.user, at=now())
    return schemas.team_out(_one(request, Team, code))


@router.post("/teams/{code}/moves/end_team", response={200: TeamOut, **PROBLEMS}, operation_id="teams.end_team", summary="解散队伍")
def end_team(request: HttpRequest, code: str, body: EndIn) -> dict[str, Any]:
    """Dissolve a team; the day before is its last."""
    actions.end_team(_one(request, Team, code), on=body.on, by=request.user, at=now())
    return schemas.team_out(_one(request, Team, code))


@router.get("/brands", response={200: Listing[BrandOut], **PROBLEMS}, operation_id="teams.brands", summary="品牌项目")
def brands(request: HttpRequest, params: Query[BrandParams]) -> dict[str, Any]:
    """Brand projects, by code."""
    return _listed(request, Brand, params)


@router.get("/brands/{code}", response={200: BrandOut, **PROBLEMS}, operation_id="teams.brand", summary="一个品牌项目")
def brand(request: HttpRequest, code: str) -> dict[str, Any]:
    """One brand project, ended ones included."""
    return schemas.brand_out(_one(request, Brand, code))


def _given(request: HttpRequest, body: TeamFacts) -> dict[str, Any]:
    """What was named, with the things behind the codes. Raises Refused where one is not there."""
    given = body.dict(exclude_unset=True)
    given.pop("code", None)
    for name, model in LINKS.items():
        if code := given.get(name):
            given[name] = model.objects.filter(code=code).first()
            if given[name] is None:
                raise Refused(_("没有编码为“%(code)s”的记录，请核对") % {"code": code}, field=name)
        elif name in given:
            given[name] = None
    if "kinds" in given:
        wanted, known = given["kinds"], {kind.key: kind for kind in selectors.open_kinds()}
        if missing := [key for key in wanted if key not in known]:
            raise Refused(_("没有编码为“%(code)s”的记录，请核对") % {"code": missing[0]}, field="kinds")
        given["kinds"] = [known[key] for key in wanted]
    if "position" in given:
        given["lon"], given["lat"] = given.pop("position") or (None, None)
    if given.get("founded_on", "") is None:
        given.pop("founded_on")
    return given
