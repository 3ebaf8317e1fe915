"""A city on its first morning: nobody has reported anything yet, and every page opens and says what to do next."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, ROOT, Listener, environment, free_port, sign_in, started
from tests.browser.crawling import walk
from tests.browser.steps import go

pytestmark = pytest.mark.browser
WORD = "kunlun-qilian-2208"
PEOPLE = f"""
import datetime as dt, os, django
django.setup()
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people import actions
who = dict(by=SYSTEM, at=dt.datetime.now(dt.UTC))
unit = actions.add_unit(None, code="office", name="市创城办", kind="office", **who)
for role in ("head", "desk", "inspector", "liaison", "leader", "auditor", "admin"):
    person = actions.add_user(None, username=role, name=role, **who)
    actions.appoint(person, unit=unit, role=role, **who)
    actions.change_password(person, password="{WORD}", by=person, at=who["at"])
"""
TEACHES = ".empty-teach"
EMPTY = {
    "head": ["/inbox/", "/board/", "/cases/", "/places/at/", "/places/areas/", "/places/duties/", "/inspections/"],
    "inspector": ["/inbox/", "/m/", "/m/verify/", "/cases/"],
    "liaison": ["/inbox/", "/cases/"],
    None: ["/"],
}


@pytest.fixture(scope="module")
def empty_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A city that was set up a minute ago: the standard is loaded, one unit and its people exist, nothing else."""
    data, port = tmp_path_factory.mktemp("empty"), free_port()
    first = {**environment(), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), environment().get("PYTHONPATH", "")])}
    ready = [sys.executable, "-m", "yipanqi.config.cli", "setup", "--data", str(data)]
    subprocess.run(ready, cwd=ROOT, env=first, check=True, stdout=subprocess.DEVNULL)
    people(data, first)
    url = f"http://127.0.0.1:{port}"
    server = started(["serve", "--port", str(port)], data, url)
    yield url
    server.terminate()
    server.wait(20)


def people(data: Path, env: dict[str, str]) -> None:
    """The first people, as the installation makes them."""
    settings = {"DJANGO_SETTINGS_MODULE": "yipanqi.config.settings", "YIPANQI_DATA": str(data)}
    subprocess.run([sys.executable, "-c", PEOPLE], cwd=ROOT, env={**env, **settings}, check=True)


@pytest.fixture
def open_empty(empty_city: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Like `open_as`, in the empty city."""
    listener, contexts = Listener(empty_city), []

    def open_page(login: str | None) -> Page:
        context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", base_url=empty_city)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        listener.listen(page)
        if login:
            sign_in(page, login, WORD)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not listener.heard, "\n".join(listener.heard)


@pytest.mark.parametrize("login", EMPTY)
def test_empty_page_says_what_it_is_for_and_what_to_do(open_empty: Callable[..., Page], login: str | None) -> None:
    page = open_empty(login)
    for address in EMPTY[login]:
        go(page, address)
        teaching = page.locator(TEACHES).first
        expect(teaching, address).to_be_visible()
        assert len(teaching.inner_text()) > 20, address


@pytest.mark.parametrize("login", ["head", "desk", "inspector", "liaison", "leader", "auditor", "admin"])
def test_every_page_of_an_empty_city_opens(open_empty: Callable[..., Page], empty_city: str, login: str) -> None:
    found = list(walk(open_empty(login), empty_city, "/inbox/"))
    assert [f"{page.address}: {page.status}" for page in found if page.status != 200] == []
    assert len(found) > 15


def test_charts_of_an_empty_city_draw_nothing_and_break_nothing(open_empty: Callable[..., Page]) -> None:
    page, year = open_empty("leader"), dt.date.today().year
    for address in ("/board/", "/figures/", f"/figures/cases.found/?from={year}-01-01&to={year}-12-31", "/map/"):
        go(page, address)
        expect(page.locator("h1")).to_be_visible()
