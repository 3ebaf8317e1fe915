"""`yipanqi bench [NAME]`: measure against floors taken in the same run; see benchmarks/README.md."""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from yipanqi.config.commands.test_command import postgres
from yipanqi.config.failure import CommandFailed

ROOT = Path(__file__).resolve().parents[4]
MEASURES = ["report_intake", "case_life", "case_list", "at_a_million", "ledgers", "imports", "lookups", "duplicates", "volunteers", "attendance", "dispatch", "footprint"]
ALONE = ["faults"]  # takes half an hour and is run by name only
SIZES = [10_000, 100_000, 1_000_000]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", choices=[*MEASURES, *ALONE], help="one measure (default: all but faults)")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="one database (default: both)")
    parser.add_argument("--size", type=int, choices=SIZES, default=SIZES[-1], help="the largest city to measure (default: a million cases)")
    parser.add_argument("--keep", action="store_true", help="write the results into benchmarks/README.md")


def run(args: argparse.Namespace) -> int:
    if not (ROOT / "benchmarks").is_dir():
        raise CommandFailed("The benchmarks come with the source: run this in a checkout.")
    sys.path.insert(0, str(ROOT))
    from benchmarks import growing, results  # noqa: PLC0415  not part of the installed package

    growing.limit(args.size)
    found: list[Any] = []
    print(results.machine(), results.HEAD, sep="\n")
    names = [args.name] if args.name else MEASURES
    keep = results.keep if args.keep else lambda found: None
    if args.database != "postgresql":
        found += _measure(names, "", keep)
    if args.database != "sqlite":
        with postgres(durable=True) as url:
            found += _measure(names, url, keep)
    return 0 if all(r.met is not False for r in found) else 1


def _measure(names: list[str], url: str, keep: Callable[[list[Any]], None]) -> list[Any]:
    """The results of so many measures on a fresh sample city, each kept as soon as it is there."""
    from benchmarks import growing  # noqa: PLC0415  not part of the installed package
    from benchmarks.cities import City  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="yipanqi-bench-"))
    city, found = City(folder / "city", url), []
    try:
        city.data.mkdir()
        city.run("demo", "--no-serve")
        for name in names:
            start = time.monotonic()
            for result in importlib.import_module(f"benchmarks.{name}").measure(city):
                print(result.line(), flush=True)
                found.append(result)
            keep(found)
            print(f"({name}: {time.monotonic() - start:.0f} s)", file=sys.stderr)
    finally:
        growing.forget(city)
        shutil.rmtree(folder, ignore_errors=True)
    return found
