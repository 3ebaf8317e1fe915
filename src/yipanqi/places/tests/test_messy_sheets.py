"""Ledgers as offices really send them, read by the board's own sheets; what goes out comes back in unchanged."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from yipanqi.places import actions
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.sheets import SHEETS, SheetError, export, write_template
from yipanqi.sheets.coordinates import gcj02_to_bd09, wgs84_to_gcj02

from . import board
from .board import DAY, WHO, at, square
from .test_sheets import book, load, places_head, reasons

pytestmark = pytest.mark.django_db
OLD_EXCEL = Path(__file__).parent / "places_of_excel_97.xls"


@pytest.fixture
def city() -> dict[str, Area]:
    board.category()
    board.unit("A")
    return board.areas()


def workbook(rows: list[list[Any]], merged: list[str] = [], epoch: Any = None) -> io.BytesIO:  # noqa: B006
    made = openpyxl.Workbook()
    if epoch:
        made.epoch = epoch
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    for cells in merged:
        made.active.merge_cells(cells)  # type: ignore[union-attr]
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def test_places_below_title_rows_and_a_merged_heading(city: dict[str, Area]) -> None:
    lon, lat = at(0.5, 0.5)
    rows = [
        ["嘉峪关市实测点位汇总表"], ["填报单位：市城管局", "", "", "填报日期：2026年1月3日"],
        ["点位编码*", "点位名称（必填）", "类别", "坐标", "", "纳入日期"], ["", "", "", "经度", "纬度", ""],
        ["ＰＫ００１ ", "　雄关 公园 ", "类型park", lon, lat, 46025], ["PK002", "南湖", "PK", f" {lat} ", f"{lon}°", "２０２６年１月３日"],
    ]  # fmt: skip
    report = load("places", workbook(rows, ["A1:F1", "D3:E3", "A3:A4", "B3:B4", "C3:C4", "F3:F4"]))
    assert report.saved and len(report.warnings) == 1, reasons(report)
    first, second = Place.objects.order_by("code")
    assert (first.code, first.name, first.opened_on, first.area) == ("PK001", "雄关 公园", dt.date(2026, 1, 3), city["C11"])
    assert (second.lon, second.lat, second.opened_on) == (round(lon, 7), round(lat, 7), dt.date(2026, 1, 3)), "swapped, put right"


@pytest.mark.parametrize("day", ["2026-01-03", "2026/1/3", "2026.1.3", "20260103", "2026年1月3日（星期六）", 46025, "46025", dt.date(2026, 1, 3)])
def test_places_with_a_day_in_any_form(city: dict[str, Area], day: Any) -> None:
    lon, lat = at(0.5, 0.5)
    report = load("places", book(places_head(), ["P1", "园", "PK", lon, lat, "", "", day]))
    assert report.saved and Place.objects.get().opened_on == dt.date(2026, 1, 3), reasons(report)


def test_places_of_a_file_that_counts_days_from_1904(city: dict[str, Area]) -> None:
    lon, lat = at(0.5, 0.5)
    file = workbook([places_head(), ["P1", "园", "PK", lon, lat, "", "", dt.date(2026, 1, 3)]], epoch=CALENDAR_MAC_1904)
    assert load("places", file).saved and Place.objects.get().opened_on == dt.date(2026, 1, 3)


@pytest.mark.parametrize("system", ["GCJ02", "BD09"])
def test_places_in_shifted_coordinates(city: dict[str, Area], system: str) -> None:
    lon, lat = at(0.5, 0.5)
    shifted = wgs84_to_gcj02(lon, lat)
    shifted = gcj02_to_bd09(*shifted) if system == "BD09" else shifted
    name = {"GCJ02": "高德", "BD09": "百度"}[system]
    assert load("places", book(["点位编码", "点位名称", "类别", f"{name}经度", f"{name}纬度"], ["P1", "园", "PK", *shifted])).saved
    found = Place.objects.get()
    assert (found.lon, found.lat) == pytest.approx((lon, lat), abs=1e-6)


def test_zones_in_shifted_coordinates_and_wkt(city: dict[str, Area]) -> None:
    corners = ", ".join(f"{x} {y}" for x, y in (wgs84_to_gcj02(*at(*one)) for one in ((0, 0), (1, 0), (1, 1), (0, 0))))
    rows = [["区域编码", "名称", "用途", "边界", "坐标系"], ["Z1", "甲", "严管", f"POLYGON (({corners}))", "高德"]]
    assert load("zones", book(*rows)).saved, reasons(load("zones", book(*rows)))
    corner = Zone.objects.get().boundary["coordinates"][0][1]
    assert corner == pytest.approx(list(at(1, 0)), abs=1e-6)
    again = load("zones", book(*rows))
    assert (again.unchanged, again.updated) == (1, 0)
    rows[1][1] = "乙"
    assert load("zones", book(*rows)).updated == 1
    bad = load("zones", book(rows[0], ["Z2", "丙", "禁区", "POLYGON ((1 2", ""]))
    assert "禁摆区" in reasons(bad) or "没有“禁区”" in reasons(bad)
    broken = load("zones", book(rows[0], ["Z2", "丙", "严管", '{"type":"Polygon","coordinates":[[[98.2,39.7],[98.21,39.7],[98.21,39.71]]]}', ""]))
    assert "没有闭合" in reasons(broken)


def test_places_with_duplicate_codes_name_both_lines(city: dict[str, Area]) -> None:
    lon, lat = at(0.5, 0.5)
    report = load("places", book(places_head(), ["P1", "甲", "PK", lon, lat, "", "", ""], ["Ｐ１", "乙", "PK", lon, lat, "", "", ""]))
    assert not report.saved and "第 2 行" in reasons(report) and not Place.objects.exists()


def test_places_of_an_old_excel_file(city: dict[str, Area]) -> None:
    with OLD_EXCEL.open("rb") as file:
        report = load("places", file)
    assert report.saved, reasons(report)
    found = Place.objects.get()
    assert (found.name, found.opened_on, str(found.operator)) == ("雄关公园", dt.date(2026, 1, 3), "单位A")


@cache
def bomb() -> bytes:
    """A small file that unpacks to a very large one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize("name", ["areas", "segments", "zones", "places", "duties", "units", "users"])
