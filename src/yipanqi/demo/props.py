"""What stands in a drawn scene: for each kind of problem its shapes, and what the same spot looks like once mended.

A painter draws on the 800 by 600 canvas of `pictures`; with `present=False` it leaves the problem out but still takes
the same random numbers for what belongs to the spot itself.
"""

import random
from collections.abc import Callable
from typing import Protocol

from PIL.ImageDraw import ImageDraw


class Painter(Protocol):
    """Draws one kind of problem, or the mended spot."""

    def __call__(self, pen: ImageDraw, rng: random.Random, *, present: bool) -> None: ...


PROPS: dict[str, Painter] = {}
BAGS = ((240, 240, 240), (60, 60, 66), (200, 60, 60), (70, 110, 180), (226, 190, 90), (120, 90, 66), (90, 150, 90))
CARS = ((192, 40, 40), (240, 240, 240), (40, 44, 52), (52, 92, 150), (150, 154, 160))


def _painter(scene: str) -> Callable[[Painter], Painter]:
    def register(painter: Painter) -> Painter:
        PROPS[scene] = painter
        return painter

    return register


@_painter("rubbish")
def _rubbish(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """A heap of bags and scraps at the kerb."""
    x = rng.randrange(220, 560)
    if not present:
        return
    pen.ellipse((x - 130, 396, x + 130, 448), fill=(150, 140, 124))
    for _ in range(46):
        cx, size = x + round(rng.gauss(0, 52)), rng.randrange(10, 30)
        cy = 424 - round(max(0, 70 - abs(cx - x)) * rng.random())
        colour = rng.choice(BAGS)
        if rng.random() < 0.6:
            pen.ellipse((cx - size, cy - size, cx + size, cy + size * 0.7), fill=colour, outline=(70, 70, 70))
        else:
            pen.polygon([(cx, cy - size), (cx + size, cy), (cx + 4, cy + size // 2), (cx - size, cy)], fill=colour)
    for _ in range(26):
        cx, cy = x + rng.randrange(-190, 190), rng.randrange(420, 480)
        pen.rectangle((cx, cy, cx + 7, cy + 4), fill=rng.choice(BAGS))


@_painter("pothole")
def _pothole(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """A hole in the carriageway; mended it is a darker patch."""
    x, y = rng.randrange(230, 560), 496
    if not present:
        pen.polygon([(x - 110, y - 24), (x + 100, y - 28), (x + 118, y + 26), (x - 122, y + 30)], fill=(66, 67, 70))
        return
    rim = [(x + dx + rng.randrange(-12, 12), y + dy + rng.randrange(-6, 6)) for dx, dy in _ring(112, 34)]
    pen.polygon(rim, fill=(122, 112, 98))
    pen.polygon([(x + (px - x) * 0.8, y + 4 + (py - y) * 0.76) for px, py in rim], fill=(58, 52, 46))
    pen.ellipse((x - 56, y - 4, x + 50, y + 20), fill=(112, 128, 140))
    for _ in range(5):
        dx = rng.choice((-1, 1))
        start = (x + dx * 100, y + rng.randrange(-10, 10))
        bend = (start[0] + dx * rng.randrange(20, 50), start[1] + rng.randrange(-16, 16))
        pen.line([start, bend, (bend[0] + dx * 30, bend[1] + rng.randrange(-10, 10))], fill=(50, 48, 46), width=3)
    for _ in range(18):
        cx, cy = x + rng.randrange(-170, 170), y + rng.randrange(-36, 44)
        pen.ellipse((cx, cy, cx + 8, cy + 5), fill=(150, 142, 130))


def _ring(a: int, b: int) -> list[tuple[int, int]]:
    """Sixteen points of an ellipse with the half-axes a and b."""
    unit = (1, 0.92, 0.71, 0.38, 0, -0.38, -0.71, -0.92)
    top = [(round(a * unit[k]), -round(b * (1 - unit[k] ** 2) ** 0.5)) for k in range(8)]
    return [*top, *((-dx, -dy) for dx, dy in top)]


@_painter("parking")
def _parking(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """Cars on the footway."""
    xs, colours = [60 + k * 240 + rng.randrange(0, 40) for k in range(3)], rng.sample(CARS, 3)
    if not present:
        return
    for x, colour in list(zip(xs, colours, strict=True))[: rng.choice((2, 3))]:
        _car(pen, x, 436, colour)


def _car(pen: ImageDraw, x: int, y: int, colour: tuple[int, int, int]) -> None:
    """A car seen from the side, 200 pixels long, wheels on `y`; the plate stays blank."""
    pen.ellipse((x + 4, y - 8, x + 204, y + 12), fill=(140, 138, 134))
    pen.polygon([(x + 44, y - 50), (x + 66, y - 88), (x + 138, y - 88), (x + 170, y - 50)], fill=colour)
    pen.polygon([(x + 54, y - 52), (x + 71, y - 80), (x + 100, y - 80), (x + 100, y - 52)], fill=(70, 84, 98))
    pen.polygon([(x + 106, y - 52), (x + 106, y - 80), (x + 133, y - 80), (x + 156, y - 52)], fill=(70, 84, 98))
    pen.rounded_rectangle((x, y - 54, x + 200, y - 12), 12, fill=colour, outline=(60, 60, 60))
    pen.rectangle((x + 190, y - 44, x + 199, y - 34), fill=(250, 240, 190))
    for wheel in (x + 46, x + 156):
        pen.ellipse((wheel - 20, y - 32, wheel + 20, y + 8), fill=(34, 34, 36))
        pen.ellipse((wheel - 9, y - 21, wheel + 9, y - 3), fill=(170, 172, 176))


@_painter("posters")
def _posters(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """Stickers all over a wall and a post."""
    x = rng.randrange(120, 260)
    pen.rectangle((x, 180, x + 360, 410), fill=(216, 210, 200), outline=(166, 160, 150), width=3)
    for row in range(204, 410, 26):
        pen.line((x, row, x + 360, row), fill=(200, 194, 184))
    pen.rectangle((x + 420, 90, x + 440, 430), fill=(150, 152, 154))
    if not present:
        return
    for _ in range(24):
        cx, cy = x + rng.randrange(10, 300), rng.randrange(190, 360)
        _sticker(pen, rng, cx, cy, rng.randrange(28, 56), rng.randrange(24, 44))
    for k in range(6):
        _sticker(pen, rng, x + 416, 130 + k * 46, 28, 30)


def _sticker(pen: ImageDraw, rng: random.Random, x: int, y: int, width: int, height: int) -> None:
    paper = rng.choice(((252, 252, 246), (250, 226, 120), (246, 190, 190), (186, 222, 246), (196, 236, 190)))
    pen.rectangle((x, y, x + width, y + height), fill=paper, outline=(150, 150, 150))
    ink = rng.choice(((190, 30, 30), (40, 40, 60), (30, 70, 150)))
    for line in range(y + 5, y + height - 4, 7):
        pen.rectangle((x + 4, line, x + rng.randrange(width // 2, width - 2), line + 2), fill=ink)


@_painter("stall")
def _stall(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """Hawkers with umbrellas and crates on the footway."""
    xs = [rng.randrange(90, 150), rng.randrange(330, 400), rng.randrange(570, 620)]
    if not present:
        return
    for x in xs[: rng.choice((2, 3))]:
        colour = rng.choice(((200, 52, 52), (48, 110, 170), (44, 140, 90), (222, 150, 40)))
        pen.line((x + 70, 250, x + 70, 420), fill=(120, 120, 120), width=5)
        pen.pieslice((x - 30, 210, x + 170, 330), 180, 360, fill=colour, outline=(80, 80, 80))
        pen.pieslice((x + 30, 210, x + 110, 330), 180, 360, fill=(246, 244, 236))
        pen.rectangle((x, 366, x + 140, 380), fill=(150, 110, 70))
        pen.rectangle((x + 6, 380, x + 134, 436), fill=(124, 92, 60))
        for _ in range(26):
            cx, cy = x + rng.randrange(6, 128), rng.randrange(350, 366)
            fruit = rng.choice(((220, 60, 40), (240, 170, 40), (110, 160, 60), (160, 60, 110)))
            pen.ellipse((cx, cy, cx + 13, cy + 13), fill=fruit)
        pen.rectangle((x + 146, 398, x + 186, 436), fill=(190, 160, 110), outline=(120, 96, 60))


@_painter("bin")
def _bin(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """Four sorting bins, overflowing or clean."""
    x = rng.randrange(170, 330)
    colours = ((54, 96, 170), (56, 140, 84), (190, 52, 52), (110, 114, 120))
    for k, colour in enumerate(colours):
        left = x + k * 96
        pen.polygon(
            [(left, 330), (left + 80, 330), (left + 72, 436), (left + 8, 436)], fill=colour, outline=(40, 40, 40)
        )
        lift = 22 if present and k % 2 == 0 else 0
        pen.polygon(
            [(left - 5, 330 - lift), (left + 80, 316 - lift), (left + 85, 330)], fill=tuple(c - 30 for c in colour)
        )
        pen.rectangle((left + 26, 366, left + 54, 394), fill=(244, 244, 240))
    if not present:
        return
    for _ in range(60):
        cx, cy = x + rng.randrange(-30, 400), rng.choice((rng.randrange(296, 336), rng.randrange(420, 452)))
        size = rng.randrange(8, 20)
        pen.ellipse((cx - size, cy - size // 2, cx + size, cy + size // 2), fill=rng.choice(BAGS), outline=(80, 80, 80))


@_painter("lamp")
def _lamp(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """A street lamp at dusk: dark and crooked, or upright and shining."""
    x = rng.randrange(280, 500)
    top = x + (46 if present else 0)
    pen.line((x, 430, top, 90), fill=(92, 96, 100), width=10)
    pen.line((top, 92, top + 86, 74), fill=(92, 96, 100), width=7)
    lamp = (top + 70, 70, top + 128, 90)
    if present:
        pen.ellipse(lamp, fill=(72, 74, 78), outline=(40, 40, 40))
        pen.line([(top + 96, 90), (top + 104, 120), (top + 92, 140)], fill=(30, 30, 30), width=3)
        pen.rectangle((x - 12, 360, x + 14, 400), fill=(60, 60, 64))
        pen.line([(x + 14, 376), (x + 34, 392), (x + 28, 410)], fill=(180, 50, 40), width=4)
        return
    for spread in range(5):
        pen.ellipse(
            (lamp[0] - spread * 9, lamp[1] - spread * 7, lamp[2] + spread * 9, lamp[3] + spread * 7),
            outline=(255, 238, 170),
        )
    pen.ellipse(lamp, fill=(255, 244, 190), outline=(200, 180, 110))
    pen.rectangle((x - 12, 360, x + 14, 400), fill=(120, 126, 132))


@_painter("bikes")
def _bikes(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """Shared bikes in a muddle, or in line."""
    colour = rng.choice(((60, 150, 210), (240, 190, 30), (80, 180, 110)))
    if present:
        for _ in range(8):
            _bike(pen, rng.randrange(100, 620), rng.randrange(390, 470), colour, rng.choice((-46, -18, 0, 24, 52)))
        return
    pen.rectangle((90, 398, 740, 428), outline=(246, 246, 246), width=4)
    for k in range(6):
        _bike(pen, 110 + k * 100, 418, colour, 0)


def _bike(pen: ImageDraw, x: int, y: int, colour: tuple[int, int, int], lean: int) -> None:
    """A bicycle of 90 pixels; `lean` moves its upper parts sideways as if it were falling."""
    drop = abs(lean) // 2
    for wheel in (x, x + 64):
        pen.ellipse((wheel - 22, y - 44, wheel + 22, y), outline=(40, 40, 44), width=4)
    saddle, bar = (x + 20 + lean, y - 66 + drop), (x + 54 + lean, y - 76 + drop)
    pen.line([(x, y - 22), saddle, (x + 30, y - 20), (x, y - 22)], fill=colour, width=6)
    pen.line([saddle, bar, (x + 64, y - 22)], fill=colour, width=6)
    pen.line([(bar[0] - 8, bar[1] - 4), (bar[0] + 12, bar[1] - 8)], fill=(40, 40, 44), width=5)
    pen.rectangle((saddle[0] - 12, saddle[1] - 8, saddle[0] + 10, saddle[1] - 3), fill=(30, 30, 30))


@_painter("corridor")
def _corridor(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """Boxes and an electric bike in a stairwell."""
    pen.rectangle((606, 250, 650, 318), fill=(206, 44, 44), outline=(140, 24, 24), width=3)
    pen.rectangle((350, 150, 450, 176), fill=(30, 130, 74))
    if not present:
        return
    for _ in range(9):
        x, y, size = rng.randrange(150, 330), rng.randrange(380, 480), rng.randrange(50, 92)
        shade = rng.randrange(0, 30)
        pen.rectangle((x, y - size, x + size, y), fill=(186 - shade, 148 - shade, 100), outline=(120, 92, 60), width=2)
        pen.line((x, y - size // 2, x + size, y - size // 2), fill=(214, 190, 140), width=4)
    _bike(pen, 480, 510, (190, 60, 60), 6)
    pen.rectangle((496, 462, 540, 492), fill=(60, 60, 66))
    pen.line([(530, 470), (600, 420), (640, 330)], fill=(20, 20, 20), width=4)


@_painter("notice")
def _notice(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """A notice board: empty and torn, or filled with sheets."""
    pen.rectangle((30, 190, 320, 420), fill=(150, 44, 40), outline=(96, 26, 24), width=5)
    pen.rectangle((46, 226, 304, 404), fill=(246, 242, 230))
    pen.rectangle((120, 200, 230, 216), fill=(250, 216, 120))
    if present:
        pen.polygon([(60, 240), (130, 238), (126, 300), (100, 290), (70, 330)], fill=(214, 206, 180))
        pen.line([(170, 226), (210, 300), (186, 404)], fill=(120, 120, 120), width=2)
        for _ in range(10):
            x, y = rng.randrange(60, 290), rng.randrange(236, 396)
            pen.ellipse((x, y, x + 6, y + 6), fill=(170, 160, 140))
        return
    for column in range(58, 290, 80):
        for row in (238, 324):
            pen.rectangle((column, row, column + 66, row + 72), fill=(255, 255, 255), outline=(190, 190, 190))
            pen.rectangle(
                (column + 6, row + 6, column + 60, row + 16), fill=rng.choice(((200, 60, 50), (50, 110, 170)))
            )
            for line in range(row + 24, row + 66, 8):
                pen.line((column + 6, line, column + rng.randrange(40, 60), line), fill=(120, 120, 120), width=2)


@_painter("dog")
def _dog(pen: ImageDraw, rng: random.Random, *, present: bool) -> None:
    """A dog off the lead and what it left on the pavement; mended the spot is clean."""
    x, y = rng.randrange(260, 520), 392
    coat = rng.choice(((170, 120, 70), (70, 62, 58), (222, 206, 176)))
    if not present:
        return
    dark = tuple(max(c - 40, 0) for c in coat)
    pen.polygon([(x - 74, y - 32), (x - 106, y - 76), (x - 94, y - 82), (x - 54, y - 40)], fill=coat)
    for leg in (-62, -44, 40, 58):
        pen.rounded_rectangle((x + leg, y - 10, x + leg + 14, y + 44), 6, fill=dark)
    pen.rounded_rectangle((x - 76, y - 46, x + 78, y + 10), 27, fill=coat)
    pen.polygon([(x + 46, y - 34), (x + 78, y - 86), (x + 104, y - 60), (x + 76, y - 8)], fill=coat)
    pen.ellipse((x + 62, y - 104, x + 122, y - 52), fill=coat)
    pen.rounded_rectangle((x + 96, y - 84, x + 146, y - 58), 12, fill=coat)
    pen.ellipse((x + 134, y - 84, x + 148, y - 70), fill=(30, 28, 28))
    pen.polygon([(x + 66, y - 96), (x + 56, y - 56), (x + 82, y - 74)], fill=dark)
    pen.ellipse((x + 100, y - 88, x + 107, y - 81), fill=(24, 22, 22))
    for dx, dy, r in ((-170, 30, 14), (-158, 22, 11), (-182, 24, 10), (-168, 14, 8)):
        pen.ellipse((x + dx - r, y + dy - r * 0.7, x + dx + r, y + dy + r * 0.7), fill=(96, 66, 40), outline=(70, 46, 28))
