"""Work on files, piece by piece: what a large table holds, its import, and tables that are written for somebody.

Each is a generator that yields after every piece whether it goes on. An import stores the lines of a piece and how far it
is in one transaction, so whoever goes on after a crash begins behind the last line that is stored; a check and an export
begin anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.batches.actions import working
from yipanqi.batches.catalogue import EXPORTS
from yipanqi.batches.models import Batch
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.permissions import why_not
from yipanqi.people.models import User
from yipanqi.sheets import SHEETS, Preview, RowResult, Sheet, Table, read
from yipanqi.sheets.engine import batches, look_at
from yipanqi.sheets.held import held, hold, noted
from yipanqi.sheets.showing import SHOWN, shown
from yipanqi.sheets.writing import exporting, write_rejected

FOUND = ".found"  # what a check found, kept beside the file


def _person(batch: Batch, permission: str) -> User:
    """Who asked, as they are now. Raises NotAllowed where their account was closed or they may not any more."""
    by = User.objects.get(pk=batch.asked_by_id)
    if not by.is_active:
        raise NotAllowed(_("提交人的账号已停用，没有办理。"))
    if permission and not by.has_perm(permission):
        raise NotAllowed(why_not(permission))
    return by


def _opened(batch: Batch) -> tuple[Sheet, Path, Table]:
    """The sheet, the held file and its table. Raises Expired, SheetError."""
    sheet = SHEETS[batch.what]
    path = held(_person(batch, sheet.permission), batch.file)
    return sheet, path, read(path, sheet, noted(path).get("columns"))


def check(batch: Batch) -> Iterator[bool]:
    """Go through a file without writing, and keep beside it what the page shows of it."""
    if not working.begin_anew(batch):
        return
    _sheet, path, table = _opened(batch)
    working.note_total(batch, table.grid.height and max(0, table.grid.height - table.header_row))
    seen = Preview(table)
    for chunk, known in batches(table):
        look_at(seen, chunk, known, SHOWN)
        yield working.check_chunk(batch, chunk, seen.counts)
    if working.note_checked(batch):
        beside = path.with_suffix(f".{uuid4()}")  # put in its place as a whole: nobody reads half of it
        beside.write_text(json.dumps(shown(seen), ensure_ascii=False, default=str), "utf-8")
        beside.replace(path.with_suffix(FOUND))


def found(path: Path) -> dict[str, Any] | None:
    """What a check found in a held file; None where none came to its end."""
    beside = path.with_suffix(FOUND)
    return dict(json.loads(beside.read_text("utf-8"))) if beside.is_file() else None


def forget_check(path: Path) -> None:
    """What was found holds no more: the file's columns are read otherwise from now on."""
    path.with_suffix(FOUND).unlink(missing_ok=True)


def take_in(batch: Batch) -> Iterator[bool]:
    """Import a file, as the person who asked."""
    batch.refresh_from_db(fields=["position"])
    sheet, path, table = _opened(batch)
    rows = batches(table, batch.position)
    while working.import_chunk(batch, sheet, rows, by=_person(batch, sheet.permission), at=timezone.now()):
        path.touch()  # it is still needed
        yield True


def write_out(batch: Batch) -> Iterator[bool]:
    """Write a table for the person who asked, and hold it for them."""
    if not working.begin_anew(batch):
        return
    entry, by, given = EXPORTS[batch.what], _person(batch, ""), batch.given
    if not entry.may(by, given):
        raise NotAllowed(_("您没有权限导出这张表。"))
    path, written = hold(by, f"x.{given['fmt']}"), 0
    try:
        with path.open("wb") as out:
            for written in exporting(entry.layout(by, given), entry.rows(by, given), out, given["fmt"]):
                yield working.note_written(batch, written)
        if not working.note_file(batch, written, path.name, _scope(by), lambda: entry.note(by, given, written, timezone.now())):
            path.unlink(missing_ok=True)
    except BaseException:  # also when it is stopped: half a file is of no use
        path.unlink(missing_ok=True)
        raise


def _scope(by: User) -> list[list[Any]]:
    """Of which roles in which units somebody is: on that depends which rows a table has for them."""
    return sorted([one.role, one.unit_id] for one in by.current)


def why_not_served(batch: Batch, by: User) -> str:
    """Why an export is not given out, though its file is there; empty where nothing is against it. Rights end, and whoever
    has fewer appointments now sees less than was written then."""
    if batch.what not in EXPORTS or not EXPORTS[batch.what].may(by, batch.given):
        return _("您现在没有权限查看这张表，文件不能下载。")
    if any(one not in _scope(by) for one in batch.scope):
        return _("导出以后您的职务或所在单位有变，原来的文件不能再下载，请重新导出。")
    return ""


def write_refused(batch: Batch, out: BinaryIO) -> None:
    """The lines of a file that were refused, as .xlsx with the reasons: read once more, so that no copy of them is kept.

    Raises:
        Expired: the file is not held any more.
        NotAllowed: the sheet is not theirs to import any more.
    """
    _sheet, _path, table = _opened(batch)
    write_rejected(table, _refused(batch, table), out)


def _refused(batch: Batch, table: Table) -> Iterator[RowResult]:
    told = batch.items.order_by("seq").values_list("seq", "why").iterator(chunk_size=2_000)
    line, why = next(told, (0, ""))
    for line_no, cells in table.rows():
        if line_no == line:
            yield RowResult(line_no, {}, errors=[("", why)], cells=cells)
            line, why = next(told, (0, ""))


WORK: dict[str, Callable[[Batch], Iterator[bool]]] = {Batch.Kind.CHECK: check, Batch.Kind.IMPORT: take_in, Batch.Kind.EXPORT: write_out}
