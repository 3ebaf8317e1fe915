"""Running activities: the list, one activity with its shifts, moves, the closing report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.activities import actions
from yipanqi.activities.catalogue import ACTIVITY_PHOTOS, RESULT_UNITS
from yipanqi.activities.forms import (
    AboutForm,
    ActivityForm,
    CorrectForm,
    ReportForm,
    ResultLines,
    RoleLines,
    RunFilter,
    WhyForm,
    holder_of,
    initial_of,
)
from yipanqi.activities.models import Activity
from yipanqi.activities.recurrence import words
from yipanqi.activities.selectors.plans import narrowed, run_by, shifts_of, with_places
from yipanqi.activities.selectors.standing import affected
from yipanqi.activities.views.pages import TONES, done, run_activity
from yipanqi.files.models import Photo
from yipanqi.files.receiving import picture_url, take_form_photos
from yipanqi.files.selectors import photos_of
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.policy import policy_value

ROWS = 50
FORMS = ("GET", "HEAD", "POST")
A_YEAR = dt.timedelta(days=366)


@login_required
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Activities that one runs or looks on, the newest first."""
    demand(request.user, "activities.see_runs")
    form = RunFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    page = keyset_page(narrowed(with_places(run_by(request.user)), **given), ("-starts_at", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    return render(request, "activities/runs.html", {
        "form": form, "rows": page.items, "next_url": next_url(request, page.next), "may_add": request.user.has_perm("activities.add_activity"), "tab": "runs",
    })  # fmt: skip


def _to_come(text: str) -> dt.datetime | None:
    """A moment of the city's time in an address, such as 2026-11-24T09:00; None for one that is over or more than a year ahead, and for anything else."""
    try:
        found = timezone.make_aware(dt.datetime.strptime(text, "%Y-%m-%dT%H:%M"))  # noqa: DTZ007  made aware on the spot
        return found if now() < found < now() + A_YEAR else None
    except (ValueError, OverflowError):
        return None


@login_required
@require_http_methods(FORMS)
def new_activity(request: HttpRequest) -> HttpResponse:
    """Plan an activity with its first shift; more shifts and roles are added on its page."""
    demand(request.user, "activities.add_activity")
    start = timezone.localtime(now()).replace(hour=9, minute=0, second=0, microsecond=0) + dt.timedelta(days=7)
    start = _to_come(request.GET.get("starts_at", "")) or start
    given = {name: request.GET[name] for name in ("title", "kind", "holder") if name in request.GET}
    form = ActivityForm(request.POST or None, user=request.user, initial={"starts_at": start, "ends_at": start + dt.timedelta(hours=2), "level": "station", **given})
    lines: Any = RoleLines(request.POST or None, prefix="roles", initial=[{"name": _("志愿者"), "limit": 20}])
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        given, made = form.cleaned_data, []
        shift = {"starts_at": given["starts_at"], "ends_at": given["ends_at"], "roles": lines.kept()}
        if done(request, lambda: made.append(actions.add_activity(
            None, title=given["title"], starts_at=given["starts_at"], ends_at=given["ends_at"], shifts=[shift], **holder_of(given["holder"]), **form.described(), by=request.user, at=now(),
        )), _("已建立，检查无误后发布报名。"), form):  # fmt: skip
            return redirect("activities:run", made[0].code)
    return render(request, "activities/activity_form.html", {"form": form, "lines": lines, "activity": None}, status=422 if form.errors or any(lines.errors) else 200)


@login_required
@require_http_methods(FORMS)
def edit_activity(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what is said of an activity."""
    found = run_activity(request, code)
    demand(request.user, "activities.change_activity", found)
    form = AboutForm(request.POST or None, user=request.user, initial=initial_of(found))
    save = lambda: actions.change_activity(found, title=form.cleaned_data["title"], **form.described(), by=request.user, at=now())  # noqa: E731  called once, below
    if request.method == "POST" and form.is_valid() and done(request, save, _("已保存。"), form):
        return redirect("activities:run", found.code)
    return render(request, "activities/activity_form.html", {"form": form, "activity": found}, status=422 if form.errors else 200)


@login_required
@require_safe
def run(request: HttpRequest, code: str) -> HttpResponse:
    """One activity for those who run it: what is missing, its shifts, who is affected by changes, what may be done."""
    found = run_activity(request, code)
    shifts = shifts_of(found)
    sees_people = request.user.has_perm("activities.see_sign_ups", found)
    for shift in shifts:
        shift.affected = affected(shift) if sees_people and shift.state == "planned" and shift.ends_at > now() else []  # type: ignore[attr-defined]
    photos = photos_of(ACTIVITY_PHOTOS, [found.code])[found.code]
    return render(request, "activities/run.html", {
        "activity": found, "tone": TONES[found.state], "shifts": shifts, "moves": {one.name: one for one in found.machine.open_moves(found, request.user)},
        "sees_people": sees_people, "results": list(found.results.all()), "recurs": words(found.series.rule) if found.series else "", "over": found.ends_at <= now(),
        "photos": [{"full": picture_url(photo, "large"), "thumb": picture_url(photo, "thumb"), "alt": _("活动照片")} for photo in photos], "cancel_form": WhyForm(auto_id="cancel_%s"),
    })  # fmt: skip


@login_required
@require_POST
def make_move(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Open or cancel."""
    found = run_activity(request, code)
    if verb == "open_activity":
        done(request, lambda: actions.open_activity(found, by=request.user, at=now()), _("已发布，志愿者可以报名了。"))
    elif verb == "cancel_activity":
        why = request.POST.get("why", "")[:200]
        done(request, lambda: actions.cancel_activity(found, why=why, by=request.user, at=now()), _("已取消，报名和候补的人都会收到通知。"))
    else:
        raise Http404
    return redirect("activities:run", found.code)


@login_required
@require_http_methods(FORMS)
def close(request: HttpRequest, code: str) -> HttpResponse:
    """The closing report."""
    found = run_activity(request, code)
    demand(request.user, "activities.close_activity", found)
    return _report(request, found, ReportForm(request.POST or None), ResultLines(request.POST or None, prefix="results"), closing=True)


@login_required
@require_http_methods(FORMS)
def correct(request: HttpRequest, code: str) -> HttpResponse:
    """The closing report anew."""
    found = run_activity(request, code)
    demand(request.user, "activities.correct_report", found)
    names = ("report", "beneficiaries", "beneficiaries_estimated")
    form = CorrectForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    lines = [{"what": one.what, "quantity": one.quantity, "unit": one.unit, "estimated": one.estimated} for one in found.results.all()]
    return _report(request, found, form, ResultLines(request.POST or None, prefix="results", initial=lines), closing=False)


def _report(request: HttpRequest, found: Activity, form: ReportForm, lines: Any, *, closing: bool) -> HttpResponse:
    refused: list[str] = []
    sender: Any = request.user
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        given: dict[str, Any] = {**form.cleaned_data, "results": lines.kept()}
        photos, refused = take_form_photos(request, sender, Photo.Kind.OTHER, now()) if closing and request.FILES else ([], [])
        if closing:
            given["photos"] = photos
        move = actions.close_activity if closing else actions.correct_report
        if not refused and done(request, lambda: move(found, **given, by=request.user, at=now()), _("已结项。") if closing else _("已更正。"), form):
            return redirect("activities:run", found.code)
    units: dict[str, str] = policy_value(RESULT_UNITS.key)
    return render(request, "activities/report.html", {
        "activity": found, "form": form, "lines": lines, "closing": closing, "refused": refused, "names": units.keys(), "units": sorted(set(units.values())),
    }, status=422 if form.errors or any(lines.errors) or refused else 200)  # fmt: skip
