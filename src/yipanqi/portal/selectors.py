"""What the public site shows: progress of a report in plain words, recent results, and nothing that only staff may know."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case, Report
from yipanqi.cases.states import State
from yipanqi.files.models import Photo
from yipanqi.files.selectors import is_sender
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import cached
from yipanqi.people.models import Unit
from yipanqi.places import selectors as places
from yipanqi.places.coarse import PUBLIC_CELL_RESOLUTION, coarse_address, coarse_position
from yipanqi.places.models import Place
from yipanqi.places.naming import names_of

SUBJECT = "cases.case"
#: How far back the public map looks, and how many results it shows one by one at most.
MAP_SPAN = dt.timedelta(days=90)
MAP_MOST = 500
#: Where there are more, so many of the newest are counted by cells.
MAP_COUNTED = 20_000


@dataclass(frozen=True)
class Result:
    """A problem that was mended, as anyone may know it: what kind, which part of the city, when, published photos."""

    name: str
    where: str
    closed_at: dt.datetime
    unit: str
    before: Photo | None
    after: Photo | None


def clean_code(text: str) -> str:
    """A code as typed or dictated: full-width letters, spaces, hyphens and small letters do not matter."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())[:40]


def report_by_code(code: str) -> Report | None:
    """The report with that code (see `worked_case` for the case it follows)."""
    tidy = clean_code(code)
    return cases.report_by_code(tidy) if tidy else None


def worked_case(report: Report) -> Case:
    """The case a report follows: its own, or the one that its own was merged into, however often."""
    case, seen = report.case, set()
    while case.merged_into is not None and case.pk not in seen:
        seen.add(case.pk)
        case = case.merged_into
    return case


def place_of_sign(qr: Any) -> Place | None:
    """The place on whose door sign a code stands, unless it was closed."""
    return (
        Place.objects.select_related("operator", "category").filter(qr=qr).exclude(status=Place.Status.CLOSED).first()
    )


def answers_for(place: Place, on: dt.date) -> Unit | None:
    """The unit that answers for a place as a whole."""
    return places.resolve((place.lon, place.lat), place, None, on).unit or place.operator


def recent_results(most: int) -> list[Result]:
    """Mended problems, those with a published photo of the result first, then the newest."""
    shown = Photo.objects.filter(is_public=True, kind=Photo.Kind.AFTER, subject_kind=SUBJECT).order_by("-id")
    numbers = list(shown.values_list("subject_ref", flat=True)[: most * 4])
    found = list(_closed().filter(number__in=numbers).order_by("-closed_at", "-id")[:most])
    if len(found) < most:
        found += _closed().exclude(pk__in=[c.pk for c in found]).order_by("-closed_at", "-id")[: most - len(found)]
    photos = public_photos([case.number for case in found])
    return [
        Result(
            case.issue_class.name,
            coarse_address(case.area),
            case.closed_at,
            str(case.unit or ""),
            *photos.get(case.number, (None, None)),
        )
        for case in found
        if case.issue_class and case.closed_at
    ]


def public_photos(numbers: list[str]) -> dict[str, tuple[Photo | None, Photo | None]]:
    """The first published photo before and the last one after, by case number."""
    pairs: dict[str, tuple[Photo | None, Photo | None]] = {}
    for photo in Photo.objects.filter(subject_kind=SUBJECT, subject_ref__in=numbers, is_public=True).order_by("id"):
        before, after = pairs.get(photo.subject_ref, (None, None))
        if photo.kind == Photo.Kind.AFTER:
            pairs[photo.subject_ref] = (before, photo)
        elif before is None and photo.kind in (Photo.Kind.BEFORE, Photo.Kind.REPORT, Photo.Kind.FINDING):
            pairs[photo.subject_ref] = (photo, after)
    return pairs


def own_photos(report: Report, actor: Actor) -> list[Photo]:
    """The photos that this very visitor sent with a report; anyone else who has the code sees none of them."""
    return [
        photo
        for photo in Photo.objects.filter(subject_kind=SUBJECT, subject_ref=report.case.number).order_by("id")
        if is_sender(actor, photo)
    ]


def what_was_done(case: Case) -> list[tuple[str, str]]:
    """(unit, its own words) of each unit's mending, once verified; not where someone was warned or fined."""
    if case.state != State.CLOSED:
        return []
    return [
        (part.unit.name, part.what_was_done)
        for part in cases.live(case)
        if part.outcome == "mended" and part.what_was_done
    ]


def results_map(now: dt.datetime, zoom: float = 11) -> dict[str, Any]:
    """Problems mended lately as GeoJSON: points in the middle of their cells, or where there are too many for single
    points, how many lie in each cell; never finer than what is public."""
    lately = _related(Case.objects.filter(closed_at__gte=now - MAP_SPAN, issue_class__isnull=False, lon__isnull=False))
    rows = list(lately.order_by("-closed_at", "-id")[: MAP_MOST + 1])  # their state is looked at here, see `closed_lately`
    if len(rows) > MAP_MOST:
        return _results_by_cell(now, zoom)
    points = places.collection(
        (
            {"type": "Point", "coordinates": coarse_position(case.lon, case.lat)},
            {
                "title": case.issue_class.name if case.issue_class else "",
                "tone": "done",
                "state": _("已解决"),
                "note": coarse_address(case.area),
            },
        )
        for case in rows
        if case.lon is not None and case.lat is not None and case.state == State.CLOSED
    )
    return {**points, "kind": "cases", "whole": True, "next": None, "words": "", "notes": []}


def _results_by_cell(now: dt.datetime, zoom: float) -> dict[str, Any]:
    found = cases.closed_lately(now - MAP_SPAN, MAP_COUNTED)
    shown, resolution = cases.clusters(found, min(cases.resolution_for(zoom), PUBLIC_CELL_RESOLUTION))
    names = names_of([(one.lon, one.lat, resolution) for one in shown])
    cells = places.collection(
        (
            {"type": "Point", "coordinates": [round(one.lon, 4), round(one.lat, 4)]},
            {
                "title": name,
                "count": one.count,
                "late": 0,
                "label": cases.short_count(one.count),
                "state": ngettext("已解决 %(n)s 件", "已解决 %(n)s 件", one.count) % {"n": f"{one.count:,}"},
            },
        )
        for one, name in zip(shown, names, strict=True)
    )
    return {**cells, "kind": "cells", "whole": False, "next": None, "words": "", "notes": []}


def streets_map() -> dict[str, Any]:
    """Outlines of streets and towns and the named roads, the ground of the public maps; held until the board changes."""
    return cached(places.BOARD, "portal.streets", places.ground_geojson)


def _closed() -> QuerySet[Case]:
    return _related(Case.objects.filter(state=State.CLOSED, issue_class__isnull=False, closed_at__isnull=False))


def _related(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("issue_class", "unit", "area__parent__parent")
