"""Streets of the invented city: sections of main, secondary and back streets, and zones with a purpose.

Street names are ones that Jiayuguan has or could have; where they run is invented.
"""

import itertools
import random
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString, Point, Polygon

from yipanqi.demo.geometry import CityMap, geographic, to_lonlat, to_metres

UPRIGHT = [
    "西环路",
    "机场路",
    "嘉文路",
    "福民路",
    "五一路",
    "镜铁路",
    "胜利路",
    "永乐路",
    "新华路",
    "文化路",
    "建设路",
    "花园路",
    "迎宾路",
    "体育大道",
    "玉泉路",
    "和诚路",
    "东环路",
]
LEVEL = [
    "南环路",
    "明珠路",
    "朝阳路",
    "富强路",
    "兰新路",
    "前进路",
    "雄关大道",
    "祁连路",
    "德惠路",
    "昌盛路",
    "长城路",
    "人民路",
    "北环路",
]
MAIN = frozenset(
    [
        "机场路",
        "五一路",
        "胜利路",
        "新华路",
        "建设路",
        "迎宾路",
        "体育大道",
        "玉泉路",
        "明珠路",
        "兰新路",
        "雄关大道",
        "祁连路",
        "长城路",
    ]
)
STRICT = frozenset(
    ["新华路", "雄关大道", "迎宾路", "胜利路", "五一路", "建设路", "兰新路", "体育大道", "明珠路", "祁连路", "玉泉路"]
)
LANES = ("一巷", "二巷", "三巷")
BIKE_ZONES, NO_STALL_ZONES, NO_PARKING_ZONES = 24, 10, 12


