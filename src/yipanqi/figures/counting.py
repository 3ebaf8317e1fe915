"""Counting in as few statements as possible: several conditions over the same rows at once, several sets of rows in one
statement. What the conditions are is none of its business."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Avg,
    Case,
    DurationField,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models import Count as Tally
from django.db.models.functions import Cast, Ceil, Greatest, RowNumber

from yipanqi.figures.terms import Period

Rows = QuerySet[Any]
BRANCH, SLOT = "of_branch", "of_slot"


def slots(moment: str, periods: Sequence[Period]) -> Case:
    """The place among adjoining `periods` of the one that the moment falls in, of rows between the first and the last."""
    whens = [When(**{f"{moment}__lt": period.ends_at}, then=Value(n)) for n, period in enumerate(periods[:-1])]
    return Case(*whens, default=Value(len(periods) - 1), output_field=IntegerField())


@dataclass(frozen=True)
class Branch:
    """Rows, each in a slot (a number, by an expression on the row), and the conditions under which they are counted."""

    rows: Rows
    slot: Any
    conditions: Sequence[Q]


def tallied(branches: Sequence[Branch]) -> dict[tuple[int, int], tuple[int, ...]]:
    """By place of the branch and slot, how many rows meet each of its conditions; slots without any rows may be missing.

    One statement, whatever the branches: so all counts are of the same instant.
    """
    width = max((len(branch.conditions) for branch in branches), default=0)
    asked = [_counts(branch, place, width) for place, branch in enumerate(branches)]
    if not asked:
        return {}
    answer = asked[0].union(*asked[1:], all=True) if asked[1:] else asked[0]
    return {(row[0], row[1]): row[2 : 2 + len(branches[row[0]].conditions)] for row in answer}


def _counts(branch: Branch, place: int, width: int) -> QuerySet[Any, Any]:
    counts: dict[str, Any] = {f"n{at}": Tally("pk", filter=condition) for at, condition in enumerate(branch.conditions)}
    counts |= {f"n{at}": Value(0) for at in range(len(counts), width)}
    rows = branch.rows.order_by().annotate(**{BRANCH: Value(place), SLOT: branch.slot})
    return rows.values_list(BRANCH, SLOT).annotate(**counts)


def sizes(lists: Sequence[Rows]) -> list[int]:
    """How many rows each of several lists has, in one statement."""
    found = tallied([Branch(rows, Value(0), (Q(),)) for rows in lists])
    return [found.get((place, 0), (0,))[0] for place in range(len(lists))]


def grouped(rows: Rows, columns: Iterable[str], conditions: Sequence[Q]) -> Iterator[tuple[dict[str, Any], tuple[int, ...]]]:
    """Each group of `rows` with the values of `columns`, and how many of it meet each condition."""
    names = list(dict.fromkeys(columns))
    counts = {f"n{at}": Tally("pk", filter=condition) for at, condition in enumerate(conditions)}
    for row in rows.order_by().values_list(*names).annotate(**counts):
        yield dict(zip(names, row[: len(names)], strict=True)), row[len(names) :]


def ranked(rows: Rows, measure: Any, columns: Iterable[str], shares: Sequence[float]) -> Iterator[tuple[dict[str, Any], int, list[Any]]]:
    """Each group of `rows` with the values of `columns`, how many were measured, and the measure at each of the shares
    (nearest rank). Rows whose measure is null are left out; no row but those asked for leaves the database."""
    names = list(dict.fromkeys(columns))
    group = [F(name) for name in names] or None
    measured = rows.order_by().annotate(measured=measure).filter(measured__isnull=False)
    windows = measured.annotate(
        rank=Window(RowNumber(), partition_by=group, order_by=[F("measured").asc(), F("pk").asc()]),
        n=Window(Tally("pk"), partition_by=group),
    )
    wanted = Q()
    for share in dict.fromkeys(shares):
        exact = Cast("n", FloatField()) * Value(share, FloatField())
        wanted |= Q(rank=Greatest(Value(1), Cast(Ceil(exact), IntegerField())))
    found: dict[tuple[Any, ...], dict[int, Any]] = {}
    for *key, value, n, rank in windows.filter(wanted).values_list(*names, "measured", "n", "rank"):
        found.setdefault((*key, n), {})[rank] = value
    for (*key, n), by_rank in found.items():
        yield dict(zip(names, key, strict=True)), n, [by_rank[max(1, math.ceil(n * share))] for share in shares]


def averaged(rows: Rows, measure: Any, columns: Iterable[str]) -> Iterator[tuple[dict[str, Any], int, Any]]:
    """Each group of `rows` with the values of `columns`, how many were measured, and the mean of the measure."""
    names = list(dict.fromkeys(columns))
    measured = rows.order_by().annotate(measured=measure, one=Value(1)).filter(measured__isnull=False)
    for *key, mean, n in measured.values_list(*(names or ["one"])).annotate(mean=Avg("measured"), n=Tally("pk")):
        if n:
            yield dict(zip(names, key, strict=False)), n, mean


class Span(Func):
    """The time from one moment to another, exact to the microsecond.

    On SQLite it is worked out by SQLite itself: Django's own difference reads both moments in Python, row by row.
    """

    arity = 2
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = DurationField()

    def __init__(self, start: str, end: str) -> None:
        super().__init__(F(end), F(start))
        self.ends = (start, end)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        sides, params = [], []
        for expression in self.get_source_expressions():
            sql, given = compiler.compile(expression)
            sides.append(
                f"(strftime('%%s', substr({sql}, 1, 19)) * 1000000 + CAST(substr({sql} || '.000000', 21, 6) AS INTEGER))"
            )
            params += [*given, *given]
        return f"({sides[0]} - {sides[1]})", tuple(params)
