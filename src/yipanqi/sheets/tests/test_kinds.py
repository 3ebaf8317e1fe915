"""What the kinds make of single cells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yipanqi.sheets import (
    Boolean,
    Choice,
    Code,
    Context,
    Date,
    DateTime,
    Decimal,
    Integer,
    Kind,
    Lat,
    Lon,
    Reference,
    SheetError,
    Text,
)

from .messy_sheets import KINDS, TWINS, UNITS

CITY = ZoneInfo("Asia/Shanghai")


def local(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=CITY)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Text(), " 雄关\n广场　\n", "雄关\n广场"),
        (Text(), "（全角）Ａ", "（全角）Ａ"),
        (Text(), 12.0, "12"),
        (Code(), 12.0, "12"),
        (Code(), "Ｐ００１ ２", "P0012"),
        (Code(), "001", "001"),
        (Code(), 620201001001.0, "620201001001"),
        (Integer(), "１，２３４ 人", 1234),
        (Integer(), 12.0, 12),
        (Integer(), "12.0", 12),
        (Integer(), "1.5万", 15000),
        (Decimal(), "¥1,234.50元", D("1234.50")),
        (Decimal(places=1), 0.1 + 0.2, D("0.3")),
        (Decimal(), "-3", D("-3")),
        (Lon(), "98.2783°", 98.2783),
        (Choice(KINDS), "公园 广场", "park"),
        (Choice(KINDS), "PARK", "park"),
        (Choice(KINDS, words={"广场": "park"}), "广场", "park"),
        (Reference(lambda: UNITS), "城管局", "CG"),
        (Reference(lambda: TWINS), "x2", "X2"),
    ],
)
def test_read_an_untidy_cell(kind: Kind, raw: Any, value: Any) -> None:
    assert kind.read(raw, Context()) == value


@pytest.mark.parametrize("word", ["是", "√", "✔", "Y", "ｙ", "true", "1", 1.0, True, "有", " 是 "])
def test_read_yes(word: Any) -> None:
    assert Boolean().read(word, Context()) is True


@pytest.mark.parametrize("word", ["否", "×", "X", "N", "false", "0", 0.0, False, "无", "没有"])
def test_read_no(word: Any) -> None:
    assert Boolean().read(word, Context()) is False


@pytest.mark.parametrize(
    "raw",
    [
        "2026-1-3", "2026/1/3", "2026.1.3", "2026年1月3日", "20260103", "２０２６年１月３日", "2026年01月03号",
        "2026年1月3日 星期六", "2026-01-03（周六）", "2026－1－3", 20260103.0, 46025.0, "46025", dt.date(2026, 1, 3),
        dt.datetime(2026, 1, 3),
    ],
)  # fmt: skip
def test_read_a_day_in_every_form(raw: Any) -> None:
    assert Date().read(raw, Context()) == dt.date(2026, 1, 3)


def test_read_a_serial_number_of_the_1904_system() -> None:
    assert Date().read(46025.0 - 1462, Context(date1904=True)) == dt.date(2026, 1, 3)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2026-1-3 15:30", local(2026, 1, 3, 15, 30)),
        ("2026年1月3日 下午3:30", local(2026, 1, 3, 15, 30)),
        ("2026年1月3日 下午3时30分", local(2026, 1, 3, 15, 30)),
        ("2026/1/3 3:30:05 PM", local(2026, 1, 3, 15, 30, 5)),
        ("2026/1/3 上午12:05", local(2026, 1, 3, 0, 5)),
        ("2026/1/3 中午12:05", local(2026, 1, 3, 12, 5)),
        ("2026/1/3 中午1点", local(2026, 1, 3, 13)),
        ("20260103153005", local(2026, 1, 3, 15, 30, 5)),
        ("202601031530", local(2026, 1, 3, 15, 30)),
        ("2026-01-03T07:30:00Z", local(2026, 1, 3, 15, 30)),
        ("2026-01-03T15:30:00.25+08:00", local(2026, 1, 3, 15, 30).replace(microsecond=250_000)),
        (46025.5, local(2026, 1, 3, 12)),
        (dt.datetime(2026, 1, 3, 15, 29, 59, 999_999), local(2026, 1, 3, 15, 30)),
        ("2026-01-03", local(2026, 1, 3)),
    ],
)
def test_read_a_moment_in_every_form(raw: Any, value: dt.datetime) -> None:
    assert DateTime().read(raw, Context()) == value


def test_read_a_date_by_the_mapping_s_format() -> None:
    assert Date().read("3/1/2026", Context(date_format="%d/%m/%Y")) == dt.date(2026, 1, 3)


@pytest.mark.parametrize(
    ("kind", "raw", "sentence"),
    [
        (Code(), 620201199001010000.0, "末尾数字已丢失"),
        (Text(), 1e18, "末尾数字已丢失"),
        (Code(), "6.20201E+17", "科学记数"),
        (Code(pattern="[0-9]{6}"), "12", "不符合代码的格式"),
        (Text(longest=2), "三个字", "最多 2 个"),
        (Integer(), "1.5", "不是整数"),
        (Integer(), "约30", "不是可用的数字"),
        (Integer(), "1,2", "不是可用的数字"),
        (Integer(), True, "不是可用的数字"),
        (Integer(), "9" * 40, "超出范围"),
        (Integer(low=0), -1.0, "超出范围"),
        (Decimal(units=("米",)), "5公里", "不是可用的数字"),
        (Decimal(), "inf", "不是可用的数字"),
        (Decimal(), dt.date(2026, 1, 3), "不是可用的数字"),
        (Boolean(), "也许", "看不出是或否"),
        (Date(), "2026-2-30", "不是看得懂的日期"),
        (Date(), "1/3/2026", "不是看得懂的日期"),
        (Date(), 2026.0, "不是看得懂的日期"),
        (Date(), "2026年1月3日 晚上12:00", "不是看得懂的日期"),
        (Date(), "明天", "不是看得懂的日期"),
        (DateTime(), "2026-01-03 25:00", "不是看得懂的日期"),
        (DateTime(), dt.time(1, 2), "不是看得懂的日期"),
        (Choice(KINDS), "公圆广场", "您是不是要填“公园广场”"),
        (Choice(KINDS), "√", "没有“√”这一项，可填：公园广场、"),
        (Lon(), "abc", "“abc”不是可用的经纬度，请填十进制度数，如 98.2901"),
        (Lat(), "北", "如 39.7701"),
        (Reference(lambda: UNITS), "市城管理局", "市城市管理局"),
        (Reference(lambda: ()), "任何", "没有“任何”"),
        (Reference(lambda: TWINS), "新华社区", "请改填代码"),
    ],
)
def test_refuse_a_cell_with_its_reason(kind: Kind, raw: Any, sentence: str) -> None:
    with pytest.raises(SheetError, match=sentence):
        kind.read(raw, Context())


def test_note_what_a_cell_loses() -> None:
    context = Context()
    Date().read("2026-1-3 15:30", context)
    Decimal(places=2).read("1.239", context)
    assert len(context.notes) == 2


ONE_OF = (Choice(KINDS), Reference(lambda: UNITS))
KINDS_ALL = [Text(), Code(), Integer(), Decimal(), Lon(), Boolean(), Date(), DateTime(), *ONE_OF]
CELLS = st.one_of(
    st.text(), st.text("0123456789.,-/: 年月日时上午下TZ+eE万", max_size=20), st.floats(), st.booleans(),
    st.datetimes(), st.dates(), st.times(), st.timedeltas(),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS_ALL, ids=lambda kind: type(kind).__name__)
@settings(deadline=None)
@given(raw=CELLS)
def test_read_any_cell_as_a_value_or_a_refusal(kind: Kind, raw: Any) -> None:
    try:
        kind.read(raw, Context())
    except SheetError as error:
        assert str(error).endswith("。")


def test_a_name_typed_again_is_read_as_the_first_time() -> None:
    kind, context = Reference(lambda: TWINS), Context()
    for _again in range(2):
        assert kind.read("x2", context) == kind.read(" X２ ", context) == "X2"
        with pytest.raises(SheetError, match="请改填代码"):
            kind.read("新华社区", context)
        with pytest.raises(SheetError, match="没有“城管”"):
            kind.read("城管", context)
