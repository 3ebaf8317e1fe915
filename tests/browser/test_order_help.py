"""Help is ordered on a phone like a meal; the centre sends it, the station accepts, reports, and is rated by the code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_order_help_on_a_phone_and_rate_it(open_as: Callable[..., Page]) -> None:
    phone, centre, station = open_as(phone=True), open_as("centre"), open_as("station")
    phone.goto("/services/")
    taps = phone.locator("[data-item]")
    taps.first.click()
    phone.fill("#id_contact_phone", "13912345678")
    phone.select_option("#id_area", index=1)
    if phone.locator("#id_address").count():
        phone.fill("#id_address", "胜利路3号楼2单元")
    phone.click("form[data-order] button.btn-primary")
    phone.wait_for_url("**/services/sent/**")
    code = phone.url.rstrip("/").rsplit("/", 1)[-1]
    expect(phone.locator("[data-code]")).to_have_text(code)
    phone.click("main a.btn-primary")
    number = phone.locator("p .num").first.inner_text()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    station.goto("/services/offers/add/")
    party = station.locator("#id_party option").first.get_attribute("value") or ""
    assert party.startswith("station:")

    centre.goto("/services/dispatch/")
    centre.click("[data-propose]")
    expect(centre.locator(f"[data-line='{number}'], [data-order='{number}']").first).to_be_visible()
    centre.goto(f"/services/orders/{number}/moves/dispatch/")
    centre.select_option("#id_party", value=party)
    centre.click("form[data-move-form] button.btn-primary")
    centre.wait_for_url(f"**/services/orders/{number}/")

    station.goto("/services/lead/")
    station.locator(f"[data-sent='{number}'] [data-accept]").click()
    station.goto(f"/services/orders/{number}/moves/report_service/")
    end = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))) - dt.timedelta(minutes=1)
    station.fill("#id_started_at", f"{end - dt.timedelta(hours=1):%Y-%m-%dT%H:%M}")
    station.fill("#id_ended_at", f"{end:%Y-%m-%dT%H:%M}")
    station.fill("#id_text", "到场服务，居民满意")
    station.fill("#id_lines", "服务 1 次")
    station.click("form[data-move-form] button.btn-primary")
    station.wait_for_url(f"**/services/orders/{number}/")

    phone.goto(f"/services/track/{code}/")
    phone.locator("form[data-rate] input[value='5']").check()
    phone.click("form[data-rate] button")
    expect(phone.locator(".notice.tone-done").last).to_contain_text("5 分")


def test_menu_finds_and_says_where_nothing_is_found(open_as: Callable[..., Page]) -> None:
    page = open_as(phone=True, width=320)
    page.goto("/services/?q=理发")
    expect(page.locator("[data-item]").first).to_contain_text("理发")
    page.goto("/services/?q=修飞机")
    expect(page.locator(".empty-teach")).to_contain_text("没有找到")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
