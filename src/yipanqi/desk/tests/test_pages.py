"""Every page for every role: opens, says why not, or leads on; with cases and without."""

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


def test_show_open_and_closed_moves_with_reason(town: Town, as_: SignIn) -> None:
    case = town.handling()
    page = as_("liaison").get(f"/cases/{case.number}/").content.decode()
    assert 'data-move="resolve"' in page and 'data-move-closed="suspend"' in page
    page = as_("auditor").get(f"/cases/{case.number}/").content.decode()
    assert 'data-move="resolve"' not in page and 'data-move-closed="resolve"' in page


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
