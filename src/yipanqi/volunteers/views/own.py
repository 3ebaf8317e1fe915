"""One's own page: state, teams, what apps above add, what is kept, requests, wards."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.policy import policy_value
from yipanqi.teams.catalogue import shown as panels_shown
from yipanqi.teams.selectors import filtered, open_teams
from yipanqi.volunteers import actions, keeping, selectors
from yipanqi.volunteers.catalogue import ERASE_AFTER, GUARDIAN_TEXT, OWN_PANELS
from yipanqi.volunteers.forms import CorrectionForm, ErasureForm, RestForm, TeamFilter, WardForm
from yipanqi.volunteers.models import Membership, OwnRequest, Volunteer
from yipanqi.volunteers.views.answering import answer, now, open_verbs, own, shown, team_of, tone, try_form

MEMBER_VERBS = ("take_back_joining", "leave_team")


@login_required
@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Everything of mine at a glance. Who is no volunteer yet is led to the registration."""
    person = selectors.volunteer_of(request.user)
    if person is None:
        return redirect("volunteers:join")
    rows = [(held, open_verbs(held, request.user, MEMBER_VERBS)) for held in person.memberships.filter(state__in=selectors.IN_TEAM).select_related("team", "volunteer")]
    return render(request, "volunteers/me.html", {
        "person": person, "tone": tone(person.state), "memberships": rows, "panels": panels_shown(OWN_PANELS, request.user, now()),
        "wards": list(person.wards.exclude(state__in=("merged", "erased"))), "requests": selectors.open_requests(person), "leads": bool(selectors.led_teams(request.user)),
        "may_leave": person.machine.moves["leave"].source and person.is_live, "is_registered": person.state == "registered",
    })  # fmt: skip


@login_required
@never_cache
def change(request: HttpRequest) -> HttpResponse:
    """Change what is one's own to change."""
    person = own(request)
    form = RestForm(request.POST or None, known=person)
    if request.method == "POST" and try_form(form, lambda given: actions.change_own(person, fields=form.entry(), by=request.user, at=now())):
        messages.success(request, _("已保存"))
        return redirect("volunteers:me")
    return shown(request, "volunteers/form.html", form, title=_("更改我的资料"), back="volunteers:me")


@login_required
@never_cache
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """Everything kept about me, and who looked at it."""
    person = own(request)
    return render(request, "volunteers/kept.html", {"person": person, "parts": keeping.everything_about(person), "looks": keeping.looks_at(person)})


@login_required
@never_cache
@require_POST
def kept_sheet(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    person = actions.look_at_kept(own(request), by=request.user, at=now())
    out = io.BytesIO()
    keeping.write(person, out)
    response = HttpResponse(out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="volunteer-{person.number}.xlsx"'
    return response


@login_required
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """Ask that something be corrected, or everything erased; what became of earlier requests."""
    person = own(request)
    erasing = request.method == "POST" and "erase" in request.POST
    correction = CorrectionForm(None if erasing else request.POST or None)
    erasure = ErasureForm(request.POST if erasing else None)
    form: Any = erasure if erasing else correction

    def ask(form: Any) -> OwnRequest:
        who: dict[str, Any] = {"by": request.user, "at": now()}
        if erasing:
            return actions.ask_erasure(person, reason=form.cleaned_data["erasure_reason"], **who)
        return actions.ask_correction(person, fields=form.wanted(), reason=form.cleaned_data["reason"], **who)

    if request.method == "POST" and try_form(form, ask):
        messages.success(request, _("申请已提交"))
        return redirect("volunteers:requests_own")
    rows = [(one, tone(one.state), open_verbs(one, request.user, ("take_back_request",))) for one in person.requests.all()]
    return render(request, "volunteers/requests_own.html", {"form": correction, "erasure": erasure, "rows": rows, "days": policy_value(ERASE_AFTER.key), "person": person}, status=422 if form.errors else 200)


@login_required
@require_POST
def take_back_request(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Think better of a request."""
    asked = get_object_or_404(selectors.requests_visible_to(request.user), uuid=uuid)
    return answer(request, lambda: actions.take_back_request(asked, by=request.user, at=now()), "volunteers:requests_own", _("已撤回"))


@login_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Stop being a volunteer."""
    return answer(request, lambda: actions.leave(own(request), by=request.user, at=now()), "volunteers:me", _("您已退出。资料按规定的天数保存，之后清除；想恢复请联系实践站。"))


@login_required
@never_cache
@require_POST
def ask_guardian(request: HttpRequest) -> HttpResponse:
    """A new code for the guardian."""
    asked = actions.ask_guardian(own(request), by=request.user, at=now())
    return render(request, "volunteers/joined.html", {"made": {"number": asked.volunteer.number, "state": asked.volunteer.state, "code": asked.code}})


@login_required
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """Teams that one may ask to join."""
    person = own(request)
    form = TeamFilter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = {"q": given.get("q", ""), "service": given["kind"].key if given.get("kind") else ""}
    page = keyset_page(filtered(open_teams().select_related("area", "station"), wanted, now().date()), ("code",), request.GET.get("cursor"), 30)
    mine = dict(person.memberships.filter(state__in=selectors.IN_TEAM).values_list("team_id", "state"))
    rows = [(team, mine.get(team.pk, "")) for team in page.items]
    return render(request, "volunteers/teams.html", {"rows": rows, "form": form, "next_url": next_url(request, page.next), "may_join": person.state == "registered"})


@login_required
@require_POST
def join_team(request: HttpRequest, code: str) -> HttpResponse:
    """Ask to join a team."""
    return answer(request, lambda: actions.join(own(request), team=team_of(code), by=request.user, at=now()), "volunteers:me", _("已申请，等队长同意"))


@login_required
@require_POST
def membership_move(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Take back the wish to join, or leave a team."""
    held = get_object_or_404(Membership.objects.filter(volunteer__user=request.user.pk), uuid=uuid)
    if verb == "take_back_joining":
        return answer(request, lambda: actions.take_back_joining(held, by=request.user, at=now()), "volunteers:me")
    return answer(request, lambda: actions.leave_team(held, by=request.user, at=now()), "volunteers:me")


@login_required
@never_cache
def add_ward(request: HttpRequest) -> HttpResponse:
    """A guardian enters the own child."""
    demand(request.user, "volunteers.enter_ward")
    form = WardForm(request.POST or None)

    def enter(form: Any) -> Volunteer:
        given = form.cleaned_data
        return actions.enter_ward(None, fields=form.entry(), relation=given["relation"], agreed=given["agreed"], by=request.user, at=now())

    if request.method == "POST" and (child := try_form(form, enter)):
        messages.success(request, _("已登记，编号 %(number)s") % {"number": child.number})
        return redirect("volunteers:volunteer", child.number)
    return shown(request, "volunteers/form.html", form, title=_("为孩子登记"), back="volunteers:me", text=policy_value(GUARDIAN_TEXT.key))
