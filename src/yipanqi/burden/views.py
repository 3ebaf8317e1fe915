"""Pages about burden: the office's table, a unit's own page, the register of forms, complaints."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from yipanqi import sheets
from yipanqi.asking import FORMS, asked_twice
from yipanqi.burden import actions, selectors
from yipanqi.burden.catalogue import LOADS
from yipanqi.burden.forms import AnswerForm, CodeFilter, ComplainForm, PressForm, RenewForm
from yipanqi.burden.models import Complaint
from yipanqi.burden.sheets import FORM_REGISTER
from yipanqi.figures import Period
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page
from yipanqi.kernel.permissions import why_not
from yipanqi.people.models import Unit

ROWS = 50
TONES = {"waiting": "act", "answered": "done"}


@login_required
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """What each unit bore in a month, who is over a cap and why."""
    demand(request.user, "burden.see_all_units")
    month, moment = _month(request), now()
    lines = selectors.table(month, request.user, moment)
    return render(request, "burden/units.html", {
        "month": month, "lines": lines, "loads": [load for _key, load in LOADS.items()], "over": selectors.excesses(lines, month, moment),
        "before": selectors.month_before(month).start, "after": _after(month), "tab": "units",
    })  # fmt: skip


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The unit that the person serves; of several, the first with the others to choose from."""
    demand(request.user, "burden.see_own_unit")
    own = selectors.own_units(request.user)
    if not own:
        raise NotAllowed(why_not("burden.see_own_unit"))
    return _unit_page(request, own[0], own)


@login_required
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit, month by month."""
    found = selectors.unit_visible_to(request.user, code)
    if found is None:
        raise Http404
    return _unit_page(request, found, selectors.own_units(request.user))


def _unit_page(request: HttpRequest, found: Unit, own: list[Unit]) -> HttpResponse:
    month, moment = _month(request), now()
    rows = selectors.unit_rows(found, month, request.user, moment)
    return render(request, "burden/unit.html", {
        "unit": found, "own": own if len(own) > 1 else [], "is_own": found in own, "month": month, "rows": rows, "month_format": pgettext("a month beside others of its year, as Django's date filter writes it", "n月"),
        "minutes": sum(row.minutes for row in rows), "fields": selectors.fields_filled(found.code, month, request.user, moment),
        "before": selectors.month_before(month).start, "after": _after(month), "tab": "units",
    })  # fmt: skip


@login_required
@require_safe
def form_register(request: HttpRequest) -> HttpResponse:
    """Every form that asks something: who answers for it, how long it takes, until when it stands; what is asked twice."""
    demand(request.user, "burden.see_forms")
    rows = selectors.register(timezone.localdate())
    return render(request, "burden/forms.html", {
        "rows": rows, "twice": asked_twice(), "see_all": request.user.has_perm("burden.see_all_units"), "may_renew": request.user.has_perm("burden.renew_form"), "tab": "forms",
    })  # fmt: skip


@login_required
@require_safe
def form_sheet(request: HttpRequest) -> HttpResponse:
    """The register as a workbook, one line for each field."""
    demand(request.user, "burden.see_forms")
    out = io.BytesIO()
    sheets.export(FORM_REGISTER, selectors.form_rows(timezone.localdate()), out)
    response = HttpResponse(out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = 'attachment; filename="forms.xlsx"'
    return response


@login_required
def renew(request: HttpRequest, key: str) -> HttpResponse:
    """Let a form stand for another while."""
    demand(request.user, "burden.renew_form")
    if key not in FORMS:
        raise Http404
    form = RenewForm(request.POST or None, initial={"until": timezone.localdate() + dt.timedelta(days=365)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.renew_form(None, key=key, **form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("已续期“%(title)s”") % {"title": FORMS[key].title})
            return redirect("burden:forms")
    return render(request, "burden/renew.html", {"form": form, "asked": FORMS[key], "tab": "forms"}, status=422 if form.errors else 200)


@login_required
def complain(request: HttpRequest) -> HttpResponse:
    """Say what is too much or asked twice, signed or not; the code finds the answer."""
    demand(request.user, "burden.use_complaint_page")
    form = ComplainForm(request.POST or None, initial={"page": request.GET.get("page", "")[:120]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        by: Actor = request.user if given["signed"] else Visitor()  # type: ignore[assignment]
        kind = "" if given["signed"] else selectors.kind_of_unit(request.user)
        try:
            made = actions.complain(None, text=given["text"], page=given["page"], unit_kind=kind, by=by, at=now())
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            return render(request, "burden/complained.html", {"complaint": made})
    return render(request, "burden/complain.html", {"form": form, "look_up": CodeFilter(auto_id="look_%s")}, status=422 if form.errors else 200)


@login_required
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """All complaints for the office, one's own signed ones for everybody else; by a code also an anonymous one."""
    demand(request.user, "burden.use_complaint_page")
    if code := request.GET.get("code", "").strip():
        if selectors.complaint_by_code(code) is None:
            messages.error(request, _("没有这个查询码，请核对。"))
            return redirect("burden:complain")
        return redirect("burden:complaint", code.upper())
    page = keyset_page(selectors.complaints_visible_to(request.user), ("-sent_at", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    next_url = f"?{urlencode({'cursor': page.next})}" if page.next else ""
    return render(request, "burden/complaints.html", {"rows": page.items, "next_url": next_url, "tab": "complaints"})


@login_required
def complaint(request: HttpRequest, code: str) -> HttpResponse:
    """One complaint with its answer, for the office, for whoever signed it, and for whoever has its code."""
    demand(request.user, "burden.use_complaint_page")
    found = selectors.complaint_by_code(code)
    visible = found is not None and (found.anonymous or selectors.complaints_visible_to(request.user).filter(pk=found.pk).exists())
    if found is None or not visible:
        raise Http404
    answers = request.user.has_perm("burden.answer_complaint")
    move = "answer_complaint" if answers else "press_complaint"
    form = (AnswerForm if answers else PressForm)(request.POST or None)
    may = found.state in found.machine.moves[move].source
    if request.method == "POST" and not may and not answers:
        raise NotAllowed(why_not("burden.answer_complaint"))
    if request.method == "POST" and form.is_valid():
        try:
            _moved(request, found, move, form.cleaned_data["text"])
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("已记下"))
            return redirect("burden:complaint", found.code)
    return render(request, "burden/complaint.html", {
        "complaint": found, "tone": TONES[found.state], "form": form if may or form.errors else None, "answers": answers, "tab": "complaints",
    }, status=422 if form.errors else 200)  # fmt: skip


def _moved(request: HttpRequest, found: Complaint, move: str, text: str) -> None:
    """Make the move; whoever presses an anonymous complaint stays as unknown as it is."""
    by: Any = request.user if move == "answer_complaint" or not found.anonymous else Visitor()
    {"answer_complaint": actions.answer_complaint, "press_complaint": actions.press_complaint}[move](found, text=text, by=by, at=now())


def _month(request: HttpRequest) -> Period:
    """The month of the address (`month`, as 2026-11), else this month."""
    today = timezone.localdate()
    try:
        day = parse_date(f"{request.GET.get('month', '')}-01")
    except ValueError:
        day = None
    return Period.this_month(day if day and 2000 <= day.year <= today.year + 1 else today)


def _after(month: Period) -> dt.date | None:
    following = month.end + dt.timedelta(days=1)
    return following if following <= timezone.localdate() else None
