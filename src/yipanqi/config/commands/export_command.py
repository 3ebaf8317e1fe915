"""`yipanqi export SHEET FILE`: write a sheet out, readable again by import."""

from __future__ import annotations

import argparse
from pathlib import Path

import django

from yipanqi.config.failure import CommandFailed


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sheet")
    parser.add_argument("file", type=Path, help=".xlsx or .csv")


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.kernel.actors import SYSTEM  # noqa: PLC0415  needs configured apps
    from yipanqi.sheets import SHEETS, export  # noqa: PLC0415

    if args.sheet not in SHEETS:
        raise CommandFailed(f"No sheet is called {args.sheet}; there are: {', '.join(sorted(SHEETS))}.")
    sheet = SHEETS[args.sheet]
    with args.file.open("wb") as file:
        count = export(sheet, sheet.rows(SYSTEM), file, fmt="csv" if args.file.suffix == ".csv" else "xlsx")
    print(f"{count} rows written to {args.file}.")
    return 0
