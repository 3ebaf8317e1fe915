"""What a cell may hold. Each kind reads the untidy forms met in real ledgers and writes one tidy form back."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from yipanqi.kernel.actions import Refused


class SheetError(Refused):
    """A file or a cell was refused; ``str(error)`` is the Chinese sentence: what is wrong and what to do."""


class Exact(str):
    """A text that carried our own escape sign: taken as it is, no space stripped."""


@dataclass
class Context:
    """What one file says about all its cells: day zero, the mapping's date format; notes and look-ups made so far."""

    date1904: bool = False
    date_format: str = ""
    notes: list[str] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)


def squash(text: Any) -> str:
    """For comparing: full-width forms, letter case and white space do not count."""
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", str(text))).casefold()


def suggest(text: str, names: Iterable[str]) -> str:
    """ "您是不是要填…" with the up to three nearest names, or "" when nothing comes near."""
    near = process.extract(str(text), list(names), scorer=fuzz.WRatio, limit=3, score_cutoff=50)
    return _("您是不是要填“%(names)s”？") % {"names": "”“".join(name for name, *_rest in near)} if near else ""


def as_text(raw: Any) -> str:
    """A raw cell as its reader saw it; refuses numbers of more than 15 digits, because Excel has destroyed the rest."""
    if isinstance(raw, float):
        if abs(raw) >= 1e15:
            problem = _("“%(value).0f”超过 15 位，被表格当作数字，末尾数字已丢失。请把该列设为“文本”格式后重填。")
            raise SheetError(problem % {"value": raw})
        return f"{raw:.15g}"
    if isinstance(raw, dt.datetime):
        return raw.isoformat(" ") if raw.time() != dt.time() else raw.date().isoformat()
    text = raw if isinstance(raw, Exact) else str(raw).replace("\u200b", "").strip(" \t\r\n\xa0\u3000\ufeff")
    return text.replace("\0", "")  # databases refuse it


@dataclass(frozen=True)
class Kind(ABC):
    """How a column reads a raw cell (never blank), how it writes a value, and what its template says about it."""

    form: ClassVar[Any] = gettext_lazy("文字")
    number_format: ClassVar[str] = "@"
    empty: ClassVar[Any] = None

    @abstractmethod
    def read(self, raw: Any, context: Context) -> Any:
        """The value of a cell, or SheetError with a sentence without line number."""

    def writer(self) -> Callable[[Any], Any]:
        """A function from a value to the cell to export."""
        return lambda value: value

    def choices(self) -> list[str]:
        """What the template's drop-down offers; [] for none."""
        return []


@dataclass(frozen=True)
class Text(Kind):
    """Any text, at most `longest` characters. Its inside is left alone."""

    longest: int = 32767
    empty: ClassVar[Any] = ""

    def read(self, raw: Any, context: Context) -> str:
        text = as_text(raw)
        if len(text) > self.longest:
            values = {"length": len(text), "most": self.longest}
            raise SheetError(_("有 %(length)d 个字，最多 %(most)d 个，请缩短。") % values)
        return str(text)


@dataclass(frozen=True)
class Code(Text):
    """A code, number plate or telephone number: full-width forms made plain, no white space, fitting `pattern`."""

    form: ClassVar[Any] = gettext_lazy("代码，按文本填写")
    longest: int = 100
    pattern: str = ""

    def read(self, raw: Any, context: Context) -> str:
        text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", super().read(raw, context)))
        if re.fullmatch(r"\d(\.\d+)?[eE]\+\d+", text):
            problem = _("“%(value)s”是科学记数，末尾数字已丢失。请把该列设为“文本”格式后重填。")
            raise SheetError(problem % {"value": text})
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise SheetError(_("“%(value)s”不符合代码的格式，请对照填表说明核对。") % {"value": text[:30]})
        return text


_NUMBER = re.compile(r"[¥$]?([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?)\s*(万|亿)?\s*(\D{0,6})")


@dataclass(frozen=True)
class Decimal(Kind):
    """A number with `places` decimals between `low` and `high`. `units` may follow it in the cell and are dropped."""

    form: ClassVar[Any] = gettext_lazy("数字")
    number_format: ClassVar[str] = "General"
    low: float = -999_999_999_999
    high: float = 999_999_999_999
    places: int = 2
    units: Sequence[str] = tuple("元米个人户家处件次条座栋间名")

    def read(self, raw: Any, context: Context) -> Any:
        text = unicodedata.normalize("NFKC", as_text(raw)) if isinstance(raw, float | str) else ""
        match = _NUMBER.fullmatch(format(decimal.Decimal(text), "f") if isinstance(raw, float) else text)
        if not match or (match[3] and squash(match[3]) not in map(squash, self.units)):
            raise SheetError(self.not_a_number(str(raw)[:30]))
        number = decimal.Decimal(match[1].replace(",", "")) * {"万": 10_000, "亿": 100_000_000}.get(match[2], 1)
        if not self.low <= number <= self.high:
            values = {"value": f"{number:f}", "low": self.low, "high": self.high}
            raise SheetError(_("%(value)s 超出范围，应在 %(low)s 到 %(high)s 之间。") % values)
        rounded = round(number, self.places)
        if abs(rounded - number) > 1e-6:
            values = {"value": str(raw)[:30], "places": self.places}
            context.notes.append(_("“%(value)s”只保留 %(places)d 位小数。") % values)
        return rounded

    def not_a_number(self, typed: str) -> str:
        """What to say of a cell that cannot be read."""
        return _("“%(value)s”不是可用的数字，请只填数字，如 1200。") % {"value": typed}


