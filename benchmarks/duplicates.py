"""Likely duplicates of one report among 100,000 open and recent cases: what it adds to the page, and that no table is read whole."""

from __future__ import annotations

import re
import time
from statistics import median, quantiles
from typing import Any

from benchmarks.cities import City, inside
from benchmarks.results import RUNS, Result

MANY, ASKED, MOST_MS = 100_000, 200, 20
DAYS = 55
#: Tables that must be reached by an index, and how both databases say that they were not.
LARGE = ("cases_case", "duplicates_sketch", "duplicates_trace", "files_photo")
WHOLE = re.compile(r"(?:SCAN|Seq Scan on) \"?(\w+)")


def grow(total: int) -> int:
    """Copies of the sample city's cases, all found within 55 days, moved about, with names of houses and streets, then indexed."""
    import datetime as dt
    import itertools
    import random

    import h3
    from django.db import connection, transaction
    from django.utils import timezone

    from yipanqi.cases.models import Case
    from yipanqi.duplicates import jobs

    draw, now = random.Random(7), timezone.now()
    names = ["".join(draw.choices("东西南北新华安康福兴建设和平胜利迎宾玉泉雄关峪祁连讨赖明珠", k=3)) for _n in range(2_000)]
    source = itertools.cycle(Case.objects.exclude(lon=None).filter(state__in=("reported", "filed", "dispatched", "handling", "closed")))
    fields = [f.attname for f in Case._meta.concrete_fields if f.attname != "id"]
    for start in range(0, total, 5_000):
        made = []
        for n in range(start, min(start + 5_000, total)):
            case = next(source)
            assert case.lon is not None and case.lat is not None
            where = {"lon": case.lon + draw.gauss(0, 0.01), "lat": case.lat + draw.gauss(0, 0.01)}
            address = f"{draw.choice(names)}小区{draw.randrange(1, 40)}号楼"
            text = f"{address}附近，{case.description}，{draw.choice(names)}路的居民多次反映，请{draw.choice(names)}社区尽快处理"
            if not n % 5:
                where = {"lon": None, "lat": None}
            cell = h3.latlng_to_cell(where["lat"], where["lon"], 9) if where["lat"] else ""
            found_at = now - dt.timedelta(seconds=draw.randrange(DAYS * 86_400))
            facts = {"number": f"D-{n:07d}", "external_ref": "", "description": text, "address": address, "cell": cell, "found_at": found_at, **where}
            made.append(Case(**{**{name: getattr(case, name) for name in fields}, **facts}))
        with transaction.atomic():
            Case.objects.bulk_create(made)
    begun = time.perf_counter()
    jobs.sweep(now)
    seconds = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return round(seconds)


def ask(count: int) -> dict[str, Any]:
    """Milliseconds of each look (once warm), of this process's CPU alone, statements, candidates, and tables read whole."""
    import random

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from yipanqi.cases.models import Case
    from yipanqi.duplicates import selectors
    from yipanqi.people.models import User

    user = User.objects.get(username="office")
    numbers = [f"D-{n:07d}" for n in random.Random(3).sample(range(MANY), count * 8)]
    chosen = list(Case.objects.filter(number__in=numbers, state__in=("reported", "filed"))[:count])
    for case in chosen[:20]:
        selectors.likely(case, user)
    took, cpu, found = [], [], 0
    for case in chosen:
        runs = []
        for _run in range(RUNS):
            begun, spent = time.perf_counter(), time.process_time()
            found += bool(selectors.likely(case, user))
            runs.append((time.perf_counter() - begun, time.process_time() - spent))
        took.append(median(one[0] for one in runs) * 1000)
        cpu.append(median(one[1] for one in runs) * 1000)
    whole = set()
    for case in chosen[:20]:
        with CaptureQueriesContext(connection) as sent:
            selectors.likely(case, user)
        for one in sent:
            whole |= read_whole(connection, one["sql"])
    return {"took": took, "cpu": cpu, "statements": len(sent), "found": found / RUNS / len(chosen), "whole": sorted(whole & set(LARGE))}


def read_whole(connection: Any, sql: str) -> set[str]:
    """The tables that the database reads from end to end for a statement."""
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql.replace("%", "%%"))
        lines = [" ".join(map(str, row)) for row in cursor.fetchall()]
    return {name for line in lines for name in WHOLE.findall(line) if "USING" not in line}


def measure(city: City) -> list[Result]:
    seconds = inside(city, grow, MANY)
    found = inside(city, ask, ASKED)
    typical, slow = median(found["took"]), quantiles(found["took"], n=20)[18]
    plan = "every table by an index" if not found["whole"] else f"read whole: {', '.join(found['whole'])}"
    return [
        Result(
            f"likely duplicates among {MANY:,} open and recent cases", city.engine, f"{typical:.1f} ms, 95% within {slow:.1f} ms, {found['statements']} statements",
            f"{median(found['cpu']):.1f} ms of CPU in Python", "", f"≤ {MOST_MS} ms more", typical <= MOST_MS,
        ),
        Result("— how the statements read", city.engine, plan, "", f"{found['found']:.0%} of reports have candidates", "no table whole", not found["whole"]),
        Result("— all of them indexed anew", city.engine, f"{seconds} s", "", "", "", None),
    ]  # fmt: skip
