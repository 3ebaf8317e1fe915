"""What the counters of a rollup do not tell of one moment: the records changed since they were counted, and what comes later
in the day asked about. Worked out once for a moment, and added up once for each way of telling apart."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from yipanqi.figures.layout import Dims, Fact, Layout, day_of, view_of
from yipanqi.figures.tables import DIMS

Taken = tuple[Dims, Sequence[Sequence[int]]]
#: A record with a moment later that day: its dimensions and its mask; then what a dimension is called that is not told apart.
Later = tuple[int, int, int, str, int, int, str]
MASK, NO_ID, NO_WORD = 4, 5, 6


class Correction(NamedTuple):
    """Something that counts, or counts no more. `side`: 0 what has come, 1 what has not; None: where its cell is counted.
    `counted`: it is in the cells, and only on the wrong side of the moment asked about."""

    clock: int
    day: int
    side: int | None
    counted: bool
    mask: int
    bin: int
    dims: Dims


def later(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Later]]:
    """Clocks with records as `Layout.masked` tells them, made ready to be told apart."""
    found: dict[int, list[Later]] = {}
    for clock, unit, area, kind, source, mask in rows:
        if mask:
            found.setdefault(clock, []).append((unit or 0, area or 0, kind or 0, source, mask, 0, ""))
    return found


class Corrections:
    """What to add to the counters, each with how often; negative to take away.

    `facts`: changed records as they are, and records of any moment ahead that is no deadline; `taken`: what the changed ones
    had shared; `deadlines`: by clock, the records that did not change and whose deadline comes later that day.
    """

    def __init__(self, layout: Layout, facts: Sequence[Fact], taken: Iterable[Taken], deadlines: Mapping[int, Sequence[Later]], as_of: dt.datetime) -> None:
        self.layout, self.facts, self.deadlines, self.as_of = layout, facts, deadlines, as_of
        self._changed: Counter[Correction] = Counter()
        for dims, shares in taken:
            for clock, day, mask, bin in shares:
                self._changed[Correction(clock, day, None, False, mask, bin, dims)] -= 1
        for fact in facts:
            self._put(fact)
        self._by_view: dict[int, list[tuple[Correction, int]]] = {}

    def told_apart(self, view: int) -> list[tuple[Correction, int]]:
        """The corrections with only those dimensions kept that the view tells apart."""
        if view not in self._by_view:
            keep = [at if view & view_of([dim]) else NO_WORD if dim == "source" else NO_ID for at, dim in enumerate(DIMS)]
            told, today, found = itemgetter(*keep), day_of(self.as_of), Counter[Correction]()
            for one, n in self._changed.items():
                found[one._replace(dims=told((*one.dims, 0, 0, "")))] += n
            for clock, rows in self.deadlines.items():
                for (mask, *dims), n in Counter(map(itemgetter(MASK, *keep), rows)).items():
                    found[Correction(clock, today, 0, True, mask, 0, tuple(dims))] -= n
                    found[Correction(clock, today, 1, True, mask, 0, tuple(dims))] += n
            self._by_view[view] = [(one, n) for one, n in found.items() if n]
        return self._by_view[view]

    def _put(self, fact: Fact) -> None:
        for clock, moment, mask, bin in fact.shares():
            day, own = day_of(moment) if moment else 0, self.layout.by_number[clock]
            side = int(moment is not None and not own.come(moment, self.as_of))
            if not fact.clean:
                self._changed[Correction(clock, day, side, False, mask, bin, fact.dims)] += 1
            elif side and own.column not in self.layout.ahead:  # counted as come up to the cut
                self._changed[Correction(clock, day, 0, True, mask, bin, fact.dims)] -= 1
                self._changed[Correction(clock, day, 1, True, mask, bin, fact.dims)] += 1