@dataclass(frozen=True)
class Integer(Decimal):
    """A whole number between `low` and `high`."""

    form: ClassVar[Any] = gettext_lazy("整数")
    low: float = -(2**31)
    high: float = 2**31 - 1
    places: int = 15

    def read(self, raw: Any, context: Context) -> int:
        number = super().read(raw, context)
        if number != int(number):
            raise SheetError(_("“%(value)s”不是整数，请填整数。") % {"value": str(raw)[:30]})
        return int(number)


@dataclass(frozen=True)
class Degrees(Decimal):
    """A longitude or latitude in decimal degrees, as float. Stored as WGS 84 whatever system the file uses."""

    form: ClassVar[Any] = gettext_lazy("十进制度数（WGS84 / CGCS2000）")
    low: float = -180
    high: float = 180
    places: int = 7
    units: Sequence[str] = ("°", "度", "E", "N")
    sample: ClassVar[str] = "98.2901"

    def read(self, raw: Any, context: Context) -> float:
        return float(super().read(raw, context))

    def not_a_number(self, typed: str) -> str:
        values = {"value": typed, "sample": self.sample}
        return _("“%(value)s”不是可用的经纬度，请填十进制度数，如 %(sample)s。") % values


class Lon(Degrees):
    """A longitude."""


class Lat(Degrees):
    """A latitude."""

    sample: ClassVar[str] = "39.7701"


@dataclass(frozen=True)
class Boolean(Kind):
    """Yes or no in any of the usual signs."""

    form: ClassVar[Any] = gettext_lazy("是 或 否")
    yes: ClassVar[str] = " 是 √ ✓ ✔ ☑ y yes true t 1 有 对 "
    no: ClassVar[str] = " 否 × ✗ ✘ x n no false f 0 无 错 不是 没有 "

    def read(self, raw: Any, context: Context) -> bool:
        word = f" {squash(as_text(raw))} "
        if word not in self.yes and word not in self.no:
            raise SheetError(_("“%(value)s”看不出是或否，请填“是”或“否”。") % {"value": str(raw)[:30]})
        return word in self.yes

    def writer(self) -> Callable[[Any], Any]:
        return lambda value: _("是") if value else _("否")

    def choices(self) -> list[str]:
        return [_("是"), _("否")]


@dataclass(frozen=True)
class DateTime(Kind):
    """A moment; without an offset it is local time. Comes as an aware datetime (naive only if the project is)."""

    form: ClassVar[Any] = gettext_lazy("日期和时间，如 2026-01-03 15:30")
    number_format: ClassVar[str] = "yyyy-mm-dd hh:mm:ss"

    def read(self, raw: Any, context: Context) -> Any:
        moment = read_moment(raw, context)
        return timezone.make_aware(moment) if timezone.is_naive(moment) and settings.USE_TZ else moment

    def writer(self) -> Callable[[Any], Any]:
        return lambda value: timezone.make_naive(value) if timezone.is_aware(value) else value


@dataclass(frozen=True)
class Date(Kind):
    """A day."""

    form: ClassVar[Any] = gettext_lazy("日期，如 2026-01-03")
    number_format: ClassVar[str] = "yyyy-mm-dd"

    def read(self, raw: Any, context: Context) -> dt.date:
        moment = read_moment(raw, context)
        if moment.time() != dt.time():
            context.notes.append(_("“%(value)s”只取日期，时间未采用。") % {"value": str(raw)[:30]})
        return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).date()


@dataclass(frozen=True)
class Named(Kind):
    """One of several known things, typed by any of its names; the first one is shown."""

    @abstractmethod
    def entries(self) -> Iterable[tuple[Any, Sequence[str]]]:
        """(value, its names) of everything that can be named."""

    def read(self, raw: Any, context: Context) -> Any:
        index, typed = context.memo.get(id(self)) or context.memo.setdefault(id(self), (self._index(), {}))
        text = as_text(raw)
        found = typed.get(text)
        if found is None:  # a column says the same few things over and over: each way of typing them is looked at once
            found = typed[text] = index.get(squash(text), [""])
        if len(found) == 2:
            return found[1]
        if len(found) > 2:
            values = {"value": text[:30], "count": len(found) - 1}
            raise SheetError(_("叫“%(value)s”的有 %(count)d 个，请改填代码。") % values)
        raise SheetError(self.unknown(text, index))

    def unknown(self, typed: str, index: Mapping[str, Sequence[Any]]) -> str:
        """What to say of a cell that names nothing of `index`."""
        values = {"value": typed[:30], "hint": suggest(typed, (entry[0] for entry in index.values()))}
        return _("没有“%(value)s”。%(hint)s请核对后填写已有的名称或代码。") % values

    def _index(self) -> dict[str, list[Any]]:
        """By each name as it compares: how it is written, and the values that have it."""
        index: dict[str, list[Any]] = {}
        for value, names in self.entries():
            for name in names:
                found = index.setdefault(squash(name), [str(name)])
                found.extend([] if value in found[1:] else [value])
        return index

    def choices(self) -> list[str]:
        return [str(names[0]) for _value, names in self.entries()]


