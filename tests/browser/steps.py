"""What a person does on a page, and a finger that counts its taps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect


class Finger:
    """Touches things on a page (or clicks them, where there is no touch screen) and counts how often it had to.

    Choosing from a list and choosing a photo are one tap each; typing and the camera's own shutter are none.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.touch = bool(page.evaluate("navigator.maxTouchPoints > 0"))

    def tap(self, target: str | Locator) -> None:
        place = self.page.locator(target) if isinstance(target, str) else target
        self.taps += 1
        if self.touch:
            place.tap()
        else:
            place.click()

    def open(self, target: str | Locator, address: str) -> None:
        """A tap that leads to another page, once that page is ready; `address` is a pattern as of `wait_for_url`."""
        self.tap(target)
        self.page.wait_for_url(address)
        self.page.wait_for_selector("body[data-ready]")

    def button(self, words: str, *, exact: bool = True) -> None:
        self.tap(self.page.locator("main").get_by_role("button", name=words, exact=exact))

    def choose(self, name: str, wanted: str) -> None:
        self.taps += 1
        choose(self.page, name, wanted)

    def shoot(self, field: str, photo: Path) -> None:
        self.taps += 1
        self.page.set_input_files(field, str(photo))

    def agree(self) -> None:
        """Say yes to the question before a step."""
        self.tap("#confirm-dialog button[value=ok]")


def go(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("body[data-ready]")


def number_in(page: Page) -> str:
    """Number of the case, or code of the thing, at the end of the page's address."""
    return page.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def choose(page: Page, name: str, wanted: str) -> None:
    """Pick an entry of a select by value or by what its label contains; type it where the field is a search box."""
    field = page.locator(f"main [name={name}]").first
    if field.evaluate("e => e.tagName") != "SELECT":
        field.fill(wanted)
        return
    value = field.evaluate(
        "(e, wanted) => [...e.options].find(o => o.value === wanted || o.text.includes(wanted))?.value", wanted
    )
    assert value, f"{name} does not offer {wanted}"
    field.select_option(value)


def submit(page: Page) -> None:
    page.locator("main form button.btn-primary:visible, main form button.btn-danger:visible").last.click()


def move(page: Page, number: str, verb: str, fill: Callable[[Page], None] = lambda page: None) -> None:
    """Make one move on its own page, the way that works without scripts too."""
    go(page, f"/cases/{number}/moves/{verb}/")
    fill(page)
    submit(page)
    page.wait_for_url(f"**/cases/{number}/")


def enter(page: Page, words: str, *, issue_class: str = "垃圾站（箱）满溢", address: str = "雄关广场东侧", place: str = "") -> str:
    """Write down a problem on the office's form; gives the number of the case."""
    go(page, "/cases/new/")
    page.fill("main [name=description]", words)
    page.fill("main [name=issue_class]", issue_class)
    page.fill("main [name=address]", address)
    if place:
        page.fill("main [name=place]", place)
    submit(page)
    page.wait_for_url("**/cases/2*-*/")
    return number_in(page)


def handed_over(desk: Page, words: str, unit: str = "sanitation", place: str = "") -> str:
    """A case that the desk has written down, accepted and handed over."""
    number = enter(desk, words, place=place)
    move(desk, number, "accept")
    move(desk, number, "dispatch", lambda page: choose(page, "unit", unit))
    return number


def mended(page: Page, photo: Path, words: str = "已清运并清洗箱体，增加每日清运一次。") -> None:
    """Fill in that the work is done, with the photo that shows it."""
    page.fill("textarea[name=what_was_done]", words)
    page.set_input_files("main input[type=file]", str(photo))


def says(page: Page, *words: str) -> None:
    """Every one of the words stands on the page."""
    for one in words:
        expect(page.locator("main")).to_contain_text(one)
