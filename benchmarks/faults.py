"""A hundred times kill -9 of server, worker and database under load; see tests/faults."""

from __future__ import annotations

import os
from urllib.parse import urlparse

import psycopg
from tests.faults.places import Place
from tests.faults.striking import struck

from benchmarks.cities import City
from benchmarks.results import Result

TITLE = "struck down under load, then counted"
STRIKES = int(os.environ.get("YIPANQI_STRIKES", "100"))


def measure(city: City) -> list[Result]:
    """Strikes on a sample city of its own, on the same kind of database."""
    url = ""
    if city.url:
        url = urlparse(city.url)._replace(path="/struck").geturl()
        with psycopg.connect(city.url, autocommit=True) as db:
            db.execute("CREATE DATABASE struck")
    outcome = struck(Place(city.data.with_name("struck"), url), STRIKES)
    lost = f"{len(outcome.problems)} lost, doubled or stuck"
    ours = f"{sum(outcome.strikes.values())} strikes, {outcome.acknowledged} writes, {sum(outcome.made.values())} rows counted, seed {outcome.seed}"
    return [Result(TITLE, city.engine, f"{lost}; {ours}", "", "", "nothing lost or doubled, effects once", not outcome.problems)]
