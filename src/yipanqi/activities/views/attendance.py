"""The leader's list of a shift with the changing code; attendances; corrections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yipanqi.activities import codes
from yipanqi.activities.actions import attendance as actions
from yipanqi.activities.actions import corrections, settling
from yipanqi.activities.attendance_forms import (
    AbsenceForm,
    AttendanceFilter,
    ConfirmForm,
    CorrectionForm,
    DecideForm,
    WalkInForm,
    confirm_initial,
)
from yipanqi.activities.models import Absence, Attendance, Correction, Shift
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.selectors.people import volunteer_of
from yipanqi.activities.views.pages import done, run_shift
from yipanqi.activities.views.signing_in import ROWS, TONES, call_of
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.addresses import absolute
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.permissions import why_not
from yipanqi.volunteers.models import Volunteer

CORRECTION_TONES = {"asked": "soon", "agreed": "done", "declined": "wait", "taken_back": "wait"}
DECISIONS: dict[str, tuple[Callable[..., Any], Any]] = {
    "agree_correction": (corrections.agree_correction, gettext_lazy("已同意更正，时长已更新。")),
    "decline_correction": (corrections.decline_correction, gettext_lazy("已答复，记录不变。")),
    "take_back_correction": (corrections.take_back_correction, gettext_lazy("已撤回。")),
}


@login_required
@require_safe
def shift_list(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The code to scan, and who is there: one hand, on the street."""
    shift = run_shift(request, uuid)
    demand(request.user, "activities.see_list", shift)
    moment, own = now(), volunteer_of(request.user)
    rows = selectors.lines(shift)
    for line in rows:
        line.tone = TONES[line.attendance.state] if line.attendance else "wait"  # type: ignore[attr-defined]
        line.own = own is not None and line.volunteer.pk == own.pk  # type: ignore[attr-defined]
    step, first, shown = codes.codes_between(shift.uuid, shift.secret, selectors.opens_at(shift), selectors.closes_at(shift))
    address = absolute(request, reverse("activities:sign_page", args=[shift.uuid]))
    address = address if "://" in address else request.build_absolute_uri(address)
    begun, usable = moment >= shift.starts_at, shift.state == "planned" and shift.activity.state == "open" and moment <= selectors.closes_at(shift)
    return render(request, "activities/shift_list.html", {
        "shift": shift, "activity": shift.activity, "lines": rows, "moment": moment, "begun": begun, "usable": usable, "reasons": Absence.Reason.choices,
        "codes": {"step": step, "first": first, "codes": shown, "url": address, "title": shift.activity.title, "until": selectors.closes_at(shift).isoformat()} if usable else None,
        "walk_in": WalkInForm(auto_id="walk_%s"), "code_now": codes.code_at(shift.uuid, shift.secret, moment), "proposed": sum(1 for line in rows if line.attendance and line.attendance.state == "proposed"),
        "there": sum(1 for line in rows if line.attendance and line.attendance.state == "in"), "may_note": usable or (shift.activity.state == "open" and begun),
    })  # fmt: skip


