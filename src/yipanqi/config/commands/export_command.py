"""`yipanqi export SHEET FILE`: write a sheet out, readable again by import."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import django

from yipanqi.config.failure import CommandFailed
from yipanqi.config.progress import Progress

FORMATS = {".xlsx": "xlsx", ".csv": "csv"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sheet", help="for example places, units, duties, cases")
    parser.add_argument("file", type=Path, help=".xlsx or .csv")
    parser.add_argument("--full", action="store_true", help="names and telephones of residents in full instead of starred; the journal keeps that they were")


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.config.filing import FUNCTIONS  # noqa: PLC0415
    from yipanqi.config.filing import rows as rows_of_functions  # noqa: PLC0415
    from yipanqi.desk.actions import note_export  # noqa: PLC0415  needs configured apps
    from yipanqi.kernel.actors import SYSTEM  # noqa: PLC0415
    from yipanqi.sheets import SHEETS, SheetError, export  # noqa: PLC0415

    if args.sheet not in {*SHEETS, FUNCTIONS.name}:
        raise CommandFailed(f"No sheet is called {args.sheet}; there are: {', '.join(sorted([*SHEETS, FUNCTIONS.name]))}.")
    if args.file.suffix.lower() not in FORMATS:
        raise CommandFailed(f"Name the file with .xlsx or .csv at the end, not {args.file.name}.")
    if args.sheet == FUNCTIONS.name:
        with args.file.open("wb") as file:
            print(f"{export(FUNCTIONS, rows_of_functions(), file, fmt=FORMATS[args.file.suffix.lower()])} rows written to {args.file}.")
        return 0
    sheet = SHEETS[args.sheet]
    full = args.full and bool(sheet.private)
    rows = sheet.rows(SYSTEM) if full else map(sheet.starred, sheet.rows(SYSTEM))
    half = args.file.with_name(f".{args.file.name}.half")
    try:
        with Progress(f"export {args.sheet}: rows") as bar, half.open("wb") as file:
            count = export(sheet, bar.over(rows), file, fmt=FORMATS[args.file.suffix.lower()])
        note_export(None, sheet=args.sheet, rows=count, **({"full": True} if full else {}), by=SYSTEM, at=dt.datetime.now(dt.UTC))
        half.replace(args.file)
    except SheetError as error:
        raise CommandFailed(str(error)) from error
    finally:
        half.unlink(missing_ok=True)
    starred = "" if full or not sheet.private else " Names and telephones are starred; --full writes them out."
    print(f"{count} rows written to {args.file}.{starred}")
    return 0
