"""Complaints and suggestions about the system itself, open to everybody; they reach the duty desk as a report."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yipanqi.cases import actions
from yipanqi.desk.forms import FeedbackForm
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Actor, Visitor


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Takes a complaint or suggestion and gives a code by which its answer can be found."""
    form, problem, code = FeedbackForm(request.POST or None), "", ""
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["website"]:
        by: Actor = request.user if request.user.is_authenticated else Visitor()  # type: ignore[assignment]
        text = f"{_('【意见建议】')}{form.cleaned_data['text']}"
        try:
            code = actions.report_by_resident(
                None, text=text, contact_phone=form.cleaned_data["contact"], by=by, at=timezone.now()
            ).code
        except Refused as refusal:
            problem = str(refusal)
    context = {
        "form": form,
        "problem": problem,
        "code": code,
        "base": "base.html" if request.user.is_authenticated else "base_public.html",
    }
    return render(request, "desk/feedback.html", context, status=422 if problem or form.errors else 200)
