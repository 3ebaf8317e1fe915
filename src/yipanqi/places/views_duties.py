"""Pages of duties: who answers for what, why, where nobody does, and which rules never win."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.gates import gate
from yipanqi.kernel.paging import keyset_page
from yipanqi.people.models import Unit
from yipanqi.places import actions, selectors
from yipanqi.places.duty_resolution import Rule
from yipanqi.places.explaining import HOLE_WORDS, OUTCOME_WORDS, step_word, told, why
from yipanqi.places.forms import DutyFilter, DutyForm, EndDuty, Question
from yipanqi.places.models import Area, Duty
from yipanqi.places.sheets import KINDS, TargetFinder

ROWS = 50
SHOWN = 200
#: Stands for the row id of a rule that is not stored yet: newer than all.
NEW = 2**62


@require_safe
@gate("places.view_board")
def duty_list(request: HttpRequest) -> HttpResponse:
    """The duties that fit the filters, ended ones included."""
    form, today = DutyFilter(request.GET), timezone.localdate()
    rows = selectors.duties(request.user, form.cleaned_data if form.is_valid() else {})
    page = keyset_page(rows, ("code",), request.GET.get("cursor"), ROWS)
    kept = {key: value for key, value in request.GET.items() if key != "cursor" and value}
    return render(request, "places/duties.html", {
        "form": form, "rows": [(duty, *_state(duty, today)) for duty in page.items], "kept": kept,
        "next_url": f"?{urlencode({**kept, 'cursor': page.next})}" if page.next else "",
        "may_add": request.user.has_perm("places.add_duty"),
    })  # fmt: skip


def _state(duty: Duty, today: dt.date) -> tuple[str, str]:
    words = {"waiting": (_("未生效"), "wait"), "ended": (_("已终止"), "wait"), "in_force": (_("有效"), "done")}
    return words[selectors.duty_state(duty, today)]


@require_safe
@gate("places.view_board")
def explain(request: HttpRequest) -> HttpResponse:
    """Who answers at a place or position for a class on a day, with every rule that was considered."""
    asked = bool(request.GET)
    form = Question(request.GET if asked else None, initial={"on": timezone.localdate()})
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        data = form.cleaned_data
        position = (data["lon"], data["lat"]) if data["lon"] is not None else None
        found = selectors.resolve(position, data["place"], data["issue_class"], data["on"] or timezone.localdate())
        context |= {"found": found, "rows": _rows(found), "place": data["place"]}
    return render(request, "places/explain.html", context, status=422 if asked and form.errors else 200)


def _rows(found: selectors.Resolution) -> list[dict[str, Any]]:
    areas = Area.objects.defer("boundary").in_bulk({r.area_id for r in found.reasons if r.area_id})
    duties = Duty.objects.select_related("place", "segment", "zone", "area").in_bulk([r.rule.id for r in found.reasons if r.rule])
    rows = []
    for one in told(found.reasons):
        word, tone = OUTCOME_WORDS[one.outcome]
        duty = duties.get(one.rule.id) if one.rule else None
        about = str(duty.target or "") if duty else str(areas.get(one.area_id or 0, ""))
        rows.append({
            "step": step_word(one), "about": about, "unit": found.units.get(one.unit_id), "duty": duty,
            "word": word, "tone": tone, "why": why(one),
        })  # fmt: skip
    return rows


@require_safe
@gate("places.view_board")
def gaps(request: HttpRequest) -> HttpResponse:
    """Places × classes for which no rule and no class default names a unit."""
    wanted = request.GET.get("class", "")
    found = selectors.uncovered(timezone.localdate(), wanted, SHOWN)
    return render(request, "places/gaps.html", {
        "classes": [(kind, *HOLE_WORDS[hole], count) for (kind, hole), count in found.by_class.most_common()],
        "rows": [(gap, *HOLE_WORDS[gap.hole]) for gap in found.first], "count": found.count, "shown": SHOWN, "wanted": wanted,
    })  # fmt: skip


@require_safe
@gate("places.view_board")
def idle(request: HttpRequest) -> HttpResponse:
    """Rules in force that can never win, each with what is in its way."""
    found = selectors.idle_rules(timezone.localdate())
    ids = {one.rule.id for one in found} | {rule.id for one in found for rule in one.beaten_by}
    duties = Duty.objects.select_related("place", "segment", "zone", "area", "issue_class", "unit").in_bulk(ids)
    rows = [(duties[one.rule.id], [duties[rule.id] for rule in one.beaten_by[:5]]) for one in found[:SHOWN]]
    return render(request, "places/idle.html", {"rows": rows, "count": len(found), "may_end": request.user.has_perm("places.end_duty")})


@require_http_methods(["GET", "HEAD", "POST"])
@gate("places.add_duty")
def edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a duty, or correct one; what it wins is shown while it is written."""
    duty = get_object_or_404(selectors.duties(request.user, {}), code=code) if code else None
    form = DutyForm(request.POST or None, initial=_known(duty) if duty else _start(request))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            about = {**dict.fromkeys(KINDS), **_about(data.pop("kind"), data.pop("target"))}
            who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
            saved = actions.change_duty(duty, fields={**about, **data}, **who) if duty else actions.add_duty(None, **about, **data, **who)
            messages.success(request, _("责任 %(code)s 已保存。") % {"code": saved.code})
            return redirect("places:duties")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "target", str(refusal))
    return render(request, "places/duty_form.html", {"form": form, "duty": duty}, status=422 if form.errors else 200)


