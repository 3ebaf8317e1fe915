"""A file whose headings are not ours: which of its columns is which, asked once and remembered for the session."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.sheets import Sheet, SheetError, load_mapping
from yipanqi.sheets.matching import guess, headings_of

MEMORY = "sheet_columns"
LARGEST = 100_000


def kept(path: Path) -> dict[str, Any] | None:
    """What was said about the columns of a held file; None where nothing was."""
    beside = path.with_suffix(".json")
    return json.loads(beside.read_text("utf-8")) if beside.is_file() else None


def keep(request: HttpRequest, sheet: Sheet, path: Path, mapping: Mapping[str, Any]) -> None:
    """Hold what was said beside the file until it is imported, and remember it for the next one of this sheet."""
    path.with_suffix(".json").write_text(json.dumps(mapping, ensure_ascii=False), "utf-8")
    request.session[MEMORY] = {**request.session.get(MEMORY, {}), sheet.name: dict(mapping)}


def keep_sent(request: HttpRequest, sheet: Sheet, path: Path) -> None:
    """Hold the mapping file that was sent along, or the columns chosen on the page.

    Raises:
        SheetError: not a mapping.
        Refused: it is too large, or one of our columns was chosen for nothing at all.
    """
    file = request.FILES.get("mapping")
    if isinstance(file, UploadedFile):
        if (file.size or 0) > LARGEST:
            raise Refused(_("对照文件太大，请核对是否选错了文件。"))
        beside = path.with_suffix(".yaml")
        beside.write_bytes(file.read())
        try:
            keep(request, sheet, path, load_mapping(beside))
        finally:
            beside.unlink()
    elif "matched" in request.POST:
        keep(request, sheet, path, _chosen(request, sheet, path))


def _chosen(request: HttpRequest, sheet: Sheet, path: Path) -> dict[str, Any]:
    """Every heading of the file with the column chosen for it, or with none, so that nothing is guessed afterwards."""
    headings = headings_of(path)
    columns = {request.POST.get(f"column-{c.key}", ""): c.key for c in sheet.columns}
    if not set(columns) & set(headings):
        raise Refused(_("请至少为一列选择文件中的列名。"))
    guessed = guess(sheet, headings, request.session.get(MEMORY, {}).get(sheet.name, {}))
    extra = {name: guessed[name] for name in ("constants", "date_format") if name in guessed}
    return {heading: columns.get(heading, "") for heading in headings} | extra


def ask(request: HttpRequest, sheet: Sheet, path: Path, file_name: str, problem: str = "") -> HttpResponse:
    """The page that puts the file's headings beside our columns. Raises SheetError where the file is no table."""
    headings = headings_of(path)
    if len(headings) < 2:
        raise SheetError(problem or _("文件里找不到表头。"))
    guessed = kept(path) or guess(sheet, headings, request.session.get(MEMORY, {}).get(sheet.name, {}))
    chosen = {key: heading for heading, key in guessed.items() if isinstance(key, str)}
    columns = [{"column": c, "chosen": chosen.get(c.key, "")} for c in sheet.columns]
    context = {
        "sheet": sheet, "columns": columns, "headings": headings, "token": path.name, "file_name": file_name,
        "problem": problem,
    }  # fmt: skip
    return render(request, "desk/sheet_columns.html", context)
