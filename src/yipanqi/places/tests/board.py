"""A small board for tests: a city of two streets with two communities each, zones, segments, units and classes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shapely.geometry import box, mapping

from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Appointment, Unit, UnitKind, User
from yipanqi.places import actions
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import IssueClass, PlaceCategory

AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 2)
WHO: dict[str, Any] = {"by": SYSTEM, "at": AT}
LON, LAT = 98.2, 39.7


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON rectangle in hundredths of a degree from the south-west corner of the city."""
    return dict(mapping(box(LON + west / 100, LAT + south / 100, LON + east / 100, LAT + north / 100)))


def at(x: float, y: float) -> tuple[float, float]:
    """A position in hundredths of a degree from the south-west corner."""
    return LON + x / 100, LAT + y / 100


def unit(code: str, kind: str = UnitKind.DEPARTMENT, **more: Any) -> Unit:
    return Unit.objects.create(code=code, name=f"单位{code}", kind=kind, **more)


def user(role: str) -> User:
    home, _ = Unit.objects.get_or_create(code="T1", defaults={"name": "测试单位", "kind": UnitKind.DEPARTMENT})
    person = User.objects.create_user(username=role, password="x", name=role)
    Appointment.objects.create(user=person, unit=home, role=role, starts_on=dt.date(2020, 1, 1))
    return person


def issue_class(key: str, department_type: str = "") -> IssueClass:
    return IssueClass.objects.create(
        standard="t", kind="event", code=key, key=key, group_code="1", group_name="组", name=f"类别{key}", department_type=department_type
    )


def category(key: str = "park", prefix: str = "PK") -> PlaceCategory:
    found, _ = PlaceCategory.objects.get_or_create(
        key=key, defaults={"code_prefix": prefix, "name": f"类型{key}", "group": "g", "department_type": "urban_mgmt"}
    )
    return found


def areas() -> dict[str, Area]:
    """City 4×2: streets S1 (west) and S2 (east), each of two communities one above the other."""
    city = actions.add_area(None, code="620200", name="嘉峪关市", level="city", boundary=square(0, 0, 4, 2), **WHO)
    made = {"city": city}
    for number in (1, 2):
        west = 2 * (number - 1)
        code = f"62020000{number}"
        street = actions.add_area(None, code=code, name=f"街道{number}", level="street", parent=city, boundary=square(west, 0, west + 2, 2), **WHO)
        made[f"S{number}"] = street
        for row in (1, 2):
            made[f"C{number}{row}"] = actions.add_area(
                None, code=f"{code}00{row}", name=f"社区{number}{row}", level="community", parent=street,
                boundary=square(west, row - 1, west + 2, row), **WHO,
            )  # fmt: skip
    return made


def place(code: str = "PK001", x: float = 0.5, y: float = 0.5, **more: Any) -> Place:
    lon, lat = at(x, y)
    made: Place = actions.add_place(None, code=code, name=f"公园{code}", category=category(), lon=lon, lat=lat, **more, **WHO)
    return made
