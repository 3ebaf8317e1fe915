"""One score out of several rates; pure.

The score is the mean of the rates by their weights, each turned so that higher is better. What each may truly be is known
by its variance; taken as independent, the variance of the score is the weighted sum. The interval is that of the beta
distribution of the same mean and variance, which never leaves 0 to 1. A score at the very end, of raw rates that are all 0
or all 1, has no such distribution: there the distances to the ends of the parts' intervals add up (as squares, after Donner
and Zou 2012), so that a faultless handful does not stand as certain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from yipanqi.scoring.shrinking import Share, interval

#: A score out of less than half of the weights would be one about something else.
LEAST_COVERED = 0.5


def composite(parts: Iterable[tuple[float, Share | None]]) -> Share | None:
    """The score from (weight, rate, None without enough cases); None where less than half of all weights is covered."""
    rows = [(weight, share) for weight, share in parts if weight > 0]
    total, known = sum(weight for weight, _s in rows), [(weight, share) for weight, share in rows if share is not None]
    covered = sum(weight for weight, _s in known)
    if not known or covered < LEAST_COVERED * total:
        return None
    mean = sum(weight * share.value for weight, share in known) / covered
    variance = sum(weight**2 * share.variance for weight, share in known) / covered**2
    if variance <= 0 or not 0 < mean < 1:
        down, up = (math.sqrt(sum((weight * far(share)) ** 2 for weight, share in known)) / covered for far in (_below, _above))
        return Share(mean, max(0.0, mean - down), min(1.0, mean + up), variance)
    worth = mean * (1 - mean) / variance - 1
    if worth <= 0:
        return Share(mean, 0.0, 1.0, variance)
    return interval(mean, mean * worth, (1 - mean) * worth)


def _below(share: Share) -> float:
    return share.value - share.low


def _above(share: Share) -> float:
    return share.high - share.value
