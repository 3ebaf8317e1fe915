"""Reading what a GeoReport client asks for. Everything wrong is a GeoReportError that says which argument and why."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from yipanqi.interop.encoding import GeoReportError

T = TypeVar("T", bound=Model)
#: The specification's default and largest span of a search, and its most rows.
SPAN = dt.timedelta(days=90)
MOST_ROWS = 1000
MOST_CODES = 200
MOST_PAGES = 100_000


@dataclass(frozen=True)
class Page:
    """Which rows of an answer are asked for; the first page is 1."""

    number: int
    size: int

    def of(self, rows: QuerySet[T]) -> tuple[list[T], bool]:
        """The page's rows, and whether there are more after it."""
        start = (self.number - 1) * self.size
        found = list(rows[start : start + self.size + 1])
        return found[: self.size], len(found) > self.size


@dataclass(frozen=True)
class Search:
    """What GET requests asks for."""

    ids: list[str]
    codes: list[str]
    since: dt.datetime
    until: dt.datetime
    statuses: set[str]
    page: Page


def search(query: QueryDict, now: dt.datetime) -> Search:
    """The arguments of GET requests. Raises GeoReportError(400)."""
    since, until = span(query, now)
    statuses = set(_listed(query, "status"))
    if statuses - {"open", "closed"}:
        raise GeoReportError(400, _("status 只能是 open 或 closed"))
    return Search(
        _listed(query, "service_request_id"),
        _listed(query, "service_code"),
        since,
        until,
        statuses,
        page(query),
    )


def page(query: QueryDict) -> Page:
    """The page that is asked for, the first thousand rows without a word. Raises GeoReportError(400)."""
    return Page(_count(query, "page", 1, MOST_PAGES), _count(query, "page_size", MOST_ROWS, MOST_ROWS))


def span(query: QueryDict, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """From when until when: the last 90 days unless said otherwise, and never more than 90 days between two dates."""
    start, end = _moment(query, "start_date"), _moment(query, "end_date")
    if start and end:
        if end < start:
            raise GeoReportError(400, _("end_date 早于 start_date"))
        if end - start > SPAN:
            raise GeoReportError(400, _("start_date 与 end_date 之间不能超过 90 天"))
    if start:
        return start, end or max(now, start)
    if end:
        return _earlier(end), end
    return _earlier(now), now


def position(form: QueryDict) -> tuple[float, float] | None:
    """``(lon, lat)``, None when neither is given. Raises GeoReportError(400) for half a position or no number."""
    lat, lon = form.get("lat", "").strip(), (form.get("long") or form.get("lon") or "").strip()
    if not lat and not lon:
        return None
    try:
        y, x = float(lat), float(lon)
    except ValueError as error:
        raise GeoReportError(400, _("lat 和 long 要同时给出，用十进制度数")) from error
    if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90):
        raise GeoReportError(400, _("lat 要在 -90 到 90 之间，long 要在 -180 到 180 之间"))
    return x, y


def _moment(query: QueryDict, name: str) -> dt.datetime | None:
    text = query.get(name, "").strip()
    text = text.replace(" ", "+") if "T" in text else text  # a plus sign that the client forgot to escape
    if not text:
        return None
    try:
        found = parse_datetime(text)
        if found is None:
            day = parse_date(text)
            found = dt.datetime.combine(day, dt.time.max if name == "end_date" else dt.time.min) if day else None
        if found is not None:
            found = found if timezone.is_aware(found) else timezone.make_aware(found)
            return found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise GeoReportError(400, _("%(name)s 不是有效的日期时间，请用 2026-01-31T08:00:00Z 的写法") % {"name": name})


def _earlier(at: dt.datetime) -> dt.datetime:
    try:
        return at - SPAN
    except OverflowError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)


def _listed(query: QueryDict, name: str) -> list[str]:
    parts = [part.strip() for text in query.getlist(name) for part in text.split(",") if part.strip()]
    if len(parts) > MOST_CODES:
        raise GeoReportError(400, _("%(name)s 一次最多 %(most)s 个") % {"name": name, "most": MOST_CODES})
    if any("\0" in part for part in parts):
        raise GeoReportError(400, _("%(name)s 含有不能使用的字符") % {"name": name})
    return parts


def _count(query: QueryDict, name: str, default: int, most: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 9 and 1 <= int(text) <= most):
        raise GeoReportError(400, _("%(name)s 要是 1 到 %(most)s 的整数") % {"name": name, "most": most})
    return int(text)


def clean_text(form: QueryDict, name: str, most: int) -> str:
    """A text argument without characters that no database keeps. Raises GeoReportError(400) when it is too long."""
    text = form.get(name, "").replace("\0", "").strip()
    if len(text) > most:
        raise GeoReportError(400, _("%(name)s 太长，最多 %(most)s 字") % {"name": name, "most": most})
    return text
