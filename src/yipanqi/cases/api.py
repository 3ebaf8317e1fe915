"""Cases and residents' reports for programs, under /api/v1/."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.errors import ValidationError

from yipanqi.cases import actions, schemas, selectors
from yipanqi.cases.actions.answers import why_not_rated
from yipanqi.cases.catalogue import API_REPORTS, WRONG_CODES
from yipanqi.cases.forms import MOVE_FORMS
from yipanqi.cases.list_filters import checked
from yipanqi.cases.models import Case, Report
from yipanqi.cases.move_schemas import body_of
from yipanqi.cases.states import CASE
from yipanqi.files import receiving
from yipanqi.files.api import PhotoOut
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.addresses import absolute
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.idempotency import told_once
from yipanqi.kernel.paging import follow_page
from yipanqi.kernel.permissions import why_not
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem, IssueClass
from yipanqi.standards.selectors import current_edition, find_class

router = Router(tags=["cases"])
ORDER = ("-found_at", "-id")
JSON = "application/json; charset=utf-8"


@router.get("/cases", response={200: Listing[schemas.CaseRow], **PROBLEMS}, operation_id="cases.list", summary="案件列表", by_alias=True)
def list_cases(request: HttpRequest, params: Query[schemas.CaseParams]) -> HttpResponse:
    """Cases that the caller may see, newest first. A filter that names nothing there is is refused."""
    filters = checked(params.model_dump(by_alias=True, exclude={"limit", "cursor", "count"}))
    moment = now()
    found = selectors.filtered(selectors.visible_to(request.user), filters, moment).values(*schemas.COLUMNS)
    answer = listing(found, ORDER, params, lambda row: schemas.listed_row(row, moment))
    return HttpResponse(schemas.written(answer), content_type=JSON)


@router.get("/cases/clusters", response={200: schemas.Clusters, **PROBLEMS}, operation_id="cases.clusters", summary="案件在图上的分布", by_alias=True)
def case_clusters(request: HttpRequest, params: Query[schemas.ClusterParams]) -> dict[str, Any]:
    """How many of the cases that the caller may see lie where: counts per H3 cell."""
    filters = checked(params.model_dump(by_alias=True, exclude={"resolution", "zoom"}))
    box = filters.pop("bbox", None)
    found = selectors.spread(request.user, filters, now())
    wanted = selectors.resolution_for(params.zoom) if params.resolution is None else params.resolution
    shown, resolution = selectors.clusters(found, wanted, _box(box))
    items = [{"cell": c.cell, "position": (c.lon, c.lat), "count": c.count, "overdue": c.late} for c in shown]
    return {"resolution": resolution, "items": items, "since": found.since, "counted": found.counted}


def _box(text: str | None) -> selectors.Box | None:
    if not text:
        return None
    west, south, east, north = (float(part) for part in text.split(","))
    return west, south, east, north


@router.post("/cases", response={201: schemas.CaseOut, **PROBLEMS}, operation_id="cases.report_case", summary="登记问题", by_alias=True)
def report_case(request: HttpRequest, body: schemas.CaseIn) -> HttpResponse:
    """Enter a problem (desk, inspector, grid worker, API client)."""
    moment = now()
    lon, lat = body.position or (None, None)
    case = actions.report_case(
        None, source=body.source, description=body.description, title=body.title, issue_class=_class(body.issue_class),
        severity=body.severity, place=_place(body.place), lon=lon, lat=lat, address=body.address, check_item=_item(body.check_item),
        found_at=body.found_at, external_ref=body.external_ref, photos=_photos(body.photos), by=request.user, at=moment,
    )  # fmt: skip
    return _detail(case, request.user, moment, 201)


@router.get("/cases/{number}", response={200: schemas.CaseOut, **PROBLEMS}, operation_id="cases.get", summary="案件详情", by_alias=True)
def get_case(request: HttpRequest, number: str) -> HttpResponse:
    """A case, its shares, and what the caller may do with it next."""
    case = _case(request, number)
    return _detail(case, request.user, now(), flags=selectors.photo_flags(case, request.user))


@router.get("/cases/{number}/events", response={200: Listing[schemas.EventOut], **PROBLEMS}, operation_id="cases.events", summary="办理过程")
def list_events(request: HttpRequest, number: str, params: Query[ListParams]) -> dict[str, Any]:
    """Everything that happened to the case, oldest first."""
    return listing(selectors.thread(_case(request, number)), ("at", "id"), params, schemas.event_out)


@router.get("/cases/{number}/photos", response={200: Listing[PhotoOut], **PROBLEMS}, operation_id="cases.photos", summary="案件照片")
def list_photos(request: HttpRequest, number: str, params: Query[ListParams]) -> dict[str, Any]:
    """The case's photos, oldest first."""
    found = Photo.objects.of(selectors.SUBJECT, _case(request, number).number)
    return listing(found, ("id",), params, receiving.photo_facts)


