"""Writes sheets: blank templates with drop-downs and instructions, exports in constant memory, refused rows."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from .columns import Layout, RowResult
from .kinds import SheetError
from .reading import Table

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_QUOTED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]|[\t\r\n]")
_MARKS = frozenset("'=+-@\t\r\n＝＋－＠")  # with which a text begins where either may match
PIECE = 500  # rows between two looks at the clock
_MAX_ROWS, _MAX_TEXT, _LIST_LENGTH = 1_048_575, 32_767, 250  # of Excel; of a list written inside a validation
_REQUIRED, _OPTIONAL = {"bold": True, "bg_color": "#FCE4D6"}, {"bold": True, "bg_color": "#E2EFDA"}


class _Book:
    """A workbook that puts raw values into cells so that nothing turns into a formula, a link or another number."""

    def __init__(self, fp: BinaryIO, **options: Any) -> None:
        import xlsxwriter  # noqa: PLC0415  takes 170 ms and 19 MB, needed only where workbooks are written

        self.book = xlsxwriter.Workbook(fp, {"strings_to_formulas": False, "strings_to_urls": False, **options})
        self.styles: dict[Any, Any] = {}
        self.texts = self.style(num_format="@", quote_prefix=False)
        self.days, self.moments = self.style(num_format="yyyy-mm-dd"), self.style(num_format="yyyy-mm-dd hh:mm:ss")

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, failed: Any, *_rest: Any) -> None:
        self.book.close()

    def style(self, **look: Any) -> Any:
        key = tuple(look.items())
        if key not in self.styles:
            self.styles[key] = self.book.add_format(look)
        return self.styles[key]

    def put(self, page: Any, row: int, column: int, value: Any) -> None:
        """Write one value as its own type; None and "" stay blank."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            self._text(page, row, column, value)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value)
        elif isinstance(value, (int, float, decimal.Decimal)) and -1e15 < value < 1e15:
            page.write_number(row, column, value)
        elif isinstance(value, dt.date) and value.year >= 1910 and not getattr(value, "microsecond", 0):
            page.write_datetime(row, column, value, self.moments if isinstance(value, dt.datetime) else self.days)
        else:
            self._text(page, row, column, str(value))

    def _text(self, page: Any, row: int, column: int, text: str) -> None:
        if len(text) > _MAX_TEXT:
            problem = _("第 %(line)d 行有超过 32,767 字的文字，Excel 放不下。请改为导出 CSV。")
            raise SheetError(problem % {"line": row + 1})
        if text[:1] not in _MARKS:
            page.write_string(row, column, text, self.texts)
            return
        written = "'" + text if _QUOTED.match(text) else text
        page.write_string(row, column, written, self.style(num_format="@", quote_prefix=bool(_FORMULA.match(written))))


def write_template(sheet: Layout, fp: BinaryIO) -> None:
    """A blank .xlsx to fill in: headings with comments, typed columns, drop-downs, and a 填表说明 sheet."""
    from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415  see _Book

    with _Book(fp) as out:
        names = (str(sheet.title)[:31], _("填表说明"), _("选项"))
        page, guide, lists = (out.book.add_worksheet(name) for name in names)
        lists.hide()
        page.freeze_panes(1, 0)
        head = (_("列名"), _("是否必填"), _("格式"), _("怎样填写"), _("示例"))
        guide.write_row(0, 0, head, out.style(**_OPTIONAL))
        guide.set_column(0, 4, 24)
        for at, column in enumerate(sheet.columns):
            title, needed = str(column.title), _("必填") if column.required else _("选填")
            look = out.style(**(_REQUIRED if column.required else _OPTIONAL))
            page.write_string(0, at, title + "*" * column.required, look)
            page.write_comment(0, at, "\n".join(filter(None, (needed, str(column.kind.form), str(column.help)))))
            page.set_column(at, at, max(12, 2 * len(title) + 4), out.style(num_format=column.kind.number_format))
            for position, text in enumerate((title, needed, column.kind.form, column.help, column.example)):
                out.put(guide, at + 1, position, str(text))
            choices = column.kind.choices()
            source: Any = choices
            if len(",".join(choices)) > _LIST_LENGTH or any("," in choice for choice in choices):
                lists.write_column(0, at, choices)
                source = f"='{lists.name}'!{xl_range_abs(0, at, len(choices) - 1, at)}"
            if choices:
                told = {"error_title": _("请从列表中选"), "error_message": _("请填下拉列表中的值。")}
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                page.data_validation(1, at, 5000, at, rule | told)


