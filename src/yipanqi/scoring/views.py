"""Pages of periods: the list, one period with its groups, and what the office does with it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import gate
from yipanqi.kernel.paging import keyset_page
from yipanqi.people.models import Unit
from yipanqi.scoring import actions, selectors, sheets, showing
from yipanqi.scoring.forms import OpenForm, ReasonForm
from yipanqi.scoring.gates import period_of
from yipanqi.scoring.measures import MEASURES
from yipanqi.scoring.models import ScorePeriod
from yipanqi.scoring.states import PERIOD, ObjectionState, PeriodState
from yipanqi.sheets import export

ROWS = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@gate("scoring.see_scores")
def periods(request: HttpRequest) -> HttpResponse:
    """All periods, the newest first, and objections that wait."""
    page = keyset_page(selectors.periods_visible_to(request.user), ("-starts_on", "-id"), request.GET.get("cursor"), ROWS)
    own = {card.period_id: card for card in selectors.visible_to(request.user).filter(unit__in=selectors.own_units(request.user), current=True).select_related("unit")}
    for row in page.items:
        row.tone, row.own = showing.TONES[row.state], own.get(row.pk)
        row.own_tier = showing.tier(row.own.tier) if row.own else None
    waiting = list(selectors.objections_visible_to(request.user).filter(state=ObjectionState.FILED)[:ROWS])
    return render(request, "scoring/periods.html", {
        "rows": page.items, "next_url": f"?cursor={page.next}" if page.next else "", "waiting": waiting, "has_own": bool(selectors.own_units(request.user)),
        "form": OpenForm(), "may_open": request.user.has_perm("scoring.open_period"), "tab": "periods",
    })  # fmt: skip


@require_safe
@gate("scoring.see_scores")
def period(request: HttpRequest, code: str) -> HttpResponse:
    """One period, peer groups apart, units by tier and by name inside a tier; units see their own card and their peers' tiers."""
    found, moment = period_of(request, code), now()
    everything = request.user.has_perm("scoring.see_all_scores")
    cards, yardstick = selectors.board(found, moment)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[card.unit for card in cards])}
    if not everything:
        own = {units[card.unit].code for card in cards if units[card.unit].pk in selectors.own_units(request.user)}
        peers = {card.group for card in cards if card.unit in own}
        cards = [card for card in cards if card.group in peers]
    groups = showing.groups(found, cards, units, yardstick, openly=everything)
    return render(request, "scoring/period.html", {
        "period": found, "tone": showing.TONES[found.state], "groups": groups, "everything": everything, "measures": list(MEASURES.values()), "terms": found.rules,
        "weights": [(MEASURES[key].title, weight) for key, weight in found.rules.weights.items() if key in MEASURES], "as_of": moment,
        "own": [] if everything else [{"code": code, "name": units[code].name} for code in sorted(own)],
        "moves": [move for move in PERIOD.open_moves(found, request.user) if move.allowed], "reason_form": ReasonForm(), "over": moment >= found.span.ends_at,
    })  # fmt: skip


@require_safe
@gate("scoring.note_export")
def export_period(request: HttpRequest, code: str) -> HttpResponseBase:
    """The cards of a period as .xlsx."""
    found, moment = period_of(request, code), now()
    cards = selectors.cards_of(found, moment)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[card.unit for card in cards])}
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    written = export(sheets.CARD_TABLE, sheets.rows(cards, units), file)
    actions.note_export(found, rows=written, by=request.user, at=moment)
    file.seek(0)
    state = "" if found.state == PeriodState.PUBLISHED else f"-{found.get_state_display()}"
    return FileResponse(file, as_attachment=True, filename=f"{_('单位得分卡')}-{found.code}{state}.xlsx", content_type=XLSX)


@require_POST
@gate("scoring.open_period")
def open_period(request: HttpRequest) -> HttpResponse:
    """Open a period that did not open by itself."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        return render(request, "scoring/open.html", {"form": form, "tab": "periods"}, status=422)
    try:
        made = actions.open_period(None, **form.cleaned_data, by=request.user, at=now())
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return render(request, "scoring/open.html", {"form": form, "tab": "periods"}, status=422)
    return redirect("scoring:period", code=made.code)


def _moved(request: HttpRequest, code: str, make: Callable[[ScorePeriod], Any], words: str) -> HttpResponse:
    try:
        make(period_of(request, code))
        messages.success(request, words)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("scoring:period", code=code)


@require_POST
@gate("scoring.freeze")
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Store the cards."""
    return _moved(request, code, lambda found: actions.freeze(found, by=request.user, at=now()), _("已定稿：得分卡和所依据的案件已留存，以后案件变化不再影响本期。"))


@require_POST
@gate("scoring.publish")
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show the units their cards."""
    return _moved(request, code, lambda found: actions.publish(found, by=request.user, at=now()), _("已公布，各单位会收到消息。"))


@require_POST
@gate("scoring.reopen")
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Take a frozen period back."""
    reason = request.POST.get("reason", "")
    return _moved(request, code, lambda found: actions.reopen(found, reason=reason, by=request.user, at=now()), _("已退回，本期重新统计。"))
