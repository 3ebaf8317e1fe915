"""The invented map: areas with the real names and codes of Jiayuguan's divisions, and shapes of our own.

The urban core is a bent street grid; every block of it is a grid cell, blocks make communities, communities make the
two streets. The three towns share the rest of the city, cut into villages and cells as Voronoi cells. All lines are
noded on one lattice before they become faces, so that children cover their parent exactly. Distances inside are
metres from `CENTRE`; what leaves this module is longitude and latitude (WGS-84).
"""

import math
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from yipanqi.demo.blocks import COLUMNS, ROWS, BlockGrid, split_blocks
from yipanqi.demo.standard import Division, Standard

CENTRE = (98.29, 39.77)
_M_PER_LON = 111_320 * math.cos(math.radians(CENTRE[1]))
_M_PER_LAT = 111_040
_LATTICE_M = 0.1
_TOWN_BEARINGS = {"新城镇": 40.0, "峪泉镇": 165.0, "文殊镇": 285.0}
_TOWN_CUTS = (100.0, 228.0, 340.0)
RURAL_CELLS = 3


@dataclass(frozen=True, slots=True)
class Area:
    """A division or grid cell.

    `code` is the official form: 12 digits for divisions, 15 for grid cells (community code and a number). `file_code`
    is the code as the divisions file prints it, `aliases` further codes that mean the same area. `level` is city,
    street, community or grid; `kind` says it finer: city, street, town, community, village, grid.
    """

    code: str
    name: str
    full_name: str
    level: str
    kind: str
    parent: str | None
    file_code: str
    polygon: Polygon
    aliases: tuple[str, ...] = ()


@dataclass(slots=True)
class CityMap:
    """All areas by code, parents first, and the urban street grid in metres."""

    areas: dict[str, Area]
    grid: BlockGrid
    cell_of_block: dict[tuple[int, int], str]
    _tree: shapely.STRtree | None = field(default=None, repr=False)
    _cells: list[Area] = field(default_factory=list, repr=False)

    def of_level(self, level: str) -> list[Area]:
        """The areas of one level (city, street, community, grid) in code order."""
        return [area for area in self.areas.values() if area.level == level]

    def children(self, code: str) -> list[Area]:
        """The areas directly below `code`."""
        return [area for area in self.areas.values() if area.parent == code]

    def cell_at(self, lon: float, lat: float) -> Area | None:
        """The grid cell that contains a point, None outside the city."""
        if self._tree is None:
            self._cells = self.of_level("grid")
            self._tree = shapely.STRtree([cell.polygon for cell in self._cells])
        hits = self._tree.query(Point(lon, lat), predicate="intersects")
        return self._cells[int(min(hits))] if len(hits) else None


