"""The street grid of the urban core: a bent lattice of corners, about 8 km by 6 km, in metres from the centre."""

import math
import random
from dataclasses import dataclass

from shapely.geometry import LineString, Polygon

COLUMNS, ROWS = 16, 12
WIDTH_M, HEIGHT_M = 8000.0, 6000.0
TURN_DEGREES = -14.0
Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class BlockGrid:
    """Corners `corner[i][j]` (x, y in metres), i from west to east 0-16, j from south to north 0-12."""

    corner: tuple[tuple[tuple[float, float], ...], ...]

    @classmethod
    def draw(cls, rng: random.Random) -> "BlockGrid":
        """A grid with uneven spacing, gentle bends and a little noise, turned against north."""
        xs, ys = _spacing(rng, COLUMNS, WIDTH_M), _spacing(rng, ROWS, HEIGHT_M)
        waves = [(rng.uniform(0.6, 1.6), rng.uniform(0, math.tau)) for _ in range(4)]
        turn = math.radians(TURN_DEGREES)
        columns = []
        for x in xs:
            column = []
            for y in ys:
                u, v = x / WIDTH_M * math.tau, y / HEIGHT_M * math.tau
                px = x + 90 * math.sin(waves[0][0] * v + waves[0][1]) + 40 * math.sin(waves[1][0] * u + waves[1][1])
                py = y + 80 * math.sin(waves[2][0] * u + waves[2][1]) + 35 * math.sin(waves[3][0] * v + waves[3][1])
                px, py = px + rng.uniform(-16, 16), py + rng.uniform(-16, 16)
                column.append(
                    (
                        round(px * math.cos(turn) - py * math.sin(turn), 1),
                        round(px * math.sin(turn) + py * math.cos(turn), 1),
                    )
                )
            columns.append(tuple(column))
        return cls(tuple(columns))

    def block(self, i: int, j: int) -> Polygon:
        """The block whose south-west corner is (i, j)."""
        c = self.corner
        return Polygon([c[i][j], c[i + 1][j], c[i + 1][j + 1], c[i][j + 1]])

    def lane(self, i: int, j: int, *, upright: bool, share: float) -> LineString:
        """A lane through block (i, j), `share` (0-1) of the way across, from side to side less a small margin."""
        c = self.corner
        sw, se, ne, nw = c[i][j], c[i + 1][j], c[i + 1][j + 1], c[i][j + 1]
        start, end = (
            (_between(sw, se, share), _between(nw, ne, share))
            if upright
            else (_between(sw, nw, share), _between(se, ne, share))
        )
        return LineString([_between(start, end, 0.04), _between(start, end, 0.96)])


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _spacing(rng: random.Random, count: int, length: float) -> list[float]:
    """`count` + 1 positions from -length/2 to length/2 with steps that differ by up to a third."""
    steps = [rng.uniform(0.82, 1.18) for _ in range(count)]
    total, position, places = sum(steps), -length / 2, [-length / 2]
    for step in steps:
        position += step / total * length
        places.append(position)
    return places


def split_blocks(rectangle: Rectangle, parts: int, rng: random.Random) -> list[Rectangle]:
    """Cut a rectangle of blocks (left, bottom, right, top) into `parts` rectangles of nearly equal size.

    Raises:
        ValueError: there are fewer blocks than parts.
    """
    left, bottom, right, top = rectangle
    width, height = right - left, top - bottom
    if width * height < parts:
        raise ValueError(f"{width * height} blocks cannot make {parts} parts")
    if parts == 1:
        return [rectangle]
    along, across = (width, height) if width >= height else (height, width)
    first = parts // 2 if parts < 4 else parts // 2 + (rng.random() < 0.5 and parts % 2)
    cut = min(max(round(along * first / parts), math.ceil(first / across)), along - math.ceil((parts - first) / across))
    if width >= height:
        halves = (left, bottom, left + cut, top), (left + cut, bottom, right, top)
    else:
        halves = (left, bottom, right, bottom + cut), (left, bottom + cut, right, top)
    return split_blocks(halves[0], first, rng) + split_blocks(halves[1], parts - first, rng)
