"""The centre arranges duty at crossings, a unit confirms what it did by a number, and swaps a turn with another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser


def test_the_centre_plans_and_publishes_a_rota(open_as: Callable[..., Page]) -> None:
    page = open_as("centre")
    go(page, "/rosters/")
    page.get_by_role("link", name="新的值勤安排").first.click()
    page.wait_for_selector("body[data-ready]")
    start = dt.date.today() + dt.timedelta(days=40)
    page.get_by_label("名称").fill("元旦路口值勤")
    page.get_by_label("开始日期").fill(start.isoformat())
    page.get_by_label("结束日期").fill((start + dt.timedelta(days=13)).isoformat())
    page.get_by_label("时段").fill("07:30-08:30，17:30-18:30")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/posts/")
    page.wait_for_selector("body[data-ready]")
    for box in page.locator("main input[name=places]").all()[:2]:
        box.check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/units/")
    page.wait_for_selector("body[data-ready]")
    code = page.url.split("/at/")[1].split("/")[0]
    page.locator("select[name=units]").select_option(index=[0, 1, 2, 3])
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**/rosters/at/{code}/")
    page.wait_for_selector("body[data-ready]")
    for move in ("make_rota", "publish_roster"):
        page.locator(f"button[data-move={move}]").click()
        with page.expect_response(lambda answer, move=move: f"/{move}/" in answer.url):  # type: ignore[misc]
            page.locator("#confirm-dialog button[value=ok]").click()
        go(page, f"/rosters/at/{code}/")
    expect(page.locator("main")).to_contain_text("已发布")
    expect(page.locator("main")).to_contain_text("均衡")
    page.locator("summary", has_text="提前结束").click()
    page.get_by_label("原因").fill("改期")
    page.locator("form[action$='/end_roster/'] button").click()
    page.locator("#confirm-dialog button[value=ok]").click()
    page.wait_for_selector("text=已结束")


def test_a_unit_confirms_by_a_number_and_swaps_on_a_phone(open_as: Callable[..., Page]) -> None:
    page = open_as("liaison", phone=True)
    go(page, "/rosters/mine/")
    expect(page.locator("main")).to_contain_text("接下来的值勤")
    waiting = page.locator(".card", has=page.locator("h2", has_text="待确认")).locator("a[data-open]")
    if waiting.count():
        waiting.first.click()
        page.wait_for_selector("body[data-ready]")
        page.get_by_label("实到人数").fill("3")
        page.locator("button[data-move=confirm_turn]").click()
        page.wait_for_url("**/rosters/mine/")
    answer = page.get_by_role("button", name="不同意")
    if answer.count():
        answer.first.click()
        page.wait_for_selector("body[data-ready]")
    page.locator(".card", has=page.locator("h2", has_text="接下来的值勤")).locator("a[data-open]").last.click()
    page.wait_for_selector("body[data-ready]")
    page.locator("summary", has_text="申请调换").click()
    swap = page.locator("form[action$='/ask_swap/']")
    swap.locator("select[name=to]").select_option(index=1)
    swap.get_by_label("调换原因").fill("全员培训")
    swap.locator("button[data-move=ask_swap]").click()
    page.wait_for_url("**/rosters/mine/")
    expect(page.locator("main")).to_contain_text("等对方答复的申请")
    page.get_by_role("button", name="撤回申请").first.click()
    page.wait_for_selector("body[data-ready]")
    page.get_by_role("button", name="生成订阅地址").or_(page.get_by_role("button", name="更换地址")).first.click()
    if page.locator("#confirm-dialog[open]").count():
        page.locator("#confirm-dialog button[value=ok]").click()
    expect(page.locator("[data-feed]").first).to_contain_text("/rosters/feeds/")
