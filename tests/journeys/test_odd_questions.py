"""A page that is asked something odd says so, or shows what it can: it never breaks."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.journeys.board import Board

pytestmark = pytest.mark.django_db
NAMED = re.compile(r"""GET(?:\.get(?:list)?\(|\[)["'](\w+)["']""")
ELSEWHERE = ("api/", "static/", "files/", "_allauth", "accounts/", "open311/", "i18n/", "jsi18n", "livez", "readyz")
ODD = (b"9" * 5000, "²".encode(), b"9999-12-31", b"\xed\xa0\x80,-1,1e999,0")


def pages(patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address without a part that varies, with its pattern."""
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from pages(one.url_patterns, route)
        elif "<" not in route and "(" not in route and not route.startswith(ELSEWHERE):
            yield "/" + route.lstrip("^").rstrip("$"), one


def names(pattern: URLPattern, answer: HttpResponse) -> set[str]:
    """What a page may be asked: by the code beside its view and by the forms that it shows."""
    module = inspect.getmodule(inspect.unwrap(pattern.callback))
    found = {"cursor", *NAMED.findall(inspect.getsource(module))} if module and module.__name__.startswith("yipanqi.") else set()
    for context in answer.context or ():
        for value in context.dicts if hasattr(context, "dicts") else [context]:
            for form in value.values() if hasattr(value, "values") else ():
                found |= set(getattr(form, "fields", ())) if hasattr(form, "is_valid") else set()
    return found


def asked(client: Client, address: str, name: str, value: bytes) -> str:
    """What goes wrong when a page is asked this; empty if nothing."""
    try:
        status = client.get(f"{address}?{name}={quote_from_bytes(value)}").status_code
    except Exception as error:
        return f"{address}?{name}={value[:20]!r}: {type(error).__name__} {str(error)[:90]}"
    return f"{address}?{name}={value[:20]!r}: {status}" if status >= 500 else ""


def test_no_page_breaks_when_it_is_asked_something_odd() -> None:
    board = Board()
    board.let_everyone_in()
    client, wrong = board.page("head"), []
    for address, pattern in pages():
        answer = client.get(address)
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            wrong += [problem for name in sorted(names(pattern, answer)) for value in ODD if (problem := asked(client, address, name, value))]
    assert not wrong, "\n".join(wrong)
