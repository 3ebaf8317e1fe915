"""Some hundred cases at once: chosen by the filters, followed while the worker is at it, stopped, and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.steps import go
from tests.browser.test_pages import TOO_WIDE, violations

pytestmark = pytest.mark.browser
COUNTS = re.compile(r"(\d+) / (\d+)")


def begun(desk: Page, verb: str, address: str = "/cases/?order=") -> int:
    """Choose everything that a list shows and begin a move on it; how many cases that are."""
    go(desk, address)
    desk.locator("[data-bulk-one]").first.check()
    desk.locator("[data-bulk-everything]").click()
    desk.wait_for_url("**/cases/bulk/?**")
    desk.locator(f"button[value={verb}]").click()
    accessible(desk)
    words = desk.locator("[data-bulk-confirm]").inner_text()
    assert ("不能" in words) is (verb != "dispatch")
    found = re.search(r"\d+", words)
    assert found, words
    desk.locator("[data-bulk-now]").click()
    desk.wait_for_url("**/batches/*/")
    return int(found.group())


def ended(desk: Page, state: str = "done") -> str:
    expect(desk.locator(f"[data-batch-state={state}]")).to_be_visible(timeout=90_000)
    desk.wait_for_selector("body[data-ready]")
    return desk.locator("[data-batch-counts]").inner_text()


def accessible(desk: Page) -> None:
    """The page as it stands keeps the rules of accessibility and fits, on the phone and on the desktop."""
    for size in (PHONE, DESKTOP):
        desk.set_viewport_size(size)  # type: ignore[arg-type]
        assert violations(desk) == [] and desk.evaluate(TOO_WIDE) <= 0, (desk.url, size)


def test_hundreds_are_handed_over_with_progress_and_taken_back(open_as: Callable[..., Page]) -> None:
    desk = open_as("desk")
    total = begun(desk, "dispatch")
    assert total > 50
    match = COUNTS.search(ended(desk))
    assert match and match.groups() == (str(total), str(total))
    expect(desk.locator("[data-bulk-reasons]")).to_contain_text("不能交办")
    done = int(re.search(r"\d+", desk.locator(".text-done").first.inner_text()).group())  # type: ignore[union-attr]
    assert done >= 1
    accessible(desk)
    desk.locator("[data-batch-undo]").click()
    desk.wait_for_url("**/take-back/")
    accessible(desk)
    desk.locator("[name=note]").fill("整批交错了")
    desk.locator("[data-batch-undo-now]").click()
    desk.wait_for_url(lambda url: "/take-back/" not in url)
    match = COUNTS.search(ended(desk))
    assert match and match.groups() == (str(done), str(done))
    expect(desk.locator(".text-late")).to_have_count(0)
    go(desk, "/batches/")
    accessible(desk)
    assert desk.locator("[data-row]").count() >= 2


#: Press the button that stops, where it is still there, and have its part of the page come anew while the question is read.
ASKED_AND_ANEW = """() => {
  const stop = document.querySelector('[data-batch-cancel]');
  stop?.click();
  const part = document.getElementById('progress');
  if (stop) part.outerHTML = part.outerHTML;
  return stop !== null;
}"""


def test_stop_leaves_the_rest_as_it_is(open_as: Callable[..., Page]) -> None:
    desk = open_as("desk")
    begun(desk, "grant_extension")
    if desk.evaluate(ASKED_AND_ANEW):
        desk.locator("dialog[open] button.btn-primary, dialog[open] button.btn-danger").first.click()
    expect(desk.locator("[data-batch-state=cancelled], [data-batch-state=done]")).to_be_visible(timeout=90_000)