def export(sheet: Layout, rows: Iterable[Mapping[str, Any]], fp: BinaryIO, fmt: str = "xlsx") -> int:
    """Write rows (column key to value) as "xlsx" or "csv" (UTF-8 with BOM) to a binary file; returns how many.

    What is written reads back as the same values. A text that Excel would take for a formula is written so that it
    stays text: quoted in .xlsx, behind an apostrophe in CSV, which `read` takes away again.
    """
    return max(exporting(sheet, rows, fp, fmt))


def exporting(sheet: Layout, rows: Iterable[Mapping[str, Any]], fp: BinaryIO, fmt: str = "xlsx") -> Iterator[int]:
    """`export` in pieces: the number of rows written so far, after every PIECE rows and at the end."""
    writers = [(column.key, column.kind.writer()) for column in sheet.columns]
    cells = ([None if row.get(key) is None else write(row[key]) for key, write in writers] for row in rows)
    titles, count = [str(column.title) for column in sheet.columns], 0
    for count in (_csv if fmt == "csv" else _workbook)(sheet, titles, cells, fp):
        if count % PIECE == 0:
            yield count
    yield count


def _csv(sheet: Layout, titles: list[str], cells: Iterable[list[Any]], fp: BinaryIO) -> Iterator[int]:
    stream = io.TextIOWrapper(fp, encoding="utf-8-sig", newline="", write_through=True)
    table = csv.writer(stream)
    table.writerow(titles)
    for count, values in enumerate(cells, 1):
        table.writerow([_plain(value) for value in values])
        yield count
    stream.detach()


def _workbook(sheet: Layout, titles: list[str], cells: Iterable[list[Any]], fp: BinaryIO) -> Iterator[int]:
    with _Book(fp, constant_memory=True) as out:
        page = out.book.add_worksheet(str(sheet.title)[:31])
        page.freeze_panes(1, 0)
        page.write_row(0, 0, titles, out.style(**_OPTIONAL))
        for count, values in enumerate(cells, 1):
            if count > _MAX_ROWS:
                raise SheetError(_("超过 1,048,575 行，Excel 放不下。请改为导出 CSV。"))
            for at, value in enumerate(values):
                out.put(page, count, at, value)
            yield count


def write_rejected(table: Table, rows: Iterable[RowResult], fp: BinaryIO) -> None:
    """Refused rows with their original cells under the original headings, and why, in a 原因 column."""
    headings = {one.index: one.heading for one in table.found}
    kept = [at for at, heading in enumerate(table.headings) if heading.strip() != _("原因")]
    with _Book(fp, constant_memory=True, date_1904=table.context.date1904) as out:
        page = out.book.add_worksheet(str(table.sheet.title)[:31])
        page.write_row(0, 0, [headings.get(at, table.headings[at]) for at in kept], out.style(**_OPTIONAL))
        page.write_string(0, len(kept), _("原因"), out.style(**_REQUIRED))
        for line, row in enumerate(rows, 1):
            for to, at in enumerate(kept):
                out.put(page, line, to, row.cells[at] if at < len(row.cells) else "")
            page.write_string(line, len(kept), "\n".join(message for _column, message in row.errors)[:_MAX_TEXT])


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return "'" + value if isinstance(value, str) and _FORMULA.match(value) else value
