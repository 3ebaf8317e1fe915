"""A volunteer chooses something for points and shows a code; somebody else hands over; points come and go on the statement."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser


def test_a_volunteer_shows_a_code_and_the_centre_hands_over(open_as: Callable[..., Page]) -> None:
    centre, volunteer = open_as("centre"), open_as("volunteer", phone=True)
    go(centre, "/points/shops/")
    centre.locator("main a[data-open]").first.click()
    centre.wait_for_selector("body[data-ready]")
    centre.get_by_role("link", name="新的兑换物品").first.click()
    centre.wait_for_selector("body[data-ready]")
    centre.get_by_label("物品或服务").fill("环保袋")
    centre.get_by_label("所需积分").fill("1")
    centre.get_by_label("库存").fill("5")
    centre.get_by_role("button", name="保存").click()
    centre.wait_for_selector("text=环保袋")

    go(volunteer, "/points/")
    before = float(volunteer.locator("[data-balance]").inner_text())
    assert before >= 1, "the volunteer of the sample city has points"
    go(volunteer, "/points/rewards/")
    volunteer.get_by_role("link", name="环保袋").click()
    volunteer.wait_for_selector("body[data-ready]")
    volunteer.get_by_role("button", name="出示兑换码").click()
    volunteer.wait_for_selector("[data-code]")
    code = volunteer.locator("[data-code]").inner_text()

    go(centre, "/points/counter/")
    centre.get_by_label("兑换码").fill("ABCD-EFGH")
    centre.get_by_role("button", name="核对").click()
    expect(centre.locator("main")).to_contain_text("兑换码不对或已过期")
    centre.get_by_label("兑换码").fill(code.lower())
    centre.get_by_role("button", name="核对").click()
    expect(centre.locator("[data-voucher]")).to_contain_text("环保袋")
    centre.get_by_role("button", name="交付并扣分").click()
    expect(centre.locator("body")).to_contain_text("已兑换：环保袋")

    go(volunteer, "/points/")
    assert float(volunteer.locator("[data-balance]").inner_text()) == before - 1
    expect(volunteer.locator("main")).to_contain_text("兑换")

    go(centre, "/points/books/?kind=redeem")
    centre.locator("main a[data-open]").first.click()
    centre.wait_for_selector("body[data-ready]")
    centre.get_by_label("原因").fill("物品破损")
    centre.get_by_label("物品已收回，加回库存").check()
    centre.locator("form[action$='/reverse/'] button").click()
    centre.locator("#confirm-dialog button[value=ok]").click()
    centre.wait_for_selector("text=所冲正的账")
    go(volunteer, "/points/")
    assert float(volunteer.locator("[data-balance]").inner_text()) == before


def test_whoever_is_no_volunteer_has_no_points(open_as: Callable[..., Page]) -> None:
    page = open_as("desk", hears=False)
    go(page, "/inbox/")
    expect(page.locator("#sidebar")).not_to_contain_text("我的积分")
    answer = page.request.get("/points/")
    assert answer.status == 403
