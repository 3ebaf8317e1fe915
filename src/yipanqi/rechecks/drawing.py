"""Which closed cases are looked at again, and what follows from what was seen; pure.

Every case is drawn by itself (Poisson sampling), with a chance that is known and kept: certain for the most severe, else
by a uniform draw or a draw weighted by risk. Weighting each answer by one over its chance makes the rebound rate
unbiased although risky cases are looked at more often (Horvitz and Thompson 1952; ratio form after Hájek 1971, with the
usual linearised variance). The draw hangs on a published seed alone: a stranger can do it again.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CERTAIN_FROM = 4
#: Two-sided 95 %.
Z = 1.959964


@dataclass(frozen=True)
class Chance:
    """How likely a case is drawn: by the uniform draw, by the one weighted by risk, and by either."""

    uniform: float
    weighted: float

    @property
    def either(self) -> float:
        return 1 - (1 - self.uniform) * (1 - self.weighted)


def chances(severities: Sequence[int], risks: Sequence[float], uniform: float, weighted: float) -> list[Chance]:
    """The chance of each case. `uniform` and `weighted` are shares of all that the two draws take on average; the weighted
    one spreads its share by risk (probabilities of coming back, same order), none beyond certainty."""
    mean = sum(risks) / len(risks) if risks else 0.0
    found = []
    for severity, risk in zip(severities, risks, strict=True):
        if severity >= CERTAIN_FROM:
            found.append(Chance(1.0, 0.0))
        else:
            found.append(Chance(uniform, min(1.0, weighted * risk / mean) if mean else weighted))
    return found


def drawn(seed: str, number: str, chance: Chance) -> str:
    """Why a case is drawn: "severe", "uniform" or "risk"; empty where it is not."""
    if chance.uniform >= 1:
        return "severe"
    if _lot(seed, number, "uniform") < chance.uniform:
        return "uniform"
    return "risk" if _lot(seed, number, "risk") < chance.weighted else ""


def verified_by_person(seed: str, number: str, share: float) -> bool:
    """Whether a mended case of a share (0 to 1) is drawn for verification."""
    return share >= 1 or _lot(seed, number, "verify") < share


def _lot(seed: str, number: str, draw: str) -> float:
    """A number in [0, 1) that seed, case and draw alone decide."""
    digest = hashlib.sha256(f"{seed}|{draw}|{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


@dataclass(frozen=True)
class Estimate:
    """The share of closed problems that came back, with a 95 % interval, and how many answers it rests on."""

    rate: float
    low: float
    high: float
    answers: int


def rebound_rate(answers: Iterable[tuple[float, bool]]) -> Estimate | None:
    """The estimate from (chance of being drawn, whether it came back); None without an answer."""
    rows = [(chance, float(back)) for chance, back in answers]
    if not rows:
        return None
    size = sum(1 / chance for chance, _back in rows)
    rate = sum(back / chance for chance, back in rows) / size
    variance = sum((1 - chance) / chance**2 * (back - rate) ** 2 for chance, back in rows) / size**2
    half = Z * math.sqrt(variance)
    return Estimate(rate, max(0.0, rate - half), min(1.0, rate + half), len(rows))


def smoothed(back: int, closed: int, mean: float, weight: float = 20.0) -> float:
    """How much likelier than the mean things of one kind come back, drawn toward 1 where few were closed."""
    return (back + weight * mean) / (closed + weight) / mean if mean else 1.0
