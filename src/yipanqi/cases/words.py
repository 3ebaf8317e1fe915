"""By which words a case is found: its number, title, description and address.

What residents left of themselves is not among them. The texts of their reports are: a report's text is the description of
the case that it opened, which whoever may see the case reads anyway.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from yipanqi.cases.models import Case
from yipanqi.wordindex import WordIndex

WORDS = WordIndex("cases_words")
FIELDS = ("number", "title", "description", "address")
SHORTEST_TAIL = 3


def parts_of(number: str, *texts: str) -> tuple[str, ...]:
    """The parts of a case's text; of its number also the ends, which people remember: 000017, 0017, 017 and 17."""
    serial = number.rpartition("-")[2]
    bare = serial.lstrip("0")
    tails = dict.fromkeys([*(serial[n:] for n in range(1, len(serial) - SHORTEST_TAIL + 1)), bare])
    return number, *(tail for tail in tails if tail and tail != number), *texts


def known(cases: QuerySet[Case]) -> list[tuple[int, tuple[str, ...]]]:
    """Row id and parts of the text of each case."""
    return [(key, parts_of(*texts)) for key, *texts in cases.values_list("pk", *FIELDS)]


def keep_words(cases: Iterable[Case]) -> None:
    """The cases are found by the words that they hold now. Within the transaction that writes them."""
    WORDS.put((case.pk, parts_of(*(getattr(case, name) for name in FIELDS))) for case in cases)
