"""Finding every page that a role reaches: from its menu along the links, one sample of each kind of page."""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

NOT_PAGES = (".xlsx", ".csv", ".pdf", ".geojson", ".json", ".jpg", ".ics", "/original", "/download/")
ELSEWHERE = ("/api/", "/files/", "/static/", "/i18n/")
HREF = re.compile(r"""<a\b[^>]*?\bhref=(["'])(.*?)\1""")


@dataclass(frozen=True)
class Found:
    """A page that was answered: its kind, its address within the city, status and HTML."""

    kind: str
    address: str
    status: int
    html: str


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


def links(text: str, here: str, base: str) -> list[str]:
    """The addresses of this city that a page links to, without fragments, each once."""
    found = [urljoin(here, html.unescape(href)).split("#")[0] for _quote, href in HREF.findall(text)]
    return list(dict.fromkeys(href for href in found if href.startswith(base)))


def walk(page: Page, base: str, start: str = "/") -> Iterator[Found]:
    """One page of each kind, breadth first from `start`, as this page's person gets it (asked for, not drawn)."""
    queue, seen = deque([urljoin(base, start)]), {kind(start)}
    language = str(page.evaluate("navigator.language"))
    while queue:
        address = queue.popleft()
        answer = page.request.get(address, headers={"Accept-Language": language})
        text = answer.text() if "html" in answer.headers.get("content-type", "") else ""
        yield Found(kind(address), address.removeprefix(base), answer.status, text)
        for link in links(text, answer.url, base):
            sort = kind(link)
            if sort and sort not in seen:
                seen.add(sort)
                queue.append(link)
