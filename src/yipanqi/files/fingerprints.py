"""What a photo looks like in 64 bits, so that the same photo is known again after it was recompressed, resized or trimmed.

Pure. A bit is the sign of one of the 64 slowest waves (DCT) of the picture at 32 by 32 grey pixels; the very slowest, its
brightness, says nothing and is always 0. Mirroring turns the sign of every odd wave and turning by a quarter swaps rows
and columns, so the fingerprints of a photo turned or mirrored follow from its own without looking at it again.
docs/adr/0015 says why this one and how often it is right.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

#: How many of the 64 bits may differ for the index to find every like photo: with 8, two may differ in each band.
MOST_DIFFERENT = 7
BANDS, BAND_BITS = 4, 16
SIDE, WAVES = 32, 8
#: Grey levels (standard deviation) below which a picture shows nothing that could be known again: a wall, a dark night.
PLAIN = 5.0

_COSINES = [[math.cos(math.pi * wave * (2 * x + 1) / (2 * SIDE)) for x in range(SIDE)] for wave in range(WAVES)]


def fingerprint(picture: Image) -> int | None:
    """64 bits; None for a picture that shows nothing."""
    from PIL.Image import Resampling  # noqa: PLC0415  pictures are looked at by the worker alone, and only if there are any

    grey = picture.convert("L").resize((SIDE, SIDE), Resampling.BOX, reducing_gap=None).tobytes()
    mean = sum(grey) / len(grey)
    if math.sqrt(sum((level - mean) ** 2 for level in grey) / len(grey)) < PLAIN:
        return None
    rows = [grey[start : start + SIDE] for start in range(0, len(grey), SIDE)]
    across = [[sum(map(float.__mul__, wave, map(float, row))) for wave in _COSINES] for row in rows]
    down = list(zip(*across, strict=True))
    found = 0
    for u, wave in enumerate(_COSINES):
        for v, column in enumerate(down):
            if (u or v) and sum(map(float.__mul__, wave, column)) > 0:
                found |= 1 << _place(u, v)
    return found


def differing(one: int, other: int) -> int:
    """How many bits differ, however one of the two was turned or mirrored."""
    return nearest(turned(one), other)


def nearest(variants: list[int], other: int) -> int:
    """How many bits differ from the most like of these."""
    return min((variant ^ other).bit_count() for variant in variants)


def turned(print_: int) -> list[int]:
    """The fingerprints of the picture as it is, mirrored, upside down, and all of these turned by a quarter."""
    flips = [print_ ^ mask for mask in _flips()]
    return [*flips, *map(_swapped, flips)]


def bands(print_: int) -> list[int]:
    """The four parts by which fingerprints are looked up."""
    return [print_ >> (BAND_BITS * n) & 0xFFFF for n in range(BANDS)]


def joined(parts: list[int]) -> int:
    """The fingerprint of its four parts."""
    return sum(part << (BAND_BITS * n) for n, part in enumerate(parts))


def near(print_: int) -> list[set[int]]:
    """For each band the values that a like photo can have there, so that it has one of them in at least one band."""
    found: list[set[int]] = [set() for _ in range(BANDS)]
    for variant in turned(print_):
        for values, band in zip(found, bands(variant), strict=True):
            values.add(band)
            values.update(band ^ 1 << bit for bit in range(BAND_BITS))
    return found


def _place(u: int, v: int) -> int:
    """Where the bit of a wave stands: each band gets two waves of every row and column, slow and quick ones alike."""
    return (u + v) % BANDS * BAND_BITS + u * 2 + v // BANDS


@cache
def _flips() -> list[int]:
    """What mirroring changes: nothing, left and right, up and down, both. The place of brightness stays 0."""
    odd = [(u, v) for u in range(WAVES) for v in range(WAVES)]
    across = sum(1 << _place(u, v) for u, v in odd if v % 2)
    down = sum(1 << _place(u, v) for u, v in odd if u % 2)
    return [0, across, down, across ^ down]


def _swapped(print_: int) -> int:
    return sum((print_ >> one & 1) << other for one, other in _swaps())


@cache
def _swaps() -> list[tuple[int, int]]:
    """Where the bit of each wave stands, and where it stands once rows and columns have changed places."""
    return [(_place(u, v), _place(v, u)) for u in range(WAVES) for v in range(WAVES)]
