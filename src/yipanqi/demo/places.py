"""The places of the invented city: all 40 categories in a real city's proportions, with position and owner."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from yipanqi.demo.geometry import Area, CityMap, point_in, to_lonlat, to_metres
from yipanqi.demo.people import Board
from yipanqi.demo.place_names import LANDMARKS, NUMERALS, PLANS, SMALL_SHARE, Plan
from yipanqi.demo.standard import Standard
from yipanqi.demo.streets import Segment, StreetPlan

SIZES = ("small", "city")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that can be inspected.

    `code` is the category's prefix and a number (MR-0001); `area_code` the grid cell that contains it; `segment` the
    code of the street section it is or stands at, or None; `operator` the key of the unit that runs it, or None;
    `status` is active, suspended or closed.
    """

    code: str
    category: str
    name: str
    address: str
    lon: float
    lat: float
    area_code: str
    segment: str | None
    operator: str | None
    status: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class Site:
    """A spot for a place: the words its name may use and where it is."""

    lon: float
    lat: float
    cell: Area
    community: Area
    street: str
    segment: Segment | None
    address: str


class PlaceMaker:
    """Makes the places of one city; everything random comes from its seed."""

    def __init__(self, seed: str, standard: Standard, city: CityMap, streets: StreetPlan, board: Board) -> None:
        self.rng = random.Random(f"{seed}:places")
        self.standard, self.city, self.streets, self.board = (standard, city, streets, board)
        segments = list(streets.segments.values())
        self.by_kind = {kind: [s for s in segments if s.kind == kind] for kind in ("main", "secondary", "back")}
        self.kerbs = [*self.by_kind["main"] * 3, *self.by_kind["secondary"] * 2, *self.by_kind["back"]]
        self.cells = city.of_level("grid")
        self.communities = [a for a in city.of_level("community") if a.kind == "community"]
        self.villages = [a for a in city.of_level("community") if a.kind == "village"]
        urban = {area.code for area in self.communities}
        self.urban_cells = [cell for cell in self.cells if cell.parent in urban]
        self.rural_cells = [cell for cell in self.cells if cell.parent not in urban]
        self.taken: set[str] = set()

    def make(self, size: str) -> dict[str, Place]:
        """All places by code; `size` is small (about 120) or city (1,640).

        Raises:
            ValueError: unknown size.
        """
        if size not in SIZES:
            raise ValueError(f"unknown size: {size}")
        places: dict[str, Place] = {}
        for key, plan in PLANS.items():
            count = plan.count if size == "city" else min(plan.count, max(2, round(plan.count * SMALL_SHARE)))
            schools = [place for place in places.values() if place.category == "school"]
            for number, site in enumerate(self._sites(key, plan, count, schools), start=1):
                place = self._place(key, plan, number, site)
                places[place.code] = place
        return places

    def _place(self, key: str, plan: Plan, number: int, site: Site) -> Place:
        category = self.standard.categories[key]
        name = self._name(plan, number, site)
        return Place(
            code=f"{category.prefix}-{number:04d}",
            category=key,
            name=name,
            address=f"嘉峪关市{site.address}",
            lon=site.lon,
            lat=site.lat,
            area_code=site.cell.code,
            segment=site.segment.code if site.segment else None,
            operator=self._operator(plan, name, site),
            status=self._status(plan, number),
            opened_on=date(2022, 1, 1) + timedelta(days=self.rng.randrange(330)),
        )

    def _status(self, plan: Plan, number: int) -> str:
        """Shops come and go: a few of those beside a street are suspended or closed, everything else is active."""
        draw = self.rng.random()
        if plan.site != "kerb" or number == 1 or draw < 0.95:
            return "active"
        return "suspended" if draw < 0.98 else "closed"

    def _name(self, plan: Plan, number: int, site: Site) -> str:
        """A name that no other place has."""
        words = {
            "number": str(number),
            "stem": site.community.name.removesuffix("社区").removesuffix("村"),
            "area": site.community.name,
            "street": site.street,
        }
        if plan.site in ("railway", "coach", "airport", "halls", "venues", "scenic", "bases"):
            return plan.names[(number - 1) % len(plan.names)]
        first = self.rng.randrange(len(plan.names))
        for step in range(len(plan.names) * len(NUMERALS)):
            pattern = plan.names[(first + step) % len(plan.names)]
            numeral = NUMERALS[step // len(plan.names)]
            name = pattern.format(n=numeral, **words)
            if name in self.taken:
                name = f"{name}（{numeral}）" if "{n}" not in pattern and step >= len(plan.names) else name
            if name not in self.taken:
                self.taken.add(name)
                return name
        name = f"{name}{number}号"
        self.taken.add(name)
        return name

    def _operator(self, plan: Plan, name: str, site: Site) -> str | None:
        """The unit that runs a place: fixed for its kind, by area, or by what the name says."""
        rng, units = self.rng, self.board.units
        match plan.operator or plan.site:
            case "property":
                return f"property_{int(site.community.code[-3:]) % 8 + 1}"
            case "school":
                return next((k for k, u in units.items() if u.kind == "school" and u.name[:2] in name), "education")
            case "hospital":
                return rng.choice(["hospital_first", "hospital_tcm", None]) if "卫生服务" in name else None
            case "utility":
                words = {"电": "power", "水": "water", "燃": "gas", "热": "heat", "通": "telecom", "邮": "post"}
                return next(f"utility_{key}" for word, key in words.items() if word in name[-5:])
            case "community" | "practice":
                return self.board.unit_of_area[site.community.code]
            case "street_office" | "township":
                return self.board.unit_of_area[site.community.parent or ""]
            case "village":
                return self.board.unit_of_area[site.community.code]
            case "venues":
                return "sports" if "体育" in name or "健身" in name or "游泳" in name else "culture_tourism"
            case operator:
                return operator if operator in units else None

    # ----- where -----

    def _sites(self, key: str, plan: Plan, count: int, schools: list[Place]) -> Iterator[Site]:
        rng = self.rng
        match plan.site:
            case "main" | "back" | "shopping":
                kinds = {"main": "main secondary", "back": "back", "shopping": "main"}[plan.site].split()
                choices = [segment for kind in kinds for segment in self.by_kind[kind]]
                yield from (self._on(segment) for segment in rng.sample(choices, count))
            case "crossing":
                for crossing in self.streets.crossings[:count]:
                    yield self._at(crossing.x, crossing.y, street=crossing.name)
            case "kerb" | "bus_line":
                yield from (self._beside(rng.choice(self.kerbs), key) for _ in range(count))
            case "inside" | "venues":
                yield from (self._within(cell) for cell in self._spread(self.urban_cells, count))
            case "fringe":
                yield from (self._within(cell) for cell in self._spread(self.rural_cells, count))
            case "periphery":
                for school in rng.sample(schools, min(count, len(schools))):
                    x, y = to_metres(school.lon, school.lat)
                    yield self._at(x + rng.uniform(-25, 25), y + rng.uniform(-25, 25), street=school.name)
            case "community" | "village" | "township" | "street_office" | "practice":
                yield from self._seats(plan.site, count)
            case landmarks:
                yield from (self._at(x, y) for x, y in LANDMARKS[landmarks][:count])

    def _spread(self, cells: list[Area], count: int) -> list[Area]:
        """`count` cells, every one used before any is used twice."""
        rounds, rest = divmod(count, len(cells))
        return [*(cells * rounds), *self.rng.sample(cells, rest)]

    def _seats(self, kind: str, count: int) -> Iterator[Site]:
        """Offices of divisions: named after what they are the office of."""
        streets = self.city.of_level("street")
        offices = [area for area in streets if area.kind == "street"]
        towns = [area for area in streets if area.kind == "town"]
        titles: list[tuple[Area, str]]
        if kind == "street_office":
            titles = [(area, area.full_name) for area in offices]
            titles += [(area, f"{area.name}综合文化站") for area in offices]
        elif kind == "township":
            titles = [(area, area.name) for area in towns]
        elif kind == "practice":
            centre = (self.communities[0], "嘉峪关市新时代文明实践中心")
            titles = [centre, *((area, f"{area.name}新时代文明实践所") for area in streets)]
            titles += [(area, f"{area.name}新时代文明实践站") for area in (*self.communities, *self.villages)]
        else:
            titles = [(area, area.name) for area in (self.communities if kind == "community" else self.villages)]
        for area, title in titles[:count]:
            prefix = area.file_code
            yield replace(self._within(self._cell_of(prefix)), street=title)

    def _cell_of(self, prefix: str) -> Area:
        return self.rng.choice([cell for cell in self.cells if cell.code.startswith(prefix)])

    def _on(self, segment: Segment) -> Site:
        middle = segment.line.interpolate(self.rng.uniform(0.35, 0.65), normalized=True)
        return self._site(round(middle.x, 6), round(middle.y, 6), segment.name, segment, segment.name)

    def _beside(self, segment: Segment, key: str) -> Site:
        """A spot a few metres off the kerb, with a house number."""
        share = self.rng.uniform(0.05, 0.95)
        point = segment.line.interpolate(share, normalized=True)
        x, y = to_metres(point.x, point.y)
        away = 6 if key == "bus_stop" else self.rng.uniform(14, 24)
        angle = self.rng.choice((-1, 1)) * away
        lon, lat = to_lonlat(x + angle * 0.8, y + angle * 0.6)
        if self.city.cell_at(lon, lat) is None:
            lon, lat = to_lonlat(x, y)
        address = f"{segment.street}{self.rng.randrange(1, 400)}号"
        return self._site(round(lon, 6), round(lat, 6), segment.street, segment, address)

    def _within(self, cell: Area) -> Site:
        if cell in self.rural_cells:
            village = self.city.areas[cell.parent or ""]
            inner = village.polygon.representative_point()
            x, y = to_metres(inner.x, inner.y)
            return self._at(x + self.rng.uniform(-600, 600), y + self.rng.uniform(-600, 600))
        lon, lat = point_in(self.rng, cell.polygon, 0.8)
        return self._site(lon, lat, "", None, "")

    def _at(self, x: float, y: float, street: str = "") -> Site:
        lon, lat = to_lonlat(x, y)
        return self._site(round(lon, 6), round(lat, 6), street, None, street)

    def _site(self, lon: float, lat: float, street: str, segment: Segment | None, address: str) -> Site:
        cell = self.city.cell_at(lon, lat)
        if cell is None:
            raise ValueError(f"({lon}, {lat}) lies outside the city")
        community = self.city.areas[cell.parent or ""]
        where = address or f"{self.rng.randrange(1, 60)}号"
        district = self.city.areas[community.parent or ""].name
        return Site(lon, lat, cell, community, street, segment, f"{district}{community.name}{where}")
