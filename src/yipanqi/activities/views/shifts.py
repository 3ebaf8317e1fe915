"""Running one shift: who comes and who waits, changes, on whose word, safety briefing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.activities import actions
from yipanqi.activities.forms import BriefForm, RoleLines, SaidForm, ShiftForm, WhyForm
from yipanqi.activities.models import Shift, SignUp
from yipanqi.activities.selectors.plans import add_roles
from yipanqi.activities.selectors.standing import affected, is_minor, signed, waiting
from yipanqi.activities.views.pages import done, run_activity, run_shift, sign_up_of
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState

FORMS = ("GET", "HEAD", "POST")


@login_required
@require_safe
def shift(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who comes, who waits, who may have to go; what may be done."""
    found = run_shift(request, uuid)
    demand(request.user, "activities.see_sign_ups", found)
    add_roles([found])
    return _page(request, found, SaidForm(roles=found.role_list))  # type: ignore[attr-defined]


def _page(request: HttpRequest, found: Shift, said: SaidForm, status: int = 200) -> HttpResponse:
    held, queue, why = signed(found), waiting(found), {one.pk: reasons for one, reasons in affected(found)}
    for one in (*held, *queue):
        one.reasons, one.minor = why.get(one.pk, []), is_minor(one.volunteer, found)  # type: ignore[attr-defined]
    begun = found.starts_at <= now()
    return render(request, "activities/shift.html", {
        "shift": found, "activity": found.activity, "held": held, "queue": queue, "n_affected": len(why), "said_form": said, "begun": begun, "over": found.ends_at <= now(),
        "moves": {one.name: one for one in found.machine.open_moves(found, request.user)}, "cancel_form": WhyForm(auto_id="cancel_%s"), "brief_form": BriefForm(auto_id="brief_%s"),
        "may_say": found.state == "planned" and found.activity.state == "open" and found.ends_at > now(),
    }, status=status)  # fmt: skip


def _shift_form(request: HttpRequest, form: ShiftForm, lines: object, code: str, found: Shift | None) -> HttpResponse:
    wrong = form.errors or any(lines.errors)  # type: ignore[attr-defined]
    return render(request, "activities/shift_form.html", {"form": form, "lines": lines, "code": code, "shift": found}, status=422 if wrong else 200)


@login_required
@require_http_methods(FORMS)
def new_shift(request: HttpRequest, code: str) -> HttpResponse:
    """One more shift."""
    activity = run_activity(request, code)
    demand(request.user, "activities.add_shift", activity)
    form = ShiftForm(request.POST or None, initial={"starts_at": activity.starts_at, "ends_at": activity.ends_at})
    lines: Any = RoleLines(request.POST or None, prefix="roles", initial=[{"name": _("志愿者"), "limit": 20}])
    save = lambda: actions.add_shift(activity, **form.cleaned_data, roles=lines.kept(), by=request.user, at=now())  # noqa: E731  called once, below
    if request.method == "POST" and form.is_valid() and lines.is_valid() and done(request, save, _("已增加班次。"), form):
        return redirect("activities:run", activity.code)
    return _shift_form(request, form, lines, activity.code, None)


@login_required
@require_http_methods(FORMS)
def edit_shift(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Another time, place or number of people; who is affected is told."""
    found = run_shift(request, uuid)
    demand(request.user, "activities.change_shift", found)
    initial = {"starts_at": found.starts_at, "ends_at": found.ends_at, "place_name": found.place_name, "place": found.place.code if found.place else ""}
    form = ShiftForm(request.POST or None, initial=initial)
    roles = [{"name": role.name, "limit": role.limit, "min_age": role.min_age or None} for role in found.roles.all()]
    lines: Any = RoleLines(request.POST or None, prefix="roles", initial=roles)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        where = form.cleaned_data
        spot = {"lon": where["place"].lon, "lat": where["place"].lat} if where["place"] else {"lon": found.lon, "lat": found.lat}
        if done(request, lambda: actions.change_shift(found, **where, **spot, roles=lines.kept(), by=request.user, at=now()), _("已保存，报名的人会收到变动通知。"), form):
            return redirect("activities:shift", found.uuid)
    return _shift_form(request, form, lines, found.activity.code, found)


@login_required
@require_POST
def move_shift(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Cancel a shift, or record its safety briefing."""
    found = run_shift(request, uuid)
    if verb == "cancel_shift":
        done(request, lambda: actions.cancel_shift(found, why=request.POST.get("why", "")[:200], by=request.user, at=now()), _("已取消，报名和候补的人都会收到通知。"))
    elif verb == "brief_shift":
        done(request, lambda: actions.brief_shift(found, text=request.POST.get("text", "")[:300], by=request.user, at=now()), _("已登记安全交底。"))
    else:
        raise Http404
    return redirect("activities:shift", found.uuid)


@login_required
@require_POST
def say(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write down that a volunteer said they come."""
    found = run_shift(request, uuid)
    demand(request.user, "activities.see_sign_ups", found)
    add_roles([found])
    form = SaidForm(request.POST, roles=found.role_list)  # type: ignore[attr-defined]
    if form.is_valid():
        who = Volunteer.objects.filter(number=form.cleaned_data["volunteer"].strip(), state=VolunteerState.REGISTERED).first()
        role = found.roles.filter(pk=form.cleaned_data["role"]).first()
        if who is None or role is None:
            form.add_error("volunteer", _("没有这个编号的志愿者，请核对。"))
        elif done(request, lambda: actions.sign_up(found, role=role, volunteer=who, said_how=form.cleaned_data["said_how"], by=request.user, at=now()), _("已按本人的话登记，本人会收到通知。"), form):
            return redirect("activities:shift", found.uuid)
    return _page(request, found, form, 422)


@login_required
@require_POST
def decide(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Keep or take away a place, or write down that a volunteer does not come."""
    found = sign_up_of(request, uuid)
    demand(request.user, "activities.see_sign_ups", found)
    given = {
        "keep_sign_up": lambda: actions.keep_sign_up(found, by=request.user, at=now()),
        "remove_sign_up": lambda: actions.remove_sign_up(found, why=request.POST.get("why", "")[:200], by=request.user, at=now()),
        "withdraw": lambda: actions.withdraw(found, said_how=request.POST.get("said_how", SignUp.Said.PHONE), by=request.user, at=now()),
    }  # fmt: skip
    if verb not in given:
        raise Http404
    done(request, given[verb], _("已办理，本人会收到通知。"))
    return redirect("activities:shift", found.shift.uuid)
