"""Drawn photos: simple street scenes with and without a problem, plainly marked as made for demonstration.

A picture is known by a name of `scenes.pool()`; the same name always gives the same pixels. Both pictures of a pair
show the same street, so that before and after look like one spot.
"""

import io
import random
from datetime import datetime
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.Image import Exif

from yipanqi.demo import props

SIZE = (800, 600)
QUALITY = 74
MARK = "演示图片"
_FONT_FOLDERS = (Path(__file__).resolve().parent.parent / "static" / "fonts", Path("/usr/share/fonts"))
_GROUND_Y = 330
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAG_MADE_AT, _TAG_ORIGINAL, _TAG_OFFSET, _TAG_SOFTWARE = 0x0132, 0x9003, 0x9011, 0x0131

SKIES = ((0x9C, 0xC4, 0xE8), (0xB9, 0xD3, 0xEA), (0xC8, 0xCF, 0xD6), (0x8F, 0xBB, 0xDE))
WALLS = ((214, 200, 178), (196, 176, 160), (226, 214, 196), (182, 192, 200), (206, 186, 150), (222, 205, 205))


def draw(name: str, *, taken_at: datetime | None = None, position: tuple[float, float] | None = None) -> bytes:
    """The JPEG (800 by 600, at most 60 kB) of a picture name.

    With `taken_at` and `position` (longitude, latitude) it carries EXIF time and GPS as from a phone.

    Raises:
        ValueError: the name is not of the form scene-variant-before|after with a known scene.
    """
    return with_exif(_jpeg(name), taken_at, position)


def with_exif(plain: bytes, taken_at: datetime | None, position: tuple[float, float] | None) -> bytes:
    """A JPEG with EXIF time and GPS as from a phone, as far as they are given."""
    if taken_at is None and position is None:
        return plain
    exif = _exif(taken_at, position)
    payload = b"Exif\x00\x00" + exif.tobytes().removeprefix(b"Exif\x00\x00")
    header = b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload
    return plain[:2] + header + plain[2:]


@cache
def _jpeg(name: str) -> bytes:
    """The picture without EXIF; kept, because a pool of some sixty is used over and over."""
    out = io.BytesIO()
    paint(name).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def paint(name: str) -> Image.Image:
    """The picture itself; see `draw`."""
    return stamped(scene(name), name)


def scene(name: str) -> Image.Image:
    """The picture without the mark that it is drawn."""
    kind, variant, when = ([*name.split("-"), "", ""])[:3]
    if kind not in props.PROPS or not variant.isdigit() or when not in ("before", "after"):
        raise ValueError(f"no such picture: {name}")
    rng = random.Random(f"{kind}-{variant}")
    image = Image.new("RGB", SIZE)
    pen = ImageDraw.Draw(image)
    (_corridor if kind in ("corridor", "notice") else _street)(pen, rng)
    props.PROPS[kind](pen, rng, present=when == "before")
    return image


def stamped(image: Image.Image, name: str) -> Image.Image:
    """The picture with that mark."""
    _stamp(ImageDraw.Draw(image), name.rpartition("-")[2])
    return image


def _gradient(pen: ImageDraw.ImageDraw, top: int, bottom: int, upper: tuple[int, ...], lower: tuple[int, ...]) -> None:
    """Fill the rows from `top` to `bottom` with a run from one colour to another, in bands of six pixels."""
    for y in range(top, bottom, 6):
        share = (y - top) / max(bottom - top, 1)
        colour = tuple(round(a + (b - a) * share) for a, b in zip(upper, lower, strict=True))
        pen.rectangle((0, y, SIZE[0], y + 6), fill=colour)


