"""Columns and sheets: what an app declares once, and what template, import and export all follow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.personal import mask

from .kinds import Kind, Text


@dataclass(frozen=True)
class Column:
    """One column: `title` is the Chinese heading we write, `aliases` are other headings seen in the wild.

    A value arrives in the row under `key`, already converted by `kind`. A column the file lacks is absent from the
    row (leave that field as it is); a blank cell arrives as the kind's empty value ("" for texts, else None).
    `help` is the Chinese instruction in the template, `example` a sample as it would be typed.
    """

    key: str
    title: Any
    kind: Kind = field(default_factory=Text)
    aliases: Sequence[str] = ()
    required: bool = False
    help: Any = ""
    example: str = ""


@dataclass
class RowResult:
    """One row of a file as understood. `line_no` is the row number Excel shows; errors are (column key, sentence)."""

    line_no: int
    values: dict[str, Any]
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    same_as: int = 0  # the line above that says the same, where rows are known by their likeness
    cells: list[Any] = field(default_factory=list)


class Layout:
    """The columns of a table under a name: all that writing it needs."""

    name: str
    title: Any
    columns: Sequence[Column]


class Sheet(Layout, ABC):
    """A table that can be exported, filled in and imported again. Apps subclass it in `sheets.py` and `register` it."""

    key: tuple[str, ...] = ("code",)  # the natural key; () when every row is new
    permission: str = ""  # asked by pages, API and commands before import or export
    reading: str = ""  # the permission of those who may export it, though not import; empty: nobody else
    private: tuple[str, ...] = ()  # keys of columns that tell who somebody is and how to reach them

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        """What is already stored, by natural key: the plain value for one key column, a tuple for several."""
        return {}

    def likeness(self, values: Mapping[str, Any]) -> Any:
        """For a row whose key is blank: what an equal row, or what an equal row made, is known by in `existing`; None for
        nothing. Of equal rows in a file, and of a row that is stored, the user is told that they count once: `apply_batch`
        sees to it."""
        return None

    @abstractmethod
    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: datetime) -> list[str | Exception]:
        """Write up to 500 rows (each with what is stored under its key) through the app's actions.

        Answers each with "created", "updated", "unchanged", or the refusal that it met.
        """

    @abstractmethod
    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        """The rows `user` may see, for export: column key to value."""

    def size(self, user: Any) -> int | None:
        """About how many rows an export has, where that is quickly said; from some on the worker writes it, and then `rows`
        must read them in pieces."""
        return None

    def starred(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row for export with its private columns starred."""
        return {**row, **{key: mask(row[key]) for key in self.private if row.get(key)}}

    def check(self, rows: Iterable[RowResult]) -> Iterator[tuple[int, str, str]]:
        """Errors only visible across rows, as (line number, column key or "", what is wrong and what to do)."""
        return iter(())

    def doubts(self, rows: Sequence[RowResult]) -> Iterator[tuple[RowResult, str, str]]:
        """What is odd about some of up to 500 rows though they may be right, as (row, column key, sentence to check it)."""
        return iter(())


class RowSheet(Sheet):
    """A sheet whose rows are written one at a time."""

    refusals: ClassVar[tuple[type[Exception], ...]] = (Refused, ValidationError)  # what `apply` may raise about a row

    @abstractmethod
    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: datetime) -> str:
        """Write one row; returns "created", "updated" or "unchanged", or raises a refusal."""

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: datetime) -> list[str | Exception]:
        return [self.tried(row, existing, by, at) for row, existing in rows]

    def tried(self, row: dict[str, Any], existing: Any, by: Any, at: datetime) -> str | Exception:
        """What `apply` answers, or the refusal, after which nothing of the row is written."""
        try:
            with transaction.atomic():
                return self.apply(row, existing, by, at)
        except self.refusals as error:
            return error


SHEETS: dict[str, Sheet] = {}


def register(sheet: Sheet) -> Sheet:
    """Make a sheet known to import, export and template pages under its name."""
    if sheet.name in SHEETS:
        raise ValueError(f"two sheets are named {sheet.name}")
    SHEETS[sheet.name] = sheet
    return sheet