@router.get(
    "/cases/{number}/similar", response={200: Listing[schemas.SimilarOut], **PROBLEMS}, operation_id="cases.similar", summary="相似案件", by_alias=True
)
def list_similar(request: HttpRequest, number: str, params: Query[ListParams]) -> dict[str, Any]:
    """Cases of the same class within 200 m and 30 days, nearest first."""
    found = selectors.neighbours(_case(request, number), request.user)
    page = follow_page(found, params.cursor, params.limit)
    rows = Case.objects.select_related("unit", "place").in_bulk(list(page.items), field_name="number")
    answer = {"items": [{"case": schemas.case_row(rows[n]), "distance_m": round(found[n], 1)} for n in page.items], "next": page.next}
    return answer | ({"count": len(found)} if params.count else {})


def _offer(verb: str) -> None:
    """Publish the operation of one move: its body comes from the move's form."""
    body_type: Any = body_of(verb)
    needed = any(field.is_required() for field in body_type.model_fields.values())

    def run(request: HttpRequest, number: str, body: Any = None) -> HttpResponse:
        values = (body or body_type()).model_dump()
        return _move(request, verb, number, values)

    run.__name__ = verb
    run.__doc__ = (actions.__dict__[verb].__doc__ or "").split("\n\n")[0]
    run.__annotations__ = {"request": HttpRequest, "number": str, "body": body_type if needed else body_type | None, "return": HttpResponse}
    run.__defaults__ = None if needed else (None,)
    path, answers = f"/cases/{{number}}/moves/{verb}", {200: schemas.CaseOut, **PROBLEMS}
    router.post(path, response=answers, operation_id=f"cases.{verb}", summary=str(CASE.moves[verb].title), by_alias=True)(run)


def _move(request: HttpRequest, verb: str, number: str, values: dict[str, Any]) -> HttpResponse:
    case, moment, version = _case(request, number, "number"), now(), values.pop("version", None)
    form = MOVE_FORMS[verb](values)
    if not form.is_valid():
        raise BadFields(form.errors.get_json_data())
    given = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    result = getattr(actions, verb)(case, **given, version=version, by=request.user, at=moment)
    return _detail(result, request.user, moment)


class BadFields(Refused):
    """The fields are of the right form and still cannot be used, for example an unknown unit."""

    def __init__(self, errors: dict[str, list[dict[str, str]]]) -> None:
        name, found = next(iter(errors.items()))
        super().__init__(found[0]["message"], field=name)


# ----- residents' reports -----

_JSON = {"application/json": {"schema": schemas.ReportIn.model_json_schema()}}
_FORM = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["text"],
            "properties": {
                "text": {"type": "string", "minLength": 1, "maxLength": 5000},
                **{name: {"type": "string"} for name in ("place", "address", "class", "contact_name", "contact_phone")},
                **{name: {"type": "number"} for name in ("lon", "lat")},
                "photos": {"type": "array", "maxItems": 9, "items": {"type": "string", "format": "binary"}},
            },
        }
    }
}


