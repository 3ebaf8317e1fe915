"""A volunteer's own: signing up, withdrawing, swaps, calendars."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.activities import actions
from yipanqi.activities.forms import SwapForm
from yipanqi.activities.models import Feed, Swap
from yipanqi.activities.selectors.people import family_of, speaks_for, volunteer_of
from yipanqi.activities.selectors.plans import shifts_visible_to
from yipanqi.activities.selectors.signing_up import coming_of, past_of, swappable, swaps_for
from yipanqi.activities.views.pages import PLACE_TONES, done, sign_up_of
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.addresses import absolute
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.permissions import why_not
from yipanqi.teams.models import Team
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import MembershipState, VolunteerState

ROWS = 20
ANSWERS = {"agree_to_swap": actions.agree_to_swap, "refuse_swap": actions.refuse_swap, "take_back_swap": actions.take_back_swap}


def _own(request: HttpRequest) -> Volunteer:
    demand(request.user, "activities.see_own_shifts")
    own = volunteer_of(request.user)
    assert own is not None
    return own


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I signed up for, swaps to answer, what was, and my calendars."""
    own, moment = _own(request), now()
    coming = list(coming_of(own, moment))
    for one in coming:
        one.tone, one.begun = PLACE_TONES[one.state], one.shift.starts_at <= moment  # type: ignore[attr-defined]
    page = keyset_page(past_of(own), ("-signed_at", "-id"), request.GET.get("cursor"), ROWS)
    for one in page.items:
        one.tone = PLACE_TONES[one.state]
    swaps = swaps_for(own)
    return render(request, "activities/mine.html", {
        "own": own, "coming": coming, "rows": page.items, "next_url": next_url(request, page.next), "asked": [one for one in swaps if one.other_id == own.pk],
        "asking": [one for one in swaps if one.other_id != own.pk], "feeds": list(own.feeds.filter(revoked_at__isnull=True).select_related("team")),
        "teams": list(Team.objects.filter(memberships__volunteer=own, memberships__state=MembershipState.MEMBER).order_by("code")),
        "new_feed": request.session.pop("new_feed", ""),
    })  # fmt: skip


@login_required
@require_POST
def sign_up(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Sign up for a role of a shift."""
    own = volunteer_of(request.user)
    if own is None:
        raise NotAllowed(why_not("activities.see_own_shifts"))
    shift = get_object_or_404(shifts_visible_to(request.user).select_related("activity"), uuid=uuid)
    wanted = request.POST.get("role", "")
    role = shift.roles.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
    who = next((one for one in family_of(own) if one.number == request.POST.get("who", own.number)), None)
    if role is None or who is None:
        raise Http404
    try:
        made = actions.sign_up(shift, role=role, volunteer=who, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        waits = made.state == "waiting"
        messages.success(request, _("已登记候补，有名额会自动递补并通知您。") if waits else _("报名成功，开始前会提醒您。"))
    return redirect("activities:activity", shift.activity.code)


@login_required
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Do not come after all."""
    found = sign_up_of(request, uuid)
    if not speaks_for(request.user, found.volunteer):
        raise Http404
    done(request, lambda: actions.withdraw(found, by=request.user, at=now()), _("已退出，名额已让出。"))
    return redirect("activities:mine")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def swap(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask somebody to swap, or to take the place over."""
    own, found = _own(request), sign_up_of(request, uuid)
    if found.volunteer_id != own.pk:
        raise Http404
    places = swappable(found, now())
    form = SwapForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        theirs = next((one for one in places if str(one.uuid) == form.cleaned_data["theirs"]), None)
        other = theirs.volunteer if theirs else Volunteer.objects.filter(number=form.cleaned_data["volunteer"].strip(), state=VolunteerState.REGISTERED).first()
        if other is None:
            form.add_error("volunteer", _("没有这个编号的志愿者，请核对。"))
        elif done(request, lambda: actions.ask_swap(found, other=other, theirs=theirs, by=request.user, at=now()), _("已发给对方，对方同意后生效。"), form):
            return redirect("activities:mine")
    return render(request, "activities/swap.html", {"form": form, "sign_up": found}, status=422 if form.errors else 200)


@login_required
@require_POST
def answer_swap(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Agree, refuse, or take back."""
    own = _own(request)
    found = Swap.objects.select_related("sign_up__shift", "theirs__shift").filter(uuid=uuid).first()
    if found is None or verb not in ANSWERS or own.pk not in (found.other_id, found.sign_up.volunteer_id):
        raise Http404
    done(request, lambda: ANSWERS[verb](found, by=request.user, at=now()), _("已办理。"))
    return redirect("activities:mine")


@login_required
@require_POST
def add_feed(request: HttpRequest) -> HttpResponse:
    """A new secret address, shown once."""
    _own(request)
    kind, _colon, code = request.POST.get("what", "own").partition(":")
    team = Team.objects.filter(code=code).first() if code else None
    try:
        made = actions.add_feed(None, kind=kind, team=team, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        request.session["new_feed"] = absolute(request, reverse("activities:feed", args=[made.secret]))
    return redirect(f"{reverse('activities:mine')}#feeds")


@login_required
@require_POST
def revoke_feed(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An address answers no more."""
    found = get_object_or_404(Feed.objects.filter(owner=_own(request)), uuid=uuid)
    done(request, lambda: actions.revoke_feed(found, by=request.user, at=now()), _("已停用，原来的地址不再更新。"))
    return redirect(f"{reverse('activities:mine')}#feeds")

