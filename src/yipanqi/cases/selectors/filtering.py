"""Narrowing lists of cases by what an address or a form says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from yipanqi.cases.models import OWN_DISCOVERY, Case
from yipanqi.cases.selectors.cells import cell_range
from yipanqi.cases.selectors.seeing import OPEN_STATES, plain
from yipanqi.cases.states import State
from yipanqi.places.models import Area
from yipanqi.standards.models import IssueClass

RUNNING = tuple(s for s in OPEN_STATES if s != State.SUSPENDED)


def filtered(queryset: QuerySet[Case], params: Mapping[str, Any], now: dt.datetime | None = None) -> QuerySet[Case]:
    """`queryset` narrowed by whatever of `params` is not empty.

    Keys: state, severity, source (one value or several, also comma-separated); class (key or code), unit, place,
    area (codes; an area includes those below it); found_from, found_to, due_before (a day, or a moment); overdue
    (true or false); bbox ("west,south,east,north" or four numbers); cell (an H3 cell of
    resolution 9 or coarser); q (words in title, description, address or number).
    """
    for key, build in _FILTERS.items():
        value = params.get(key)
        if value not in (None, "", [], ()):
            queryset = queryset.filter(build(value))
    flag = params.get("overdue")
    if flag not in (None, ""):
        late = overdue(now or timezone.now())
        queryset = queryset.filter(late if _true(flag) else ~late)
    return queryset


def overdue(now: dt.datetime) -> Q:
    """What 超期 means of an open case, everywhere: not suspended, and whoever must act now is late, that is the present
    stage's deadline (accept, hand over, sign, rule, mend, verify) is past."""
    return Q(state__in=RUNNING, stage_due_at__isnull=False, stage_due_at__lt=now)


def is_overdue(state: str, stage_due_at: dt.datetime | None, now: dt.datetime) -> bool:
    """`overdue` of one row."""
    return stage_due_at is not None and stage_due_at < now and state in RUNNING


def _true(value: Any) -> bool:
    return str(value).lower() in ("1", "true", "on", "yes")


def _several(value: Any) -> list[str]:
    return [v for v in (value if isinstance(value, list | tuple | set) else plain(str(value)).split(",")) if v != ""]


def _numbers(value: Any) -> list[int]:
    return [int(v) for v in _several(value) if str(v).isdecimal() and len(str(v)) < 4]


def _sources(value: Any) -> Q:
    wanted = _several(value)
    return Q(source__in=[*wanted, *(OWN_DISCOVERY if "own" in wanted else ())])


def _class(value: Any) -> Q:
    if isinstance(value, IssueClass):
        return Q(issue_class=value)
    return Q(issue_class__key__in=_several(value)) | Q(issue_class__code__in=_several(value))


def _area(value: Any) -> Q:
    if isinstance(value, Area):
        return Q(area__path__startswith=value.path)
    paths = Area.objects.filter(code__in=_several(value)).values_list("path", flat=True)
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(area__path__startswith=path)
    return found


def _code(field: str) -> Any:
    def build(value: Any) -> Q:
        return Q(
            **{f"{field}__code__in": [getattr(value, "code", value)] if hasattr(value, "code") else _several(value)}
        )

    return build


def _moment(value: Any, *, end: bool = False) -> dt.datetime | None:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value) if len(value) > 10 else dt.date.fromisoformat(value)
        except ValueError:
            return None
    value = value.replace(
        year=min(max(value.year, 1900), 2400), day=min(value.day, 28) if not 1900 <= value.year <= 2400 else value.day
    )
    if isinstance(value, dt.datetime):
        return value if timezone.is_aware(value) else timezone.make_aware(value)
    return timezone.make_aware(dt.datetime.combine(value, dt.time())) + dt.timedelta(days=1 if end else 0)


def _since(field: str, op: str, *, end: bool = False) -> Any:
    def build(value: Any) -> Q:
        moment = _moment(value, end=end)
        return Q(pk__in=[]) if moment is None else Q(**{f"{field}__{op}": moment})

    return build


def _bbox(value: Any) -> Q:
    try:
        west, south, east, north = (float(v) for v in _several(value))
    except ValueError:
        return Q(pk__in=[])
    return Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


def _cell(value: Any) -> Q:
    try:
        first, last = cell_range(str(value))
    except ValueError:
        return Q(pk__in=[])
    return Q(cell__gte=first, cell__lte=last)


def _words(value: Any) -> Q:
    found = Q()
    for word in plain(str(value)).split()[:8]:
        found &= (
            Q(title__icontains=word)
            | Q(description__icontains=word)
            | Q(address__icontains=word)
            | Q(number__icontains=word)
        )
    return found


_FILTERS = {
    "state": lambda v: Q(state__in=[s for one in _several(v) for s in (OPEN_STATES if one == "open" else (one,))]),
    "severity": lambda v: Q(severity__in=_numbers(v)),
    "source": _sources,
    "class": _class,
    "unit": _code("unit"),
    "place": _code("place"),
    "area": _area,
    "found_from": _since("found_at", "gte"),
    "found_to": _since("found_at", "lt", end=True),
    "due_before": _since("due_at", "lt"),
    "bbox": _bbox,
    "cell": _cell,
    "q": _words,
}  # fmt: skip
