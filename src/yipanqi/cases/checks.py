"""What `doctor` looks at: whether the figures read from counters equal a recount of the records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from yipanqi.cases.figures import ROLLUP
from yipanqi.figures.recount import differences
from yipanqi.findings import ERROR, Finding, check


@check
def figures_counted(now: datetime) -> Iterator[Finding]:
    """Every counter is what a count of the cases gives."""
    for told in differences(ROLLUP, now):
        words = f"A figure differs from a recount: {told}. The worker counts anew at night by itself; report this, for it should not happen."
        yield Finding("cases.figures_counted", ERROR, words)
