"""Which column of a foreign file is which of ours: a first guess for the person who decides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from .columns import Sheet
from .kinds import squash
from .opening import open_grids
from .reading import HEADER_SEARCH, load_mapping

MAPPINGS = Path(__file__).resolve().parents[1] / "data" / "mappings"
ALIKE = 75  # of 100, from which two names are taken for the same


def headings_of(file: Any) -> list[str]:
    """The likeliest heading row of a file: among its first rows the first with the most filled cells, without blanks.

    Raises:
        SheetError: no readable table.
    """
    rows = [
        [str(cell).strip() for cell in cells]
        for grid in open_grids(file)
        for cells in islice(grid.rows(), HEADER_SEARCH)
    ]
    best = max(rows, key=lambda row: len({cell for cell in row if cell}), default=[])
    return list(dict.fromkeys(cell for cell in best if cell))


def guess(sheet: Sheet, headings: list[str], remembered: Mapping[str, Any]) -> dict[str, Any]:
    """Heading to column key: as remembered, else as a mapping that comes with the software, else by likeness of names.
    May hold `constants` and `date_format` as `load_mapping` reads them. No column is taken twice.
    """
    keys = {column.key for column in sheet.columns}
    for known in (remembered, *_delivered()):
        columns = {h: k for h, k in known.items() if isinstance(k, str) and h != "date_format"}
        if columns and set(columns) <= set(headings) and {k for k in columns.values() if k} <= keys:
            return dict(known)
    names = {squash(name): c.key for c in sheet.columns for name in (*map(str, c.aliases), c.key, str(c.title))}
    found: dict[str, Any] = {}
    for heading in headings:
        near = process.extractOne(squash(heading), list(names), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if near and names[near[0]] not in found.values():
            found[heading] = names[near[0]]
    return found


@cache
def _delivered() -> tuple[dict[str, Any], ...]:
    return tuple(load_mapping(path) for path in sorted(MAPPINGS.glob("*.yaml")))
