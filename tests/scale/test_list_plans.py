"""How the databases mean to answer every list of cases of a large city, for everyone who opens it: no list may read or sort
all cases for a page of them. Plans are looked at, not clocks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import h3
import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.scale import crowd
from tests.scale.asking import as_, reads, troubles
from yipanqi.desk.forms import ORDERS, CaseFilter
from yipanqi.kernel.stamps import forget
from yipanqi.wordindex import on_postgresql

#: A value of every filter that the page of cases offers: a common one, and a rare one where that is another way to look.
VALUES: dict[str, tuple[str, ...]] = {
    "q": ("垃圾", "垃圾桶满", "桶", "12号", "垃圾 路灯", "2023-000123"), "state": ("handling", "closed", "reported"), "source": ("resident", "media"),
    "severity": ("4",), "unit": ("U0", "U39"), "area": ("620200", "620200000", "620200000003"), "place": ("MK007",), "class": ("s:7",),
    "found_from": ("2026-05-20",), "found_to": ("2024-09-01",), "overdue": ("true",), "cell": (crowd.CELLS[7], h3.cell_to_parent(crowd.CELLS[7], 6)),
}  # fmt: skip
TOGETHER = (
    "state=handling&unit=U0", "state=closed&unit=U0", "state=handling&class=s:7", "class=s:7&area=620200000", "unit=U0&overdue=true", "q=垃圾&unit=U39",
    "q=垃圾&state=handling", "severity=4&source=media", "state=reported&area=620200000", "area=620200000&found_from=2026-05-20", "unit=U0&found_to=2024-09-01",
)  # fmt: skip
#: Only programs may ask for these.
PROGRAMS = ("state=open", "state=open&unit=U0", "source=own", "due_before=2026-05-30", "bbox=98.25,39.72,98.26,39.73", "overdue=false", "state=open,closed", "severity=3,4")
PEOPLE = ("head", "inspector", "liaison", "rare", "grid", "none")

#: Lists that SQLite gathers and sorts, and why that is the better way; PostgreSQL may sort whatever it gathered by an index.
GATHERED = {
    "overdue=true": "newest first of what is late: as many are sorted as are late, which are few unless nobody works",
    "q=": "words that fewer than a thousand cases hold: no more than those are sorted",
    f"cell={crowd.CELLS[7]}": "a spot on the map that fewer than five thousand cases lie on: no more than those are sorted",
    "/inbox/": "what waits for one person, by its deadline: no more than that is sorted, and nobody can have half a city waiting",
    "order=due&unit=U0&found_to": "what a unit has open from some days, by deadline: one unit's open cases at most",
    "severity=3,4": "several values of one column: sorted only where they are rarer than the walk along the list is long",
    "state=open,closed": "several states in one list, for programs",
}


def addresses() -> list[str]:
    offered = set(CaseFilter().fields) - {"order", "group", "board"}
    assert offered == set(VALUES), "a filter of the page of cases that no list here uses"
    asked = ["", *(f"{name}={value}" for name, values in VALUES.items() for value in values), *TOGETHER]
    return [f"/cases/?order={order}&{query}" for (order, _words), query in product(ORDERS, asked)]


@pytest.fixture(scope="module", autouse=True)
def large_city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        forget()
        crowd.build()
        on_postgresql.forget()
        yield
        transaction.set_rollback(True)
        on_postgresql.forget()


@pytest.fixture(autouse=True)
def _today(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: crowd.NOW)


def wrong(who: str, paths: list[str]) -> list[str]:
    """Every list whose plan grows with the city, with the step."""
    client, found = as_(who), []
    for path in paths:
        reasons = [reason for part, reason in GATHERED.items() if part in path]
        for one in reads(client, path):
            steps = troubles(one.plan())
            if reasons and connection.vendor == "sqlite":
                steps = [step for step in steps if step.startswith("SCAN")]
            found += [f"{who} {path}: {step}" for step in steps]
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_no_list_of_cases_reads_or_sorts_them_all(who: str) -> None:
    problems = wrong(who, [*addresses(), "/inbox/"])
    assert not problems, "\n".join(problems)


def test_no_list_of_programs_reads_or_sorts_them_all() -> None:
    asked = [path.removeprefix("/cases/?order=&") for path in addresses() if "order=&" in path]
    problems = wrong("client", [f"/api/v1/cases?{query}" for query in (*asked, *PROGRAMS)])
    assert not problems, "\n".join(problems)


def test_later_pages_are_found_like_the_first() -> None:
    client, problems = as_("head"), []
    for query in ("", "state=handling", "unit=U0", "class=s:7", "q=垃圾"):
        cursor = client.get(f"/api/v1/cases?limit=20&{query}").json()["next"]
        problems += wrong("client", [f"/api/v1/cases?limit=20&cursor={cursor}&{query}"])
    assert not problems, "\n".join(problems)


def test_search_and_what_is_taken_out_are_found_like_the_list() -> None:
    problems = wrong("head", ["/search/?q=垃圾", "/search/?q=12号", "/search/?q=垃圾&state=handling", "/cases/export.csv?unit=U39&order="])
    assert not problems, "\n".join(problems)


def test_words_are_asked_of_their_index() -> None:
    """A rare word is looked up; a common one is asked case by case along the list, for a page is soon full."""
    client = as_("head")
    for words, common in (("2023-000123", False), ("垃圾", True), ("垃圾桶满", True), ("垃圾 路灯", False)):
        plan = "\n".join(step for one in reads(client, f"/api/v1/cases?q={words}") for step in one.plan() if "cases" in step)
        walked = "case_found" in plan and ("M1" not in plan or "=M1" in plan) and "cases_words_gin" not in plan
        assert walked is common, plan
