"""Finding the table in a file: pages, heading rows, headings, encodings, positions, mapping files."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yipanqi.sheets import SheetError, load_mapping, read
from yipanqi.sheets import reading as reading_module
from yipanqi.sheets.coordinates import gcj02_to_bd09, wgs84_to_gcj02

from .messy_sheets import PLACES, book, formulas, hostile, several_pages

LON, LAT = 98.2783, 39.7732
GOOD = book(["编码", "名称"], ["P1", "雄关广场"]).getvalue()


def only(file: io.BytesIO, mapping: Any = None) -> Any:
    rows = list(read(file, PLACES, mapping).results())
    assert len(rows) == 1
    return rows[0]


def test_read_below_title_rows_and_tell_the_columns_apart() -> None:
    table = read(
        book(["点位台账"], ["填报单位：城管局"], [], [" 编 码* ", "名称（必填）", "备注", None],
             ["P1", "广场", "好"], [None, " "], ["P2", "园", ""], merged=["A1:D1"]), PLACES)  # fmt: skip
    assert table.header_row == 4
    assert [one.column.key for one in table.found] == ["code", "name"]
    assert table.unknown == ["备注"]
    assert "people" in [column.key for column in table.missing]
    assert [line for line, _cells in table.rows()] == [5, 7]


def test_read_a_merged_heading_of_two_rows() -> None:
    row = only(
        book(["点位台账"], ["编码", "名称", "百度坐标", None], [None, None, "经度", "纬度"],
             ["P1", "广场", *gcj02_to_bd09(*wgs84_to_gcj02(LON, LAT))],
             merged=["A1:D1", "A2:A3", "B2:B3", "C2:D2"]))  # fmt: skip
    assert (row.values["lon"], row.values["lat"]) == pytest.approx((LON, LAT), abs=1e-6)


@pytest.mark.parametrize(
    ("heading", "system"),
    [("经度(GCJ02)", "G"), ("火星坐标经度", "G"), ("百度经度", "B"), ("经度（WGS-84）", ""), ("经度（度）", "")],
)
def test_read_a_position_in_the_heading_s_system(heading: str, system: str) -> None:
    point = (LON, LAT) if not system else wgs84_to_gcj02(LON, LAT)
    point = gcj02_to_bd09(*point) if system == "B" else point
    row = only(book(["编码", "名称", heading, heading.replace("经", "纬")], ["P1", "广场", *point]))
    assert (row.values["lon"], row.values["lat"]) == pytest.approx((LON, LAT), abs=1e-6)
    assert not row.errors


def test_read_a_position_in_the_row_s_own_system() -> None:
    row = only(book(["编码", "名称", "经度", "纬度", "坐标系"], ["P1", "广场", *wgs84_to_gcj02(LON, LAT), "高德"]))
    assert (row.values["lon"], row.values["lat"]) == pytest.approx((LON, LAT), abs=1e-6)
    row = only(book(["编码", "名称", "经度", "纬度", "坐标系"], ["P1", "广场", LON, LAT, "北京54"]))
    assert "不认识坐标系“北京54”" in row.errors[0][1]


def test_read_a_swapped_position_with_a_warning() -> None:
    row = only(book(["编码", "名称", "经度", "纬度"], ["P1", "广场", LAT, LON]))
    assert (row.values["lon"], row.values["lat"]) == (LON, LAT)
    assert row.warnings == ["第 2 行“经度”：经度和纬度填反了，已对调。"]


@pytest.mark.parametrize(
    ("lon", "lat", "word"),
    [(1, 2, "不在中国范围"), (LON, None, "同时填写"), (None, LAT, "同时填写"), (LON, 200, "超出范围")],
)
def test_refuse_an_impossible_position(lon: Any, lat: Any, word: str) -> None:
    assert word in only(book(["编码", "名称", "经度", "纬度"], ["P1", "广场", lon, lat])).errors[0][1]


def test_refuse_a_local_system_nobody_can_convert() -> None:
    assert read(book(["编码", "名称", "经度（北京54）"], ["P1", "广场", 1]), PLACES).unknown == ["经度（北京54）"]


def test_refuse_a_pair_of_two_systems() -> None:
    with pytest.raises(SheetError, match="坐标系不一致"):
        read(book(["编码", "名称", "经度(GCJ02)", "纬度"], ["P1", "广场", LON, LAT]), PLACES)


def test_read_the_right_one_of_several_pages() -> None:
    assert only(several_pages()).values == {"code": "P1", "name": "雄关广场"}


def test_read_formula_results_and_warn_of_failed_ones() -> None:
    table = read(formulas(), PLACES)
    assert next(table.results()).values == {"code": "P1", "name": "雄关广场", "people": 42, "budget": None}
    assert "公式" in table.grid.warnings[0]


def test_read_dates_of_the_1904_system() -> None:
    row = only(book(["编码", "名称", "启用日期"], ["P1", "广场", 46025 - 1462], epoch1904=True))
    assert row.values["since"] == dt.date(2026, 1, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_read_csv_of_any_encoding_and_delimiter(encoding: str, mark: str) -> None:
    text = f'点位台账\r\n编码{mark}名称{mark}备注\r\nP1{mark}"雄关{mark}\n广场"{mark}\r\n'
    row = only(io.BytesIO(text.encode(encoding)))
    assert (row.line_no, row.values) == (3, {"code": "P1", "name": f"雄关{mark}\n广场"})


@pytest.mark.parametrize(("word", "data"), list(hostile()))
def test_refuse_a_hostile_file_with_a_clear_sentence(word: str, data: bytes) -> None:
    with pytest.raises(SheetError, match=word):
        read(io.BytesIO(data), PLACES)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60), st.integers(0, 4000), st.booleans())
def test_read_a_damaged_file_or_refuse_it(noise: bytes, at: int, whole: bool) -> None:
    data = noise if whole else GOOD[:at] + noise + GOOD[at + len(noise) :]
    try:
        list(read(io.BytesIO(data), PLACES).results())
    except SheetError as error:
        assert str(error).endswith("。")


def test_refuse_a_file_beyond_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SheetError, match="50 MB"):
        read(io.BytesIO(b"x" * (50 * 2**20 + 1)), PLACES)
    monkeypatch.setattr(reading_module, "MAX_ROWS", 1)
    with pytest.raises(SheetError, match="数据超过 1 行"):
        list(read(book(["编码", "名称"], ["P1", "a"], ["P2", "b"]), PLACES).results())


def test_refuse_missing_required_columns_and_name_the_unknown() -> None:
    with pytest.raises(SheetError, match="缺少必填列：名称。没有认出的表头：名子"):
        read(book(["编码", "名子", "人数"], ["P1", "广场", 1]), PLACES)


def test_refuse_a_heading_that_stands_twice() -> None:
    with pytest.raises(SheetError, match="请只保留一列"):
        read(book(["编码", "名称", "名称"], ["P1", "a", "b"]), PLACES)


def test_prefer_the_exact_heading_to_an_alias() -> None:
    table = read(book(["点位名称", "编码", "名称"], ["a", "P1", "b"]), PLACES)
    assert next(table.results()).values["name"] == "b"
    assert table.unknown == ["点位名称"]


def test_read_a_foreign_ledger_through_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    text = "no: code\n事项: name\n名称:\n日子: since\nconstants: {kind: 公园广场}\ndate_format: '%d/%m/%Y'\n"
    path.write_text(text, "utf-8")
    row = only(book(["no", "事项", "名称", "日子"], ["P1", "广场", "别的", "3/1/2026"]), load_mapping(path))
    assert row.values == {"code": "P1", "name": "广场", "kind": "park", "since": dt.date(2026, 1, 3)}


def test_refuse_a_row_whose_required_cell_only_looks_filled() -> None:
    assert "必填" in only(book(["编码", "名称"], ["P1", "\u200b"])).errors[0][1]


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ({"编码": "codes"}, "没有叫“codes”的列。您是不是要填“code”"),
        ({"序号": "code"}, "找不到表头。表头应有这些列：序号"),
        ({"编码": "code", "名称": "name", "序号": "people"}, "表头“序号”在表格中没有"),
    ],
)
def test_refuse_a_mapping_that_does_not_fit(mapping: dict[str, str], word: str) -> None:
    with pytest.raises(SheetError, match=word):
        read(book(["编码", "名称"], ["P1", "a"]), PLACES, mapping)


def test_refuse_a_mapping_file_that_is_no_mapping(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    for text in ("- a\n", "a: [", "constants: x"):
        path.write_text(text, "utf-8")
        with pytest.raises(SheetError, match="对照文件"):
            load_mapping(path)
    with pytest.raises(SheetError, match="对照文件"):
        load_mapping(tmp_path / "none.yaml")
