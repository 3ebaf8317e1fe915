"""One place on the phone: its items, each judged with a tap; words and photos where something is wrong; the score."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yipanqi.files.models import Photo
from yipanqi.files.receiving import take_form_photos
from yipanqi.inspections import actions, selectors
from yipanqi.inspections.models import Campaign, Finding, Visit
from yipanqi.inspections.states import CampaignState
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.mobile.cards import Card, card, fields_of, groups, observed_in, spot_severity
from yipanqi.mobile.selectors import open_cases_at
from yipanqi.mobile.views.gates import inspector_page, user_of
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem

#: Why a place may have to be looked at again, ready to be tapped.
AGAIN_REASONS = (gettext_lazy("群众反映有新问题"), gettext_lazy("检查项与上次不同"), gettext_lazy("上级要求独立检查"))


class Here:
    """A place under a campaign as its inspector holds it in the hand now."""

    def __init__(self, request: HttpRequest, campaign: str, place: str) -> None:
        self.request, self.user = request, user_of(request)
        known = selectors.campaigns_visible_to(self.user).filter(code=campaign).first()
        if known is None:
            raise Http404
        row = known.campaign_places.filter(place__code=place).select_related("place__category", "place__area").first()
        if row is None:
            raise Http404
        self.campaign: Campaign = known
        self.row = row
        self.place: Place = row.place
        self.items: dict[str, CheckItem] = {item.code: item for item in selectors.items_of(self.campaign, self.place)}
        self.visit: Visit | None = selectors.open_visit(self.user, self.campaign, self.place)

    @property
    def url(self) -> str:
        return reverse("mobile:place", args=[self.campaign.code, self.place.code])

    def item(self, code: str) -> CheckItem:
        if code not in self.items:
            raise Http404
        return self.items[code]

    @cached_property
    def visit_id(self) -> UUID:
        """The open visit's id, else the one this page chose when it was first shown, else a new one."""
        if self.visit:
            return self.visit.uuid
        try:
            return UUID(self.request.POST.get("visit") or self.request.GET.get("visit") or "")
        except ValueError:
            return uuid4()

    def started(self) -> Visit:
        """The open visit; the first thing recorded begins it."""
        if self.visit is None:
            self.visit = actions.start_visit(
                self.campaign, place=self.place, uuid=self.visit_id, why_again=self.request.POST.get("why_again", ""),
                by=self.user, at=now(),
            )  # fmt: skip
        return self.visit

    def earlier(self) -> Visit | None:
        """Another campaign's look lately, where nobody said yet why this one looks again."""
        return None if self.visit else selectors.seen_lately(self.row, now())

    def cards(self) -> list[Card]:
        findings = {f.item_id: f for f in selectors.findings_of(self.visit)} if self.visit else {}
        chosen = self.visit_id
        photo_from = spot_severity()
        return [card(item, chosen, findings.get(item.pk), photo_from=photo_from) for item in self.items.values()]

    def card(
        self, code: str, observed: dict[str, Any] | None = None, *, editing: bool = False, error: str = ""
    ) -> Card:
        item = self.item(code)
        finding = self.visit.findings.filter(item=item).select_related("case", "item").first() if self.visit else None
        return card(item, self.visit_id, finding, observed, photo_from=spot_severity(), editing=editing, error=error)

    def page(self) -> dict[str, Any]:
        n_done = self.visit.findings.count() if self.visit else 0
        return {
            "here": self, "campaign": self.campaign, "place": self.place, "visit": self.visit, "visit_id": self.visit_id,
            "n": len(self.items), "n_done": n_done, "left": len(self.items) - n_done,
        }  # fmt: skip


@inspector_page
@require_safe
def place(request: HttpRequest, campaign: str, place: str) -> HttpResponse:
    """The items to look at; after the visit its score. `?again=1` looks once more."""
    here = Here(request, campaign, place)
    running = here.campaign.state == CampaignState.OPEN
    last = None if here.visit else selectors.last_visit(here.user, here.campaign, here.place)
    if last and last.finished_at and not (running and request.GET.get("again")):
        findings = [f for f in selectors.findings_of(last) if f.letter not in ("A", "NA")]
        return render(
            request, "mobile/done.html", here.page() | {"last": last, "findings": findings, "running": running}
        )
    earlier = here.earlier() if running else None
    if earlier is not None:
        return render(request, "mobile/again.html", here.page() | {"earlier": earlier, "reasons": AGAIN_REASONS})
    cards = groups(here.cards())
    return render(
        request,
        "mobile/place.html",
        here.page() | {"groups": cards, "cases": open_cases_at(here.user, here.place), "running": running},
    )


