"""Families of photos: some two hundred drawn ones as from a phone, each changed in every way a photo is changed on its road.

`DJANGO_SETTINGS_MODULE=yipanqi.config.settings python -m tests.photos.families` prints the table of docs/adr/0015.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple

import django
import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from yipanqi.demo import pictures, scenes
from yipanqi.demo.shots import framed
from yipanqi.files.fingerprints import differing, fingerprint

Change = Callable[[Image.Image], Image.Image]
LIMITS = (3, 5, 6, 7, 8, 10)
STANDS = 3


def recompressed(quality: int) -> Change:
    def change(photo: Image.Image) -> Image.Image:
        data = io.BytesIO()
        photo.save(data, "JPEG", quality=quality)
        return Image.open(data)

    return change


def resized(share: float) -> Change:
    return lambda photo: photo.resize((round(photo.width * share), round(photo.height * share)), Image.Resampling.BICUBIC)


def cropped(share: float) -> Change:
    """Half of the share gone on each of two opposite sides."""
    return lambda photo: ImageOps.crop(photo, (*(round(side * share / 2) for side in photo.size * 2),))


def trimmed(share: float) -> Change:
    return lambda photo: photo.crop((round(photo.width * share), 0, photo.width, photo.height))


def by_messenger(photo: Image.Image) -> Image.Image:
    return recompressed(50)(resized(0.75)(cropped(0.02)(photo)))


FAMILIES: dict[str, Change] = {
    "recompressed, quality 80": recompressed(80), "recompressed, quality 50": recompressed(50), "recompressed, quality 30": recompressed(30),
    "half as large": resized(0.5), "a quarter as large": resized(0.25), "cropped 2 %, 3/4 as large, quality 50": by_messenger,
    "cropped 2 %": cropped(0.02), "cropped 5 %": cropped(0.05), "cropped 10 %": cropped(0.10), "5 % off one side": trimmed(0.05),
    "25 % brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.25), "25 % darker": lambda photo: ImageEnhance.Brightness(photo).enhance(0.75),
    "30 % more contrast": lambda photo: ImageEnhance.Contrast(photo).enhance(1.3), "blurred": lambda photo: photo.filter(ImageFilter.GaussianBlur(2)),
    "tilted by 1°": lambda photo: photo.rotate(1, Image.Resampling.BICUBIC), "turned by 90°": lambda photo: photo.transpose(Image.Transpose.ROTATE_90),
    "mirrored": ImageOps.mirror,
}  # fmt: skip
#: Pairs that are not the same photo, the most alike first.
SAME_SPOT, MENDED, SAME_KIND, OTHER = "same spot, another shot", "same spot, before and after", "same kind of scene elsewhere", "another scene"


class Photo(NamedTuple):
    name: str
    pixels: Image.Image


def drawn(names: list[str], stands: int = STANDS, seed: int = 1) -> list[Photo]:
    """Photos of the scenes from so many stands each, with the blotches and the noise that drawings lack."""
    draw, found = np.random.default_rng(seed), []
    for name in names:
        for stand in range(stands):
            plain = framed(pictures.scene(name), seed * 10_000 + len(found) + stand)
            found.append(Photo(name, _textured(plain, draw)))
    return found


def _textured(plain: Image.Image, draw: np.random.Generator) -> Image.Image:
    blotches = Image.fromarray(draw.normal(0, 14, (9, 12)).astype("float32")).resize(plain.size, Image.Resampling.BICUBIC)
    levels = np.asarray(plain) + np.asarray(blotches)[..., None] + draw.normal(0, 6, (*plain.size[::-1], 3))
    return Image.fromarray(levels.clip(0, 255).astype("uint8"))


def look(photo: Image.Image) -> int:
    """The fingerprint as it comes about: of the small picture that is made of the file that was sent."""
    from yipanqi.files import images  # noqa: PLC0415  needs Django to be set up

    data = io.BytesIO()
    photo.save(data, "JPEG", quality=90)
    found = fingerprint(Image.open(io.BytesIO(images.derivatives(images.read_photo(data.getvalue())).thumb)))
    assert found is not None
    return found


def known_again(photos: list[Photo], looks: list[int], families: dict[str, Change]) -> Iterator[tuple[str, list[int]]]:
    """For each family the bits in which every photo differs from what became of it."""
    for family, change in families.items():
        yield family, [differing(one, look(change(photo.pixels))) for photo, one in zip(photos, looks, strict=True)]


def mistaken(photos: list[Photo], looks: list[int]) -> dict[str, list[int]]:
    """For each kind of two photos that are not the same one the bits in which they differ."""
    found: dict[str, list[int]] = {kind: [] for kind in (SAME_SPOT, MENDED, SAME_KIND, OTHER)}
    for (one, its), (other, others) in combinations(zip(photos, looks, strict=True), 2):
        (scene, variant, when), (scene2, variant2, when2) = one.name.split("-"), other.name.split("-")
        spot = SAME_SPOT if when == when2 else MENDED
        found[OTHER if scene != scene2 else SAME_KIND if variant != variant2 else spot].append(differing(its, others))
    return found


def row(what: str, bits: list[int]) -> str:
    shares = " | ".join(f"{100 * np.mean(np.array(bits) <= limit):.3g} %" for limit in LIMITS)
    return f"| {what} | {len(bits)} | {min(bits)}–{max(bits)} | {shares} |"


if __name__ == "__main__":
    django.setup()
    every = drawn(scenes.pool())
    known = [look(photo.pixels) for photo in every]
    lines = ["| | pairs | bits | " + " | ".join(f"≤ {limit}" for limit in LIMITS) + " |\n|---|---|---|" + "---|" * len(LIMITS)]
    lines += [row(name, found) for name, found in (*known_again(every, known, FAMILIES), *mistaken(every, known).items())]
    sys.stdout.write("\n".join(lines) + "\n")
