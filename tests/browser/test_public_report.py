"""A resident's report in a real browser: photos sent while writing, position from photo, phone and map, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from yipanqi.files.tests.photos import camera_exif, jpeg

pytestmark = pytest.mark.browser


def test_report_with_photo_map_and_a_mistake(open_as: Callable[..., Page], tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jpg", tmp_path / "bad.jpg"
    good.write_bytes(jpeg(320, 240, exif=camera_exif()))
    bad.write_bytes(b"no photo at all")
    page = open_as(phone=True)
    page.goto("/report/")
    page.wait_for_selector("form[data-report-ready]")
    page.set_input_files("#id_photo_files", [str(good), str(bad)])
    expect(page.locator("[data-photo-tile] img")).to_have_count(1)
    expect(page.locator("[data-photo-status]")).to_contain_text("bad.jpg：这个文件不是照片")
    expect(page.locator("[data-where-status]")).to_contain_text("已从照片里读出位置")
    page.click("[data-open-map]")
    page.wait_for_selector("[data-map-ready]")
    page.locator("[data-map-pick] canvas").click(position={"x": 120, "y": 120})
    expect(page.locator("[data-where-status]")).to_contain_text("已在地图上标出位置")
    chosen = page.input_value("#id_lon")
    page.click("form[data-report] button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("#id_lon") == chosen
    expect(page.locator("[data-photo-tile] img")).to_have_count(1)
    page.fill("#id_text", "小区东门外垃圾桶满了")
    page.click("form[data-report] button[type=submit]")
    page.wait_for_url("**/report/sent/**")
    expect(page.locator("[data-code]")).to_have_text(page.url.rstrip("/").rsplit("/", 1)[-1])


FULL_ONCE = """() => {
  const send = window.fetch; window.sent = 0;
  window.fetch = (...asked) => ++window.sent > 1 ? send(...asked)
    : Promise.resolve(new Response("<p data-sentence>服务器磁盘已满</p>", {status: 503, headers: {"Retry-After": "1"}}));
}"""


def test_report_while_the_server_cannot_save_is_kept_and_sent_again_by_itself(open_as: Callable[..., Page]) -> None:
    page = open_as(phone=True)
    page.goto("/report/")
    page.wait_for_selector("form[data-report-ready]")
    page.evaluate(FULL_ONCE)
    page.fill("#id_text", "路灯不亮，走路看不见")
    page.fill("#id_address", "新华路口")
    page.click("form[data-report] button[type=submit]")
    expect(page.locator("[data-send-problem]")).to_contain_text("服务器暂时不能保存")
    assert page.input_value("#id_text") == "路灯不亮，走路看不见"
    page.wait_for_url("**/report/sent/**")
