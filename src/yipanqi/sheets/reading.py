"""Finds the heading row, tells which column is which, and turns each row into values, errors and warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from .columns import Column, RowResult, Sheet
from .coordinates import TO_WGS84
from .kinds import Context, Lat, Lon, SheetError, squash, suggest
from .opening import Grid, open_grids

MAX_ROWS, HEADER_SEARCH = 200_000, 30
#: What a line that adds up others begins with; such a line is no record.
_SUMS = re.compile(r"(本页|本表|全部|页)?(合计|总计|小计|累计|共计)[:：]?")
_MARKS = re.compile(r"[*:_\-]|[(\[【](?:必填|选填|必须|非必填)[^)\]】]*[)\]】]")
_SYSTEMS = {
    "BD09": "bd09|百度",
    "GCJ02": "gcj02|火星|高德|腾讯",
    "WGS84": "wgs84|cgcs2000|国家2000|大地2000|2000国家大地|天地图|gps",
}
_WORDS: dict[type, tuple[str, ...]] = {
    Lon: ("经度", "lon", "lng", "longitude", "东经"),
    Lat: ("纬度", "lat", "latitude", "北纬"),
}


@dataclass(frozen=True)
class Found:
    """A column of the sheet found in the file, under `heading`, at `index` (0-based), in a coordinate `system`."""

    column: Column
    heading: str
    index: int
    system: str = "WGS84"
    rank: int = 0  # 0 for the exact heading; the lowest wins where several match


@dataclass
class Table:
    """A file matched to a sheet: where its headings stand, which are known, and the way to its rows."""

    sheet: Sheet
    grid: Grid
    header_row: int  # as Excel shows it; the second one of a two-row heading
    headings: list[str]
    found: list[Found]
    unknown: list[str]
    missing: list[Column]
    context: Context
    constants: dict[str, str] = field(default_factory=dict)
    system_index: int = -1  # of a column that names each row's coordinate system
    sums: set[int] = field(default_factory=set)  # numbers of the lines met so far that only add up others

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """(row number, cells) of every row that is not blank nor a sum of others; SheetError beyond 200,000 rows."""
        count = 0
        for line_no, cells in enumerate(self.grid.rows(), 1):
            first = next((cell for cell in cells if cell not in ("", None) and str(cell).strip()), None)
            if line_no <= self.header_row or first is None:
                continue
            if isinstance(first, str) and len(first) < 30 and _SUMS.fullmatch(squash(first)):
                self.sums.add(line_no)
                continue
            count += 1
            if count > MAX_ROWS:
                raise SheetError(_("数据超过 %(most)d 行。请拆成几个文件分别导入。") % {"most": MAX_ROWS})
            yield line_no, cells

    def notes(self) -> list[str]:
        """What the person should know of the file as a whole; complete once its rows were read."""
        told = list(self.grid.warnings)
        if self.unknown:
            told.append(_("未识别的列：%(names)s，不会导入。") % {"names": _("、").join(self.unknown)})
        if self.sums:
            lines = _("、").join(str(line_no) for line_no in sorted(self.sums)[:10])
            told.append(_("第 %(lines)s 行是合计行，已跳过。") % {"lines": lines})
        return told

    def results(self, start: int = 0) -> Iterator[RowResult]:
        """Every row from number `start` on, read by its columns' kinds."""
        return (self.read_row(line_no, cells) for line_no, cells in islice(self.rows(), start, None))

    @cached_property
    def position(self) -> list[Found]:
        """The columns of longitude and latitude, as far as there are any."""
        columns = (next((one for one in self.found if isinstance(one.column.kind, kind)), None) for kind in (Lon, Lat))
        return [one for one in columns if one]

    def read_row(self, line_no: int, cells: list[Any]) -> RowResult:
        """One row as values, errors and warnings; the sentences name line and heading."""
        row = RowResult(line_no, {}, cells=cells)
        todo = [(one.column, one.heading, cells[one.index] if one.index < len(cells) else "") for one in self.found]
        fixed = (column for column in self.sheet.columns if column.key in self.constants)
        todo += [(column, str(column.title), self.constants[column.key]) for column in fixed]
        for column, heading, raw in todo:
            try:
                blank = raw is None or (isinstance(raw, str) and not raw.strip())
                value = column.kind.empty if blank else column.kind.read(raw, self.context)
                if column.required and value in (None, ""):
                    raise SheetError(_("必填，现在是空的，请填写。"))
                row.values[column.key] = value
            except SheetError as error:
                row.errors.append((column.key, sentence(line_no, heading, str(error))))
            row.warnings += [sentence(line_no, heading, note) for note in self.context.notes]
            self.context.notes.clear()
        self._locate(row)
        return row

    def _locate(self, row: RowResult) -> None:
        """Put the position right: swapped pairs, shifted systems, half a pair."""
        pair = self.position
        keys = [one.column.key for one in pair if one.column.key in row.values]
        if len(keys) < 2:
            return
        (lon, lat), heading = (row.values[key] for key in keys), pair[0].heading

        def refuse(problem: str) -> None:
            row.errors.append((keys[0], sentence(row.line_no, heading, problem)))

        if lon is None or lat is None:
            if lon != lat:
                refuse(_("经度和纬度要同时填写或同时留空。"))
            return
        if not _in_china(lon, lat):
            if not _in_china(lat, lon):
                refuse(_("坐标不在中国范围内，请核对经度（73–136）和纬度（3–54）。"))
                return
            lon, lat = lat, lon
            row.warnings.append(sentence(row.line_no, heading, _("经度和纬度填反了，已对调。")))
        stated = row.cells[self.system_index] if 0 <= self.system_index < len(row.cells) else ""
        system = _system(squash(stated)) if str(stated).strip() else pair[0].system
        if not system:
            refuse(_("不认识坐标系“%(system)s”，请填 WGS84、GCJ02 或 BD09。") % {"system": stated})
            return
        if system != "WGS84":
            lon, lat = (round(degrees, 7) for degrees in TO_WGS84[system](lon, lat))
        row.values.update(zip(keys, (lon, lat), strict=True))


