"""Reading and adding up the cells of a rollup. In plain SQL, the same on both databases: what is asked here is asked with
every look at a page, and composing such a statement anew costs more than sending it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from json import dumps
from typing import Any

from django.db import connection, models
from django.db.models import Q

from yipanqi.figures.corrections import Corrections, Taken
from yipanqi.figures.layout import SPAN_CLOCKS, Clock, Dims, Fact, Key, Layout, Plan, Share, view_of
from yipanqi.figures.stretches import Place, Timeless
from yipanqi.figures.tables import COUNTERS, DIMS, KEY, SLOTS

#: How PostgreSQL is told the type of a column that does not hold whole numbers.
ARRAYS = {"source": "text[]", "shares": "text[]::jsonb[]", "span0_at": "timestamptz[]", "span1_at": "timestamptz[]"}
SPANNED = tuple(f"span{n}{what}" for n in (0, 1) for what in ("_at", "_bin", ""))
NOTHING_TAKEN: Taken = ((), ())


class _Bits(dict[int, tuple[int, ...]]):
    """Which bits a mask has."""

    def __missing__(self, mask: int) -> tuple[int, ...]:
        found = self[mask] = tuple(at for at in range(SLOTS) if mask >> at & 1)
        return found


BITS = _Bits()


def inside(dims: Dims, filters: Mapping[str, frozenset[Any]]) -> bool:
    """Whether a record is one of those asked for."""
    return all(dims[DIMS.index(dim)] in ids for dim, ids in filters.items())


def those(pks: Sequence[int]) -> Q:
    """The rows of these ids, ascending; as a stretch where they are one, which is much shorter to say."""
    return Q(pk__range=(pks[0], pks[-1])) if pks and pks[-1] - pks[0] == len(pks) - 1 else Q(pk__in=pks)


def taken(counted: type[models.Model], pks: Iterable[int]) -> dict[int, Taken]:
    """What these records have put into the tallies, by their row ids."""
    wanted = sorted(pks)
    found: dict[int, Taken] = {}
    for at in range(0, len(wanted), 5_000):
        rows = counted._default_manager.filter(those(wanted[at : at + 5_000])).values_list("pk", *DIMS, "shares")
        found |= {pk: (tuple(dims), shares) for pk, *dims, shares in rows}
    return found


class Sums:
    """The counters that were asked for: by clock, place of the period, side of the day asked about, group and bin."""

    def __init__(
        self, layout: Layout, asked: Iterable[tuple[int, bool]], stretch: Callable[[Clock, int, bool], Timeless],
        filters: Mapping[str, frozenset[Any]], dims: tuple[str, ...],
    ) -> None:  # fmt: skip
        self.layout, self.filters, self.dims = layout, filters, dims
        self.need, self.views = view_of({*filters, *dims}), {}
        self.asked: dict[tuple[int, bool], Timeless] = {}
        for number, whole in sorted(asked):
            clock = layout.by_number[number]
            fitting = [view for view in clock.views if view & self.need == self.need]
            view = min(fitting, key=lambda view: (view.bit_count(), view)) if fitting else None
            if view is not None and (own := stretch(clock, view, whole)).told:
                self.views[number], self.asked[number, whole] = view, own
        self.found: dict[tuple[int, bool, int, int, tuple[Any, ...], int], list[int]] = {}

    # ----- the counters -----

    def read(self, table: str) -> None:
        """Take the counters in, in one statement."""
        branches: list[str] = []
        values: list[Any] = []
        for (number, whole), stretch in self.asked.items():
            for grain, start, end in stretch.ranges:
                branches.append(self._branch(table, whole))
                values += [self.views[number], number, grain, start, end, *(one for ids in self.filters.values() for one in ids)]
        if not branches or any(not ids for ids in self.filters.values()):
            return
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(branches), values)
            for whole, clock, grain, start, bin, *rest in cursor.fetchall():
                self._add_row(clock, bool(whole), self.asked[clock, bool(whole)].of_cell(grain, start), bin, rest)

    def _branch(self, table: str, whole: bool) -> str:
        groups = "".join(f", {dim}" for dim in self.dims)
        sums = ", ".join(f"SUM({counter})" for counter in COUNTERS[: self._width])
        within = "".join(f" AND {dim} IN ({', '.join(['%s'] * len(ids))})" for dim, ids in self.filters.items())
        return (
            f"SELECT {int(whole)}, clock, grain, start, bin{groups}, {sums} FROM {table} WHERE view = %s AND clock = %s AND grain = %s"
            f" AND start BETWEEN %s AND %s{within} GROUP BY clock, grain, start, bin{groups}"
        )

    @property
    def _width(self) -> int:
        return max(len(self.layout.by_number[number].conditions) for number, _whole in self.asked)

    def _add_row(self, clock: int, whole: bool, place: Place | None, bin: int, rest: Sequence[Any]) -> None:
        if place is None:
            return
        group, counters = tuple(rest[: len(self.dims)]), rest[len(self.dims) :]
        own = self._own(clock, whole, place, group, bin)
        for at, n in enumerate(counters):
            own[at] += n

    def _own(self, clock: int, whole: bool, place: Place, group: tuple[Any, ...], bin: int) -> list[int]:
        return self.found.setdefault((clock, whole, *place, group, bin), [0] * SLOTS)

    def put_right(self, corrections: Corrections) -> None:
        """Add what the counters do not tell of the moment asked about."""
        for (clock, day, side, counted, mask, bin, dims), n in corrections.told_apart(self.need):
            if not inside(dims, self.filters):
                continue
            for whole in (False, True):
                stretch = self.asked.get((clock, whole))
                place = stretch.of_day(day) if stretch else None
                if stretch and place is not None and not (counted and day > stretch.cut):
                    group = tuple(dims[DIMS.index(dim)] for dim in self.dims)
                    own = self._own(clock, whole, (place[0], place[1] if side is None else side), group, bin)
                    for at in BITS[mask]:
                        own[at] += n

    # ----- answers -----

    def groups(self) -> set[tuple[Any, ...]]:
        """The groups of whatever was found."""
        return {key[4] for key in self.found}

    def counts(self, plan: Plan, slot: int, group: tuple[Any, ...], whole: bool) -> dict[str, int]:
        """By part, how many records."""
        sides = [self.found.get((plan.clock.number, whole, slot, side, group, 0), [0] * SLOTS) for side in (0, 1)]
        return {
            part: (sides[0][where.before] if where.before >= 0 else 0) + (sides[1][where.after] if where.after >= 0 else 0)
            for part, where in plan.parts.items()
        }

    def bins(self, plan: Plan, slot: int) -> dict[int, int]:
        """How many spans have each class of lengths."""
        own = ((key[5], n[0]) for key, n in self.found.items() if key[:4] == (plan.clock.number, False, slot, 0))
        return {bin: n for bin, n in own if n}


# ----- changing the cells: what the owning app's action calls -----


def difference(layout: Layout, before: Mapping[int, Taken], facts: Iterable[tuple[Fact, list[Share]]]) -> Counter[tuple[Key, int]]:
    """What to add to which cell under which mask, so that records count as they are instead of as they did. With each record
    comes what is to be stored of it."""
    delta: Counter[tuple[Key, int]] = Counter()
    for fact, shares in facts:
        dims, taken = before.get(fact.pk, NOTHING_TAKEN)
        if not taken:
            delta.update(layout.cells(shares, fact.dims))
            continue
        old, new = {tuple(share) for share in taken}, {tuple(share) for share in shares}
        same = old & new if dims == fact.dims else set()
        delta.subtract(layout.cells(old - same, dims))
        delta.update(layout.cells(new - same, fact.dims))
    return delta


def add(table: str, delta: Counter[tuple[Key, int]]) -> None:
    """Add to the counters; cells that are not there yet are made."""
    rows: dict[Key, list[int]] = {}
    for (key, mask), n in delta.items():
        if n:
            own = rows.setdefault(key, [0] * SLOTS)
            for at in BITS[mask]:
                own[at] += n
    changes = ", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in COUNTERS)
    _upsert(table, (*KEY, *COUNTERS), KEY, changes, [(*key, *rows[key]) for key in sorted(rows) if any(rows[key])])


def keep(table: str, facts: Iterable[tuple[Fact, list[Share]]]) -> None:
    """Note of each record what it has put into the tallies, instead of what it had."""
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in (*DIMS, "shares", *SPANNED))
    moment = connection.ops.adapt_datetimefield_value
    rows = []
    for fact, shares in facts:
        spans: list[Any] = [None] * len(SPANNED)
        for clock, _day, _mask, bin in shares:
            if clock >= SPAN_CLOCKS:
                at = 3 * (clock - SPAN_CLOCKS)
                spans[at : at + 3] = moment(fact.moments[clock]), bin, fact.spans[clock]
        rows.append((fact.pk, *fact.dims, dumps(shares), *spans))
    _upsert(table, ("id", *DIMS, "shares", *SPANNED), ("id",), changes, rows)


def _upsert(table: str, names: Sequence[str], key: Sequence[str], changes: str, rows: Sequence[Sequence[Any]]) -> None:
    into, otherwise = f"INSERT INTO {table} ({', '.join(names)})", f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # reading a long statement would cost it more than the rows do
            cursor.executemany(f"{into} VALUES ({', '.join(['%s'] * len(names))}) {otherwise}", rows)
        elif rows:  # a parameter for each value would cost the driver more than the rows cost the database
            columns = ", ".join(f"%s::{ARRAYS.get(name, 'bigint[]')}" for name in names)
            arrays = [_array(name, values) for name, values in zip(names, zip(*rows, strict=True), strict=True)]
            cursor.execute(f"{into} SELECT * FROM unnest({columns}) {otherwise}", arrays)


def _array(name: str, values: Sequence[Any]) -> Any:
    """A column of values as PostgreSQL reads an array."""
    return list(values) if name in ARRAYS else f"{{{','.join('NULL' if value is None else str(value) for value in values)}}}"
