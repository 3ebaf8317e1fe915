"""From what a model says to what came true: a curve found on cases that the model had not seen.

Two steps. A line through the log-odds, log(p / (1 - p)) → slope * log(p / (1 - p)) + offset (Platt), found by penalised
likelihood: few cases leave it near slope 1, offset 0. Then stretches of what the line says are moved towards the share
that was right in them (isotonic: as many stretches as it takes for the shares to rise), each as far as its own number of
cases outweighs `TRUST`. Both only ever rise, so that the order of suggestions stays.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any, NamedTuple

#: So many suggestions of a text are told, and the curve is found on as many of each.
MOST = 3
#: Cases of a stretch whose own share counts as much as what the line says of it.
TRUST = 50.0
#: How strongly the line is held to slope 1 and to offset 0; and the least slope.
HELD_SLOPE, HELD_OFFSET, LEAST_SLOPE = 5.0, 1.0, 0.05
STEPS, CLOSE = 50, 1e-7
#: Nothing is surer than that.
SUREST = 1e-4

Tried = tuple[float, bool]
Told = list[tuple[str, float]]


class Curve(NamedTuple):
    """How what is said becomes what may be believed; the plain one believes all of it."""

    slope: float = 1.0
    offset: float = 0.0
    knots: tuple[tuple[float, float], ...] = ()

    def line(self, share: float) -> float:
        """The first step alone."""
        return _sigmoid(self.slope * _log_odds(share) + self.offset)

    def believed(self, share: float) -> float:
        """Rises with `share`."""
        if self == PLAIN:
            return share
        return _bent(self.line(share), self.knots) if self.knots else self.line(share)


PLAIN = Curve()


def kept(stored: Mapping[str, Any] | None) -> Curve:
    """From JSON as `Curve._asdict` left it; the plain curve where nothing was kept."""
    if not stored:
        return PLAIN
    return Curve(stored["slope"], stored["offset"], tuple((x, y) for x, y in stored["knots"]))


def honest(found: Sequence[tuple[str, float]], curve: Curve) -> Told:
    """Suggestions, likeliest first, with what may be believed of each: in the same order, and no three of them together
    more than one. What is missing to one is the chance that none of them is right."""
    believed = [(key, curve.believed(share)) for key, share in found]
    whole = max(1.0, sum(share for _key, share in believed[:MOST]))
    return [(key, share / whole) for key, share in believed]


def drawn(tried: Iterable[Tried]) -> Curve:
    """The curve through suggestions of which it is known whether they were right."""
    tried = sorted(tried)
    if not tried:
        return PLAIN
    line = _fitted([(_log_odds(share), right) for share, right in tried])
    return line._replace(knots=_stretches([(line.line(share), right) for share, right in tried]))


def _fitted(tried: Sequence[Tried]) -> Curve:
    """Newton's way down the penalised surprise, by half steps where a whole one would go up."""
    here, cost = PLAIN, _surprise(PLAIN, tried)
    for _step in range(STEPS):
        slope, offset = _newton(here, tried)
        part = 1.0
        while part > CLOSE:
            there = Curve(max(here.slope - part * slope, LEAST_SLOPE), here.offset - part * offset)
            if (less := _surprise(there, tried)) < cost:
                break
            part /= 2
        else:
            break
        here, won, cost = there, cost - less, less
        if won < CLOSE:
            break
    return Curve(round(here.slope, 4), round(here.offset, 4))


def _newton(line: Curve, tried: Sequence[Tried]) -> tuple[float, float]:
    """The step: gradient over curvature."""
    by_slope, by_offset = HELD_SLOPE * (line.slope - 1), HELD_OFFSET * line.offset
    bend_slope, bend_offset, bend_both = HELD_SLOPE, HELD_OFFSET, 0.0
    for odds, right in tried:
        share = _sigmoid(line.slope * odds + line.offset)
        off, weight = share - right, share * (1 - share)
        by_slope, by_offset = by_slope + off * odds, by_offset + off
        bend_slope, bend_offset, bend_both = bend_slope + weight * odds * odds, bend_offset + weight, bend_both + weight * odds
    whole = bend_slope * bend_offset - bend_both * bend_both
    return (bend_offset * by_slope - bend_both * by_offset) / whole, (bend_slope * by_offset - bend_both * by_slope) / whole


def _surprise(line: Curve, tried: Sequence[Tried]) -> float:
    held = HELD_SLOPE * (line.slope - 1) ** 2 / 2 + HELD_OFFSET * line.offset**2 / 2
    return held + sum(_softplus(-one if right else one) for one, right in ((line.slope * odds + line.offset, right) for odds, right in tried))


def _stretches(tried: Sequence[Tried]) -> tuple[tuple[float, float], ...]:
    """Neighbours are pooled until the shares that were right rise; (what the line says, what may be believed) of each. What
    was said alike stays together from the start."""
    pooled: list[tuple[float, float, int]] = []
    for share, alike in groupby(tried, key=itemgetter(0)):
        rights = [right for _share, right in alike]
        said, came, n = share * len(rights), float(sum(rights)), len(rights)
        while pooled and pooled[-1][1] * n >= came * pooled[-1][2]:
            before = pooled.pop()
            said, came, n = said + before[0], came + before[1], n + before[2]
        pooled.append((said, came, n))
    said_of = [said / n for said, _came, n in pooled]
    believed = [(came + TRUST * mean) / (n + TRUST) for mean, (_said, came, n) in zip(said_of, pooled, strict=True)]
    return tuple((round(x, 5), round(y, 5)) for x, y in zip(said_of, accumulate(believed, max), strict=True))


def _bent(share: float, knots: Sequence[tuple[float, float]]) -> float:
    """Straight between the knots, from 0 to the first, and level after the last."""
    at = bisect_left(knots, (share,))
    if at == len(knots):
        return knots[-1][1]
    (x0, y0), (x1, y1) = knots[at - 1] if at else (0.0, 0.0), knots[at]
    return y1 if x1 <= x0 else y0 + (y1 - y0) * (share - x0) / (x1 - x0)


def _log_odds(share: float) -> float:
    share = min(max(share, SUREST), 1 - SUREST)
    return math.log(share / (1 - share))


def _sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1 + math.exp(odds))


def _softplus(odds: float) -> float:
    return max(odds, 0.0) + math.log1p(math.exp(-abs(odds)))

