"""The invented map is a real coverage: children fill their parents exactly."""

import shapely
from shapely.geometry import Polygon

from yipanqi.demo.build import DemoCity
from yipanqi.demo.standard import load_standard


def test_every_area_is_a_valid_polygon(small: DemoCity) -> None:
    for area in small.city.areas.values():
        assert isinstance(area.polygon, Polygon), area.code
        assert area.polygon.is_valid, area.code


def test_children_partition_their_parent(small: DemoCity) -> None:
    for parent in small.city.areas.values():
        shapes = [child.polygon for child in small.city.children(parent.code)]
        if not shapes:
            assert parent.level == "grid"
            continue
        whole = parent.polygon.area
        assert abs(sum(shape.area for shape in shapes) - whole) / whole < 1e-6
        assert parent.polygon.symmetric_difference(shapely.union_all(shapes)).area / whole < 1e-6


def test_areas_carry_the_official_names_and_codes(small: DemoCity) -> None:
    areas = small.city.areas
    assert areas["620200000000"].aliases == ("620201",)
    assert areas["620201001000"].name == "雄关街道"
    assert areas["620201001000"].parent == "620200000000"
    assert areas["620201001001"].full_name == "福民社区居民委员会"
    assert areas["620201100200"].name == "野麻湾村"
    divisions = [row for row in load_standard().divisions if row.level == "community"]
    assert [area.file_code for area in small.city.of_level("community")] == [row.code for row in divisions]
    assert len(divisions) == 48


def test_grid_cells_have_fifteen_digits_and_are_four_to_nine_in_town(small: DemoCity) -> None:
    for community in small.city.of_level("community"):
        cells = small.city.children(community.code)
        assert all(len(cell.code) == 15 and cell.code.startswith(community.code) for cell in cells)
        assert len(cells) == 3 if community.kind == "village" else 4 <= len(cells) <= 9


def test_cell_at_finds_the_cell_of_an_inner_point(small: DemoCity) -> None:
    for cell in small.city.of_level("grid")[::17]:
        inner = cell.polygon.representative_point()
        found = small.city.cell_at(inner.x, inner.y)
        assert found is not None
        assert found.code == cell.code
    assert small.city.cell_at(0, 0) is None


def test_streets_have_sections_of_every_kind_and_zones_of_every_purpose(small: DemoCity) -> None:
    segments = small.streets.segments.values()
    assert {segment.kind for segment in segments} == {"main", "secondary", "back"}
    assert len({segment.street for segment in segments if segment.strict}) == 11
    assert all(segment.area_code in small.city.areas for segment in segments)
    assert len({segment.name for segment in segments}) == len(small.streets.segments)
    purposes = {"strict_control", "no_parking", "bike_fence", "no_stalls"}
    assert {zone.purpose for zone in small.streets.zones.values()} == purposes
    assert all(zone.polygon.is_valid for zone in small.streets.zones.values())
