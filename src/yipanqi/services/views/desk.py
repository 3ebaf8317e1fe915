"""The desk of stations and the centre: orders in a list, one order with its moves, orders by proxy, whom an order is for."""

from __future__ import annotations

import tempfile
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yipanqi import sheets
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand, gate
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.services import actions, selectors
from yipanqi.services.forms import OrderFilter, ProxyForm, tomorrow
from yipanqi.services.models import Request
from yipanqi.services.sheets import ORDER_TABLE, order_rows
from yipanqi.services.showing import SENT_TONES, TONES, dressed, moves
from yipanqi.services.states import DispatchState, RequestState
from yipanqi.services.words import reasons

ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORDER = ("-asked_at", "-id")


@require_safe
@gate("services.see_orders")
def orders(request: HttpRequest) -> HttpResponse:
    """Orders that the person sees, newest first."""
    form = OrderFilter(request.GET or None)
    found = selectors.visible_to(request.user).select_related("item", "kind", "area", "team", "host")
    if form.is_valid():
        found = selectors.narrowed(found, form.cleaned_data)
    page = keyset_page(found, ORDER, request.GET.get("cursor"), ROWS)
    return render(request, "services/orders.html", {
        "rows": dressed(page.items), "form": form, "next_url": next_url(request, page.next), "may_enter": request.user.has_perm("services.ask_by_proxy"),
        "may_dispatch": request.user.has_perm("services.see_dispatch"), "tab": "orders", "export_url": f"{reverse('services:export')}?{request.GET.urlencode()}",
    })  # fmt: skip


@require_safe
@gate("services.see_orders")
def export(request: HttpRequest) -> HttpResponseBase:
    """The orders of the list, as its filters narrow them, as .xlsx; nothing about a person in it."""
    form = OrderFilter(request.GET or None)
    found = selectors.visible_to(request.user).select_related("item", "kind", "area", "team", "host")
    found = selectors.narrowed(found, form.cleaned_data) if form.is_valid() else found
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    written = sheets.export(ORDER_TABLE, order_rows(found), file)
    actions.note_export(None, rows=written, by=request.user, at=now())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{_('点单台账')}.xlsx", content_type=XLSX)


def order_of(request: HttpRequest, number: str) -> Request:
    """An order that the person sees. Raises Http404."""
    found = selectors.visible_to(request.user).select_related("item", "kind", "area", "team", "host", "station", "activity", "entered_by", "offer").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_safe
@login_required
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order: what, where, by when; how it was sent round and why; what was done; and the moves open to the person."""
    return order_page(request, order_of(request, number))


def order_page(request: HttpRequest, found: Request, contact: Any = None) -> HttpResponse:
    """The page of an order, with whom it is for where somebody looked."""
    user: Any = request.user
    sendings = list(found.dispatches.select_related("team", "station"))
    for sending in sendings:
        sending.tone, sending.words = SENT_TONES.get(DispatchState(sending.state), "wait"), reasons(sending.why)  # type: ignore[attr-defined]
    can_choose = found.state == RequestState.OPEN and user.has_perm("services.dispatch", found)
    return render(request, "services/order_page.html", {
        "order": found, "tone": TONES[RequestState(found.state)], "moves": moves(found, user), "sendings": sendings, "contact": contact,
        "service": getattr(found, "service", None), "may_reveal": found.erased_at is None and user.has_perm("services.reveal_contact", found),
        "shows_text": not found.private or user.has_perm("services.reveal_contact", found), "able": selectors.parties_for(found, timezone.localdate()) if can_choose else [],
        "complaints": list(selectors.complaints_visible_to(user).filter(request=found)), "may_answer": user.has_perm("services.see_complaints"),
        "open_activity": _new_activity(found) if found.state == RequestState.ACCEPTED and user.has_perm("services.join_activity", found) else "",
    })  # fmt: skip


def _new_activity(found: Request) -> str:
    """Where volunteers are called together for an accepted order: the form of a new activity of the party with what of the order may be told
    to everybody, its dish and its day; never whom it is for."""
    party, day = found.party, timezone.localtime(found.meet_at) if found.meet_at else None
    given = {"title": found.item.title, "kind": found.item.kind.key} if found.item else {}
    given |= {"holder": f"{'team' if found.team_id else 'station'}:{party.code if party else ''}"}
    if day:
        given["starts_at"] = day.strftime("%Y-%m-%dT%H:%M")
    return f"{reverse('activities:new_activity')}?{urlencode(given)}"


@require_POST
@login_required
@never_cache
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Name, telephone and address in full, for one look; the journal keeps who looked."""
    found = order_of(request, number)
    demand(request.user, "services.reveal_contact", found)
    try:
        told = actions.reveal_contact(found, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("services:order_page", number)
    return order_page(request, found, told)


@gate("services.ask_by_proxy")
def enter(request: HttpRequest) -> HttpResponse:
    """An order for somebody on the telephone or at the desk."""
    initial = {"wished_from": tomorrow(), "attempt": uuid4(), "item": request.GET.get("item", ""), "phoned": "phone" in request.GET}
    form = ProxyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_by_proxy(None, **form.facts(), by=request.user, at=now())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("已代点单 %(number)s，查询码 %(code)s，请告诉点单人。") % {"number": made.number, "code": made.code})
            return redirect("services:order_page", made.number)
    return render(request, "services/enter.html", {"form": form, "tab": "enter"}, status=422 if form.errors else 200)