def to_lonlat(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point given in metres east and north of `CENTRE`."""
    return round(CENTRE[0] + x / _M_PER_LON, 7), round(CENTRE[1] + y / _M_PER_LAT, 7)


def to_metres(lon: float, lat: float) -> tuple[float, float]:
    """Metres east and north of `CENTRE`: the inverse of `to_lonlat`."""
    return (lon - CENTRE[0]) * _M_PER_LON, (lat - CENTRE[1]) * _M_PER_LAT


def geographic(shape: BaseGeometry) -> BaseGeometry:
    """A shape in metres, as longitude and latitude."""
    return shapely.transform(shape, lambda xy: [to_lonlat(x, y) for x, y in xy])


def point_in(rng: random.Random, polygon: Polygon, shrink: float = 0.92) -> tuple[float, float]:
    """A random point (lon, lat) well inside `polygon`: drawn from its box, pulled towards an inner point if need be."""
    west, south, east, north = polygon.bounds
    inner = polygon.representative_point()
    for _ in range(12):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        x, y = inner.x + (x - inner.x) * shrink, inner.y + (y - inner.y) * shrink
        if shapely.contains_xy(polygon, x, y):
            return round(x, 6), round(y, 6)
    return round(inner.x, 6), round(inner.y, 6)


def make_map(seed: str, standard: Standard) -> CityMap:
    """Draw the whole city for `seed`; the same seed gives the same map to the last digit."""
    rng = random.Random(f"{seed}:map")
    grid = BlockGrid.draw(rng)
    rows = standard.divisions
    streets = [row for row in rows if row.level == "street"]
    members = {row.code: [r for r in rows if r.parent == row.code] for row in streets}
    urban = [row for row in streets if not row.name.endswith("镇")]
    blocks = _share_blocks(urban, members, rng)
    sketch: dict[str, Polygon] = {}
    cell_of_block = {}
    for community, pairs in blocks.items():
        for number, block in enumerate(sorted(pairs), start=1):
            code = f"{community}{number:03d}"
            sketch[code] = grid.block(*block)
            cell_of_block[block] = code
    core = shapely.union_all([grid.block(*block) for block in cell_of_block])
    for name, town in _towns(rng, core).items():
        division = next(row for row in streets if row.name == name)
        for row, shape in zip(members[division.code], _voronoi(rng, town, len(members[division.code])), strict=True):
            for number, cell in enumerate(_voronoi(rng, shape, RURAL_CELLS), start=1):
                sketch[f"{row.code}{number:03d}"] = cell
    cells = _exact_cover(sketch)
    return CityMap(_assemble(rows, cells), grid, cell_of_block)


def _share_blocks(
    urban: list[Division], members: dict[str, list[Division]], rng: random.Random
) -> dict[str, list[tuple[int, int]]]:
    """The blocks of each urban community: the first street takes the north of the grid, the second the south."""
    middle = ROWS // 2
    halves = [(0, middle, COLUMNS, ROWS), (0, 0, COLUMNS, middle)]
    shared = {}
    for street, half in zip(urban, halves, strict=True):
        parts = split_blocks(half, len(members[street.code]), rng)
        parts.sort(key=lambda part: (-part[1], part[0]))
        for row, (left, bottom, right, top) in zip(members[street.code], parts, strict=True):
            shared[row.code] = [(i, j) for i in range(left, right) for j in range(bottom, top)]
    return shared


def _towns(rng: random.Random, core: Polygon) -> dict[str, Polygon]:
    """The land around the core, cut by three wandering borders into the towns."""
    outline = _outline(rng)
    cuts = []
    for bearing in _TOWN_CUTS:
        angle = math.radians(bearing)
        far = LineString([(0, 0), (60_000 * math.cos(angle), 60_000 * math.sin(angle))])
        reach = 0.97 * far.intersection(core).length
        x, y = reach * math.cos(angle), reach * math.sin(angle)
        line = [(x, y)]
        for step in range(16):
            turn = angle + (rng.uniform(-0.35, 0.35) if step else 0)
            x, y = x + 3000 * math.cos(turn), y + 3000 * math.sin(turn)
            line.append((x, y))
        cuts.append(LineString(line))
    land = outline.difference(core)
    faces = shapely.polygonize([shapely.union_all([land.boundary, *cuts])]).geoms
    pieces = [face for face in faces if not core.contains(face.representative_point())]
    main = sorted(pieces, key=lambda face: -face.area)[: len(_TOWN_BEARINGS)]
    towns = {}
    for name, bearing in _TOWN_BEARINGS.items():
        angle = math.radians(bearing)
        probe = LineString([(0, 0), (40_000 * math.cos(angle), 40_000 * math.sin(angle))])
        towns[name] = max(main, key=lambda piece: piece.intersection(probe).length)
    for scrap in pieces:
        if scrap not in main:
            name = max(towns, key=lambda town: towns[town].intersection(scrap).length)
            towns[name] = towns[name].union(scrap)
    return towns


def _outline(rng: random.Random) -> Polygon:
    """The city's border: an ellipse of about 1,200 km² with a ragged rim."""
    waves = [(k, rng.uniform(0.02, 0.09) / math.sqrt(k), rng.uniform(0, math.tau)) for k in (2, 3, 5, 7, 11, 17)]
    points = []
    for step in range(144):
        angle = math.tau * step / 144
        reach = 1 + sum(size * math.sin(k * angle + phase) for k, size, phase in waves)
        points.append((-5500 + 23_500 * reach * math.cos(angle), -1500 + 16_500 * reach * math.sin(angle)))
    return Polygon(points)


def _voronoi(rng: random.Random, region: Polygon, count: int) -> list[Polygon]:
    """Cut `region` into `count` cells around random seeds that keep apart; west to east."""
    west, south, east, north = region.bounds
    apart = 0.62 * math.sqrt(region.area / count)
    seeds: list[Point] = []
    while len(seeds) < count:
        point = Point(rng.uniform(west, east), rng.uniform(south, north))
        apart *= 0.995
        if region.contains(point) and all(point.distance(other) > apart for other in seeds):
            seeds.append(point)
    seeds.sort(key=lambda point: (point.x, point.y))
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=region).geoms
    return [next(cell for cell in cells if cell.contains(point)).intersection(region) for point in seeds]


