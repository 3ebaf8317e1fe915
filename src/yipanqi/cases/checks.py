"""What `doctor` looks at: whether the figures read from counters equal a recount, and whether search knows every case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from yipanqi.cases.figures import ROLLUP
from yipanqi.cases.models import Case
from yipanqi.cases.words import WORDS
from yipanqi.figures.recount import differences
from yipanqi.findings import ERROR, WARNING, Finding, check


@check
def figures_counted(now: datetime) -> Iterator[Finding]:
    """Every counter is what a count of the cases gives."""
    for told in differences(ROLLUP, now):
        words = f"A figure differs from a recount: {told}. The worker counts anew at night by itself; report this, for it should not happen."
        yield Finding("cases.figures_counted", ERROR, words)


@check
def words_known(now: datetime) -> Iterator[Finding]:
    """Every case is known by its words, and nothing else is."""
    table = Case._meta.db_table
    if WORDS.lacking(table, 1) or WORDS.beside(table, 1):
        words = "Search does not know every case: press retry at the job cases.check_words on the system page, or wait for its nightly run."
        yield Finding("cases.words_known", WARNING, words)
