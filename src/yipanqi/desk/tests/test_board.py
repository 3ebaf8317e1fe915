"""The board and the figures page ask the database few questions, and tell a month that is not over from a drop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yipanqi.cases import selectors
from yipanqi.cases.tests.town import Town
from yipanqi.desk.first import mend_first
from yipanqi.figures import FIGURES, Period, Scope

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize(("address", "most"), [("/board/", 20), ("/figures/", 15)])
def test_pages_of_figures_ask_little_however_many_cases(town: Town, as_: SignIn, address: str, most: int) -> None:
    town.report()
    few = statements(as_("head"), address)
    town.handling(), town.resolved(), town.closed(), town.filed()
    assert max(few, statements(as_("head"), address)) <= most


def test_board_shows_the_numbers_of_the_figures(town: Town, as_: SignIn) -> None:
    town.handling(), town.closed(), town.resolved(), town.report()
    context = as_("leader").get("/board/?from=2026-01-01&to=2026-12-31").context
    year, scope, now = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), Scope(), timezone.now()

    def value(key: str, period: Period = year) -> Any:
        return FIGURES[f"cases.{key}"].value(period, scope, now).value

    assert [one["raw"] for one in context["headline"]] == [value(key) for key in ("closure_rate", "on_time_rate", "open_now", "overdue_now")]
    assert context["funnel"]["series"][0]["values"] == [value(key) for key in ("found", "accepted", "dispatched", "closed")]
    months = Period.months(min(year.end, timezone.localdate()), 12)
    found, closed = (one["values"] for one in context["trend"]["series"])
    assert found == [value("found", m) for m in months] and closed == [value("closed", m) for m in months]
    rates = [one["values"] for one in context["rates"]["series"] if not one.get("target")]
    for key, values in zip(("closure_rate", "on_time_rate"), rates, strict=True):
        assert values == [None if (v := value(key, m)) is None else round(v * 100, 1) for m in months]


def test_what_waits_is_counted_as_its_lists_are(town: Town, as_: SignIn) -> None:
    town.report(), town.report(), town.handling(), town.filed()
    waiting = as_("head").get("/board/").context["waiting"]
    lists = selectors.inbox(town.people["head"])
    assert [(title, n) for title, n, _url in waiting] == [(title, rows.count()) for title, rows, _tone in lists]
    assert sum(n for _title, n, _url in waiting) > 2


def test_mend_first_tells_open_and_late_numbers_of_a_kind(town: Town) -> None:
    town.handling(), town.handling(), town.report()
    later = timezone.now() + dt.timedelta(days=400)
    lines = mend_first(Period.this_year(later.date()), Scope(), later)
    assert [(line["late"], line["open"], [unit["n"] for unit in line["units"]]) for line in lines][0] == (2, "2", [2])


@pytest.mark.parametrize(("query", "begun"), [("", True), ("?from=2025-01-01&to=2025-12-31", False)])
def test_only_a_month_that_is_not_over_is_marked(town: Town, as_: SignIn, query: str, begun: bool) -> None:
    town.closed()
    answer = as_("leader").get(f"/board/{query}")
    for chart in ("rates", "trend"):
        assert answer.context[chart].get("unfinished") == ("本月未完" if begun else None)
    assert ("浅色一段是本月，尚未结束" in answer.content.decode()) is begun
