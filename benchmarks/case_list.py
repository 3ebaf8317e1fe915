"""Lists, pages and the map over ten thousand, a hundred thousand and a million cases: latency against their bare SQL, and how it grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from statistics import median
from typing import Any

from benchmarks import growing, growth, load
from benchmarks.cities import City, inside
from benchmarks.growth import Point
from benchmarks.recording import Work, queries, recorded, send
from benchmarks.results import Result

ASKED, WITHIN_S = 40, 8.0  # requests per list, or as many as fit
MAP = "map, "
#: Lists are held to their own SQL; pages that count, and the map, to how they grow.
GROWS_ONLY = ("leader's board", "figures page")
SIGNALEN_MAP_MS = 416  # Signalen's city map at a million


def named() -> dict[str, str]:
    """What the lists name: codes of the unit, class and area with most cases, and the number of an open case with a thread."""
    from django.db.models import Count

    from yipanqi.cases.models import Case

    told = {}
    for name, path in (("unit", "unit__code"), ("class", "issue_class__code"), ("area", "area__code")):
        rows = Case.objects.exclude(**{path: None}).values_list(path).annotate(n=Count("pk")).order_by("-n", path)
        told[name] = str(rows[0][0])
    return told


def busy() -> str:
    """The number of an open case that a unit works on."""
    from yipanqi.cases.models import Case

    return str(Case.objects.filter(state="handling").order_by("-found_at").values_list("number", flat=True)[0])


def lists(known: dict[str, str]) -> dict[str, str]:
    """What is asked, by name."""
    return {
        "list, newest first": "/api/v1/cases?limit=50",
        "open cases of a unit": f"/api/v1/cases?limit=50&state=open&unit={known['unit']}",
        "a class in an area": f"/api/v1/cases?limit=50&class={known['class']}&area={known['area']}",
        "overdue": "/api/v1/cases?limit=50&overdue=true",
        "a box of the map": "/api/v1/cases?limit=50&bbox=98.27,39.76,98.29,39.78",
        "words": "/api/v1/cases?limit=50&q=%E5%9E%83%E5%9C%BE",
        "a rarer phrase": "/api/v1/cases?limit=50&q=%E4%BA%95%E7%9B%96%E7%A0%B4%E6%8D%9F",
        "desk's page of cases": "/cases/",
        "inbox": "/inbox/",
        "a case's page": f"/cases/{known['case']}/",
        MAP + "open": "/map/cases.geojson?zoom=11",
        MAP + "all": "/map/cases.geojson?zoom=11&all=1",
        MAP + "all of a class": f"/map/cases.geojson?zoom=11&all=1&class={known['class']}",
        MAP + "all, no counter": "/map/cases.geojson?zoom=11&all=1&severity=2",
        MAP + "close by": "/map/cases.geojson?zoom=16.6&all=1&view=98.270,39.770,98.277,39.774",
        "leader's board": "/board/",
        "figures page": "/figures/",
    }


def session() -> str:
    """The cookie of the office head signed in."""
    import datetime as dt
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from yipanqi.people.models import User

    user = User.objects.get(username="office")
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update({
        SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(), "account_authentication_methods": [{"method": "password", "at": dt.datetime.now().timestamp()}],
    })  # fmt: skip
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def record(asked: dict[str, str], cookie: str) -> dict[str, Work]:
    """The statements of each list."""
    from django.test import Client

    client = Client(headers={"Cookie": cookie})
    client.cookies.load(cookie)
    works: dict[str, Work] = {}
    for name, path in asked.items():
        client.get(path)
        works[name] = []
        with recorded(works[name]):
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.headers.get('Location', '')}")
    return works


def floor_ms(city: City, work: Work) -> float:
    """Median milliseconds of a list's own statements by the bare driver, rows fetched."""
    with closing(city.connect()) as connection:
        return _median_ms(lambda: send(connection, work, {}, not city.url))


def ours_ms(port: int, path: str, cookie: str) -> float:
    """Median milliseconds of the same list from the real server, one client."""
    client = load.Client(port)
    return _median_ms(lambda: client.ask("GET", path, cookie=cookie))


def _median_ms(once: Callable[[], Any]) -> float:
    times, until = [], time.perf_counter() + WITHIN_S
    while len(times) < ASKED + 3 and (len(times) < 6 or time.perf_counter() < until):
        start = time.perf_counter()
        once()
        times.append(time.perf_counter() - start)
    return median(times[3:]) * 1000


def at_size(city: City, known: dict[str, str]) -> dict[str, Point]:
    """Of each list: our milliseconds, the floor's, and the number of statements."""
    cookie, asked = inside(city, session), lists({**known, "case": inside(city, busy)})
    works = inside(city, record, asked, cookie)
    with load.served(city) as port:
        ours = {name: ours_ms(port, path, cookie) for name, path in asked.items()}
    return {name: Point(ours[name], floor_ms(city, works[name]), queries(works[name])) for name in asked}


def measure(city: City) -> list[Result]:
    known = inside(city, named)
    found = {size: at_size(growing.of_size(city, size), known) for size in growing.sizes()}
    growth.note(city.engine, found)
    few, many = min(found), max(found)
    return [_result(city, name, [found[size][name] for size in sorted(found)], few, many) for name in found[many]]


def _result(city: City, name: str, points: list[Point], few: int, many: int) -> Result:
    first, last = points[0], points[-1]
    ratio, grew = last.ours / last.floor, last.ours / first.ours
    if name.startswith(MAP):
        asked, met = f"≤ 1.5 × at {few:,}; below Signalen's {SIGNALEN_MAP_MS} ms", grew <= 1.5 and last.ours < SIGNALEN_MAP_MS
    elif name in GROWS_ONLY:
        asked, met = f"≤ 1.5 × at {few:,}", grew <= 1.5
    else:
        asked, met = f"≤ 3 × its SQL; ≤ 1.5 × at {few:,}", ratio <= 3 and grew <= 1.5
    return Result(
        f"cases: {name}", city.engine, f"{last.ours:.1f} ms at {many:,}, {last.statements} statements", f"{last.floor:.1f} ms",
        f"{ratio:.1f} × SQL; {grew:.2f} × at {few:,} (statements {first.statements} → {last.statements})", asked, met,
    )  # fmt: skip
