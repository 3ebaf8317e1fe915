"""Long choices by typing: a class and units found by name, code and pinyin, with the keyboard alone, and nothing guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import enter, go, move, says

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def chosen(page: Page, name: str) -> list[str]:
    """Labels of what a select holds."""
    found = page.locator(f"main select[name={name}]").evaluate(
        "select => [...select.selectedOptions].filter(o => o.value).map(o => o.label)"
    )
    return [str(label) for label in found]


def type_in(page: Page, label: str, words: str) -> None:
    field = page.get_by_role("combobox", name=label)
    field.fill("")
    field.press_sequentially(words)


@pytest.mark.parametrize("size", [PHONE, {"width": 1366, "height": 900}])
def test_class_and_units_are_found_by_typing(open_as: Callable[..., Page], size: dict[str, int]) -> None:
    page = open_as("desk")
    page.set_viewport_size(size)  # type: ignore[arg-type]
    number = enter(page, "查找测试：井盖缺失。")
    go(page, f"/cases/{number}/moves/accept/")
    type_in(page, "问题类别", "雨水井盖")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("雨水井盖")
    expect(page.get_by_role("combobox", name="问题类别")).to_have_attribute("aria-expanded", "true")
    box = option.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    assert page.evaluate("document.activeElement.getAttribute('aria-activedescendant')") == option.get_attribute("id")
    page.keyboard.press("Enter")
    assert "雨水井盖" in chosen(page, "issue_class")[0]
    page.keyboard.press("Enter")  # with the choice made, Enter sends the form as in any field
    page.wait_for_url(f"**/cases/{number}/")
    go(page, f"/cases/{number}/moves/dispatch/")
    type_in(page, "主办单位", "urban_mgmt")
    page.keyboard.press("Enter")
    assert chosen(page, "unit") == ["嘉峪关市城市管理执法局"]
    for had in chosen(page, "co_units"):
        page.get_by_role("button", name=f"去掉 {had}").click()
    for words in ("园林中心", "shuiwuju"):  # short name, pinyin
        type_in(page, "协办单位", words)
        page.keyboard.press("Enter")
    assert set(chosen(page, "co_units")) == {"嘉峪关市水务局", "嘉峪关市园林绿化中心"}
    page.keyboard.press("Backspace")
    assert len(chosen(page, "co_units")) == 1
    page.get_by_role("button", name="交办").last.click()
    page.wait_for_url(f"**/cases/{number}/")
    says(page, "交办给 市城管执法局，协办 ")


def test_words_that_fit_several_choose_nothing(open_as: Callable[..., Page]) -> None:
    page = open_as("desk")
    number = enter(page, "查找测试：不猜单位。")
    move(page, number, "accept", lambda p: p.locator("main select[name=issue_class]").select_option(index=1))
    go(page, f"/cases/{number}/moves/dispatch/")
    before = chosen(page, "unit")
    type_in(page, "主办单位", "局")
    page.keyboard.press("Tab")
    expect(page.get_by_text("请从列表中选一项")).to_be_visible()
    assert chosen(page, "unit") == before
    page.get_by_role("button", name="交办").last.click()
    assert f"/cases/{number}/moves/dispatch/" in page.url, "words that choose nothing were sent"
    type_in(page, "主办单位", "没有这个单位")
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有符合的选项")).to_be_visible()
    type_in(page, "主办单位", "嘉峪关市水务")
    page.keyboard.press("Tab")
    assert chosen(page, "unit") == ["嘉峪关市水务局"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox", name="主办单位")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="主办单位")).to_be_hidden()


def test_filters_of_a_list_are_looked_up_too(open_as: Callable[..., Page]) -> None:
    page = open_as("desk")
    go(page, "/cases/?order=")
    page.locator("[data-filters] summary").click()
    type_in(page, "主办单位", "市城管执法局")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**unit=urban_mgmt**")
    expect(page.locator(".chip").first).to_contain_text("城市管理执法局")


def test_without_scripts_it_is_a_select(city: str, open_as: Callable[..., Page]) -> None:
    page = open_as("desk")
    number = enter(page, "查找测试：没有脚本。")
    plain = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())  # type: ignore[union-attr]
    try:
        other = plain.new_page()
        other.goto(f"{city}/cases/{number}/moves/accept/")
        expect(other.locator("main select[name=issue_class]")).to_be_visible()
        expect(other.get_by_role("combobox", name="问题类别")).to_have_count(1)
    finally:
        plain.close()
