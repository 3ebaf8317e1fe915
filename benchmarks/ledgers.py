"""Sheets: a ledger of 100,000 cases out to .xlsx, and a list of 1,600 places in. In CPU time: both only compute."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.case_list import grow
from benchmarks.cities import COMMAND, City, copy, inside
from benchmarks.results import RUNS, Result, spread

ROWS = 100_000
PLACES = 1_600


def whole(city: City, *arguments: str) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of one command as a whole process."""
    child = subprocess.Popen([*COMMAND, *arguments], env=city.env, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(arguments)} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def bare_writing(rows: list[list[Any]], target: Path) -> float:
    """CPU seconds that xlsxwriter alone takes for the same cells in constant memory."""
    import xlsxwriter

    start = time.process_time()
    with xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return time.process_time() - start


def read_back(path: Path) -> list[list[Any]]:
    """The cells of the largest worksheet of a workbook, dates as texts."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    rows = max((book.get_sheet_by_name(name).to_python() for name in book.sheet_names), key=len)
    return [[cell if isinstance(cell, (str, int, float)) else str(cell) for cell in row] for row in rows]


def more_places(source: Path, target: Path) -> int:
    """A sheet of PLACES places made from an exported one: the same lines under new codes."""
    import xlsxwriter

    rows = read_back(source)
    top = next(n for n, row in enumerate(rows) if sum(bool(c) for c in row) > 5)
    code = next(n for n, cell in enumerate(rows[top]) if "编码" in str(cell))
    lines = [r for r in rows[top + 1 :] if r[code]]
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, rows[top])
        for n in range(PLACES):
            line = list(lines[n % len(lines)])
            line[code] = f"BENCH{n:05d}"
            sheet.write_row(n + 1, 0, line)
    return PLACES


def read_in(path: str) -> tuple[float, int]:
    """CPU seconds of importing a sheet of places, and how many rows were made."""
    import datetime as dt

    from yipanqi.kernel.actors import SYSTEM
    from yipanqi.sheets import SHEETS, run_import

    start = time.process_time()
    report = run_import(
        SHEETS["places"], Path(path), partial=False, dry_run=False, by=SYSTEM, at=dt.datetime.now(dt.UTC)
    )
    if report.rejected:
        raise RuntimeError(str(report.rejected[0].errors))
    return time.process_time() - start, report.created


def measure(city: City) -> list[Result]:
    out, places = city.data.parent / "cases.xlsx", city.data.parent / "places.xlsx"
    city.run("export", "places", str(places))
    more_places(places, city.data.parent / "more.xlsx")
    rates = []
    for _run in range(RUNS):
        with copy(city, "importing") as made:
            seconds, count = inside(made, read_in, str(city.data.parent / "more.xlsx"))
            rates.append(count / seconds)
    with copy(city, "growing") as growing:
        inside(growing, grow, ROWS)
        idle = whole(growing, "export", "units", str(city.data.parent / "units.xlsx"))
        took, memory = whole(growing, "export", "cases", str(out))
    rows = read_back(out)
    floor = median(bare_writing(rows, city.data.parent / "bare.xlsx") for _n in range(3))
    ratio, above = (took - idle[0]) / floor, memory - idle[1]
    return [
        Result(f"import of {PLACES:,} places", city.engine, spread(rates, " rows/s"), "", "", "≥ 2,000 rows/s", median(rates) >= 2000),
        Result(f"export of {len(rows):,} cases to .xlsx", city.engine, f"{took - idle[0]:.1f} s CPU", f"{floor:.1f} s CPU", f"{ratio:.2f}", "≤ 2 × xlsxwriter alone", ratio <= 2),
        Result("— memory above idle", city.engine, f"{above:.0f} MB", "", "", "≤ 150 MB", above <= 150),
    ]  # fmt: skip