@inspector_page
@require_POST
def begin(request: HttpRequest, campaign: str, place: str) -> HttpResponse:
    """Say why a place is looked at again so soon, and begin."""
    here = Here(request, campaign, place)
    try:
        here.started()
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{here.url}?again=1")


@inspector_page
def item(request: HttpRequest, campaign: str, place: str, code: str) -> HttpResponse:
    """One item: GET shows it with another count or opened again; POST records what was seen."""
    here = Here(request, campaign, place)
    if request.method != "POST":
        return _card(here, here.card(code, _seen(here, code), editing=True))
    try:
        _record(here, code, observed_in(here.item(code), request.POST), [], on_the_spot=False)
    except Refused as refusal:
        if request.headers.get("HX-Request") != "true":
            messages.error(request, str(refusal))
        judged = here.card(code, error=str(refusal))
        filed = judged.finding is not None and judged.finding.case is not None
        return _card(here, judged if filed else here.card(code, editing=True, error=str(refusal)))
    return _card(here, here.card(code))


@inspector_page
def fail(request: HttpRequest, campaign: str, place: str, code: str) -> HttpResponse:
    """不合格: words and photos, or 立整立改; then back to the place."""
    here = Here(request, campaign, place)
    sent = request.POST if request.method == "POST" else request.GET
    shown = here.card(code, _seen(here, code))
    said = shown.finding.note if shown.finding and not sent.get("on_the_spot") else ""
    kept: list[Photo] = []
    wrong: list[str] = []
    if request.method == "POST":
        kind = Photo.Kind.FINDING if request.POST.get("on_the_spot") else Photo.Kind.BEFORE
        kept, wrong = take_form_photos(request, here.user, kind, now())
        if not wrong:
            try:
                finding = _record(here, code, observed_in(here.item(code), sent), kept, bool(sent.get("on_the_spot")))
            except Refused as refusal:
                wrong = [str(refusal)]
            else:
                words = finding.get_outcome_display()
                messages.success(
                    request, f"{code}{_('：')}{words}" + (f" {finding.case.number}" if finding.case else "")
                )
                return redirect(f"{here.url}#item-{code}")
    return render(request, "mobile/fail.html", here.page() | {
        "card": shown, "fields": fields_of(shown.failing), "wrong": wrong, "photos": kept, "on_the_spot": sent.get("on_the_spot"),
        "note": request.POST.get("note", said), "why": request.POST.get("why", ""),
    }, status=422 if wrong else 200)  # fmt: skip


@inspector_page
@require_POST
def pass_rest(request: HttpRequest, campaign: str, place: str) -> HttpResponse:
    """其余全部合格: one tap."""
    here = Here(request, campaign, place)
    try:
        actions.pass_rest(here.started(), by=here.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(here.url)


@inspector_page
@require_POST
def finish(request: HttpRequest, campaign: str, place: str) -> HttpResponse:
    """完成检查: the score."""
    here = Here(request, campaign, place)
    try:
        actions.finish_visit(here.started(), by=here.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(here.url)


def _seen(here: Here, code: str) -> dict[str, Any] | None:
    """The count or grade in the request, if there is one."""
    sent = here.request.POST if here.request.method == "POST" else here.request.GET
    return observed_in(here.item(code), sent) if {"count", "grade"} & sent.keys() else None


def _record(here: Here, code: str, observed: dict[str, Any], pictures: list[Photo], on_the_spot: bool) -> Finding:
    note = here.request.POST.get("note", "")[:500]
    finding: Finding = actions.record_finding(
        here.started(), item=here.item(code), observed=observed, note=note, photos=pictures, on_the_spot=on_the_spot,
        why=here.request.POST.get("why", "")[:200], by=here.user, at=now(),
    )  # fmt: skip
    return finding


def _card(here: Here, shown: Card) -> HttpResponse:
    """The card alone for htmx, with the foot of the page beside it; else back to the page."""
    if here.request.headers.get("HX-Request") != "true":
        return redirect(f"{here.url}?again=1#item-{shown.item.code}")
    return render(here.request, "mobile/_card_answer.html", here.page() | {"card": shown})
