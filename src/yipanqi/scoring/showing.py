"""Cards as pages show them: rates in percent with bar and interval, tiers as words and shapes, groups in the order of tiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yipanqi.figures import DENOMINATOR, EXCLUDED, NUMERATOR, Scope
from yipanqi.people.models import Unit, UnitKind
from yipanqi.scoring.cards import SCORE, Card, Counted, Told, Yardstick
from yipanqi.scoring.measures import MEASURES
from yipanqi.scoring.models import Scorecard, ScorePeriod
from yipanqi.scoring.selectors import group_title, tier_title, visible_to
from yipanqi.scoring.shrinking import Share
from yipanqi.scoring.states import PeriodState

SHAPES = ("", "circle-filled", "diamond-filled", "square-filled", "triangle-filled")
TONES: dict[str, str] = {PeriodState.OPEN: "act", PeriodState.FROZEN: "soon", PeriodState.PUBLISHED: "done"}
FIGURE_PARTS = {"yes": NUMERATOR, "all": DENOMINATOR, "out": EXCLUDED}


def percent(value: float | None) -> str:
    """A share in percent with one digit."""
    return "" if value is None else f"{value * 100:.1f}"


def tier(number: int) -> dict[str, str] | None:
    """A tier's word and shape."""
    return {"title": tier_title(number), "shape": SHAPES[number] if number < len(SHAPES) else "circle"} if number else None


def bar(share: Share, mean: float | None) -> dict[str, float]:
    """Where value, interval and the peers' mean lie, in percent of the bar."""
    found = {"value": share.value * 100, "low": share.low * 100, "width": max(0.5, (share.high - share.low) * 100)}
    return {key: round(at, 1) for key, at in (found if mean is None else {**found, "mean": mean * 100}).items()}


def cell(period: ScorePeriod, card: Card, key: str, yardstick: Yardstick, revision: int = 0) -> dict[str, Any]:
    """One measure of a card, with the addresses of the records behind it."""
    measure, told = MEASURES[key], card.told.get(key, Told(Counted()))
    prior = yardstick.priors.get(card.group, {}).get(key)
    counted, share = told.counted, told.share
    found = {
        "key": key, "title": measure.title, "definition": measure.rate.definition, "numerator": counted.n, "denominator": counted.d, "has_data": bool(counted.d),
        "raw": percent(counted.rate), "weighted": counted.size is not None, "shrunk": told.shrunk, "tier": tier(told.tier), "falling": measure.falling,
        "left_out": [
            {"title": measure.reason(reason), "n": n, "url": records_url(period, card.unit, key, "out", reason, revision)} for reason, n in sorted(counted.left_out.items())
        ],
        "mean": percent(prior.mean) if prior else "",
    }  # fmt: skip
    found |= {f"{part}_url": records_url(period, card.unit, key, part, "", revision) for part in ("yes", "all", "out")}
    if share:
        found |= {"value": percent(share.value), "low": percent(share.low), "high": percent(share.high), "bar": bar(share, prior.mean if prior else None)}
    return found


def records_url(period: ScorePeriod, unit: str, key: str, part: str, reason: str = "", revision: int = 0) -> str:
    """The page with the records behind a cell: the figure's while the period is open, those kept with the card afterwards."""
    if period.state == PeriodState.OPEN:
        return MEASURES[key].rate.records_url(period.span, Scope(unit=unit), FIGURE_PARTS[part])
    query = f"?part={part}" + (f"&reason={reason}" if reason else "") + (f"&revision={revision}" if revision else "")
    return reverse("scoring:records", args=[period.code, unit, key]) + query


def score(card: Card) -> dict[str, Any] | None:
    """The score out of 100."""
    if card.score is None:
        return None
    found = card.score
    return {"value": percent(found.value), "low": percent(found.low), "high": percent(found.high), "bar": bar(found, None)}

KINDS = {kind: place for place, kind in enumerate(UnitKind.values)}


def groups(period: ScorePeriod, cards: Iterable[Card], units: Mapping[str, Unit], yardstick: Yardstick, *, openly: bool = True) -> list[dict[str, Any]]:
    """Peer groups with their units by tier, alphabetical inside a tier; without numbers unless `openly`. The groups stand as
    kinds of units do, those that the office named and those without any case at the end."""
    found: dict[str, dict[int, list[dict[str, Any]]]] = {}
    silent: dict[str, list[str]] = {}
    for card in sorted(cards, key=lambda one: (units[one.unit].sort_key, one.unit)):
        if not any(told.counted.d for told in card.told.values()):
            silent.setdefault(card.group, []).append(units[card.unit].name)
            found.setdefault(card.group, {})
            continue
        row: dict[str, Any] = {"name": units[card.unit].name, "code": card.unit, "tier": tier(card.tier)}
        if openly:
            row |= {"score": score(card), "cells": [cell(period, card, key, yardstick) for key in MEASURES], "url": reverse("scoring:card", args=[period.code, card.unit])}
        found.setdefault(card.group, {}).setdefault(card.tier, []).append(row)
    return [
        {
            "title": group_title(group), "silent": silent.get(group, []), "tiered": SCORE in yardstick.leaders.get(group, {}),
            "tiers": [{"tier": tier(number), "rows": rows} for number, rows in sorted(by_tier.items(), key=lambda row: row[0] or 99)],
        }
        for group, by_tier in sorted(found.items(), key=lambda row: (not row[1], KINDS.get(row[0], len(KINDS)), group_title(row[0])))
    ]  # fmt: skip


def trend(rows: list[tuple[ScorePeriod, Card]]) -> dict[str, Any] | None:
    """Score and measures over periods, for a chart."""
    if len(rows) < 2:
        return None

    def line(name: Any, shares: list[Share | None]) -> dict[str, Any]:
        return {"name": str(name), "values": [None if share is None else round(share.value * 100, 1) for share in shares]}

    series = [line(_("综合得分"), [card.score for _period, card in rows])]
    series += [line(one.title, [card.told[key].share if key in card.told else None for _period, card in rows]) for key, one in MEASURES.items()]
    return {"kind": "line", "unit": "%", "categories": [period.name for period, _card in rows], "series": series}


def revisions(card: Scorecard, user: Any) -> list[dict[str, Any]]:
    """The revisions of a card that the person sees, the newest first, if there are several."""
    rows = list(visible_to(user).filter(period=card.period_id, unit=card.unit_id).order_by("-revision"))
    if len(rows) < 2:
        return []
    url = reverse("scoring:card", args=[card.period.code, card.unit.code])
    return [{"number": row.revision, "made_at": row.made_at, "score": percent(row.score), "here": row.pk == card.pk, "current": row.current, "url": f"{url}?revision={row.revision}"} for row in rows]
