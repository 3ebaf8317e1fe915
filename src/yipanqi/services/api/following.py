"""Ordering and following by code, without an account."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yipanqi.files.receiving import sender_of
from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.kernel.addresses import absolute
from yipanqi.kernel.api import PROBLEMS, now
from yipanqi.kernel.idempotency import told_once
from yipanqi.kernel.moves import moves_out
from yipanqi.services import actions, selectors
from yipanqi.services.api import finding
from yipanqi.services.api.routing import router
from yipanqi.services.catalogue import ORDERS, WRONG_CODES
from yipanqi.services.models import Request
from yipanqi.services.schemas import MOVE_FIELDS, MaybeReasonIn, Progress, RatingIn, RequestIn, RequestMade, TextIn
from yipanqi.services.states import REQUEST

OWN_MOVES = ("rate", "cancel")


def facts_of(body: RequestIn) -> dict[str, Any]:
    """What the action is told of an order."""
    lon, lat = body.position or (None, None)
    plain = body.dict(include={"text", "people", "asker", "wished_from", "wished_until", "wished_part", "address", "contact_name", "contact_phone", "private"})
    return {**plain, "item": finding.item(body.item), "kind": finding.kind(body.kind), "offer": finding.offer(body.offer), "area": finding.area(body.area), "lon": lon, "lat": lat}


def made_out(request: HttpRequest, made: Request) -> dict[str, str]:
    """The code of a new order, which is told once."""
    return {"number": made.number, "code": made.code, "track_url": absolute(request, f"/services/track/{made.code}/")}


@router.post("/requests", auth=None, response={201: RequestMade, **PROBLEMS}, operation_id="services.ask", summary="点单")
def ask(request: HttpRequest, body: RequestIn) -> tuple[int, dict[str, str]]:
    """Order something, without an account; the code follows it."""
    moment = now()
    ORDERS.take(str(request.META.get("REMOTE_ADDR", "")), moment)
    user: Any = request.user
    made = actions.ask(None, **facts_of(body), by=user if user.is_authenticated else sender_of(request), at=moment)
    return 201, made_out(request, made)


def _by_code(request: HttpRequest, code: str) -> Request:
    found = selectors.code_known(code)
    if found is None:
        WRONG_CODES.take(str(request.META.get("REMOTE_ADDR", "")), now())
        raise Http404(_("没有这个查询码"))
    return found


def _holder(request: HttpRequest, found: Request) -> Actor:
    """Whoever has the code speaks for the one served; those who served do not."""
    user: Any = request.user
    if user.is_authenticated and found.party is not None and selectors.serves_for(user, found.party):
        return user  # type: ignore[no-any-return]
    return Visitor(f"code-{found.number}")


def _progress(request: HttpRequest, found: Request, response: HttpResponse) -> dict[str, Any]:
    told_once(response)
    service, holder = getattr(found, "service", None), _holder(request, found)
    moves = moves_out(REQUEST.open_moves(found, holder, OWN_MOVES), MOVE_FIELDS)
    return {
        "number": found.number, "code": found.code, "state": found.state, "title": found.item.title if found.item else found.kind.name, "asked_at": found.asked_at,
        "party": found.party.name if found.party else "", "meet_at": found.meet_at, "served_at": found.served_at, "ended_why": found.ended_why,
        "what_was_done": service.text if service else "", "rating": found.rating, "reply": found.reply, "moves": [m for m in moves if m["name"] != "rate" or found.rated_at is None],
    }  # fmt: skip


@router.get("/requests/codes/{code}", auth=None, response={200: Progress, **PROBLEMS}, operation_id="services.progress", summary="凭查询码看进展")
def progress(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    """How far an order is, for whoever has its code."""
    return _progress(request, _by_code(request, code), response)


@router.post("/requests/codes/{code}/moves/rate", auth=None, response={200: Progress, **PROBLEMS}, operation_id="services.rate", summary="评单")
def rate(request: HttpRequest, code: str, body: RatingIn, response: HttpResponse) -> dict[str, Any]:
    """The one served says how it was, once, from 1 to 5."""
    found = _by_code(request, code)
    return _progress(request, actions.rate(found, **body.dict(), by=_holder(request, found), at=now()), response)


@router.post("/requests/codes/{code}/moves/cancel", auth=None, response={200: Progress, **PROBLEMS}, operation_id="services.cancel", summary="撤销点单")
def cancel(request: HttpRequest, code: str, body: MaybeReasonIn, response: HttpResponse) -> dict[str, Any]:
    """It is not needed any more."""
    found = _by_code(request, code)
    return _progress(request, actions.cancel(found, **body.dict(), by=_holder(request, found), at=now()), response)


@router.post("/requests/codes/{code}/complaints", auth=None, response={201: Progress, **PROBLEMS}, operation_id="services.complain", summary="服务投诉")
def complain(request: HttpRequest, code: str, body: TextIn, response: HttpResponse) -> tuple[int, dict[str, Any]]:
    """Something was not right; it goes to the centre and the duty desk."""
    found = _by_code(request, code)
    actions.complain(found, **body.dict(), by=_holder(request, found), at=now())
    return 201, _progress(request, found, response)
