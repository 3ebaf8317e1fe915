"""The score of a place: pure arithmetic on letters and weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class PlaceScore:
    """`value` is 0–100 with two decimals (None where nothing applied); `n` how many items it rests on."""

    value: Decimal | None
    n: int


def place_score(judged: Iterable[tuple[Decimal, Decimal | None]]) -> PlaceScore:
    """100 · Σ(weight · worth) / Σ(weight) over the items that apply.

    Args:
        judged: (weight, worth) per item; worth is 1, 0.66, 0.33 or 0 (letters A, B, C, C#), None where the item does
            not apply. Items of weight 0 are looked at but do not count.

    Raises:
        ValueError: a weight below 0 or a worth outside 0–1.
    """
    total, reached, n = Decimal(0), Decimal(0), 0
    for weight, worth in judged:
        if weight < 0 or (worth is not None and not 0 <= worth <= 1):
            raise ValueError(f"weight {weight}, worth {worth}")
        if worth is None or weight == 0:
            continue
        total, reached, n = total + weight, reached + weight * worth, n + 1
    if not total:
        return PlaceScore(None, 0)
    return PlaceScore((100 * reached / total).quantize(HUNDREDTH, ROUND_HALF_UP), n)
