"""The desk is suggested classes, taps one, and the acceptance keeps what was suggested; without scripts the tap is a link."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import enter, go
from tests.browser.test_lookup import chosen

pytestmark = pytest.mark.browser


def test_a_tap_fills_the_class_of_the_accept_form(open_as: Callable[..., Page]) -> None:
    page = open_as("desk")
    page.set_viewport_size({"width": 1366, "height": 900})
    number = enter(page, "建议测试：巷口的路灯不亮，晚上漆黑一片。", issue_class="")
    suggestions = page.locator("[data-suggestions]")
    expect(suggestions).to_contain_text("仅供参考")
    lamps = suggestions.get_by_role("button").filter(has_text="路灯异常")
    expect(lamps).to_have_attribute("href", f"/cases/{number}/moves/accept/?issue_class=GB%2FT+47678.5-2026%7Ccomponent_anomaly%7C01037")
    page.get_by_role("link", name="受理", exact=True).or_(page.get_by_role("button", name="受理", exact=True)).first.click()
    form = page.locator("[data-move-form=accept]")
    expect(form).to_be_visible()
    assert chosen(page, "issue_class") == []  # nothing is chosen before the desk does
    form.get_by_label("说明").fill("先写的说明不会丢")
    form.locator("[data-suggestions]").get_by_role("button").filter(has_text="路灯异常").click()
    assert "路灯异常" in chosen(page, "issue_class")[0]
    expect(form.get_by_label("说明")).to_have_value("先写的说明不会丢")
    expect(page.get_by_role("combobox", name="问题类别")).to_have_value("01037 路灯异常")
    form.get_by_role("button", name="受理", exact=True).click()
    page.wait_for_url(f"**/cases/{number}/")
    expect(page.locator("main")).to_contain_text("待交办")
    expect(page.locator("[data-suggestions]")).to_have_count(0)


def test_an_auditor_reads_how_good_suggestions_are(open_as: Callable[..., Page]) -> None:
    page = open_as("auditor")
    go(page, "/suggestions/")
    expect(page.get_by_role("heading", name="建议准确情况")).to_be_visible()
    expect(page.locator("main")).to_contain_text(re.compile("只按问题类别的名称和常用说法|检验：首选正确率"))  # before the first learning, and after
