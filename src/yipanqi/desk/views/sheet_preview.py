"""Between upload and import: what a held file holds and what is wrong with it, at an address of its own that may be reloaded
and gone back to; and which of its columns is which.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from yipanqi.desk.views import sheet_columns
from yipanqi.desk.views.gates import person
from yipanqi.desk.views.sheets import SHOWN, allowed
from yipanqi.kernel.actions import Refused
from yipanqi.sheets import Boolean, Choice, DateTime, Preview, RowResult, Sheet, SheetError, preview
from yipanqi.sheets.held import Expired, held, noted, noted_of
from yipanqi.sheets.reading import Found

CELL = 120  # characters of a cell in the preview


@require_safe
@login_required
def show(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """The preview of one's own held file; where its headings are not ours, on to the page that matches columns."""
    found = allowed(request, name)
    try:
        path = _file(request, found, token)
        seen = preview(found, path, sheet_columns.kept(path), shown=SHOWN)
    except Expired:
        return _gone(request, found, token)
    except Refused as problem:
        if sheet_columns.faulty(found, path):
            return redirect("desk:sheet_columns", name, token)
        return _unreadable(request, found, problem)
    return render(request, "desk/sheet.html", {"sheet": found} | _shown(found, seen, path))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def columns(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """The file's headings beside our columns; what is chosen there is held with the file and shown in its preview."""
    found = allowed(request, name)
    try:
        path = _file(request, found, token)
        if request.method != "POST":
            asked = sheet_columns.asked(request, found, path)
            context = {"sheet": found, "token": token, "file_name": noted(path)["file_name"], **asked}
            return render(request, "desk/sheet_columns.html", context)
        sheet_columns.keep_chosen(request, found, path)
    except Expired:
        return _gone(request, found, token)
    except SheetError as problem:
        return _unreadable(request, found, problem)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("desk:sheet_columns", name, token)
    return redirect("desk:sheet_preview", name, token)


def _file(request: HttpRequest, sheet: Sheet, token: str) -> Path:
    """The person's own file that was sent for this sheet. Raises Expired."""
    path = held(person(request), token)
    if noted(path).get("sheet") != sheet.name:
        raise Expired
    return path


def _gone(request: HttpRequest, sheet: Sheet, token: str) -> HttpResponse:
    """What became of a file that is not there any more: imported when and how, or expired; and where to send another."""
    try:
        about = noted_of(person(request), token)
    except Expired:
        about = {}
    done = about.get("imported") if about.get("sheet") == sheet.name else None
    if not done:
        return render(request, "desk/sheet.html", {"sheet": sheet, "expired": True}, status=422)
    imported = {**done, "at": dt.datetime.fromisoformat(done["at"])}
    return render(request, "desk/sheet.html", {"sheet": sheet, "imported": imported, "file_name": about["file_name"]})


def _unreadable(request: HttpRequest, sheet: Sheet, problem: Refused) -> HttpResponse:
    return render(request, "desk/sheet.html", {"sheet": sheet, "problem": str(problem)}, status=422)


def _shown(found: Sheet, seen: Preview, path: Path) -> dict[str, Any]:
    """What desk/_sheet_preview.html shows: the rows with errors first, and in a refused cell what was typed there."""
    titles = {c.key: c.title for c in found.columns}
    used = [one.column.key for one in seen.table.found]
    rows = [
        {
            "line": row.line_no,
            "cells": [(titles[one.column.key], _cell(row, one)) for one in seen.table.found],
            "errors": [message for _key, message in row.errors],
            "warnings": row.warnings,
        }
        for row in sorted(seen.rows, key=lambda r: (not r.errors, r.line_no))[:SHOWN]
    ]
    return {
        "token": path.name,
        "counts": seen.counts,
        "headings": [titles[key] for key in used],
        "rows": rows,
        "file_name": noted(path)["file_name"],
        "table_warnings": seen.table.notes(),
    }


def _cell(row: RowResult, one: Found) -> Any:
    """What was read as an export would write it, or in a refused cell what was typed; long texts by their beginning."""
    typed = row.cells[one.index] if one.index < len(row.cells) else ""
    value = row.values.get(one.column.key, typed)
    if isinstance(one.column.kind, Choice | Boolean | DateTime) and one.column.key in row.values and value not in (None, ""):
        value = one.column.kind.writer()(value)
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d %H:%M" if isinstance(value, dt.datetime) else "%Y-%m-%d")
    return f"{value[:CELL]}…" if isinstance(value, str) and len(value) > CELL else value
