"""A corner of the town for tests of the public faces: a city, a street, a community and one market in it."""

from __future__ import annotations

from typing import Any

import h3
import pytest

from yipanqi.cases.tests.town import Town
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import PlaceCategory

LON, LAT = 98.2773, 39.7865


def square(half: float) -> dict[str, Any]:
    """A square around the market, `half` degrees to each side."""
    west, east, south, north = LON - half, LON + half, LAT - half, LAT + half
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


@pytest.fixture
def town(db: None) -> Town:
    return Town()


@pytest.fixture
def community(town: Town) -> Area:
    city = Area.objects.create(code="620200", name="嘉峪关市", level=Area.Level.CITY, path="620200/", boundary=square(0.2))
    street = Area.objects.create(code="620201", name="雄关街道", level=Area.Level.STREET, parent=city, path="620200/620201/", boundary=square(0.1))
    return Area.objects.create(
        code="620201001", name="新华社区", level=Area.Level.COMMUNITY, parent=street, path="620200/620201/620201001/", boundary=square(0.05)
    )


@pytest.fixture
def market(community: Area, town: Town) -> Place:
    kind = PlaceCategory.objects.create(key="market", code_prefix="NM", name="农贸市场", group="公共场所", department_type="commerce")
    return Place.objects.create(
        code="NM-001", name="新华农贸市场", category=kind, address="新华南路1号", lon=LON, lat=LAT, cell=h3.latlng_to_cell(LAT, LON, 9),
        area=community, operator=town.city,
    )  # fmt: skip
