"""The beta distribution: its cumulative share and its quantiles; pure.

Of our own because the libraries that have them (SciPy above all) are fifty times the size of all we need. The incomplete
beta function is the continued fraction of DLMF 8.17.22, evaluated as Lentz does; the quantile is found by Newton's steps
that bisection keeps in bounds. Tests hold both against exact binomial sums.
"""

from __future__ import annotations

import math

TINY, ENOUGH, MOST_TERMS, MOST_STEPS = 1e-300, 1e-15, 20_000, 200


def cdf(x: float, a: float, b: float) -> float:
    """The probability that a Beta(a, b) variable is at most `x`."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - _log_beta(a, b))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def quantile(share: float, a: float, b: float) -> float:
    """The `x` for which `cdf(x, a, b)` is `share`. `a` and `b` above 0, `share` within [0, 1]."""
    if share <= 0 or share >= 1:
        return 0.0 if share <= 0 else 1.0
    low, high, x, norm = 0.0, 1.0, a / (a + b), _log_beta(a, b)
    for _step in range(MOST_STEPS):
        off = cdf(x, a, b) - share
        low, high = (low, x) if off > 0 else (x, high)
        if off == 0 or high - low < ENOUGH:
            break
        slope = math.exp(min(700.0, (a - 1) * math.log(x) + (b - 1) * math.log1p(-x) - norm)) if 0 < x < 1 else 0.0
        nearer = x - off / slope if slope else low
        nearer = nearer if low < nearer < high else (low + high) / 2
        if abs(nearer - x) < ENOUGH * max(x, ENOUGH):
            return nearer
        x = nearer
    return x


def variance(a: float, b: float) -> float:
    """The variance of Beta(a, b)."""
    return a * b / ((a + b) ** 2 * (a + b + 1))


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction, by the modified method of Lentz."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, MOST_TERMS):
        for term in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < ENOUGH:
            break
    return value


def _not_zero(x: float) -> float:
    return x if abs(x) > TINY else TINY
