"""One problem's whole life, each step by the person whose job it is, in real pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.steps import choose, go, mended, move, number_in, says

pytestmark = pytest.mark.browser
WORDS = "雄关广场东侧垃圾箱满溢，垃圾撒了一地，气味很大。"


def report(page: Page, photo: Path) -> str:
    go(page, "/report/")
    page.set_input_files("input[type=file]", str(photo))
    page.fill("textarea[name=text]", WORDS)
    page.fill("input[name=address]", "雄关广场东侧")
    page.locator("main form button.btn-primary:visible").last.click()
    page.wait_for_url("**/report/sent/**")
    return number_in(page)


def test_a_problem_from_photo_to_strike_off(open_as: Callable[..., Page], photo: Path) -> None:
    resident = open_as(phone=True)
    code = report(resident, photo)

    desk = open_as("desk")
    desk.goto("/cases/?state=reported&source=resident")
    desk.click(f"text={WORDS[:10]}")
    desk.wait_for_url("**/cases/2*-*/")
    number = number_in(desk)
    move(desk, number, "accept", lambda p: choose(p, "issue_class", "垃圾站（箱）满溢"))
    move(desk, number, "dispatch", lambda p: choose(p, "unit", "sanitation"))

    liaison = open_as("liaison", phone=True)
    move(liaison, number, "sign")
    move(liaison, number, "resolve", lambda p: mended(p, photo))

    inspector = open_as("inspector", phone=True)
    move(inspector, number, "verify_pass")
    says(inspector, "已销号")

    resident.goto(f"/track/{code}/")
    says(resident, "清运")
