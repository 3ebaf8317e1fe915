"""The leader's board in a real browser: from its map into an area, down to records and back, and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser
#: The width between the margins of a sheet, in which nothing may be cut off.
PAPER = {"width": 680, "height": 960}
CUT_OFF = """() => {
  const sheet = document.querySelector('main').getBoundingClientRect().right + 1;
  return [...document.querySelectorAll('main .card, main .card *')]
    .filter(e => e.getClientRects().length && !e.closest('.visually-hidden, .d-print-none') && e.getBoundingClientRect().right > sheet).length;
}"""


@pytest.fixture
def leader(open_as: Callable[..., Page]) -> Page:
    return open_as("leader")


def test_a_click_in_the_heat_map_opens_the_area(leader: Page) -> None:
    go(leader, "/board/?from=2026-01-01&to=2026-12-31")
    holder = leader.locator("[data-map]")
    holder.scroll_into_view_if_needed()
    expect(holder.locator(".map-loading")).to_have_count(1)  # said until the first picture
    expect(holder.locator(".map-loading")).to_have_count(0)
    box = holder.bounding_box()
    assert box is not None
    leader.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    leader.wait_for_url("**area=*")
    assert "board=" in leader.url or "#heat" in leader.url


def test_the_way_down_from_the_board_leads_back_to_its_period(leader: Page) -> None:
    go(leader, "/board/?from=2026-01-01&to=2026-06-30")
    leader.locator("[data-headline] a").first.click()
    leader.wait_for_selector("body[data-ready]")
    leader.locator("[data-board-back]").click()
    leader.wait_for_url(re.compile(r"/board/\?from=2026-01-01&to=2026-06-30$"))


def test_the_printed_board_is_whole(leader: Page) -> None:
    go(leader, "/board/")
    expect(leader.locator("[data-chart-ready]")).to_have_count(leader.locator("[data-chart]").count())
    leader.emulate_media(media="print")
    leader.set_viewport_size(PAPER)  # type: ignore[arg-type]
    leader.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert leader.evaluate(CUT_OFF) == 0
    widths = leader.locator("main .row > [class*=col-lg]").evaluate_all("all => all.map(e => e.offsetWidth / e.parentElement.offsetWidth)")
    assert all(width > 0.98 for width in widths)
    assert leader.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") in (2, 3, 4)
