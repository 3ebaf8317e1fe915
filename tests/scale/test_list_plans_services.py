"""How the databases mean to answer the lists of orders with tens of thousands of them: none reads or sorts them all for a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from tests.scale.asking import Sent, as_, troubles
from yipanqi.cases.tests.town import person, unit
from yipanqi.people.models import Role
from yipanqi.places.models import Area
from yipanqi.services.models import Complaint, Item, Offer, Request
from yipanqi.services.selectors import phone_hash
from yipanqi.teams.models import ServiceKind, Station, Team

MANY, START = 30_000, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
STATES = ("closed",) * 90 + ("declined", "cancelled", "unmet", "open", "sent", "accepted", "served", "closed", "closed", "closed")
LISTS = (
    "/services/orders/", "/services/orders/?state=closed", "/services/orders/?state=open", "/services/orders/?kind=k1", "/services/orders/?area=620200003",
    "/services/orders/?source=phone", "/services/orders/?phone=13900000007", "/services/orders/?state=closed&kind=k1", "/services/offers/", "/services/offers/?state=open",
    "/services/complaints/", "/services/complaints/?state=answered", "/api/v1/requests", "/api/v1/requests?state=open&limit=20", "/api/v1/requests?item=I3",
)  # fmt: skip
TABLES = ("services_request", "services_offer", "services_complaint")
#: Offers are listed by their row ids, from the last one on: for them a scan is a walk that ends with the page.
WHOLE = ("SCAN services_request", "SCAN services_complaint")
#: Lists that gather by a narrower way and sort what they gathered, and why that is the better way.
GATHERED = {
    "phone=": "orders of one telephone: no more than those are sorted",
    "area=": "of several areas at once; sorted only where they are few",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        areas = [Area.objects.create(code=f"62020000{n}", name=f"社区{n}", level="community", path=f"62020000{n}/") for n in range(1, 9)]
        kinds = ServiceKind.objects.bulk_create(ServiceKind(key=f"k{n}", name=f"类{n}", theme="care") for n in range(12))
        home = unit("WM1", "站", "practice_centre")
        stations = [Station.objects.create(code=f"Z{n}", name=f"站{n}", level="station", area=areas[n % 8], unit=home if n == 0 else None) for n in range(40)]
        team = Team.objects.create(code="T", name="队", founded_on=START.date(), station=stations[0])
        items = Item.objects.bulk_create(Item(code=f"I{n}", title=f"项目{n}", kind=kinds[n % 12]) for n in range(40))
        Offer.objects.bulk_create(
            Offer(code=f"G{n:06d}", item=items[n % 40], team=team, state="ended" if n % 9 else "open", from_on=START.date(), made_at=START) for n in range(5000)
        )  # fmt: skip
        hashes = [phone_hash(f"139{n:08d}") for n in range(500)]
        Request.objects.bulk_create(
            (
                Request(
                    number=f"D2026-{n:06d}", code=f"C{n:07d}", state=STATES[n % 100], source="phone" if n % 7 == 0 else "online", item=items[n % 40], kind=kinds[n % 12],
                    wished_from=START.date(), wished_until=START.date(), area=areas[n % 8], station=stations[n % 40], phone_hash=hashes[n % 500], asked_at=START + n * DAY / 100,
                    team=team if STATES[n % 100] in ("closed", "accepted", "served") else None,
                )
                for n in range(MANY)
            ),
            batch_size=2000,
        )  # fmt: skip
        held = list(Request.objects.filter(state="closed").order_by("id")[:2000])
        Complaint.objects.bulk_create(Complaint(request=row, text="迟到", said_at=row.asked_at, state="answered" if n % 20 else "waiting") for n, row in enumerate(held))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        person("centre", Role.CENTRE, unit("WM", "中心", "practice_centre"))
        person("keeper", Role.STATION, home)
        person("auditor", Role.AUDITOR, unit("CCB", "创城办"))
        yield
        transaction.set_rollback(True)


def plans(client: Client, path: str) -> list[str]:
    """The steps of every statement that reads one of the tables for a page."""
    found: list[Sent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and "LIMIT" in sql and any(f'FROM "{table}"' in sql for table in TABLES) and "ORDER BY" in sql:
            found.append(Sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200, path
    assert found, path
    return [step for one in found for step in one.plan()]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["centre", "auditor", "keeper"])
def test_no_list_of_orders_reads_or_sorts_them_all(who: str) -> None:
    client, problems = as_(who), []
    for path in LISTS:
        if who == "keeper" and "complaints" in path:
            continue
        found = plans(client, path)
        steps = [*troubles(found), *(step for step in found if step in WHOLE or "Seq Scan on services_request" in step)]
        if any(part in path for part in GATHERED):
            steps = [step for step in steps if step.startswith("SCAN")]
        problems += [f"{who} {path}: {step}" for step in steps]
    assert not problems, "\n".join(problems)


@pytest.mark.django_db
def test_what_waits_is_found_by_its_own_index() -> None:
    for rows in (Request.objects.filter(state="open", wished_until__lt=timezone.localdate()), Request.objects.filter(state="served", served_at__lt=timezone.now())):
        sql, params = rows.query.sql_with_params()
        plan = "\n".join(Sent(sql, params).plan())
        assert "request_past" in plan or "request_unrated" in plan or "request_state" in plan, plan
