"""Positions assigned to areas and to the unit that answers."""

from __future__ import annotations

import time
from statistics import median

from benchmarks.cities import City, inside
from benchmarks.results import RUNS, Result, spread

POSITIONS = 10_000


def assign(count: int) -> tuple[list[float], list[float]]:
    """Positions a second given an area, and positions a second given the unit that answers for a class there."""
    import datetime as dt

    import numpy as np

    from yipanqi.places.selectors import board_map, resolve_many
    from yipanqi.standards.models import IssueClass

    draw = np.random.default_rng(1)
    lons, lats = draw.uniform(98.2, 98.35, count), draw.uniform(39.7, 39.82, count)
    known = list(IssueClass.objects.filter(active=True)[:50])
    classes, today = [known[n % len(known)] for n in range(count)], dt.date.today()
    areas, units = [], []
    for _run in range(RUNS + 1):
        start = time.perf_counter()
        board_map().assign_many(lons, lats)
        areas.append(count / (time.perf_counter() - start))
        start = time.perf_counter()
        resolve_many(lons, lats, classes, today)
        units.append(count / (time.perf_counter() - start))
    return areas[1:], units[1:]


def measure(city: City) -> list[Result]:
    areas, units = inside(city, assign, POSITIONS)
    asked = "≥ 100,000/s"
    return [
        Result(
            f"{POSITIONS:,} positions to areas",
            city.engine,
            spread(areas, "/s"),
            "",
            "",
            asked,
            median(areas) >= 100_000,
        ),
        Result(
            "— and to units, board in memory", city.engine, spread(units, "/s"), "", "", asked, median(units) >= 100_000
        ),
    ]
