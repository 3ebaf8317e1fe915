"""The map of cases in a real browser: from the whole city to a case, by mouse, by finger and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser
READY = "[data-map][data-map-ready]"


def settled(page: Page) -> None:
    """Until the map has come to rest and was answered for the part in view."""
    page.wait_for_timeout(700)
    page.wait_for_load_state("networkidle")


def counted(page: Page) -> int:
    """How many cases the words beside the map tell of."""
    words = page.locator("[data-map-words]").inner_text()
    return int("".join(re.findall(r"[\d,]+", words)[:1]).replace(",", "") or 0)


@pytest.fixture
def office(open_as: Callable[..., Page]) -> Page:
    return open_as("office")


def test_from_cells_to_single_cases_and_to_their_list(office: Page) -> None:
    go(office, "/map/?all=1")
    office.wait_for_selector(READY)
    settled(office)
    whole = counted(office)
    expect(office.locator(READY)).to_have_attribute("data-map-kind", "cells")
    first = office.locator("[data-map-spots] a").first
    count = int(re.findall(r"[\d,]+", office.locator("[data-map-spots] .map-said").first.inner_text())[0].replace(",", ""))
    assert 0 < count <= whole
    first.focus()  # by keyboard: the list of that spot
    office.keyboard.press("Enter")
    office.wait_for_url("**/cases/?*cell=*")
    office.wait_for_selector("body[data-ready]")
    expect(office.get_by_text("一带")).to_be_visible()
    assert office.locator("main tbody tr, main .c-row").count() >= min(count, 20) or count < 20
    office.go_back()
    office.wait_for_selector(READY)
    settled(office)
    assert "#" in office.url and counted(office) == whole


def test_a_click_on_a_circle_looks_closer(office: Page) -> None:
    asked: list[str] = []
    office.on("request", lambda request: asked.append(request.url) if "cases.geojson" in request.url else None)
    go(office, "/map/?all=1")
    office.wait_for_selector(READY)
    settled(office)
    before, zoom = counted(office), float(office.url.split("#")[1].split("/")[0])
    box = office.locator("[data-map] canvas").bounding_box()
    assert box is not None
    fullest = office.evaluate(
        """async address => {
          const told = await (await fetch(address)).json();
          return told.features[0].geometry.coordinates;
        }""",
        asked[-1],
    )
    west, south, east, north = (float(part) for part in re.search(r"view=([^&]+)", asked[-1])[1].replace("%2C", ",").split(","))  # type: ignore[index]
    x = box["x"] + (fullest[0] - west) / (east - west) * box["width"]
    y = box["y"] + (north - fullest[1]) / (north - south) * box["height"]
    office.wait_for_function("told => document.querySelector('[data-map]').dataset.mapReady == told", arg=str(office.locator("[data-map-spots] li").count()))
    office.wait_for_timeout(1000)  # until the circles are painted, where there is no graphics card
    office.mouse.click(x, y)
    office.wait_for_function("zoom => parseFloat(location.hash.slice(1)) > zoom + 1", arg=zoom)
    expect(office.locator("[data-map-words]")).not_to_contain_text(f" {before:,} ")
    assert 0 < counted(office) < before
    for _n in range(4):
        office.click(".maplibregl-ctrl-zoom-in")
        settled(office)
    expect(office.locator(READY)).to_have_attribute("data-map-kind", "cases")
    listed = office.locator("[data-map-spots] a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert all(re.fullmatch(r"/cases/[^/]+/", address) for address in listed)


def test_moving_on_gives_up_the_older_question_and_nothing_jumps(office: Page) -> None:
    go(office, "/map/?all=1")
    office.wait_for_selector(READY)
    settled(office)
    top = office.evaluate("document.querySelector('#map-list').getBoundingClientRect().top")
    for _n in range(3):
        office.keyboard.press("Escape")
        office.click(".maplibregl-ctrl-zoom-in")
    settled(office)
    assert office.evaluate("document.querySelector('#map-list').getBoundingClientRect().top") == top
    assert office.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone(open_as: Callable[..., Page]) -> None:
    page = open_as("office", phone=True)
    go(page, "/map/")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector(READY)
    settled(page)
    assert page.locator("[data-map-spots] li").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_words_beside_follow_the_view_also_where_everything_is_drawn_already(office: Page) -> None:
    go(office, "/map/?source=hotline")
    office.wait_for_selector(READY)
    settled(office)
    before, listed = counted(office), office.locator("[data-map-spots] li").count()
    for _n in range(4):
        office.click(".maplibregl-ctrl-zoom-in")
        settled(office)
    assert counted(office) < before and office.locator("[data-map-spots] li").count() <= listed
