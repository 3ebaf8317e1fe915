"""The page of those who serve: orders to answer, orders in hand, orders to grab."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yipanqi.kernel.gates import gate
from yipanqi.kernel.policy import policy_value
from yipanqi.services import selectors
from yipanqi.services.catalogue import GRAB
from yipanqi.services.showing import dressed
from yipanqi.services.words import reasons


@require_safe
@gate("services.see_lead")
def lead(request: HttpRequest) -> HttpResponse:
    """What the person's teams and stations are asked, have promised, and could take."""
    waiting = selectors.asked_of(request.user)
    for sending in waiting:
        sending.words = reasons(sending.why)  # type: ignore[attr-defined]
    return render(request, "services/lead.html", {
        "waiting": waiting, "in_hand": dressed(selectors.in_hand(request.user)), "done": dressed(selectors.lately_served(request.user)),
        "grabs": policy_value(GRAB.key), "to_grab": dressed(list(selectors.grabbable(request.user)[:50])) if policy_value(GRAB.key) else [], "now": timezone.now(), "tab": "lead",
    })  # fmt: skip
