"""Twice the same: two tabs, two people, a double click, the back button; one step each, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import enter, go, says

pytestmark = pytest.mark.browser


def reject_form(page: Page, number: str, reason: str) -> None:
    go(page, f"/cases/{number}/")
    page.click("[data-move=reject]")
    page.fill("[data-move-form=reject] [name=reason]", reason)


def test_second_tab_is_told_who_and_when_and_keeps_its_words(open_as: Callable[..., Page]) -> None:
    one, two = open_as("desk"), open_as("desk02")
    number = enter(one, "两个标签页：同一件事。")
    reject_form(two, number, "第二个人写的理由，不能丢。")
    go(one, f"/cases/{number}/")
    one.click("[data-move=accept]")
    one.click("[data-move-form=accept] button.btn-primary")
    one.wait_for_selector("[data-move=dispatch]")  # accepted: the next move is offered
    name = one.locator(".user-name").inner_text()
    two.click("[data-move-form=reject] button.btn-danger")
    problem = two.locator("[data-problem]")
    expect(problem).to_contain_text(name)
    expect(problem).to_contain_text("受理")
    assert any(char.isdigit() for char in problem.inner_text()), "no time is named"
    expect(two.locator("[data-move-form=reject] [name=reason]")).to_have_value("第二个人写的理由，不能丢。")
    go(one, f"/cases/{number}/")
    says(one, "待交办")


def test_step_that_is_gone_says_so(open_as: Callable[..., Page]) -> None:
    one, two = open_as("desk"), open_as("desk02")
    number = enter(one, "两个标签页：已经不予受理。")
    go(two, f"/cases/{number}/")
    two.click("[data-move=accept]")
    two.wait_for_selector("[data-move-form=accept]")
    reject_form(one, number, "重复。")
    one.click("[data-move-form=reject] button.btn-danger")
    says(one, "重复。")
    two.click("[data-move-form=accept] button.btn-primary")
    expect(two.locator("[data-problem], [data-closed]").first).to_contain_text("不予受理")


def test_double_click_writes_down_one_case(open_as: Callable[..., Page]) -> None:
    desk = open_as("desk")
    words = "双击测试：只应登记一件。"
    go(desk, "/cases/new/")
    desk.fill("main [name=description]", words)
    desk.fill("main [name=address]", "雄关广场东侧")
    desk.locator("main form button.btn-primary").last.dblclick()
    desk.wait_for_url("**/cases/2*-*/")
    go(desk, f"/cases/?q={words}")
    expect(desk.locator("[data-row]")).to_have_count(1)


def test_double_tap_sends_one_report(open_as: Callable[..., Page]) -> None:
    words = "双击上报：井盖松动只报一次。"
    page = open_as(phone=True)
    go(page, "/report/")
    page.fill("textarea[name=text]", words)
    page.fill("input[name=address]", "迎宾路 8 号")
    page.locator("form[data-report] button[type=submit]").dblclick()
    page.wait_for_url("**/report/sent/**")
    desk = open_as("desk")
    go(desk, f"/cases/?q={words}")
    expect(desk.locator("[data-row]")).to_have_count(1)


def test_back_after_a_report_leads_past_the_form(open_as: Callable[..., Page]) -> None:
    words = "返回再交：路灯不亮只报一次。"
    page = open_as(phone=True)
    go(page, "/")
    page.locator("main a[href='/report/']").first.tap()
    page.wait_for_selector("form[data-report-ready]")
    page.fill("textarea[name=text]", words)
    page.fill("input[name=address]", "迎宾路 9 号")
    page.locator("form[data-report] button[type=submit]").click()
    page.wait_for_url("**/report/sent/**")
    page.go_back()
    page.wait_for_url(lambda url: "/report/" not in url)
    go(page, "/report/")
    page.wait_for_selector("form[data-report-ready]")
    expect(page.locator("textarea[name=text]")).to_have_value("")
    desk = open_as("desk")
    go(desk, f"/cases/?q={words}")
    expect(desk.locator("[data-row]")).to_have_count(1)


def test_back_and_the_same_move_again_is_refused(open_as: Callable[..., Page]) -> None:
    desk = open_as("desk")
    number = enter(desk, "返回测试：受理只能一次。")
    go(desk, f"/cases/{number}/moves/accept/")
    desk.click("[data-move-form=accept] button.btn-primary")
    desk.wait_for_url(f"**/cases/{number}/")
    desk.go_back()
    desk.wait_for_url("**/moves/accept/")
    desk.wait_for_selector("body[data-ready]")
    if desk.locator("[data-move-form=accept] button.btn-primary").count():
        desk.click("[data-move-form=accept] button.btn-primary")
    expect(desk.locator("[data-problem], [data-closed]").first).to_be_visible()
    go(desk, f"/cases/{number}/")
    assert desk.locator(".timeline-plain li").filter(has_text="受理 → 待交办").count() == 1


def test_refused_entry_keeps_every_word(open_as: Callable[..., Page]) -> None:
    desk = open_as("desk")
    go(desk, "/cases/new/")
    desk.fill("main [name=description]", "留住文字：人行道地砖松动。")
    desk.fill("main [name=address]", "胜利街 20 号")
    desk.fill("main [name=place]", "没有这个点位")
    desk.locator("main form button.btn-primary").last.click()
    desk.wait_for_selector("[role=alert], .field-error")
    says(desk, "没有这个点位")
    expect(desk.locator("main [name=description]")).to_have_value("留住文字：人行道地砖松动。")
    expect(desk.locator("main [name=address]")).to_have_value("胜利街 20 号")


def test_list_is_where_one_left_it_after_going_back(open_as: Callable[..., Page]) -> None:
    desk = open_as("desk")
    go(desk, "/cases/?state=closed&order=")
    first = desk.locator("[data-row] [data-open]").first
    words = first.inner_text()
    first.click()
    desk.wait_for_url("**/cases/2*-*/")
    desk.go_back()
    desk.wait_for_url("**/cases/?state=closed*")
    expect(desk.locator("[data-row] [data-open]").first).to_have_text(words)
    go(desk, "/cases/")
    desk.wait_for_url("**/cases/?state=closed*")
