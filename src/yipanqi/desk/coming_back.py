"""The way back to the board: its period and area travel in the addresses of what is opened from it, as `board`, and from
there on. Only what the board itself understands is ever read out of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

NAME = "board"
KEPT = ("from", "to", "area")
DOWN = ("/figures/", "/cases/?")


def asked(query: QueryDict) -> str:
    """The board's own address without its path, in the words that it understands; "-" stands for the board as it opens."""
    return urlencode([(name, query[name]) for name in KEPT if query.get(name)]) or "-"


def board_url(request: HttpRequest) -> str:
    """The board from which the page was opened, "" where it was not."""
    given = request.GET.get(NAME, "")
    if not given:
        return ""
    query = asked(QueryDict(given[:200]))
    return reverse("desk:board") + (f"?{query}" if query != "-" else "")


def kept(request: HttpRequest) -> str:
    """What a page opened from the board hands on."""
    given = request.GET.get(NAME, "")
    return asked(QueryDict(given[:200])) if given else ""


def with_way_back(value: Any, board: str) -> Any:
    """A page's context, or a part of it, in which every address of figures and cases carries the way back to the board."""
    if isinstance(value, str):
        return _carrying(value, board) if value.startswith(DOWN) else value
    if isinstance(value, dict):
        return {key: with_way_back(one, board) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(with_way_back(one, board) for one in value)
    return value


def _carrying(url: str, board: str) -> str:
    address, mark, place = url.partition("#")
    path, _mark, query = address.partition("?")
    return f"{path}?{query}{'&' if query else ''}{urlencode({NAME: board})}{mark}{place}"