@router.post(
    "/reports", auth=None, response={201: schemas.ReportMade, **PROBLEMS}, operation_id="cases.report_by_resident", summary="市民反映问题",
    tags=["reports"], openapi_extra={"requestBody": {"required": True, "content": {**_JSON, **_FORM}}},
)  # fmt: skip
def report_by_resident(request: HttpRequest) -> tuple[int, dict[str, str]]:
    """A resident reports a problem, without an account: JSON, or multipart with up to nine photos."""
    moment, address = now(), request.META.get("REMOTE_ADDR", "")
    body = _report_body(request)
    API_REPORTS.take(address, moment)
    lon, lat = body.position or (None, None)
    photos, sent = _photos(body.photos), request.FILES.getlist("photos")
    by = receiving.sender_of(request) if photos or sent else receiving.actor_of(request)
    if len(sent) + len(photos) > 9:
        raise actions.TooManyPhotos(field="photos")
    place, issue_class = _place(body.place), _class(body.issue_class)
    photos += [receiving.take_photo(f, kind=Photo.Kind.REPORT, by=by, address=address, at=moment) for f in sent]
    report = actions.report_by_resident(
        None, text=body.text, lon=lon, lat=lat, place=place, address=body.address, issue_class=issue_class, photos=photos,
        contact_name=body.contact_name, contact_phone=body.contact_phone, by=by, at=moment,
    )  # fmt: skip
    return 201, {"code": report.code, "track_url": absolute(request, f"/track/{report.code}/")}


@router.get("/reports/{code}", auth=None, response={200: schemas.ReportOut, **PROBLEMS}, operation_id="cases.report", summary="查询反映进展", tags=["reports"])
def get_report(request: HttpRequest, code: str) -> dict[str, Any]:
    """Progress of a report; a merged one shows the case it follows. Nothing personal."""
    return _report_out(_report(request, code), receiving.actor_of(request))


@router.post("/reports/{code}/rating", auth=None, response={200: schemas.ReportOut, **PROBLEMS}, operation_id="cases.rate", summary="评价办理结果", tags=["reports"])
def rate(request: HttpRequest, code: str, body: schemas.RatingIn) -> dict[str, Any]:
    """The resident says how satisfied they are, once."""
    by = receiving.actor_of(request)
    return _report_out(actions.rate(_report(request, code), rating=body.rating, note=body.note, by=by, at=now()), by)


@router.post("/reports/{code}/moves/rate", auth=None, response={200: schemas.ReportOut, **PROBLEMS}, operation_id="cases.rate_report", summary="评价办理结果", tags=["reports"])
def rate_report(request: HttpRequest, code: str, body: schemas.RatingIn) -> dict[str, Any]:
    """The same as `/reports/{code}/rating`, under the name that `moves` tells."""
    return rate(request, code, body)


@router.post("/reports/{code}/contact", response={200: schemas.ContactOut, **PROBLEMS}, operation_id="cases.reveal_contact", summary="查看反映人联系方式", tags=["reports"])
def reveal_contact(request: HttpRequest, response: HttpResponse, code: str) -> dict[str, str]:
    """Name and telephone of one resident in full, for the office; every look, also a repeated one, is written into the journal."""
    told_once(response)
    found = actions.reveal_contact(_report(request, code), by=request.user, at=now())
    return {"name": found.name, "phone": found.phone}


@router.post("/reports/{code}/answer", response={200: schemas.ReportOut, **PROBLEMS}, operation_id="cases.answer", summary="答复市民", tags=["reports"])
def answer(request: HttpRequest, code: str, body: schemas.AnswerIn) -> dict[str, Any]:
    """The office answers a resident."""
    return _report_out(actions.answer(_report(request, code), text=body.text, by=request.user, at=now()), request.user)