def sentence(line_no: int, heading: Any, problem: Any) -> str:
    """One complete sentence for the user."""
    if not heading:
        return _("第 %(line)d 行：%(problem)s") % {"line": line_no, "problem": problem}
    return _("第 %(line)d 行“%(heading)s”：%(problem)s") % {"line": line_no, "heading": heading, "problem": problem}


def load_mapping(path: str | Path) -> dict[str, Any]:
    """A YAML file that explains a foreign ledger: heading: column key, and `constants`, `date_format`."""
    try:
        mapping = yaml.load(Path(path).read_text("utf-8-sig"), Loader=yaml.BaseLoader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SheetError(_("对照文件读不了：%(error)s。请检查文件名和 YAML 格式。") % {"error": error}) from None
    if not isinstance(mapping, dict) or not isinstance(mapping.get("constants", {}), dict):
        raise SheetError(_("对照文件应是“表头: 列名”的 YAML 对照表，请对照说明修改。"))
    return mapping


def read(file: Any, sheet: Sheet, mapping: Mapping[str, Any] | None = None) -> Table:
    """Match a file to a sheet: the worksheet and heading row that fit best win.

    Raises:
        SheetError: not a readable table, no heading row, required columns missing, or a heading that stands twice.
    """
    mapping = dict(mapping or {})
    constants, date_format = dict(mapping.pop("constants", {})), str(mapping.pop("date_format", ""))
    keys = {column.key: column for column in sheet.columns}
    for key in [*constants, *mapping.values()]:
        if key and key not in keys:
            values = {"key": key, "hint": suggest(key, keys)}
            raise SheetError(_("对照文件中没有叫“%(key)s”的列。%(hint)s请核对列名。") % values)
    names = _names(sheet, mapping)
    best, table = 0, None
    for grid in open_grids(file):
        top = [[str(cell).strip() for cell in cells] for cells in islice(grid.rows(), HEADER_SEARCH)]
        ways: list[tuple[int, list[tuple[str, ...]]]] = [(i, [(cell,) for cell in row]) for i, row in enumerate(top)]
        for at, labels in ways + [(i, _two_rows(top[i - 1], row)) for i, row in enumerate(top) if i]:
            found = [one for i, parts in enumerate(labels) if (one := _match(parts, i, names))]
            score = 4 * len({one.column.key for one in found}) + (squash(grid.name) == squash(sheet.title))
            if found and score > best:
                headings, context = ["".join(parts) for parts in labels], Context(grid.date1904, date_format)
                table, best = Table(sheet, grid, at + 1, headings, found, [], [], context, constants), score
    if not table or best < 4 * min(2, len(sheet.columns)):
        titles = "、".join(mapping or (str(column.title) for column in sheet.columns))
        raise SheetError(_("前 30 行里找不到表头。表头应有这些列：%(titles)s。请下载模板对照。") % {"titles": titles})
    _settle(table, list(mapping))
    return table


def _settle(table: Table, mapped: list[str]) -> None:
    """Keep one place per column; tell unknown and missing ones apart; refuse what cannot be decided."""
    chosen: dict[str, Found] = {}
    for one in sorted(table.found, key=lambda one: one.rank):
        other = chosen.setdefault(one.column.key, one)
        if other is not one and other.rank == one.rank:
            values = {"one": other.heading, "two": one.heading, "title": one.column.title}
            raise SheetError(_("表头“%(one)s”和“%(two)s”都是“%(title)s”列。请只保留一列。") % values)
    table.found = sorted((one for key, one in chosen.items() if key not in table.constants), key=lambda one: one.index)
    known = {one.index for one in table.found}
    for index, heading in enumerate(table.headings):
        if index not in known and re.search("坐标(系|系统|类型)$", squash(heading)):
            table.system_index = index
        elif index not in known and heading and squash(heading) != "原因":
            table.unknown.append(heading)
    present = {*chosen, *table.constants}
    table.missing = [column for column in table.sheet.columns if column.key not in present]
    lost = [str(column.title) for column in table.missing if column.required]
    if lost:
        values = {"lost": "、".join(lost), "unknown": "、".join(table.unknown) or _("无")}
        raise SheetError(_("缺少必填列：%(lost)s。没有认出的表头：%(unknown)s。请改好表头，或下载模板对照。") % values)
    systems = {one.system for one in table.found if isinstance(one.column.kind, Lon | Lat)}
    if len(systems) > 1:
        raise SheetError(_("经度和纬度两列的坐标系不一致，请改成同一坐标系。"))
    headings = {_plain(heading) for heading in table.headings} | {_plain(one.heading) for one in table.found}
    absent = [heading for heading in mapped if _plain(heading) not in headings]
    if absent:
        raise SheetError(_("对照文件里的表头“%(absent)s”在表格中没有，请核对。") % {"absent": "”“".join(absent)})


def _names(sheet: Sheet, mapping: Mapping[str, str]) -> dict[str, Column | None]:
    names: dict[str, Column | None] = {}
    for column in sheet.columns:
        for name in (column.title, column.key, *column.aliases, *_WORDS.get(type(column.kind), ())):
            names.setdefault(_plain(name), column)
    by_key = {column.key: column for column in sheet.columns}
    for name, key in names.items():
        if key and key.key in mapping.values():
            names[name] = None
    return names | {_plain(heading): by_key.get(key) for heading, key in mapping.items()}


def _plain(heading: Any) -> str:
    return _MARKS.sub("", squash(heading))


def _system(text: str) -> str:
    return next((system for system, words in _SYSTEMS.items() if re.search(words, text.replace("-", ""))), "")


def _two_rows(upper: list[str], lower: list[str]) -> list[tuple[str, ...]]:
    """Labels of a two-row heading: a merged upper cell counts for the blank ones to its right."""
    labels: list[tuple[str, ...]] = []
    group = ""
    for i in range(max(len(upper), len(lower))):
        above, below = (row[i] if i < len(row) else "" for row in (upper, lower))
        group = above or group
        labels.append((group, below) if below else (above,))
    return labels


def _match(parts: tuple[str, ...], index: int, names: Mapping[str, Column | None]) -> Found | None:
    """Which column a heading of one or two rows means; the exact title ranks before aliases and shifted coordinates."""
    whole = _plain("".join(parts))
    system = _system(whole)
    shifted = 2 * (system not in ("", "WGS84"))
    for label, heading in ((whole, "".join(parts)), (_plain(parts[-1]), parts[-1])):
        if label in names:
            column = names[label]
            if not column:
                return None
            if not isinstance(column.kind, Lon | Lat):
                system, shifted = "", 0
            heading += f"({system})" * (shifted > 0 and not _system(label))
            return Found(column, heading, index, system or "WGS84", shifted + (label != _plain(column.title)))
    bare = re.sub("|".join(_SYSTEMS.values()) + r"|坐标系?|[()\[\]]", "", whole)
    column = names.get(bare) if system else names.get(re.sub(r"\([^()]*\)$", "", whole))
    if not column or (isinstance(column.kind, Lon | Lat) and not system and re.search(r"\d", whole)):
        return None
    return Found(column, "".join(parts), index, system or "WGS84", shifted + 1)


def _in_china(lon: float, lat: float) -> bool:
    return 73 <= lon <= 136 and 3 <= lat <= 54
