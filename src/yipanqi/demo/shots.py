"""Photos of some cases as phones take them: each from a spot of its own, with time and position.

The pictures of the pool are used again and again, so comparing them would say of nearly every case that its photos were
used before. Pool pictures are therefore left out of the comparison, and a few cases get photos of their own instead: one
for each thing that is pointed out to those who verify, and one about which nothing is.
"""

import io
import random
from datetime import datetime, timedelta
from typing import NamedTuple

from PIL import Image, ImageEnhance

from yipanqi.demo import pictures, scenes
from yipanqi.demo.stories import CaseStory, History

#: Which photo of which story: its number, and whether it shows the problem or the mending.
Which = tuple[int, str]
BEFORE, AFTER = "before", "after"
LONG_AGO, EARLY, FAR_DEGREES = timedelta(days=40), timedelta(days=3), 0.03


class Shot(NamedTuple):
    """A photo of the picture called `name`. The same `stand` gives the same photo; `resent` is as it comes out of a messenger."""

    name: str
    stand: int
    taken_at: datetime | None
    position: tuple[float, float] | None
    resent: bool = False


def shoot(shot: Shot) -> bytes:
    """The JPEG."""
    out = io.BytesIO()
    image = pictures.stamped(framed(pictures.scene(shot.name), shot.stand), shot.name)
    if shot.resent:
        image = image.resize((600, 450), Image.Resampling.LANCZOS)
    image.save(out, "JPEG", quality=55 if shot.resent else 82)
    return pictures.with_exif(out.getvalue(), shot.taken_at, shot.position)


def framed(image: Image.Image, stand: int) -> Image.Image:
    """What the camera sees of a scene from there: a part of it, a little tilted, in that day's light."""
    rng = random.Random(f"stand-{stand}")
    width, height = image.size
    share = rng.uniform(0.74, 0.88)
    left, top = rng.uniform(0.02, 0.98 - share) * width, rng.uniform(0.02, 0.98 - share) * height
    part = image.rotate(rng.uniform(-2.5, 2.5), Image.Resampling.BICUBIC).crop(
        (round(left), round(top), round(left + share * width), round(top + share * height))
    )
    return ImageEnhance.Brightness(part.resize(image.size, Image.Resampling.LANCZOS)).enhance(rng.uniform(0.85, 1.12))


def shots_of(history: History) -> dict[Which, Shot]:
    """The photos that are taken for their cases alone; as far as there are cases for it."""
    waiting = [s for s in history.cases if s.state == "resolved" and s.photo and s.merged_into is None]
    mending = [s for s in history.cases if s.state == "handling" and s.photo and s.merged_into is None]
    parts = dict(zip(("same", "borrowed", "early", "far"), waiting, strict=False))
    same, borrowed, early, far = (parts.get(name) for name in ("same", "borrowed", "early", "far"))
    found: dict[Which, Shot] = {}
    for story in parts.values():
        found |= _honest(story)
    if same is not None:
        found[same.number, AFTER] = found[same.number, BEFORE]._replace(resent=True, taken_at=None, position=None)
    if borrowed is not None and (lender := _lender(history, borrowed)):
        found |= _honest(lender)
        found[borrowed.number, AFTER] = found[lender.number, AFTER]._replace(resent=True, taken_at=None, position=None)
    if early is not None:
        shot = found[early.number, AFTER]
        found[early.number, AFTER] = shot._replace(taken_at=_moment(early, "dispatch") - EARLY)
    if far is not None:
        shot = found[far.number, AFTER]
        found[far.number, AFTER] = shot._replace(position=(far.lon, far.lat + FAR_DEGREES))
    for story in mending[:1]:
        shot = _honest(story)[story.number, BEFORE]
        found[story.number, BEFORE] = shot._replace(taken_at=story.found_at - LONG_AGO)
    return found


def _honest(story: CaseStory) -> dict[Which, Shot]:
    """Photos of the spot, taken when they should be."""
    here, seen = (story.lon, story.lat), story.found_at - timedelta(minutes=4)
    found = {(story.number, BEFORE): Shot(story.photo, 2 * story.number, seen, here)}
    if any(step.verb == "resolve" for step in story.steps):
        mended = _moment(story, "resolve") - timedelta(minutes=6)
        found[story.number, AFTER] = Shot(scenes.after(story.photo), 2 * story.number + 1, mended, here)
    return found


def _lender(history: History, story: CaseStory) -> CaseStory | None:
    """The latest struck-off case before this one whose photo could pass for one of it."""
    of_scene = story.photo.split("-")[0]
    closed = [
        s for s in history.cases
        if s.state == "closed" and s.photo.split("-")[0] == of_scene and s.merged_into is None
        and any(step.verb == "resolve" and step.at < _moment(story, "resolve") for step in s.steps)
    ]  # fmt: skip
    return max(closed, key=lambda s: (s.found_at, s.number), default=None)


def _moment(story: CaseStory, verb: str) -> datetime:
    return next(step.at for step in reversed(story.steps) if step.verb == verb)
