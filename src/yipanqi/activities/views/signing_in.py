"""A volunteer's own: signing in and out with the phone, the page without a network, my hours."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.activities import codes
from yipanqi.activities.actions import attendance as actions
from yipanqi.activities.attendance_forms import SignForm
from yipanqi.activities.models import Shift
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.selectors.people import volunteer_of
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.permissions import why_not

ROWS = 50
TONES = {"in": "act", "proposed": "soon", "done": "done", "settled": "done", "void": "wait"}
SIGNS = {"in": actions.sign_in, "out": actions.sign_out}


def shift_at(uuid: UUID) -> Shift:
    """The shift that an address names."""
    found = selectors.shift_by_uuid(uuid)
    if found is None or found.activity.state == "draft":
        raise Http404
    return found


@require_safe
def sign_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the leader's code leads: sign in or out of a shift. Whoever is not signed in to the account yet does that first,
    and the moment of the scan counts."""
    shift, moment, code = shift_at(uuid), now(), request.GET.get("c", "")[:10]
    seen_at = codes.shown_at(shift.uuid, shift.secret, code, moment, kept=False) if code else None
    if not request.user.is_authenticated:
        path = reverse("activities:sign_page", args=[shift.uuid])
        return redirect_to_login(f"{path}?t={codes.ticket(shift.uuid, '', seen_at)}" if seen_at else path)
    demand(request.user, "activities.sign_in")
    own = volunteer_of(request.user)
    assert own is not None  # the rule lets nobody else come this far
    ticket = request.GET.get("t", "")
    if seen_at:
        ticket = codes.ticket(shift.uuid, request.user.actor_key, seen_at)
    elif ticket and codes.ticket_read_at(shift.uuid, request.user.actor_key, ticket, moment) is None:
        ticket = ""
    attendance = selectors.attendance_of(shift, own)
    return render(request, "activities/sign_in.html", {
        "shift": shift, "activity": shift.activity, "attendance": attendance, "tone": TONES[attendance.state] if attendance else "wait", "own": own, "moment": moment,
        "code": code, "ticket": ticket, "stale": bool(code) and seen_at is None, "form": SignForm(auto_id="sign_%s"), "has_place": selectors.place_of(shift) is not None,
        "signed": shift.sign_ups.filter(volunteer=own, state="signed").exists(), "opens_at": selectors.opens_at(shift), "closes_at": selectors.closes_at(shift),
        "early": moment < selectors.opens_at(shift), "over": moment > selectors.closes_at(shift),
    })  # fmt: skip


@login_required
@require_POST
def sign(request: HttpRequest, uuid: UUID, way: str) -> HttpResponse:
    """Sign in or out: by a scan, by digits, by position."""
    if way not in SIGNS:
        raise Http404
    shift, form = shift_at(uuid), SignForm(request.POST)
    given: dict[str, Any] = {"ticket": request.POST.get("ticket", "")[:400], "call": call_of(request), "position": position_of(request)}
    try:
        form.is_valid()
        SIGNS[way](shift, code=form.cleaned_data.get("code", ""), **given, by=request.user, at=now())
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已签到。离开时请再来签退。") if way == "in" else _("已签退，谢谢您的服务。"))
    return redirect("activities:sign_page", shift.uuid)


def call_of(request: HttpRequest) -> UUID | None:
    """The phone's own id of what it sends, if it gives one."""
    try:
        return UUID(request.POST.get("call", ""))
    except ValueError:
        return None


def position_of(request: HttpRequest) -> tuple[float, float] | None:
    """A position in a form, looked at once and forgotten; None where there is none."""
    try:
        lon, lat = float(request.POST.get("lon", "")), float(request.POST.get("lat", ""))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a phone shows of these pages where there is no network; the same for everybody, nothing personal."""
    response = render(request, "activities/offline.html", {"form": SignForm(auto_id="sign_%s")})
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the page for signing in without a network. It stands here because it may only look after pages
    below itself."""
    script = Path(str(finders.find("attendance-worker.js"))).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@login_required
@require_safe
def my_hours(request: HttpRequest) -> HttpResponse:
    """What a volunteer did, and what of it counts."""
    own = volunteer_of(request.user)
    if own is None:
        raise NotAllowed(why_not("activities.sign_in"))
    page = keyset_page(selectors.own_attendances(request.user), ("-served_on", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    return render(request, "activities/my_hours.html", {"own": own, "rows": page.items, "next_url": next_url(request, page.next)})
