"""Refusals and branches that no page's normal use reaches."""

from __future__ import annotations

import pytest
from shapely.geometry import Point

from yipanqi.places import actions, shapes
from yipanqi.places.models import Area, Duty, Segment
from yipanqi.standards import actions as standards
from yipanqi.standards.tests.conftest import NOW, user

from . import board
from .board import DAY, WHO, square
from .test_sheets import book, load, reasons

BOX = square(0, 0, 1, 1)


def test_a_collection_of_several_shapes_is_refused() -> None:
    feature = {"type": "Feature", "geometry": BOX, "properties": {}}
    assert shapes.polygon({"type": "FeatureCollection", "features": [feature]})["type"] == "Polygon"
    for bad in ({"type": "FeatureCollection", "features": [feature, feature]}, {"type": "Polygon", "coordinates": []}):
        with pytest.raises(shapes.BadShape):
            shapes.polygon(bad)


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(shapes.BadShape) as refusal:
        shapes.polygon(BOX, "MARS")
    assert refusal.value.field == "system"


def test_a_city_that_is_not_drawn_takes_any_shape() -> None:
    shapes.check_inside(BOX, None)
    shapes.check_inside(BOX, Point(98.205, 39.705).buffer(1))


@pytest.mark.django_db
def test_segments_by_sheet_are_updated_and_odd_lines_refused() -> None:
    board.areas()
    head = ["路段编码", "名称", "类型", "线位"]
    assert load("segments", book(head, ["L1", "路", "主干道", "98.2,39.7;98.21,39.7"])).saved
    assert load("segments", book(head, ["L1", "大路", "主干道", "LINESTRING (98.2 39.7, 98.21 39.7)"])).updated == 1
    assert Segment.objects.get().name == "大路"
    report = load("segments", book(head, ["L2", "路", "主干道", "甲,乙;丙,丁"]))
    assert "线位应是" in reasons(report)


@pytest.mark.django_db
def test_areas_and_duties_by_sheet_are_updated() -> None:
    made = board.areas()
    row = ["620200001001", "新社区", "社区", "620200001", square(0, 0, 2, 1)]
    assert load("areas", book(["区划代码", "名称", "层级", "上级代码", "边界"], [*row[:4], shapes.as_text(square(0, 0, 2, 1))])).updated == 1
    assert Area.objects.get(pk=made["C11"].pk).name == "新社区"
    duty = actions.add_duty(None, unit=board.unit("A"), area=made["C11"], starts_on=DAY, **WHO)
    head = ["编号", "责任对象类型", "责任对象", "责任单位", "依据", "生效日期"]
    assert load("duties", book(head, [duty.code, "区划", "620200001001", "A", "方案", DAY])).updated == 1
    assert Duty.objects.get().basis == "方案"


@pytest.mark.django_db
def test_categories_and_classes_refuse_lists_that_are_none() -> None:
    standards.load_standard(None, by=board.SYSTEM, at=NOW)
    row = board.PlaceCategory.objects.get(key="village")
    with pytest.raises(standards.BadValue):
        standards.change_category(row, values={"basis": "甲"}, by=user("head"), at=NOW)
    with pytest.raises(standards.BadValue):
        standards.change_issue_class(board.IssueClass.objects.all()[0], values={"legacy_codes": ["1"]}, by=user("head"), at=NOW)
