"""Offers and the menu behind them: kept by those who give, and by the centre."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand, gate
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.permissions import why_not
from yipanqi.services import actions, selectors
from yipanqi.services.forms import (
    ItemForm,
    LecturerForm,
    NewItemForm,
    NewLecturerForm,
    OfferFilter,
    OfferForm,
    TermsForm,
    ticked,
)
from yipanqi.services.models import Item, Lecturer, Offer
from yipanqi.services.showing import OFFER_TONES, hours_in_words
from yipanqi.services.states import OFFER, OfferState

ROWS = 50


@require_safe
@gate("services.see_offers")
def offers(request: HttpRequest) -> HttpResponse:
    """Offers that the person looks after, newest first."""
    form = OfferFilter(request.GET or None)
    found = selectors.offers_visible_to(request.user)
    if form.is_valid() and form.cleaned_data["state"]:
        found = found.filter(state=form.cleaned_data["state"])
    page = keyset_page(found, ("-id",), request.GET.get("cursor"), ROWS)
    parties = dict(selectors.party_choices(request.user))
    for row in page.items:
        row.tone, row.words = OFFER_TONES[OfferState(row.state)], hours_in_words(row.hours)
        row.may = row.state != OfferState.ENDED and f"{'team' if row.team_id else 'station'}:{row.party.code}" in parties
    return render(request, "services/offers.html", {
        "rows": page.items, "form": form, "next_url": next_url(request, page.next), "may_add": bool(parties), "tab": "offers",
        "may_keep": request.user.has_perm("services.add_item"),
    })  # fmt: skip


@gate("services.see_offers")
def add_offer(request: HttpRequest) -> HttpResponse:
    """One's own team, station, or for the centre any, gives a dish."""
    parties = selectors.party_choices(request.user)
    if not parties:
        raise NotAllowed(why_not("services.add_offer"))
    form = OfferForm(request.POST or None, parties=parties, initial={"from_on": timezone.localdate(), "item": request.GET.get("item", "")})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        party = selectors.party_of(facts.pop("party"))
        return _kept(request, form, "services/offer_form.html", lambda: actions.add_offer(party, **facts, by=request.user, at=now()))
    return _form(request, form, "services/offer_form.html")


@gate("services.see_offers")
def change_offer(request: HttpRequest, code: str) -> HttpResponse:
    """When, where and for how many an offer stands."""
    offer = _offer(request, code)
    demand(request.user, "services.change_offer", offer)
    known = {"from_on": offer.from_on, "until_on": offer.until_on, "capacity": offer.capacity, "note": offer.note, "hours": ticked(offer.hours)}
    form = TermsForm(request.POST or None, initial=known | {"area": offer.area.code if offer.area else ""})
    if request.method == "POST" and form.is_valid():
        return _kept(request, form, "services/offer_form.html", lambda: actions.change_offer(offer, **form.cleaned_data, by=request.user, at=now()), offer=offer)
    return _form(request, form, "services/offer_form.html", offer=offer)


@require_POST
@gate("services.see_offers")
def move_offer(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Pause, resume or end an offer."""
    if verb not in OFFER.moves:
        raise Http404
    offer = _offer(request, code)
    demand(request.user, f"services.{verb}", offer)
    try:
        getattr(actions, verb)(offer, by=request.user, at=now())
        messages.success(request, _("已%(move)s") % {"move": OFFER.moves[verb].title})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("services:offers")


def _offer(request: HttpRequest, code: str) -> Offer:
    return get_object_or_404(selectors.offers_visible_to(request.user), code=code)


@require_safe
@gate("services.add_item")
def items(request: HttpRequest) -> HttpResponse:
    """The whole menu as the centre keeps it."""
    return render(request, "services/items.html", {"rows": Item.objects.select_related("kind").order_by("retired_on", "kind__theme", "code"), "tab": "items"})


@gate("services.add_item")
def add_item(request: HttpRequest) -> HttpResponse:
    """A dish comes onto the menu."""
    form = NewItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _kept(request, form, "services/item_form.html", lambda: actions.add_item(None, **form.cleaned_data, by=request.user, at=now()), "services:items")
    return _form(request, form, "services/item_form.html")


@gate("services.change_item")
def change_item(request: HttpRequest, code: str) -> HttpResponse:
    """A dish is described anew."""
    item = get_object_or_404(Item, code=code)
    names = ("title", "sort", "about", "form", "minutes", "for_whom", "private")
    form = ItemForm(request.POST or None, initial={name: getattr(item, name) for name in names} | {"kind": item.kind.key})
    if request.method == "POST" and form.is_valid():
        return _kept(request, form, "services/item_form.html", lambda: actions.change_item(item, **form.cleaned_data, by=request.user, at=now()), "services:items", item=item)
    return _form(request, form, "services/item_form.html", item=item)


@require_POST
@gate("services.retire_item")
def retire_item(request: HttpRequest, code: str) -> HttpResponse:
    """A dish leaves the menu."""
    try:
        actions.retire_item(get_object_or_404(Item, code=code), by=request.user, at=now())
        messages.success(request, _("已下架"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("services:items")


@require_safe
@gate("services.add_lecturer")
def pool(request: HttpRequest) -> HttpResponse:
    """The pool of lecturers as the centre keeps it."""
    page = keyset_page(selectors.lecturers(), ("code",), request.GET.get("cursor"), ROWS)
    return render(request, "services/pool.html", {"rows": page.items, "next_url": next_url(request, page.next), "tab": "pool"})


@gate("services.add_lecturer")
def add_lecturer(request: HttpRequest) -> HttpResponse:
    """Somebody comes into the pool."""
    form = NewLecturerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _kept(request, form, "services/lecturer_form.html", lambda: actions.add_lecturer(None, **form.cleaned_data, by=request.user, at=now()), "services:pool")
    return _form(request, form, "services/lecturer_form.html")


@gate("services.change_lecturer")
def change_lecturer(request: HttpRequest, code: str) -> HttpResponse:
    """What the pool says of a lecturer."""
    found = get_object_or_404(Lecturer, code=code, left_on__isnull=True)
    form = LecturerForm(request.POST or None, initial={"name": found.name, "title": found.title, "about": found.about, "team": found.team.code})
    if request.method == "POST" and form.is_valid():
        return _kept(
            request, form, "services/lecturer_form.html", lambda: actions.change_lecturer(found, **form.cleaned_data, by=request.user, at=now()), "services:pool", lecturer=found
        )
    return _form(request, form, "services/lecturer_form.html", lecturer=found)


@require_POST
@gate("services.remove_lecturer")
def remove_lecturer(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody leaves the pool."""
    try:
        actions.remove_lecturer(get_object_or_404(Lecturer, code=code), by=request.user, at=now())
        messages.success(request, _("已出库，姓名和介绍已清除。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("services:pool")


def _kept(request: HttpRequest, form: Any, template: str, keep: Any, to: str = "services:offers", **context: Any) -> HttpResponse:
    try:
        keep()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _form(request, form, template, **context)
    messages.success(request, _("已保存"))
    return redirect(to)


def _form(request: HttpRequest, form: Any, template: str, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
