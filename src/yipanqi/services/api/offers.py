"""Offers: read by everyone, kept by those who give."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query

from yipanqi.kernel.api import PROBLEMS, Listing, listing, now
from yipanqi.kernel.moves import moves_out
from yipanqi.services import actions, selectors
from yipanqi.services.api import finding
from yipanqi.services.api.routing import router
from yipanqi.services.models import Offer
from yipanqi.services.schemas import OfferDetail, OfferIn, OfferOut, OfferParams, OfferTerms, offer_out
from yipanqi.services.states import OFFER


@router.get("/offers", auth=None, response={200: Listing[OfferOut], **PROBLEMS}, operation_id="services.offers", summary="供单")
def offers(request: HttpRequest, params: Query[OfferParams]) -> dict[str, Any]:
    """Offers that can be ordered today; whoever looks after offers may ask for those of another state."""
    state = params.state
    found = selectors.can_serve_today(timezone.localdate()) if state is None else selectors.offers_visible_to(request.user).filter(state=state)
    found = found.select_related("item__kind", "team", "station", "lecturer", "area")
    found = found.filter(item__code=params.item) if params.item else found
    found = found.filter(item__kind__theme=params.theme) if params.theme else found
    found = found.filter(item__kind__key=params.kind) if params.kind else found
    found = found.filter(item__form=params.form) if params.form else found
    found = selectors.offers_for(found, finding.area(params.area)) if params.area else found
    return listing(found, ("-id",), params, offer_out)


def detail(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    """An offer with its moves."""
    return {**offer_out(offer), "moves": moves_out(OFFER.open_moves(offer, request.user), {})}


@router.post("/offers", response={201: OfferDetail, **PROBLEMS}, operation_id="services.add_offer", summary="新增供单")
def add_offer(request: HttpRequest, body: OfferIn) -> tuple[int, dict[str, Any]]:
    """A team or a station gives a dish of the menu."""
    facts = body.dict(exclude={"party", "item", "lecturer", "area"})
    made = actions.add_offer(
        finding.party(body.party), item=finding.item(body.item), lecturer=finding.lecturer(body.lecturer), area=finding.area(body.area), **facts, by=request.user, at=now()
    )
    return 201, detail(request, made)


@router.get("/offers/{code}", response={200: OfferDetail, **PROBLEMS}, operation_id="services.offer", summary="一份供单")
def offer(request: HttpRequest, code: str) -> dict[str, Any]:
    """An offer that the caller looks after, with what may be done."""
    return detail(request, finding.offer_of(request, code))


@router.put("/offers/{code}", response={200: OfferDetail, **PROBLEMS}, operation_id="services.change_offer", summary="修改供单")
def change_offer(request: HttpRequest, code: str, body: OfferTerms) -> dict[str, Any]:
    """When, where and for how many an offer stands."""
    facts = body.dict(exclude={"area"})
    return detail(request, actions.change_offer(finding.offer_of(request, code), **facts, area=finding.area(body.area), by=request.user, at=now()))


@router.post("/offers/{code}/moves/pause_offer", response={200: OfferDetail, **PROBLEMS}, operation_id="services.pause_offer", summary="暂停供单")
def pause_offer(request: HttpRequest, code: str) -> dict[str, Any]:
    """Nobody orders it for a while."""
    return detail(request, actions.pause_offer(finding.offer_of(request, code), by=request.user, at=now()))


@router.post("/offers/{code}/moves/resume_offer", response={200: OfferDetail, **PROBLEMS}, operation_id="services.resume_offer", summary="恢复供单")
def resume_offer(request: HttpRequest, code: str) -> dict[str, Any]:
    """It can be ordered again."""
    return detail(request, actions.resume_offer(finding.offer_of(request, code), by=request.user, at=now()))


@router.post("/offers/{code}/moves/end_offer", response={200: OfferDetail, **PROBLEMS}, operation_id="services.end_offer", summary="下架供单")
def end_offer(request: HttpRequest, code: str) -> dict[str, Any]:
    """It is given no more."""
    return detail(request, actions.end_offer(finding.offer_of(request, code), by=request.user, at=now()))
