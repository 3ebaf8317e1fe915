"""The desk looks for two characters, keeps a view of the list, and comes back to it; also by a narrow phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.steps import enter, go

pytestmark = pytest.mark.browser


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


def test_two_characters_are_found_at_once_and_marked(open_as: Callable[..., Page]) -> None:
    page = open_as("desk")
    page.set_viewport_size({"width": 390, "height": 844})
    number = enter(page, "检索测试：巷口的饸饹摊占道经营。", issue_class="")
    go(page, "/search/?q=饸饹")
    expect(page.locator("mark").first).to_have_text("饸饹")
    expect(page.locator("main")).to_contain_text(number)
    assert not faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_view_is_kept_and_come_back_to(open_as: Callable[..., Page]) -> None:
    page = open_as("desk")
    page.set_viewport_size({"width": 1366, "height": 900})
    go(page, "/cases/?state=handling&order=due")
    page.get_by_text("存为常用视图").click()
    page.get_by_label("视图名称").fill("整改中按期限")
    page.locator("[data-views]").get_by_role("button", name="保存").click()
    expect(page.locator("[data-views] [aria-current=true]")).to_have_text("整改中按期限")
    assert not faults(page)
    page.get_by_role("link", name="管理视图").click()
    page.get_by_role("button", name="打开列表时先显示").click()
    expect(page.locator("[data-saved-views]")).to_contain_text("不再先显示")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert not faults(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    go(page, "/cases/")
    page.wait_for_url("**/cases/?state=handling&order=due")
    expect(page.locator("[data-views] [aria-current=true]")).to_have_text("整改中按期限")
    go(page, "/views/")
    page.get_by_role("button", name="删除").click()
    page.locator("#confirm-dialog").get_by_role("button").last.click()
    expect(page.locator("main")).to_contain_text("还没有常用视图")
