"""Stretches of time as rollups read them: whole months where they are whole, else days where a view keeps days; and on which
side of the moment asked about they lie. The cut is the last day that is counted as come: that of the moment, or of its month
where no days are kept; what has not come by then is put right record by record."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence

from yipanqi.figures.layout import ALL_TIME, DAY, MONTH, month_of
from yipanqi.figures.terms import Period

#: Place of the period, and 0 up to the day asked about, 1 after it.
Place = tuple[int, int]
Range = tuple[int, int, int]
FOREVER = dt.date.max.toordinal()


def last_of(first: int) -> int:
    """The last day of the month that begins on `first`."""
    return (dt.date.fromordinal(first) + dt.timedelta(days=31)).replace(day=1).toordinal() - 1


class Timeless:
    """What is so at present, whenever it began: one cell. `told`: whether the cells tell it at all."""

    ranges: Sequence[Range] = ((ALL_TIME, 0, 0),)
    cut, told = FOREVER, True

    def of_day(self, day: int) -> Place | None:
        """Where what happened on a day is counted."""
        return 0, 0

    def of_cell(self, grain: int, start: int) -> Place | None:
        """Where a cell is counted; None for one that reaches beyond."""
        return 0, 0


class Always(Timeless):
    """All of time, parted by the cut."""

    def __init__(self, today: int, daily: bool) -> None:
        first = month_of(today)
        last = last_of(first)
        self.cut = today if daily else last
        self.ranges = ((MONTH, 0, first - 1), (DAY, first, last), (MONTH, last + 1, FOREVER)) if daily else ((MONTH, 0, FOREVER),)

    def of_day(self, day: int) -> Place | None:
        return 0, int(day > self.cut)

    def of_cell(self, grain: int, start: int) -> Place | None:
        return 0, int(start > self.cut)


class Adjoining(Timeless):
    """Adjoining periods, parted by the cut; without days, not told where a period parts a month."""

    def __init__(self, periods: Sequence[Period], today: int, daily: bool) -> None:
        self.first, self.cut = periods[0].start.toordinal(), today if daily else last_of(month_of(today))
        self.ends = [period.end.toordinal() for period in periods]
        self.cells: dict[tuple[int, int], Place] = {}
        for slot, period in enumerate(periods):
            start, end = period.start.toordinal(), self.ends[slot]
            self._cover(start, min(end, self.cut), (slot, 0))
            self._cover(max(start, self.cut + 1), end, (slot, 1))
        self.told = daily or all(grain == MONTH for grain, _start in self.cells)
        self.ranges = self._ranges()

    def _cover(self, start: int, end: int, place: Place) -> None:
        while start <= end:
            first = month_of(start)
            last = last_of(first)
            whole = start == first and last <= end
            self.cells[(MONTH, first) if whole else (DAY, start)] = place
            start = last + 1 if whole else start + 1

    def _ranges(self) -> list[Range]:
        found: list[Range] = []
        for grain, start in sorted(self.cells, key=lambda cell: cell[1]):
            end = last_of(start) if grain == MONTH else start
            if found and found[-1][0] == grain and found[-1][2] == start - 1:
                found[-1] = (grain, found[-1][1], end)
            else:
                found.append((grain, start, end))
        return found

    def of_day(self, day: int) -> Place | None:
        return (bisect_left(self.ends, day), int(day > self.cut)) if self.first <= day <= self.ends[-1] else None

    def of_cell(self, grain: int, start: int) -> Place | None:
        return self.cells.get((grain, start))
