"""What strangers see: whether a certificate is real, and how all this works. Nobody is asked who they are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.allowance import TooOften
from yipanqi.kernel.policy import policy_value
from yipanqi.records.catalogue import ANSWER_DAYS, CHECKS, SHOWN_DAYS
from yipanqi.records.checking import public_facts
from yipanqi.records.forms import CheckFilter
from yipanqi.records.panels import tables


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Type number and code of a certificate; the QR code opens the answer directly."""
    form = CheckFilter(request.GET or None)
    if request.GET and form.is_valid():
        return redirect("records:check_one", form.cleaned_data["number"], form.cleaned_data["code"])
    return private(render(request, "records/check.html", {"form": form}, status=422 if form.errors else 200))


@require_safe
def check_one(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One certificate as anybody may see it: number, masked name, hours, issuer, day, whether it holds. Every look counts."""
    try:
        CHECKS.take(str(request.META.get("REMOTE_ADDR", "")), timezone.now())
    except TooOften as refusal:
        form = CheckFilter({"number": number[:80], "code": code[:20]})
        form.add_error(None, str(refusal))
        response = private(render(request, "records/check.html", {"form": form}, status=429))
        response["Retry-After"] = str(refusal.retry_after)
        return response
    found = public_facts(number, code)
    if found is None:
        form = CheckFilter({"number": number[:80], "code": code[:20]})
        form.add_error(None, _("没有查到。请对照证明逐字核对编号和校验码；对不上的，请向证明上的出具单位询问。"))
        return private(render(request, "records/check.html", {"form": form}, status=404))
    return private(render(request, "records/checked.html", {"found": found}))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How records are kept, stars had, certificates asked for and checked; the rules of stars in force."""
    return render(request, "records/about.html", {"tables": tables(), "days": policy_value(SHOWN_DAYS.key), "answer_days": policy_value(ANSWER_DAYS.key)})


def private(response: HttpResponse) -> HttpResponse:
    """No cache on the way may keep it, no search engine may list it."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
