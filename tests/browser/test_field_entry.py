"""A grid worker in the street: the camera first, one tap for the position, then the words; an inspector begins at the list of places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go, says
from yipanqi.files.tests.photos import jpeg

pytestmark = pytest.mark.browser


def test_grid_worker_reports_with_camera_and_position(open_as: Callable[..., Page], tmp_path: Path) -> None:
    photo = tmp_path / "shot.jpg"
    photo.write_bytes(jpeg(320, 240))
    page = open_as("grid", phone=True, geolocation={"longitude": 98.29, "latitude": 39.77}, permissions=["geolocation"])
    go(page, "/cases/new/")
    camera = page.locator("main label.camera-button")
    box, words = camera.bounding_box(), page.locator("[name=description]").bounding_box()
    assert box and words and box["y"] < words["y"] and box["height"] >= 60 and box["width"] > 250
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_input_files("input[capture]", [str(photo)])
    expect(page.locator("#shot img")).to_have_count(1)
    page.get_by_role("button", name="我就在现场").click()
    expect(page.locator("[data-where-status]")).to_contain_text("已定位")
    page.fill("[name=description]", "现场拍照测试：人行道地砖破损。")
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url("**/cases/2*-*/")
    says(page, "已登记，编号")
    expect(page.locator(".case-main .photo-pair img")).to_have_count(1)
    expect(page.locator("[data-map]")).to_have_count(1)


def test_inspector_begins_at_the_places_to_check(open_as: Callable[..., Page]) -> None:
    page = open_as(phone=True)
    page.goto("/accounts/login/")
    page.fill("[name=login]", "inspector")
    page.fill("[name=password]", "yipanqi-demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/m/")
    expect(page.get_by_role("heading", name="我的点位")).to_be_visible()
