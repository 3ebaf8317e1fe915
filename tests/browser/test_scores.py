"""A unit objects to its scorecard, the office rules, and the card changes while the old one stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser


def test_unit_objects_office_rules_card_changes(open_as: Callable[..., Page]) -> None:
    unit, office = open_as("liaison", phone=True), open_as("office")
    month = f"{dt.date.today().replace(day=1) - dt.timedelta(days=1):%Y-%m}"
    go(unit, "/scores/")
    unit.locator(f"main a[href^='/scores/{month}/units/']").first.click()
    unit.wait_for_selector("body[data-ready]")
    card = unit.url
    expect(unit.locator("main")).to_contain_text("申诉截止")
    unit.locator("main a[href*='/records/closure/?part=all']").first.click()
    unit.wait_for_selector("body[data-ready]")
    box = unit.locator("main input[name=case]").first
    number = str(box.get_attribute("value"))
    box.check()
    unit.get_by_role("button", name="对勾选的案件申诉").click()
    unit.wait_for_url("**/object/?**")
    unit.wait_for_selector("body[data-ready]")
    expect(unit.get_by_label("不应计入的案件编号")).to_have_value(number)
    expect(unit.get_by_label("指标")).to_have_value("closure")
    unit.get_by_label("申诉理由").fill("该点位已移交园林部门管护。")
    unit.get_by_role("button", name="提交申诉").click()
    unit.wait_for_url("**/scores/objections/*/")
    expect(unit.locator("main")).to_contain_text("待裁定")
    expect(unit.get_by_role("button", name="申诉成立")).to_have_count(0)

    go(office, "/scores/objections/")
    office.goto(unit.url)
    office.wait_for_selector("body[data-ready]")
    office.get_by_label("裁定意见").fill("移交文件属实，不计入。")
    office.get_by_role("button", name="申诉成立", exact=True).click()
    office.wait_for_selector("text=已裁定")
    expect(office.locator("main")).to_contain_text("不计入")

    unit.goto(card)
    unit.wait_for_selector("body[data-ready]")
    expect(unit.locator("main")).to_contain_text("各版得分卡")
    expect(unit.locator("main")).to_contain_text("申诉成立，不计入")
    unit.locator("main a[href*='?revision=1']").first.click()
    unit.wait_for_selector("body[data-ready]")
    expect(unit.locator("main")).to_contain_text("这是旧的一版")
