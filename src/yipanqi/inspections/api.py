"""Campaigns and visits for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from yipanqi.files.models import Photo
from yipanqi.files.selectors import visible_photo
from yipanqi.inspections import actions, selectors
from yipanqi.inspections.models import Campaign, Finding, Visit
from yipanqi.inspections.states import CAMPAIGN, VISIT
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem

router = Router(tags=["inspections"])


class InspectionMove(Schema):
    """A move open in the present state, and whether the caller may make it."""

    name: str
    title: str
    allowed: bool
    why_not: str | None
    fields: list[str]


class CampaignOut(Schema):
    """A plan of inspections. `places` to look at, `done` of them with a finished visit."""

    code: str
    name: str
    kind: str
    state: str
    edition: str
    starts_on: dt.date
    ends_on: dt.date
    places: int
    done: int


class CampaignDetail(CampaignOut):
    """As in the list, and what may be done next."""

    moves: list[InspectionMove]


class VisitOut(Schema):
    """One look at one place; `score` 0–100 with `n_items` behind it, null while unfinished."""

    id: UUID
    campaign: str
    place: str
    state: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    score: float | None
    n_items: int


class FindingOut(Schema):
    """The result of one check item; letter A, B, C, D (= C#) or NA."""

    item: str
    text: str
    observed: dict[str, Any]
    letter: str
    value: float | None
    note: str
    outcome: str
    case: str | None


class VisitDetail(VisitOut):
    """As in the list, with its findings and what may be done next."""

    findings: list[FindingOut]
    moves: list[InspectionMove]


class CampaignParams(ListParams, extra="forbid"):
    """Filters of the campaigns."""

    state: Literal["draft", "open", "closed"] | None = None
    kind: Literal["routine", "special", "mock", "self_check"] | None = None


class VisitParams(ListParams, extra="forbid"):
    """Filters of the visits; days of the city, both included."""

    campaign: str | None = Field(None, max_length=30)
    place: str | None = Field(None, max_length=20)
    state: Literal["open", "finished"] | None = None
    started_from: dt.datetime | None = None
    started_to: dt.datetime | None = None


class StartIn(Schema, extra="forbid"):
    """Where to begin, and the visit's own id chosen by the caller."""

    place: str = Field(max_length=20)
    uuid: UUID
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class FindingIn(Schema, extra="forbid"):
    """What was seen of an item: `observed` is {"na": true}, {"passed": bool}, {"count": number} or {"grade": letter}."""

    item: str = Field(max_length=12)
    observed: dict[str, bool | float | str]
    note: str = Field("", max_length=500)
    photos: list[UUID] = Field(default=[], max_length=9)
    on_the_spot: bool = False


VISIT_FIELDS = {"record_finding": list(FindingIn.model_fields)}
CAMPAIGN_FIELDS = {"start_visit": list(StartIn.model_fields)}


@router.get("/campaigns", response={200: Listing[CampaignOut], **PROBLEMS}, operation_id="inspections.campaigns", summary="检查计划")
def campaigns(request: HttpRequest, params: Query[CampaignParams]) -> dict[str, Any]:
    rows = selectors.with_progress(selectors.campaigns_visible_to(request.user))
    given = {name: value for name in ("state", "kind") if (value := getattr(params, name))}
    return listing(rows.filter(**given), ("-starts_on", "-id"), params, _campaign)


@router.get("/campaigns/{code}", response={200: CampaignDetail, **PROBLEMS}, operation_id="inspections.campaign", summary="一个检查计划")
def campaign(request: HttpRequest, code: str) -> dict[str, Any]:
    found = _campaign_of(request, code)
    moves = _moves(CAMPAIGN, found, request.user, ("open_campaign", "close_campaign", "start_visit"), CAMPAIGN_FIELDS)
    return _campaign(found) | {"moves": moves}


@router.post("/campaigns/{code}/moves/open_campaign", response={200: CampaignOut, **PROBLEMS}, operation_id="inspections.open_campaign", summary="启动检查")
def open_campaign(request: HttpRequest, code: str) -> dict[str, Any]:
    actions.open_campaign(_campaign_of(request, code), by=request.user, at=now())
    return _campaign(_campaign_of(request, code))


@router.post("/campaigns/{code}/moves/close_campaign", response={200: CampaignOut, **PROBLEMS}, operation_id="inspections.close_campaign", summary="结束检查")
def close_campaign(request: HttpRequest, code: str) -> dict[str, Any]:
    actions.close_campaign(_campaign_of(request, code), by=request.user, at=now())
    return _campaign(_campaign_of(request, code))


@router.post("/campaigns/{code}/moves/start_visit", response={200: VisitDetail, **PROBLEMS}, operation_id="inspections.start_visit", summary="开始检查点位")
def start_visit(request: HttpRequest, code: str, payload: StartIn) -> dict[str, Any]:
    """The same `uuid` again answers with the same visit."""
    place = Place.objects.filter(code=payload.place).first()
    if place is None:
        raise Http404
    visit = actions.start_visit(
        _campaign_of(request, code), place=place, uuid=payload.uuid, lon=payload.lon, lat=payload.lat, by=request.user, at=now()
    )
    return _visit_detail(visit, request.user)


@router.get("/visits", response={200: Listing[VisitOut], **PROBLEMS}, operation_id="inspections.visits", summary="检查记录")
def visits(request: HttpRequest, params: Query[VisitParams]) -> dict[str, Any]:
    rows = selectors.visits_visible_to(request.user)
    given = {
        "campaign__code": params.campaign, "place__code": params.place,
        "finished_at__isnull": None if params.state is None else params.state == "open",
        "started_at__gte": params.started_from, "started_at__lte": params.started_to,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    return listing(rows, ("-started_at", "-id"), params, _visit)


@router.get("/visits/{uuid}", response={200: VisitDetail, **PROBLEMS}, operation_id="inspections.visit", summary="一次检查")
def visit(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    return _visit_detail(_visit_of(request, uuid), request.user)


@router.post("/visits/{uuid}/moves/record_finding", response={200: FindingOut, **PROBLEMS}, operation_id="inspections.record_finding", summary="记录检查结果")
def record_finding(request: HttpRequest, uuid: UUID, payload: FindingIn) -> dict[str, Any]:
    found = _visit_of(request, uuid)
    item = CheckItem.objects.filter(edition_id=found.campaign.edition_id, code=payload.item).first()
    if item is None:
        raise actions.OtherItem(field="item")
    finding = actions.record_finding(
        found, item=item, observed=payload.observed, note=payload.note, photos=_photos(request, payload.photos),
        on_the_spot=payload.on_the_spot, by=request.user, at=now(),
    )  # fmt: skip
    return _finding(finding)


@router.post("/visits/{uuid}/moves/pass_rest", response={200: VisitDetail, **PROBLEMS}, operation_id="inspections.pass_rest", summary="其余全部合格")
def pass_rest(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    return _visit_detail(actions.pass_rest(_visit_of(request, uuid), by=request.user, at=now()), request.user)


@router.post("/visits/{uuid}/moves/finish_visit", response={200: VisitDetail, **PROBLEMS}, operation_id="inspections.finish_visit", summary="完成检查")
def finish_visit(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    return _visit_detail(actions.finish_visit(_visit_of(request, uuid), by=request.user, at=now()), request.user)


def _campaign_of(request: HttpRequest, code: str) -> Campaign:
    found = selectors.with_progress(selectors.campaigns_visible_to(request.user)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _visit_of(request: HttpRequest, uuid: UUID) -> Visit:
    found = selectors.visits_visible_to(request.user).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _photos(request: HttpRequest, uuids: list[UUID]) -> list[Photo]:
    found = [visible_photo(cast(Actor, request.user), uuid) for uuid in uuids]
    if None in found:
        raise actions.PhotoUnknown(field="photos")
    return [photo for photo in found if photo]


def _campaign(row: Any) -> dict[str, Any]:
    return {
        "code": row.code, "name": row.name, "kind": row.kind, "state": row.state, "edition": row.edition.code,
        "starts_on": row.starts_on, "ends_on": row.ends_on, "places": row.n_places or 0, "done": row.n_done or 0,
    }  # fmt: skip


def _visit(row: Visit) -> dict[str, Any]:
    return {
        "id": row.uuid, "campaign": row.campaign.code, "place": row.place.code, "state": row.state, "started_at": row.started_at,
        "finished_at": row.finished_at, "score": None if row.score is None else float(row.score), "n_items": row.n_items,
    }  # fmt: skip


def _visit_detail(row: Visit, user: Any) -> dict[str, Any]:
    moves = _moves(VISIT, row, user, tuple(VISIT.moves), VISIT_FIELDS)
    return _visit(row) | {"findings": [_finding(f) for f in selectors.findings_of(row)], "moves": moves}


def _finding(row: Finding) -> dict[str, Any]:
    return {
        "item": row.item.code, "text": row.item.text, "observed": row.observed, "letter": row.letter,
        "value": None if row.value is None else float(row.value), "note": row.note, "outcome": row.outcome,
        "case": row.case.number if row.case else None,
    }  # fmt: skip


def _moves(machine: Any, thing: Any, user: Any, only: tuple[str, ...], fields: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {"name": m.name, "title": m.title, "allowed": m.allowed, "why_not": m.why_not, "fields": fields.get(m.name, [])}
        for m in machine.open_moves(thing, user, only)
    ]
