"""改判: an item of an open visit judged again, asked about before it withdraws a case; works without script."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yipanqi.cases.models import Case
from yipanqi.cases.selectors import at_an_end, why_not_retracted
from yipanqi.inspections import actions
from yipanqi.inspections.models import Finding
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.mobile.cards import fields_of, observed_in
from yipanqi.mobile.views.gates import inspector_page
from yipanqi.mobile.views.place import Here

GRADES = (("B", "B"), ("C", "C"), ("D", "C#"))


@inspector_page
def rejudge(request: HttpRequest, campaign: str, place: str, code: str) -> HttpResponse:
    """What was judged, what another judgement would withdraw, and the ways on: pass, does not apply, other words or counts."""
    here = Here(request, campaign, place)
    shown = here.card(code)
    finding, back = shown.finding, f"{here.url}#item-{code}"
    if finding is None:
        return redirect(back)
    wrong = ""
    if request.method == "POST":
        case = finding.case
        try:
            _judge_again(request, here, code)
        except Refused as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, _told(code, case))
            return redirect(back)
    withdraws = finding.case is not None and (finding.outcome == Finding.Outcome.CONFIRMED or not at_an_end(finding.case))
    held = why_not_retracted(finding.case, here.user) if finding.case and finding.outcome == Finding.Outcome.OPENED and withdraws else ""
    return render(request, "mobile/rejudge.html", here.page() | {
        "card": shown, "passing": fields_of(shown.passing), "withdraws": withdraws, "held": held, "wrong": "" if wrong == held else wrong,
        "why": request.POST.get("why", ""), "grades": GRADES,
    }, status=422 if wrong else 200)  # fmt: skip


def _judge_again(request: HttpRequest, here: Here, code: str) -> None:
    actions.record_finding(
        here.started(), item=here.item(code), observed=observed_in(here.item(code), request.POST), why=request.POST.get("why", "")[:200],
        by=here.user, at=now(),
    )  # fmt: skip


def _told(code: str, case: Case | None) -> str:
    """What became of it, in a sentence."""
    if case is None:
        return _("%(code)s 已改判。") % {"code": code}
    case.refresh_from_db()
    if at_an_end(case):
        return _("%(code)s 已改判，案件 %(number)s 已撤回。") % {"code": code, "number": case.number}
    return _("%(code)s 已改判，案件 %(number)s 的“再次发现”已撤回。") % {"code": code, "number": case.number}