def _street(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """Sky, a row of houses, trees, pavement, kerb and carriageway."""
    sky = rng.choice(SKIES)
    _gradient(pen, 0, _GROUND_Y, sky, (236, 240, 242))
    if rng.random() < 0.6:
        ridge = [(0, 235)] + [(x, 205 + rng.randrange(-32, 22)) for x in range(80, 800, 80)] + [(800, 230), (800, 300)]
        pen.polygon([*ridge, (0, 300)], fill=(160, 172, 186))
    x = -rng.randrange(10, 60)
    while x < SIZE[0]:
        width, height = rng.randrange(130, 220), rng.randrange(120, 250)
        _house(pen, rng, x, width, height)
        x += width + rng.choice((0, 0, 14, 40))
    pen.rectangle((0, _GROUND_Y, 800, 430), fill=(196, 192, 186))
    for k in range(14):
        shift = k * 70
        pen.line((shift - 60, 430, shift + 10, _GROUND_Y), fill=(178, 174, 168), width=1)
    for y in (352, 380):
        pen.line((0, y, 800, y), fill=(178, 174, 168), width=1)
    pen.rectangle((0, 430, 800, 442), fill=(218, 216, 210))
    pen.rectangle((0, 442, 800, 446), fill=(126, 126, 126))
    _gradient(pen, 446, 600, (104, 106, 110), (84, 86, 90))
    for shift in range(-20, 800, 160):
        pen.polygon([(shift, 532), (shift + 90, 532), (shift + 84, 541), (shift - 8, 541)], fill=(224, 224, 218))
    for shift in rng.sample(range(40, 760, 90), 3):
        _tree(pen, rng, shift)


def _house(pen: ImageDraw.ImageDraw, rng: random.Random, x: int, width: int, height: int) -> None:
    """A house with rows of windows above a shop front with an awning; shop signs stay blank."""
    wall = rng.choice(WALLS)
    top = _GROUND_Y - height
    pen.rectangle((x, top, x + width, _GROUND_Y), fill=wall)
    pen.rectangle((x, top, x + width, top + 7), fill=tuple(max(c - 40, 0) for c in wall))
    glass = rng.choice(((120, 142, 160), (140, 158, 168), (104, 124, 144)))
    for row in range(top + 20, _GROUND_Y - 92, 40):
        for column in range(x + 14, x + width - 26, 36):
            pen.rectangle((column, row, column + 22, row + 24), fill=glass, outline=(240, 240, 236))
            pen.line((column + 11, row, column + 11, row + 24), fill=(240, 240, 236))
    sign = rng.choice(((176, 58, 46), (44, 98, 140), (46, 120, 84), (190, 140, 50)))
    pen.rectangle((x + 6, _GROUND_Y - 84, x + width - 6, _GROUND_Y - 62), fill=sign)
    pen.rectangle((x + 10, _GROUND_Y - 60, x + width - 10, _GROUND_Y), fill=(92, 104, 112))
    for column in range(x + 10, x + width - 12, 30):
        pen.line((column, _GROUND_Y - 60, column, _GROUND_Y), fill=(206, 208, 206), width=2)


def _tree(pen: ImageDraw.ImageDraw, rng: random.Random, x: int) -> None:
    """A street tree in its square of soil."""
    pen.polygon([(x - 26, 424), (x + 26, 424), (x + 20, 408), (x - 20, 408)], fill=(132, 108, 84))
    pen.rectangle((x - 5, 260, x + 5, 416), fill=(104, 82, 62))
    for _ in range(9):
        cx, cy, r = x + rng.randrange(-38, 38), 232 + rng.randrange(-48, 34), rng.randrange(24, 40)
        green = rng.randrange(96, 138)
        pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(62 + green // 5, green, 62))


def _corridor(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """The inside of a building: back wall, side walls, floor in perspective, a ceiling lamp."""
    wall = rng.choice(((232, 228, 216), (222, 230, 230), (236, 226, 212)))
    darker = tuple(c - 22 for c in wall)
    skirt = rng.choice(((150, 178, 160), (168, 160, 190), (176, 158, 134)))
    pen.rectangle((0, 0, 800, 600), fill=wall)
    pen.polygon([(0, 0), (800, 0), (590, 120), (210, 120)], fill=(246, 246, 244))
    pen.polygon([(0, 0), (210, 120), (210, 380), (0, 600)], fill=darker)
    pen.polygon([(800, 0), (590, 120), (590, 380), (800, 600)], fill=darker)
    pen.polygon([(0, 400), (210, 283), (210, 380), (0, 600)], fill=skirt)
    pen.polygon([(800, 400), (590, 283), (590, 380), (800, 600)], fill=skirt)
    pen.polygon([(0, 600), (210, 380), (590, 380), (800, 600)], fill=(176, 174, 168))
    for share in (0.2, 0.42, 0.7):
        y = 380 + 220 * share
        pen.line((210 - 210 * share, y, 590 + 210 * share, y), fill=(158, 156, 150), width=2)
    for x in (300, 400, 500):
        pen.line((x, 380, 400 + (x - 400) * 2.1, 600), fill=(158, 156, 150), width=2)
    shift, shade = rng.randrange(-70, 70), rng.randrange(0, 40)
    pen.rectangle((340 + shift, 190, 460 + shift, 380), fill=(128 - shade, 96, 70), outline=(90, 66, 48), width=4)
    pen.ellipse((440 + shift, 285, 450 + shift, 295), fill=(220, 200, 120))
    pen.polygon([(350, 70), (450, 70), (430, 92), (370, 92)], fill=(255, 252, 226))


def _stamp(pen: ImageDraw.ImageDraw, when: str) -> None:
    """The mark that this is no photo; a striped bar where no Chinese font is to be found."""
    pen.rectangle((0, 560, 800, 600), fill=(24, 32, 44))
    for x in range(0, 130, 26):
        pen.polygon([(x, 600), (x + 13, 600), (x + 33, 560), (x + 20, 560)], fill=(226, 170, 40))
    font = _font()
    if font:
        words = "整改前" if when == "before" else "整改后"
        pen.text((172, 566), f"{MARK} · {words} · 非真实场景", font=font, fill=(246, 246, 240))


@cache
def _font() -> ImageFont.FreeTypeFont | None:
    """A font that has Chinese characters: ours if it was built, else one of the system, else None."""
    for folder in _FONT_FOLDERS:
        for pattern in ("*CJK*Regular*.tt[cf]", "*CJK*Regular*.otf", "*[sS]ans*SC*.[to]t[fc]", "wqy*.ttc", "*.ttf"):
            for path in sorted(folder.rglob(pattern)):
                font = ImageFont.truetype(str(path), 22)
                if font.getmask("演").getbbox() != font.getmask("\ue0ff").getbbox():
                    return font
    return None


def _exif(taken_at: datetime | None, position: tuple[float, float] | None) -> Exif:
    exif = Exif()
    exif[_TAG_SOFTWARE] = "Yipanqi demo"
    if taken_at is not None:
        stamp = taken_at.strftime("%Y:%m:%d %H:%M:%S")
        exif[_TAG_MADE_AT] = stamp
        offset = taken_at.strftime("%z")
        exif.get_ifd(_EXIF_IFD).update({_TAG_ORIGINAL: stamp, _TAG_OFFSET: f"{offset[:3]}:{offset[3:]}"})
    if position is not None:
        lon, lat = position
        gps = {1: "N" if lat >= 0 else "S", 2: _dms(lat), 3: "E" if lon >= 0 else "W", 4: _dms(lon)}
        exif.get_ifd(_GPS_IFD).update(gps)
    return exif


def _dms(degrees: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds of an angle, as EXIF wants it."""
    minutes, seconds = divmod(round(abs(degrees) * 3600, 3), 60)
    whole, minutes = divmod(minutes, 60)
    return float(whole), float(minutes), round(seconds, 3)
