"""The cases worth a closer look beside one: each kind of neighbour by an index of its own, all in two statements."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, NamedTuple

import h3
from django.db import connection

from yipanqi.cases.models import Case
from yipanqi.cases.selectors.one import metres_between
from yipanqi.duplicates import words
from yipanqi.duplicates.models import Sketch
from yipanqi.duplicates.scoring import Measure, nearness
from yipanqi.duplicates.words import Rarity, Text

#: How many of each kind of neighbour are looked at closely.
NEAR, SAME_PLACE, FRESH = 25, 15, 30
#: Metres from anywhere in an H3 cell of resolution 9 to the nearest cell that its ring does not hold, at least; and from its
#: middle to its farthest corner, at most.
RING_M, CORNER_M = 150, 260
METRES_A_DEGREE = 111_195

# In plain SQL: composing these anew for every case costs more than they do.
FRESH_ONES = (
    "SELECT id FROM (SELECT id FROM cases_case WHERE id > COALESCE((SELECT MAX(case_id) FROM duplicates_sketch), 0)"
    f" ORDER BY id DESC LIMIT {FRESH}) AS fresh"
)
OF_PLACE = f"SELECT case_id FROM (SELECT case_id FROM duplicates_sketch WHERE place_id = %s ORDER BY case_id DESC LIMIT {SAME_PLACE}) AS placed"
OF_WORDS = (
    "SELECT case_id FROM (SELECT case_id FROM duplicates_trace WHERE gram IN ({}) AND case_id <> %s"
    f" GROUP BY case_id ORDER BY COUNT(*) DESC, case_id DESC LIMIT {words.SAME_WORDS}) AS said"
)


class _Spot(NamedTuple):
    pk: int
    lon: float
    lat: float
    found_at: dt.datetime


def of(case: Case, own: Text, known: Rarity, asked: Measure) -> set[int]:
    """Row ids: those around, of the same place, with the same words, and those that came since the index was last kept (a minute's)."""
    parts, values = [FRESH_ONES], []
    if case.place_id:
        parts.append(OF_PLACE)
        values.append(case.place_id)
    if grams := words.asked_for(own, known):
        parts.append(OF_WORDS.format(", ".join(["%s"] * len(grams))))
        values += [*grams, case.pk or 0]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), values)
        found = {pk for (pk,) in cursor.fetchall()}
    return found | set(_near(case, asked))


def _near(case: Case, asked: Measure) -> list[int]:
    """Those within the radius, the nearest and most recent of them."""
    if not case.cell or case.lon is None or case.lat is None:
        return []
    lon, lat, found_at = case.lon, case.lat, case.found_at
    scale = math.cos(math.radians(lat))
    up, aside = asked.radius_m / METRES_A_DEGREE, asked.radius_m / METRES_A_DEGREE / max(scale, 0.01)
    box: dict[str, Any] = {"lon__gte": lon - aside, "lon__lte": lon + aside, "lat__gte": lat - up, "lat__lte": lat + up}
    spots = Sketch.objects.filter(cell__in=_cells(case.cell, lon, lat, asked.radius_m), **box).exclude(pk=case.pk)
    rows = [_Spot(*row) for row in spots.values_list("pk", "lon", "lat", "found_at")]  # type: ignore[arg-type]  # the box leaves out what has no position

    def points(spot: _Spot) -> tuple[float, int]:
        metres = METRES_A_DEGREE * math.hypot((spot.lon - lon) * scale, spot.lat - lat)
        return nearness(metres, found_at - spot.found_at, asked), spot.pk

    return [spot.pk for spot in sorted(rows, key=points, reverse=True)[:NEAR]]


def _cells(cell: str, lon: float, lat: float, radius: float) -> list[str]:
    """The cells that come within the radius of a position."""
    middles = ((one, h3.cell_to_latlng(one)) for one in h3.grid_disk(cell, math.ceil(radius / RING_M)))
    return [one for one, (north, east) in middles if metres_between(lon, lat, east, north) <= radius + CORNER_M]
