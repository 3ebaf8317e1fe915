"""A file whose headings are not ours: which of its columns is which, asked once and remembered for the session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.sheets import Sheet, SheetError, load_mapping, read
from yipanqi.sheets.held import note, noted
from yipanqi.sheets.matching import guess, headings_of

MEMORY = "sheet_columns"
LARGEST = 100_000


def kept(path: Path) -> dict[str, Any] | None:
    """What was said about the columns of a held file; None where nothing was."""
    return noted(path).get("columns")


def keep(request: HttpRequest, sheet: Sheet, path: Path, mapping: Mapping[str, Any]) -> None:
    """Hold what was said beside the file until it is imported, and remember it for the next one of this sheet."""
    note(path, columns=mapping)
    request.session[MEMORY] = {**request.session.get(MEMORY, {}), sheet.name: dict(mapping)}


def keep_file(request: HttpRequest, sheet: Sheet, path: Path) -> None:
    """Hold the mapping file that was sent along, if one was.

    Raises:
        SheetError: not a mapping.
        Refused: it is too large.
    """
    file = request.FILES.get("mapping")
    if not isinstance(file, UploadedFile):
        return
    if (file.size or 0) > LARGEST:
        raise Refused(_("对照文件太大，请核对是否选错了文件。"))
    beside = path.with_suffix(".yaml")
    beside.write_bytes(file.read())
    try:
        keep(request, sheet, path, load_mapping(beside))
    finally:
        beside.unlink()


def keep_chosen(request: HttpRequest, sheet: Sheet, path: Path) -> None:
    """Hold every heading of the file with the column chosen for it on the page, or with none, so that nothing is guessed
    afterwards. Raises Refused where no column was chosen at all.
    """
    headings = headings_of(path)
    columns = {request.POST.get(f"column-{c.key}", ""): c.key for c in sheet.columns}
    if not set(columns) & set(headings):
        raise Refused(_("请至少为一列选择文件中的列名。"))
    before = _before(request, sheet, path, headings)
    extra = {name: before[name] for name in ("constants", "date_format") if name in before}
    keep(request, sheet, path, {heading: columns.get(heading, "") for heading in headings} | extra)


def faulty(sheet: Sheet, path: Path) -> str:
    """Why the file's headings cannot be read as they stand or as was said; empty where they can, or where it has none that
    a person could match.
    """
    try:
        read(path, sheet, kept(path))
    except SheetError as problem:
        return str(problem) if _matchable(path) else ""
    return ""


def _matchable(path: Path) -> bool:
    try:
        return len(headings_of(path)) > 1
    except SheetError:
        return False


def asked(request: HttpRequest, sheet: Sheet, path: Path) -> dict[str, Any]:
    """What desk/sheet_columns.html puts side by side. Raises SheetError where the file is no table."""
    headings = headings_of(path)
    if len(headings) < 2:
        raise SheetError(_("文件里找不到表头。"))
    before = _before(request, sheet, path, headings)
    chosen = {key: heading for heading, key in before.items() if isinstance(key, str)}
    columns = [{"column": c, "chosen": chosen.get(c.key, "")} for c in sheet.columns]
    return {"columns": columns, "headings": headings, "problem": faulty(sheet, path) if kept(path) else ""}


def _before(request: HttpRequest, sheet: Sheet, path: Path, headings: list[str]) -> dict[str, Any]:
    return kept(path) or guess(sheet, headings, request.session.get(MEMORY, {}).get(sheet.name, {}))
