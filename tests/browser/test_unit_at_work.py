"""A unit's day: its liaison signs, mends, says "not ours" or asks for time; its leader sees the load and what is late."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Finger, go, handed_over, says

pytestmark = pytest.mark.browser


@pytest.fixture
def liaison(open_as: Callable[..., Page]) -> Page:
    return open_as("liaison", phone=True)


def received(open_as: Callable[..., Page], liaison: Page, words: str) -> tuple[str, Finger]:
    """A case waiting in the liaison's inbox, and the finger above it."""
    number = handed_over(open_as("desk"), words)
    go(liaison, "/inbox/")
    return number, Finger(liaison)


def into(liaison: Page, finger: Finger, number: str) -> None:
    row = liaison.locator("[data-group] [data-row]").filter(has_text=number).first
    finger.open(row.locator("[data-open]"), f"**/cases/{number}/")


def test_sign_and_mend_on_the_phone_in_five_taps(open_as: Callable[..., Page], liaison: Page, photo: Path) -> None:
    number, finger = received(open_as, liaison, "联络员测试：广场西侧垃圾箱满溢。")
    into(liaison, finger, number)
    finger.open("[data-move=sign]", f"**/cases/{number}/")
    says(liaison, "整改中")
    finger.tap("[data-move=resolve]")
    form = liaison.locator("[data-move-form=resolve]")
    form.locator("[name=what_was_done]").fill("已清运，箱体已冲洗。")
    finger.shoot("[data-move-form=resolve] input[type=file]", photo)
    finger.open(form.locator("button.btn-primary"), f"**/cases/{number}/")
    says(liaison, "待核查", "箱体已冲洗")
    expect(liaison.locator(".photo-pair img")).to_have_count(1)
    assert finger.taps == 5


def test_dispute_with_a_proposed_unit_in_four_taps(open_as: Callable[..., Page], liaison: Page) -> None:
    number, finger = received(open_as, liaison, "退单测试：河道边垃圾箱满溢。")
    into(liaison, finger, number)
    finger.tap("[data-move=dispute]")
    liaison.fill("[data-move-form=dispute] [name=reason]", "位于河道管理范围，应由水务部门办理。")
    finger.choose("proposed_unit", "水务")
    finger.open("[data-move-form=dispute] button.btn-danger", f"**/cases/{number}/")
    says(liaison, "待裁定", "河道管理范围")
    assert finger.taps == 4


def test_asking_for_time_in_three_taps(open_as: Callable[..., Page], liaison: Page) -> None:
    number, finger = received(open_as, liaison, "延期申请测试：果皮箱底座断裂。")
    into(liaison, finger, number)
    finger.tap("[data-move=ask_extension]")
    liaison.fill("[data-move-form=ask_extension] [name=reason]", "需要订做底座。")
    liaison.fill("[data-move-form=ask_extension] [name=days]", "5")
    finger.open("[data-move-form=ask_extension] button.btn-primary", f"**/cases/{number}/")
    says(liaison, "申请延期 5 个工作日", "需要订做底座")
    assert finger.taps == 3


def test_mending_without_a_word_is_refused_and_keeps_the_photo(
    open_as: Callable[..., Page], liaison: Page, photo: Path
) -> None:
    number, finger = received(open_as, liaison, "缺说明测试：垃圾箱满溢。")
    into(liaison, finger, number)
    finger.open("[data-move=sign]", f"**/cases/{number}/")
    finger.tap("[data-move=resolve]")
    form = liaison.locator("[data-move-form=resolve]")
    form.locator("[name=what_was_done]").fill("   ")
    finger.shoot("[data-move-form=resolve] input[type=file]", photo)
    finger.tap(form.locator("button.btn-primary"))
    expect(form.locator(".field-error, [role=alert]").first).to_be_visible()
    expect(form.locator("input[name=photos][type=hidden]")).to_have_count(1)
    form.locator("[name=what_was_done]").fill("已清运。")
    finger.open(form.locator("button.btn-primary"), f"**/cases/{number}/")
    expect(liaison.locator(".photo-pair img")).to_have_count(1)


def test_liaison_sees_no_case_of_another_unit(open_as: Callable[..., Page]) -> None:
    number = handed_over(open_as("desk"), "别单位测试：垃圾箱满溢。", unit="water_affairs")
    liaison = open_as("liaison", hears=False)
    answer = liaison.goto(f"/cases/{number}/")
    assert answer and answer.status == 404
    go(liaison, f"/cases/?q={number}")
    assert liaison.locator("[data-row]").count() == 0


def test_unit_leader_sees_load_and_late_ones_and_opens_one(open_as: Callable[..., Page]) -> None:
    boss = open_as("unitleader", phone=True)
    go(boss, "/inbox/")
    finger = Finger(boss)
    groups = boss.locator("nav[aria-label=待办分组] a")
    load = {words.split()[0]: int(words.split()[-1]) for words in groups.all_inner_texts()}
    assert {"待签收", "已超期", "整改中", "待核查"} <= load.keys()
    assert load["已超期"] > 0
    late = boss.locator("[data-group]").filter(has=boss.locator("h2", has_text="已超期"))
    expect(late.locator("[data-count]")).to_have_text(str(load["已超期"]))
    finger.open(late.locator(".card-header a"), "**/cases/?group=*")
    expect(boss.locator("[data-row]")).to_have_count(min(load["已超期"], 50))
    finger.open(boss.locator("[data-row] [data-open]").first, "**/cases/2*-*/")
    says(boss, "超期")
    assert finger.taps == 2
