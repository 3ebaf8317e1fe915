"""One problem's whole life, each step by the person whose job it is, in real pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from yipanqi.demo import pictures

pytestmark = pytest.mark.browser
WORDS = "雄关广场东侧垃圾箱满溢，垃圾撒了一地，气味很大。"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(pictures.draw("rubbish-0-before"))
    return path


def report(page: Page, photo: Path) -> str:
    page.goto("/report/")
    page.wait_for_selector("body[data-ready]")
    page.set_input_files("input[type=file]", str(photo))
    page.fill("textarea[name=text]", WORDS)
    page.fill("input[name=address]", "雄关广场东侧")
    page.locator("main form button.btn-primary:visible").last.click()
    page.wait_for_url("**/report/sent/**")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def move(page: Page, number: str, verb: str, fill: Callable[[Page], None] = lambda page: None) -> None:
    """Make one move on its own page, the way that works without scripts too."""
    page.goto(f"/cases/{number}/moves/{verb}/")
    page.wait_for_selector("body[data-ready]")
    fill(page)
    page.locator("main form button.btn-primary:visible").last.click()
    page.wait_for_url(f"**/cases/{number}/")


def test_a_problem_from_photo_to_strike_off(open_as: Callable[..., Page], photo: Path) -> None:
    resident = open_as(phone=True)
    code = report(resident, photo)

    desk = open_as("desk")
    desk.goto("/cases/?state=reported&source=resident")
    desk.click(f"text={WORDS[:10]}")
    desk.wait_for_url("**/cases/2*-*/")
    number = desk.url.rstrip("/").rsplit("/", 1)[-1]
    move(desk, number, "accept", lambda p: choose(p, "issue_class", "垃圾站（箱）满溢"))
    move(desk, number, "dispatch", lambda p: choose(p, "unit", "sanitation"))

    liaison = open_as("liaison", phone=True)
    move(liaison, number, "sign")
    move(liaison, number, "resolve", lambda p: mended(p, photo))

    inspector = open_as("inspector", phone=True)
    move(inspector, number, "verify_pass")
    expect(inspector.locator("main")).to_contain_text("已销号")

    resident.goto(f"/track/{code}/")
    expect(resident.locator("main")).to_contain_text("清运")


def choose(page: Page, name: str, wanted: str) -> None:
    """Pick an entry of a select by value or by what its label contains; type it where the field is a search box."""
    field = page.locator(f"[name={name}]").first
    if field.evaluate("e => e.tagName") != "SELECT":
        field.fill(wanted)
        return
    value = field.evaluate(
        "(e, wanted) => [...e.options].find(o => o.value === wanted || o.text.includes(wanted))?.value", wanted
    )
    assert value, f"{name} does not offer {wanted}"
    field.select_option(value)


def mended(page: Page, photo: Path) -> None:
    page.fill("textarea[name=what_was_done]", "已清运并清洗箱体，增加每日清运一次。")
    page.set_input_files("main input[type=file]", str(photo))
