"""How SQLite means to answer the lists of duty work and of the books of points, with many thousands of rows: none reads or sorts
them all for a page of them. PostgreSQL weighs such small tables by their statistics and may well read them whole, which then is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.scale.asking import Sent
from yipanqi.kernel.api import now
from yipanqi.people.models import User
from yipanqi.points.forms import EntryFilter
from yipanqi.points.models import Account, Entry, Posting
from yipanqi.points.tests.world import Savings
from yipanqi.rosters.forms import RosterFilter, TurnFilter
from yipanqi.rosters.models import Post, Roster, Turn
from yipanqi.rosters.tests.world import crossings, person, unit

MANY, START = 6000, dt.date(2020, 1, 1)
TABLES = ("rosters_turn", "rosters_roster", "points_entry", "points_posting")
LISTS = {
    "planner": (
        "/rosters/", "/rosters/?state=published", "/rosters/?state=draft", "/rosters/turns/", "/rosters/turns/?state=done", "/rosters/turns/?state=cancelled", "/rosters/turns/?unit=U3",
        "/rosters/turns/?unit=U3&state=planned", "/api/v1/turns", "/api/v1/turns?state=planned", "/api/v1/turns?unit=U3", "/api/v1/turns?roster=R0001", "/api/v1/rosters?state=ended",
    ),
    "of_unit": ("/rosters/turns/", "/rosters/turns/?state=done", "/api/v1/turns?state=planned"),
    "centre": ("/points/books/", "/points/books/?kind=redeem", "/points/books/?kind=hours", "/api/v1/points/entries", "/api/v1/points/entries?kind=give"),
    "v-ann": ("/points/", "/api/v1/points/statement"),
}  # fmt: skip
#: Read and sorted whole on purpose: how evenly one roster is shared, what a rule says this month, one person's lines.
GATHERED = ("GROUP BY", "EXISTS(SELECT")


@pytest.fixture(scope="module", autouse=True)
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        savings, moment = Savings(), now()
        units = [unit(f"U{n}") for n in range(20)]
        person("planner", "centre", savings.office)
        person("of_unit", "liaison", units[3])
        place = crossings(1)[0]
        states = ("draft", "published", "ended")
        rosters = Roster.objects.bulk_create(
            Roster(code=f"R{n:04d}", name="值勤", kind="crossing", starts_on=START + dt.timedelta(days=n), ends_on=START + dt.timedelta(days=n), state=states[n % 3]) for n in range(600)
        )
        posts = Post.objects.bulk_create([Post(roster=roster, place=place) for roster in rosters])
        turns = []
        for n in range(MANY):
            starts = moment + dt.timedelta(hours=n - MANY)
            done = {"state": "done", "present": 2, "confirmed_at": starts} if n % 2 else {"state": "cancelled" if n % 40 == 0 else "planned"}
            turns.append(Turn(roster=rosters[n % 600], post=posts[n % 600], unit=units[n % 20], on=starts.date(), starts_at=starts, ends_at=starts + dt.timedelta(minutes=30), people=2, **done))
        Turn.objects.bulk_create(turns, batch_size=500)
        issue = Account.objects.create(kind="issue", opened_at=moment)
        accounts = [savings.account(name) for name in ("ann", "bob", "cyd")]
        kinds = ("hours", "redeem", "give")
        entries = Entry.objects.bulk_create([Entry(kind=kinds[n % 3], at=moment - dt.timedelta(minutes=n), on=moment.date(), amount=1) for n in range(MANY)], batch_size=500)
        Posting.objects.bulk_create([Posting(entry=e, account=a, amount=s) for n, e in enumerate(entries) for a, s in ((accounts[n % 3], 1), (issue, -1))], batch_size=500)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


def troubles(client: Client, path: str) -> list[str]:
    """The steps of all statements on our tables that grow with them."""
    found: list[Sent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and any(f'FROM "{table}"' in sql for table in TABLES) and not any(part in sql for part in GATHERED) and "SUM(" not in sql and "COUNT(" not in sql:
            found.append(Sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200, path
    assert found, f"{path} reads nothing of ours"
    return [step for one in found for step in one.plan() if "TEMP B-TREE FOR ORDER" in step or step in {f"SCAN {table}" for table in TABLES}]


@pytest.mark.django_db
@pytest.mark.parametrize("who", LISTS)
def test_no_list_of_duty_or_points_reads_or_sorts_them_all(who: str) -> None:
    if connection.vendor != "sqlite":
        return
    client = Client()
    client.force_login(User.objects.get(username=who))
    problems = [f"{path}: {step}" for path in LISTS[who] for step in troubles(client, path)]
    assert not problems, "\n".join(problems)


def test_every_filter_of_the_lists_is_asked() -> None:
    asked = " ".join(path for paths in LISTS.values() for path in paths)
    for form in (RosterFilter, TurnFilter, EntryFilter):
        assert all(f"{name}=" in asked for name in form.base_fields), form
