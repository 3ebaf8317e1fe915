"""How the databases mean to answer the lists of volunteers of a large register: none reads or sorts all of them for a page. Plans are
looked at, not clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from tests.scale.asking import Sent, troubles
from yipanqi.cases.tests.town import person, unit
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.stamps import forget
from yipanqi.people.models import Role, User
from yipanqi.places.models import Area
from yipanqi.teams.models import Station, Team
from yipanqi.volunteers.models import Membership, OwnRequest, Pair, Volunteer

MANY, START = 20_000, dt.date(2020, 1, 1)
LISTS = {
    "volunteers": ("", "q=王甲", "q=10000007", "q=13900000007", "state=registered", "state=pending", "state=left", "area=620200001", "area=620200", "team=D3", "state=registered&area=620200001", "q=王&state=left"),
    "volunteers/requests": ("", "state=waiting", "state=done"), "volunteers/pairs": ("", "state=distinct"),
}  # fmt: skip
TABLES = ('"volunteers_volunteer"', '"volunteers_ownrequest"', '"volunteers_pair"')
#: Lists that gather by a narrower way and sort what they gathered, and why that is the better way.
GATHERED = {
    "q=": "the entries of one beginning of a name, one number or one telephone: no more than those are sorted",
    "area=": "who lives in some areas: no more than those are sorted", "team=": "members of one team: no more than those are sorted",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        forget()
        city = Area.objects.create(code="620200", name="市", level="city", path="620200/")
        areas = [Area.objects.create(code=f"62020000{n}", name=f"街道{n}", level="street", parent=city, path=f"620200/62020000{n}/") for n in range(1, 9)]
        units = [unit("WM", "中心"), unit("WS", "所")]
        station = Station.objects.create(code="S1", name="所", level="office", unit=units[1], area=areas[0])
        teams = Team.objects.bulk_create(Team(code=f"D{n}", name=f"队{n}", station=station if n == 3 else None, founded_on=START) for n in range(400))
        people = Volunteer.objects.bulk_create((
            Volunteer(number=str(10_000_000 + n), name=f"{'王李张刘陈杨黄赵周吴'[n % 10]}{'甲乙丙丁戊己庚辛壬癸'[n // 10 % 10]}{n % 97}", state="left" if n % 50 == 0 else "pending" if n % 900 == 1 else "registered",
                      phone_hash=keyed_hash(f"139{n:08d}"), area=areas[n % 8], registered_on=START, born_on=START)
            for n in range(MANY)
        ), batch_size=500)  # fmt: skip
        Membership.objects.bulk_create((Membership(volunteer=one, team=teams[n % 400], state="member", since=START) for n, one in enumerate(people) if n % 5 == 0), batch_size=500)
        moment = timezone.now()
        OwnRequest.objects.bulk_create(OwnRequest(volunteer=one, kind="erasure", state="waiting" if n % 40 == 0 else "done", asked_at=moment - dt.timedelta(minutes=n), due_on=START) for n, one in enumerate(people[:4000]))
        Pair.objects.bulk_create(Pair(first=people[n], second=people[n + 1], reason="phone", state="open" if n % 20 == 0 else "distinct", found_at=moment) for n in range(0, 4000, 2))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        person("centre", Role.CENTRE, units[0]), person("station", Role.STATION, units[1]), person("auditor", Role.AUDITOR, units[0])
        yield
        transaction.set_rollback(True)
        forget()


def plans(client: Client, path: str) -> list[str]:
    """What the databases mean to do for the rows of a list."""
    found: list[Sent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and any(f"FROM {table}" in sql for table in TABLES) and "LIMIT 51" in sql:
            found.append(Sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200, path
    assert found, path
    return [step for one in found for step in one.plan()]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["centre", "station", "auditor"])
def test_no_list_reads_or_sorts_everybody(who: str) -> None:
    client, wrong = Client(), []
    client.force_login(User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    for name, queries in LISTS.items():
        for query in queries:
            if who == "auditor" and name != "volunteers":
                continue
            steps = troubles(plans(client, f"/{name}/?{query}"))
            if any(part in query for part in GATHERED) or (who == "station" and name != "volunteers"):  # what a station's own people ask
                steps = [step for step in steps if "Seq Scan" in step or (step.startswith("SCAN") and "volunteer_" not in step)]
            wrong += [f"{who} {name}?{query}: {step}" for step in steps]
    assert not wrong, "\n".join(wrong)
