"""Complaints of those served, for the centre and the duty desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand, gate
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.services import actions, selectors
from yipanqi.services.forms import AnswerForm
from yipanqi.services.states import ComplaintState

ROWS = 50
TONES = {ComplaintState.WAITING: "soon", ComplaintState.ANSWERED: "done"}


@require_safe
@gate("services.see_complaints")
def complaints(request: HttpRequest) -> HttpResponse:
    """Those that wait, then those answered."""
    state = ComplaintState.ANSWERED if request.GET.get("state") == "answered" else ComplaintState.WAITING
    page = keyset_page(selectors.complaints_visible_to(request.user).filter(state=state), ("-said_at", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[ComplaintState(row.state)]
    return render(request, "services/complaints.html", {"rows": page.items, "state": state, "next_url": next_url(request, page.next), "tab": "complaints"})


@gate("services.see_complaints")
def complaint(request: HttpRequest, uuid: str) -> HttpResponse:
    """One complaint, and the answer."""
    found = get_object_or_404(selectors.complaints_visible_to(request.user), uuid=uuid)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        demand(request.user, "services.answer_complaint", found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_complaint(found, **form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("已答复"))
            return redirect("services:complaints")
    may = found.state == ComplaintState.WAITING and request.user.has_perm("services.answer_complaint", found)
    return render(request, "services/complaint.html", {
        "complaint": found, "tone": TONES[ComplaintState(found.state)], "form": form if may else None, "tab": "complaints",
    }, status=422 if form.errors else 200)  # fmt: skip
