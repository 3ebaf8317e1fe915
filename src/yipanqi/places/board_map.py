"""Where a position lies on the board: areas, zones and street segments, looked up in memory. Pure: no database."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

#: Mean radius of the earth in metres (IUGG), for distances of a few hundred metres.
EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class AreaFact:
    """What the map knows of an area. `path` holds the codes from the root down, each followed by a slash."""

    id: int
    code: str
    level: str
    path: str
    unit_id: int | None = None
    shape: Any = None
    name: str = ""

    @property
    def depth(self) -> int:
        return self.path.count("/")


@dataclass(frozen=True, slots=True)
class ZoneFact:
    """A zone and its polygon in degrees."""

    id: int
    code: str
    shape: Any


@dataclass(frozen=True, slots=True)
class SegmentFact:
    """A street segment and its line in degrees."""

    id: int
    code: str
    shape: Any


class BoardMap:
    """Areas, zones and segments with their spatial indexes. Positions are longitude, latitude in WGS 84 degrees.

    A point on a border belongs to the area with the smaller code, so every look-up gives the same answer.
    """

    def __init__(self, areas: Iterable[AreaFact], zones: Iterable[ZoneFact] = (), segments: Iterable[SegmentFact] = ()) -> None:
        self.areas = sorted(areas, key=lambda a: (-a.depth, a.code))
        self.zones = sorted(zones, key=lambda z: z.code)
        self.segments = sorted(segments, key=lambda s: s.code)
        self.area_by_id = {area.id: area for area in self.areas}
        self._by_code = {area.code: area for area in self.areas}
        self._drawn = [area for area in self.areas if area.shape is not None]

    @cached_property
    def _area_tree(self) -> shapely.STRtree:
        return shapely.STRtree([area.shape for area in self._drawn])

    @cached_property
    def _zone_tree(self) -> shapely.STRtree:
        return shapely.STRtree([zone.shape for zone in self.zones])

    @cached_property
    def _scale(self) -> tuple[float, float]:
        """Metres of one degree of longitude and of latitude at the middle of the segments."""
        bounds = shapely.total_bounds([segment.shape for segment in self.segments])
        middle = float(np.radians((bounds[1] + bounds[3]) / 2))
        degree = float(np.radians(1) * EARTH_M)
        return degree * float(np.cos(middle)), degree

    @cached_property
    def _segment_tree(self) -> shapely.STRtree:
        return shapely.STRtree([shapely.transform(segment.shape, lambda xy: xy * self._scale) for segment in self.segments])

    def area_at(self, lon: float, lat: float) -> AreaFact | None:
        """The deepest area that contains a position, or None outside the city."""
        hits = self._area_tree.query(shapely.Point(lon, lat), predicate="intersects")
        return self._drawn[int(hits.min())] if len(hits) else None

    def chain(self, area_id: int | None) -> list[AreaFact]:
        """An area and all areas above it, smallest first; [] for None or an unknown id."""
        area = self.area_by_id.get(area_id) if area_id is not None else None
        if area is None:
            return []
        codes = reversed(area.path.rstrip("/").split("/"))
        return [found for code in codes if (found := self._by_code.get(code))]

    def zones_at(self, lon: float, lat: float) -> list[ZoneFact]:
        """The zones that contain a position (their edge included), by code."""
        hits = self._zone_tree.query(shapely.Point(lon, lat), predicate="intersects")
        return [self.zones[int(hit)] for hit in sorted(hits)]

    def segment_near(self, lon: float, lat: float, within_m: float) -> SegmentFact | None:
        """The nearest street segment within `within_m` metres, or None. Of two equally near the smaller code."""
        if not self.segments or within_m <= 0:
            return None
        point = shapely.Point(lon * self._scale[0], lat * self._scale[1])
        hits = self._segment_tree.query_nearest(point, max_distance=within_m, all_matches=True)
        return self.segments[int(min(hits))] if len(hits) else None

    def assign_many(self, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.int64]:
        """Row ids of the deepest area of each of many positions, -1 where none contains it.

        Asks the areas for their points, not the points for their areas: a prepared polygon answers thousands at once.
        """
        points = shapely.points(np.asarray(lons, float), np.asarray(lats, float))
        best = np.full(len(points), len(self._drawn), dtype=np.int64)
        left = np.arange(len(points))
        for numbers in self._leaves_then_others:  # nearly all points lie in the smallest parts
            if len(left) and len(numbers):
                shapes = [self._drawn[number].shape for number in numbers]
                owners, hits = shapely.STRtree(points[left]).query(shapes, predicate="intersects")
                np.minimum.at(best, left[hits], numbers[owners])
                left = np.flatnonzero(best == len(self._drawn))
        ids = np.array([*(area.id for area in self._drawn), -1], dtype=np.int64)
        found: NDArray[np.int64] = ids[best]
        return found

    @cached_property
    def _leaves_then_others(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of the drawn areas without drawn parts, and of the others."""
        above = {code for area in self._drawn for code in area.path.rstrip("/").split("/")[:-1]}
        leaf = np.array([area.code not in above for area in self._drawn], dtype=bool)
        return np.flatnonzero(leaf), np.flatnonzero(~leaf)

    def zones_of_many(self, lons: ArrayLike, lats: ArrayLike, wanted: Container[Any]) -> dict[int, list[int]]:
        """Ids of the zones among `wanted` that contain each of many positions, by the position's number."""
        zones = [zone for zone in self.zones if zone.id in wanted]
        points = shapely.points(np.asarray(lons, float), np.asarray(lats, float))
        if not zones or not len(points):
            return {}
        owners, hits = shapely.STRtree(points).query([zone.shape for zone in zones], predicate="intersects")
        found: dict[int, list[int]] = {}
        for number, owner in zip(hits.tolist(), owners.tolist(), strict=True):
            found.setdefault(number, []).append(zones[owner].id)
        return found

    def segments_of_many(self, lons: ArrayLike, lats: ArrayLike, within_m: float) -> list[int | None]:
        """Id of the nearest street segment within `within_m` metres of each of many positions, or None."""
        xs, ys = np.asarray(lons, float), np.asarray(lats, float)
        if not self.segments or within_m <= 0 or not len(xs):
            return [None] * len(xs)
        points = shapely.points(xs * self._scale[0], ys * self._scale[1])
        hits, owners = self._segment_tree.query_nearest(points, max_distance=within_m, all_matches=True)
        best = np.full(len(xs), len(self.segments), dtype=np.int64)
        np.minimum.at(best, hits, owners)
        ids = [*(segment.id for segment in self.segments), None]
        return [ids[number] for number in best.tolist()]

    def parts_cover(self, area: AreaFact, covered: set[int], used: frozenset[int]) -> bool:
        """Whether the areas `covered` below `area` leave nothing of it over.

        They do when each part of it is covered or made up of covered parts, no place is filed under `area` itself
        (`used`: ids of areas that have some), and the parts fill the drawn area to within a millionth.
        """
        parts = self._children.get(area.code, [])
        if not parts or area.id in used:
            return False
        if area.shape is not None:
            if any(part.shape is None for part in parts):
                return False
            left = area.shape.difference(shapely.union_all([part.shape for part in parts]))
            if left.area > area.shape.area * 1e-6:
                return False
        return all(part.id in covered or self.parts_cover(part, covered, used) for part in parts)

    @cached_property
    def _children(self) -> dict[str, list[AreaFact]]:
        found: dict[str, list[AreaFact]] = {}
        for area in self.areas:
            above = area.path.rstrip("/").split("/")[-2:-1]
            if above:
                found.setdefault(above[0], []).append(area)
        return found
