"""Which unit the desk gave such a problem to before: shares of units by class, street and kind of place.

The most special circumstances that occurred before count most; the less often they did, the more the next wider ones
do: p(u) = (n(u, here) + caution * p(u, wider)) / (n(here) + caution). These shares, raised to 1 / heat, are the
confidences; caution and heat are found on cases that were not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from yipanqi.suggestions.calibration import Guess, guess, split

CAUTIONS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
HEATS = (1.0, 1.25, 1.6, 2.0, 3.0)


class Manner(NamedTuple):
    """How counts become confidences."""

    caution: float = 2.0
    heat: float = 1.25


class Where(NamedTuple):
    """The circumstances of a case that tell units apart: keys, empty where unknown."""

    issue_class: str
    street: str = ""
    category: str = ""


class Handed(NamedTuple):
    """One case as it was handed over, in the end, and to which unit."""

    where: Where
    unit: str


def circumstances(where: Where) -> list[str]:
    """From the most special to the widest."""
    key = where.issue_class
    return ["|".join(where), f"{key}|{where.street}|*", f"{key}|*|*", "*"]


def count(handed: Iterable[Handed]) -> dict[str, dict[str, int]]:
    """How often which unit, by circumstances."""
    found: dict[str, Counter[str]] = {}
    for one in handed:
        for here in circumstances(one.where):
            found.setdefault(here, Counter())[one.unit] += 1
    return {here: dict(row) for here, row in found.items()}


def shares(counts: Mapping[str, Mapping[str, int]], where: Where, manner: Manner) -> list[tuple[str, float]]:
    """Units with their shares, the likeliest first."""
    found: dict[str, float] = {}
    for here in reversed(circumstances(where)):
        row = counts.get(here, {})
        n = sum(row.values()) + (manner.caution if found else 0.0)
        if row:
            found = {unit: (row.get(unit, 0) + manner.caution * found.get(unit, 0.0)) / n for unit in {*found, *row}}
    raised = {unit: share ** (1 / manner.heat) for unit, share in found.items()}
    whole = sum(raised.values())
    found = {unit: share / whole for unit, share in raised.items()}
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def experience(counts: Mapping[str, Mapping[str, int]], where: Where, unit: str) -> tuple[int, int]:
    """The most special circumstances in which the unit had such a case: (how many it had, of how many)."""
    for here in circumstances(where)[:-1]:
        row = counts.get(here, {})
        if row.get(unit):
            return row[unit], sum(row.values())
    return 0, 0


def measured(handed: Sequence[Handed]) -> tuple[Manner, list[Guess]]:
    """(manner, guesses) for cases in the order they were handed over; see `calibration.measured`."""
    parts = split(len(handed))
    if not parts.enough:
        return Manner(), []
    before = count(handed[parts.oldest])
    tried = [Manner(caution, heat) for caution in CAUTIONS for heat in HEATS]
    manner = max(tried, key=lambda one: _merit(before, handed[parts.middle], one))
    before = count(handed[: parts.newest.start])
    return manner, [guess(shares(before, one.where, manner), one.unit) for one in handed[parts.newest]]


def _merit(counts: Mapping[str, Mapping[str, int]], handed: Iterable[Handed], manner: Manner) -> float:
    """The negated Brier score of the shares: unlike a likelihood it is finite where a unit is new."""
    total = 0.0
    for one in handed:
        found = dict(shares(counts, one.where, manner))
        total -= sum(share**2 for share in found.values()) - 2 * found.get(one.unit, 0.0) + 1
    return total