@login_required
@require_POST
def move_list(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """One line of the list: somebody came, left, did not come; or another code."""
    shift = run_shift(request, uuid)
    call, by, at = call_of(request), request.user, now()
    if verb == "renew_code":
        done(request, lambda: actions.renew_code(shift, by=by, at=at), _("已更换，以前的签到码作废。"))
    elif verb in ("note_in", "note_out"):
        _note(request, shift, verb, call)
    elif verb in ("note_absence", "take_back_absence"):
        named = _uuid(request.POST.get("sign_up"))
        sign_up = shift.sign_ups.filter(uuid=named).first() if named else None
        if sign_up is None:
            raise Http404
        form = AbsenceForm(request.POST)
        if verb == "take_back_absence":
            done(request, lambda: actions.take_back_absence(sign_up, by=by, at=at), _("已撤销。"))
        elif form.is_valid():
            done(request, lambda: actions.note_absence(sign_up, **form.cleaned_data, by=by, at=at), _("已登记，名额可让给现场的人。不计分、不排名。"))
    else:
        raise Http404
    return redirect("activities:shift_list", shift.uuid)


def _note(request: HttpRequest, shift: Shift, verb: str, call: UUID | None) -> None:
    number = request.POST.get("volunteer", "").strip()
    who = Volunteer.objects.filter(number=number).first()
    note = {"note_in": actions.note_in, "note_out": actions.note_out}[verb]

    def run() -> None:
        if who is None:
            raise actions.NoRoom(_("没有编号为 %(number)s 的志愿者，请核对；没有登记的先登记。") % {"number": number[:20]})
        note(shift, volunteer=who, call=call, by=request.user, at=now())

    done(request, run, _("已登记签到。") if verb == "note_in" else _("已登记签退。"))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@login_required
@require_safe
def attendances(request: HttpRequest) -> HttpResponse:
    """Attendances that one runs or looks on."""
    demand(request.user, "activities.see_runs")
    form = AttendanceFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    rows = selectors.narrowed(selectors.attendances_visible_to(request.user), state=given.get("state", ""), since=given.get("since"), until=given.get("until"))
    page = keyset_page(rows, ("-served_on", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    return render(request, "activities/attendances.html", {"form": form, "rows": page.items, "next_url": next_url(request, page.next), "tab": "attendance"})


def attendance_at(request: HttpRequest, uuid: UUID) -> Attendance:
    """The attendance, for whoever sees it."""
    demand(request.user, "activities.see_attendance")
    found = selectors.attendances_visible_to(request.user).select_related("role", "confirmed_by", "shift__activity__team", "shift__activity__station").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def attendance(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One attendance: what is known, what was corrected, what may be done."""
    found = attendance_at(request, uuid)
    return _attendance_page(request, found, ConfirmForm(initial=confirm_initial(found), auto_id="confirm_%s"), CorrectionForm(initial=confirm_initial(found)))


def _attendance_page(request: HttpRequest, found: Attendance, confirm: ConfirmForm, correct: CorrectionForm) -> HttpResponse:
    own = volunteer_of(request.user)
    moves = {one.name: one for one in found.machine.open_moves(found, request.user)}
    opened = selectors.open_correction(found)
    past = list(found.corrections.select_related("asked_by", "decided_by"))
    for one in past:
        one.tone = CORRECTION_TONES[one.state]  # type: ignore[attr-defined]
    return render(request, "activities/attendance.html", {
        "attendance": found, "tone": TONES[found.state], "is_own": own is not None and own.pk == found.volunteer_id, "moves": moves, "confirm_form": confirm, "correct_form": correct,
        "corrections": past, "opened": opened, "kept": found.marks.filter(kept=True).exists(),
        "may_correct": "ask_correction" in moves and moves["ask_correction"].allowed and opened is None,
    }, status=422 if confirm.errors or correct.errors else 200)  # fmt: skip


@login_required
@require_POST
def move_attendance(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Confirm missing times, or ask for a correction."""
    found = attendance_at(request, uuid)
    confirm, correct = ConfirmForm(initial=confirm_initial(found), auto_id="confirm_%s"), CorrectionForm(initial=confirm_initial(found))
    if verb == "confirm_attendance":
        confirm = ConfirmForm(request.POST, auto_id="confirm_%s")
        run = lambda: settling.confirm_attendance(found, **confirm.cleaned_data, by=request.user, at=now())  # noqa: E731  called once, below
        if confirm.is_valid() and done(request, run, _("已确认。"), confirm):
            return redirect("activities:shift_list", found.shift.uuid)
    elif verb == "ask_correction":
        correct = CorrectionForm(request.POST)
        ask = lambda: corrections.ask_correction(found, **correct.cleaned_data, by=request.user, at=now())  # noqa: E731  called once, below
        if correct.is_valid() and done(request, ask, _("已提出，由另一位负责人审核。"), correct):
            return redirect("activities:attendance", found.uuid)
    else:
        raise Http404
    return _attendance_page(request, found, confirm, correct)


@login_required
@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """Corrections: those to decide first by choice, all that one sees otherwise."""
    demand(request.user, "activities.see_attendance")
    runs = request.user.has_perm("activities.see_runs")
    every = request.GET.get("all") == "1" or not runs
    rows = selectors.corrections_visible_to(request.user) if every else selectors.corrections_to_decide(request.user)
    page = keyset_page(rows, ("-asked_at", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = CORRECTION_TONES[row.state]
    return render(request, "activities/corrections.html", {"rows": page.items, "next_url": next_url(request, page.next), "every": every, "runs": runs, "tab": "corrections"})


def correction_at(request: HttpRequest, uuid: UUID) -> Correction:
    """The correction, for whoever sees its attendance."""
    demand(request.user, "activities.see_attendance")
    found = selectors.corrections_visible_to(request.user).select_related("attendance__shift__activity__team", "attendance__shift__activity__station").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def correction(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One correction: what it was, what it should be, why; the decision."""
    found = correction_at(request, uuid)
    return _correction_page(request, found, DecideForm())


def _correction_page(request: HttpRequest, found: Correction, form: DecideForm) -> HttpResponse:
    moves = {one.name: one for one in found.machine.open_moves(found, request.user)}
    return render(request, "activities/correction.html", {
        "correction": found, "attendance": found.attendance, "tone": CORRECTION_TONES[found.state], "moves": moves, "form": form, "tab": "corrections",
        "may_decide": "agree_correction" in moves and moves["agree_correction"].allowed,
    }, status=422 if form.errors else 200)  # fmt: skip


@login_required
@require_POST
def decide_correction(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Agree, decline, or take back."""
    found, form = correction_at(request, uuid), DecideForm(request.POST)
    if verb not in DECISIONS:
        raise Http404
    move, said = DECISIONS[verb]
    if not request.user.has_perm(f"activities.{verb}", found):
        raise NotAllowed(why_not(f"activities.{verb}"))
    words = {} if verb == "take_back_correction" else {"answer": request.POST.get("answer", "")[:200]}
    if form.is_valid() and done(request, lambda: move(found, **words, by=request.user, at=now()), str(said), form):
        return redirect("activities:correction", found.uuid)
    return _correction_page(request, found, form)
