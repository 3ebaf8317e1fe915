"""An inspector with a phone in one hand: a round of places, a failing item with its photo, the score, a verification."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Finger, go, handed_over, mended, move, says

pytestmark = pytest.mark.browser
UNDONE = "main a[href*='/m/c/']:not(:has(.badge)):not(:has-text('已检查')):not(:has-text('检查中'))"


@pytest.fixture
def inspector(open_as: Callable[..., Page]) -> Page:
    """An inspector's phone; the second one's, so that the first one's round stays as it was."""
    page = open_as("inspector02", phone=True)
    go(page, "/m/")
    return page


def test_passing_place_takes_three_taps_and_scores_a_hundred(inspector: Page) -> None:
    finger = Finger(inspector)
    finger.open(inspector.locator(UNDONE).first, "**/m/c/**")
    place = inspector.url
    finger.open("[data-tap=pass-rest]", place)
    expect(inspector.locator("[data-tap=finish]")).to_be_visible()
    finger.open("[data-tap=finish]", place)
    expect(inspector.locator("[data-score]")).to_have_text("100")
    assert finger.taps == 3


def test_three_places_in_a_row_take_three_taps_each_and_the_way_back(inspector: Page) -> None:
    finger = Finger(inspector)
    for _number in range(3):
        finger.open(inspector.locator(UNDONE).first, "**/m/c/**")
        finger.tap("[data-tap=pass-rest]")
        finger.tap("[data-tap=finish]")
        expect(inspector.locator("[data-score]")).to_have_text("100")
        finger.open(inspector.get_by_role("link", name="下一个点位"), "**/m/")
    assert finger.taps == 3 * 4


def test_failing_item_with_photo_and_words_opens_a_case_and_lowers_the_score(inspector: Page, photo: Path) -> None:
    finger = Finger(inspector)
    finger.open(inspector.locator(UNDONE).first, "**/m/c/**")
    place = inspector.url
    item = inspector.locator("[data-item]").filter(has=inspector.locator("[data-tap=pass]")).first
    code = item.get_attribute("data-item")
    if item.locator("[data-tap=fail]").count():
        finger.open(item.locator("[data-tap=fail]"), "**/fail/**")
    elif item.get_by_role("link", name="C", exact=True).count():
        finger.open(item.get_by_role("link", name="C", exact=True), "**/fail/**")
    else:
        finger.tap(item.get_by_label("增加"))
        finger.open(inspector.locator(f"#item-{code} [data-tap=fail]"), "**/fail/**")
    finger.shoot("input[name=photo_files][capture]", photo)
    expect(inspector.locator("#shot img")).to_be_visible()
    inspector.fill("#note", "入口北侧堆着两袋垃圾。")
    finger.tap("[data-tap=file]")
    inspector.wait_for_url(lambda url: url.startswith(place) and "/fail/" not in url)
    says(inspector, "入口北侧堆着两袋垃圾")
    number = inspector.locator(f"#item-{code} a.num").inner_text()
    assert re.fullmatch(r"\d{4}-\d{6}", number)
    finger.tap("[data-tap=pass-rest]")
    finger.tap("[data-tap=finish]")
    assert 0 <= float(inspector.locator("[data-score]").inner_text()) < 100
    says(inspector, number)
    assert finger.taps <= 7
    finger.open(inspector.get_by_role("link", name=number), f"**/cases/{number}/")
    expect(inspector.locator(".photo-pair img").first).to_be_visible()


def test_one_item_passes_with_one_tap_and_can_be_judged_again(inspector: Page) -> None:
    finger = Finger(inspector)
    finger.open(inspector.locator(UNDONE).first, "**/m/c/**")
    item = inspector.locator("[data-item]").filter(has=inspector.locator("[data-tap=pass]")).first
    code = item.get_attribute("data-item")
    finger.tap(item.locator("[data-tap=pass]"))
    card = inspector.locator(f"#item-{code}")
    expect(card.get_by_role("link", name=f"改判 {code}")).to_be_visible()
    expect(inspector.locator("#visit-foot")).to_contain_text("其余")
    finger.tap(card.get_by_role("link", name=f"改判 {code}"))
    expect(card.locator("[data-tap=pass]")).to_be_visible()