def test_a_bomb_or_a_disguised_file_is_refused_with_a_sentence(name: str) -> None:
    for file in (io.BytesIO(bomb()), io.BytesIO(b"<html><table></table></html>"), io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0")):
        with pytest.raises(SheetError) as refusal:
            load(name, file)
        assert "请" in str(refusal.value)


DANGEROUS = st.sampled_from(["=1+1", "+86", "-2", "@SUM(A1)", "＝1+1", "'=1", '=HYPERLINK("http://x")'])
NAMES = st.one_of(DANGEROUS, st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Co", "Cn")), min_size=1, max_size=20))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, NAMES, st.floats(0, 3.9), st.floats(0, 1.9)), min_size=1, max_size=5))
def test_whatever_is_exported_comes_back_unchanged(city: dict[str, Area], rows: list[tuple[str, str, float, float]]) -> None:
    for model in (Duty, Place, Segment, Zone):
        model.objects.all().delete()
    operator, reader = board.Unit.objects.get(code="A"), board.User(username="reader", is_active=True)
    for number, (name, text, x, y) in enumerate(rows):
        lon, lat = at(x, y)
        place = actions.add_place(None, code=f"P{number}", name=name, category=board.category(), lon=lon, lat=lat, address=text, operator=operator, **WHO)
        actions.add_duty(None, unit=operator, place=place, basis=text, starts_on=DAY, **WHO)
        line = {"type": "LineString", "coordinates": [[lon, lat], [lon + 0.001, lat]]}
        actions.add_segment(None, code=f"L{number}", name=name, street=text, kind="back", line=line, area=place.area, **WHO)
        actions.add_zone(None, code=f"Z{number}", name=name, purpose="bike_fence", boundary=square(x, y, x + 0.1, y + 0.1), **WHO)
    for sheet in ("places", "duties", "segments", "zones", "areas"):
        for fmt in ("xlsx", "csv"):
            out = io.BytesIO()
            count = export(SHEETS[sheet], SHEETS[sheet].rows(reader), out, fmt)
            if fmt == "xlsx":
                cells = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active.iter_rows()  # type: ignore[union-attr]
                assert not any(cell.data_type == "f" for row in cells for cell in row), "no formula leaves the house"
            report = load(sheet, io.BytesIO(out.getvalue()))
            assert (report.unchanged, report.updated, report.created) == (count, 0, 0), (sheet, fmt, reasons(report))


@pytest.mark.parametrize("name", ["areas", "segments", "zones", "places", "duties", "units", "users"])
def test_a_blank_template_has_drop_downs_and_a_chinese_guide(city: dict[str, Area], name: str) -> None:
    out = io.BytesIO()
    write_template(SHEETS[name], out)
    made = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    page, guide = made.worksheets[0], made["填表说明"]
    titles = [str(cell.value).rstrip("*") for cell in page[1]]
    assert titles == [str(column.title) for column in SHEETS[name].columns]
    told = [[cell.value for cell in row] for row in guide.iter_rows()]
    assert told[0] == ["列名", "是否必填", "格式", "怎样填写", "示例"] and [row[0] for row in told[1:]] == titles
    lists = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    wanted = [number for number, column in enumerate(SHEETS[name].columns, 1) if column.kind.choices()]
    assert {coordinate_to_tuple(cell)[1] for cell in lists} == set(wanted) and all(one.type == "list" for one in lists.values())
    assert load(name, io.BytesIO(out.getvalue()), dry_run=True).created == 0
