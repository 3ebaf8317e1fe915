"""Sheets: columns declared once give a blank template, an import with preview, and an export that reads back."""

from .columns import SHEETS, Column, Layout, RowResult, RowSheet, Sheet, register
from .engine import Preview, Report, preview, run_import
from .kinds import (
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
    squash,
    suggest,
)
from .reading import Table, load_mapping, read
from .writing import export, write_template

__all__ = [
    "SHEETS", "Boolean", "Choice", "Code", "Column", "Context", "Date", "DateTime", "Decimal", "Integer", "Kind", "Lat",
    "Layout", "Lon", "Preview", "Reference", "Report", "RowResult", "RowSheet", "Sheet", "SheetError", "Table", "Text", "export",
    "load_mapping", "preview", "read", "register", "run_import", "squash", "suggest", "write_template",
]  # fmt: skip
