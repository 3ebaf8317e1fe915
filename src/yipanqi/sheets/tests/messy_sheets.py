"""Makes the untidy and the hostile files the sheet readers must survive, and a small ledger to read them into."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils.datetime import MAC_EPOCH

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.models import Policy
from yipanqi.sheets import (
    Boolean,
    Choice,
    Code,
    Column,
    Date,
    DateTime,
    Decimal,
    Integer,
    Lat,
    Lon,
    Reference,
    RowResult,
    RowSheet,
    Text,
)

AT = dt.datetime(2026, 1, 3, tzinfo=dt.UTC)
UNITS = (("CG", ("市城市管理局", "CG", "城管局")), ("GA", ("市公安局", "GA")), ("JT", ("市交通运输局", "JT")))
TWINS = (("X1", ("新华社区", "X1")), ("X2", ("新华社区", "X2")))
KINDS = (("park", "公园广场"), ("street", "主次干道"))


class PlaceSheet(RowSheet):
    """A ledger with every kind of column; it stores its rows as settings, a table the kernel has anyway."""

    name = "trial-places"
    title = "点位台账"
    columns = (
        Column("code", "编码", Code(pattern=r"[A-Z0-9]+"), required=True, help="填写点位编码", example="P001"),
        Column("name", "名称", Text(longest=50), aliases=("点位名称",), required=True, example="雄关广场"),
        Column("kind", "类别", Choice(KINDS, words={"广场": "park"})),
        Column("unit", "责任单位", Reference(lambda: UNITS)),
        Column("people", "人数", Integer(low=0)),
        Column("budget", "经费", Decimal(units=("元",))),
        Column("open", "是否开放", Boolean()),
        Column("since", "启用日期", Date()),
        Column("seen", "最近检查", DateTime()),
        Column("lon", "经度", Lon()),
        Column("lat", "纬度", Lat()),
    )

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {policy.key: policy for policy in Policy.objects.filter(key__in=keys)}

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        value = {key: str(cell) for key, cell in row.items()}
        policy = existing or Policy(key=row["code"], changed_at=at, changed_by=str(by))
        if existing and existing.value == value:
            return "unchanged"
        policy.value = value
        policy.save()
        if row["name"] == "不得录入":
            raise Refused("该点位已撤销，请删去此行。")
        return "updated" if existing else "created"

    def rows(self, user: Any) -> Iterator[dict[str, Any]]:
        yield from ({"code": policy.key} | policy.value for policy in Policy.objects.order_by("key"))

    def check(self, rows: Iterator[RowResult]) -> Iterator[tuple[int, str, str]]:
        for row in rows:
            if row.values.get("people") == 13:
                yield row.line_no, "people", "人数合计不符，请核对。"


PLACES = PlaceSheet()


def book(*rows: Sequence[Any], merged: Sequence[str] = (), title: str = "Sheet", epoch1904: bool = False) -> io.BytesIO:
    """A workbook by openpyxl with these rows, some cells merged."""
    workbook = openpyxl.Workbook()
    if epoch1904:
        workbook.epoch = MAC_EPOCH
    page = workbook.active
    assert page is not None
    page.title = title
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            page.cell(line, column, value)
    for area in merged:
        page.merge_cells(area)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> io.BytesIO:
    """The workbook as a file."""
    file = io.BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def several_pages() -> io.BytesIO:
    """A cover page, the ledger, and a hidden older ledger with more columns."""
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "封面"  # type: ignore[index]
    ledger = workbook.create_sheet("2026 年")
    ledger.append(["编码", "名称"])
    ledger.append(["P1", "雄关广场"])
    old = workbook.create_sheet("旧")
    old.append(["编码", "名称", "类别", "人数"])
    old.append(["P9", "旧址", "公园广场", 1])
    old.sheet_state = "hidden"
    return saved(workbook)


def formulas() -> io.BytesIO:
    """Formula cells with stored results, one of them an error."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["编码", "名称", "人数", "经费"])
        page.write_string(1, 0, "P1")
        page.write_formula(1, 1, '="雄关"&"广场"', None, "雄关广场")
        page.write_formula(1, 2, "=6*7", None, 42)
        page.write_formula(1, 3, "=NA()", None, "#N/A")
    file.seek(0)
    return file


def far_cells() -> io.BytesIO:
    """A few kilobytes that would make a reader allocate half a terabyte: two cells in opposite corners."""
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "编码"  # type: ignore[index]
    workbook.active["XFD1048576"] = "x"  # type: ignore[index]
    return saved(workbook)


def bomb(lying: bool) -> io.BytesIO:
    """A package with 60 MB of zeros in a part; a lying one states that it is 10 bytes long."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    data = file.getvalue()
    if lying:
        data = data.replace((60_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    return io.BytesIO(data)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files that are no tables, by what they pretend or suffer."""
    good = book(["编码", "名称"], ["P1", "雄关广场"]).getvalue()
    yield "空的", b""
    yield "空的", b" \n "
    yield "网页", b"\xef\xbb\xbf<html><table><tr><td>x</td></tr></table></html>"
    yield "网页", b'<?xml version="1.0"?><Workbook/>'
    yield "损坏", good[: len(good) // 2]
    yield "损坏", good.replace(b"PK\x01\x02", b"XX\x01\x02")
    yield "损坏", b"PK\x03\x04" + b"junk" * 100
    yield "损坏", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000
    yield "密码", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    yield "不是表格", b"%PDF-1.7\n\x00\x01\x02"
    yield "不是表格", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
    yield "表头", b"just, some, words\n1,2,3\n"
    yield "表头", book(["甲", "乙"], [1, 2]).getvalue()
    yield "范围过大", far_cells().getvalue()
    yield "解压后过大", bomb(lying=False).getvalue()
    yield "解压后过大", bomb(lying=True).getvalue()
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    yield "不是 .xlsx", word.getvalue()
