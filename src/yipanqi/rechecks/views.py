"""Pages of rechecks: what is to be looked at, how much comes back, and how a day was drawn."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from yipanqi.figures import DENOMINATOR, EXCLUDED, Period, Scope, ask
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page
from yipanqi.rechecks import drawing, sampling, selectors
from yipanqi.rechecks.catalogue import VERIFY_SHARE
from yipanqi.rechecks.figures import REBOUND, root_causes
from yipanqi.rechecks.forms import ShareFilter
from yipanqi.rechecks.models import Draw, SampleDraw

ROWS, MONTHS = 30, 6


@login_required
@require_safe
def recheck_list(request: HttpRequest) -> HttpResponse:
    """What is to be looked at again, the soonest due first."""
    demand(request.user, "rechecks.see_rechecks")
    page = keyset_page(selectors.waiting(request.user), ("due_on", "id"), request.GET.get("cursor"), ROWS)
    return render(request, "rechecks/list.html", {
        "rows": page.items, "next_url": f"?{urlencode({'cursor': page.next})}" if page.next else "", "tab": "list",
    })  # fmt: skip


@login_required
@require_safe
def rate(request: HttpRequest) -> HttpResponse:
    """How much comes back, month by month, and what keeps coming back."""
    demand(request.user, "rechecks.see_rechecks")
    moment, scope = now(), Scope(user=request.user)
    before = timezone.localdate(moment).replace(day=1) - dt.timedelta(days=1)
    periods = Period.months(before, MONTHS)[::-1]
    values = ask([REBOUND], periods[::-1], scope, moment)[REBOUND.key][::-1]
    months = [
        {"period": period, "value": value, "url": REBOUND.records_url(period, scope), "seen_url": REBOUND.records_url(period, scope, DENOMINATOR), "left_out_url": REBOUND.records_url(period, scope, EXCLUDED)}
        for period, value in zip(periods, values, strict=True)
    ]  # fmt: skip
    draws = Draw.objects.order_by("-day")[:14]
    return render(request, "rechecks/rate.html", {"months": months, "causes": root_causes(scope, moment), "draws": draws, "tab": "rate"})


@login_required
@require_safe
def draw(request: HttpRequest, day: str) -> HttpResponse:
    """How one day was drawn, so that anybody can do it again."""
    demand(request.user, "rechecks.see_rechecks")
    try:
        wanted = parse_date(day)
    except ValueError:
        wanted = None
    if wanted is None:
        raise Http404
    found = get_object_or_404(Draw, day=wanted)
    why = {row.case.number: row for row in found.rechecks.select_related("case")}
    numbers, severities, risks = (list(column) for column in zip(*found.candidates, strict=True)) if found.candidates else ([], [], [])
    chances = drawing.chances(severities, risks, found.uniform, found.weighted)
    rows = [(number, severity, risk, chance.either, why.get(number)) for number, severity, risk, chance in zip(numbers, severities, risks, chances, strict=True)]
    return render(request, "rechecks/draw.html", {"draw": found, "rows": rows, "tab": "rate"})


@login_required
@require_safe
def verification(request: HttpRequest) -> HttpResponse:
    """How many mended cases of low severity a person verifies, what another share would have meant, and the draws."""
    demand(request.user, "rechecks.see_rechecks")
    form = ShareFilter(request.GET or None)
    now_shares = {severity: sampling.share_of(severity) for severity in VERIFY_SHARE}
    asked = {severity: form.cleaned_data[f"share_{severity}"] / 100 for severity in VERIFY_SHARE} if form.is_valid() else dict.fromkeys(VERIFY_SHARE, 0.5)
    draws = [(one, [(n, s, share, why, drawing.verified_by_person(one.seed, n, share)) for n, s, share, why in one.candidates]) for one in SampleDraw.objects.order_by("-day")[:7]]
    return render(request, "rechecks/verification.html", {
        "form": form if form.is_bound else ShareFilter({f"share_{s}": 50 for s in VERIFY_SHARE}), "trials": sampling.trial(asked, now()), "on": sampling.is_on(),
        "shares": now_shares.items(), "draws": draws, "tab": "verification",
    })  # fmt: skip
