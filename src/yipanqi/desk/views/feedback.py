"""Complaints and suggestions about the system itself, open to everybody; they reach the duty desk as a report."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yipanqi.cases import actions
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Actor, Visitor


class FeedbackForm(forms.Form):
    """What somebody wants to say about the system."""

    text = forms.CharField(
        label=gettext_lazy("投诉或建议"), min_length=4, max_length=1000, widget=forms.Textarea(attrs={"rows": 5})
    )
    contact = forms.CharField(
        label=gettext_lazy("联系电话"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("只用于答复您，可以不留；加密保存，办结后六个月清除。"),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people leave it empty, programs do not


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
