"""How many cases lie where: counts per H3 cell, for maps that hold a million cases.

Open cases are few and are counted as they stand. Those at an end are many: they are read from `CellCount`, which jobs keep
(`recount` says what must stand there). Where no counter fits the filters, the newest cases of the span asked for are looked
at, and the answer says since when.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import h3
from django.db.models import Count, Q, QuerySet, Sum

from yipanqi.cases.models import Case, CellCount
from yipanqi.cases.selectors.cells import FINEST
from yipanqi.cases.selectors.filtering import filtered, overdue
from yipanqi.cases.selectors.seeing import IS_OPEN, OPEN_STATES, plain, sees_all, visible_to
from yipanqi.cases.states import State
from yipanqi.kernel.models import JobRun
from yipanqi.people.models import Unit
from yipanqi.places.models import Area
from yipanqi.standards.models import IssueClass

COARSEST = 3
ENDED_STATES = tuple(s.value for s in State if s.value not in OPEN_STATES)
#: So many of the newest cases are looked at where no counter fits the filters.
NEWEST = 50_000
#: The job whose first end says that the counters are whole.
KEPT_BY = "cases.recount_cells"
Box = tuple[float, float, float, float]  # west, south, east, north
Tally = Counter[tuple[str, int, str]]  # of one cell by kind of counter, key and state


@dataclass
class Spread:
    """Cases per cell of the finest resolution: [all, those overdue]. `since` is set where only cases found after it were
    looked at; `counted` where ended cases come from counters, which lag a minute."""

    cells: dict[str, list[int]] = field(default_factory=dict)
    since: dt.datetime | None = None
    counted: bool = False

    def add(self, cell: str, count: int, late: int = 0) -> None:
        known = self.cells.setdefault(cell, [0, 0])
        known[0] += count
        known[1] += late


@dataclass(frozen=True)
class Cluster:
    """A cell with the middle of what lies in it, how many cases and how many of them overdue."""

    cell: str
    lon: float
    lat: float
    count: int
    late: int


# ----- cells -----


@lru_cache(maxsize=200_000)
def _middle(cell: str) -> tuple[float, float]:
    lat, lon = h3.cell_to_latlng(cell)
    return lon, lat


@lru_cache(maxsize=200_000)
def _parent(cell: str, resolution: int) -> str:
    return str(h3.cell_to_parent(cell, resolution))


def zoom_of(text: str) -> float:
    """The zoom of a map as an address gives it; that of a whole city where it cannot be read."""
    try:
        zoom = float(text)
    except ValueError:
        return 11.0
    return zoom if 0 <= zoom <= 24 else 11.0


def resolution_for(zoom: float) -> int:
    """The resolution whose cells lie some 60 to 160 pixels apart at a zoom of the map."""
    return max(COARSEST, min(FINEST, FINEST + int((zoom - 13.5) // 1.403)))


def _grown(box: Box, share: float = 0.05, least: float = 0.003) -> Box:
    """A box with some room around, so that what lies on its edge is in it."""
    west, south, east, north = box
    x, y = max((east - west) * share, least * 1.5), max((north - south) * share, least)
    return west - x, south - y, east + x, north + y


def _within(box: Box | None, lon: float, lat: float) -> bool:
    return box is None or (box[0] <= lon <= box[2] and box[1] <= lat <= box[3])


def clusters(found: Spread, resolution: int, box: Box | None = None, most: int = 400) -> tuple[list[Cluster], int]:
    """What lies in `box` by cells of a resolution, of a coarser one where there would be more than `most`; the fullest first,
    with the resolution.

    A cell is always counted whole, also where the box cuts it.
    """
    while True:
        made = _by_parent(found, resolution)
        shown = [one for one in made if _within(_grown(box) if box else None, one.lon, one.lat)]
        if len(shown) <= most or resolution <= 0:
            return sorted(shown, key=lambda one: (-one.count, one.cell))[:most], resolution
        resolution -= 1


def _by_parent(found: Spread, resolution: int) -> Iterator[Cluster]:
    sums: dict[str, list[float]] = {}
    for cell, (count, late) in found.cells.items():
        lon, lat = _middle(cell)
        held = sums.setdefault(_parent(cell, resolution), [0.0, 0.0, 0, 0])
        for n, value in enumerate((lon * count, lat * count, count, late)):
            held[n] += value
    for cell, (x, y, total, tardy) in sums.items():
        yield Cluster(cell, x / total, y / total, int(total), int(tardy))


def cells_in(found: Spread, box: Box | None) -> list[str]:
    """The cells of a spread that may have something in `box`."""
    grown = _grown(box, 0) if box else None
    return [cell for cell in found.cells if _within(grown, *_middle(cell))]


# ----- counting -----


def spread(user: Any, filters: Mapping[str, Any], now: dt.datetime) -> Spread:
    """The cases that `user` may see and `filters` leave (as `filtered` has them), by cells; those without a position are
    nowhere."""
    wanted = _states(filters)
    found = Spread()
    if alive := wanted & set(OPEN_STATES):
        shown = filtered(visible_to(user, few=True), filters, now).exclude(cell="")
        rows = shown.filter(IS_OPEN, state__in=sorted(alive)).order_by().values("cell")
        counted = rows.annotate(count=Count("pk"), late=Count("pk", filter=overdue(now)))
        for row in counted.values_list("cell", "count", "late"):
            found.add(*row)
    ended = wanted - set(OPEN_STATES)
    if ended and str(filters.get("overdue", "")).lower() not in ("1", "true", "on", "yes"):
        shown = filtered(visible_to(user), filters, now).exclude(cell="")
        _add_ended(found, user, shown.filter(state__in=sorted(ended)), filters, ended)
    return found


def _add_ended(found: Spread, user: Any, shown: QuerySet[Case], filters: Mapping[str, Any], states: set[str]) -> None:
    counter = _counter(user, filters)
    if counter is not None:
        kind, keys = counter
        rows = CellCount.objects.filter(kind=kind, key__in=keys, state__in=sorted(states)).order_by().values("cell")
        for cell, count in rows.annotate(total=Sum("count")).values_list("cell", "total"):
            found.add(cell, count)
        found.counted = True
        return
    found.since = _newest_of(filters)
    if found.since is not None:
        shown = shown.filter(found_at__gt=found.since)
    for cell, count in shown.order_by().values("cell").annotate(count=Count("pk")).values_list("cell", "count"):
        found.add(cell, count)


def closed_lately(since: dt.datetime, most: int) -> Spread:
    """Cases of a known class struck off since a moment, the newest `most` of them, by cells."""
    # The state is looked at here: asked for it, SQLite would go through all closed cases there ever were.
    lately = Case.objects.filter(closed_at__gte=since, issue_class__isnull=False).exclude(cell="").order_by("-closed_at", "-id")
    found = Spread()
    for (cell, state), count in Counter(lately.values_list("cell", "state")[:most]).items():
        if state == State.CLOSED:
            found.add(cell, count)
    return found


def _newest_of(filters: Mapping[str, Any]) -> dt.datetime | None:
    """The moment after which the newest `NEWEST` cases of the span asked for were found; None where there are no more."""
    span = filtered(Case.objects.all(), {name: filters.get(name) for name in ("found_from", "found_to")})
    moments = span.order_by("-found_at", "-id").values_list("found_at", flat=True)
    return next(iter(moments[NEWEST : NEWEST + 1]), None)


def _states(filters: Mapping[str, Any]) -> set[str]:
    asked = filters.get("state") or ""
    parts = asked if isinstance(asked, list | tuple | set) else plain(str(asked)).split(",")
    given = {state for part in parts if part for state in (OPEN_STATES if part == "open" else (str(part),))}
    return given or {s.value for s in State}


def _counter(user: Any, filters: Mapping[str, Any]) -> tuple[str, list[int]] | None:
    """The kind of counter and its keys that answer for `filters`; None where none does."""
    named = {name: value for name, value in filters.items() if value not in (None, "", [], ()) and name != "state"}
    if not sees_all(user) or len(named) > 1 or not set(named) <= set(_KEYS) or not counters_stand():
        return None
    for name, value in named.items():
        return name, list(_KEYS[name](plain(str(getattr(value, "code", value))).split(",")))
    return "", [0]


def _areas(codes: list[str]) -> Iterable[int]:
    below = Q(pk__in=[])
    for path in Area.objects.filter(code__in=codes).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return Area.objects.filter(below).values_list("pk", flat=True)


_KEYS: dict[str, Any] = {
    "class": lambda given: IssueClass.objects.filter(Q(key__in=given) | Q(code__in=given)).values_list("pk", flat=True),
    "unit": lambda given: Unit.objects.filter(code__in=given).values_list("pk", flat=True),
    "area": _areas,
}


# ----- what the counters must say -----


def counters_stand() -> bool:
    """Whether the counters were built as a whole."""
    return JobRun.objects.filter(key=KEPT_BY, finished_at__isnull=False).exists()


def recount(cells: Iterable[str] | None = None) -> Iterator[tuple[str, Tally]]:
    """Each cell (of `cells`, or every one) with what its counters must be, from the cases themselves."""
    shown = Case.objects.exclude(cell="").filter(state__in=ENDED_STATES)
    if cells is not None:
        shown = shown.filter(cell__in=list(cells))
    columns = ("cell", "state", "issue_class", "unit", "area")
    rows = shown.order_by("cell").values(*columns).annotate(count=Count("pk")).values_list(*columns, "count")
    return _gathered(
        (cell, {(kind, key or 0, state): count for kind, key in (("", 0), ("class", class_), ("unit", unit), ("area", area))})
        for cell, state, class_, unit, area, count in rows.iterator(chunk_size=5_000)
    )


def held(cells: Iterable[str] | None = None) -> Iterator[tuple[str, Tally]]:
    """The same as it stands in the counters."""
    rows = CellCount.objects.all() if cells is None else CellCount.objects.filter(cell__in=list(cells))
    values = rows.order_by("cell").values_list("cell", "kind", "key", "state", "count").iterator(chunk_size=5_000)
    return _gathered((cell, {(kind, key, state): count}) for cell, kind, key, state, count in values)


def _gathered(rows: Iterable[tuple[str, dict[tuple[str, int, str], int]]]) -> Iterator[tuple[str, Tally]]:
    """Rows that come cell by cell, one tally for each."""
    last, tally = "", Tally()
    for cell, counts in rows:
        if cell != last:
            if last:
                yield last, tally
            last, tally = cell, Tally()
        tally.update(counts)
    if last:
        yield last, tally


def miscounted(cells: Iterable[str] | None = None) -> list[str]:
    """The cells (of `cells`, or of all) whose counters differ from a recount."""
    told = None if cells is None else list(cells)
    known = {cell: hash(frozenset(tally.items())) for cell, tally in held(told)}
    wrong = [cell for cell, tally in recount(told) if known.pop(cell, None) != hash(frozenset(tally.items()))]
    return sorted([*wrong, *known])


def ended_since(moment: dt.datetime) -> list[str]:
    """The cells in which a case came to its end after `moment`. Cases declined or merged long after they were found are
    left to the daily recount."""
    ended = Case.objects.exclude(cell="").order_by()
    declined = ended.filter(state__in=[State.REJECTED.value, State.MERGED.value], found_at__gte=moment - dt.timedelta(days=60))
    declined = declined.filter(Q(rejected_at__gte=moment) | Q(merged_at__gte=moment))
    found = ended.filter(closed_at__gte=moment), declined
    return sorted({cell for rows in found for cell in rows.values_list("cell", flat=True)})