@dataclass(frozen=True)
class Choice(Named):
    """One of fixed choices, as (stored value, label) pairs or a function giving them; `words` are other spellings."""

    form: ClassVar[Any] = gettext_lazy("从下拉列表中选")
    pairs: Any = ()
    words: Mapping[str, Any] = field(default_factory=dict)
    empty: ClassVar[Any] = ""

    def entries(self) -> Iterable[tuple[Any, Sequence[str]]]:
        for value, label in self.pairs() if callable(self.pairs) else self.pairs:
            yield value, [str(label), str(value), *(word for word, meant in self.words.items() if meant == value)]

    def unknown(self, typed: str, index: Mapping[str, Sequence[Any]]) -> str:
        labels = self.choices()
        values = {"value": typed[:30], "hint": suggest(typed, labels), "all": _("、").join(labels)}
        return _("没有“%(value)s”这一项，可填：%(all)s。%(hint)s") % values

    def writer(self) -> Callable[[Any], Any]:
        labels = {value: names[0] for value, names in self.entries()}
        return lambda value: labels.get(value, value)


@dataclass(frozen=True)
class Reference(Named):
    """Another record: `lookup()` gives (record, its names: the one to show first, then code, short name, …)."""

    form: ClassVar[Any] = gettext_lazy("已有的名称或代码")
    lookup: Callable[[], Iterable[tuple[Any, Sequence[str]]]] = tuple
    show: Callable[[Any], str] = str

    def entries(self) -> Iterable[tuple[Any, Sequence[str]]]:
        return self.lookup()

    def writer(self) -> Callable[[Any], Any]:
        return self.show


_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(.*)", re.S)
_TIME = re.compile(
    r"[T\s]*(凌晨|早上|上午|中午|下午|晚上|AM|PM)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})?分?(?::?(\d{1,2})秒?)?(?:\.(\d{1,6}))?"
    r"\s*(AM|PM)?\s*(Z|[+-]\d{2}:?\d{2})?", re.I)  # fmt: skip


def read_moment(raw: Any, context: Context) -> dt.datetime:
    """A date or date-time cell: real date, serial number of the 1900 or 1904 system, text in a Chinese or ISO form."""
    try:
        moment = _moment(raw, context)
        if 1900 <= moment.year <= 2200:
            return moment
    except (ValueError, OverflowError):
        pass
    raise SheetError(_("“%(value)s”不是看得懂的日期，请写成 2026-01-03 的样子。") % {"value": str(raw)[:30]})


def _moment(raw: Any, context: Context) -> dt.datetime:
    if isinstance(raw, dt.date):
        day = raw if isinstance(raw, dt.datetime) else dt.datetime(raw.year, raw.month, raw.day)
        return (day + dt.timedelta(milliseconds=500)).replace(microsecond=0)  # Excel's fractions miss by a hair
    text = unicodedata.normalize("NFKC", as_text(raw)).translate({0x2013: "-", 0x2014: "-"})
    if context.date_format and isinstance(raw, str):
        return dt.datetime.strptime(text, context.date_format)
    if re.fullmatch(r"\d{4,5}(\.\d+)?", text) and float(text) >= 7306:  # 1920-01-01: smaller ones are years
        zero = dt.datetime(1904, 1, 1) if context.date1904 else dt.datetime(1899, 12, 30)
        return zero + dt.timedelta(seconds=round(float(text) * 86400))
    text = re.sub(r"\(?(?:星期|周)[一二三四五六日天]\)?", " ", text)
    text = re.sub(r"^(\d{4})(\d\d)(\d\d)(?=\D|$)", r"\1-\2-\3", text)
    text = re.sub(r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$", r"\1-\2-\3 \4:\5:\6", text).rstrip(": ")
    return _moment_of_text(text)


def _moment_of_text(text: str) -> dt.datetime:
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(text)
    moment = dt.datetime(int(match[1]), int(match[2]), int(match[3]))
    if not match[4].strip():
        return moment
    time = _TIME.fullmatch(match[4])
    if not time:
        raise ValueError(text)
    word, hour = (time[1] or time[6] or "").upper(), int(time[2])
    if word == "晚上" and hour == 12:
        raise ValueError(text)
    if (word in {"下午", "晚上", "PM"} and hour < 12) or (word == "中午" and hour < 11):
        hour += 12
    elif word in {"上午", "凌晨", "早上", "AM"} and hour == 12:
        hour = 0
    offset = dt.datetime.fromisoformat(f"2000-01-01T00:00{time[7].upper()}").tzinfo if time[7] else None
    fraction = int((time[5] or "0").ljust(6, "0"))
    return dt.datetime.combine(moment, dt.time(hour, int(time[3] or 0), int(time[4] or 0), fraction, offset))
