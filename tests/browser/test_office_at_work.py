"""The office head's job: plan a round, rule on disputes, grant time, look at the board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Finger, choose, go, handed_over, move, number_in, says

pytestmark = pytest.mark.browser


@pytest.fixture
def office(open_as: Callable[..., Page]) -> Page:
    return open_as("office")


def test_round_planned_and_on_the_inspectors_phone_in_nine_clicks(office: Page, open_as: Callable[..., Page]) -> None:
    go(office, "/inbox/")
    finger, today = Finger(office), dt.date.today()
    finger.open(office.get_by_role("link", name="检查计划"), "**/inspections/")
    finger.open(office.get_by_role("link", name="新建检查计划"), "**/inspections/new/")
    office.fill("[name=name]", "浏览器测试：学校周边专项检查")
    office.fill("[name=starts_on]", f"{today:%Y-%m-%d}")
    office.fill("[name=ends_on]", f"{today + dt.timedelta(days=7):%Y-%m-%d}")
    finger.open(office.get_by_role("button", name="保存并选择点位"), "**/inspections/*/places/")
    code = office.url.rstrip("/").rsplit("/", 2)[-2]
    finger.choose("category", "小学")
    finger.tap("input[name=inspectors][value=inspector]")
    finger.button("安排这些点位")
    finger.agree()
    office.wait_for_url(f"**/inspections/{code}/")
    places = office.locator("[data-row]").count()
    assert places > 0
    finger.tap("[data-move=open_campaign]")
    finger.agree()
    expect(office.locator("[data-move=open_campaign]")).to_have_count(0)
    assert finger.taps == 9
    inspector = open_as("inspector", phone=True)
    go(inspector, "/m/")
    assert inspector.locator(f"a[href*='/m/c/{code}/']").count() == places


def disputed(office: Page, open_as: Callable[..., Page], words: str) -> str:
    number = handed_over(office, words, place="MR-0001")
    liaison = open_as("liaison")
    move(liaison, number, "dispute", lambda page: page.fill("[name=reason]", "该处属物业小区红线内，不归我单位管养。"))
    return number


def test_ruling_for_the_unit_in_four_clicks_becomes_a_rule(office: Page, open_as: Callable[..., Page]) -> None:
    number = disputed(office, open_as, "裁定测试：小区门口垃圾箱满溢。")
    go(office, f"/cases/{number}/")
    says(office, "待裁定", "红线内")
    finger = Finger(office)
    finger.tap("[data-move=uphold]")
    finger.choose("unit", "物业服务公司")
    says(office, "垃圾站（箱）满溢 → （所选单位），现由")
    finger.tap("[data-move-form=uphold] [name=make_rule]")
    finger.open("[data-move-form=uphold] button.btn-primary", f"**/cases/{number}/")
    says(office, "待签收", "物业服务公司", "已写入责任规则 D")
    assert finger.taps == 4


def test_ruling_against_the_unit_needs_a_reason(office: Page, open_as: Callable[..., Page]) -> None:
    number = disputed(office, open_as, "驳回测试：路边垃圾箱满溢。")
    go(office, f"/cases/{number}/")
    finger = Finger(office)
    finger.tap("[data-move=overrule]")
    finger.tap("[data-move-form=overrule] button.btn-danger")
    assert office.locator("[data-move-form=overrule] [name=note]:invalid").count() == 1
    office.fill("[data-move-form=overrule] [name=note]", "经查该处为市政道路，仍由你单位办理。")
    finger.open("[data-move-form=overrule] button.btn-danger", f"**/cases/{number}/")
    says(office, "待签收", "市政道路")


def test_extension_is_granted_from_the_inbox_in_three_clicks(office: Page, open_as: Callable[..., Page]) -> None:
    number = handed_over(office, "延期测试：护栏破损，需要采购同型号配件。")
    liaison = open_as("liaison", phone=True)
    move(liaison, number, "sign")
    move(liaison, number, "ask_extension", ask_three_days)
    go(office, "/inbox/")
    group = office.locator("[data-group]").filter(has_text="延期申请")
    finger = Finger(office)
    finger.open(group.locator("[data-row]").filter(has_text=number).locator("[data-open]"), f"**/cases/{number}/")
    says(office, "申请延期 3 个工作日", "配件要从厂家调货")
    before = office.locator("main time, main dd").all_inner_texts()
    finger.tap("[data-move=grant_extension]")
    finger.open("[data-move-form=grant_extension] button.btn-primary", f"**/cases/{number}/")
    office.wait_for_selector("[data-move=grant_extension]", state="detached")  # the page after the decision
    says(office, "同意延期")
    assert before != office.locator("main time, main dd").all_inner_texts(), "the deadline has not moved"
    assert finger.taps == 3


def ask_three_days(page: Page) -> None:
    page.fill("[name=reason]", "配件要从厂家调货，预计三天。")
    page.fill("[name=days]", "3")


def test_board_is_one_click_and_its_numbers_two(office: Page) -> None:
    go(office, "/inbox/")
    finger = Finger(office)
    finger.open(office.get_by_role("link", name="看板", exact=True), "**/board/")
    expect(office.locator("[data-headline] .figure")).to_have_count(4)
    finger.open(office.locator("[data-headline] a.figure").last, "**/figures/cases.overdue_now/**")
    assert finger.taps == 2


def test_board_names_the_month_that_is_not_over_in_its_tables(office: Page) -> None:
    go(office, "/board/")
    for chart in ("rates", "trend"):
        office.locator(f"[data-chart={chart}]").scroll_into_view_if_needed()
        table = office.locator(f"[data-chart={chart}] + details")
        table.locator("summary").click()
        expect(table.locator("tbody th").last).to_contain_text("本月未完")
        expect(table.locator("tbody th", has_text="本月未完")).to_have_count(1)


def test_policy_is_changed_on_screen(office: Page) -> None:
    go(office, "/settings/")
    row = office.locator("form[action*='cases.sign_hours']").first
    row.locator("input[name=value], input:not([type=hidden])").first.fill("6")
    row.get_by_role("button").first.click()
    office.wait_for_selector("body[data-ready]")
    go(office, "/settings/")
    field = office.locator("form[action*='cases.sign_hours'] input:not([type=hidden])").first
    assert float(field.input_value()) == 6.0
    field.fill("4")
    office.locator("form[action*='cases.sign_hours'] button").first.click()
    office.wait_for_selector("body[data-ready]")


def test_unit_is_added_and_dissolved(office: Page) -> None:
    go(office, "/people/units/add/")
    choose(office, "kind", "department")
    office.fill("main [name=code]", "browser_unit")
    office.fill("main [name=name]", "浏览器测试单位")
    office.fill("main [name=short_name]", "浏览器单位")
    office.locator("main form button.btn-primary").last.click()
    office.wait_for_url(lambda url: "/add/" not in url)
    go(office, "/people/units/browser_unit/")
    assert number_in(office) == "browser_unit"
    says(office, "浏览器测试单位")
