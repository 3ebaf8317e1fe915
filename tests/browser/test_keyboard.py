"""Everything without a mouse: signing in, the inbox, a move, a filter, a report; and one always sees where one is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import enter, go, says

pytestmark = pytest.mark.browser
FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
  const marked = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
  return {tag: e.tagName, name: e.getAttribute('name') || '', href: e.getAttribute('href') || '', move: e.dataset.move || '',
          text: (e.innerText || e.getAttribute('aria-label') || '').trim(), type: e.getAttribute('type') || '',
          marked, inside: r.width > 0 && r.bottom > 0 && r.top < innerHeight};
}"""


def tab_to(page: Page, wanted: Callable[[dict[str, str]], bool], most: int = 80) -> dict[str, str]:
    """Press Tab until the wanted thing has the focus, unless it has it already; each stop on the way must be seen."""
    if wanted(at := page.evaluate(FOCUS)):
        return dict(at)
    for _step in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at["tag"] == "BODY":
            continue
        assert at["inside"], f"focus is out of sight on {at}"
        assert at["marked"], f"focus is not marked on {at}"
        if wanted(at):
            return dict(at)
    raise AssertionError(f"{most} times Tab did not lead there")


def test_sign_in_open_the_inbox_and_reject_a_case(open_as: Callable[..., Page]) -> None:
    number = enter(open_as("desk"), "键盘测试：重复反映的问题。")
    page = open_as()
    go(page, "/accounts/login/")
    tab_to(page, lambda at: at["name"] == "login")
    page.keyboard.type("desk")
    tab_to(page, lambda at: at["name"] == "password")
    page.keyboard.type("yipanqi-demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/")
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.row-current")).to_have_count(1)
    assert page.evaluate(FOCUS)["tag"] == "TR"
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/2*-*/")
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: f"/cases/{number}/" in url or "/search/" in url)
    go(page, f"/cases/{number}/")
    tab_to(page, lambda at: at["move"] == "reject")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-move-form=reject]")
    page.wait_for_selector("[data-move-form=reject] :focus")  # an opened form takes the focus
    tab_to(page, lambda at: at["name"] == "reason")
    page.keyboard.type("与前一件重复。")
    tab_to(page, lambda at: at["tag"] == "BUTTON" and at["text"] == "不予受理")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{number}/")
    says(page, "与前一件重复")


def test_skip_link_leads_to_the_content(open_as: Callable[..., Page]) -> None:
    page = open_as("desk")
    go(page, "/cases/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["href"] == "#content"
    assert page.evaluate(FOCUS)["inside"]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_filter_a_list_and_choose_rows(open_as: Callable[..., Page]) -> None:
    page = open_as("desk")
    go(page, "/cases/?order=due")
    if not page.locator("details[open] .filter-bar").count():
        tab_to(page, lambda at: at["tag"] == "SUMMARY" and at["text"] == "筛选")
        page.keyboard.press("Enter")
    tab_to(page, lambda at: at["name"] == "state")
    while page.locator("[name=state]").input_value() != "resolved":
        page.keyboard.press("ArrowDown")
    tab_to(page, lambda at: at["tag"] == "BUTTON" and at["text"] == "筛选")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?*state=resolved*")
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()


def test_report_a_problem(open_as: Callable[..., Page]) -> None:
    page = open_as()
    go(page, "/")
    tab_to(page, lambda at: at["href"] == "/report/" and "随手拍" in at["text"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/")
    page.wait_for_selector("form[data-report-ready]")
    tab_to(page, lambda at: at["name"] == "text")
    page.keyboard.type("键盘上报：路灯不亮。")
    tab_to(page, lambda at: at["name"] == "address")
    page.keyboard.type("新华中路 12 号门前")
    tab_to(page, lambda at: at["tag"] == "BUTTON" and at["text"] == "提交")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/sent/**")


def test_question_before_a_step_holds_and_gives_back_the_focus(open_as: Callable[..., Page]) -> None:
    page = open_as("office")
    go(page, "/people/users/liaison/")
    button = page.get_by_role("button", name="停用账号")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm-dialog")).to_be_visible()
    for _step in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('main')"), "the focus leaves the open question"
    page.keyboard.press("Escape")
    expect(page.locator("#confirm-dialog")).to_be_hidden()
    assert button.evaluate("e => e === document.activeElement"), "the focus is lost after the question"
