"""Parts of others' homes: what waits at a station, at a leader, at the centre; what strangers can order."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from yipanqi.figures import FIGURES, Figure, Period, Scope, ask
from yipanqi.services import selectors
from yipanqi.services.models import Request
from yipanqi.services.showing import dressed
from yipanqi.services.states import ComplaintState, RequestState

FEW = 8
HEADLINE = ("services.orders", "services.waiting", "services.unmet", "services.hours_to_acceptance", "services.hours_to_service", "services.rating", "services.evenness")


def at_station(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """Orders of the station that wait for somebody, and what the station itself is asked."""
    if not user.has_perm("services.see_orders"):
        return None
    open_ones = selectors.visible_to(user).filter(state__in=(RequestState.ASKED, RequestState.OPEN, RequestState.SENT, RequestState.ACCEPTED))
    rows = list(open_ones.select_related("item", "kind", "area", "team", "host").order_by("-asked_at", "-id")[:FEW])
    return {"rows": dressed(rows), "asked": selectors.asked_of(user), "may_enter": user.has_perm("services.ask_by_proxy")}


def at_leader(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """What the leader's teams are asked and have promised."""
    if not user.has_perm("services.see_lead"):
        return None
    return {"asked": selectors.asked_of(user), "rows": dressed(selectors.in_hand(user)), "now": now}


def at_centre(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """Supply and demand by theme, by area what stays unmet, how long people wait, how evenly orders go round."""
    if not user.has_perm("services.see_orders"):
        return None
    period, scope = Period.this_year(timezone.localdate(now)), Scope(user=user)
    values = ask([FIGURES[key] for key in HEADLINE], [period], scope, now)
    headline = [_told(FIGURES[key], values[key][0].value, FIGURES[key].records_url(period, scope)) for key in HEADLINE]
    complaints = selectors.complaints_visible_to(user).filter(state=ComplaintState.WAITING).exists()
    return {
        "headline": headline, "themes": _themes(period, scope, now), "areas": _areas(period, scope, now), "may_dispatch": user.has_perm("services.see_dispatch"),
        "complaints": complaints,
    }  # fmt: skip


def _told(figure: Figure, value: float | int | None, url: str) -> dict[str, Any]:
    shown = None if value is None else f"{value:,.2f}" if figure.key == "services.evenness" else f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    return {"name": figure.name, "unit": figure.unit, "definition": figure.definition, "value": shown, "url": url}


def _lines(key: str, by: str, period: Period, scope: Scope, now: dt.datetime) -> dict[str, tuple[Any, Any]]:
    """A figure's breakdown: by key the name and the number."""
    return {line.key: (line.label, line.value.value) for line in FIGURES[key].breakdown(by, period, scope, now)}


def _themes(period: Period, scope: Scope, now: dt.datetime) -> list[dict[str, Any]]:
    """By theme: what is offered, ordered, done, unmet, and how long it took."""
    keys = ("services.offers", "services.orders", "services.served", "services.unmet", "services.hours_to_service")
    found = {key: _lines(key, "theme", period, scope, now) for key in keys}
    names = {line: label for lines in found.values() for line, (label, _n) in lines.items()}
    rows = [{"name": name, "cells": [_cell(found[key].get(line), key) for key in keys], "n": (found[keys[1]].get(line) or ("", 0))[1]} for line, name in names.items()]
    return sorted(rows, key=lambda row: -int(row["n"] or 0))


def _areas(period: Period, scope: Scope, now: dt.datetime) -> list[dict[str, Any]]:
    """By community: what was ordered, done and stayed unmet, those with the most unmet first."""
    keys = ("services.orders", "services.served", "services.unmet")
    found = {key: _lines(key, "area", period, scope, now) for key in keys}
    rows = [{"name": label, "cells": [_cell(found[key].get(line), key) for key in keys], "unmet": (found[keys[2]].get(line) or ("", 0))[1], "n": n} for line, (label, n) in found[keys[0]].items()]
    return sorted(rows, key=lambda row: (-row["unmet"], -row["n"]))[:FEW]


def _cell(found: tuple[Any, Any] | None, key: str) -> str:
    if found is None or found[1] is None:
        return "—" if key.endswith("hours_to_service") else "0"
    return f"{found[1]:,.1f}" if isinstance(found[1], float) else f"{found[1]:,}"


def for_neighbours(visitor: Any, now: dt.datetime) -> dict[str, Any] | None:
    """What is ordered most of what can be ordered near by; orders of a personal kind are counted nowhere."""
    area = selectors.area_named(getattr(visitor, "area", ""))
    lines = [line for group in selectors.menu(timezone.localdate(now), area=area).values() for line in group]
    since = now - dt.timedelta(days=90)
    often = selectors.how_often(Request.objects.filter(private=False, asked_at__gte=since))
    lines.sort(key=lambda line: (-often.get(line.item.pk, 0), -line.parties, line.item.code))
    return {"lines": lines[:FEW]}