def _exact_cover(sketch: dict[str, Polygon]) -> dict[str, Polygon]:
    """Redraw sketched cells on a common lattice so that neighbours share every vertex and nothing gaps or overlaps."""
    codes = list(sketch)
    edges = shapely.union_all([shape.boundary for shape in sketch.values()], grid_size=_LATTICE_M)
    faces = list(shapely.polygonize([edges]).geoms)
    tree = shapely.STRtree(list(sketch.values()))
    owners: list[str] = []
    for face in faces:
        inner = face.representative_point()
        hits = tree.query(inner, predicate="within")
        owners.append(codes[int(min(hits) if len(hits) else tree.nearest(inner))])
    cells = _united(faces, owners)
    for _ in range(4):
        torn = [code for code, shape in cells.items() if isinstance(shape, MultiPolygon)]
        if not torn:
            break
        _give_away_fragments(torn, cells, faces, owners)
        cells = _united(faces, owners)
    return {code: geographic(cells[code]) for code in codes}


def _united(faces: list[Polygon], owners: list[str]) -> dict[str, Polygon]:
    groups: dict[str, list[Polygon]] = defaultdict(list)
    for face, owner in zip(faces, owners, strict=True):
        groups[owner].append(face)
    return {code: _union(parts) for code, parts in groups.items()}


def _union(parts: Iterable[Polygon]) -> Polygon:
    """Union of polygons that share their vertices, keeping every vertex."""
    return shapely.coverage_union_all(list(parts)).buffer(0)


def _give_away_fragments(torn: list[str], cells: dict[str, Polygon], faces: list[Polygon], owners: list[str]) -> None:
    """Hand the smaller parts of a cell in several parts to the neighbour with the longest common border."""
    for code in torn:
        main = max(cells[code].geoms, key=lambda part: part.area)
        for index, face in enumerate(faces):
            if owners[index] == code and not main.covers(face.representative_point()):
                border = face.boundary
                others = (other for other in cells if other != code and cells[other].distance(face) == 0)
                owners[index] = max(others, key=lambda other: border.intersection(cells[other].boundary).length)


def _assemble(rows: tuple[Division, ...], cells: dict[str, Polygon]) -> dict[str, Area]:
    """Build the tree from the cells upwards; the pseudo district becomes an alias of the city."""
    city, pseudo = rows[0], next((row for row in rows if row.level == "district"), None)
    shapes: dict[str, list[Polygon]] = defaultdict(list)
    for code, cell in cells.items():
        for length in (12, 9):
            shapes[code[:length]].append(cell)
    aliases = (pseudo.code,) if pseudo else ()
    root = official(city.code)
    areas = {root: Area(root, city.name, city.name, "city", "city", None, city.code, _union(cells.values()), aliases)}
    for row in rows:
        if row.level == "street":
            kind = "town" if row.name.endswith("镇") else "street"
            full = f"{row.name}人民政府" if kind == "town" else f"{row.name}办事处"
            code = official(row.code)
            areas[code] = Area(code, row.name, full, "street", kind, root, row.code, _union(shapes[row.code]))
    for row in rows:
        if row.level == "community":
            village = row.name.endswith("村民委员会")
            name = row.name.removesuffix("村民委员会")
            full = row.name if village else f"{name}居民委员会"
            kind = "village" if village else "community"
            shape = _union(shapes[row.code])
            areas[row.code] = Area(row.code, name, full, "community", kind, official(row.parent), row.code, shape)
    for code, cell in cells.items():
        owner = areas[code[:12]]
        name = f"{owner.name}第{int(code[12:])}网格"
        areas[code] = Area(code, name, name, "grid", "grid", owner.code, code, cell)
    return areas


def official(code: str) -> str:
    """A division code in its official 12-digit form: shorter codes are filled up with zeros on the right."""
    return code.ljust(12, "0")
