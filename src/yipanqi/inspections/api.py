"""Campaigns and visits for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from yipanqi.files.models import Photo
from yipanqi.files.selectors import visible_photo
from yipanqi.inspections import actions, schemas, selectors
from yipanqi.inspections.models import Campaign, Visit
from yipanqi.inspections.states import VisitState
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.api import PROBLEMS, Listing, listing, now
from yipanqi.people.models import User
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem, Edition

router = Router(tags=["inspections"])
CAMPAIGN = {200: schemas.CampaignDetail, **PROBLEMS}
VISIT = {200: schemas.VisitDetail, **PROBLEMS}
VISIT_STATES = {
    VisitState.OPEN: {"finished_at__isnull": True, "missed_at__isnull": True},
    VisitState.FINISHED: {"finished_at__isnull": False},
    VisitState.MISSED: {"missed_at__isnull": False},
}


@router.get("/campaigns", response={200: Listing[schemas.CampaignOut], **PROBLEMS}, operation_id="inspections.campaigns", summary="检查计划")
def campaigns(request: HttpRequest, params: Query[schemas.CampaignParams]) -> dict[str, Any]:
    """Campaigns that the caller sees, newest first."""
    rows = selectors.with_progress(selectors.campaigns_visible_to(request.user))
    given = {name: value for name in ("state", "kind") if (value := getattr(params, name))}
    return listing(rows.filter(**given), ("-starts_on", "-id"), params, schemas.campaign_out)


@router.post("/campaigns", response={201: schemas.CampaignDetail, **PROBLEMS}, operation_id="inspections.add_campaign", summary="新建检查计划")
def add_campaign(request: HttpRequest, body: schemas.CampaignIn) -> tuple[int, dict[str, Any]]:
    """A new plan, as a draft without places."""
    made = actions.add_campaign(None, **_plan(body), by=request.user, at=now())
    return 201, _campaign_detail(request, made.code)


@router.get("/campaigns/{code}", response=CAMPAIGN, operation_id="inspections.campaign", summary="一个检查计划")
def campaign(request: HttpRequest, code: str) -> dict[str, Any]:
    """A plan, how far it is, and what the caller may do with it next."""
    return _campaign_detail(request, code)


@router.get(
    "/campaigns/{code}/places", response={200: Listing[schemas.CampaignPlaceOut], **PROBLEMS},
    operation_id="inspections.campaign_places", summary="检查计划的点位",
)  # fmt: skip
def campaign_places(request: HttpRequest, code: str, params: Query[schemas.CampaignPlaceParams]) -> dict[str, Any]:
    """The places of a plan and how each stands."""
    found = _campaign_of(request, code)
    answer = listing(selectors.places_of(found, params.state or ""), ("place_id", "id"), params, lambda row: row)
    visits = selectors.latest_visits(request.user, found, [row.place_id for row in answer["items"]])
    return answer | {"items": [schemas.campaign_place_out(row, visits.get(row.place_id) or row.served_by) for row in answer["items"]]}


@router.post("/campaigns/{code}/moves/change_campaign", response=CAMPAIGN, operation_id="inspections.change_campaign", summary="修改检查计划")
def change_campaign(request: HttpRequest, code: str, body: schemas.ChangeIn) -> dict[str, Any]:
    """The whole plan anew; the edition only while it is a draft."""
    actions.change_campaign(_campaign_of(request, code), **_plan(body), by=request.user, at=now())
    return _campaign_detail(request, code)


@router.post("/campaigns/{code}/moves/assign_places", response=CAMPAIGN, operation_id="inspections.assign_places", summary="安排点位和检查员")
def assign_places(request: HttpRequest, code: str, body: schemas.AssignIn) -> dict[str, Any]:
    """Places join, or change hands, in equal neighbouring shares."""
    moment = now()
    found, places = _campaign_of(request, code), _chosen(body, moment)
    actions.assign_places(found, places=places, inspectors=_inspectors(body.inspectors), again=body.again, why_again=body.why_again, by=request.user, at=moment)
    return _campaign_detail(request, code)


@router.post("/campaigns/{code}/moves/remove_places", response=CAMPAIGN, operation_id="inspections.remove_places", summary="移出点位")
def remove_places(request: HttpRequest, code: str, body: schemas.RemoveIn) -> dict[str, Any]:
    """Places leave that nobody began to look at."""
    actions.remove_places(_campaign_of(request, code), places=_places(body.places), by=request.user, at=now())
    return _campaign_detail(request, code)


@router.post("/campaigns/{code}/moves/open_campaign", response=CAMPAIGN, operation_id="inspections.open_campaign", summary="启动检查")
def open_campaign(request: HttpRequest, code: str) -> dict[str, Any]:
    """Inspectors may begin; the edition is frozen."""
    actions.open_campaign(_campaign_of(request, code), by=request.user, at=now())
    return _campaign_detail(request, code)


@router.post("/campaigns/{code}/moves/close_campaign", response=CAMPAIGN, operation_id="inspections.close_campaign", summary="结束检查")
def close_campaign(request: HttpRequest, code: str) -> dict[str, Any]:
    """No further visits; unfinished ones do not count."""
    actions.close_campaign(_campaign_of(request, code), by=request.user, at=now())
    return _campaign_detail(request, code)


@router.post("/campaigns/{code}/moves/cancel_campaign", response=CAMPAIGN, operation_id="inspections.cancel_campaign", summary="取消检查计划")
def cancel_campaign(request: HttpRequest, code: str, body: schemas.WhyIn) -> dict[str, Any]:
    """The plan is dropped before anything was inspected."""
    actions.cancel_campaign(_campaign_of(request, code), why=body.why, by=request.user, at=now())
    return _campaign_detail(request, code)


@router.post("/campaigns/{code}/moves/start_visit", response=VISIT, operation_id="inspections.start_visit", summary="开始检查点位")
def start_visit(request: HttpRequest, code: str, body: schemas.StartIn) -> dict[str, Any]:
    """Begin to look at a place, or go on with what was begun."""
    return schemas.visit_detail(_started(request, code, body)[0], request.user)


@router.get("/visits", response={200: Listing[schemas.VisitOut], **PROBLEMS}, operation_id="inspections.visits", summary="检查记录")
def visits(request: HttpRequest, params: Query[schemas.VisitParams]) -> dict[str, Any]:
    """Visits that the caller sees, newest first."""
    given = {
        "campaign__code": params.campaign, "place__code": params.place,
        "started_at__gte": params.started_from, "started_at__lte": params.started_to,
    }  # fmt: skip
    rows = selectors.visits_visible_to(request.user).filter(**{name: value for name, value in given.items() if value is not None})
    if params.state:
        rows = rows.filter(**VISIT_STATES[params.state])
    return listing(rows, ("-started_at", "-id"), params, schemas.visit_out)


@router.post("/visits", response={200: schemas.VisitDetail, 201: schemas.VisitDetail, **PROBLEMS}, operation_id="inspections.begin_visit", summary="开始一次检查")
def begin_visit(request: HttpRequest, body: schemas.VisitIn) -> tuple[int, dict[str, Any]]:
    """Begin to look at a place (201), or go on with what was begun (200)."""
    visit, new = _started(request, body.campaign, body)
    return 201 if new else 200, schemas.visit_detail(visit, request.user)


@router.get("/visits/{uuid}", response=VISIT, operation_id="inspections.visit", summary="一次检查")
def visit(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """A visit: what is to be looked at, what was found, what may be done next."""
    return schemas.visit_detail(_visit_of(request, uuid), request.user)


@router.post(
    "/visits/{uuid}/moves/record_finding", response={200: schemas.FindingOut, **PROBLEMS},
    operation_id="inspections.record_finding", summary="记录检查结果",
)  # fmt: skip
def record_finding(request: HttpRequest, uuid: UUID, body: schemas.FindingIn) -> dict[str, Any]:
    """What was seen of one item; a failing one opens a case or confirms the open one. `near` shows others close by.

    The same item again, while the visit is open, is judged anew. Still failing, it keeps its case. Else the case that it
    opened is withdrawn, or its confirmation: 422 on `why` without a reason; 409 where the office, a unit or another
    inspector has the case already, and nothing is changed.
    """
    found = _visit_of(request, uuid)
    item = CheckItem.objects.filter(edition_id=found.campaign.edition_id, code=body.item).first()
    if item is None:
        raise actions.OtherItem(field="item")
    finding = actions.record_finding(
        found, item=item, observed=body.observed, note=body.note, photos=_photos(request, body.photos),
        on_the_spot=body.on_the_spot, why=body.why, by=request.user, at=now(),
    )  # fmt: skip
    return schemas.finding_out(finding, selectors.near_duplicates(finding, request.user))


@router.post("/visits/{uuid}/moves/pass_rest", response=VISIT, operation_id="inspections.pass_rest", summary="其余全部合格")
def pass_rest(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Every item without a result is as it should be."""
    return schemas.visit_detail(actions.pass_rest(_visit_of(request, uuid), by=request.user, at=now()), request.user)


