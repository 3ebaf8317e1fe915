"""Every main page, on a phone and on a desktop, in Chinese: it opens, fits, and passes the accessibility rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = {
    None: ["/", "/report/", "/track/", "/about/privacy/", "/nearby/", "/accounts/login/"],
    "desk": ["/inbox/", "/cases/", "/cases/new/", "/map/", "/figures/", "/sheets/", "/people/units/", "/places/", "/standards/", "/inspections/"],
    "liaison": ["/inbox/", "/cases/"],
    "inspector": ["/inbox/", "/m/", "/m/verify/"],
    "leader": ["/inbox/", "/board/"],
    "auditor": ["/inbox/", "/cases/"],
    "admin": ["/inbox/", "/system/", "/settings/calendar/"],
    "office": ["/inbox/", "/settings/"],
}
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize("login", PAGES)
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_pages_of_each_role_open_fit_and_are_accessible(open_as: Callable[..., Page], login: str | None, phone: bool) -> None:
    page = open_as(login, phone=phone)
    problems = []
    for address in PAGES[login]:
        answer = page.goto(address)
        page.wait_for_selector("body[data-ready]")
        if not answer or answer.status != 200:
            problems.append(f"{address}: status {answer.status if answer else '-'}")
            continue
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if overflow > 0:
            problems.append(f"{address}: {overflow} px too wide")
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in SERIOUS:
                nodes = "; ".join(n["html"][:120] for n in violation["nodes"][:2])
                problems.append(f"{address}: {violation['id']}: {nodes}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("address", ["/", "/report/", "/track/"])
def test_public_pages_fit_a_very_small_screen(open_as: Callable[..., Page], address: str) -> None:
    page = open_as(phone=True, width=320)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_public_home_in_english(open_as: Callable[..., Page]) -> None:
    page = open_as(locale="en-GB")
    page.goto("/")
    assert page.get_attribute("html", "lang") == "en"