@dataclass(frozen=True, slots=True)
class Segment:
    """A section of a street.

    `kind` is main, secondary or back; `strict` marks the 11 strict-control streets; `area_code` is the grid cell in
    which its middle lies; `line` is longitude and latitude; `length_m` metres.
    """

    code: str
    name: str
    street: str
    kind: str
    strict: bool
    area_code: str
    line: LineString
    length_m: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon with a purpose.

    strict_control 严管区, no_parking 禁停区, bike_fence 共享单车电子围栏 or no_stalls 禁摆区.
    """

    code: str
    name: str
    purpose: str
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Crossing:
    """A crossing of two streets: (x, y) in metres, `main` when both are main streets."""

    name: str
    x: float
    y: float
    main: bool


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """Segments and zones by code, and the crossings."""

    segments: dict[str, Segment]
    zones: dict[str, Zone]
    crossings: tuple[Crossing, ...]


def make_streets(seed: str, city: CityMap) -> StreetPlan:
    """Name and cut the streets of `city`, add lanes and village roads, and draw the zones."""
    rng = random.Random(f"{seed}:streets")
    sections = [
        *_sections(city, upright=True),
        *_sections(city, upright=False),
        *_lanes(city, rng),
        *_village_roads(city, rng),
    ]
    segments = {}
    for number, (name, street, kind, line) in enumerate(sections, start=1):
        middle = line.interpolate(0.5, normalized=True)
        cell = city.cell_at(*to_lonlat(middle.x, middle.y))
        segment = Segment(
            code=f"LD{number:04d}",
            name=name,
            street=street,
            kind=kind,
            strict=street in STRICT,
            area_code=cell.code if cell else "",
            line=geographic(line),
            length_m=round(line.length),
        )
        segments[segment.code] = segment
    crossings = tuple(_crossings(city))
    return StreetPlan(segments, {zone.code: zone for zone in _zones(rng, segments, crossings)}, crossings)


def _third(street: str, share: float, *, upright: bool) -> str:
    """The name of a part of a street by where it lies (0 = south or west end): 新华南路, 新华中路, 新华北路."""
    words = "南中北" if upright else "西中东"
    word = words[min(int(share * 3), 2)]
    if street.endswith("大道"):
        return f"{street}{word}段"
    return f"{street.removesuffix('路')}{word}路"


def _sections(city: CityMap, *, upright: bool) -> list[tuple[str, str, str, LineString]]:
    """Cut each street of one direction at the main streets that cross it."""
    corner = city.grid.corner
    names, across = (UPRIGHT, LEVEL) if upright else (LEVEL, UPRIGHT)
    cuts = [k for k, name in enumerate(across) if name in MAIN or k in (0, len(across) - 1)]
    sections = []
    for k, street in enumerate(names):
        kind = "main" if street in MAIN else "secondary"
        for start, end in itertools.pairwise(cuts):
            points = [corner[k][n] if upright else corner[n][k] for n in range(start, end + 1)]
            middle = (start + end) / 2 / (len(across) - 1)
            part = _third(street, middle, upright=upright) if kind == "main" else street
            sections.append((f"{part}（{across[start]}—{across[end]}段）", street, kind, LineString(points)))
    return sections


def _lanes(city: CityMap, rng: random.Random) -> list[tuple[str, str, str, LineString]]:
    """Three lanes in every urban community."""
    blocks: dict[str, list[tuple[int, int]]] = {}
    for block, code in sorted(city.cell_of_block.items()):
        blocks.setdefault(code[:12], []).append(block)
    lanes = []
    for community, choices in sorted(blocks.items()):
        stem = city.areas[community].name.removesuffix("社区")
        for lane, (i, j) in zip(LANES, rng.sample(choices, len(LANES)), strict=True):
            line = city.grid.lane(i, j, upright=rng.random() < 0.5, share=rng.uniform(0.3, 0.7))
            lanes.append((f"{stem}{lane}", f"{stem}{lane}", "back", line))
    return lanes


def _village_roads(city: CityMap, rng: random.Random) -> list[tuple[str, str, str, LineString]]:
    """One road through the middle of every village."""
    roads = []
    for area in city.of_level("community"):
        if area.kind == "village":
            inner = area.polygon.representative_point()
            x, y = to_metres(inner.x, inner.y)
            points = [(x + dx, y + rng.uniform(-60, 60)) for dx in (-420, -200, 0, 190, 400)]
            roads.append((f"{area.name}主村道", f"{area.name}主村道", "back", LineString(points)))
    return roads


def _crossings(city: CityMap) -> list[Crossing]:
    """All crossings inside the grid, the main ones first."""
    crossings = [
        Crossing(f"{LEVEL[j]}与{UPRIGHT[i]}交叉路口", *city.grid.corner[i][j], LEVEL[j] in MAIN and UPRIGHT[i] in MAIN)
        for i in range(1, len(UPRIGHT) - 1)
        for j in range(1, len(LEVEL) - 1)
    ]
    return sorted(crossings, key=lambda crossing: not crossing.main)


def _zones(rng: random.Random, segments: dict[str, Segment], crossings: tuple[Crossing, ...]) -> list[Zone]:
    """Strict-control corridors, and small zones around main crossings."""
    zones = []
    for number, street in enumerate(sorted(STRICT), start=1):
        middle = [s for s in segments.values() if s.street == street and ("中路" in s.name or "中段" in s.name)]
        lines = shapely.union_all([shapely.transform(s.line, _metric) for s in middle])
        corridor = lines.buffer(35, cap_style="flat", join_style="mitre")
        zones.append(Zone(f"YG{number:02d}", f"{street}严管区", "strict_control", geographic(corridor)))
    chosen = rng.sample(crossings[:60], BIKE_ZONES + NO_STALL_ZONES + NO_PARKING_ZONES)
    for number, crossing in enumerate(chosen, start=1):
        if number <= BIKE_ZONES:
            purpose, prefix, word, size = "bike_fence", "WL", "共享单车电子围栏", 30
        elif number <= BIKE_ZONES + NO_STALL_ZONES:
            purpose, prefix, word, size = "no_stalls", "JB", "禁摆区", 120
        else:
            purpose, prefix, word, size = "no_parking", "JT", "禁停区", 90
        x, y = crossing.x + rng.uniform(-40, 40), crossing.y + rng.uniform(-40, 40)
        square = Point(x, y).buffer(size, cap_style="square")
        name = f"{crossing.name.removesuffix('交叉路口')}口{word}"
        zones.append(Zone(f"{prefix}{number:02d}", name, purpose, geographic(square)))
    return zones


def _metric(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [to_metres(lon, lat) for lon, lat in points]
