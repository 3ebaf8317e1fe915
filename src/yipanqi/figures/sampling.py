"""Shares estimated from a sample whose records were drawn with known, unequal chances.

Every answer weighs one over its chance, so the share is unbiased although likely records are drawn more often (Horvitz
and Thompson 1952; ratio form after Hájek 1971, with the usual linearised variance of independent draws).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Sum, Value
from django.db.models.functions import Cast, Coalesce

from yipanqi.figures.registry import Rate
from yipanqi.figures.terms import DENOMINATOR, EXCLUDED, NUMERATOR, FigureValue, Period, Scope

#: Two-sided 95 %.
Z = 1.959964
#: With fewer answers the linearised variance says too little (with none, or only, "yes" it is 0, however few were asked):
#: the interval is Wilson's (1927) on the effective number of answers, which is never empty.
SMALL = 30


@dataclass(frozen=True)
class Answers:
    """Answers of one kind: how many, the sum of their weights (one over the chance), the sum of the squares of the weights,
    and the sum of the squares each times what was left to chance."""

    n: int = 0
    weight: float = 0.0
    square: float = 0.0
    spread: float = 0.0

    @classmethod
    def of(cls, chances: Iterable[float]) -> Answers:
        """The sums of answers drawn with these chances."""
        rows = list(chances)
        return cls(len(rows), sum(1 / c for c in rows), sum(1 / c**2 for c in rows), sum((1 - c) / c**2 for c in rows))

    def __add__(self, more: Answers) -> Answers:
        return Answers(self.n + more.n, self.weight + more.weight, self.square + more.square, self.spread + more.spread)


@dataclass(frozen=True)
class Estimate:
    """A share with its 95 % interval, and how many answers it rests on."""

    rate: float
    low: float
    high: float
    answers: int


def estimate(yes: Answers, no: Answers) -> Estimate | None:
    """The share of "yes"; None without an answer."""
    size = yes.weight + no.weight
    if not size:
        return None
    rate = yes.weight / size
    variance = (yes.spread * (1 - rate) ** 2 + no.spread * rate**2) / size**2
    if not variance or yes.n + no.n < SMALL:
        return Estimate(rate, *wilson(rate, effective(yes, no)), yes.n + no.n)
    half = Z * math.sqrt(variance)
    return Estimate(rate, max(0.0, rate - half), min(1.0, rate + half), yes.n + no.n)


def wilson(rate: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share among `n` > 0 equally likely answers."""
    middle, worth = rate + Z**2 / (2 * n), 1 + Z**2 / n
    half = Z * math.sqrt(max(0.0, rate * (1 - rate)) / n + Z**2 / (4 * n**2))
    return max(0.0, min(rate, (middle - half) / worth)), min(1.0, max(rate, (middle + half) / worth))


def effective(yes: Answers, no: Answers) -> float:
    """How many equally likely answers would say as much as these (Kish 1965): never more than there are."""
    square = yes.square + no.square
    return (yes.weight + no.weight) ** 2 / square if square else 0.0


@dataclass(frozen=True, kw_only=True)
class Sampled(Rate):
    """A rate whose records were drawn, each with the chance in column `chance`; its value carries an interval.

    `numerator` and `denominator` count the answers themselves, so their quotient is not the value: it is weighted.
    """

    by_itself = True
    chance: str

    def each(self, periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> list[FigureValue]:
        """The value of each period, one statement each."""
        empty = self._told({}, as_of)
        return [next((value for _row, value in self._by((), period, scope, as_of)), empty) for period in periods]

    def _by(self, columns: Iterable[str], period: Period, scope: Scope, as_of: dt.datetime) -> Iterator[tuple[dict[str, Any], FigureValue]]:
        for row, sums in self.summed(columns, period, scope, as_of):
            yield row, self._told(sums, as_of)

    def summed(self, columns: Iterable[str], period: Period, scope: Scope, as_of: dt.datetime) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Each group with the sums over its answers: of "yes", of all, and how many were left out."""
        names = list(dict.fromkeys(columns))
        conditions = self.conditions(period, as_of)
        rows = self.rows(period, scope).filter(self.reach(period, as_of)).order_by().annotate(one=Value(1))
        weight = 1.0 / Cast(F(self.chance), FloatField())
        sums: dict[str, Any] = {"left_out": Count("pk", filter=conditions[EXCLUDED])}
        for name, part in (("yes", NUMERATOR), ("all", DENOMINATOR)):
            terms: Mapping[str, Any] = {"weight": weight, "square": weight * weight, "spread": weight * weight - weight}
            sums[f"{name}_n"] = Count("pk", filter=conditions[part])
            sums |= {f"{name}_{term}": Coalesce(Sum(what, filter=conditions[part]), 0.0) for term, what in terms.items()}
        for *key, found in ((*row[: len(names)], dict(zip(sums, row[-len(sums) :], strict=True))) for row in rows.values_list(*(names or ["one"])).annotate(**sums)):
            yield dict(zip(names, key, strict=True)), found

    def answers(self, sums: Mapping[str, Any]) -> tuple[Answers, Answers]:
        """The sums of "yes" and of "no"."""
        yes, every = (Answers(*(sums.get(f"{name}_{term}", 0) for term in ("n", "weight", "square", "spread"))) for name in ("yes", "all"))
        no = Answers(every.n - yes.n, *(max(0.0, a - b) for a, b in ((every.weight, yes.weight), (every.square, yes.square), (every.spread, yes.spread))))
        return yes, no

    def _told(self, sums: Mapping[str, Any], as_of: dt.datetime) -> FigureValue:
        yes, no = self.answers(sums)
        found = estimate(yes, no)
        n, left_out = yes.n + no.n, sums.get("left_out", 0)
        if found is None:
            return FigureValue(None, 0, 0, left_out, as_of, 0)
        return FigureValue(found.rate, yes.n, n, left_out, as_of, n, (found.low, found.high))

