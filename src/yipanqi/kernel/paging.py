"""Keyset paging: the cursor is the last row's order values, so page 10,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused


class BadCursor(Refused):
    """A cursor that was not given out by this list."""

    message = _("翻页参数无效，请从第一页重新打开")
    status = 400


@dataclass(frozen=True)
class Page:
    """Rows of one page and the cursor of the next (None on the last page)."""

    items: list[Any]
    next: str | None


def _encode(values: list[Any]) -> str:
    plain = [v.isoformat() if isinstance(v, dt.date) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str, queryset: QuerySet[Any], order: tuple[str, ...]) -> list[Any]:
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(raw, list) or len(raw) != len(order) or any(v is None or isinstance(v, list | dict) for v in raw):
            raise ValueError("shape")
        if any(b"\x00" in v.encode() for v in raw if isinstance(v, str)):  # half a surrogate pair does not encode
            raise ValueError("text that cannot be stored")
        fields = [queryset.model._meta.get_field(name.lstrip("-")) for name in order]
        values = [field.to_python(v) for field, v in zip(fields, raw, strict=True)]
        if any(isinstance(v, int) and not isinstance(v, bool) and abs(v) >= 2**63 for v in values):
            raise ValueError("range")
    except Exception as error:
        raise BadCursor() from error
    return values


def keyset_page(queryset: QuerySet[Any], order: tuple[str, ...], cursor: str | None = None, limit: int = 50) -> Page:
    """One page of `queryset` ordered by `order` (plain non-null columns, all of one direction, ending in a unique one).

    Raises BadCursor for a cursor of another list.
    """
    down = order[0].startswith("-")
    rows = queryset.order_by(*order)
    if cursor:
        values = _decode(cursor, queryset, order)
        names = [n.lstrip("-") for n in order]
        op = "lt" if down else "gt"
        after = Q()
        for i, name in enumerate(names):
            same = dict(zip(names[:i], values[:i], strict=True))
            after |= Q(**same, **{f"{name}__{op}": values[i]})
        rows = rows.filter(**{f"{names[0]}__{op}e": values[0]}).filter(after)
    items = list(rows[: limit + 1])
    if len(items) <= limit:
        return Page(items, None)
    items, last = items[:limit], items[limit - 1]
    get = last.get if isinstance(last, dict) else lambda name: getattr(last, name)
    return Page(items, _encode([get(n.lstrip("-")) for n in order]))


def next_url(request: HttpRequest, cursor: str | None) -> str:
    """The address of a page's next one, with the filters kept; empty on the last."""
    kept = {name: value for name, value in request.GET.items() if name != "cursor" and value}
    return f"?{urlencode(kept | {'cursor': cursor})}" if cursor else ""


def follow_page(names: Iterable[str], cursor: str | None, limit: int) -> Page:
    """One page of a list that is at hand as a whole, by the outside names of its rows: the cursor is the last name shown.

    Raises BadCursor for a name that the list does not have (any more).
    """
    left = list(names)
    if cursor:
        if cursor not in left:
            raise BadCursor()
        left = left[left.index(cursor) + 1 :]
    return Page(left[:limit], left[limit - 1] if len(left) > limit else None)
