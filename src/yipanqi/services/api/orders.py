"""Orders for those who work with them: lists, one order with its moves, whom it is for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query

from yipanqi.kernel.api import PROBLEMS, Listing, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.idempotency import told_once
from yipanqi.kernel.moves import moves_out
from yipanqi.services import actions, schemas, selectors
from yipanqi.services.api import finding
from yipanqi.services.api.following import facts_of, made_out
from yipanqi.services.api.routing import router
from yipanqi.services.models import Request
from yipanqi.services.schemas import (
    MOVE_FIELDS,
    RequestDetail,
    RequestMade,
    RequestOut,
    RequestParams,
    key_of,
    request_out,
)
from yipanqi.services.states import REQUEST
from yipanqi.services.words import reasons

ANSWER: Any = {200: RequestDetail, **PROBLEMS}
MOVES = "/requests/{number}/moves/"


@router.get("/requests", response={200: Listing[RequestOut], **PROBLEMS}, operation_id="services.orders", summary="点单台账")
def orders(request: HttpRequest, params: Query[RequestParams]) -> dict[str, Any]:
    """Orders that the caller sees, newest first."""
    given = {"state": params.state, "source": params.source, "kind": finding.kind(params.kind), "item": finding.item(params.item), "area": finding.area(params.area)}
    found = selectors.narrowed(selectors.visible_to(request.user), given).select_related("item", "kind", "area", "team", "host", "station", "activity")
    return listing(found, ("-asked_at", "-id"), params, request_out)


@router.post("/requests/by_proxy", response={201: RequestMade, **PROBLEMS}, operation_id="services.ask_by_proxy", summary="代点单")
def ask_by_proxy(request: HttpRequest, body: schemas.ProxyIn) -> tuple[int, dict[str, str]]:
    """A station, the centre or the telephone desk orders for somebody."""
    return 201, made_out(request, actions.ask_by_proxy(None, **facts_of(body), phoned=body.phoned, by=request.user, at=now()))


def detail(request: HttpRequest, found: Request) -> dict[str, Any]:
    """An order with what was sent round and what may be done."""
    user = request.user
    sendings = [
        {"party": key_of(row.party), "name": row.party.name, "how": row.how, "state": row.state, "turn": row.turn, "sent_at": row.sent_at, "due_at": row.due_at,
         "answered_at": row.answered_at, "reason": row.reason, "reasons": reasons(row.why)}
        for row in found.dispatches.select_related("team", "station")
    ]  # fmt: skip
    shows = not found.private or user.has_perm("services.reveal_contact", found)
    moves = [move for move in REQUEST.open_moves(found, user) if move.name not in ("lapse", "close_unrated")]
    return {**request_out(found), "text": found.text if shows else "", "dispatches": sendings, "moves": moves_out(moves, MOVE_FIELDS)}


@router.get("/requests/{number}", response=ANSWER, operation_id="services.order", summary="一单")
def order(request: HttpRequest, number: str) -> dict[str, Any]:
    """One order that the caller sees."""
    return detail(request, finding.order_of(request, number))


@router.post("/requests/{number}/contact", response={200: schemas.ContactOut, **PROBLEMS}, operation_id="services.reveal_contact", summary="查看联系方式")
def contact(request: HttpRequest, number: str, response: HttpResponse) -> dict[str, str]:
    """Whom to call and where to go; the journal keeps who looked."""
    found = actions.reveal_contact(finding.order_of(request, number), by=request.user, at=now())
    told_once(response)
    return {"name": found.name, "phone": found.phone, "address": found.address}


def _moved(request: HttpRequest, number: str, action: Any, **facts: Any) -> dict[str, Any]:
    made = action(finding.order_of(request, number), **facts, by=request.user, at=now())
    return detail(request, made)


@router.post(MOVES + "make_order", response=ANSWER, operation_id="services.make_order", summary="制单")
def make_order(request: HttpRequest, number: str, body: schemas.PlanIn) -> dict[str, Any]:
    """What is to be done is written down."""
    return _moved(request, number, actions.make_order, plan=body.plan, item=finding.item(body.item))


@router.post(MOVES + "decline", response=ANSWER, operation_id="services.decline", summary="不予受理")
def decline(request: HttpRequest, number: str, body: schemas.ReasonIn) -> dict[str, Any]:
    """It is not what volunteers do."""
    return _moved(request, number, actions.decline, **body.dict())


@router.post(MOVES + "cancel", response=ANSWER, operation_id="services.cancel_for", summary="代为撤销")
def cancel(request: HttpRequest, number: str, body: schemas.MaybeReasonIn) -> dict[str, Any]:
    """Whoever asked told the station that it is not needed any more."""
    return _moved(request, number, actions.cancel, **body.dict())


@router.post(MOVES + "dispatch", response=ANSWER, operation_id="services.dispatch", summary="派单")
def dispatch(request: HttpRequest, number: str, body: schemas.PartyIn) -> dict[str, Any]:
    """The centre chooses a party by hand."""
    return _moved(request, number, actions.dispatch, party=finding.party(body.party))


@router.post(MOVES + "recall", response=ANSWER, operation_id="services.recall", summary="撤回派单")
def recall(request: HttpRequest, number: str, body: schemas.MaybeReasonIn) -> dict[str, Any]:
    """The centre takes an order back."""
    return _moved(request, number, actions.recall, **body.dict())


@router.post(MOVES + "accept", response=ANSWER, operation_id="services.accept", summary="接单")
def accept(request: HttpRequest, number: str, body: schemas.MeetIn) -> dict[str, Any]:
    """The party takes the order."""
    return _moved(request, number, actions.accept, **body.dict())


@router.post(MOVES + "refuse", response=ANSWER, operation_id="services.refuse", summary="谢绝")
def refuse(request: HttpRequest, number: str, body: schemas.ReasonIn) -> dict[str, Any]:
    """The party cannot take it; the answer is as the order was left."""
    found = finding.order_of(request, number)
    return detail(request, actions.refuse(found, **body.dict(), by=request.user, at=now()))


@router.post(MOVES + "give_back", response=ANSWER, operation_id="services.give_back", summary="退单")
def give_back(request: HttpRequest, number: str, body: schemas.ReasonIn) -> dict[str, Any]:
    """The party cannot come after all."""
    return _moved(request, number, actions.give_back, **body.dict())


@router.post(MOVES + "grab", response=ANSWER, operation_id="services.grab", summary="抢单")
def grab(request: HttpRequest, number: str, body: schemas.GrabIn) -> dict[str, Any]:
    """A team takes an order that waits to be given out."""
    found = selectors.grabbable(request.user).filter(number=number).first() or finding.order_of(request, number)
    return detail(request, actions.grab(found, party=finding.party(body.party), meet_at=body.meet_at, by=request.user, at=now()))


@router.post(MOVES + "give_up", response=ANSWER, operation_id="services.give_up", summary="未能满足")
def give_up(request: HttpRequest, number: str, body: schemas.ReasonIn) -> dict[str, Any]:
    """Nobody can do it."""
    return _moved(request, number, actions.give_up, **body.dict())


@router.post(MOVES + "join_activity", response=ANSWER, operation_id="services.join_activity", summary="关联活动")
def join_activity(request: HttpRequest, number: str, body: schemas.ActivityIn) -> dict[str, Any]:
    """Volunteers are called together in an activity."""
    return _moved(request, number, actions.join_activity, activity=finding.activity(body.activity))


@router.post(MOVES + "report_service", response=ANSWER, operation_id="services.report_service", summary="服务反馈")
def report_service(request: HttpRequest, number: str, body: schemas.ReportIn) -> dict[str, Any]:
    """What was done, and how much."""
    facts = body.dict(exclude={"lines"})
    return _moved(request, number, actions.report_service, **facts, lines=[(line.what, line.quantity, line.unit) for line in body.lines])


@router.post(MOVES + "rate", response=ANSWER, operation_id="services.rate_for", summary="代为评单")
def rate(request: HttpRequest, number: str, body: schemas.RatingIn) -> dict[str, Any]:
    """The one served told the station by telephone how it was."""
    return _moved(request, number, actions.rate, **body.dict())


@router.post(MOVES + "reply_to_rating", response=ANSWER, operation_id="services.reply_to_rating", summary="回复评价")
def reply_to_rating(request: HttpRequest, number: str, body: schemas.TextIn) -> dict[str, Any]:
    """The party answers a rating."""
    return _moved(request, number, actions.reply_to_rating, **body.dict())


@router.post("/requests/complaints/{uuid}/moves/answer_complaint", response={200: RequestDetail, **PROBLEMS}, operation_id="services.answer_complaint", summary="答复服务投诉")
def answer_complaint(request: HttpRequest, uuid: UUID, body: schemas.TextIn) -> dict[str, Any]:
    """The centre or the desk answers."""
    demand(request.user, "services.see_complaints")
    found = finding.complaint_of(request, uuid)
    answered = actions.answer_complaint(found, **body.dict(), by=request.user, at=now())
    return detail(request, answered.request)
