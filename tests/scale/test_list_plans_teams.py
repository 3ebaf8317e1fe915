"""How SQLite means to answer the lists of who helps, with thousands of teams and organisations: none reads or sorts them all
for a page of them. PostgreSQL weighs such small tables by their statistics and may well read them whole, which then is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.scale.asking import Sent
from yipanqi.cases.tests.town import person, unit
from yipanqi.people.models import Role, User
from yipanqi.places.models import Area
from yipanqi.teams.models import Brand, Organisation, ServiceKind, Station, Team

MANY, START = 3000, dt.date(2020, 1, 1)
LISTS: dict[str, tuple[str, ...]] = {
    "teams": ("", "q=队", "kind=service", "kind=squad", "service=k1", "station=Z7", "area=620200001", "kind=service&station=Z7", "ended=on", "parent=D00001", "organisation=O00007"),
    "organisations": ("", "q=组织", "kind=grassroots", "kind=registered", "area=620200001", "social=on", "incubating=on", "ended=on"),
    "stations": ("", "q=站", "level=station", "level=centre", "area=620200001", "ended=on"),
    "brands": ("", "q=项目", "service=k1", "ended=on"),
}
TABLES = {"teams_team", "teams_organisation", "teams_station", "teams_brand"}
#: Lists that gather by a narrower way and sort what they gathered, and why that is the better way.
GATHERED = {
    "service=": "teams of one kind of service, by the table of links: no more than those are sorted",
    "area=": "what lies in one area: no more than that is sorted",
    "station=": "teams of one station", "parent=": "teams below one", "organisation=": "teams of one organisation",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        areas = [Area.objects.create(code=f"62020000{n}", name=f"街道{n}", level="street", path=f"62020000{n}/") for n in range(1, 9)]
        kinds = ServiceKind.objects.bulk_create(ServiceKind(key=f"k{n}", name=f"类{n}", theme="care") for n in range(20))
        stations = Station.objects.bulk_create(Station(code=f"Z{n}", name=f"站{n}", level="station" if n else "centre", area=areas[n % 8]) for n in range(400))
        groups = Organisation.objects.bulk_create(
            Organisation(code=f"O{n:05d}", name=f"组织{n}", kind="registered" if n % 50 == 0 else "grassroots", social=n % 90 == 0, area=areas[n % 8], founded_on=START, credit_code=f"{n:018d}")
            for n in range(MANY)
        )  # fmt: skip
        teams = Team.objects.bulk_create(
            Team(code=f"D{n:05d}", name=f"队{n}", kind="squad" if n % 9 == 0 else "service", station=stations[n % 400], organisation=groups[n], area=areas[n % 8], founded_on=START)
            for n in range(MANY)
        )  # fmt: skip
        Link = Team.kinds.through
        Link.objects.bulk_create(Link(team=team, servicekind=kinds[n % 20]) for n, team in enumerate(teams))
        Brand.objects.bulk_create(Brand(code=f"P{n:05d}", name=f"项目{n}", kind=kinds[n % 20], station=stations[n % 400], started_on=START) for n in range(MANY))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        person("centre", Role.CENTRE, unit("WM", "中心"))
        yield
        transaction.set_rollback(True)


def plans(client: Client, path: str) -> list[str]:
    """The steps of every statement that reads one of the tables for a page."""
    found: list[Sent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and "LIMIT 51" in sql and any(f'FROM "{table}"' in sql for table in TABLES):
            found.append(Sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200, path
    assert found, path
    return [step for one in found for step in one.plan()]


@pytest.mark.django_db
@pytest.mark.parametrize("register", LISTS)
def test_no_list_of_who_helps_reads_or_sorts_them_all(register: str) -> None:
    client, problems = Client(), []
    client.force_login(User.objects.get(username="centre"), backend="django.contrib.auth.backends.ModelBackend")
    for query in LISTS[register]:
        path = f"/practice/{register}/?{query}"
        steps = plans(client, path) if connection.vendor == "sqlite" else []
        sorts = not any(part in query for part in GATHERED)
        problems += [f"{path}: {step}" for step in steps if step in {f"SCAN {table}" for table in TABLES} or (sorts and "TEMP B-TREE FOR ORDER" in step)]
    assert not problems, "\n".join(problems)
