"""Large type: the lists of the desk lose nothing, on a narrow desk screen as on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser
#: What is too wide, lies over something else, or was pressed into a column of a few characters.
OUT_OF_PLACE = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide + 1) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const table of document.querySelectorAll("main .table-responsive")) {
    if (table.scrollWidth > table.clientWidth + 1) found.push(`a table is ${table.scrollWidth} wide in ${table.clientWidth}`);
  }
  for (const row of document.querySelectorAll("main tbody tr")) {
    const words = [...row.querySelectorAll("td a, td .tone, td small, td input, td button")].filter((one) => one.offsetParent);
    const boxes = words.map((one) => [one, [...one.getClientRects()]]);
    boxes.forEach(([one, mine], index) => boxes.slice(index + 1).forEach(([other, theirs]) => {
      if (one.contains(other) || other.contains(one)) return;
      const over = mine.some((a) => theirs.some((b) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 3 && b.top < a.bottom - 3));
      if (over) found.push(`${one.innerText.slice(0, 12)} lies over ${other.innerText.slice(0, 12)}`);
    }));
    for (const link of row.querySelectorAll("td:first-child a, .c-title a")) {
      const box = link.closest("td").getBoundingClientRect();
      if (link.innerText.length > 8 && box.width < 8 * parseFloat(getComputedStyle(link).fontSize)) found.push(`${link.innerText.slice(0, 12)} has ${Math.round(box.width)} px`);
    }
  }
  return [...new Set(found)].slice(0, 6);
}"""
LISTS = [
    "/inbox/", "/cases/?order=", "/places/at/", "/places/areas/", "/places/duties/", "/places/duties/idle/", "/people/units/",
    "/people/users/", "/standards/classes/", "/standards/editions/", "/inspections/", "/sheets/places/", "/settings/calendar/",
]  # fmt: skip


@pytest.mark.parametrize("width", [1366, 390])
def test_lists_in_large_type_lose_nothing(open_as: Callable[..., Page], width: int) -> None:
    page = open_as("office", phone=width < 500, width=width)
    go(page, "/cases/?order=")
    page.click("[data-large-type]")
    problems = {}
    for address in LISTS:
        go(page, address)
        expect(page.locator("html")).to_have_class(re.compile("large-type"))
        if found := page.evaluate(OUT_OF_PLACE):
            problems[address] = found
    assert not problems, problems
