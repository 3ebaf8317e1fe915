"""Grid worker, city leader, auditor, administrator and a program: what each came for."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Finger, choose, go, handed_over, says

pytestmark = pytest.mark.browser


def test_grid_worker_reports_and_mends_on_the_spot_in_five_taps(open_as: Callable[..., Page], photo: Path) -> None:
    grid = open_as("grid", phone=True)
    go(grid, "/inbox/")
    finger = Finger(grid)
    finger.open(grid.locator("main").get_by_role("link", name="登记问题").first, "**/cases/new/")
    grid.fill("[name=description]", "楼道口堆放纸箱，已当场请住户搬走。")
    grid.fill("[name=address]", "3 号楼 2 单元")
    finger.shoot("main input[type=file]", photo)
    finger.open("main form button.btn-primary", "**/cases/2*-*/")
    finger.tap("[data-move=fix_on_the_spot]")
    grid.fill("[data-move-form=fix_on_the_spot] [name=note]", "已请住户搬走纸箱。")
    finger.open("[data-move-form=fix_on_the_spot] button.btn-primary", "**/cases/2*-*/")
    says(grid, "已销号", "立整立改")
    assert finger.taps == 5


def test_city_leader_goes_from_the_board_to_exactly_the_records_of_a_number(open_as: Callable[..., Page]) -> None:
    leader = open_as("leader")
    go(leader, "/inbox/")
    assert leader.url.endswith("/board/")
    finger = Finger(leader)
    figure = leader.locator("[data-headline] a.figure").last
    count = int(re.search(r"\d+", figure.locator(".figure-value").inner_text())[0])  # type: ignore[index]
    finger.open(figure, "**/figures/**")
    shown = leader.locator("[data-row]")
    assert count > 0
    expect(shown).to_have_count(min(count, 50))
    finger.open(shown.first.locator("[data-open]"), "**/cases/2*-*/")
    leader.go_back()
    leader.wait_for_url("**/figures/**")
    leader.go_back()
    leader.wait_for_url("**/board/")
    assert finger.taps == 2


def test_city_leader_on_the_phone(open_as: Callable[..., Page]) -> None:
    leader = open_as("leader", phone=True)
    go(leader, "/board/")
    expect(leader.locator("[data-headline] .figure")).to_have_count(4)
    finger = Finger(leader)
    finger.open(leader.locator("[data-headline] a.figure").first, "**/figures/**")
    says(leader, "分子", "分母")


def test_auditor_reads_all_and_finds_no_button_that_changes(open_as: Callable[..., Page]) -> None:
    number = handed_over(open_as("desk"), "审计测试：垃圾箱满溢。")
    auditor = open_as("auditor")
    for address in (f"/cases/{number}/", "/cases/", "/places/at/", "/places/duties/", "/inspections/", "/people/users/", "/settings/",
                    "/settings/calendar/", "/standards/editions/", "/standards/classes/", "/sheets/"):  # fmt: skip
        go(auditor, address)
        assert auditor.locator("main [data-move]").count() == 0, address
        forms = auditor.locator("main form[method=post]:not([action='/cases/bulk/']) button:visible")
        assert forms.count() == 0, f"{address}: {forms.all_inner_texts()}"
        assert auditor.locator("form[action='/cases/bulk/'] [data-bulk-bar] button").count() == 0, address
    go(auditor, f"/cases/{number}/")
    finger = Finger(auditor)
    finger.open(auditor.get_by_role("link", name="操作日志"), f"**/cases/{number}/journal/")
    for words in ("受理", "交办"):
        says(auditor, words)
    assert finger.taps == 1


def test_administrator_sees_no_business_and_retries_what_failed(
    open_as: Callable[..., Page], city: str, city_data: Path
) -> None:
    admin = open_as("admin", hears=False)
    go(admin, "/inbox/")
    assert admin.url.endswith("/system/")
    for address in ("/cases/", "/board/", "/map/", "/cases/new/", "/search/?q=垃圾"):
        answer = admin.goto(address)
        assert answer and answer.status in (403, 404), address
    a_delivery_fails(city_data / "city.sqlite3")
    go(admin, "/system/")
    failed = admin.locator("[data-delivery]")
    count = failed.count()
    assert count >= 1
    finger = Finger(admin)
    finger.tap(failed.first.get_by_role("button", name="重试"))
    expect(failed).to_have_count(count - 1)
    finger.tap(admin.get_by_role("button", name="马上运行").first)
    admin.wait_for_selector("body[data-ready]")
    finger.tap(admin.get_by_role("button", name="核验日志"))
    admin.wait_for_selector("body[data-ready]")
    expect(admin.locator("[role=status], .alert, .notice").first).to_be_visible()
    assert finger.taps == 3


def a_delivery_fails(database: Path) -> None:
    """What the worker leaves when a handler gave up: no page can bring that about."""
    with sqlite3.connect(database, timeout=30) as city:
        event, at = city.execute("SELECT id, at FROM kernel_outboxevent ORDER BY id DESC LIMIT 1").fetchone()
        city.execute(
            "INSERT INTO kernel_delivery (event_id, handler, state, attempts, next_at, error) VALUES (?, ?, 'failed', 9, ?, ?)",
            (event, "browser.tell_neighbours", at, "Traceback: no route to host"),
        )


def test_administrator_adds_a_person_and_moves_them_on(open_as: Callable[..., Page]) -> None:
    admin = open_as("admin")
    go(admin, "/people/users/add/")
    finger = Finger(admin)
    admin.fill("main [name=username]", "browser.person")
    admin.fill("main [name=name]", "测试人员")
    finger.choose("unit", "sanitation")
    finger.choose("role", "liaison")
    finger.tap("main form button.btn-primary")
    expect(admin.locator("#once")).to_be_visible()
    assert finger.taps == 3
    go(admin, "/people/users/browser.person/")
    expect(admin.locator("#once")).to_have_count(0)
    admin.get_by_text("增加任职").click()
    choose(admin, "unit", "water_affairs")
    choose(admin, "role", "unit_leader")
    admin.get_by_role("button", name="任职", exact=True).click()
    admin.wait_for_selector("body[data-ready]")
    says(admin, "单位负责人")
    admin.get_by_role("button", name="停用账号").click()
    admin.click("#confirm-dialog button[value=ok]")
    says(admin, "已停用")
    admin.get_by_role("button", name="重新启用").click()
    says(admin, "已重新启用")


def test_program_gets_a_token_that_works_until_revoked(open_as: Callable[..., Page], city: str) -> None:
    office = open_as("office")
    go(office, "/people/users/add/")
    office.fill("main [name=username]", "browser.program")
    office.fill("main [name=name]", "数据接口")
    choose(office, "unit", "office")
    choose(office, "role", "api")
    office.locator("main form button.btn-primary").last.click()
    says(office, "不设登录密码")
    go(office, "/people/users/browser.program/")
    office.fill("main input[name=name]", "城市大脑")
    office.get_by_role("button", name="签发").click()
    token = office.locator("#once").inner_text().strip()
    assert cases_with(office, city, token)["status"] == 200
    go(office, "/people/users/browser.program/")
    assert token not in office.content()
    office.get_by_role("button", name="作废").click()
    office.click("#confirm-dialog button[value=ok]")
    says(office, "令牌已作废")
    refused = cases_with(office, city, token)
    assert (refused["status"], refused["type"]) == (401, "application/problem+json")


def cases_with(page: Page, city: str, token: str) -> dict[str, object]:
    """The list of cases as a program asks for it, without anybody's cookies."""
    program = page.context.browser.new_context()  # type: ignore[union-attr]
    answer = program.request.get(f"{city}/api/v1/cases?limit=1", headers={"Authorization": f"Bearer {token}"})
    found = {
        "status": answer.status,
        "type": answer.headers["content-type"].split(";")[0],
        "body": json.loads(answer.body()),
    }
    program.close()
    return found
