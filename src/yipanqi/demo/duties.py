"""Who answers for what in the invented city, and the same most-specific-first search that the platform uses."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry import Point

from yipanqi.demo.geometry import CityMap
from yipanqi.demo.people import Board
from yipanqi.demo.places import Place
from yipanqi.demo.standard import ClassSpec, Standard
from yipanqi.demo.streets import StreetPlan

SINCE = date(2022, 9, 1)
RURAL_CLASSES = ("06010", "06011", "06012", "06013", "06036", "06042", "07001", "01037")
ROAD_CARE_CLASSES = ("06012", "09005", "09006", "09010")


@dataclass(frozen=True, slots=True)
class Duty:
    """A rule: `unit` answers for `issue_class` (None = any) at a target.

    `target` is place, segment, zone or area and `code` its code; `role` is lead, support or leader (包抓领导: `unit` is
    then the leading unit). Days are inclusive; `ends_on` None means open end.
    """

    target: str
    code: str
    issue_class: str | None
    unit: str
    role: str
    starts_on: date
    ends_on: date | None
    basis: str


class DutyBook:
    """All duties, and the answer to "whose is it?" for a place or a position."""

    def __init__(self, rules: Iterable[Duty], city: CityMap, streets: StreetPlan, board: Board) -> None:
        self.rules = tuple(rules)
        self._board = board
        self._lead = {
            (rule.target, rule.code, rule.issue_class): rule.unit
            for rule in self.rules
            if rule.role == "lead" and rule.ends_on is None
        }
        self._zones = list(streets.zones.values())
        self._tree = shapely.STRtree([zone.polygon for zone in self._zones])
        self._zones_at: dict[tuple[float, float], list[str]] = {}

    def zones_at(self, lon: float, lat: float) -> list[str]:
        """Codes of the zones that contain a point."""
        key = (lon, lat)
        if key not in self._zones_at:
            hits = self._tree.query(Point(lon, lat), predicate="intersects")
            self._zones_at[key] = [self._zones[int(hit)].code for hit in sorted(hits)]
        return self._zones_at[key]

    def resolve(self, spec: ClassSpec, lon: float, lat: float, area_code: str, place: Place | None) -> str:
        """Key of the unit that answers for a problem of class `spec`: most specific rule first, then class default."""
        code = spec.code
        for target, key, issue_class in self._ladder(code, lon, lat, area_code, place):
            unit = self._lead.get((target, key, issue_class))
            if unit:
                return unit
        if spec.department == "venue_operator" and place and place.operator:
            return place.operator
        return self._board.unit_for(spec.department, area_code)

    def _ladder(
        self, code: str, lon: float, lat: float, area_code: str, place: Place | None
    ) -> Iterator[tuple[str, str, str | None]]:
        if place:
            yield "place", place.code, code
            yield "place", place.code, None
            if place.segment:
                yield "segment", place.segment, code
                yield "segment", place.segment, None
        for zone in self.zones_at(lon, lat):
            yield "zone", zone, code
        for part in (area_code, area_code[:12], area_code[:9].ljust(12, "0")):
            yield "area", part, code


def make_duties(
    seed: str, standard: Standard, city: CityMap, streets: StreetPlan, board: Board, places: dict[str, Place]
) -> DutyBook:
    """All duty rules of the city; areas answer for whatever nothing else covers."""
    rng = random.Random(f"{seed}:duties")
    rules = [*_of_places(places), *_of_segments(rng, streets, board), *_of_zones(streets), *_of_areas(city, board)]
    return DutyBook(rules, city, streets, board)


def _of_places(places: dict[str, Place]) -> Iterator[Duty]:
    """Schools, hospitals, stations, estates answer for themselves; safety matters stay with the authorities."""
    owners = ("residential_compound", "school", "hospital", "railway_station", "airport", "scenic_spot", "farm_market")
    for place in places.values():
        if place.operator and place.category in owners:
            yield Duty("place", place.code, None, place.operator, "lead", SINCE, None, "点位主管单位")
            if place.category == "residential_compound":
                yield Duty("place", place.code, "23002", "fire_rescue", "lead", SINCE, None, "消防安全专项分工")
        if place.category == "public_toilet" and place.operator:
            yield Duty("place", place.code, "03001", place.operator, "lead", SINCE, None, "公厕管护责任")


def _of_segments(rng: random.Random, streets: StreetPlan, board: Board) -> Iterator[Duty]:
    """包街: units take sections of main and back streets; some rules have ended and were handed on."""
    keepers = [key for key, unit in board.units.items() if unit.kind == "department"]
    for segment in streets.segments.values():
        if segment.kind == "main":
            keeper = rng.choice(keepers)
            yield Duty("segment", segment.code, None, keeper, "support", SINCE, None, "“包街”责任制")
            yield Duty("segment", segment.code, None, "urban_mgmt", "leader", SINCE, None, "包抓路段")
            if segment.strict:
                for code in ROAD_CARE_CLASSES:
                    unit = "sanitation" if code == "06012" else "urban_mgmt"
                    yield Duty("segment", segment.code, code, unit, "lead", SINCE, None, "严管路责任分工")
        elif segment.kind == "back" and rng.random() < 0.5:
            former, keeper = rng.sample(keepers, 2)
            community = board.unit_of_area[segment.area_code[:12]]
            yield Duty("segment", segment.code, None, former, "support", SINCE, date(2023, 12, 31), "“包街”责任制")
            yield Duty("segment", segment.code, None, keeper, "support", date(2024, 1, 1), None, "“包街”责任制")
            yield Duty("segment", segment.code, "06036", community, "lead", SINCE, None, "背街小巷环境整治分工")


def _of_zones(streets: StreetPlan) -> Iterator[Duty]:
    owners = {
        "strict_control": (("09001", "urban_mgmt"), ("09005", "urban_mgmt"), ("09022", "urban_mgmt")),
        "no_parking": (("09009", "traffic_police"),),
        "bike_fence": (("09011", "bike_company"), ("09010", "urban_mgmt")),
        "no_stalls": (("09001", "urban_mgmt"), ("09006", "urban_mgmt")),
    }
    for zone in streets.zones.values():
        for code, unit in owners[zone.purpose]:
            yield Duty("zone", zone.code, code, unit, "lead", SINCE, None, f"{zone.name}管理责任")


def _of_areas(city: CityMap, board: Board) -> Iterator[Duty]:
    for area in city.areas.values():
        unit = board.unit_of_area.get(area.code)
        if not unit:
            continue
        yield Duty("area", area.code, None, unit, "lead", SINCE, None, "属地责任")
        if area.kind == "town":
            for code in RURAL_CLASSES:
                yield Duty("area", area.code, code, unit, "lead", SINCE, None, "镇区环境卫生属地管理")
