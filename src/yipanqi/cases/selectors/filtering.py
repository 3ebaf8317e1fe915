"""Narrowing lists of cases by what an address or a form says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Func, Q, QuerySet, Sum
from django.db.models.lookups import GreaterThanOrEqual, In, LessThanOrEqual
from django.utils import timezone

from yipanqi.cases.models import OWN_DISCOVERY, Case, CellCount
from yipanqi.cases.selectors.cells import cell_range
from yipanqi.cases.selectors.seeing import IS_OPEN, OPEN_STATES, plain
from yipanqi.cases.states import State
from yipanqi.cases.words import WORDS
from yipanqi.people.models import Unit
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import IssueClass

#: An area is wide if more than one in so many areas lies in it.
WIDE = 50
#: Cases of one cell that are not gathered and sorted for a page of them.
MANY = 5_000
RUNNING = tuple(s for s in OPEN_STATES if s != State.SUSPENDED)


def filtered(queryset: QuerySet[Case], params: Mapping[str, Any], now: dt.datetime | None = None) -> QuerySet[Case]:
    """`queryset` narrowed by whatever of `params` is not empty.

    Keys: state, severity, source (one value or several, also comma-separated); class (key or code), unit, place,
    area (codes; an area includes those below it); found_from, found_to, due_before (a day, or a moment); overdue
    (true or false); bbox ("west,south,east,north" or four numbers); cell (an H3 cell of resolution 9 or coarser); q (words in
    title, description, address or number, all of them).
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
    return IS_OPEN & Q(state__in=RUNNING, stage_due_at__isnull=False, stage_due_at__lt=now)


def is_overdue(state: str, stage_due_at: dt.datetime | None, now: dt.datetime) -> bool:
    """`overdue` of one row."""
    return stage_due_at is not None and stage_due_at < now and state in RUNNING


class Unindexed(Func):
    """A column by which SQLite is not to look rows up: it knows not how common each value is, and would gather and sort half
    a city's cases where walking the list's own order finds a page of them at once. PostgreSQL knows."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


def _true(value: Any) -> bool:
    return str(value).lower() in ("1", "true", "on", "yes")


def _several(value: Any) -> list[str]:
    return [v for v in (value if isinstance(value, list | tuple | set) else plain(str(value)).split(",")) if v != ""]


def _numbers(value: Any) -> list[int]:
    return [int(v) for v in _several(value) if str(v).isdecimal() and len(str(v)) < 4]


def _sources(value: Any) -> Q:
    wanted = _several(value)
    return Q(source__in=[*wanted, *(OWN_DISCOVERY if "own" in wanted else ())])


def _states(value: Any) -> Q:
    wanted = _several(value)
    if wanted == ["open"]:
        return IS_OPEN
    chosen = [s for one in wanted for s in (OPEN_STATES if one == "open" else (one,))]
    return Q(state=chosen[0]) if len(chosen) == 1 else Q(state__in=chosen)


def _one_of(field: str, ids: Iterable[int]) -> Q:
    """Rows whose `field` is one of these. The ids themselves, not the way to them: a database knows how common an id is,
    and walks an index in the order of the list where there is but one."""
    known = list(ids)
    return Q(**{f"{field}_id": known[0]}) if len(known) == 1 else Q(**{f"{field}_id__in": known})


def _class(value: Any) -> Q:
    if isinstance(value, IssueClass):
        return Q(issue_class=value)
    wanted = _several(value)
    named = Q(key__in=wanted) | Q(code__in=wanted)
    return _one_of("issue_class", IssueClass.objects.filter(named).values_list("pk", flat=True))


def _area(value: Any) -> Q:
    paths = [value.path] if isinstance(value, Area) else Area.objects.filter(code__in=_several(value)).values_list("path", flat=True)
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    ids = list(Area.objects.filter(below).values_list("pk", flat=True))
    wide = len(ids) > 1 and len(ids) * WIDE > Area.objects.count()
    return Q(In(Unindexed(F("area_id")), ids)) if wide else _one_of("area", ids)


def _code(model: type[Unit] | type[Place], field: str) -> Any:
    def build(value: Any) -> Q:
        codes = [value.code] if isinstance(value, model) else _several(value)
        return _one_of(field, model.objects.filter(code__in=codes).values_list("pk", flat=True))  # type: ignore[attr-defined]

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
    counted = CellCount.objects.filter(kind="", cell__gte=first, cell__lte=last).aggregate(total=Sum("count"))
    if (counted["total"] or 0) < MANY:
        return Q(cell__gte=first, cell__lte=last)
    return Q(GreaterThanOrEqual(Unindexed(F("cell")), first)) & Q(LessThanOrEqual(Unindexed(F("cell")), last))


_FILTERS = {
    "state": _states,
    "severity": lambda v: Q(severity__in=_numbers(v)),
    "source": _sources,
    "class": _class,
    "unit": _code(Unit, "unit"),
    "place": _code(Place, "place"),
    "area": _area,
    "found_from": _since("found_at", "gte"),
    "found_to": _since("found_at", "lt", end=True),
    "due_before": _since("due_at", "lt"),
    "bbox": _bbox,
    "cell": _cell,
    "q": lambda v: WORDS.matching(plain(str(v))),
}  # fmt: skip
