"""Which drawn scene shows which kind of problem: the names of the picture pool, without drawing anything.

A picture's name is `<scene>-<variant>-<before|after>`; `pictures.draw` turns it into a JPEG.
"""

import random

from yipanqi.demo.standard import ClassSpec

SCENES = ("rubbish", "pothole", "parking", "posters", "stall", "bin", "lamp", "bikes", "corridor", "notice", "dog")
VARIANTS = 3
_BY_CLASS = {
    "25003": "dog", "06042": "bin", "06041": "bin", "03005": "bin", "03004": "bin", "01037": "lamp", "30005": "lamp",
    "09009": "parking", "26005": "parking", "06034": "parking",
    "09012": "parking", "06040": "parking", "07001": "posters",
    "09011": "bikes", "09010": "bikes", "23003": "bikes",
    "06013": "pothole", "06050": "pothole", "06051": "pothole", "06052": "pothole",
    "23002": "corridor", "26001": "corridor", "26002": "corridor", "23001": "corridor", "X0404": "pothole",
}  # fmt: skip
_BY_GROUP = {
    "01": "pothole", "02": "pothole", "03": "bin", "04": "rubbish", "05": "lamp", "06": "rubbish", "07": "posters",
    "08": "rubbish", "09": "stall", "10": "rubbish",
    "21": "notice", "22": "notice", "23": "corridor", "24": "parking",
    "25": "notice", "26": "corridor", "27": "stall", "28": "stall", "29": "notice", "30": "rubbish", "X04": "pothole",
}  # fmt: skip

_BY_GROUP_TRULY = {"06010", "06011", "06012", "06036", "09001", "09005"}


def before(rng: random.Random, spec: ClassSpec) -> str:
    """Name of a picture that shows a problem of this class."""
    scene = _BY_CLASS.get(spec.code) or _BY_GROUP.get(spec.group, "rubbish")
    return f"{scene}-{rng.randrange(VARIANTS)}-before"


def fits(code: str) -> bool:
    """Whether the drawn scene really shows problems of this class, so that a pair may stand on the public page."""
    return code in _BY_CLASS or code in _BY_GROUP_TRULY


def after(name: str) -> str:
    """Name of the picture of the same scene once the problem is gone."""
    return f"{name.removesuffix('-before')}-after" if name else ""


def pool() -> list[str]:
    """Names of all pictures there are."""
    return [f"{scene}-{n}-{when}" for scene in SCENES for n in range(VARIANTS) for when in ("before", "after")]
