"""The rights of the apps of helping, each written down in a file of its own beside this one: `rights_<app>.py`.

Such a file may have `ACTS` (as in written_board_rights.py), `WITHOUT_A_PAGE`, `SHOWN_ELSEWHERE`, `SHEETS`, `EXPORTED_BY_AUDITOR`, and
`prepare(board)`, which puts the things on the board that its addresses name. They are prepared in the order of `LAYERS`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from tests.journeys.written_board_rights import Act

LAYERS = ("teams", "volunteers", "activities", "attendance", "rosters", "services", "points", "records")
WRITTEN: list[ModuleType] = [import_module(name) for app in LAYERS if find_spec(name := f"tests.journeys.rights_{app}")]

ACTS: list[Act] = [act for one in WRITTEN for act in getattr(one, "ACTS", ())]
WITHOUT_A_PAGE: set[str] = {name for one in WRITTEN for name in getattr(one, "WITHOUT_A_PAGE", ())}
SHOWN_ELSEWHERE: set[str] = {name for one in WRITTEN for name in getattr(one, "SHOWN_ELSEWHERE", ())}
SHEETS: dict[str, set[str]] = {name: who for one in WRITTEN for name, who in getattr(one, "SHEETS", {}).items()}
EXPORTED_BY_AUDITOR: set[str] = {name for one in WRITTEN for name in getattr(one, "EXPORTED_BY_AUDITOR", ())}


def prepare(board: Any) -> None:
    """Put on the board what the addresses of all of them name."""
    for one in WRITTEN:
        if hasattr(one, "prepare"):
            one.prepare(board)