def _report_body(request: HttpRequest) -> schemas.ReportIn:
    """The body, whichever of the two forms it came in. Raises ValidationError (400) or UnknownType (415)."""
    try:
        if request.content_type == "application/json":
            return schemas.ReportIn.model_validate_json(request.body)
        if request.content_type not in ("multipart/form-data", "application/x-www-form-urlencoded"):
            raise UnknownType
        values: dict[str, Any] = {key: value for key, value in request.POST.items() if key != "photos"}
        lon, lat = values.pop("lon", "") or None, values.pop("lat", "") or None
        if lon is not None or lat is not None:
            values["position"] = (lon, lat)
        return schemas.ReportIn.model_validate({**values, "photos": [p for p in request.POST.getlist("photos") if p]})
    except ValueError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False) if hasattr(error, "errors") else []
        raise ValidationError([{**e, "loc": ("body", *e["loc"])} for e in found]) from error


class UnknownType(Refused):
    """Neither JSON nor a form."""

    status = 415

    def __init__(self) -> None:
        super().__init__(_("请以 application/json 或 multipart/form-data 提交"))


def _report(request: HttpRequest, code: str) -> Report:
    found = selectors.report_by_code(code)
    if found is None:
        WRONG_CODES.take(request.META.get("REMOTE_ADDR", ""), now())
        raise Http404(_("没有这个查询码，请核对后再试。"))
    return found


def _report_out(report: Report, actor: Any) -> dict[str, Any]:
    why = why_not_rated(report) if actor.has_perm("cases.rate", report) else why_not("cases.rate")
    case = report.case.merged_into or report.case
    steps = [m for m in selectors.thread(case) if m.public]
    return {
        "code": report.code, "sent_at": report.sent_at, "state": case.state, "state_title": case.get_state_display(),
        "steps": [{"title": selectors.public_title(m.verb), "at": m.at} for m in steps],
        "unit": case.unit.name if case.unit else None, "due_at": case.due_at, "answer": report.answer, "answered_at": report.answered_at,
        "rating": report.rating, "moves": [schemas.rating_move(why)],
    }  # fmt: skip


# ----- finding what is named -----


def _case(request: HttpRequest, number: str, *fields: str) -> Case:
    found = selectors.row_of(request.user, number, *fields)
    if found is None:
        raise Http404
    return found


def _detail(
    case: Case, user: Actor | Any, moment: dt.datetime, status: int = 200, flags: list[selectors.PhotoFlag] | None = None
) -> HttpResponse:
    """A case as `schemas.CaseOut` has it."""
    told = schemas.case_out(case, selectors.open_moves(case, user, moment), moment, flags)
    return HttpResponse(schemas.written(told), status=status, content_type=JSON)


def _class(code: str | None) -> IssueClass | None:
    found = find_class(code) if code else None
    if code and found is None:
        raise Refused(_("没有“%(code)s”这个问题类别") % {"code": code}, field="class")
    return found


def _place(code: str | None) -> Place | None:
    found = Place.objects.filter(code=code).select_related("area").first() if code else None
    if code and found is None:
        raise Refused(_("没有编码为“%(code)s”的点位") % {"code": code}, field="place")
    return found


def _item(code: str | None) -> CheckItem | None:
    found = CheckItem.objects.filter(edition=current_edition(), code=code).select_related("issue_class").first() if code else None
    if code and found is None:
        raise Refused(_("现行标准中没有检查项“%(code)s”") % {"code": code}, field="check_item")
    return found


def _photos(wanted: list[UUID]) -> list[Photo]:
    found = {p.uuid: p for p in Photo.objects.filter(uuid__in=wanted)} if wanted else {}
    if missing := [str(u) for u in wanted if u not in found]:
        raise Refused(_("找不到照片 %(missing)s，请重新上传。") % {"missing": _("、").join(missing)}, field="photos")
    return [found[u] for u in dict.fromkeys(wanted)]


for _verb in MOVE_FORMS:
    _offer(_verb)
