"""Pages of one unit's card: what stands on it, the records behind a cell, objections and rulings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand, gate
from yipanqi.kernel.paging import keyset_page
from yipanqi.scoring import actions, selectors, showing
from yipanqi.scoring.forms import ObjectionForm, RulingForm
from yipanqi.scoring.gates import card_of, period_of, unit_of
from yipanqi.scoring.measures import MEASURES
from yipanqi.scoring.models import CardRecord, Objection, Scorecard
from yipanqi.scoring.states import OBJECTION, ObjectionState, PeriodState

ROWS = 50
TONES = {ObjectionState.FILED: "act", ObjectionState.UPHELD: "done", ObjectionState.REFUSED: "late", ObjectionState.WITHDRAWN: "wait"}
PARTS = ("yes", "all", "out")


@require_safe
@gate("scoring.see_scores")
def card(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """One unit's card, provisional while the period is open; what was left out, objections, how it went before."""
    period, moment = period_of(request, code), now()
    row: Scorecard | None = None
    if period.state == PeriodState.OPEN:
        found = unit_of(period, unit)
        cards, yardstick = selectors.provisional(period, moment)
        one = next(card for card in cards if card.unit == unit)
    else:
        row = card_of(request, period, unit)
        found, one, yardstick = row.unit, selectors.stored([row])[0], period.measure
    revision = row.revision if row and not row.current else 0
    before = selectors.trend(found, period, request.user)
    return render(request, "scoring/card.html", {
        "period": period, "tone": showing.TONES[period.state], "unit": found, "group": showing.group_title(one.group), "tier": showing.tier(one.tier),
        "score": showing.score(one), "cells": [showing.cell(period, one, key, yardstick, revision) for key in MEASURES], "card": row, "as_of": moment,
        "trend": showing.trend(before), "before": [(past, showing.score(was), showing.tier(was.tier)) for past, was in before[::-1]],
        "revisions": showing.revisions(row, request.user) if row else [], "may_object": _may_object(request, row), "objections": _objections(request, row),
    })  # fmt: skip


def _may_object(request: HttpRequest, row: Scorecard | None) -> bool:
    if row is None or not row.current or row.period.objections_until is None or row.period.state != PeriodState.PUBLISHED:
        return False
    return timezone.localdate() <= row.period.objections_until and bool(request.user.has_perm("scoring.object_to_card", row))


def _objections(request: HttpRequest, row: Scorecard | None) -> list[Objection]:
    if row is None:
        return []
    rows = list(selectors.objections_visible_to(request.user).filter(card__period=row.period_id, card__unit=row.unit_id))
    return [_with_words(one) for one in rows]


def _with_words(one: Objection) -> Objection:
    one.tone, one.about = TONES[ObjectionState(one.state)], MEASURES[one.measure].title if one.measure in MEASURES else _("整张得分卡")  # type: ignore[attr-defined]
    return one


@require_safe
@gate("scoring.see_scores")
def records(request: HttpRequest, code: str, unit: str, measure: str) -> HttpResponse:
    """The cases behind a cell, as they were kept with the card."""
    period, part, reason = period_of(request, code), request.GET.get("part", "all"), request.GET.get("reason", "")
    if measure not in MEASURES or part not in PARTS or period.state == PeriodState.OPEN:
        raise Http404
    row = card_of(request, period, unit)
    page = keyset_page(selectors.records(row, measure, part, reason), ("id",), request.GET.get("cursor"), ROWS)
    for one in page.items:
        one.words = MEASURES[measure].reason(one.reason) if one.part == CardRecord.Part.OUT else one.get_part_display()
    query = request.GET.copy()
    query["cursor"] = page.next or ""
    cell = showing.cell(period, selectors.stored([row])[0], measure, period.measure, 0 if row.current else row.revision)
    tabs = [(_("分子"), cell["yes_url"], "yes"), (_("分母"), cell["all_url"], "all"), (_("未计入"), cell["out_url"], "out")]
    return render(request, "scoring/records.html", {
        "period": period, "card": row, "cell": cell, "rows": page.items, "next_url": f"?{query.urlencode()}" if page.next else "", "part": part, "tabs": tabs,
        "choose": part != "out" and _may_object(request, row), "reason": MEASURES[measure].reason(reason) if reason else "",
    })  # fmt: skip


@gate("scoring.see_scores")
def object_to_card(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """The unit objects to its card."""
    row = card_of(request, period_of(request, code), unit)
    demand(request.user, "scoring.object_to_card", row)
    start = {"measure": request.GET.get("measure", ""), "cases": "\n".join(number[:20] for number in request.GET.getlist("case")[:200])}
    form = ObjectionForm(request.POST) if request.method == "POST" else ObjectionForm(initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.object_to_card(row, **form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("申诉已提交，裁定后会收到消息。"))
            return redirect("scoring:objection", uuid=made.uuid)
    return render(request, "scoring/object.html", {"period": row.period, "card": row, "form": form}, status=422 if form.errors else 200)


@require_safe
@gate("scoring.see_scores")
def objections(request: HttpRequest) -> HttpResponse:
    """All objections, the newest first."""
    page = keyset_page(selectors.objections_visible_to(request.user), ("-filed_at", "-id"), request.GET.get("cursor"), ROWS)
    rows = [_with_words(one) for one in page.items]
    return render(request, "scoring/objections.html", {"rows": rows, "next_url": f"?cursor={page.next}" if page.next else "", "tab": "objections"})


@require_safe
@gate("scoring.see_scores")
def objection(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One objection with the cases it names; who may, rules on it here."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), uuid=uuid)
    return _objection_page(request, found, RulingForm(found))


def _objection_page(request: HttpRequest, found: Objection, form: RulingForm) -> HttpResponse:
    may = {move.name for move in OBJECTION.open_moves(found, request.user) if move.allowed}
    parts: dict[int, Any] = {}
    for one in found.card.records.filter(case__in=found.named.values("case"), **({"measure": found.measure} if found.measure else {})):
        parts.setdefault(one.case_id, []).append(f"{MEASURES[one.measure].title}{_('：')}{one.get_part_display()}")
    cases = [(row, _("、").join(parts.get(row.case_id, []))) for row in found.named.select_related("case").order_by("case__number")]
    return render(request, "scoring/objection.html", {
        "objection": _with_words(found), "cases": cases, "form": form, "may_rule": "uphold_objection" in may, "may_withdraw": "withdraw_objection" in may, "tab": "objections",
    }, status=422 if form.errors else 200)  # fmt: skip


@require_POST
@gate("scoring.see_scores")
def rule(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """The office upholds or refuses an objection."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), uuid=uuid)
    demand(request.user, f"scoring.{verb}", found)
    form = RulingForm(found, request.POST)
    if not form.is_valid():
        return _objection_page(request, found, form)
    ruling = form.cleaned_data["ruling"]
    try:
        if verb == "uphold_objection":
            actions.uphold_objection(found, ruling=ruling, cases=form.numbers, by=request.user, at=now())
        else:
            actions.refuse_objection(found, ruling=ruling, by=request.user, at=now())
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _objection_page(request, found, form)
    messages.success(request, _("已裁定，单位会收到消息。"))
    return redirect("scoring:objection", uuid=uuid)


@require_POST
@gate("scoring.see_scores")
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The unit takes its objection back."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), uuid=uuid)
    demand(request.user, "scoring.withdraw_objection", found)
    try:
        actions.withdraw_objection(found, by=request.user, at=now())
        messages.success(request, _("申诉已撤回。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("scoring:objection", uuid=uuid)
