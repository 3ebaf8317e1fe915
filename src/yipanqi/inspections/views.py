"""The office's pages of campaigns: list, plan, places and inspectors, progress; and one visit as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.files.selectors import photos_of
from yipanqi.inspections import actions, selectors, spacing
from yipanqi.inspections.catalogue import VISIT_PHOTOS
from yipanqi.inspections.forms import AssignForm, CampaignFilter, CampaignForm, ChangeForm
from yipanqi.inspections.models import Campaign, CampaignPlace, Finding
from yipanqi.inspections.states import CAMPAIGN, CampaignState
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url

TONES = {"draft": "wait", "open": "act", "closed": "done", "cancelled": "wait"}
LETTER_TONES = {"A": "done", "B": "soon", "C": "soon", "D": "late", "NA": "wait"}
ROWS = 50
#: Places checked most often that are listed.
OFTEN = 30
#: Places of a selection that are listed, each to be ticked off.
SHOWN = 200
DIRECT_MOVES = {
    "open_campaign": actions.open_campaign,
    "close_campaign": actions.close_campaign,
    "cancel_campaign": actions.cancel_campaign,
}
STANDS = {"waiting": _lazy("未检查"), "open": _lazy("检查中"), "finished": _lazy("已检查"), "missed": _lazy("无法检查")}


@login_required
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns the person sees, newest first."""
    demand(request.user, "inspections.see_campaigns")
    form = CampaignFilter(request.GET or None)
    given = {k: v for k, v in (form.cleaned_data if form.is_valid() else {}).items() if v}
    rows = selectors.with_progress(selectors.campaigns_visible_to(request.user).filter(**given))
    page = keyset_page(rows, ("-starts_on", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    may_add = request.user.has_perm("inspections.add_campaign")
    return render(request, "inspections/campaigns.html", {
        "form": form, "rows": page.items, "next_url": next_url(request, page.next), "may_add": may_add,
    })  # fmt: skip


@login_required
def new_campaign(request: HttpRequest) -> HttpResponse:
    """Write a new plan; then choose its places."""
    demand(request.user, "inspections.add_campaign")
    form = CampaignForm(request.POST or None, initial={"starts_on": localdate()})
    if request.method == "POST" and form.is_valid():
        campaign = actions.add_campaign(None, **form.cleaned_data, by=request.user, at=now())
        return redirect("inspections:places", campaign.code)
    return render(request, "inspections/campaign_form.html", {"form": form, "campaign": None}, status=_status(form))


@login_required
def edit_campaign(request: HttpRequest, code: str) -> HttpResponse:
    """Change a plan."""
    campaign = _campaign(request, code)
    demand(request.user, "inspections.change_campaign", campaign)
    names = ("name", "kind", "starts_on", "ends_on")
    initial = {name: getattr(campaign, name) for name in names} | {"edition": campaign.edition.code}
    form = ChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_campaign(campaign, **form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("已保存"))
            return redirect("inspections:campaign", campaign.code)
    asks_again = bool({"again", "why_again"} & form.errors.keys() or form.data.get("again"))
    return render(request, "inspections/campaign_form.html", {"form": form, "campaign": campaign, "asks_again": asks_again}, status=_status(form))


@login_required
@require_safe
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """One campaign: how far it is, its places with their last result, what may be done."""
    found = _campaign(request, code)
    stands = request.GET.get("stands", "")
    stands = stands if stands in STANDS else ""
    page = keyset_page(selectors.places_of(found, stands), ("place_id", "id"), request.GET.get("cursor"), ROWS)
    latest = selectors.latest_visits(request.user, found, [row.place_id for row in page.items])
    for row in page.items:
        row.visit = latest.get(row.place_id) or row.served_by
    return render(request, "inspections/campaign.html", {
        "campaign": found, "tone": TONES[found.state], "rows": page.items, "next_url": next_url(request, page.next),
        "share": round(100 * (found.n_done or 0) / found.n_places) if found.n_places else 0,
        "moves": _moves(found, request.user), "may_plan": _may_plan(found, request.user),
        "inspectors": selectors.campaign_inspectors(found), "stands": stands, "choices": STANDS.items(),
        "missed_share": round(100 * (found.n_missed or 0) / found.n_places) if found.n_places else 0,
    })  # fmt: skip


@login_required
def places(request: HttpRequest, code: str) -> HttpResponse:
    """Choose places by filter, and who looks at them: first the preview, then the decision."""
    found = _campaign(request, code)
    demand(request.user, "inspections.assign_places", found)
    form = AssignForm(request.POST if request.method == "POST" else {}, day=localdate())
    chosen = form.places(now())
    deciding = request.method == "POST" and form.is_valid() and "preview" not in request.POST
    if deciding and request.POST.get("picked"):
        chosen = chosen.filter(code__in=request.POST.getlist("only"))
    if deciding and not chosen:
        form.add_error(None, _("没有选中任何点位，请调整条件或勾选后再安排"))
    elif deciding:
        try:
            actions.assign_places(
                found, places=list(chosen), inspectors=list(form.cleaned_data["inspectors"]), again=form.cleaned_data["again"],
                why_again=form.cleaned_data["why_again"], by=request.user, at=now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("已安排，本计划现有 %(n)s 个点位") % {"n": found.campaign_places.count()})
            return redirect("inspections:campaign", found.code)
    others = spacing.others_at(found, list(chosen), now())
    sample = list(chosen[:SHOWN])
    for one in sample:
        one.other = others.get(one.pk)  # type: ignore[attr-defined]
    here = CampaignPlace.objects.filter(campaign=found)
    return render(request, "inspections/places.html", {
        "campaign": found, "form": form, "n": (n := chosen.count()), "sample": sample, "n_twice": len(others), "pickable": 0 < n <= SHOWN, "shown": SHOWN,
        "n_known": here.filter(place__in=chosen.order_by().values("pk")).count(), "n_places": here.count(),
    }, status=_status(form))  # fmt: skip


@login_required
@require_POST
def remove_place(request: HttpRequest, code: str, place: str) -> HttpResponse:
    """Take one place out of the campaign."""
    found = _campaign(request, code)
    demand(request.user, "inspections.remove_places", found)
    row = found.campaign_places.filter(place__code=place).select_related("place").first()
    if row is None:
        raise Http404
    try:
        actions.remove_places(found, places=[row.place], by=request.user, at=now())
        messages.success(request, _("已移出“%(name)s”") % {"name": row.place.name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("inspections:campaign", found.code)


@login_required
@require_POST
def make_move(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Open, close or cancel a campaign."""
    found = _campaign(request, code)
    if verb in DIRECT_MOVES:
        demand(request.user, f"inspections.{verb}", found)
    more = {"why": request.POST.get("why", "")} if verb == "cancel_campaign" else {}
    try:
        DIRECT_MOVES[verb](found, **more, by=request.user, at=now())
        messages.success(request, _("已%(move)s") % {"move": CAMPAIGN.moves[verb].title})
    except KeyError as error:
        raise Http404 from error
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("inspections:campaign", found.code)


@login_required
@require_safe
def visit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One visit as it was: score, every item's letter, what became of it, photos."""
    found = selectors.visits_visible_to(request.user).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    findings = list(selectors.findings_of(found))
    for finding in findings:
        finding.tone = LETTER_TONES[finding.letter]  # type: ignore[attr-defined]
        finding.seen = observed_words(finding)  # type: ignore[attr-defined]
        finding.near = selectors.near_duplicates(finding, request.user)  # type: ignore[attr-defined]
    photos = photos_of(VISIT_PHOTOS, [str(found.uuid)])[str(found.uuid)]
    return render(request, "inspections/visit.html", {"visit": found, "findings": findings, "photos": photos})


@login_required
@require_safe
def often(request: HttpRequest) -> HttpResponse:
    """Places that several campaigns looked at lately, and every look that came too soon, with its reason."""
    demand(request.user, "inspections.see_campaigns")
    soon = selectors.visits_visible_to(request.user).filter(again_after__isnull=False).select_related("again_after__campaign")
    page = keyset_page(soon, ("-started_at", "-id"), request.GET.get("cursor"), ROWS)
    today = localdate()
    period = Period(today - dt.timedelta(days=spacing.LOOK_BACK - 1), today)
    places = list(spacing.often_checked(now())[:OFTEN])
    for place in places:
        place.visits_url = FIGURES["inspections.visits"].records_url(period, Scope(line=("place", place.code)))  # type: ignore[attr-defined]
    return render(request, "inspections/often.html", {
        "rows": page.items, "next_url": next_url(request, page.next), "places": places, "days": spacing.LOOK_BACK,
        "again": [(kind.label, spec) for kind, spec in spacing.AGAIN.items()],
    })  # fmt: skip


def observed_words(finding: Finding) -> str:
    """What was seen, in words."""
    seen = finding.observed
    if seen.get("na"):
        return _("不适用")
    if "passed" in seen:
        return _("合格") if seen["passed"] else _("不合格")
    if "count" in seen:
        unit = "%" if finding.item.measure == "ratio" else _("处")
        return f"{seen['count']}{unit}"
    return _("等级 %(grade)s") % {"grade": finding.get_letter_display()}


def _campaign(request: HttpRequest, code: str) -> Any:
    found = selectors.with_progress(selectors.campaigns_visible_to(request.user)).filter(code=code).first()
    if found is None:
        raise Http404
    return found



def _may_plan(campaign: Campaign, user: Any) -> bool:
    return campaign.state in (CampaignState.DRAFT, CampaignState.OPEN) and user.has_perm("inspections.assign_places", campaign)


def _moves(campaign: Campaign, user: Any) -> list[dict[str, Any]]:
    questions = {
        "open_campaign": _("启动后检查员即可开始检查，测评体系版本随之冻结。确定启动吗？"),
        "close_campaign": _("结束后不能再记录检查，未完成的检查不计分。确定结束吗？"),
        "cancel_campaign": _("取消后检查员不再看到这个计划。确定取消吗？"),
    }
    return [
        {"name": m.name, "title": m.title, "confirm": questions[m.name], "asks_why": m.name == "cancel_campaign"}
        for m in CAMPAIGN.open_moves(campaign, user, tuple(DIRECT_MOVES))
        if m.allowed
    ]



def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
