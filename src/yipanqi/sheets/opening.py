"""From an uploaded file to plain rows: tells what it really is, refuses what would hurt, never trusts the name."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from .kinds import Exact, SheetError

MAX_BYTES, MAX_UNPACKED, MAX_RATIO = 50 * 2**20, 500 * 2**20, 200
MAX_CELLS = 10_000_000  # rows x columns of one worksheet: the reader allocates the whole rectangle, even for two cells
_TOO_BIG = gettext_lazy("文件超过 50 MB。请拆成几个文件分别导入。")
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_NO_RESULT = re.compile(rb"""\bt\s*=\s*["']e["']|</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>""")
_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True)
class Grid:
    """One visible worksheet, or a CSV file cut at one delimiter. `rows()` starts afresh at row 1 each time."""

    name: str
    rows: Callable[[], Iterator[list[Any]]]
    date1904: bool = False
    warnings: tuple[str, ...] = ()
    height: int | None = None  # rows in it, where that is known without reading them


def open_grids(file: Any) -> list[Grid]:
    """All tables in a path or binary file: visible worksheets of .xlsx and .xls, or CSV in any usual form.

    Raises:
        SheetError: too big, empty, locked, broken, disguised or not a table; the sentence says what to do.
    """
    if isinstance(file, str | Path):
        with open(file, "rb") as opened:
            if _is_text(opened.read(4096)):
                return _large_csv(Path(file))
            return open_grids(opened)
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SheetError(_TOO_BIG)
    if not data.strip():
        raise SheetError(_("文件是空的。请选择有内容的表格文件。"))
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, *_check_package(data))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetError(_("文件设有打开密码。请在 Excel 中取消密码后再导入。"))
        return _workbook(data)
    if data.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"<"):
        raise SheetError(_("这是改了扩展名的网页文件，不是表格。请用 Excel 打开后另存为 .xlsx 再导入。"))
    text = _decode(data)
    return [Grid("CSV", lambda mark=mark: _csv_rows(io.StringIO(text, newline=""), mark)) for mark in ",;\t"]  # type: ignore[misc]


def _is_text(head: bytes) -> bool:
    """Whether a file that begins so is read line by line as CSV; workbooks, web pages and blanks are looked at as a whole."""
    return bool(head.strip()) and not head.startswith((b"PK", b"\xd0\xcf")) and not head.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"<")


def _large_csv(path: Path) -> list[Grid]:
    """A CSV file that is read from the disk each time, so that its size costs no memory."""
    if path.stat().st_size > MAX_BYTES:
        raise SheetError(_TOO_BIG)
    with path.open("rb") as opened:
        head = opened.read(4096)
    encoding = next((one for one in _encodings(head) if _decodes(path, one)), "")
    if not encoding:
        raise SheetError(_("这不是表格文件。请在 Excel 或 WPS 中另存为 .xlsx 再导入。"))

    def rows(mark: str) -> Iterator[list[Any]]:
        with path.open(encoding=encoding, newline="") as lines:
            yield from _csv_rows(lines, mark)

    return [Grid("CSV", partial(rows, mark)) for mark in ",;\t"]


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as opened:
            while piece := opened.read(1 << 20):
                if b"\0" in piece and encoding != "utf-16":
                    return False
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _check_package(data: bytes) -> tuple[bool, tuple[str, ...]]:
    """Unpack every part once, counting, before the reader may; gives (1904 dates?, warnings)."""
    total, date1904, warnings = 0, False, set()
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        names = set(package.namelist())
        if "xl/workbook.xml" not in names:
            raise SheetError(_("这不是 .xlsx 或 .xls 表格。请在 Excel 或 WPS 中另存为 .xlsx 再导入。"))
        for part in package.infolist():
            part.file_size = MAX_UNPACKED + 1  # do not believe the stated size: read to the real end
            tail, columns, last = b"", set(), 0
            with package.open(part) as stream:
                while chunk := stream.read(1 << 20):
                    total += len(chunk)
                    if total > min(MAX_UNPACKED, max(MAX_RATIO * len(data), 1 << 20)):
                        raise SheetError(_("文件解压后过大，疑似损坏或恶意文件。请复制有用的内容到新表格后再导入。"))
                    tail += chunk
                    for column, row in _CELL.findall(tail):
                        columns.add(column)
                        last = max(last, int(row))
                    if part.filename.startswith("xl/worksheets/") and _NO_RESULT.search(tail):
                        warnings.add(_("有公式出错或没有保存计算结果的单元格，已按空白读取，请核对。"))
                    date1904 = date1904 or (part.filename == "xl/workbook.xml" and bool(_1904.search(tail)))
                    tail = tail[-200:]
            if last * max(map(_column_number, columns), default=0) > MAX_CELLS:
                raise SheetError(_("工作表的范围过大（很远处有零散的单元格）。请复制有用的内容到新表格后再导入。"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        raise SheetError(_("文件已损坏或设有密码，打不开。请用 Excel 打开后另存为 .xlsx 再导入。")) from None
    return date1904, tuple(warnings)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _workbook(data: bytes, date1904: bool = False, warnings: tuple[str, ...] = ()) -> list[Grid]:
    grids = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for about in book.sheets_metadata:
            if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible:
                sheet = book.get_sheet_by_name(about.name)
                grids.append(Grid(about.name, partial(_sheet_rows, sheet), date1904, warnings, sheet.total_height))
    except PasswordError:
        raise SheetError(_("文件设有打开密码。请在 Excel 中取消密码后再导入。")) from None
    except BaseException as error:  # a panic of the reader is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise SheetError(_("文件已损坏或不是表格，打不开。请用 Excel 打开后另存为 .xlsx 再导入。")) from None
    return grids


def _sheet_rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows of a worksheet from row 1 and column A on. Turned into our values one by one: as a list they take half as
    much memory again as what the reader holds."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    return (_unescaped([*before, *cells]) for cells in sheet.iter_rows())


def _unescaped(cells: list[Any]) -> list[Any]:
    return [Exact(cell[1:]) if isinstance(cell, str) and _ESCAPED.match(cell) else cell for cell in cells]


def _encodings(data: bytes) -> list[str]:
    """In which encodings a file that begins so may be written, the likelier first."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    return [] if b"\0" in data else ["utf-8-sig", "gb18030"]


def _decode(data: bytes) -> str:
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(_("这不是表格文件。请在 Excel 或 WPS 中另存为 .xlsx 再导入。"))


def _csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[list[Any]]:
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            yield _unescaped(cells)
    except csv.Error as error:
        problem = _("CSV 文件有无法识别的内容（%(error)s）。请另存为 .xlsx 再导入。") % {"error": error}
        raise SheetError(problem) from None
