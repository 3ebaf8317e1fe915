"""A ledger sent in, looked through, gone back to and reloaded: the browser never asks to send the file again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go, says

pytestmark = pytest.mark.browser

OURS = "留言编号,留言主题,留言时间,留言详情\n"
FOREIGN = "流水,说了什么,何时来电\n"


def send(page: Page, path: Path, words: str) -> None:
    """Choose a file with these words on the hotline's sheet and press 预览."""
    path.write_text(words, "utf-8")
    go(page, "/sheets/messages/")
    page.set_input_files("#file", str(path))
    page.locator("main").get_by_role("button", name="预览").click()


def back(page: Page, address: str) -> None:
    page.go_back()
    page.wait_for_url(address)
    page.wait_for_selector("body[data-ready]")


def test_back_and_reload_around_an_import_never_ask_for_the_file_again(open_as: Callable[..., Page], tmp_path: Path) -> None:
    desk, number = open_as("desk"), uuid4().hex[:8]
    lines = f"{number},路灯不亮,2026-03-02 09:30,迎宾路路灯不亮\n{number}x,垃圾成堆,某天,路口垃圾成堆\n"
    send(desk, tmp_path / "热线.csv", OURS + lines)
    desk.wait_for_url("**/sheets/messages/preview/**")
    desk.reload()
    says(desk, "热线.csv", "有错 1 行")
    desk.locator("main").get_by_role("button", name="只导入没有错误的行").click()
    desk.wait_for_url("**/sheets/messages/result/**")
    says(desk, "新增 1 条，更新 0 条，未导入 1 条")
    desk.reload()
    says(desk, "新增 1 条，更新 0 条，未导入 1 条")
    back(desk, "**/sheets/messages/preview/**")
    says(desk, "文件“热线.csv”已于", "不必再次导入")
    expect(desk.locator("[data-preview-result]")).to_have_count(0)
    desk.reload()
    desk.locator("[data-imported] a").click()
    desk.wait_for_url("**/sheets/messages/result/**")


def test_preview_is_found_again_from_the_columns_and_forward_from_the_upload(open_as: Callable[..., Page], tmp_path: Path) -> None:
    desk, number = open_as("desk"), uuid4().hex[:8]
    send(desk, tmp_path / "热线.csv", f"{OURS}{number},路灯不亮,2026-03-02 09:30,迎宾路路灯不亮\n")
    desk.wait_for_url("**/sheets/messages/preview/**")
    desk.locator("main").get_by_role("link", name="核对列的对应").click()
    desk.wait_for_url("**/sheets/messages/columns/**")
    back(desk, "**/sheets/messages/preview/**")
    says(desk, "共 1 行", "可导入 1 行")
    back(desk, "**/sheets/messages/")
    desk.go_forward()
    desk.wait_for_url("**/sheets/messages/preview/**")
    says(desk, "共 1 行", "可导入 1 行")


def test_columns_chosen_for_a_foreign_ledger_survive_back_and_reload(open_as: Callable[..., Page], tmp_path: Path) -> None:
    desk, number = open_as("desk"), uuid4().hex[:8]
    send(desk, tmp_path / "台账.csv", f"{FOREIGN}{number},胜利街井盖松动,2026-03-02 09:30\n")
    desk.wait_for_url("**/sheets/messages/columns/**")
    chosen = {"number": "流水", "text": "说了什么", "received_at": "何时来电"}
    for column, heading in chosen.items():
        desk.select_option(f"#column-{column}", heading)
    desk.locator("main").get_by_role("button", name="预览").click()
    desk.wait_for_url("**/sheets/messages/preview/**")
    desk.reload()
    says(desk, "可导入 1 行", "胜利街井盖松动")
    back(desk, "**/sheets/messages/columns/**")
    desk.reload()
    for column, heading in chosen.items():
        expect(desk.locator(f"#column-{column}")).to_have_value(heading)
    desk.go_forward()
    desk.wait_for_url("**/sheets/messages/preview/**")
    desk.locator("main").get_by_role("button", name="全部导入").click()
    says(desk, "已导入：新增 1 条")
    back(desk, "**/sheets/messages/preview/**")
    says(desk, "已于", "新增 1 条")


def test_back_over_a_file_that_is_no_table_shows_its_sentence(open_as: Callable[..., Page], tmp_path: Path) -> None:
    desk, number = open_as("desk"), uuid4().hex[:8]
    send(desk, tmp_path / "网页.csv", "<html><table></table></html>")
    desk.wait_for_url("**/sheets/messages/preview/**")
    says(desk, "网页文件")
    (tmp_path / "热线.csv").write_text(f"{OURS}{number},路灯不亮,2026-03-02 09:30,迎宾路路灯不亮\n", "utf-8")
    desk.set_input_files("#file", str(tmp_path / "热线.csv"))
    desk.locator("main").get_by_role("button", name="预览").click()
    says(desk, "可导入 1 行")
    back(desk, "**/sheets/messages/preview/**")
    says(desk, "网页文件")
