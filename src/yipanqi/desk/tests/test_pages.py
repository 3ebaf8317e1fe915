"""Every page for every role: opens, says why not, or leads on; with cases and without."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yipanqi.cases.tests.town import Town
from yipanqi.desk.tests.conftest import SignIn

EVERYBODY = {"desk", "head", "inspector", "leader", "auditor", "liaison", "chief", "grid", "admin"}
WORKERS = EVERYBODY - {"admin"}
PAGES = {
    "/cases/": WORKERS,
    "/cases/?state=handling&overdue=true&q=垃圾&order=due&severity=2&source=inspection": WORKERS,
    "/cases/?found_from=nonsense": WORKERS,
    "/cases/export.xlsx": WORKERS,
    "/cases/export.csv": WORKERS,
    "/cases/new/": WORKERS - {"auditor"},
    "/map/": WORKERS,
    "/map/?layer=places": WORKERS,
    "/map/cases.geojson": WORKERS,
    "/map/places.geojson": WORKERS,
    "/map/areas.geojson": WORKERS,
    "/board/": {"desk", "head", "leader", "auditor"},
    "/figures/": WORKERS,
    "/figures/cases.closure_rate/": WORKERS,
    "/figures/cases.found/?split=unit": WORKERS,
    "/figures/cases.handling_median/": WORKERS,
    "/search/": WORKERS,
    "/search/?q=垃圾": WORKERS,
    "/settings/": {"desk", "head", "auditor", "admin"},
    "/settings/calendar/": {"desk", "head", "auditor", "admin"},
    "/settings/calendar/?year=2031": {"desk", "head", "auditor", "admin"},
    "/system/": {"admin", "head", "auditor"},
    "/sheets/": EVERYBODY,
    "/feedback/": EVERYBODY,
}
VISIBLE = {"desk", "head", "inspector", "leader", "auditor", "liaison", "chief"}


def shows(client: Client, address: str, *, to: bool) -> None:
    response = client.get(address)
    assert response.status_code == (200 if to else 403), address
    if not response.streaming and to and "html" in response["Content-Type"]:
        assert "TODO" not in response.content.decode()


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_open_every_page_without_cases(town: Town, as_: SignIn, name: str) -> None:
    client = as_(name)
    for address, who in PAGES.items():
        shows(client, address, to=name in who)


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_open_every_page_with_cases(town: Town, as_: SignIn, name: str) -> None:
    town.handling()
    town.closed()
    town.report(lon=98.28, lat=39.77)
    client = as_(name)
    for address, who in PAGES.items():
        shows(client, address, to=name in who)


@pytest.mark.parametrize("address", [*PAGES, "/inbox/"])
def test_open_page_without_signing_in(db: None, client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == (200 if address == "/feedback/" else 302)


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_open_inbox_by_role(town: Town, as_: SignIn, name: str) -> None:
    town.handling()
    response = as_(name).get("/inbox/")
    leads_to = {"leader": "/board/", "admin": "/system/"}.get(name)
    assert response.status_code == (302 if leads_to else 200)
    if leads_to:
        assert response["Location"] == leads_to
    elif name == "liaison":
        page = response.content.decode()
        assert "整改中" in page and "路口垃圾成堆" in page


def test_open_inbox_when_nothing_waits(town: Town, as_: SignIn) -> None:
    assert "现在没有等您办的事" in as_("inspector").get("/inbox/").content.decode()


def test_list_inbox_group_only_its_cases(town: Town, as_: SignIn) -> None:
    waiting, going = town.report(), town.handling()
    page = as_("desk").get("/cases/?group=1").content.decode()
    assert waiting.number in page and going.number not in page


def test_inbox_counts_more_than_it_shows_and_asks_as_often(town: Town, as_: SignIn) -> None:
    client = as_("desk")
    town.report()
    client.get("/inbox/")
    with CaptureQueriesContext(connection) as one:
        client.get("/inbox/")
    for _n in range(19):
        town.report()
    with CaptureQueriesContext(connection) as twenty:
        page = client.get("/inbox/").content.decode()
    assert len(twenty) == len(one) and "全部 20 条" not in page and page.count("data-row>") == 40  # also overdue
    town.report()
    page = client.get("/inbox/").content.decode()
    assert "全部 21 条" in page and page.count("data-row>") == 40


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_open_case_by_role(town: Town, as_: SignIn, name: str) -> None:
    case = town.handling()
    client = as_(name)
    response = client.get(f"/cases/{case.number}/")
    assert response.status_code == (200 if name in VISIBLE else 403 if name == "admin" else 404)
    journal = client.get(f"/cases/{case.number}/journal/").status_code
    assert journal == (200 if name in ("desk", "head", "auditor") else 403)


def test_open_case_of_another_unit(town: Town, as_: SignIn) -> None:
    case = town.handling()
    for address in (
        f"/cases/{case.number}/",
        f"/cases/{case.number}/moves/comment/",
        f"/cases/{case.number}/point.geojson",
    ):
        assert as_("stranger").get(address).status_code == 404


def moves_on(page: str) -> tuple[list[str], list[str], list[str]]:
    """Names of the open moves in order, of the one marked as next, and of the closed ones."""
    marked = re.findall(r'btn-primary" data-move="(\w+)"', page)
    return re.findall(r'data-move="(\w+)"', page), marked, re.findall(r'data-move-closed="(\w+)"', page)


def test_show_open_and_closed_moves_with_reason(town: Town, as_: SignIn) -> None:
    case = town.handling()
    address = f"/cases/{case.number}/"
    opened, marked, closed = moves_on(as_("liaison").get(address).content.decode())
    assert opened[0] == "resolve" and marked == ["resolve"] and closed == ["sign", "ask_extension"]  # the deadline is past
    opened, marked, closed = moves_on(as_("desk").get(address).content.decode())
    assert marked == [] and "resolve" not in closed and "grant_extension" in closed
    assert moves_on(as_("auditor").get(address).content.decode()) == ([], [], [])


def test_mark_the_move_that_the_loop_waits_for(town: Town, as_: SignIn) -> None:
    for case, role, verb in (
        (town.report(), "desk", "accept"),
        (town.filed(), "desk", "dispatch"),
        (town.dispatched(), "liaison", "sign"),
        (town.resolved(), "inspector", "verify_pass"),
    ):
        opened, marked, _closed = moves_on(as_(role).get(f"/cases/{case.number}/").content.decode())
        assert opened[0] == verb and marked == [verb]


def test_list_asks_same_number_of_queries(town: Town, as_: SignIn) -> None:
    client = as_("desk")
    town.handling()
    client.get("/cases/")
    with CaptureQueriesContext(connection) as one:
        client.get("/cases/")
    for _n in range(4):
        town.handling()
    with CaptureQueriesContext(connection) as many:
        client.get("/cases/")
    assert len(many) == len(one)


def test_list_shows_each_filter_as_a_chip_that_can_be_taken_away(town: Town, as_: SignIn) -> None:
    town.handling()
    client = as_("desk")
    page = client.get("/cases/?state=handling&unit=CGJ&q=垃圾&order=due").content.decode()
    chips = dict(re.findall(r'href="([^"]+)" data-chip="(\w+)"', page))
    assert {name: html.unescape(url) for url, name in chips.items()} == {
        "q": "?state=handling&unit=CGJ&order=due",
        "state": "?unit=CGJ&q=%E5%9E%83%E5%9C%BE&order=due",
        "unit": "?state=handling&q=%E5%9E%83%E5%9C%BE&order=due",
    }
    assert "整改中" in page and "城管局" in page
    last = client.get("/cases/?state=handling").content.decode()
    assert 'href="?order=" data-chip="state"' in last
    assert "data-chips" not in client.get("/cases/?order=").content.decode()


def test_export_exactly_what_is_filtered(town: Town, as_: SignIn) -> None:
    going, waiting = town.handling(), town.report()
    page = as_("desk").get("/cases/?state=handling").content.decode()
    address = html.unescape(re.search(r'href="(/cases/export\.csv[^"]*)"', page).group(1))  # type: ignore[union-attr]
    text = b"".join(as_("desk").get(address)).decode("utf-8-sig")  # type: ignore[arg-type]
    assert going.number in text and waiting.number not in text


def test_board_says_what_to_mend_first_with_records(town: Town, as_: SignIn) -> None:
    late = town.handling()
    page = as_("leader").get("/board/").content.decode()
    block = page[page.index("data-first") : page.index("</ol>", page.index("data-first"))]
    assert "暴露垃圾" in block and "超期 1 件" in block and "城管局 1" in block
    for address in {html.unescape(a) for a in re.findall(r'href="(/figures/[^"]+)"', block)}:
        assert late.number in as_("leader").get(address).content.decode(), address


def test_board_without_late_cases_says_so(town: Town, as_: SignIn) -> None:
    town.closed()
    page = as_("leader").get("/board/").content.decode()
    assert "data-first" not in page and "现在没有超期的案件" in page


def test_board_shows_targets_that_the_office_sets(town: Town, as_: SignIn) -> None:
    town.closed()
    address = "/board/?from=2026-01-01&to=2026-12-31"

    def shown() -> tuple[str, list[str]]:
        answer = as_("leader").get(address)
        return answer.content.decode(), [one["name"] for one in answer.context["rates"]["series"] if one.get("target")]

    page, lines = shown()
    assert "目标 95%" in page and "目标 90%" in page and lines == ["整改率目标", "按期整改率目标"]
    as_("head").post("/settings/policies/desk.closure_target/", {"value": "0"})
    as_("head").post("/settings/policies/desk.on_time_target/", {"value": "88.5"})
    page, lines = shown()
    assert "目标 95%" not in page and "目标 88.5%" in page and len(lines) == 1
