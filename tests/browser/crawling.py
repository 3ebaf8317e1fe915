"""Finding every page that a role reaches: from its menu along the links, one sample of each kind of page."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

NOT_PAGES = (".xlsx", ".csv", ".pdf", ".geojson", ".json", ".jpg", "/original")
ELSEWHERE = ("/api/", "/files/", "/static/", "/i18n/")
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"


def kind(address: str) -> str:
    """What sort of page an address is: its route, with the verb where there is one form for each verb; "" for no page."""
    path = urlsplit(address).path
    if path.endswith(NOT_PAGES) or path.startswith(ELSEWHERE):
        return ""
    try:
        found = resolve(path)
    except Resolver404:
        return f"unknown {path}"
    return f"{found.view_name} {found.kwargs.get('verb', '')}".strip()


def links(page: Page, base: str) -> list[str]:
    """The addresses of this city that the page links to, without fragments, each once."""
    here = [urljoin(base, href).split("#")[0] for href in page.evaluate(LINKS)]
    return list(dict.fromkeys(href for href in here if href.startswith(base)))


def walk(page: Page, base: str, start: str = "/") -> Iterator[tuple[str, str, int]]:
    """Opens one page of each kind, breadth first from `start`; yields (kind, address, status) while the page is open."""
    queue, seen = deque([urljoin(base, start)]), {kind(start)}
    while queue:
        address = queue.popleft()
        answer = page.goto(address)
        page.wait_for_selector("body[data-ready]")
        yield kind(address), urlsplit(address)._replace(scheme="", netloc="").geturl(), answer.status if answer else 0
        for link in links(page, base):
            sort = kind(link)
            if sort and sort not in seen:
                seen.add(sort)
                queue.append(link)
