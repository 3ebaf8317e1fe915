"""How SQLite means to answer the lists of activities, with thousands of them: none reads or sorts them all for a page of them.
PostgreSQL weighs such small tables by their statistics and may well read them whole, which then is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from tests.scale.asking import Sent
from yipanqi.activities.forms import RunFilter, WhatsOnFilter
from yipanqi.activities.models import Activity, Series, Shift, ShiftRole, SignUp
from yipanqi.activities.tests.world import Helping, volunteer
from yipanqi.people.models import User
from yipanqi.places.models import Area
from yipanqi.teams.models import Brand, ServiceKind, Station, Team
from yipanqi.volunteers.models import Volunteer

MANY, HOUR, DAY = 4000, dt.timedelta(hours=1), dt.timedelta(days=1)
#: Series are listed by row id, the order in which they lie.
TABLES = ("activities_activity", "activities_shift", "activities_signup")
RUN = ("", "state=open", "state=draft", "level=station", "level=point", "kind=k3", "brand=B7", "since={day}", "until={day}", "state=open&kind=k3", "since={day}&brand=B7")
PUBLIC = ("", "theme=care", "theme=lecture", "area=620200001", "since={day}", "until={day}", "lon=98.29&lat=39.77", "theme=care&area=620200001")
PROGRAMS = (
    "activities", "activities?state=open", "activities?level=point", "activities?kind=k3", "activities?team=D7", "activities?station=Z7", "activities?brand=B7", "activities?area=620200001",
    "activities?since={day}&until={day}", "shifts", "shifts?activity=HD00007", "sign-ups", "sign-ups?state=waiting", "series",
)  # fmt: skip
#: Lists that gather what is narrower and sort that, and why it is the better way.
GATHERED = {
    "lon=": "what is on around a position: sorted by how near it is, in a box of the map", "mine": "what one person signed up for: no more than that is sorted", "leader": "what one leads or runs: no more than that is sorted",
    "area=": "what lies in one area: no more than that is sorted", "activity=": "the shifts of one activity", "theme=": "activities of the few kinds of a theme",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        helping, now = Helping(), timezone.now()
        areas = [Area.objects.create(code=f"62020000{n}", name=f"街道{n}", level="street", path=f"/62020000{n}/") for n in range(1, 9)]
        kinds = ServiceKind.objects.bulk_create(ServiceKind(key=f"k{n}", name=f"类{n}", theme=("care", "lecture", "order")[n % 3]) for n in range(18))
        stations = Station.objects.bulk_create(Station(code=f"Z{n}", name=f"站{n}", level="station") for n in range(90))
        teams = Team.objects.bulk_create(Team(code=f"D{n}", name=f"队{n}", station=stations[n % 90], founded_on=now.date()) for n in range(600))
        brands = Brand.objects.bulk_create(Brand(code=f"B{n}", name=f"项目{n}", kind=kinds[n % 18], started_on=now.date()) for n in range(12))
        series = Series.objects.bulk_create(Series(title=f"系列{n}", rule="FREQ=DAILY", starts_on=now.date(), team=teams[n % 600]) for n in range(800))
        rows = []
        for n in range(MANY):
            starts = now + (n - MANY + 300) * 2 * HOUR
            held = {"station": stations[n % 90]} if n % 3 == 0 else {"team": helping.team if n % 400 == 1 else teams[n % 600]}
            rows.append(Activity(
                code=f"HD{n:05d}", title=f"活动{n}", kind=kinds[n % 18], level=("station", "office", "centre")[n % 3], brand=brands[n % 12] if n % 4 == 0 else None, area=areas[n % 8], lon=98.2 + n % 100 / 500,
                lat=39.7 + n % 90 / 500, state="closed" if starts < now else "draft" if n % 50 == 0 else "open", starts_at=starts, ends_at=starts + HOUR, created_at=now, opened_at=None if n % 50 == 0 else now, series=series[n % 800] if n % 5 == 0 else None, **held,
            ))  # fmt: skip
        Activity.objects.bulk_create(rows, batch_size=500)
        shifts = Shift.objects.bulk_create([Shift(activity=row, starts_at=row.starts_at, ends_at=row.ends_at) for row in rows], batch_size=500)
        roles = ShiftRole.objects.bulk_create([ShiftRole(shift=shift, name="志愿者", limit=9) for shift in shifts], batch_size=500)
        people = Volunteer.objects.bulk_create([Volunteer(number=f"P{n}", name="演示", state="registered") for n in range(1000)], batch_size=500)
        SignUp.objects.bulk_create([SignUp(shift=role.shift, role=role, volunteer=people[(n + m) % 1000], state="waiting" if m == 2 else "signed", signed_at=role.shift.starts_at) for n, role in enumerate(roles) for m in range(3)], batch_size=500)
        one = volunteer("one")
        SignUp.objects.bulk_create([SignUp(shift=role.shift, role=role, volunteer=one, state="signed", signed_at=role.shift.starts_at) for role in roles[::400]])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


def plans(client: Client, path: str) -> list[str]:
    """The steps of all statements on our tables that grow with them."""
    found: list[Sent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        of_a_page = sql.startswith('SELECT "activities_shiftrole"')  # the roles of the fifty shifts of a page
        if sql.startswith("SELECT") and not of_a_page and any(f'"{table}"' in sql for table in TABLES):
            found.append(Sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    steps = [step for one in found for step in one.plan()]
    return [step for step in steps if "TEMP B-TREE FOR ORDER" in step or step.removeprefix("SCAN ") in TABLES]


@pytest.mark.django_db
def test_no_list_of_activities_reads_or_sorts_them_all() -> None:
    if connection.vendor != "sqlite":
        return
    assert set(RunFilter().fields) == {part.split("=")[0] for query in RUN for part in query.split("&") if part}, "a filter that no list here uses"
    assert set(WhatsOnFilter().fields) <= {part.split("=")[0] for query in PUBLIC for part in query.split("&") if part}
    day, problems = timezone.localdate().isoformat(), []
    asked = [("centre", f"/activities/run/?{query}") for query in RUN] + [("L1", f"/activities/run/?{query}#leader") for query in RUN[:4]]
    asked += [("", f"/activities/?{query}") for query in PUBLIC] + [("", "/activities/calendar/"), ("one", "/activities/mine/"), ("one", "/api/v1/sign-ups#mine"), ("", "/api/v1/shifts"), ("", "/api/v1/activities")]
    asked += [("centre", f"/api/v1/{query}") for query in PROGRAMS]
    for who, path in asked:
        client = Client()
        if who:
            client.force_login(User.objects.get(username=who))
        sorts = any(part in path for part in GATHERED)
        steps = plans(client, path.split("#")[0].format(day=day))
        problems += [f"{who} {path}: {step}" for step in steps if not (sorts and "TEMP" in step)]
    assert not problems, "\n".join(problems)
