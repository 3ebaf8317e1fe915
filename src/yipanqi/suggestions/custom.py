"""Which unit the desk gave such a problem to before: shares of units by class, street and kind of place.

The most special circumstances that occurred before count most; the less often they did, the more the next wider ones
do: p(u) = (n(u, here) + caution * p(u, wider)) / (n(here) + caution). These shares are raised to 1 / heat; caution, heat
and what may then be believed of them (curves.py) are found on cases that were not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from yipanqi.suggestions.calibration import Guess, blocks, guess, least, newest, outcomes
from yipanqi.suggestions.curves import MOST, PLAIN, Curve, drawn, honest

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


def tuned(handed: Sequence[Handed]) -> tuple[Manner, Curve]:
    """The manner that errs least on cases that were not counted, and what may be believed of its shares."""
    held = [(count(others), block) for others, block in blocks(handed)]
    if not held:
        return Manner(), PLAIN
    manner = Manner(*least(Manner(), (CAUTIONS, HEATS), lambda tried: sum(_error(counts, block, Manner(*tried)) for counts, block in held)))
    return manner, drawn(one for counts, block in held for case in block for one in outcomes(shares(counts, case.where, manner), case.unit))


def measured(handed: Sequence[Handed]) -> list[Guess]:
    """Guesses of the newest cases; `handed` in the order they were handed over. See `calibration.measured`."""
    part = newest(len(handed))
    if part is None:
        return []
    before = handed[: part.start]
    counts, (manner, curve) = count(before), tuned(before)
    return [guess(honest(shares(counts, one.where, manner)[:MOST], curve), one.unit) for one in handed[part]]


def _error(counts: Mapping[str, Mapping[str, int]], handed: Iterable[Handed], manner: Manner) -> float:
    """The Brier score of the shares: unlike a likelihood it is finite where a unit is new."""
    total = 0.0
    for one in handed:
        found = dict(shares(counts, one.where, manner))
        total += sum(share**2 for share in found.values()) - 2 * found.get(one.unit, 0.0) + 1
    return total
