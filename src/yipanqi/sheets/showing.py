"""What a page shows of a previewed file: plain values that can be kept beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .columns import RowResult
from .engine import Preview
from .kinds import Boolean, Choice, DateTime
from .reading import Found

CELL = 120  # characters of a cell
SHOWN = 300  # rows, those with errors first


def shown(seen: Preview) -> dict[str, Any]:
    """Counts, headings, and the rows that are shown, those with errors first, in a refused cell what was typed there."""
    titles = {column.key: str(column.title) for column in seen.table.sheet.columns}
    rows = [
        {
            "line": row.line_no,
            "cells": [(titles[one.column.key], _cell(row, one)) for one in seen.table.found],
            "errors": [message for _key, message in row.errors],
            "warnings": row.warnings,
        }
        for row in sorted(seen.rows, key=lambda r: (not r.errors, r.line_no))[:SHOWN]
    ]
    headings = [titles[one.column.key] for one in seen.table.found]
    return {"counts": seen.counts, "headings": headings, "rows": rows, "table_warnings": seen.table.notes()}


def _cell(row: RowResult, one: Found) -> Any:
    """What was read as an export would write it, or in a refused cell what was typed; long texts by their beginning."""
    typed = row.cells[one.index] if one.index < len(row.cells) else ""
    value = row.values.get(one.column.key, typed)
    if isinstance(one.column.kind, Choice | Boolean | DateTime) and one.column.key in row.values and value not in (None, ""):
        value = one.column.kind.writer()(value)
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d %H:%M" if isinstance(value, dt.datetime) else "%Y-%m-%d")
    if value is None or isinstance(value, str | int | float):
        return f"{value[:CELL]}…" if isinstance(value, str) and len(value) > CELL else value
    return str(value)
