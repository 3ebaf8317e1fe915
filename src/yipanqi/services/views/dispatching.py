"""The dispatch desk of the centre: what the optimiser proposes, with reasons; taken up with one click, whole or one by one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import gate
from yipanqi.services import actions, selectors
from yipanqi.services.showing import dressed
from yipanqi.services.words import TITLES, costs, reasons

SHOWN = 200


@require_safe
@gate("services.see_dispatch")
def board(request: HttpRequest) -> HttpResponse:
    """Orders that wait to be given out, and the proposal that lies there."""
    proposal = selectors.latest_proposal()
    lines = list(selectors.proposal_lines(proposal).filter(taken_at__isnull=True)[:SHOWN]) if proposal else []
    for line in lines:
        line.words, line.costs = reasons(line.why), costs(line.why)  # type: ignore[attr-defined]
    known = [line.request_id for line in lines]
    waiting = list(selectors.waiting_for_dispatch().exclude(pk__in=known)[:SHOWN])
    return render(request, "services/dispatch.html", {
        "proposal": proposal, "lines": [line for line in lines if line.request.state == "open"], "rest": dressed(waiting), "today": timezone.localdate(),
        "terms": [(title, proposal.terms.get(key)) for key, title in TITLES.items()] if proposal else [], "tab": "dispatch",
    })  # fmt: skip


@require_POST
@gate("services.propose")
def propose(request: HttpRequest) -> HttpResponse:
    """Ask the optimiser."""
    made = actions.propose(None, by=request.user, at=now())
    found = made.lines.count()
    words = _("已为 %(found)d 单找到队伍，请看理由后派单。") if found else _("没有可以建议的：没有待派的单，或者没有能接的队伍。")
    messages.success(request, words % {"found": found})
    return redirect("services:dispatch_desk")


@require_POST
@gate("services.accept_proposal")
def accept(request: HttpRequest) -> HttpResponse:
    """Take up the proposal: all of it, or the orders ticked."""
    proposal = selectors.latest_proposal()
    if proposal is None or str(proposal.uuid) != request.POST.get("proposal", ""):
        messages.error(request, _("建议已经更新，请按新的建议派单。"))
        return redirect("services:dispatch_desk")
    numbers = None if "all" in request.POST else request.POST.getlist("number")
    try:
        actions.accept_proposal(proposal, numbers=numbers, by=request.user, at=now())
        messages.success(request, _("已派单，队伍会收到消息。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("services:dispatch_desk")
