"""Records for programs, under ``/api/v1/records/``; checking a certificate needs no token."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from ninja import Query, Router

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.addresses import absolute
from yipanqi.kernel.api import PROBLEMS, Listing, listing, now
from yipanqi.records import actions, selectors
from yipanqi.records.catalogue import CHECKS
from yipanqi.records.checking import public_facts
from yipanqi.records.hours import following
from yipanqi.records.models import Issuer, Standing, Star
from yipanqi.records.rules import is_about_me, looks_after
from yipanqi.records.schemas import (
    AmendmentOut,
    AskAmendmentIn,
    AskCertificateIn,
    AskStarIn,
    CertificateOut,
    CheckOut,
    CheckParams,
    EntryOut,
    EntryParams,
    MoveIn,
    StandingOut,
    StarOut,
    StateParams,
    TableOut,
    TrainingIn,
    amendment_out,
    certificate_out,
    entry_out,
    star_out,
)
from yipanqi.volunteers.models import Volunteer

router = Router(tags=["records"])
NEWEST = ("-asked_at", "-id")
JOINS = {
    "stars": ("volunteer__user", "station"), "certificates": ("volunteer__user", "issuer"),
    "amendments": ("volunteer__user", "issuer", "service", "training", "commendation", "evaluation"),
}  # fmt: skip
VISIBLE = {"stars": selectors.stars_visible_to, "certificates": selectors.certificates_visible_to, "amendments": selectors.amendments_visible_to}
OUT: dict[str, Any] = {"stars": star_out, "certificates": certificate_out, "amendments": amendment_out}
WITH_WHY = {
    "stars": {"refuse_star": actions.refuse_star, "keep_star": actions.keep_star, "withdraw_star": actions.withdraw_star},
    "certificates": {"refuse_certificate": actions.refuse_certificate, "keep_certificate": actions.keep_certificate, "revoke_certificate": actions.revoke_certificate},
    "amendments": {},
}  # fmt: skip
DIRECT = {
    "stars": {"confirm_star": actions.confirm_star, "drop_star": actions.drop_star}, "certificates": {"drop_certificate": actions.drop_certificate},
    "amendments": {"agree_amendment": actions.agree_amendment, "drop_amendment": actions.drop_amendment},
}  # fmt: skip


@router.get("/records/check", auth=None, response={200: CheckOut, **PROBLEMS}, operation_id="records.check", summary="核验志愿服务记录证明")
def check(request: HttpRequest, params: Query[CheckParams]) -> dict[str, Any]:
    """What anybody with number and code of a certificate may know. Every look counts towards the hour's share."""
    CHECKS.take(str(request.META.get("REMOTE_ADDR", "")), timezone.now())
    found = public_facts(params.number, params.code)
    if found is None:
        raise Http404(_("没有查到，请对照证明逐字核对编号和校验码"))
    return found


@router.get("/records/star-rules", auth=None, response={200: list[TableOut], **PROBLEMS}, operation_id="records.star_rules", summary="星级规则")
def star_rules(request: HttpRequest) -> list[dict[str, Any]]:
    """The tables of all rule sets, in force or announced."""
    today = timezone.localdate()
    in_use = selectors.star_table(today)
    return [
        {"scheme": one.scheme, "name": str(one.name), "from_on": one.from_on, "in_use": one == in_use, "steps": [{"grade": s.grade, "minutes": s.minutes} for s in one.steps]}
        for one in selectors.schemes(today)
    ]  # fmt: skip


@router.get("/records/volunteers/{number}", response={200: StandingOut, **PROBLEMS}, operation_id="records.standing", summary="志愿者累计时长和星级")
def standing(request: HttpRequest, number: str) -> dict[str, Any]:
    """What a volunteer's service comes to, for the volunteer and whoever looks after them."""
    found = _volunteer(number)
    user: Any = request.user
    if not (is_about_me.test(user, found) or looks_after.test(user, found) or selectors.sees_all(user)):
        raise Http404(_("找不到，或您无权查看"))
    row = Standing.objects.filter(volunteer=found).first() or Standing(volunteer=found)
    table = selectors.star_table(timezone.localdate())
    ahead = following(table.steps, row.minutes) if table else None
    held = Star.objects.filter(volunteer=found, state="confirmed", scheme=table.scheme).order_by("-grade").values_list("grade", flat=True).first() if table else None
    return {
        "volunteer": found.number, "minutes": row.minutes, "services": row.services, "first_on": row.first_on, "last_on": row.last_on, "grade": held or 0,
        "next_grade": ahead.grade if ahead else None, "next_minutes": ahead.minutes if ahead else None,
    }  # fmt: skip


