"""A resident without an account: a report within four taps, its progress by code, and a rating; on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Finger, go, mended, move, number_in, says

pytestmark = pytest.mark.browser
HERE = {"latitude": 39.7726, "longitude": 98.2891}


def test_report_with_photo_and_position_in_four_taps(open_as: Callable[..., Page], photo: Path) -> None:
    page = open_as(phone=True, geolocation=HERE, permissions=["geolocation"])
    go(page, "/")
    finger = Finger(page)
    finger.open(page.locator("main a[href='/report/']").first, "**/report/")
    page.wait_for_selector("form[data-report-ready]")
    finger.shoot("#id_photo_files", photo)
    expect(page.locator("[data-photo-tile] img")).to_have_count(1)
    finger.tap("[data-locate]")
    expect(page.locator("[data-where-status]")).to_contain_text("已定位")
    page.fill("textarea[name=text]", "四下上报：垃圾箱满了。")
    finger.open("form[data-report] button[type=submit]", "**/report/sent/**")
    expect(page.locator("[data-code]")).to_have_text(number_in(page))
    assert finger.taps == 4


def test_progress_answer_and_rating_by_code(open_as: Callable[..., Page], photo: Path) -> None:
    page = open_as(phone=True)
    go(page, "/report/")
    page.fill("textarea[name=text]", "评价测试：公园长椅断了。")
    page.fill("input[name=address]", "南湖公园")
    page.locator("form[data-report] button[type=submit]").tap()
    page.wait_for_url("**/report/sent/**")
    code = number_in(page)
    desk, liaison, inspector = open_as("desk"), open_as("liaison"), open_as("inspector")
    go(desk, "/cases/?q=评价测试")
    number = number_in_first_row(desk)
    move(desk, number, "accept", lambda p: p.locator("main [name=issue_class]").select_option(label=class_label(p)))
    move(desk, number, "dispatch", lambda p: p.locator("main select[name=unit]").select_option("sanitation"))
    move(liaison, number, "sign")
    move(liaison, number, "resolve", lambda p: mended(p, photo, "已更换横档。"))
    move(inspector, number, "verify_pass")

    go(page, "/")
    page.fill("input[name=code]", f" {code.lower()} ")
    finger = Finger(page)
    finger.open(page.get_by_role("button", name="查询"), f"**/track/{code}/")
    says(page, "已更换横档")
    finger.tap(page.locator("label").filter(has_text="非常满意").first)
    page.fill("[name=note]", "很快，谢谢。")
    finger.tap(page.get_by_role("button", name="提交评价"))
    says(page, "您已评价：5 分")
    assert finger.taps == 3
    go(desk, f"/cases/{number}/")
    says(desk, "评价 5 星", "很快，谢谢。")


def number_in_first_row(page: Page) -> str:
    return str(page.locator("[data-row] .num").first.inner_text())


def class_label(page: Page) -> str:
    options = page.locator("main select[name=issue_class] option").all_inner_texts()
    return next(words for words in options if "垃圾站（箱）满溢" in words)


def test_wrong_code_is_explained(open_as: Callable[..., Page]) -> None:
    page = open_as(phone=True, hears=False)
    go(page, "/track/?code=ZZZZ9999")
    expect(page.locator("[role=alert], .field-error, .notice").first).to_be_visible()
    expect(page.locator("input[name=code]")).to_have_value("ZZZZ9999")


def test_refused_position_leaves_a_way(open_as: Callable[..., Page]) -> None:
    page = open_as(phone=True)
    go(page, "/report/")
    page.wait_for_selector("form[data-report-ready]")
    page.locator("[data-locate]").tap()
    expect(page.locator("[data-where-status]")).to_contain_text("取不到位置")
    page.fill("textarea[name=text]", "不给定位也能报。")
    page.fill("input[name=address]", "文化路 5 号")
    page.locator("form[data-report] button[type=submit]").tap()
    page.wait_for_url("**/report/sent/**")


def test_door_sign_fills_in_the_place(open_as: Callable[..., Page]) -> None:
    desk = open_as("desk")
    go(desk, "/places/at/")
    desk.locator("[data-row] [data-open]").first.click()
    desk.wait_for_url("**/places/at/*-*/")
    name = desk.locator("h1").inner_text()
    answer = desk.request.get(f"/api/v1/places/{number_in(desk)}")
    page = open_as(phone=True)
    go(page, f"/p/{answer.json()['qr']}")
    says(page, name)
    finger = Finger(page)
    page.fill("textarea[name=text]", "扫码上报：门口地面湿滑。")
    finger.open("form[data-report] button[type=submit]", "**/report/sent/**")
    assert finger.taps == 1