def _start(request: HttpRequest) -> dict[str, Any]:
    """A new duty starts today, about what the address names."""
    named = {key: request.GET[key] for key in ("kind", "target", "issue_class") if request.GET.get(key)}
    return {"starts_on": timezone.localdate(), **named}


def _known(duty: Duty) -> dict[str, Any]:
    kind = next((kind for kind in KINDS if getattr(duty, f"{kind}_id")), "class")
    facts = {name: getattr(duty, name) for name in ("part", "basis", "starts_on", "ends_on")}
    target = duty.target
    key = duty.issue_class.key if duty.issue_class else ""
    return {**facts, "kind": kind, "target": target.code if target else "", "issue_class": key, "unit": duty.unit.code}


def _about(kind: str, target: str) -> dict[str, Any]:
    return {kind: TargetFinder().find(kind, target)} if kind in KINDS else {}


@require_safe
@gate("places.add_duty")
def preview(request: HttpRequest, code: str = "") -> HttpResponse:
    """What the duty in the address's form would win: how many places × classes, from whom, and what it does not win."""
    duty = get_object_or_404(selectors.duties(request.user, {}), code=code) if code else None
    form, context = DutyForm(request.GET), dict[str, Any]()
    if form.is_valid():
        data = form.cleaned_data
        try:
            about = _about(data["kind"], data["target"])
            context = _wins(data, next(iter(about.values()), None), duty)
        except Refused as refusal:
            context = {"refusal": str(refusal)}
    return render(request, "places/_duty_preview.html", context)


def _wins(data: dict[str, Any], target: Any, duty: Duty | None) -> dict[str, Any]:
    kind, issue_class = data["kind"] if target else "", data["issue_class"]
    if data["part"] != Duty.Part.LEAD:
        return {"helps": True}
    if not target and issue_class is None:
        return {"refusal": _("类别默认责任要指明问题类别。")}
    on = max(data["starts_on"], timezone.localdate())
    at = duty.created_at if duty else timezone.now()
    rule = Rule(
        duty.pk if duty else NEW, duty.code if duty else "", kind, target.pk if target else None, issue_class.pk if issue_class else None,
        data["unit"].pk, data["part"], data["starts_on"], data["ends_on"], at,
    )  # fmt: skip
    found = selectors.wins_of(rule, on)
    units = Unit.objects.in_bulk({*(i for i in found.taken_from if i), *found.beaten_by})
    return {
        "found": found, "on": on, "unit": data["unit"],
        "taken": [(units.get(i or 0), n) for i, n in found.taken_from.most_common(6) if i != data["unit"].pk],
        "kept": [(units[i], n) for i, n in found.beaten_by.most_common(6)],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@gate("places.end_duty")
def end(request: HttpRequest, code: str) -> HttpResponse:
    """Say the last day of a duty."""
    duty = get_object_or_404(selectors.duties(request.user, {}), code=code)
    form = EndDuty(request.POST or None, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_duty(duty, ends_on=form.cleaned_data["ends_on"], by=request.user, at=timezone.now())
            messages.success(request, _("责任 %(code)s 已设终止日期。") % {"code": duty.code})
            return redirect("places:duties")
        except Refused as refusal:
            form.add_error("ends_on", str(refusal))
    return render(request, "places/duty_end.html", {"form": form, "duty": duty}, status=422 if form.errors else 200)
