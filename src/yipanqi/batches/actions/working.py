"""What the worker leaves: a batch's beginning and end, and each item marked in the same transaction as what was done with it.

Marking an item is bookkeeping and has no line in the journal: what happens to the case has one, by the person who asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from yipanqi.batches import selectors
from yipanqi.batches.events import BatchEnded
from yipanqi.batches.models import Batch, BatchItem
from yipanqi.batches.states import BATCH, BatchState, ItemState
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.people.models import User
from yipanqi.sheets import RowResult, Sheet
from yipanqi.sheets.engine import wait_for_turn, write_batch

PIECE = 1_000
Rows = Iterator[tuple[list[RowResult], Mapping[Any, Any]]]


@action
def start(batch: Batch, *, by: Actor, at: dt.datetime) -> Batch:
    """The first slice of a batch begins, or one goes on after the worker was ended in the middle."""
    BATCH.move(batch, "start")
    batch.started_at = batch.started_at or at
    batch.save(update_fields=["state", "started_at"])
    return batch


@action
def finish(batch: Batch, *, told: bool = True, by: Actor, at: dt.datetime) -> Batch:
    """All of a batch was gone through; whoever asked hears of it, unless they waited for it."""
    BATCH.move(batch, "finish")
    _end(batch, told, at)
    return batch


@action
def give_up(batch: Batch, *, problem: str, by: Actor, at: dt.datetime) -> Batch:
    """A batch cannot go on; what it did stays done."""
    BATCH.move(batch, "give_up")
    batch.problem = problem[:500]
    _end(batch, True, at)
    return batch


def _end(batch: Batch, told: bool, at: dt.datetime) -> None:
    batch.finished_at = at
    batch.save(update_fields=["state", "problem", "finished_at"])
    if told:
        publish(BatchEnded(at=at, batch_id=batch.pk))


@action
def forget(_nothing: None, *, by: Actor, at: dt.datetime) -> None:
    """Drop batches that were kept long enough."""
    selectors.past_term(at).delete()


def begin_slice(batch: Batch, at: dt.datetime) -> bool:
    """Note that a slice begins, so that a batch which brings the worker down again and again without getting on is seen;
    False where it was stopped meanwhile."""
    mine = Batch.objects.filter(pk=batch.pk, state=BatchState.RUNNING)
    return bool(mine.update(tries=F("tries") + 1, served_at=at))


def end_slice(batch: Batch) -> None:
    """Note that a slice came to its end."""
    Batch.objects.filter(pk=batch.pk).update(tries=0)


def work_off(batch: Batch, item: BatchItem, make: Callable[[BatchItem], tuple[str, int | None]]) -> bool:
    """Do what is to be done with one item and mark it, both or neither; False where the batch was stopped meanwhile.

    `make` answers with what to tell and the line of the thread, or raises a refusal, which is kept.
    """
    with transaction.atomic():
        row = BatchItem.objects.select_for_update().get(pk=item.pk)
        if row.state != ItemState.WAITING:
            return True
        try:
            with transaction.atomic():
                row.what, row.move_id = make(row)  # type: ignore[misc]
            row.what, row.state = row.what[:120], ItemState.DONE
        except Refused as refusal:
            row.why, row.state = str(refusal), ItemState.REFUSED
        row.save(update_fields=["state", "what", "why", "move"])
        count = "done" if row.state == ItemState.DONE else "refused"
        going = Batch.objects.filter(pk=batch.pk, state=BatchState.RUNNING).update(tries=0, **{count: F(count) + 1})
        if not going:
            transaction.set_rollback(True)
    return bool(going)


def import_chunk(batch: Batch, sheet: Sheet, rows: Rows, *, by: User, at: dt.datetime) -> bool:
    """Write the next lines of a file and note up to which line everything is stored, both or neither; False at the end, or
    where the batch was stopped meanwhile."""
    with transaction.atomic():
        row = Batch.objects.select_for_update().get(pk=batch.pk)
        if row.state != BatchState.RUNNING:
            return False
        wait_for_turn(sheet)
        chunk, known = next(rows, ([], {}))
        if not chunk:
            return False
        if chunk[0].line_no <= row.position:  # somebody else has these lines
            raise LinesDone
        outcomes = write_batch(sheet, chunk, known, by, at)
        counts = {name: row.counts.get(name, 0) + outcomes[name] for name in {*row.counts, *outcomes}}
        _note_chunk(row, chunk, counts)
    return True


class LinesDone(Exception):
    """Another worker has written these lines."""


def check_chunk(batch: Batch, chunk: list[RowResult], counts: Mapping[str, int]) -> bool:
    """Note what was found in the next lines of a file that is only checked; False where the batch was stopped meanwhile."""
    with transaction.atomic():
        row = Batch.objects.select_for_update().get(pk=batch.pk)
        if row.state != BatchState.RUNNING:
            return False
        _note_chunk(row, chunk, counts)
    return True


def _note_chunk(row: Batch, chunk: list[RowResult], counts: Mapping[str, int]) -> None:
    bad = [one for one in chunk if one.errors]
    lines = [BatchItem(batch=row, seq=one.line_no, state=ItemState.REFUSED, why="\n".join(text for _key, text in one.errors)) for one in bad]
    BatchItem.objects.bulk_create(lines, batch_size=PIECE)
    row.done, row.refused = row.done + len(chunk) - len(bad), row.refused + len(bad)
    row.counts, row.position, row.tries = dict(counts), chunk[-1].line_no, 0
    row.save(update_fields=["done", "refused", "counts", "position", "tries"])


def begin_anew(batch: Batch) -> None:
    """Forget what a check or an export that was broken off had found: it begins at the top."""
    with transaction.atomic():
        BatchItem.objects.filter(batch=batch).delete()
        Batch.objects.filter(pk=batch.pk).update(done=0, refused=0, position=0, counts={})


def note_total(batch: Batch, total: int | None) -> None:
    """How many there are, as soon as that is known."""
    Batch.objects.filter(pk=batch.pk).update(total=total)


def note_written(batch: Batch, done: int, file: str = "") -> bool:
    """How far an export is, and at its end where the file is; False where it was stopped meanwhile."""
    found = {"done": done, "tries": 0} | ({"file": file, "total": done} if file else {})
    return bool(Batch.objects.filter(pk=batch.pk, state=BatchState.RUNNING).update(**found))
