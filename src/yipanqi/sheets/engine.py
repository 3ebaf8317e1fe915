"""Preview and import of a file: all rows or none, or the good ones; a repeated import updates instead of doubling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext as _

from .columns import RowResult, Sheet
from .reading import Table, read, sentence
from .writing import write_rejected

BATCH = 500
KEPT = 5_000  # rows that stay in memory between the look across all rows and the work on each
Progress = Callable[[int], None]  # told the line number reached, after every batch


@dataclass
class Preview:
    """What an import would find: the first rows and the rows with errors; nothing was written.

    counts: rows, good, bad, warnings, new, known (`known` rows already exist and would be updated).
    """

    table: Table
    rows: list[RowResult] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class Report:
    """What an import did. Where nothing was saved the counts are what would have been done."""

    table: Table
    saved: bool = False
    counts: Counter[str] = field(default_factory=Counter)  # created, updated, unchanged
    rejected: list[RowResult] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    created = property(lambda self: self.counts["created"])
    updated = property(lambda self: self.counts["updated"])
    unchanged = property(lambda self: self.counts["unchanged"])

    def write_rejected(self, fp: BinaryIO) -> None:
        """The refused rows as .xlsx with a 原因 column: mend them there and import that file."""
        write_rejected(self.table, self.rejected, fp)


def preview(sheet: Sheet, file: Any, mapping: Mapping[str, Any] | None = None, *, shown: int = 200) -> Preview:
    """Read and check a whole file without writing; keeps the first `shown` rows and the first 1,000 with errors."""
    seen = Preview(read(file, sheet, mapping))
    for batch, known in batches(seen.table):
        look_at(seen, batch, known, shown)
    return seen


def look_at(seen: Preview, batch: Sequence[RowResult], known: Mapping[Any, Any], shown: int) -> None:
    """Count what a batch of rows holds, and keep those that are to be shown."""
    for row in batch:
        seen.counts["bad" if row.errors else "good"] += 1
        seen.counts["known" if row.same_as or _key(seen.table.sheet, row) in known else "new"] += 1
        seen.counts.update(rows=1, warnings=len(row.warnings))
        if len(seen.rows) < shown or (row.errors and seen.counts["bad"] <= 1000):
            seen.rows.append(row)


def run_import(
    sheet: Sheet, file: Any, *, partial: bool, dry_run: bool, by: Any, at: datetime,
    mapping: Mapping[str, Any] | None = None, progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Import a file in one transaction: every row or none, or with `partial` the good ones.

    A dry run really writes and rolls back, so it finds also what only the actions refuse. Who may import is asked by
    the caller (`sheet.permission`) and again by the actions.
    """
    report = Report(read(file, sheet, mapping))
    with transaction.atomic():
        wait_for_turn(sheet)
        for batch, known in batches(report.table):
            report.counts += write_batch(sheet, batch, known, by, at)
            report.rejected += [row for row in batch if row.errors]
            report.warnings += [warning for row in batch for warning in row.warnings]
            if progress:
                progress(batch[-1].line_no)
        report.saved = not dry_run and (partial or not report.rejected)
        if not report.saved:
            transaction.set_rollback(True)
    report.warnings[:0] = report.table.notes()
    return report


def write_batch(sheet: Sheet, batch: Sequence[RowResult], known: Mapping[Any, Any], by: Any, at: datetime) -> Counter[str]:
    """Write the rows of a batch that have no errors; what an action refuses becomes an error of its row. Counts what became of
    the others: created, updated, unchanged."""
    counts: Counter[str] = Counter()
    good = [row for row in batch if not row.errors]
    outcomes = sheet.apply_batch([(row.values, known.get(_key(sheet, row))) for row in good], by, at)
    for row, outcome in zip(good, outcomes, strict=True):
        if isinstance(outcome, Exception):
            problem = _("；").join(getattr(outcome, "messages", [str(outcome)]))
            row.errors.append(("", sentence(row.line_no, "", problem)))
        else:
            counts[outcome] += 1
    return counts


