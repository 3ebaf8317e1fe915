"""Lists and pages over many cases: latency against their bare SQL, and against the same city with a tenth of the cases."""

from __future__ import annotations

import time
from contextlib import closing
from statistics import median

from benchmarks import load
from benchmarks.cities import City, copy, inside
from benchmarks.recording import Work, queries, recorded, send
from benchmarks.results import Result

FEW, MANY = 10_000, 100_000
ASKED = 40  # requests per list


def grow(total: int) -> dict[str, str]:
    """Add copies of the sample city's cases, spread over three years, until there are `total`; what the lists name."""
    import datetime as dt
    import itertools
    import random

    from django.db import connection, transaction

    from yipanqi.cases.jobs import catch_up
    from yipanqi.cases.models import NOT_COUNTED, Assignment, Case
    from yipanqi.cases.words import WORDS, keep_words

    draw = random.Random(7)
    models = list(Case.objects.exclude(number__startswith="B-"))
    shares: dict[int, list[Assignment]] = {}
    for share in Assignment.objects.all():
        shares.setdefault(share.case_id, []).append(share)
    missing, source = total - Case.objects.count(), itertools.cycle(models)
    for start in range(0, missing, 5_000):
        made, old = [], []
        for n in range(start, min(start + 5_000, missing)):
            case = next(source)
            back = dt.timedelta(seconds=draw.randrange(3 * 365 * 86_400))
            fields = {f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields if f.attname != "id"}
            moments = {name: value - back for name, value in fields.items() if isinstance(value, dt.datetime)}
            made.append(Case(**{**fields, **moments, "number": f"B-{total}-{n:07d}", "external_ref": "", "counted": NOT_COUNTED}))
            old.append((case.pk, back))
        with transaction.atomic():
            Case.objects.bulk_create(made)
            Assignment.objects.bulk_create(
                Assignment(
                    **{
                        **{
                            f.attname: getattr(s, f.attname)
                            for f in Assignment._meta.concrete_fields
                            if f.attname != "id"
                        },
                        "case_id": case.pk,
                    }
                )
                for case, (key, _back) in zip(made, old, strict=True)
                for s in shares.get(key, [])
            )
        keep_words(made)
    WORDS.settle()
    catch_up(dt.datetime.now(dt.UTC), total)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    busiest = (
        Case.objects.exclude(unit=None)
        .order_by("?")
        .select_related("unit", "issue_class", "area")
        .exclude(area=None)
        .first()
    )
    if busiest is None or busiest.unit is None or busiest.issue_class is None or busiest.area is None:
        raise RuntimeError("the sample city has no case with unit, class and area")
    return {"unit": busiest.unit.code, "class": busiest.issue_class.code, "area": busiest.area.code}


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
        times = []
        for _n in range(ASKED):
            start = time.perf_counter()
            send(connection, work, {}, not city.url)
            times.append(time.perf_counter() - start)
    return median(times) * 1000


def ours_ms(port: int, path: str, cookie: str) -> float:
    """Median milliseconds of the same list from the real server, one client."""
    client = load.Client(port)
    times = []
    for _n in range(ASKED + 3):
        start = time.perf_counter()
        client.ask("GET", path, cookie=cookie)
        times.append(time.perf_counter() - start)
    return median(times[3:]) * 1000


def at_size(city: City, total: int) -> dict[str, tuple[float, float, int]]:
    """Of each list: our milliseconds, the floor's, and the number of statements."""
    known = inside(city, grow, total)
    cookie, asked = inside(city, session), lists(known)
    works = inside(city, record, asked, cookie)
    with load.served(city) as port:
        ours = {name: ours_ms(port, path, cookie) for name, path in asked.items()}
    return {name: (ours[name], floor_ms(city, works[name]), queries(works[name])) for name in asked}


def measure(city: City) -> list[Result]:
    found: list[Result] = []
    with copy(city, "growing") as growing:
        few, many = at_size(growing, FEW), at_size(growing, MANY)
    for name, (ours, floor, count) in many.items():
        ratio, growth = ours / floor, ours / few[name][0]
        listed = name not in ("leader's board", "figures page")
        met = (ratio <= 3 or not listed) and growth <= 1.5
        asked = "≤ 3 × its SQL; ≤ 1.5 × the time at a tenth" if listed else "≤ 1.5 × the time at a tenth"
        found.append(Result(
            f"{MANY:,} cases: {name}", city.engine, f"{ours:.1f} ms, {count} statements", f"{floor:.1f} ms",
            f"{ratio:.1f} × SQL; {growth:.2f} × at {FEW:,} (statements {few[name][2]} → {count})", asked, met,
        ))  # fmt: skip
    return found
