"""Volunteers in a real browser: registering on a phone with the real name, the own page with everything kept; a leader lets somebody in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go
from yipanqi.volunteers.tests.world import id_number

pytestmark = pytest.mark.browser


def test_register_on_a_phone_and_see_what_is_kept(open_as: Callable[..., Page]) -> None:
    page = open_as(phone=True)
    go(page, "/volunteers/join/")
    page.fill("input[name=name]", "王浏览")
    page.fill("input[name=id_number]", id_number(dt.date(1985, 5, 5), 777))
    page.fill("input[name=phone]", "19800007777")
    page.fill("input[name=password]", "kind-heart-42")
    page.check("input[name=agreed]")
    page.locator("main form button.btn-primary").tap()
    page.wait_for_url("**/volunteers/joined/")
    number = page.locator("[data-number]").inner_text()
    go(page, "/accounts/login/?next=/volunteers/me/kept/")
    page.fill("input[name=login]", "19800007777")
    page.fill("input[name=password]", "kind-heart-42")
    page.locator("main form button.btn-primary, form button.btn-primary").first.tap()
    page.wait_for_url("**/volunteers/me/kept/")
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).to_contain_text("19800007777")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def test_a_leader_lets_in_who_asks(open_as: Callable[..., Page]) -> None:
    page = open_as("teamleader")
    go(page, "/practice/lead/")
    panel = page.locator("[data-panel='volunteers.members']")
    panel.get_by_role("button", name="同意").first.click()
    page.wait_for_url("**/members/")
    expect(page.locator("main")).to_contain_text("已办理")
