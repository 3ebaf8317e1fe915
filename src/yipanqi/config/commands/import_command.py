"""`yipanqi import SHEET FILE`: read a sheet into the city."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

import django

from yipanqi.config.failure import CommandFailed
from yipanqi.config.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sheet", help="for example places, units, duties, cases, messages")
    parser.add_argument("file", type=Path, help=".xlsx, .xls, .ods or .csv")
    parser.add_argument("--dry-run", action="store_true", help="report every row's errors and write nothing")
    parser.add_argument("--partial", action="store_true", help="keep the good rows when some are refused")
    parser.add_argument("--map", type=Path, help="YAML: headings of a foreign ledger to our columns")
    parser.add_argument("--rejected", type=Path, help="where refused rows go (default: FILE with -rejected.xlsx)")


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.kernel.actors import SYSTEM  # noqa: PLC0415  needs configured apps
    from yipanqi.sheets import SHEETS, SheetError, load_mapping, run_import  # noqa: PLC0415

    if args.sheet not in SHEETS:
        raise CommandFailed(f"No sheet is called {args.sheet}; there are: {', '.join(sorted(SHEETS))}.")
    for path in filter(None, (args.file, args.map)):
        if not path.is_file():
            raise CommandFailed(f"There is no file {path}.")
    now = dt.datetime.now(dt.UTC)
    try:
        mapping = load_mapping(args.map) if args.map else None
        with Progress(f"import {args.sheet}: line") as bar:
            report = run_import(
                SHEETS[args.sheet], args.file, partial=args.partial, dry_run=args.dry_run, by=SYSTEM, at=now, mapping=mapping, progress=bar.to
            )
    except SheetError as error:
        raise CommandFailed(str(error)) from error
    rejected = len(report.rejected)
    if args.dry_run:
        _tell(report)
    state = "saved" if report.saved else "nothing was written"
    print(f"created {report.created}, updated {report.updated}, unchanged {report.unchanged}, rejected {rejected}: {state}")
    target = args.rejected or args.file.with_name(args.file.stem + "-rejected.xlsx")
    if rejected:
        with target.open("wb") as file:
            report.write_rejected(file)
        print(f"The rejected rows with their reasons are in {target}.")
    if report.saved or (args.dry_run and not rejected):
        return 0
    if args.dry_run:
        raise CommandFailed(f"{rejected} rows would be rejected: mend them in {target.name}, or import with --partial to keep the others.")
    raise CommandFailed(f"Nothing was imported because {rejected} rows were rejected: mend them, or repeat with --partial to keep the others.")


def _tell(report: Any) -> None:
    """Every row's errors and every warning, as lines."""
    for row in report.rejected:
        for _column, message in row.errors:
            print(message)
    for warning in report.warnings:
        print(warning)
