"""Reports and whole lives in a city that has a million cases already."""

from __future__ import annotations

from benchmarks import case_life, growing, report_intake
from benchmarks.cities import City
from benchmarks.results import Result

RUNS = 2  # each is measured on a fresh copy of a large database


def measure(city: City) -> list[Result]:
    size = max(growing.sizes())
    grown, words = growing.of_size(city, size), f", {size:,} cases there"
    return [*report_intake.measure(grown, RUNS, words), *case_life.measure(grown, RUNS, words)]