def _entries(kind: str, request: HttpRequest, params: EntryParams) -> dict[str, Any]:
    rows = selectors.entries_visible_to(request.user, selectors.KINDS[kind]).select_related("volunteer", "issuer")
    rows = rows.filter(volunteer__number=params.volunteer) if params.volunteer else rows
    rows = rows.filter(issuer__code=params.issuer) if params.issuer else rows
    return listing(rows, ("-on", "-id"), params, lambda row: entry_out(kind, row))


@router.get("/records/services", response={200: Listing[EntryOut], **PROBLEMS}, operation_id="records.services", summary="服务记录")
def services(request: HttpRequest, params: Query[EntryParams]) -> dict[str, Any]:
    """Records of service that the caller sees, newest first."""
    return _entries("service", request, params)


@router.get("/records/trainings", response={200: Listing[EntryOut], **PROBLEMS}, operation_id="records.trainings", summary="培训记录")
def trainings(request: HttpRequest, params: Query[EntryParams]) -> dict[str, Any]:
    """Records of training that the caller sees, newest first."""
    return _entries("training", request, params)


@router.post("/records/trainings", response={201: list[EntryOut], **PROBLEMS}, operation_id="records.enter_training", summary="登记培训")
def enter_training(request: HttpRequest, body: TrainingIn) -> tuple[int, list[dict[str, Any]]]:
    """Record a training of several volunteers together."""
    given = body.dict(exclude={"issuer", "volunteers"})
    people = [_volunteer(number) for number in dict.fromkeys(body.volunteers)]
    made = actions.enter_training(_issuer(body.issuer), volunteers=people, **given, by=request.user, at=now())
    return 201, [entry_out("training", row) for row in made]


@router.get("/records/commendations", response={200: Listing[EntryOut], **PROBLEMS}, operation_id="records.commendations", summary="表彰奖励记录")
def commendations(request: HttpRequest, params: Query[EntryParams]) -> dict[str, Any]:
    """Records of commendations that the caller sees, newest first."""
    return _entries("commendation", request, params)


@router.get("/records/evaluations", response={200: Listing[EntryOut], **PROBLEMS}, operation_id="records.evaluations", summary="评价记录")
def evaluations(request: HttpRequest, params: Query[EntryParams]) -> dict[str, Any]:
    """Records of evaluations that the caller sees, newest first."""
    return _entries("evaluation", request, params)


def _listed(kind: str, request: HttpRequest, params: StateParams) -> dict[str, Any]:
    rows = VISIBLE[kind](request.user).select_related(*JOINS[kind])
    rows = rows.filter(state=params.state) if params.state else rows
    rows = rows.filter(volunteer__number=params.volunteer) if params.volunteer else rows
    return listing(rows, NEWEST, params, lambda row: OUT[kind](row, request.user))


def _one(kind: str, request: HttpRequest, uuid: UUID) -> Any:
    found = VISIBLE[kind](request.user).select_related(*JOINS[kind]).filter(uuid=uuid).first()
    if found is None:
        raise Http404(_("找不到，或您无权查看"))
    return found


def _told(kind: str, request: HttpRequest, thing: Any) -> Any:
    return OUT[kind](thing, request.user)


def _moved(kind: str, request: HttpRequest, uuid: UUID, move: str, body: MoveIn) -> Any:
    found, given = _one(kind, request, uuid), {"by": request.user, "at": now()}
    if move in DIRECT[kind]:
        DIRECT[kind][move](found, **given)
    elif move in WITH_WHY[kind]:
        WITH_WHY[kind][move](found, why=body.why, **given)
    elif move == "issue_certificate" and kind == "certificates":
        actions.issue_certificate(found, handler=body.handler, site=absolute(request, "/"), **given)
    elif move == "decline_amendment" and kind == "amendments":
        actions.decline_amendment(found, answer=body.answer, **given)
    elif move == "propose_amendment" and kind == "amendments":
        actions.propose_amendment(found, changes=_typed(body.changes), **given)
    else:
        raise Http404(_("没有这个操作"))
    return _told(kind, request, _one(kind, request, uuid))


def _typed(changes: dict[str, Any]) -> dict[str, Any]:
    """Changes with days as days. Raises Refused for what is no day, no text and no number."""
    found: dict[str, Any] = {}
    for name, value in changes.items():
        if name in ("on", "valid_until") and isinstance(value, str):
            value = _day(name, value)
        if not isinstance(value, str | int | bool | dt.date | None):
            raise Refused(_("更正后的内容不完整或写法有误。"), field=name)
        found[name] = value
    return found


def _day(name: str, text: str) -> dt.date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Refused(_("日期有误，请按 2026-01-31 的格式填写。"), field=name)
    return day


@router.get("/records/stars", response={200: Listing[StarOut], **PROBLEMS}, operation_id="records.stars", summary="星级")
def stars(request: HttpRequest, params: Query[StateParams]) -> dict[str, Any]:
    """Stars that the caller sees, newest application first."""
    return _listed("stars", request, params)


