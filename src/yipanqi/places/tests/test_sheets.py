"""The board as sheets: the official divisions, messy ledgers, and exports that read back."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from typing import Any

import openpyxl
import pytest

from yipanqi.kernel.actors import SYSTEM
from yipanqi.places import actions
from yipanqi.places.models import Area, Duty, Place, Segment
from yipanqi.sheets import SHEETS, Report, export, preview, run_import, write_template

from . import board
from .board import AT, DAY, WHO, square

pytestmark = pytest.mark.django_db


def book(*rows: list[Any]) -> io.BytesIO:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def load(name: str, file: Any, *, partial: bool = False, dry_run: bool = False) -> Report:
    return run_import(SHEETS[name], file, partial=partial, dry_run=dry_run, by=SYSTEM, at=AT)


def reasons(report: Report) -> str:
    return " ".join(text for row in report.rejected for _key, text in row.errors)


def test_import_areas_from_the_official_divisions() -> None:
    path = files("yipanqi") / "data" / "divisions_jiayuguan.csv"
    report = load("areas", io.BytesIO(path.read_bytes()))
    assert (report.saved, report.rejected, report.unchanged) == (True, [], 1), "the nominal district is the city itself"
    assert Area.objects.count() == 54 and Area.objects.filter(level="community").count() == 48
    assert Area.objects.get(code="620201001000").parent.code == "620200000000"
    assert Area.objects.get(name="雄关社区").path == "620200000000/620201001000/620201001009/"
    again = load("areas", io.BytesIO(path.read_bytes()))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 55)


def test_import_areas_in_any_order_with_boundaries() -> None:
    import_of = book(["区划代码", "名称", "层级", "上级代码", "边界"], ["620200001", "一街", "街道", "620200", json.dumps(square(0, 0, 1, 1))], ["620200", "某市", "市"])
    report = load("areas", import_of)
    assert report.saved, reasons(report)
    assert Area.objects.get(code="620200001000").boundary["type"] == "Polygon"


def test_import_areas_below_an_unknown_parent_names_the_nearest() -> None:
    board.areas()
    report = load("areas", book(["区划代码", "名称", "层级", "上级代码"], ["620200003", "三街", "街道", "620201"]))
    assert report.saved, "a city without that district takes the city"
    report = load("areas", book(["区划代码", "名称", "层级", "上级代码"], ["620200001009", "九社区", "社区", "620200009"]))
    assert "您是不是要填" in reasons(report) and not report.saved


def places_head() -> list[Any]:
    return ["点位编码", "点位名称", "类别", "经度", "纬度", "运营单位", "状态", "纳入日期"]


def test_import_places_repairs_and_updates() -> None:
    made = board.areas()
    board.category()
    board.unit("U1")
    rows = [["Ｐ1", "南湖公园", "类型park", "39.705", "98.205", "单位U1", "在用", "2026年1月3日"], ["P2", "北湖", "PK", 98.235, 39.715, "", "", ""]]
    report = load("places", book(["嘉峪关市点位清单"], places_head(), *rows))
    assert report.saved, reasons(report)
    assert (report.created, len(report.warnings)) == (2, 1), "swapped coordinates are put right and told"
    assert Place.objects.get(code="P1").area == made["C11"] and Place.objects.get(code="P2").area == made["C22"]
    again = load("places", book(places_head(), *rows))
    assert (again.unchanged, again.created, Place.objects.count()) == (2, 0, 2)
    rows[1][1] = "北湖公园"
    assert load("places", book(places_head(), *rows)).updated == 1


def test_a_place_outside_the_drawn_city_is_told_on_its_row() -> None:
    board.category()
    row = ["P1", "公园", "类型park", 116.4, 39.9, None, None, None]
    assert preview(SHEETS["places"], book(places_head(), row)).counts["warnings"] == 0, "no boundary, nothing to compare with"
    board.areas()
    home = ["P2", "南湖", "类型park", *board.at(0.5, 0.5), None, None, None]
    seen = preview(SHEETS["places"], book(places_head(), row, home))
    assert [one.warnings for one in seen.rows] == [["第 2 行“经度”：坐标不在本市范围内，请核对。"], []]
    report = load("places", book(places_head(), row, home))
    assert (report.created, report.warnings) == (2, ["第 2 行“经度”：坐标不在本市范围内，请核对。"])


def test_shapes_far_from_the_city_show_already_in_the_preview() -> None:
    board.areas()
    far = "POLYGON ((116.4 39.9, 116.5 39.9, 116.5 40, 116.4 39.9))"
    files = {
        "segments": book(["路段编码", "路段名称", "类型", "线位"], ["L1", "长安街", "主干道", "116.4,39.9;116.5,39.9"]),
        "zones": book(["区域编码", "区域名称", "用途", "边界"], ["Z1", "远方", "严管区", far]),
        "areas": book(["区划代码", "名称", "层级", "上级代码", "边界"], ["620200003", "远方街道", "街道", "620200", far]),
    }
    for name, file in files.items():
        seen = preview(SHEETS[name], file)
        assert seen.counts["bad"] == 1 and "超出本市边界约" in seen.rows[0].errors[0][1], name
    whole = book(["区划代码", "名称", "层级", "边界"], ["620200", "嘉峪关市", "市", far])
    assert preview(SHEETS["areas"], whole).counts["bad"] == 0, "a new boundary of the city is not compared with the old one"


def test_import_places_with_unknown_names_suggests_and_writes_nothing() -> None:
    board.category()
    board.unit("U1")
    report = load("places", book(places_head(), ["P1", "园", "类型park", 98.2, 39.7, "单位U", "", ""], ["P2", "园", "集市", 98.2, 39.7, "", "", ""]))
    assert not report.saved and "单位U1" in reasons(report) and not Place.objects.exists()


def test_import_segments_as_pairs_or_geojson() -> None:
    board.areas()
    head = ["路段编码", "路段名称", "道路", "类型", "所在区划", "线位"]
    rows = [["L1", "新华路一段", "新华路", "主干路", "620200001001", "98.2,39.7；98.21，39.7"], ["L2", "小巷", "", "背街小巷", "", '{"type":"LineString","coordinates":[[98.2,39.7],[98.23,39.7]]}']]
    report = load("segments", book(head, *rows))
    assert report.saved, reasons(report)
    assert Segment.objects.get(code="L1").line["coordinates"][1] == [98.21, 39.7]
    assert load("segments", book(head, *rows)).unchanged == 2
    assert "LineString" in reasons(load("segments", book(head, ["L3", "巷", "", "背街小巷", "", "98.2"])))


def duty_rows() -> list[list[Any]]:
    return [
        ["编号", "责任对象类型", "责任对象", "问题类别", "责任单位", "责任", "依据", "生效日期"],
        ["", "点位", "公园PK001", "", "单位A", "", "责任书", "2026-01-01"],
        ["D9", "社区", "620200001001", "类别K1", "A", "协办", "", "2026-01-01"],
        ["", "类别默认", "", "K1", "单位A", "主办", "", "2026-01-01"],
    ]


def test_import_duties_twice_does_not_double_them() -> None:
    board.areas()
    board.place()
    board.unit("A")
    board.issue_class("K1")
    report = load("duties", book(*duty_rows()))
    assert report.saved, reasons(report)
    assert [str(d.target) if d.target else "" for d in Duty.objects.order_by("code")] == ["公园PK001", "", "社区11"]
    again = load("duties", book(*duty_rows()))
    assert (again.unchanged, Duty.objects.count()) == (3, 3)


def test_import_duties_with_an_unknown_target_names_the_nearest() -> None:
    board.place()
    board.unit("A")
    report = load("duties", book(duty_rows()[0], ["", "点位", "公园PK01", "", "A", "", "", ""], ["", "点位", "", "", "A", "", "", ""]), partial=True)
    assert "公园PK001" in reasons(report) and len(report.rejected) == 2 and not Duty.objects.exists()


@pytest.mark.parametrize("name", ["areas", "segments", "zones", "places", "duties"])
def test_export_reads_back_unchanged(name: str) -> None:
    made = board.areas()
    line = {"type": "LineString", "coordinates": [[98.2, 39.7], [98.23, 39.7]]}
    segment = actions.add_segment(None, code="L1", name="路", kind="main", line=line, area=made["C11"], **WHO)
    actions.add_zone(None, code="Z1", name="严管区", purpose="strict_control", boundary=square(0, 0, 1, 1), **WHO)
    operator = board.unit("A")
    place = board.place(segment=segment, operator=operator, opened_on=DAY)
    actions.add_duty(None, unit=operator, place=place, issue_class=board.issue_class("K1"), ends_on=DAY, **WHO)
    out = io.BytesIO()
    count = export(SHEETS[name], SHEETS[name].rows(board.user("auditor")), out)
    out.seek(0)
    report = load(name, out)
    assert report.saved and (report.unchanged, report.updated, report.created) == (count, 0, 0), reasons(report)
    assert list(SHEETS[name].rows(None)) == [], "a stranger exports nothing"


@pytest.mark.parametrize("name", ["areas", "segments", "zones", "places", "duties"])
def test_template_can_be_written(name: str) -> None:
    board.areas()
    out = io.BytesIO()
    write_template(SHEETS[name], out)
    assert out.getvalue()[:2] == b"PK"