def filed(inspector: Page, photo: Path) -> tuple[str, str, str]:
    """An item of the next place, judged as failing: the place's address, the item's code and the case's number."""
    finger = Finger(inspector)
    finger.open(inspector.locator(UNDONE).first, "**/m/c/**")
    place = inspector.url
    item = inspector.locator("[data-item]").filter(has=inspector.locator("[data-tap=pass]")).filter(has=inspector.locator("[data-tap=fail]")).first
    code = str(item.get_attribute("data-item"))
    finger.open(item.locator("[data-tap=fail]"), "**/fail/**")
    finger.shoot("input[name=photo_files][capture]", photo)
    inspector.fill("#note", "这一条点错了。")
    finger.tap("[data-tap=file]")
    inspector.wait_for_url(lambda url: url.startswith(place) and "/fail/" not in url)
    return place, code, inspector.locator(f"#item-{code} a.num").inner_text()


def test_failing_tap_by_mistake_is_taken_back_with_its_case(inspector: Page, photo: Path) -> None:
    place, code, number = filed(inspector, photo)
    finger = Finger(inspector)
    finger.open(f"#item-{code} [data-tap=rejudge]", "**/again/")
    expect(inspector.locator("[data-warning]")).to_contain_text(f"撤回案件 {number}")
    finger.tap("[data-tap=rejudge-pass]")
    assert inspector.url.endswith("/again/")  # the browser asks for the reason first
    inspector.fill("#why", "点错了项目")
    finger.tap("[data-tap=rejudge-pass]")
    inspector.wait_for_url(lambda url: url.startswith(place) and "/again/" not in url)
    says(inspector, f"案件 {number} 已撤回")
    expect(inspector.locator(f"#item-{code} [data-judged]")).to_contain_text("合格")
    assert inspector.locator(f"#item-{code} a.num").count() == 0
    assert finger.taps == 3
    go(inspector, f"/cases/{number}/")
    says(inspector, "检查员改判：原判误记。点错了项目")


def test_case_that_the_desk_has_is_not_taken_back(inspector: Page, open_as: Callable[..., Page], photo: Path) -> None:
    _place, code, number = filed(inspector, photo)
    move(open_as("desk"), number, "comment", lambda page: page.fill("[name=note]", "已通知单位到场。"))
    finger = Finger(inspector)
    finger.open(f"#item-{code} [data-tap=rejudge]", "**/again/")
    expect(inspector.locator("[data-held]")).to_contain_text(number)
    expect(inspector.locator("[data-held]")).to_contain_text("请联系综合组")
    assert inspector.locator("[data-tap=rejudge-pass]").count() == 0


def test_photo_that_is_none_is_refused_and_the_words_stay(inspector: Page, tmp_path: Path) -> None:
    finger = Finger(inspector)
    finger.open(inspector.locator(UNDONE).first, "**/m/c/**")
    code = inspector.locator("[data-item]").first.get_attribute("data-item")
    go(inspector, f"{inspector.url.split('#')[0]}items/{code}/fail/")
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no photo at all")
    finger.shoot("input[name=photo_files][capture]", bad)
    inspector.fill("#note", "这段话要留住")
    finger.tap("[data-tap=file]")
    expect(inspector.locator("[role=alert]")).to_contain_text("不是照片")
    expect(inspector.locator("#note")).to_have_value("这段话要留住")


def test_verifying_on_the_phone_in_two_taps(inspector: Page, open_as: Callable[..., Page], photo: Path) -> None:
    number = handed_over(open_as("desk"), "核查测试：南湖公园入口垃圾箱满溢。")
    liaison = open_as("liaison")
    move(liaison, number, "sign")
    move(liaison, number, "resolve", lambda page: mended(page, photo))
    go(inspector, "/m/verify/")
    finger = Finger(inspector)
    finger.open(inspector.locator(f"a[href='/m/verify/{number}/']"), f"**/m/verify/{number}/")
    expect(inspector.locator("main img").first).to_be_visible()
    finger.tap("[data-tap=verify-fail]")
    expect(inspector.locator("[role=alert]")).to_be_visible()
    finger.tap("[data-tap=verify-pass]")
    inspector.wait_for_url("**/m/verify/")
    assert inspector.locator(f"a[href='/m/verify/{number}/']").count() == 0
    assert finger.taps == 3  # the refused one without words among them
