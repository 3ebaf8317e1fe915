"""What changed from one edition to another. Pure: plain values by code in, a Difference out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Change:
    """One field of a row that differs."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Difference:
    """Rows by code: new ones, gone ones with their values, and changed ones with each field that differs."""

    added: dict[str, Mapping[str, Any]]
    removed: dict[str, Mapping[str, Any]]
    changed: dict[str, list[Change]]
    same: int

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def diff(old: Rows, new: Rows) -> Difference:
    """Compare two sets of rows by code; a field that only one side has counts as None on the other."""
    both = [code for code in new if code in old]
    changed = {code: found for code in both if (found := _changes(old[code], new[code]))}
    return Difference(
        added={code: new[code] for code in new if code not in old},
        removed={code: old[code] for code in old if code not in new},
        changed=changed,
        same=len(both) - len(changed),
    )


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    fields = dict.fromkeys((*old, *new))
    return [Change(f, old.get(f), new.get(f)) for f in fields if old.get(f) != new.get(f)]
