"""Tiers instead of ranks: who cannot be told from the best of a tier stands in it; pure.

Units are taken from the best value to the worst. The first is the leader of the first tier. Each next unit joins the tier
at hand if its interval overlaps the interval of that tier's leader (touching counts); else it leads the next tier. So:

- whoever shares a tier cannot be told from its leader, and no leader overlaps the leader above;
- tiers never cross: nobody stands in a better tier than a unit of a better value;
- the order in which units are named does not matter: of equal values the widest interval leads, and units alike in all share.

Two units of neighbouring tiers may overlap each other. That cannot be avoided (overlap is not transitive); a chain of
overlaps would otherwise put the clearly best and the clearly worst into one tier.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Standing:
    """A value, higher is better, with its interval around it."""

    value: float
    low: float
    high: float

    def overlaps(self, other: Standing) -> bool:
        return self.low <= other.high and other.low <= self.high

    def turned(self) -> Standing:
        """The same where lower is better."""
        return Standing(1 - self.value, 1 - self.high, 1 - self.low)


def tiers(standings: Mapping[K, Standing]) -> tuple[dict[K, int], list[float]]:
    """Each unit's tier, 1 the best, and the leaders' values by tier."""
    found: dict[K, int] = {}
    leaders: list[Standing] = []
    for key, one in sorted(standings.items(), key=lambda row: (-row[1].value, row[1].low, -row[1].high)):
        if not leaders or not one.overlaps(leaders[-1]):
            leaders.append(one)
        found[key] = len(leaders)
    return found, [leader.value for leader in leaders]


def placed(value: float, leaders: Sequence[float]) -> int:
    """The tier of a value among tiers that stand: the first whose next leader it is better than, else the last."""
    return next((tier for tier, below in enumerate(leaders[1:], 1) if value > below), max(1, len(leaders)))
