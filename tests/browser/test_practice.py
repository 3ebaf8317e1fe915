"""Civilisation practice at work: a resident looks around, a station keeps its own, the centre keeps the registers."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from stdnum.cn import uscc

from tests.browser.steps import Finger, choose, go, says, submit

pytestmark = pytest.mark.browser
OpenAs = Callable[..., Page]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_a_resident_finds_the_stations_near_by_without_signing_in(open_as: OpenAs) -> None:
    page = open_as(None, phone=True)
    go(page, "/")
    finger = Finger(page)
    finger.open(page.get_by_role("link", name="活动、点单、当志愿者"), "**/helping/")
    says(page, "站点在哪里", "怎么参加", "新时代文明实践中心", "品牌项目", "孝老饭庄")
    page.locator("main select[name=area]").select_option(label="雄关街道", force=True)
    finger.open(page.get_by_role("button", name="看我附近的"), "**/helping/?area=*")
    says(page, "新时代文明实践站", "清除后看全市")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-map][data-map-ready]", timeout=60_000)
    finger.open(page.locator("main .list-group a.fw-bold").nth(1), "**/helping/stations/*/")
    says(page, "开放时间", "地址")
    assert page.evaluate(TOO_WIDE) <= 0 and "sessionid" not in {one["name"] for one in page.context.cookies()}


def test_a_station_keeps_its_hours_and_founds_a_team(open_as: OpenAs) -> None:
    page = open_as("station", phone=True)
    go(page, "/inbox/")
    assert page.url.endswith("/practice/")
    says(page, "我们管理的阵地", "我们的队伍")
    page.locator("main a", has_text="新时代文明实践所").first.click()
    page.wait_for_url("**/practice/stations/*/")
    page.get_by_role("link", name="修改").click()
    page.wait_for_url("**/edit/")
    assert page.locator("main [name=level]").count() == 0
    page.fill("main [name=hours]", "每天 8:00-21:00")
    submit(page)
    page.wait_for_url("**/practice/stations/*/")
    says(page, "每天 8:00-21:00")
    go(page, "/practice/")
    page.get_by_role("link", name="新增队伍").click()
    page.wait_for_url("**/practice/teams/add/?station=*")
    page.fill("main [name=name]", "楼院浏览器测试互助队")
    page.fill("main [name=founded_on]", "2026-03-01")
    submit(page)
    page.wait_for_url("**/practice/teams/D*/")
    says(page, "楼院浏览器测试互助队", "志愿服务队")
    assert page.evaluate(TOO_WIDE) <= 0


def test_the_centre_registers_an_organisation_with_its_credit_code(open_as: OpenAs) -> None:
    page = open_as("centre")
    go(page, "/practice/board/")
    says(page, "志愿服务组织数", "阵地分布")
    page.locator("a.figure", has_text="志愿服务组织数").click()
    page.wait_for_url("**/figures/teams.organisations/**")
    go(page, "/practice/organisations/add/")
    page.fill("main [name=name]", "浏览器测试公益协会")
    choose(page, "kind", "登记注册")
    body = f"52620200MJ{secrets.randbelow(10**6):06d}T"
    code = body + uscc.calc_check_digit(body)
    page.fill("main [name=credit_code]", body + ("0" if code[-1] != "0" else "1"))
    page.fill("main [name=founded_on]", "2026-03-01")
    submit(page)
    expect(page.locator(".field-error")).to_contain_text("末位是校验码")
    page.fill("main [name=credit_code]", f"{code[:4]} {code[4:].lower()}")
    submit(page)
    page.wait_for_url("**/practice/organisations/O*/")
    says(page, code)
    page.locator("summary", has_text="登记孵化").click()
    choose(page, "station", "新时代文明实践中心") if page.locator("main select[name=station]").is_visible() else page.locator("main select[name=station]").select_option("WM00", force=True)
    page.fill("main [name=since]", "2026-04-01")
    page.locator("form[action='moves/incubate/'] button.btn-primary").click()
    expect(page.locator("main dl")).to_contain_text("2026-04-01—至今")
    go(page, "/practice/organisations/?incubating=on&q=浏览器测试")
    says(page, "浏览器测试公益协会")


def test_what_a_joint_meeting_decided_is_done_by_its_unit(open_as: OpenAs) -> None:
    centre = open_as("centre")
    go(centre, "/practice/meetings/add/")
    centre.fill("main [name=title]", "浏览器测试联席会议")
    centre.fill("main [name=held_on]", "2026-03-02")
    submit(centre)
    centre.wait_for_url("**/practice/meetings/LX*/")
    centre.locator("summary", has_text="登记议定事项").click()
    centre.fill("main [name=text]", "清洗广场座椅")
    centre.locator("main select[name=unit]").select_option("sanitation", force=True)
    centre.fill("main [name=due_on]", "2026-03-20")
    centre.locator("form[action='moves/add_decision/'] button.btn-primary").click()
    says(centre, "清洗广场座椅", "已逾期")
    liaison = open_as("liaison", phone=True)
    go(liaison, centre.url)
    liaison.get_by_role("link", name="清洗广场座椅").click()
    liaison.fill("main [name=outcome]", "已全部清洗")
    liaison.fill("main [name=on]", "2026-03-19")
    liaison.get_by_role("button", name="登记完成").click()
    liaison.wait_for_url("**/practice/meetings/LX*/")
    says(liaison, "已完成")


def test_a_lecture_matrix_unfolds_by_keyboard(open_as: OpenAs) -> None:
    page = open_as("auditor")
    go(page, "/practice/trees/")
    fold = page.locator("details", has_text="专家学者宣讲团")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(fold.locator("li").first).to_be_visible()
    assert page.locator("main a.btn", has_text="新增").count() == 0


def test_figures_of_helping_stand_on_a_tab_of_their_own(open_as: OpenAs) -> None:
    page = open_as("leader")
    go(page, "/figures/")
    assert page.locator("a.figure", has_text="志愿服务队伍数").count() == 0
    page.get_by_role("link", name="文明实践", exact=True).last.click()
    page.wait_for_url("**/figures/?theme=helping*")
    says(page, "志愿服务队伍数", "宣讲小分队数")
    page.get_by_role("button", name="查看").click()
    assert "theme=helping" in page.url
    assert page.locator("a.figure", has_text="发现问题").count() == 0
