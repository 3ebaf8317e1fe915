"""What the map of cases draws: a few hundred cells with their counts, or single cases where few are in view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import h3
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.desk import showing
from yipanqi.kernel.paging import keyset_page
from yipanqi.people.models import User
from yipanqi.places.naming import names_of

#: Single cases in one answer, and from which zoom on several answers of them may be fetched (up to so many), or any number. Cells
#: that hold no more than `SPARSE` are the quickest way to what lies in them.
PAGE, CLOSE, CLOSEST, MOST = 200, 14.0, 16.5, 2_000
SPARSE = 5_000
NEWEST = ("-found_at", "-id")
COLUMNS = ("id", "found_at", "number", "title", "state", "lon", "lat", "stage_due_at", "unit__name")


@dataclass(frozen=True)
class View:
    """The part of the map in view. Without a box it is everything."""

    box: cases.Box | None
    zoom: float
    cursor: str = ""


def view_of(query: Mapping[str, str]) -> View:
    """The view an address asks for; what cannot be read is everything, from afar."""
    try:
        west, south, east, north = (float(part) for part in query.get("view", "").split(","))
        box = (west, south, east, north) if -360 <= west <= east <= 360 and -90 <= south <= north <= 90 else None
    except ValueError:
        box = None
    return View(box, cases.zoom_of(query.get("zoom", "")), query.get("cursor", ""))


def drawn(user: User, filters: dict[str, Any], view: View, now: dt.datetime) -> dict[str, Any]:
    """GeoJSON of the cases that `user` may see and `filters` leave, as far as they are in view, with what the page says of it.

    `kind` tells whether the features are cells or cases, `next` where the following cases begin, `whole` that nothing more
    is to be had by looking elsewhere or closer, `bbox` where everything lies.
    """
    found = cases.spread(user, filters, now)
    cells = cases.cells_in(found, view.box)
    total, late = (sum(found.cells[cell][n] for cell in cells) for n in (0, 1))
    answer: dict[str, Any] = {"type": "FeatureCollection", "next": None, "whole": False}
    if found.cells:
        answer["bbox"] = _bounds(list(found.cells))
    if view.cursor or total <= PAGE or view.zoom >= CLOSEST or (total <= MOST and view.zoom >= CLOSE):
        rows = _rows(user, filters, view, found, cells if total <= SPARSE else None, now)
        page = keyset_page(rows.values(*COLUMNS), NEWEST, view.cursor, PAGE)
        answer |= {"kind": "cases", "features": [_case(row, now) for row in page.items], "next": page.next}
        answer["whole"] = view.box is None and page.next is None
        if page.next and not view.cursor:
            late = rows.filter(cases.IS_OPEN, cases.overdue(now)).count()
            answer["words"] = _words(rows.count(), late) if total <= SPARSE else _many(total, late)
        else:
            answer["words"] = _words(len(page.items), _late(answer["features"]))
    else:
        shown, _resolution = cases.clusters(found, cases.resolution_for(view.zoom), view.box)
        names = names_of([(one.lon, one.lat, h3.get_resolution(one.cell)) for one in shown])
        answer |= {"kind": "cells", "features": [_cell(one, name, filters) for one, name in zip(shown, names, strict=True)]}
        answer["words"] = _words(sum(one.count for one in shown), sum(one.late for one in shown))
    return answer | {"notes": _notes(found)}


def _rows(user: User, filters: dict[str, Any], view: View, found: cases.Spread, cells: Sequence[str] | None, now: dt.datetime) -> QuerySet[Case]:
    """The cases in view, by their cells where these hold few, and else by the newest, of which a page is soon found."""
    rows = cases.filtered(cases.visible_to(user), filters, now)
    rows = rows.exclude(cell="") if cells is None else rows.filter(cell__in=cells)
    if view.box:
        west, south, east, north = view.box
        rows = rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    if found.since:
        rows = rows.filter(Q(state__in=cases.OPEN_STATES) | Q(found_at__gt=found.since))
    return rows


def _case(row: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    late = cases.is_overdue(row["state"], row["stage_due_at"], now)
    about = {
        "title": row["title"],
        "url": reverse("desk:case", args=[row["number"]]),
        "tone": "late" if late else showing.state_tone(row["state"]),
        "state": str(State(row["state"]).label),
        "note": row["unit__name"] or "",
    }
    return _point(row["lon"], row["lat"], about)


def _cell(one: cases.Cluster, name: str, filters: Mapping[str, Any]) -> dict[str, Any]:
    query = urlencode({**{key: str(value) for key, value in filters.items()}, "cell": one.cell})
    about = {
        "title": name,
        "url": f"{reverse('desk:cases')}?{query}",
        "count": one.count,
        "late": one.late,
        "label": cases.short_count(one.count),
        "state": counted(one.count),
        "note": _("其中超期 %(n)s 件") % {"n": f"{one.late:,}"} if one.late else "",
    }
    return _point(one.lon, one.lat, about)


def _point(lon: float, lat: float, about: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]}, "properties": about}


def _bounds(cells: Sequence[str]) -> list[float]:
    middles = [h3.cell_to_latlng(cell) for cell in cells]
    lats, lons = [lat for lat, _lon in middles], [lon for _lat, lon in middles]
    return [round(value, 5) for value in (min(lons), min(lats), max(lons), max(lats))]


# ----- words -----


def counted(count: int) -> str:
    """So many cases, in words."""
    return ngettext("%(n)s 件", "%(n)s 件", count) % {"n": f"{count:,}"}


def _words(total: int, late: int) -> str:
    if not total:
        return _("图上这一范围内没有符合条件的案件。")
    words = _("图上 %(n)s 件。") if not late else _("图上 %(n)s 件，其中超期 %(late)s 件。")
    return words % {"n": f"{total:,}", "late": f"{late:,}"}


def _many(total: int, late: int) -> str:
    """Where counting would mean reading them all: what the cells in view hold, edges included."""
    words = _("这一范围约 %(n)s 件，其中超期 %(late)s 件；图上最多画出最近发现的 %(most)s 件。")
    return words % {"n": f"{total:,}", "late": f"{late:,}", "most": f"{MOST:,}"}


def _late(features: Sequence[Mapping[str, Any]]) -> int:
    return sum(one["properties"]["tone"] == "late" for one in features)


def _notes(found: cases.Spread) -> list[str]:
    """What the counts leave out, if anything."""
    if found.since:
        day = timezone.localtime(found.since).strftime("%Y-%m-%d %H:%M")
        return [
            _("已结束的案件很多，只统计 %(since)s 以来发现的；可用“发现自”“发现至”看更早的一段。") % {"since": day}
        ]
    return [_("已结束的案件数每分钟更新一次。")] if found.counted else []


def around(cell: str) -> str:
    """What the area around a cell is called."""
    return arounds([cell])[cell]


def arounds(cells: Sequence[str]) -> dict[str, str]:
    """What the areas around cells are called."""
    at = [h3.cell_to_latlng(cell) for cell in cells]
    names = names_of([(lon, lat, h3.get_resolution(cell)) for cell, (lat, lon) in zip(cells, at, strict=True)])
    return {cell: _("%(area)s一带") % {"area": name} for cell, name in zip(cells, names, strict=True)}