@router.post("/visits/{uuid}/moves/finish_visit", response=VISIT, operation_id="inspections.finish_visit", summary="完成检查")
def finish_visit(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """The visit ends with its score."""
    return schemas.visit_detail(actions.finish_visit(_visit_of(request, uuid), by=request.user, at=now()), request.user)


@router.post("/visits/{uuid}/moves/give_up_visit", response=VISIT, operation_id="inspections.give_up_visit", summary="无法检查")
def give_up_visit(request: HttpRequest, uuid: UUID, body: schemas.GiveUpIn) -> dict[str, Any]:
    """The place is closed, gone, cannot be entered or is not safe: the visit ends without a score."""
    ended = actions.give_up_visit(
        _visit_of(request, uuid), why=body.why, note=body.note, photos=_photos(request, body.photos), by=request.user, at=now()
    )
    return schemas.visit_detail(ended, request.user)


# ----- finding what is named -----


def _campaign_of(request: HttpRequest, code: str) -> Campaign:
    found = selectors.with_progress(selectors.campaigns_visible_to(request.user)).filter(code=code).first()
    if found is None:
        raise Http404(_("没有这个检查计划，或您无权查看"))
    return found


def _campaign_detail(request: HttpRequest, code: str) -> dict[str, Any]:
    return schemas.campaign_detail(_campaign_of(request, code), request.user)


def _visit_of(request: HttpRequest, uuid: UUID) -> Visit:
    found = selectors.visits_visible_to(request.user).filter(uuid=uuid).first()
    if found is None:
        raise Http404(_("没有这次检查，或您无权查看"))
    return found


def _plan(body: schemas.CampaignIn) -> dict[str, Any]:
    edition = Edition.objects.filter(code=body.edition).first()
    if edition is None:
        raise Refused(_("没有编码为“%(code)s”的测评体系版本") % {"code": body.edition}, field="edition")
    return body.model_dump() | {"edition": edition}


def _started(request: HttpRequest, code: str, body: schemas.StartIn) -> tuple[Visit, bool]:
    """The visit, and whether it is new."""
    place = Place.objects.filter(code=body.place).first()
    if place is None:
        raise Refused(_("没有编码为“%(code)s”的点位") % {"code": body.place}, field="place")
    found = _campaign_of(request, code)
    begun = selectors.open_visit(request.user, found, place) if body.uuid is None else None
    uuid = body.uuid or (begun.uuid if begun else uuid4())
    new = not Visit.objects.filter(uuid=uuid).exists()
    lon, lat = body.position or (None, None)
    return actions.start_visit(found, place=place, uuid=uuid, lon=lon, lat=lat, why_again=body.why_again, by=request.user, at=now()), new


def _places(codes: list[str]) -> list[Place]:
    found = list(Place.objects.filter(code__in=codes).select_related("area"))
    if missing := sorted(set(codes) - {place.code for place in found}):
        raise Refused(_("没有这些点位：%(codes)s") % {"codes": _("、").join(missing[:10])}, field="places")
    return found


def _chosen(body: schemas.AssignIn, moment: dt.datetime) -> list[Place]:
    """The places that the body names or filters. Raises Refused where it names none, or an unknown one."""
    if not (body.places or body.category or body.area or body.not_visited_days):
        raise Refused(_("请给出点位编码，或按点位类型、区划选择"), field="places")
    codes = [place.code for place in _places(body.places)] if body.places else None
    return list(selectors.places_to_plan(codes=codes, categories=body.category, area=body.area, not_visited_days=body.not_visited_days, at=moment))


def _inspectors(names: list[str]) -> list[User]:
    found = {user.username: user for user in User.objects.filter(username__in=names)}
    if missing := [name for name in names if name not in found]:
        raise Refused(_("没有这些用户：%(names)s") % {"names": _("、").join(missing[:10])}, field="inspectors")
    return [found[name] for name in names]


def _photos(request: HttpRequest, uuids: list[UUID]) -> list[Photo]:
    found = [visible_photo(cast(Actor, request.user), uuid) for uuid in uuids]
    if None in found:
        raise actions.PhotoUnknown(field="photos")
    return [photo for photo in found if photo]
