"""Which closed cases are looked at again, and what follows from what was seen; pure.

Every case is drawn by itself (Poisson sampling), with a chance that is known and kept: certain for the most severe, else
by a uniform draw or a draw weighted by risk. Weighting each answer by one over its chance makes the rebound rate
unbiased although risky cases are looked at more often (see `figures.sampling`). The draw hangs on a published seed alone: a stranger can do it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yipanqi.figures.sampling import Answers, Estimate, estimate

CERTAIN_FROM = 4


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


def rebound_rate(answers: Iterable[tuple[float, bool]]) -> Estimate | None:
    """The estimate from (chance of being drawn, whether it came back); None without an answer."""
    rows = list(answers)
    return estimate(*(Answers.of(chance for chance, back in rows if back is wanted) for wanted in (True, False)))


def smoothed(back: int, closed: int, mean: float, weight: float = 20.0) -> float:
    """How much likelier than the mean things of one kind come back, drawn toward 1 where few were closed."""
    return (back + weight * mean) / (closed + weight) / mean if mean else 1.0
