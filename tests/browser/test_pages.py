"""Every page that a role reaches from its menu and by the links from there: it opens, fits, speaks and is accessible."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.crawling import Found, walk
from tests.browser.steps import go

pytestmark = pytest.mark.browser
ROLES = (None, "office", "desk", "inspector", "liaison", "unitleader", "grid", "leader", "auditor", "admin", "centre", "station", "teamleader", "volunteer")
DATA = re.compile("一盘棋|嘉峪关市?")  # names that stand in the chrome and are no words of ours
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SMALLEST = {"width": 320, "height": 640}
FEWEST = {None: 5, "office": 60, "desk": 50, "inspector": 40, "auditor": 40, "centre": 30, "station": 25}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# words of the page itself: menu, headings, buttons, columns and labels, outside tables' cells, lists of choices and data
CHROME = """html => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const found = page.querySelectorAll('nav .nav-link-title, th, legend, .empty-teach h2, dt, '
    + 'label:not(:has(input, select)), button:not([lang]):not(.dropdown-toggle), .btn:not([lang]):not(.dropdown-toggle), .skip-link');
  page.querySelectorAll('[data-data]').forEach(e => e.remove());
  return [...found].filter(e => !e.closest('[data-data]')).map(e => e.innerText || e.textContent).filter(t => /[\\u4e00-\\u9fff]/.test(t)).map(t => t.trim());
}"""


@pytest.fixture(scope="module")
def looked_at() -> dict[str, str]:
    """Kinds of pages that were measured already, and by whom: a template is judged once, opened by everybody."""
    return {}


@pytest.mark.timeout(900)  # a slow machine is not a wrong page
@pytest.mark.parametrize("login", ROLES)
def test_every_page_of_a_role_opens_fits_and_is_accessible(
    open_as: Callable[..., Page], city: str, login: str | None, looked_at: dict[str, str]
) -> None:
    page = open_as(login, phone=True)
    problems, count = [], 0
    page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
    for found in walk(page, city, "/inbox/" if login else "/"):
        count += 1
        if found.status != 200:
            problems.append(f"{found.address}: status {found.status}")
        elif found.kind not in looked_at:
            looked_at[found.kind] = str(login)
            problems += [f"{found.address}: {words}" for words in measured(page, found)]
    assert not problems, "\n".join(problems)
    assert count >= FEWEST.get(login, 10), f"only {count} pages were found"


def measured(page: Page, found: Found) -> list[str]:
    """What is wrong with a page: too wide at 320 px or on the desktop, or against a rule of accessibility.

    The rules are tried at the size for which the page is made: phone for the public and for inspectors, else desktop.
    """
    go(page, found.address)
    wrong = [f"{pixels} px too wide at 320 px"] if (pixels := page.evaluate(TOO_WIDE)) > 0 else []
    size = PHONE if found.kind.startswith(("portal:", "mobile:")) else DESKTOP
    page.set_viewport_size(size)  # type: ignore[arg-type]
    if (pixels := page.evaluate(TOO_WIDE)) > 0:
        wrong.append(f"{pixels} px too wide at {size['width']} px")
    wrong += violations(page)
    page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
    return wrong


def violations(page: Page) -> list[str]:
    """Rules of WCAG 2.2 AA and good practice that the page breaks, of every impact but "minor"."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{v['id']} ({v['impact']}): " + "; ".join(n["html"][:140] for n in v["nodes"][:2])
        for v in found
        if v["impact"] != "minor"
    ]


@pytest.mark.parametrize("width", [320, 390])
def test_the_head_of_a_page_is_low_on_a_phone(open_as: Callable[..., Page], width: int) -> None:
    page = open_as("office", phone=True, width=width)
    go(page, "/inbox/")
    bar = page.locator(".topbar")
    assert bar.evaluate("bar => bar.offsetHeight") <= 60 and page.locator("aside.navbar").evaluate("bar => bar.offsetHeight") <= 60
    names = bar.locator("button, a").evaluate_all("all => all.filter(e => e.offsetParent).map(e => e.innerText.trim() || e.getAttribute('aria-label'))")
    assert len(names) == 4 and all(names)
    assert page.evaluate(TOO_WIDE) <= 0
    bar.locator("input[type=search]").focus()
    assert bar.locator("form.search").evaluate("form => form.offsetWidth") > width * 0.9


@pytest.mark.timeout(900)
@pytest.mark.parametrize("login", [None, "office", "inspector"])
def test_no_chinese_is_left_in_the_english_chrome(open_as: Callable[..., Page], city: str, login: str | None) -> None:
    page = open_as(login, locale="en-GB")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": city}])  # as the switch leaves it
    go(page, "/")
    wrong = []
    for found in walk(page, city, "/inbox/" if login else "/"):
        assert '<html lang="en"' in found.html, found.address
        texts = [DATA.sub("", re.sub(r"\s+", " ", words)) for words in page.evaluate(CHROME, found.html)]
        left = [words for words in texts if CHINESE.search(words)]
        if left:
            wrong.append(f"{found.address}: {'; '.join(dict.fromkeys(left))[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("address", ["/board/", "/burden/", "/escalation/trial/", "/rechecks/rate/", "/scores/", "/settings/"])
def test_longer_english_words_fit(open_as: Callable[..., Page], city: str, address: str) -> None:
    page = open_as("office", locale="en-GB")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": city}])
    for size in (DESKTOP, SMALLEST):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        go(page, address)
        assert page.evaluate(TOO_WIDE) <= 0, size
        if size == DESKTOP and "trial" in address:
            assert page.evaluate("[...document.querySelectorAll('.heads-wrap')].every(table => table.offsetWidth <= table.parentElement.clientWidth + 1)")