def wait_for_turn(sheet: Sheet) -> None:
    """Let no other import of this sheet in before the transaction ends: rows are looked up before they are written, so two
    at once would both find nothing and enter everything twice. SQLite lets one writer in at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sheets|{sheet.name}"])


def batches(table: Table, after: int = 0) -> Iterator[tuple[list[RowResult], Mapping[Any, Any]]]:
    """Rows with all their errors, in batches, each with what is stored under their keys when it is asked for. Lines up to
    `after` are left out: they were dealt with before, and count only where later ones repeat them."""
    read: list[RowResult] = []
    across, twins = _across_rows(table, read)
    batch: list[RowResult] = []
    for row in chain(read, table.results(len(read))):
        row.errors += across.pop(row.line_no, [])
        row.same_as = twins.pop(row.line_no, 0)
        if row.line_no <= after:
            continue
        batch.append(row)
        if len(batch) == BATCH:
            yield _looked_at(table, batch)
            batch = []
    if batch:
        yield _looked_at(table, batch)


def _looked_at(table: Table, batch: list[RowResult]) -> tuple[list[RowResult], Mapping[Any, Any]]:
    """The rows with what is odd about them among their warnings, and what is stored under their keys."""
    known = _existing(table.sheet, batch)
    for row in batch:
        if row.same_as:
            row.warnings.append(sentence(row.line_no, "", _("与第 %(line)s 行内容相同，只登记一次。") % {"line": row.same_as}))
        elif _natural(table.sheet, row) is None and (found := known.get(_key(table.sheet, row))) is not None:
            text = _("与已有的“%(name)s”内容相同，按已有的更新，不重复登记。") % {"name": found}
            row.warnings.append(sentence(row.line_no, "", text))
    headings = {one.column.key: one.heading for one in table.found}
    for row, key, problem in table.sheet.doubts(batch):
        row.warnings.append(sentence(row.line_no, headings.get(key, ""), problem))
    return batch, known


def _existing(sheet: Sheet, batch: list[RowResult]) -> Mapping[Any, Any]:
    keys = [key for row in batch if (key := _key(sheet, row)) is not None]
    return sheet.existing(keys) if keys else {}


def _key(sheet: Sheet, row: RowResult) -> Any:
    """What a row is known by in `existing`: its natural key, else its likeness; None where it has neither."""
    natural = _natural(sheet, row)
    return sheet.likeness(row.values) if natural is None else natural


def _natural(sheet: Sheet, row: RowResult) -> Any:
    """The natural key of a row; None where it is blank or could not be read."""
    values = tuple(row.values.get(key) for key in sheet.key)
    if all(value in (None, "") for value in values):
        return None
    return values[0] if len(values) == 1 else values


def _across_rows(table: Table, read: list[RowResult]) -> tuple[dict[int, list[tuple[str, str]]], dict[int, int]]:
    """What shows only across rows: errors by line (keys that stand twice, and the sheet's own check), and for lines that
    only repeat one above, which.

    The first KEPT rows are left in `read`, because nothing about them changes until they are worked on.
    """
    sheet = table.sheet
    errors: dict[int, list[tuple[str, str]]] = {}
    seen: dict[Any, int] = {}  # the first line of each key
    again: dict[Any, list[int]] = {}  # all lines of a key that stands twice
    first: dict[int, int] = {}
    twins: dict[int, int] = {}
    title = next((one.heading for one in table.found if one.column.key == (sheet.key or ("",))[0]), "")

    def watched() -> Iterator[RowResult]:
        for row in table.results():
            if (key := _natural(sheet, row)) is not None:
                if (above := seen.setdefault(key, row.line_no)) != row.line_no:
                    again.setdefault(key, [above]).append(row.line_no)
            elif (like := sheet.likeness(row.values)) is not None:
                above = first.setdefault(hash(like), row.line_no)
                if above != row.line_no:
                    twins[row.line_no] = above
            if len(read) < KEPT:
                read.append(row)
            yield row

    rows = watched()
    for line_no, column, problem in sheet.check(rows):
        heading = next((one.heading for one in table.found if one.column.key == column), "")
        errors.setdefault(line_no, []).append((column, sentence(line_no, heading, problem)))
    for _row in rows:
        pass
    for key, same in again.items():
        for line_no in same:
            numbers = _("、").join(str(number) for number in same[:10])
            shown = _("、").join(map(str, key)) if isinstance(key, tuple) else key
            text = _("“%(key)s”在第 %(lines)s 行重复出现，请只保留一行。") % {"key": shown, "lines": numbers}
            errors.setdefault(line_no, []).append((sheet.key[0], sentence(line_no, title, text)))
    return errors, twins