@router.post("/records/stars", response={201: StarOut, **PROBLEMS}, operation_id="records.ask_star", summary="申请星级")
def ask_star(request: HttpRequest, body: AskStarIn) -> tuple[int, Any]:
    """Apply for the highest grade that the record reaches."""
    made = actions.ask_star(_volunteer(body.volunteer), scheme=body.scheme, by=request.user, at=now())
    return 201, _told("stars", request, made)


@router.get("/records/stars/{uuid}", response={200: StarOut, **PROBLEMS}, operation_id="records.star", summary="一个星级")
def star(request: HttpRequest, uuid: UUID) -> Any:
    """One star and what may be done with it."""
    return _told("stars", request, _one("stars", request, uuid))


@router.post("/records/stars/{uuid}/moves/{move}", response={200: StarOut, **PROBLEMS}, operation_id="records.move_star", summary="办理星级")
def move_star(request: HttpRequest, uuid: UUID, move: str, body: MoveIn) -> Any:
    """Confirm, refuse, take back, keep or withdraw a star."""
    return _moved("stars", request, uuid, move, body)


@router.get("/records/certificates", response={200: Listing[CertificateOut], **PROBLEMS}, operation_id="records.certificates", summary="志愿服务记录证明")
def certificates(request: HttpRequest, params: Query[StateParams]) -> dict[str, Any]:
    """Certificates that the caller sees, newest request first."""
    return _listed("certificates", request, params)


@router.post("/records/certificates", response={201: CertificateOut, **PROBLEMS}, operation_id="records.ask_certificate", summary="申请证明")
def ask_certificate(request: HttpRequest, body: AskCertificateIn) -> tuple[int, Any]:
    """Ask whoever recorded the service for a certificate of it."""
    given = body.dict(exclude={"issuer", "volunteer"})
    made = actions.ask_certificate(_volunteer(body.volunteer), issuer=_issuer(body.issuer), **given, by=request.user, at=now())
    return 201, _told("certificates", request, made)


@router.get("/records/certificates/{uuid}", response={200: CertificateOut, **PROBLEMS}, operation_id="records.certificate", summary="一份证明")
def certificate(request: HttpRequest, uuid: UUID) -> Any:
    """One certificate and what may be done with it."""
    return _told("certificates", request, _one("certificates", request, uuid))


@router.post("/records/certificates/{uuid}/moves/{move}", response={200: CertificateOut, **PROBLEMS}, operation_id="records.move_certificate", summary="办理证明")
def move_certificate(request: HttpRequest, uuid: UUID, move: str, body: MoveIn) -> Any:
    """Issue, refuse, take back, keep or revoke a certificate."""
    return _moved("certificates", request, uuid, move, body)


@router.get("/records/amendments", response={200: Listing[AmendmentOut], **PROBLEMS}, operation_id="records.amendments", summary="记录更正")
def amendments(request: HttpRequest, params: Query[StateParams]) -> dict[str, Any]:
    """Corrections that the caller sees, newest first."""
    return _listed("amendments", request, params)


@router.post("/records/amendments", response={201: AmendmentOut, **PROBLEMS}, operation_id="records.ask_amendment", summary="申请更正记录")
def ask_amendment(request: HttpRequest, body: AskAmendmentIn) -> tuple[int, Any]:
    """Say what is wrong in an entry."""
    entry = selectors.entry_visible_to(request.user, body.kind, body.entry)
    if entry is None:
        raise Http404(_("找不到，或您无权查看"))
    return 201, _told("amendments", request, actions.ask_amendment(entry, reason=body.reason, by=request.user, at=now()))


@router.get("/records/amendments/{uuid}", response={200: AmendmentOut, **PROBLEMS}, operation_id="records.amendment", summary="一份更正")
def amendment(request: HttpRequest, uuid: UUID) -> Any:
    """One correction and what may be done with it."""
    return _told("amendments", request, _one("amendments", request, uuid))


@router.post("/records/amendments/{uuid}/moves/{move}", response={200: AmendmentOut, **PROBLEMS}, operation_id="records.move_amendment", summary="办理更正")
def move_amendment(request: HttpRequest, uuid: UUID, move: str, body: MoveIn) -> Any:
    """Propose, agree to, decline or take back a correction."""
    return _moved("amendments", request, uuid, move, body)


def _volunteer(number: str) -> Volunteer:
    found = Volunteer.objects.filter(number=number).select_related("user").first()
    if found is None:
        raise Http404(_("没有这个志愿者编号，请核对。"))
    return found


def _issuer(code: str) -> Issuer:
    found = Issuer.objects.filter(code=code).first()
    if found is None:
        raise Http404(_("没有这个记录单位，请核对编码。"))
    return found
