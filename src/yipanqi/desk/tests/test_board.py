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

from yipanqi.cases import actions, selectors
from yipanqi.cases.jobs import count_cases
from yipanqi.cases.models import NOT_COUNTED, Case
from yipanqi.cases.tests.town import Town
from yipanqi.desk.first import mend_first
from yipanqi.figures import FIGURES, Period, Scope, afresh
from yipanqi.places.models import Area

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize(("address", "most"), [("/board/", 24), ("/figures/", 16)])
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


@pytest.fixture
def streets(town: Town) -> list[Area]:
    """A city of two streets, the first with a grid."""
    city = Area.objects.create(code="620200", name="嘉峪关市", level="city", path="620200/")
    made = [Area.objects.create(code=f"62020{n}", name=f"街道{n}", level="street", parent=city, path=f"620200/62020{n}/", boundary=square(98.2 + n / 10, 39.7)) for n in (1, 2)]
    Area.objects.create(code="620201001", name="一社区", level="community", parent=made[0], path="620200/620201/620201001/")
    return made


def square(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[lon, lat], [lon + 0.1, lat], [lon + 0.1, lat + 0.1], [lon, lat + 0.1], [lon, lat]]]}


def put_in(case: Any, code: str) -> None:
    Case.objects.filter(pk=case.pk).update(area=Area.objects.get(code=code), counted=NOT_COUNTED)


@pytest.fixture
def spread(town: Town, streets: list[Area]) -> Town:
    """Two cases in the first street's community, one in the second street, one nowhere."""
    for case, code in ((town.handling(), "620201001"), (town.handling(), "620201001"), (town.filed(), "620202")):
        put_in(case, code)
    town.report()
    return town


@pytest.mark.parametrize("counted", [True, False])
def test_heat_map_tells_open_and_overdue_cases_of_each_street(spread: Town, as_: SignIn, counted: bool) -> None:
    if counted:
        count_cases(timezone.now())
    answer = as_("leader").get("/board/?from=2026-01-01&to=2026-12-31")
    lines = answer.context["heat"]["lines"]
    assert [(line["name"], line["open"]) for line in lines] == [("街道1", 2), ("街道2", 1), ("未定区域", 1)]
    assert lines[0]["board_url"] == "?from=2026-01-01&to=2026-12-31&area=620201#heat" and lines[1]["board_url"] == ""
    drawn = as_("leader").get("/board/areas.geojson").json()["features"]
    assert {one["properties"]["name"] for one in drawn} == {"街道1", "街道2"}
    assert len({one["properties"]["fill"] for one in drawn}) == 2
    for line in lines:
        if line["open_url"]:
            assert as_("leader").get(line["open_url"]).context["figure"]["raw"] == line["open"], line


@pytest.mark.parametrize("counted", [True, False])
def test_board_of_an_area_tells_its_numbers_only_and_keeps_it_in_every_address(spread: Town, as_: SignIn, counted: bool) -> None:
    if counted:
        count_cases(timezone.now())
    context = as_("leader").get("/board/?from=2026-01-01&to=2026-12-31&area=620201").context
    year, scope, now = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), Scope(area="620201"), timezone.now()
    keys = ("closure_rate", "on_time_rate", "open_now", "overdue_now")
    with afresh():
        assert [one["raw"] for one in context["headline"]] == [FIGURES[f"cases.{key}"].value(year, scope, now).value for key in keys]
    assert [line["name"] for line in context["heat"]["lines"]] == ["一社区"]
    links = [one["url"] for one in context["headline"]] + context["funnel"]["links"] + context["trend"]["links"] + [url for _t, url, _h in context["periods"]]
    assert all("area=620201" in link for link in links)
    assert [name for name, _url in context["up"]] == ["全市"]


def test_board_refuses_an_area_that_is_not_there(town: Town, as_: SignIn) -> None:
    assert as_("leader").get("/board/?area=999").status_code in (404, 422)


def test_what_rebounds_is_told_by_class_and_place(town: Town, as_: SignIn) -> None:
    closed = town.closed()
    actions.rebound(closed, note="又乱了", by=town.people["inspector"], at=timezone.now())
    context = as_("leader").get("/board/").context
    (title, rows), *_places = context["back"]
    assert str(title) == "问题类别" and [(row["name"], row["n"]) for row in rows] == [("暴露垃圾", 1)]
    assert as_("leader").get(rows[0]["url"]).context["figure"]["raw"] == 1


def test_steps_of_the_loop_tell_their_share_of_the_step_before(town: Town, as_: SignIn) -> None:
    town.report(), town.filed(), town.handling(), town.closed()
    shares = as_("leader").get("/board/?from=2026-01-01&to=2026-12-31").context["funnel_shares"]
    assert [share for _one, _other, share, _url in shares] == ["75.0%", "66.7%", "50.0%"]


def test_whatever_is_opened_from_the_board_leads_back_to_its_period_and_area(spread: Town, as_: SignIn) -> None:
    head = as_("head")
    board = "/board/?from=2026-01-01&to=2026-03-31&area=620201"
    context = head.get(board).context
    down = [one["url"] for one in context["headline"]] + context["rates"]["links"] + context["funnel"]["links"]
    down += [line["open_url"] for line in context["heat"]["lines"]] + [url for _title, _n, url in context["waiting"]]
    for url in down:
        assert head.get(url).context["board_url"] == board, url
    figure = head.get(context["headline"][2]["url"])
    assert f'href="{board.replace("&", "&amp;")}" data-board-back' in figure.content.decode()
    deeper = [url for *_part, url, _here in figure.context["parts"]] + figure.context["chart"]["links"]
    assert all(head.get(url).context["board_url"] == board for url in deeper)
    assert head.get(context["waiting"][0][2]).context["ignored"] == []
    drawn = head.get("/board/areas.geojson?from=2026-01-01&to=2026-03-31&area=620201").json()["features"]
    assert all(head.get(one["properties"]["url"]).context["board_url"] == board for one in drawn)


def test_no_way_back_leads_anywhere_but_to_the_board(town: Town, as_: SignIn) -> None:
    head = as_("head")
    assert head.get("/figures/cases.found/").context.get("board_url", "") == ""
    assert head.get("/figures/cases.found/?board=//evil.example/%3Fx%3D1").context["board_url"] == "/board/"
    assert head.get("/cases/?group=1&board=-").context["board_url"] == "/board/"


def test_funnel_says_of_what_its_shares_are(town: Town, as_: SignIn) -> None:
    town.filed()
    answer = as_("leader").get("/board/")
    first = answer.context["funnel"]["categories"][0]
    assert f"百分比是占{first}的份额" in answer.content.decode() and "后一步占前一步" in answer.content.decode()


def test_city_is_not_offered_beside_all(spread: Town, as_: SignIn) -> None:
    assert "620200" not in [code for code, _name in as_("leader").get("/board/").context["areas"]]


def test_months_are_named_and_not_bare_digits(town: Town, as_: SignIn) -> None:
    town.filed()
    head = as_("head")
    assert head.get("/board/?from=2025-11-01&to=2026-03-31").context["trend"]["categories"][-4:] == ["12月", "2026年1月", "2月", "3月"]
    head.cookies["django_language"] = "en"
    assert head.get("/board/?from=2025-11-01&to=2026-03-31").context["trend"]["categories"][-4:] == ["Dec", "Jan 2026", "Feb", "Mar"]
