"""Rates of small units, drawn toward the mean of their peers as far as their few cases leave it open; pure.

The model is beta-binomial: the units of a peer group have true rates that spread around a common mean like a beta
distribution of a certain strength (how many cases the group's mean is worth to a unit), and each unit's cases are drawn
with its own true rate. Both are learnt from the group itself (empirical Bayes):

- The mean is the pooled rate, units weighted by n / (1 + (n − 1)γ), the inverse of the variance of their rates (Kleinman
  1973), taken half a case away from 0 and 1, so that no group that never failed is thought unable to.
- The strength is never known well from a handful of units, and one best guess would make every interval too narrow. So it
  is not guessed but weighed: sixteen strengths s, each as likely as the others before (s / (s + median n) uniform: the
  uniform shrinkage prior of Christiansen and Morris 1997, "Hierarchical Poisson regression modeling", and Daniels 1999),
  each weighed by how likely it makes what was seen (the beta-binomial marginal likelihood).

A unit's rate is the mean over the strengths of its posterior means; the interval that of the beta distribution with the
mean and variance of the mixture, the doubt about the group's mean included. A group of too few units has no spread to
speak of: no prior, hence raw rates with the interval of Jeffreys (Brown, Cai and DasGupta 2001).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from yipanqi.scoring import betas

LEVEL = 0.95
STRENGTHS = 16
#: Weakest prior: as much as one case.
WEAKEST = 1.0


@dataclass(frozen=True)
class Prior:
    """What is known of a unit before its cases are seen: the peers' mean, and as `parts` how likely it is worth how many cases
    and how uncertain the mean itself would then be: (probability, strength, variance)."""

    mean: float
    parts: tuple[tuple[float, float, float], ...]

    def as_json(self) -> list[Any]:
        """As it is kept."""
        return [self.mean, [list(part) for part in self.parts]]

    @classmethod
    def of(cls, kept: Sequence[Any]) -> Prior:
        """As it was kept."""
        return cls(kept[0], tuple((w, s, v) for w, s, v in kept[1]))


@dataclass(frozen=True)
class Share:
    """A rate with its 95 % credible interval and the variance of what it may truly be."""

    value: float
    low: float
    high: float
    variance: float


Rows = Sequence[tuple[float, float]]


def fit(units: Iterable[tuple[float, float]], fewest: int) -> Prior | None:
    """The prior of a peer group from (how many of them, of how many) of its units; None for fewer than `fewest` units with
    any cases, or a single one."""
    rows = sorted((yes, n) for yes, n in units if n > 0)
    if len(rows) < max(2, fewest):
        return None
    middle = median(n for _yes, n in rows)
    strengths = [max(WEAKEST, middle * b / (1 - b)) for b in ((k + 0.5) / STRENGTHS for k in range(STRENGTHS))]
    mean = _mean(rows, 0.0)
    alike = sum(p / (s + 1) for p, s in zip(_likely(rows, mean, strengths), strengths, strict=True))
    mean = _mean(rows, alike)
    likely = _likely(rows, mean, strengths)
    return Prior(mean, tuple((p, s, _doubt(rows, mean, s)) for p, s in zip(likely, strengths, strict=True)))


def _mean(rows: Rows, alike: float) -> float:
    """The pooled rate; `alike` is how much two cases of one unit resemble each other (γ)."""
    weights = [1 / (1 + (n - 1) * alike) if n > 1 else 1.0 for _yes, n in rows]
    yes, size = (sum(w * row[at] for w, row in zip(weights, rows, strict=True)) for at in (0, 1))
    return (yes + 0.5) / (size + 1)


def _likely(rows: Rows, mean: float, strengths: Sequence[float]) -> list[float]:
    """How likely each strength is, after what was seen; the mean is integrated out by Laplace's method."""
    logs = [_log_likely(rows, mean, s) + math.log(_doubt(rows, mean, s)) / 2 for s in strengths]
    most = max(logs)
    weights = [math.exp(one - most) for one in logs]
    return [weight / sum(weights) for weight in weights]


def _log_likely(rows: Rows, mean: float, strength: float) -> float:
    a, b = strength * mean, strength * (1 - mean)
    return sum(_log_beta(yes + a, n - yes + b) for yes, n in rows) - len(rows) * _log_beta(a, b)


def _doubt(rows: Rows, mean: float, strength: float) -> float:
    """The variance of the pooled rate, were this the strength."""
    alike, chance = 1 / (strength + 1), mean * (1 - mean)
    weights = [n / (1 + (n - 1) * alike) if n > 1 else n for _yes, n in rows]
    spread = sum(w * w * chance * (alike + (1 - alike) / n) for w, (_yes, n) in zip(weights, rows, strict=True))
    return min(chance, spread / sum(weights) ** 2)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def share(yes: float, n: float, prior: Prior | None) -> Share:
    """The rate of a unit with `yes` among `n` > 0 cases: drawn toward the prior's mean, or raw without one."""
    if prior is None:
        return interval(yes / n, yes + 0.5, n - yes + 0.5)
    value = square = 0.0
    for likely, strength, doubt in prior.parts:
        a, b = yes + strength * prior.mean, n - yes + strength * (1 - prior.mean)
        one = a / (a + b)
        value += likely * one
        square += likely * (betas.variance(a, b) + (strength / (n + strength)) ** 2 * doubt + one * one)
    worth = max(value * (1 - value) / max(square - value * value, 1e-12) - 1, 1e-3)
    return interval(value, value * worth, (1 - value) * worth)


def interval(value: float, a: float, b: float) -> Share:
    """A value with the interval and variance of Beta(a, b); the interval always holds the value."""
    low, high = betas.quantile((1 - LEVEL) / 2, a, b), betas.quantile((1 + LEVEL) / 2, a, b)
    return Share(value, min(low, value), max(high, value), betas.variance(a, b))
