"""Units, users, places and duties of the invented city fit together."""

from collections import Counter
from collections.abc import Container

from yipanqi.demo.build import DemoCity
from yipanqi.demo.people import FIXED


def test_board_has_about_110_units_in_one_tree(small: DemoCity) -> None:
    units = small.board.units
    assert 100 <= len(units) <= 120
    assert [key for key, unit in units.items() if unit.parent is None] == ["office"]
    assert all(unit.parent in units for unit in units.values() if unit.parent)


def test_board_has_every_department_type(small: DemoCity) -> None:
    present = {unit.department_type for unit in small.board.units.values()}
    assert set(small.standard.departments) <= present


def test_users_have_the_fixed_logins_and_every_unit_a_liaison(small: DemoCity) -> None:
    users = small.board.users
    for login, (role, unit) in FIXED.items():
        post = users[login].appointments[0]
        assert post.role == role
        assert not unit or post.unit == unit
    assert set(small.board.liaison_of) == set(small.board.units)
    assert len(users) >= 150
    assert len({person.name for person in users.values()}) == len(users)


def test_groups_are_eight_and_eight_with_leaders(small: DemoCity) -> None:
    assert Counter(group.kind for group in small.board.groups) == {"working": 8, "duty": 8}
    assert all(group.leader in small.board.users for group in small.board.groups)
    assert all(member in small.board.units for group in small.board.groups for member in group.members)


def test_places_cover_all_forty_categories(small: DemoCity, big: DemoCity) -> None:
    for city, count in ((small, range(100, 141)), (big, range(1640, 1641))):
        assert {place.category for place in city.places.values()} == set(city.standard.categories)
        assert len(city.standard.categories) == 40
        assert len(city.places) in count
        assert len({place.name for place in city.places.values()}) == len(city.places)


def test_places_lie_in_the_cell_they_name(big: DemoCity) -> None:
    for place in list(big.places.values())[::7]:
        cell = big.city.cell_at(place.lon, place.lat)
        assert cell is not None
        assert cell.code == place.area_code
        assert place.segment is None or place.segment in big.streets.segments
        assert place.operator is None or place.operator in big.board.units


def test_duties_resolve_every_place_and_class(small: DemoCity) -> None:
    for place in small.places.values():
        for item in small.standard.categories[place.category].items:
            spec = small.standard.classes[item.issue_class]
            unit = small.duties.resolve(spec, place.lon, place.lat, place.area_code, place)
            assert unit in small.board.units


def test_duties_prefer_the_more_specific_rule(small: DemoCity) -> None:
    estate = next(p for p in small.places.values() if p.category == "residential_compound")
    escape, stairs = small.standard.classes["23002"], small.standard.classes["26001"]
    at = (estate.lon, estate.lat, estate.area_code)
    assert small.duties.resolve(escape, *at, estate) == "fire_rescue"
    assert small.duties.resolve(stairs, *at, estate) == estate.operator
    assert small.duties.resolve(stairs, *at, None) == small.board.unit_of_area[estate.area_code[:12]]


def test_duties_point_at_things_that_exist(small: DemoCity) -> None:
    known: dict[str, Container[str]] = {
        "place": small.places,
        "segment": small.streets.segments,
        "zone": small.streets.zones,
        "area": small.city.areas,
    }
    for rule in small.duties.rules:
        assert rule.code in known[rule.target]
        assert rule.unit in small.board.units
        assert rule.issue_class is None or rule.issue_class in small.standard.classes
