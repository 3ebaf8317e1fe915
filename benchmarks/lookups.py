"""Positions assigned to areas and to the unit that answers."""

from __future__ import annotations

import time
from statistics import median

from benchmarks.cities import City, inside
from benchmarks.results import RUNS, Result, spread

POSITIONS = 10_000


def assign(count: int) -> tuple[list[float], list[float]]:
    """Positions a second given an area, and positions a second given an area and a unit."""
    import datetime as dt

    import numpy as np

    from yipanqi.places.selectors import board_map, duty_index
    from yipanqi.standards.models import IssueClass

    draw = np.random.default_rng(1)
    lons, lats = draw.uniform(98.2, 98.35, count), draw.uniform(39.7, 39.82, count)
    areas, duties = [], []
    index, classes, today = duty_index(), list(IssueClass.objects.filter(active=True)[:20]), dt.date.today()
    for _run in range(RUNS):
        start = time.perf_counter()
        board_map().assign_many(lons, lats)
        areas.append(count / (time.perf_counter() - start))
        start = time.perf_counter()
        for n, (lon, lat) in enumerate(zip(lons.tolist(), lats.tolist(), strict=True)):
            index.resolve((lon, lat), None, classes[n % len(classes)], today)
        duties.append(count / (time.perf_counter() - start))
    return areas, duties


def measure(city: City) -> list[Result]:
    areas, duties = inside(city, assign, POSITIONS)
    return [
        Result(
            f"{POSITIONS:,} positions to areas",
            city.engine,
            spread(areas, "/s"),
            "",
            "",
            "≥ 100,000/s",
            median(areas) >= 100_000,
        ),
        Result("— to areas and duties, one by one with reasons", city.engine, spread(duties, "/s"), "", "", "", None),
    ]
