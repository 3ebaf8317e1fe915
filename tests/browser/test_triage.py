"""The triage desk by keyboard alone: ten reports, the keys each took, and what the server needed for each."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.steps import enter, go
from tests.browser.test_pages import TOO_WIDE, violations

pytestmark = pytest.mark.browser
REPORTS = (
    "新华中路公交站旁垃圾箱满溢", "雄关广场西侧路灯不亮", "迎宾路口窨井盖松动", "胜利路人行道堆放杂物占道", "建设路绿化带有垃圾",
    "体育大道路面破损有坑洞", "五一路店外经营占用盲道", "玉泉路墙面有乱贴小广告", "兰新路护栏损坏倒在路边",
)  # fmt: skip
MOST_KEYS = 4


class Keys:
    """A keyboard that counts; nothing else is touched."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed, self.server = page, 0, 0.0
        page.on("response", self._answered)

    def _answered(self, answer: Response) -> None:
        if answer.request.method == "POST" and "/triage/" in answer.url:
            self.server = answer.request.timing["responseStart"] - answer.request.timing["requestStart"]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)


@pytest.fixture
def desk(open_as: Callable[..., Page]) -> Page:
    return open_as("desk")


def shown(page: Page, number: str) -> None:
    """The case of that number, settled."""
    expect(page.locator(f"[data-triage][data-number='{number}'] [data-title]")).to_be_focused()


def decided(page: Page, number: str) -> str:
    """The note of what was done with a case, once the next one is there."""
    note = page.locator("[data-note]", has_text=number)
    expect(note).to_be_visible()
    return note.inner_text()


def test_ten_reports_by_keyboard_alone(desk: Page, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = [enter(desk, f"{text}，请尽快处理。") for text in REPORTS]
    numbers.append(enter(desk, f"{REPORTS[0]}，味道很大，请尽快处理。"))
    keys, took = Keys(desk), []
    for n, number in enumerate(numbers):
        go(desk, f"/triage/{number}/")
        expect(desk.locator("[data-keys-help]")).to_be_visible()
        before = keys.pressed
        if n == len(numbers) - 1:
            expect(desk.locator("[data-candidate] input[data-key='5']")).to_be_enabled()
            keys.press("5", "Enter")
            assert "已并入" in decided(desk, number)
        elif n % 4 == 3:
            keys.press("x", "1", "Enter")
            assert "不予受理" in decided(desk, number)
        else:
            keys.press("1", "d", "Enter")
            note = desk.locator("[data-note], [data-problem]").first
            expect(note).to_be_visible()
            if "没有责任规则" in note.inner_text():  # the street of no duty: taken on, handed over later
                keys.press("a", "Enter")
            assert "已受理" in decided(desk, number)
        assert keys.pressed - before <= MOST_KEYS + 1
        took.append((keys.pressed - before, keys.server))
    with capsys.disabled():
        counted = sorted(pressed for pressed, _ms in took)
        sys.stdout.write(f"\ntriage: keys a case {counted}; server {sorted(round(ms) for _n, ms in took)} ms\n")
    assert counted[len(counted) // 2] <= MOST_KEYS


def test_the_next_one_comes_by_itself_and_a_hand_over_is_taken_back_by_one_key(desk: Page) -> None:
    number = enter(desk, "新华中路公交站旁垃圾箱满溢，请尽快清运。")
    go(desk, f"/triage/{number}/")
    following = str(desk.get_attribute("[data-following]", "href")).split("/")[2]
    desk.keyboard.press("1")
    expect(desk.locator("[data-armed-line]")).to_contain_text("受理并交办")
    expect(desk.locator("[data-duty-of]:visible [data-duty]")).to_have_count(1)
    desk.keyboard.press("Enter")
    shown(desk, following)
    assert desk.url.endswith(f"/triage/{following}/")
    expect(desk.locator("[data-said]")).to_contain_text(number)
    desk.keyboard.press("u")
    shown(desk, number)
    expect(desk.locator("[data-note]")).to_contain_text("已撤销")
    desk.keyboard.press("j")
    expect(desk.locator(f"[data-triage][data-number='{number}']")).to_have_count(0)


def test_an_acceptance_is_taken_back_by_one_key_and_decided_anew(desk: Page) -> None:
    number = enter(desk, "建设路人行道地砖松动，雨天溅水。")
    go(desk, f"/triage/{number}/")
    desk.keyboard.press("a")
    expect(desk.locator("[data-armed-line]")).to_contain_text("只受理")
    desk.keyboard.press("Enter")
    assert "已受理" in decided(desk, number)
    desk.keyboard.press("u")
    shown(desk, number)
    expect(desk.locator("[data-note]")).to_contain_text(f"已撤销 {number} 的受理")
    expect(desk.locator("[data-triage]")).to_contain_text("待受理")
    desk.keyboard.press("x")
    desk.keyboard.press("1")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-note]")).to_contain_text("不予受理")
    expect(desk.locator("[data-undo]")).to_have_count(0)  # what a resident was told is not taken back by a key


def test_a_merge_is_taken_back_by_one_key_and_stands_apart_again(desk: Page) -> None:
    primary = enter(desk, "胜利路公交站台玻璃破裂，有碎片。")
    number = enter(desk, "胜利路公交站台玻璃破裂，有碎片，请尽快更换。")
    go(desk, f"/triage/{number}/")
    desk.locator("#triage [name=primary]").fill(primary)
    desk.locator("button[value=merge]").click()
    assert f"已并入 {primary}" in decided(desk, number)
    desk.keyboard.press("u")
    shown(desk, number)
    expect(desk.locator("[data-note]")).to_contain_text(f"已撤销 {number} 的并案")
    expect(desk.locator("[data-triage]")).to_contain_text("待受理")
    go(desk, f"/cases/{number}/")
    expect(desk.locator("main")).to_contain_text("撤销并案")
    expect(desk.locator("main")).to_contain_text("并案有误，综合组随即撤销。")
    go(desk, f"/cases/{primary}/")
    expect(desk.locator("main")).to_contain_text(f"{number} 曾并入本案，现已撤销并案、分开办理。")


def test_nothing_fires_while_typing_and_the_keys_can_be_switched_off(desk: Page) -> None:
    number = enter(desk, "迎宾路口窨井盖松动，车过就响。")
    go(desk, f"/triage/{number}/")
    desk.keyboard.press("x")
    desk.locator("#triage-form [name=reason]").focus()
    desk.keyboard.type("jd1xu")
    assert desk.input_value("#triage-form [name=reason]") == "jd1xu"
    desk.locator("#triage [name=primary]").focus()
    desk.keyboard.type("2026-999999")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-problem]")).to_have_count(0)
    desk.keyboard.press("Escape")
    shown(desk, number)
    desk.keyboard.press("?")
    expect(desk.locator("#triage-keys-dialog")).to_be_visible()
    desk.locator("[data-keys-on]").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("1")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-armed-line]")).to_be_hidden()
    shown_number = desk.locator("[data-triage]").get_attribute("data-number")
    assert shown_number == number


