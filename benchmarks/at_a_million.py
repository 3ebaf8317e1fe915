"""Reports and whole lives in a city that has a million cases already, and how long the worker's first round takes there."""

from __future__ import annotations

import time

from benchmarks import case_life, growing, report_intake
from benchmarks.cities import City
from benchmarks.results import Result

RUNS = 2  # each is measured on a fresh copy of a large database


def measure(city: City) -> list[Result]:
    size = max(growing.sizes())
    grown, words = growing.of_size(city, size), f", {size:,} cases there"
    start = time.monotonic()
    grown.run("worker", "--once")  # as in a city at work: what is late has been told, every nightly job has run
    first = Result(f"all jobs, first round{words}", city.engine, f"{time.monotonic() - start:.0f} s", "", "", "")
    return [first, *report_intake.measure(grown, RUNS, words), *case_life.measure(grown, RUNS, words)]
