"""The duty desk's day: triage, handing over, verifying, many at once; every job with the taps it may cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Finger, choose, enter, go, handed_over, mended, move, says

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(open_as: Callable[..., Page]) -> Page:
    return open_as("desk")


def opened(desk: Page, number: str) -> Finger:
    """The case's page with nothing tapped yet."""
    go(desk, f"/cases/{number}/")
    return Finger(desk)


def test_accept_and_dispatch_to_the_suggested_unit_in_four_clicks(desk: Page) -> None:
    number = enter(desk, "新华中路公交站旁垃圾箱满溢，请尽快清运。")
    finger = opened(desk, number)
    finger.tap("[data-move=accept]")
    finger.open("[data-move-form=accept] button.btn-primary", f"**/cases/{number}/")
    says(desk, "待交办")
    suggested = desk.locator("[data-duty] strong").first.inner_text()
    finger.tap("[data-move=dispatch]")
    chosen = desk.locator("[data-move-form=dispatch] select[name=unit] option:checked").first
    expect(chosen).not_to_have_text("")
    assert suggested.endswith(chosen.inner_text())
    finger.open("[data-move-form=dispatch] button.btn-primary", f"**/cases/{number}/")
    says(desk, "待签收", chosen_unit(suggested))
    assert finger.taps == 4


def chosen_unit(words: str) -> str:
    return words.split("：", 1)[-1]


def test_reject_with_a_reason_in_two_clicks(desk: Page) -> None:
    number = enter(desk, "反映邻居家狗叫，深夜扰民。")
    finger = opened(desk, number)
    finger.tap("[data-move=reject]")
    desk.fill("[data-move-form=reject] [name=reason]", "属治安管理事项，已转告反映人拨打 110。")
    finger.open("[data-move-form=reject] button.btn-danger", f"**/cases/{number}/")
    says(desk, "不予受理", "属治安管理事项")
    assert finger.taps == 2


def test_merge_into_an_open_case_in_two_clicks(desk: Page) -> None:
    first, second = enter(desk, "迎宾路口窨井盖松动，车过就响。"), enter(desk, "迎宾路口井盖响，晚上睡不着。")
    finger = opened(desk, second)
    finger.tap("[data-move=merge]")
    desk.fill("[data-move-form=merge] [name=primary]", first)
    finger.open("[data-move-form=merge] button.btn-primary", f"**/cases/{second}/")
    says(desk, "并案", first)
    desk.locator("main").get_by_role("link", name=first).first.click()
    desk.wait_for_url(f"**/cases/{first}/")
    says(desk, second)


def test_merge_into_an_unknown_number_keeps_what_was_typed(desk: Page) -> None:
    number = enter(desk, "胜利街人行道地砖松动。")
    finger = opened(desk, number)
    finger.tap("[data-move=merge]")
    desk.fill("[data-move-form=merge] [name=primary]", "2099-999999")
    desk.fill("[data-move-form=merge] [name=note]", "同一处")
    finger.tap("[data-move-form=merge] button.btn-primary")
    expect(desk.locator("[data-move-form=merge]")).to_contain_text("没有这个编号的案件")
    expect(desk.locator("[data-move-form=merge] [name=note]")).to_have_value("同一处")


def test_verify_fails_then_passes_in_two_clicks_each(desk: Page, open_as: Callable[..., Page], photo: Path) -> None:
    number = handed_over(desk, "体育大道绿化带内有大量白色垃圾。")
    liaison = open_as("liaison")
    move(liaison, number, "sign")
    move(liaison, number, "resolve", lambda page: mended(page, photo))
    finger = opened(desk, number)
    finger.tap("[data-move=verify_fail]")
    desk.fill("[data-move-form=verify_fail] [name=note]", "东头还剩两袋没有清走。")
    finger.open("[data-move-form=verify_fail] button.btn-danger", f"**/cases/{number}/")
    says(desk, "整改中", "返工 1 次")
    move(liaison, number, "resolve", lambda page: mended(page, photo))
    finger = opened(desk, number)
    finger.tap("[data-move=verify_pass]")
    finger.open("[data-move-form=verify_pass] button.btn-primary", f"**/cases/{number}/")
    says(desk, "已销号")
    assert finger.taps == 2


def test_bulk_acceptance_from_a_filtered_list(desk: Page) -> None:
    words = "批量受理：文化路沿街店铺门前"
    numbers = [
        enter(desk, f"{words}第 {n} 处堆物。", issue_class=issue) for n, issue in ((1, "垃圾站（箱）满溢"), (2, ""))
    ]
    go(desk, f"/cases/?state=reported&q={words}")
    finger = Finger(desk)
    finger.tap("[data-bulk-all]")
    expect(desk.locator("[data-bulk-count]")).to_have_text("2")
    finger.tap("[data-bulk-bar] button[value=accept]")
    finger.agree()
    desk.wait_for_url("**/batches/*/")
    says(desk, "成功 1 条，1 条未办", numbers[0], numbers[1], "还没有定问题类别")
    finger.open(desk.get_by_role("link", name="返回列表"), "**/cases/?*state=reported*")
    says(desk, numbers[1])
    assert finger.taps == 4


def test_a_problem_of_the_inbox_is_one_click_away(desk: Page) -> None:
    enter(desk, "收件箱：世纪大道路灯不亮。")
    go(desk, "/inbox/")
    finger = Finger(desk)
    title = desk.locator("[data-group] [data-open]").first
    words = title.inner_text()
    finger.open(title, "**/cases/2*-*/")
    expect(desk.locator("h1")).to_have_text(words)
    assert desk.locator("[data-move]").count() >= 1
    assert finger.taps == 1


def test_answering_a_resident(desk: Page, open_as: Callable[..., Page]) -> None:
    resident = open_as(phone=True)
    go(resident, "/report/")
    resident.fill("textarea[name=text]", "答复测试：明珠公园长椅断了一根横档。")
    resident.fill("input[name=address]", "明珠公园")
    resident.locator("form[data-report] button[type=submit]").click()
    resident.wait_for_url("**/report/sent/**")
    code = resident.url.rstrip("/").rsplit("/", 1)[-1]
    go(desk, "/cases/?q=答复测试")
    desk.locator("[data-open]").first.click()
    desk.wait_for_url("**/cases/2*-*/")
    desk.fill("[name=text]", "已安排园林部门更换，三天内完成。")
    desk.get_by_role("button", name="发出答复").click()
    says(desk, "已答复市民")
    go(resident, f"/track/{code}/")
    says(resident, "三天内完成")


def test_dispatch_page_without_scripts_asks_for_a_unit(desk: Page) -> None:
    number = enter(desk, "无规则测试：某处问题。")
    move(desk, number, "accept", lambda page: choose(page, "issue_class", "垃圾站（箱）满溢"))
    go(desk, f"/cases/{number}/moves/dispatch/")
    desk.locator("main select[name=unit]").select_option("")
    desk.locator("main form").last.evaluate("form => { form.noValidate = true; form.removeAttribute('hx-post'); }")
    desk.locator("[data-move-form] button.btn-primary").click()
    says(desk, "主办单位")
    expect(desk.locator(".field-error, [role=alert]").first).to_be_visible()
