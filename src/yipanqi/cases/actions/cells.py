"""Counters that maps read instead of a million cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from yipanqi.cases import selectors
from yipanqi.cases.models import CellCount
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor


@action
def count_cells(_nothing: None, *, cells: Sequence[str], by: Actor, at: dt.datetime) -> None:
    """The ended cases in these cells are counted afresh from the cases themselves; doing it again changes nothing."""
    CellCount.objects.filter(cell__in=list(cells)).delete()
    CellCount.objects.bulk_create(
        [
            CellCount(cell=cell, kind=kind, key=key, state=state, count=count)
            for cell, tally in selectors.recount(cells)
            for (kind, key, state), count in tally.items()
        ],
        batch_size=2_000,
    )
