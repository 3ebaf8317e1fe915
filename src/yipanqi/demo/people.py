"""Who is on the board: units as a tree, work groups with leaders, users with appointments. Every person is invented."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from yipanqi.demo.geometry import CityMap
from yipanqi.demo.offices import (
    DEPARTMENTS,
    DUTY_GROUPS,
    ENTERPRISES,
    OFFICE,
    OFFICE_NAME,
    PROPERTY_COMPANIES,
    WORKING_GROUPS,
)

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹"
MARKS = "示演样拟"
NUMERALS = "一二三四五六七八九十"
SINCE = date(2022, 1, 1)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; `key` is its code.

    `kind` is office, department, street, community, enterprise, school, property or practice_centre; towns are street,
    villages community. `department_type` links to the starting data; `area_code` is set for streets and communities.
    """

    key: str
    name: str
    short_name: str
    kind: str
    parent: str | None
    department_type: str | None
    area_code: str | None
    phone: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """One user's role in one unit from a day until a day (None = still)."""

    role: str
    unit: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Person:
    """A user: login, invented name (the second character says so), invented phone number, appointments."""

    login: str
    name: str
    phone: str
    unit: str
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A work group; `kind` is working (工作组) or duty (专责组); `leader` a login, `members` unit keys."""

    key: str
    name: str
    kind: str
    leader: str
    members: tuple[str, ...]
    remit: str


@dataclass(frozen=True, slots=True)
class Board:
    """Units by key (parents first), users by login, groups; with the look-ups that the histories use."""

    units: dict[str, Unit]
    users: dict[str, Person]
    groups: tuple[Group, ...]
    inspectors: tuple[str, ...]
    desk: tuple[str, ...]
    liaison_of: dict[str, str]
    unit_of_area: dict[str, str]

    def unit_for(self, department: str, area_code: str) -> str:
        """The unit that plays a department type at a grid cell: a department as such, street and community by area.

        The office verifies and therefore never mends: what would be its own goes to the social-work department.
        """
        if department == "civilisation_office":
            return "social_work"
        if department in ("street", "township"):
            return self.unit_of_area[area_code[:9].ljust(12, "0")]
        if department in ("community", "venue_operator"):
            return self.unit_of_area[area_code[:12]]
        return department


def make_board(seed: str, city: CityMap) -> Board:
    """All units, users and groups of the city; one login per role is always there (see `FIXED`)."""
    rng = random.Random(f"{seed}:people")
    units = {unit.key: unit for unit in _units(city)}
    users = {person.login: person for person in _users(rng, units)}
    inspectors = tuple(
        p.login for p in users.values() if p.appointments[0].role == "inspector" and not p.appointments[0].ends_on
    )
    return Board(
        units=units,
        users=users,
        groups=tuple(_groups(units, users)),
        inspectors=inspectors,
        desk=tuple(p.login for p in users.values() if p.appointments[0].role == "desk"),
        liaison_of={a.unit: p.login for p in users.values() for a in p.appointments if a.role == "liaison"},
        unit_of_area={unit.area_code: unit.key for unit in units.values() if unit.area_code},
    )


def _units(city: CityMap) -> Iterator[Unit]:
    numbers = iter(range(101, 999))

    def unit(
        key: str, name: str, short: str, kind: str, parent: str | None, dept: str | None = None, area: str | None = None
    ) -> Unit:
        return Unit(key, name, short, kind, parent, dept, area, f"0937-0000{next(numbers)}")

    yield unit(OFFICE, OFFICE_NAME, "市创城办", "office", None, "civilisation_office")
    for key, (name, short, parent) in DEPARTMENTS.items():
        kind = "enterprise" if key.startswith("utility_") or key in ("railway", "airport_operator") else "department"
        yield unit(key, name, short, "department" if key == "utility_post" else kind, parent or OFFICE, key)
    for area in city.of_level("street"):
        dept = "township" if area.kind == "town" else "street"
        yield unit(f"S{area.file_code}", f"嘉峪关市{area.full_name}", area.name, "street", OFFICE, dept, area.code)
    for area in city.of_level("community"):
        name = area.full_name if area.kind == "village" else f"{area.name}居民委员会"
        yield unit(f"C{area.code}", name, area.name, "community", f"S{area.code[:9]}", "community", area.code)
    for number, stem in enumerate(PROPERTY_COMPANIES, start=1):
        yield unit(
            f"property_{number}",
            f"{stem}演示物业服务公司",
            f"{stem}物业",
            "property",
            "housing_property",
            "venue_operator",
        )
    for key, (name, kind, parent) in ENTERPRISES.items():
        yield unit(key, name, name.removeprefix("嘉峪关市"), kind, parent, "venue_operator")


# login -> (role, unit key); those without are filled in: grid with the first community, station with the first street
FIXED = {
    "office": ("head", OFFICE),
    "desk": ("desk", OFFICE),
    "inspector": ("inspector", OFFICE),
    "liaison": ("liaison", "sanitation"),
    "unitleader": ("unit_leader", "sanitation"),
    "grid": ("grid", ""),
    "leader": ("leader", OFFICE),
    "auditor": ("auditor", OFFICE),
    "admin": ("admin", OFFICE),
    "centre": ("centre", "practice_centre"),
    "station": ("station", ""),
}


def _posts(units: dict[str, Unit]) -> Iterator[tuple[str, str, str, date | None]]:
    """(login, role, unit, last day) of everyone, the fixed logins first."""
    communities = [unit.key for unit in units.values() if unit.kind == "community"]
    first = {"grid": communities[0], "station": next(unit.key for unit in units.values() if unit.kind == "street")}
    for login, (role, unit) in FIXED.items():
        yield login, role, unit or first[login], None
    for number in range(2, 13):
        yield (f"inspector{number:02d}", "inspector", OFFICE, date(2024, 12, 31) if number == 12 else None)
    for number in range(2, 4):
        yield f"desk{number:02d}", "desk", OFFICE, None
    for number in range(2, 9):
        yield f"leader{number:02d}", "leader", OFFICE, None
    liaisons = [key for key in units if key not in (OFFICE, "sanitation")]
    for number, key in enumerate([OFFICE, *liaisons], start=2):
        yield f"liaison{number:03d}", "liaison", key, None
    bosses = [key for key, unit in units.items() if unit.kind in ("department", "street") and key != "sanitation"]
    for number, key in enumerate(bosses[:20], start=2):
        yield f"unitleader{number:02d}", "unit_leader", key, None
    for number, key in enumerate(communities[1:13], start=2):
        yield f"grid{number:02d}", "grid", key, None


def _users(rng: random.Random, units: dict[str, Unit]) -> Iterator[Person]:
    names = [f"{surname}{mark}{numeral}" for surname in SURNAMES for mark in MARKS for numeral in NUMERALS]
    rng.shuffle(names)
    for number, (login, role, unit, ends_on) in enumerate(_posts(units), start=1):
        post = Appointment(role, unit, SINCE, ends_on)
        yield Person(login, names[number], f"199000{number:05d}", unit, (post,))


def _groups(units: dict[str, Unit], users: dict[str, Person]) -> Iterator[Group]:
    staff = ["desk", "office", "inspector", "desk02", "inspector02", "desk03", "inspector03", "inspector04"]
    for (key, name, remit), leader in zip(WORKING_GROUPS, staff, strict=True):
        yield Group(key, name, "working", leader, (OFFICE,), remit)
    leaders = [login for login, person in users.items() if person.appointments[0].role == "leader"]
    territory = [key for key, unit in units.items() if unit.kind == "street"]
    for (key, name, members), leader in zip(DUTY_GROUPS, leaders, strict=True):
        extra = territory if key in ("shirong", "xiaoqu", "zhencun") else []
        yield Group(key, name, "duty", leader, (*members, *extra), f"督导{name.removesuffix('专责组')}方面重点问题整改")
