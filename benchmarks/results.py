"""How a measure is told: our figure, the floor, the ratio, and what it must reach."""

from __future__ import annotations

import datetime as dt
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import growth

RUNS = 5
README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"


@dataclass(frozen=True)
class Result:
    """One line of the table. `met` is None where nothing is asked of it."""

    measure: str
    database: str
    ours: str
    floor: str
    ratio: str
    asked: str
    met: bool | None = None

    def line(self) -> str:
        verdict = {True: "yes", False: "**no**", None: ""}[self.met]
        return f"| {self.measure} | {self.database} | {self.ours} | {self.floor} | {self.ratio} | {self.asked} | {verdict} |"


HEAD = "| measure | database | ours | floor | ratio | asked | met |\n|---|---|---|---|---|---|---|"


def spread(values: list[float], unit: str = "", digits: int = 0) -> str:
    """Median with the smallest and the largest: 412 (398–420)/s."""
    low, mid, high = min(values), median(values), max(values)
    return f"{mid:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f}){unit}"


def machine() -> str:
    """What it ran on, in one line."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GB, Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"


def keep(results: list[Result]) -> None:
    """Put new results into README.md; lines of measures that were not run stay as they are."""
    text = README.read_text()
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    lines = {
        tuple(line.split("|")[1:3]): line
        for line in old.splitlines()
        if line.startswith("| ") and not line.startswith("| measure")
    }
    lines.update({tuple(line.split("|")[1:3]): line for line in (r.line() for r in results)})
    if grown := growth.keep():
        ahead, rest = before.split(growth.BEGIN)
        before = f"{ahead}{growth.BEGIN}\n{grown}\n{growth.END}{rest.split(growth.END)[1]}"
    stamp = f"Last run {dt.date.today().isoformat()}: {machine()}."
    README.write_text(f"{before}{BEGIN}\n{stamp}\n\n{HEAD}\n" + "\n".join(lines.values()) + f"\n{END}{after}")
