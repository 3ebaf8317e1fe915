"""A place that cannot be inspected: say why, and go on to the next."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yipanqi.inspections import actions
from yipanqi.inspections.models import Visit
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.mobile.views.gates import inspector_page
from yipanqi.mobile.views.place import Here


@inspector_page
def give_up(request: HttpRequest, campaign: str, place: str) -> HttpResponse:
    """Closed, no entry, gone or unsafe: the visit ends without a score."""
    here, wrong = Here(request, campaign, place), ""
    if request.method == "POST":
        try:
            actions.give_up_visit(
                here.started(),
                why=request.POST.get("why", ""),
                note=request.POST.get("note", ""),
                by=here.user,
                at=now(),
            )
        except Refused as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, _("已记录“%(name)s”无法检查。") % {"name": here.place.name})
            return redirect("mobile:today")
    more = {
        "reasons": Visit.Missed.choices,
        "wrong": wrong,
        "note": request.POST.get("note", ""),
        "why": request.POST.get("why", ""),
    }
    return render(request, "mobile/give_up.html", here.page() | more, status=422 if wrong else 200)
