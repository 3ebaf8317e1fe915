"""Periods and scorecards for programs, under ``/api/v1/``: to be read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import follow_page
from yipanqi.scoring import selectors
from yipanqi.scoring.cards import Card
from yipanqi.scoring.models import CardRecord, PeriodKind, ScorePeriod
from yipanqi.scoring.states import PeriodState

router = Router(tags=["scoring"])


class PeriodParams(ListParams):
    kind: PeriodKind | None = None
    state: PeriodState | None = None


class PeriodOut(Schema):
    code: str
    kind: PeriodKind
    starts_on: dt.date
    ends_on: dt.date
    state: PeriodState
    weights: dict[str, float]
    min_cases: int = Field(description="from how many cases on a measure stands in a tier and counts for the score")
    min_units: int = Field(description="how many units with cases a peer group needs for shrinkage and tiers")
    frozen_at: dt.datetime | None
    published_at: dt.datetime | None
    objections_until: dt.date | None


class MeasureOut(Schema):
    """Rates are shares between 0 and 1; all are empty where there were no cases."""

    numerator: int
    denominator: int
    left_out: dict[str, int] = Field(description="how many records were left out, by reason")
    raw: float | None
    value: float | None = Field(description="drawn toward the peers' mean where `shrunk`, else raw")
    shrunk: bool
    low: float | None = Field(description="95 % interval")
    high: float | None
    tier: int = Field(description="1 the best; 0 none: too few cases, or too few peers")


class CardOut(Schema):
    unit: str = Field(description="code of the unit")
    group: str = Field(description="peer group")
    provisional: bool = Field(description="the period is still open")
    score: float | None
    low: float | None
    high: float | None
    tier: int
    measures: dict[str, MeasureOut]


class RecordParams(ListParams):
    measure: str | None = Field(None, max_length=20)


class CardRecordOut(Schema):
    case: str = Field(description="number of the case")
    measure: str
    part: CardRecord.Part
    reason: str = Field(description="why it is left out")


def period_out(row: ScorePeriod) -> dict[str, Any]:
    """One period as the API tells it."""
    plain = ("code", "kind", "starts_on", "ends_on", "state", "frozen_at", "published_at", "objections_until")
    terms = row.rules
    return {name: getattr(row, name) for name in plain} | {"weights": terms.weights, "min_cases": terms.min_cases, "min_units": terms.min_units}


def card_out(card: Card, provisional: bool) -> dict[str, Any]:
    """One card as the API tells it."""
    measures = {}
    for key, told in card.told.items():
        share = told.share
        measures[key] = {
            "numerator": told.counted.n, "denominator": told.counted.d, "left_out": dict(told.counted.left_out), "raw": told.counted.rate, "shrunk": told.shrunk,
            "value": share.value if share else None, "low": share.low if share else None, "high": share.high if share else None, "tier": told.tier,
        }  # fmt: skip
    score = card.score
    ends = {"score": score.value if score else None, "low": score.low if score else None, "high": score.high if score else None}
    return {"unit": card.unit, "group": card.group, "provisional": provisional, **ends, "tier": card.tier, "measures": measures}


def _period(request: HttpRequest, code: str) -> ScorePeriod:
    found = selectors.periods_visible_to(request.user).filter(code=code).first()
    if found is None:
        demand(request.user, "scoring.see_scores")
        raise Http404(_("没有这个考核周期"))
    return found



def _cards(request: HttpRequest, period: ScorePeriod) -> list[Card]:
    if period.state == PeriodState.OPEN:
        return selectors.provisional(period, now())[0]
    rows = selectors.visible_to(request.user).filter(period=period, current=True)
    return selectors.stored(rows.select_related("unit").prefetch_related("measures").order_by("unit__code"))


@router.get("/score-periods", response={200: Listing[PeriodOut], **PROBLEMS}, operation_id="scoring.periods", summary="考核周期")
def periods(request: HttpRequest, params: Query[PeriodParams]) -> dict[str, Any]:
    """Periods that the caller may see, the newest first."""
    demand(request.user, "scoring.see_scores")
    given = {key: value for key, value in {"kind": params.kind, "state": params.state}.items() if value}
    return listing(selectors.periods_visible_to(request.user).filter(**given), ("-starts_on", "-id"), params, period_out)


@router.get("/score-periods/{code}", response={200: PeriodOut, **PROBLEMS}, operation_id="scoring.period", summary="一个考核周期")
def period(request: HttpRequest, code: str) -> dict[str, Any]:
    """One period with its settings."""
    return period_out(_period(request, code))


@router.get("/score-periods/{code}/cards", response={200: Listing[CardOut], **PROBLEMS}, operation_id="scoring.cards", summary="单位得分卡")
def cards(request: HttpRequest, code: str, params: Query[ListParams]) -> dict[str, Any]:
    """The cards that hold, by code of the unit, never by merit; the cursor is the last unit of the page before."""
    found = _period(request, code)
    by_unit = {card.unit: card for card in sorted(_cards(request, found), key=lambda card: card.unit)}
    page = follow_page(by_unit, params.cursor, params.limit)
    answer: dict[str, Any] = {"items": [card_out(by_unit[unit], found.state == PeriodState.OPEN) for unit in page.items], "next": page.next}
    return answer | ({"count": len(by_unit)} if params.count else {})


@router.get("/score-periods/{code}/cards/{unit}", response={200: CardOut, **PROBLEMS}, operation_id="scoring.card", summary="一个单位的得分卡")
def card(request: HttpRequest, code: str, unit: str) -> dict[str, Any]:
    """One unit's card."""
    found = _period(request, code)
    one = next((card for card in _cards(request, found) if card.unit == unit), None)
    if one is None:
        raise Http404(_("没有这个单位的得分卡"))
    return card_out(one, found.state == PeriodState.OPEN)


@router.get("/score-periods/{code}/cards/{unit}/records", response={200: Listing[CardRecordOut], **PROBLEMS}, operation_id="scoring.records", summary="得分卡所依据的案件")
def records(request: HttpRequest, code: str, unit: str, params: Query[RecordParams]) -> dict[str, Any]:
    """The cases kept behind a stored card; while a period is open, ask the figures."""
    row = selectors.visible_to(request.user).filter(period=_period(request, code), unit__code=unit, current=True).first()
    if row is None:
        raise Http404(_("没有这个单位的得分卡"))
    behind = row.records.select_related("case")
    chosen = behind.filter(measure=params.measure) if params.measure else behind
    return listing(chosen, ("id",), params, lambda one: {"case": one.case.number, "measure": one.measure, "part": one.part, "reason": one.reason})
