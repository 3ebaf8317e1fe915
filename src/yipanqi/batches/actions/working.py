"""What the worker leaves: a batch's beginning and end, and each item marked in the same transaction as what was done with it.

Marking an item is bookkeeping and has no line in the journal: what happens to the case has one, by the person who asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from yipanqi.batches import selectors
from yipanqi.batches.events import BatchEnded
from yipanqi.batches.models import Batch, BatchItem
from yipanqi.batches.owners import LEASE, is_free, lease_end, me
from yipanqi.batches.states import ACTIVE, BATCH, BatchState, ItemState
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.people.models import User
from yipanqi.sheets import RowResult, Sheet
from yipanqi.sheets.engine import wait_for_turn, write_batch

PIECE = 1_000
Rows = Iterator[tuple[list[RowResult], Mapping[Any, Any]]]


class TakenOver(Conflict):
    """Another process works on the batch."""


@action
def start(batch: Batch, *, by: Actor, at: dt.datetime) -> Batch:
    """The first slice of a batch begins, or one goes on after the worker was ended in the middle."""
    BATCH.move(batch, "start")
    batch.started_at = batch.started_at or at
    batch.save(update_fields=["state", "started_at"])
    return batch


@action
def finish(batch: Batch, *, told: bool = True, by: Actor, at: dt.datetime) -> Batch:
    """All of a batch was gone through; whoever asked hears of it, unless they waited for it.

    Raises:
        TakenOver: the lease ran out, and another process goes on with it.
    """
    _check_owner(batch)
    BATCH.move(batch, "finish")
    _end(batch, told, at)
    return batch


@action
def give_up(batch: Batch, *, problem: str, by: Actor, at: dt.datetime) -> Batch:
    """A batch cannot go on; what it did stays done.

    Raises:
        TakenOver: the lease ran out, and another process goes on with it.
    """
    _check_owner(batch)
    BATCH.move(batch, "give_up")
    batch.problem = problem[:500]
    _end(batch, True, at)
    return batch


def _check_owner(batch: Batch) -> None:
    if batch.owner != me():
        raise TakenOver


def _end(batch: Batch, told: bool, at: dt.datetime) -> None:
    batch.finished_at, batch.owner, batch.held_until = at, "", None
    batch.save(update_fields=["state", "problem", "finished_at", "owner", "held_until"])
    if told:
        publish(BatchEnded(at=at, batch_id=batch.pk))


@action
def forget(_nothing: None, *, by: Actor, at: dt.datetime) -> None:
    """Drop batches that were kept long enough."""
    selectors.past_term(at).delete()


def claim(batch: Batch, now: dt.datetime) -> str | None:
    """Take a batch for a slice, under its lock: whose it was before; None where it came to its end meanwhile or another
    living process has it. Counts the slices that were begun, so that a batch which brings the worker down again and again
    without getting on is seen."""
    with transaction.atomic():
        row = Batch.objects.select_for_update().get(pk=batch.pk)
        if row.state not in ACTIVE or not is_free(row, now):
            return None
        before, row.owner, row.held_until, row.served_at = row.owner, me(), now + LEASE, now
        row.tries += 1
        row.save(update_fields=["owner", "held_until", "served_at", "tries"])
    batch.refresh_from_db()
    return before


def keep(uuids: Iterable[UUID], now: dt.datetime) -> None:
    """What this process has begun stays its own while others have their turn."""
    Batch.objects.filter(uuid__in=uuids, owner=me(), state__in=ACTIVE).update(held_until=now + LEASE)


def end_slice(batch: Batch, *, release: bool) -> None:
    """Note that a slice came to its end; `release` lets any process do the next one."""
    change: dict[str, Any] = {"owner": "", "held_until": None} if release else {}
    _running(batch).update(tries=0, **change)


def _running(batch: Batch) -> QuerySet[Batch]:
    """The batch, as long as it was neither stopped nor taken over."""
    return Batch.objects.filter(pk=batch.pk, state=BatchState.RUNNING, owner=me())


def work_off(batch: Batch, item: BatchItem, make: Callable[[BatchItem], tuple[str, int | None]]) -> bool:
    """Do what is to be done with one item and mark it, both or neither; False where the batch was stopped or taken over
    meanwhile.

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
        going = _running(batch).update(tries=0, held_until=lease_end(), **{count: F(count) + 1})
        if not going:
            transaction.set_rollback(True)
    return bool(going)


def import_chunk(batch: Batch, sheet: Sheet, rows: Rows, *, by: User, at: dt.datetime) -> bool:
    """Write the next lines of a file and note up to which line everything is stored, both or neither; False at the end, or
    where the batch was stopped or taken over meanwhile."""
    with transaction.atomic():
        row = _running(batch).select_for_update().first()
        if row is None:
            return False
        wait_for_turn(sheet)
        chunk, known = next(rows, ([], {}))
        if not chunk:
            return False
        if chunk[0].line_no <= row.position:  # opened before somebody else had these lines
            raise LinesDone
        outcomes = write_batch(sheet, chunk, known, by, at)
        counts = {name: row.counts.get(name, 0) + outcomes[name] for name in {*row.counts, *outcomes}}
        _note_chunk(row, chunk, counts)
    return True


class LinesDone(Exception):
    """These lines are stored: the file is to be opened again behind them."""


def check_chunk(batch: Batch, chunk: list[RowResult], counts: Mapping[str, int]) -> bool:
    """Note what was found in the next lines of a file that is only checked; False where the batch was stopped or taken
    over meanwhile."""
    with transaction.atomic():
        row = _running(batch).select_for_update().first()
        if row is None:
            return False
        _note_chunk(row, chunk, counts)
    return True


def _note_chunk(row: Batch, chunk: list[RowResult], counts: Mapping[str, int]) -> None:
    bad = [one for one in chunk if one.errors]
    lines = [BatchItem(batch=row, seq=one.line_no, state=ItemState.REFUSED, why="\n".join(text for _key, text in one.errors)) for one in bad]
    BatchItem.objects.bulk_create(lines, batch_size=PIECE)
    row.done, row.refused = row.done + len(chunk) - len(bad), row.refused + len(bad)
    row.counts, row.position, row.tries, row.held_until = dict(counts), chunk[-1].line_no, 0, lease_end()
    row.save(update_fields=["done", "refused", "counts", "position", "tries", "held_until"])


def note_checked(batch: Batch) -> bool:
    """Hold a batch a little longer for what comes after its last line; False where it was stopped or taken over meanwhile."""
    return bool(_running(batch).update(tries=0, held_until=lease_end()))


def begin_anew(batch: Batch) -> bool:
    """Forget what a check or an export that was broken off had found: it begins at the top; False where it was stopped or
    taken over meanwhile."""
    with transaction.atomic():
        if going := _running(batch).update(done=0, refused=0, position=0, counts={}):
            BatchItem.objects.filter(batch=batch).delete()
    return bool(going)


def note_total(batch: Batch, total: int | None) -> None:
    """How many there are, as soon as that is known."""
    _running(batch).update(total=total)


def note_written(batch: Batch, done: int) -> bool:
    """How far an export is; False where it was stopped or taken over meanwhile."""
    return bool(_running(batch).update(done=done, tries=0, held_until=lease_end()))


def note_file(batch: Batch, done: int, file: str, scope: list[Any], tell: Callable[[], None]) -> bool:
    """An export is written: where its file is, for whom as what, and what `tell` leaves in the journal, both or neither and once; False where
    it was stopped or taken over meanwhile."""
    with transaction.atomic():
        if going := _running(batch).update(done=done, total=done, file=file, scope=scope, tries=0):
            tell()
    return bool(going)
