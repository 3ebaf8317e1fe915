"""News reaches the people it is for: the unit hears of a hand-over, the head tries another policy, nobody sees others' news."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Finger, go, handed_over, says

pytestmark = pytest.mark.browser
SOON = 30  # seconds that the worker may take


def waits_for(page: Page, words: str) -> None:
    until = time.monotonic() + SOON
    while True:
        go(page, "/messages/")
        if words in page.locator("main").inner_text() or time.monotonic() > until:
            break
        time.sleep(0.5)
    says(page, words)


def test_liaison_hears_of_a_hand_over_and_opens_it_in_two_taps(open_as: Callable[..., Page]) -> None:
    number = handed_over(open_as("desk"), "消息测试：广场北侧垃圾箱满溢。")
    liaison = open_as("liaison", phone=True)
    waits_for(liaison, number)
    go(liaison, "/inbox/")
    expect(liaison.locator("header .badge")).not_to_be_empty()
    finger = Finger(liaison)
    finger.open('header a[href="/messages/"]', "**/messages/")
    finger.open(liaison.locator("[data-row] button").filter(has_text=number), f"**/cases/{number}/")
    assert finger.taps == 2
    go(liaison, "/messages/?unread=1")
    expect(liaison.locator("main")).not_to_contain_text(number)
    grid = open_as("grid", phone=True)
    go(grid, "/messages/")
    expect(grid.locator("main")).not_to_contain_text(number)


def test_wishes_are_kept(open_as: Callable[..., Page]) -> None:
    page = open_as("liaison", phone=True)
    go(page, "/messages/wishes/")
    page.select_option("[name='cases.answered/email']", "daily")
    page.locator("#wishes button.btn-primary").click()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("[name='cases.answered/email']")).to_have_value("daily")


def test_head_tries_another_policy_on_a_past_month(open_as: Callable[..., Page]) -> None:
    page = open_as("office")
    go(page, "/escalation/trial/")
    before = page.locator("main dl dd").first.inner_text()
    page.fill("[name=remind]", "0.1")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/escalation/trial/?**")
    page.wait_for_selector("body[data-ready]")
    assert int(page.locator("main dl dd").first.inner_text()) >= int(before)