LIVING = """
(() => {
  const all = [], get = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (...given) {
    const made = get.apply(this, given);
    if (made && String(given[0]).startsWith("webgl") && !all.includes(made)) all.push(made);
    return made;
  };
  window.livingMaps = () => all.filter((one) => !one.isContextLost()).length;
})();
"""


def test_maps_that_were_swapped_away_give_their_place_back(desk: Page) -> None:
    desk.add_init_script(LIVING)
    go(desk, "/triage/")
    drawn = 0
    for _case in range(12):
        desk.locator("[data-triage] [data-title]").wait_for()
        if desk.locator("#triage [data-map]").count():
            desk.locator("#triage [data-map]").scroll_into_view_if_needed()
            expect(desk.locator("#triage [data-map-ready]")).to_have_count(1, timeout=20_000)
            drawn += 1
        here = desk.get_attribute("[data-triage]", "data-number")
        desk.keyboard.press("j")
        expect(desk.locator(f"[data-triage][data-number='{here}']")).to_have_count(0)
    assert drawn >= 4
    assert int(desk.evaluate("livingMaps()")) <= 1


def test_the_desk_is_accessible_on_the_phone_and_on_the_desktop(desk: Page) -> None:
    number = enter(desk, "玉泉路护栏损坏，倒在路边。")
    for size in (PHONE, DESKTOP):
        desk.set_viewport_size(size)  # type: ignore[arg-type]
        go(desk, f"/triage/{number}/")
        assert violations(desk) == [] and desk.evaluate(TOO_WIDE) <= 0, size
        desk.keyboard.press("x")
        assert violations(desk) == [] and desk.evaluate(TOO_WIDE) <= 0, size
        desk.keyboard.press("?")
        expect(desk.locator("#triage-keys-dialog")).to_be_visible()
        assert violations(desk) == [], size


def test_a_field_drawn_larger_by_hand_breaks_no_rule_of_the_page(desk: Page) -> None:
    first = enter(desk, "胜利路人行道堆放杂物占道，行人绕行。")
    go(desk, f"/triage/{first}/")
    desk.evaluate("document.querySelectorAll('textarea').forEach(field => { field.style.height = '200px'; })")  # as its corner is pulled
    desk.keyboard.press("j")
    expect(desk.locator(f"[data-triage][data-number='{first}']")).to_have_count(0)
    desk.wait_for_timeout(200)  # what a refusal would be told in; the fixture holds that there was none


def test_a_hand_over_without_a_class_says_what_is_missing_until_something_is_chosen(desk: Page) -> None:
    number = enter(desk, "某处有一件说不清楚的事情，请看一看。")
    go(desk, f"/triage/{number}/")
    desk.evaluate("document.querySelectorAll('[name=issue_class]').forEach(one => { one.checked = false; })")
    desk.keyboard.press("Escape")
    desk.keyboard.press("d")
    expect(desk.locator("[data-no-class]")).to_be_visible()
    expect(desk.locator("[data-said]")).to_contain_text("先选问题类别")
    expect(desk.locator("[data-armed-line]")).to_be_hidden()
    desk.locator("[name=issue_class]").first.check()
    expect(desk.locator("[data-no-class]")).to_be_hidden()


def test_no_hint_of_an_earlier_step_stays(desk: Page) -> None:
    number = enter(desk, "五一路店外经营占用盲道，行人不便。")
    go(desk, f"/triage/{number}/")
    desk.keyboard.press("x")
    expect(desk.locator("[data-armed-line]")).to_contain_text("不予受理")
    desk.locator("[data-reject] > summary").click()  # folded away by hand
    expect(desk.locator("[data-armed-line]")).to_be_hidden()
    expect(desk.locator("[data-said]")).to_have_text("")
    desk.keyboard.press("x")
    desk.keyboard.press("a")  # something else instead: the reasons go, digits choose classes again
    expect(desk.locator("[data-reject]")).not_to_have_attribute("open", "")
    expect(desk.locator("[data-armed-line]")).to_contain_text("只受理")
    desk.keyboard.press("Escape")
    expect(desk.locator("[data-said]")).to_have_text("")
    desk.locator("#triage [name=primary]").fill("2026-999999")
    desk.locator("button[value=merge]").click()
    expect(desk.locator("[data-problem]")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("[data-problem]")).to_have_count(0)
