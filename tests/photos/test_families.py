"""The main numbers of docs/adr/0015, on fewer photos with a fixed seed: what is known again, and what is never mistaken."""

from __future__ import annotations

import pytest

from tests.photos.families import (
    FAMILIES,
    MENDED,
    OTHER,
    SAME_KIND,
    SAME_SPOT,
    Photo,
    drawn,
    known_again,
    look,
    mistaken,
)
from yipanqi.cases.catalogue import PHOTO_ALIKE_BITS
from yipanqi.demo import scenes
from yipanqi.files.fingerprints import MOST_DIFFERENT

pytestmark = pytest.mark.pure
LIMIT = PHOTO_ALIKE_BITS.default
#: The least share of photos that is known again at the limit the office starts with.
ASKED = {
    "recompressed, quality 30": 1.0, "a quarter as large": 1.0, "cropped 2 %, 3/4 as large, quality 50": 0.95, "cropped 5 %": 0.6,
    "25 % brighter": 0.8, "turned by 90°": 1.0, "mirrored": 1.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def photos() -> list[Photo]:
    """One photo of every second picture of the pool."""
    return drawn(scenes.pool()[::2], stands=1, seed=2)


@pytest.fixture(scope="module")
def looks(photos: list[Photo]) -> list[int]:
    return [look(photo.pixels) for photo in photos]


def test_limit_is_one_that_the_index_reaches() -> None:
    assert 0 < LIMIT <= MOST_DIFFERENT


def test_photos_are_known_again_after_what_happens_to_them_on_the_road(photos: list[Photo], looks: list[int]) -> None:
    found = {
        family: sum(bits <= LIMIT for bits in differ) / len(differ)
        for family, differ in known_again(photos, looks, {name: FAMILIES[name] for name in ASKED})
    }
    assert not {name: share for name, share in found.items() if share < ASKED[name]}


def test_other_photos_are_not_taken_for_the_same() -> None:
    """Also not one of the same spot a step aside, before and after mending."""
    many = drawn(scenes.pool()[::3], stands=2, seed=3) + drawn(scenes.pool()[1::3], stands=1, seed=4)
    found = mistaken(many, [look(photo.pixels) for photo in many])
    assert min(map(len, found.values())) >= 20
    for kind in (SAME_SPOT, MENDED, OTHER):
        assert min(found[kind]) > LIMIT, kind
    assert sum(bits <= LIMIT for bits in found[SAME_KIND]) <= 0.01 * len(found[SAME_KIND])
