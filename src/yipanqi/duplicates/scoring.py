"""How likely two cases are about the same thing: a weighted mean over what is known of both. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple


class Weights(NamedTuple):
    """What each kind of evidence counts for."""

    distance: float = 30
    time: float = 10
    classes: float = 10
    words: float = 50
    photo: float = 60


@dataclass(frozen=True)
class Measure:
    """The office's settings: how near and how recent is near and recent, and from what score on a case is shown."""

    radius_m: float = 200
    apart_m: float = 1_000
    days: float = 60
    floor: float = 0.4
    #: What is left of the score where both classes are known and of different groups.
    other_group: float = 0.75
    weights: Weights = Weights()


@dataclass(frozen=True)
class Evidence:
    """What is known of a pair. None: nothing is known of it, so it counts neither for nor against."""

    metres: float | None
    between: dt.timedelta
    same_class: bool | None
    words: float
    #: Bits in which the likest photos of both differ; None if none are alike.
    photo_bits: int | None = None
    same_place: bool = False
    #: Both classes are known, and not even of one group.
    other_group: bool = False


def score(found: Evidence, measure: Measure) -> float:
    """0 to 1. Two that are known to lie apart are not the same thing, and two of different groups of classes are less likely
    so, unless they show the same photo."""
    weights = measure.weights
    if found.photo_bits is None and not found.same_place and found.metres is not None and found.metres > measure.apart_m:
        return 0.0
    parts = [(weights.words, found.words), (weights.time, _recent(found.between, measure.days))]
    if found.same_place:
        parts.append((weights.distance, 1.0))
    elif found.metres is not None:
        parts.append((weights.distance, max(0.0, 1 - found.metres / measure.radius_m)))
    if found.same_class is not None:
        parts.append((weights.classes, float(found.same_class)))
    if found.photo_bits is not None:
        parts.append((weights.photo, 1.0))
    whole = sum(weight for weight, _share in parts)
    found_alike = sum(weight * share for weight, share in parts) / whole if whole else 0.0
    return found_alike * (measure.other_group if found.other_group and found.photo_bits is None else 1.0)


def nearness(metres: float, between: dt.timedelta, measure: Measure) -> float:
    """What place and time alone speak for two being the same, to put neighbours in order."""
    weights = measure.weights
    return weights.distance * max(0.0, 1 - metres / measure.radius_m) + weights.time * _recent(between, measure.days)


def _recent(between: dt.timedelta, days: float) -> float:
    return max(0.0, 1 - abs(between) / dt.timedelta(days=days))
