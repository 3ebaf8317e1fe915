"""`yipanqi import SHEET FILE`: read a sheet into the city."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import django

from yipanqi.config.failure import CommandFailed


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sheet")
    parser.add_argument("file", type=Path)
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
    if not args.file.exists():
        raise CommandFailed(f"There is no file {args.file}.")
    try:
        mapping = load_mapping(args.map) if args.map else None
        report = run_import(
            SHEETS[args.sheet], args.file, partial=args.partial, dry_run=args.dry_run,
            by=SYSTEM, at=dt.datetime.now(dt.UTC), mapping=mapping,
        )  # fmt: skip
    except SheetError as error:
        raise CommandFailed(str(error)) from error
    rejected = len(report.rejected)
    state = "saved" if report.saved else "nothing was written"
    print(f"created {report.created}, updated {report.updated}, unchanged {report.unchanged}, rejected {rejected}: {state}")
    if rejected:
        target = args.rejected or args.file.with_name(args.file.stem + "-rejected.xlsx")
        with target.open("wb") as file:
            report.write_rejected(file)
        print(f"The rejected rows with their reasons are in {target}.")
    return 0 if report.saved or (args.dry_run and not rejected) else 1
