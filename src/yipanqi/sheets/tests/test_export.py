"""Templates and exports, and that what is exported reads back unchanged."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal as D
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yipanqi.sheets import Choice, Column, Layout, SheetError, Text, export, read, write_template

from .messy_sheets import KINDS, PLACES

FULL: dict[str, Any] = {
    "code": "001", "name": "雄关广场", "kind": "park", "unit": "CG", "people": -5, "budget": D("-1.50"), "open": False,
    "since": dt.date(2026, 1, 3), "seen": dt.datetime(2026, 1, 3, 15, 30, 5, 250, tzinfo=ZoneInfo("Asia/Shanghai")),
    "lon": 98.2783, "lat": 39.7732,
}  # fmt: skip
EMPTY = {column.key: column.kind.empty for column in PLACES.columns}


def written(rows: list[dict[str, Any]], fmt: str) -> io.BytesIO:
    file = io.BytesIO()
    assert export(PLACES, rows, file, fmt) == len(rows)
    return file


@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_export_reads_back_unchanged(fmt: str) -> None:
    sparse = EMPTY | {"code": "2", "name": "园"}
    results = list(read(written([FULL | {"people": 5}, sparse], fmt), PLACES).results())
    assert [row.errors for row in results] == [[], []]
    assert [row.values for row in results] == [FULL | {"people": 5}, sparse]


HEADS = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "'", "'=", "＝", "1", "中"])
REST = st.text(st.characters(min_codepoint=33, max_codepoint=0x9FFF, exclude_categories=("Z", "C")), max_size=20)


@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
@settings(max_examples=40, deadline=None)
@given(text=st.tuples(HEADS, REST, st.just("尾")).map("".join))
def test_export_a_dangerous_text_reads_back_unharmed(fmt: str, text: str) -> None:
    file = written([{"code": "1", "name": text}], fmt)
    assert next(read(file, PLACES).results()).values["name"] == text
    if fmt == "csv":
        cell = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))[1][1]
        assert cell[0] not in "=+-@\t\r"


def test_export_never_writes_a_formula() -> None:
    page = openpyxl.load_workbook(written([{"code": "1", "name": "=1+1"}], "xlsx")).active
    assert page is not None
    assert (page["B2"].value, page["B2"].data_type, page["B2"].quotePrefix) == ("=1+1", "s", True)


def test_export_csv_starts_with_a_byte_order_mark() -> None:
    assert written([], "csv").getvalue().startswith(b"\xef\xbb\xbf")


def test_refuse_to_cut_a_text_excel_cannot_hold() -> None:
    with pytest.raises(SheetError, match="请改为导出 CSV"):
        written([{"code": "1", "name": "长" * 40_000}], "xlsx")


def test_write_a_template_with_lists_comments_and_instructions() -> None:
    file = io.BytesIO()
    write_template(PLACES, file)
    workbook = openpyxl.load_workbook(file)
    page, guide = workbook["点位台账"], workbook["填表说明"]
    assert [cell.value for cell in page[1]][:3] == ["编码*", "名称*", "类别"]
    assert "填写点位编码" in page["A1"].comment.text
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    assert lists["C2"] == '"公园广场,主次干道"'
    assert lists["G2"] == '"是,否"'
    assert [cell.value for cell in guide[2]] == ["编码", "必填", "代码，按文本填写", "填写点位编码", "P001"]
    assert list(read(file, PLACES).rows()) == []


def test_write_a_template_with_a_long_list_on_the_hidden_page() -> None:
    class Long(Layout):
        name = title = "长"
        columns = (Column("code", "编码"), Column("kind", "类别", Choice([(str(n), f"第{n}类") for n in range(100)])))

    file = io.BytesIO()
    write_template(Long(), file)
    workbook = openpyxl.load_workbook(file)
    rules = list(workbook["长"].data_validations.dataValidation)
    assert rules[0].formula1 == "'选项'!$B$1:$B$100"
    assert workbook["选项"].sheet_state == "hidden"
    assert workbook["选项"]["B100"].value == "第99类"


def test_write_a_choice_without_label_as_it_is() -> None:
    assert Choice(KINDS).writer()("gone") == "gone"
    assert Text().writer()("x") == "x"
