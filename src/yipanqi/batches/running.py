"""How the work of a batch is done: in slices of a few seconds, so that the worker's other duties are not kept waiting.

Moves go case by case, each in a transaction of its own with its mark. Work on files is a generator that is kept between
slices; should the worker die, the next one begins it again behind the last line that was stored.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from uuid import UUID

from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yipanqi.batches import actions, files, owners, selectors, verbs
from yipanqi.batches.actions import working
from yipanqi.batches.catalogue import VERBS
from yipanqi.batches.models import Batch, BatchItem
from yipanqi.batches.states import BatchState
from yipanqi.cases.actions.steps import MovedMeanwhile
from yipanqi.cases.states import CASE
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.gates import demand
from yipanqi.people.models import User

log = logging.getLogger(__name__)
SLICE_S, PAGE, TRIES = 3.0, 20, 3
Over = Callable[[], bool]
_going: dict[UUID, Iterator[bool]] = {}  # work on files that this process has begun


def work(now: dt.datetime) -> None:
    """One slice of the batch that was served longest ago."""
    batch = selectors.waiting(now).first()
    for uuid in set(_going) - set(selectors.active().filter(uuid__in=_going).values_list("uuid", flat=True)):
        _drop(uuid)
    working.keep(_going, now)
    if batch is not None:
        go_on(batch, SLICE_S, told=True)


def run_now(batch: Batch) -> Batch:
    """All of a small batch, in the request that asked for it."""
    while go_on(batch, SLICE_S, told=False):
        pass
    batch.refresh_from_db()
    return batch


def go_on(batch: Batch, seconds: float, *, told: bool) -> bool:
    """Work on a batch for so long; whether there is more to do."""
    with override(batch.language):
        try:
            if not _begin(batch):
                return False
            end = time.monotonic() + seconds
            finished = _slice(batch, lambda: time.monotonic() > end)
            if finished:
                actions.finish(batch, told=told, by=SYSTEM, at=timezone.now())
            else:
                working.end_slice(batch, release=batch.uuid not in _going and told)
            return not finished
        except Conflict:  # stopped, or taken over by another process, between one look and the next
            _drop(batch.uuid)
            return False
        except working.LinesDone:
            _drop(batch.uuid)
            return True
        except Refused as problem:
            return _gave_up(batch, str(problem))
        except (OperationalError, InterfaceError):
            _drop(batch.uuid)
            raise
        except Exception:  # whatever went wrong with one batch, the others go on
            log.exception("batch %s failed", batch.pk)
            return _gave_up(batch, _("系统出错，办理中断，请联系系统管理员。已办的保持不变。"))


def _begin(batch: Batch) -> bool:
    """Take the batch for a slice; False where it ended meanwhile or another living process has it. What this process had
    opened before somebody else went on is opened anew.

    Raises:
        Refused: it was begun again and again without getting on.
    """
    before = working.claim(batch, timezone.now())
    if before != owners.me():
        _drop(batch.uuid)
    if before is None:
        return False
    if batch.tries > TRIES:
        raise Refused(_("办理多次意外中断，已停下，请联系系统管理员。已办的保持不变。"))
    if batch.state == BatchState.QUEUED:
        actions.start(batch, by=SYSTEM, at=timezone.now())
        batch.state = BatchState.RUNNING
    return True


def _gave_up(batch: Batch, problem: str) -> bool:
    _drop(batch.uuid)
    with suppress(Conflict):  # stopped, or another process goes on with it
        actions.give_up(batch, problem=problem, by=SYSTEM, at=timezone.now())
    return False


def _drop(uuid: UUID) -> None:
    """Let go of work on a file: closing it removes what it had opened."""
    if (steps := _going.pop(uuid, None)) is not None:
        steps.close()  # type: ignore[attr-defined]


def _slice(batch: Batch, over: Over) -> bool:
    """Whether the batch is at its end."""
    if batch.kind == Batch.Kind.MOVES:
        return _moves(batch, over)
    steps = _going.get(batch.uuid) or _going.setdefault(batch.uuid, files.WORK[batch.kind](batch))
    for going in steps:
        if not going:
            break
        if over():
            return False
    _drop(batch.uuid)
    return True


def _moves(batch: Batch, over: Over) -> bool:
    given = verbs.read(batch.what, batch.given)
    while items := selectors.next_items(batch, PAGE):
        by = User.objects.get(pk=batch.asked_by_id)  # as it is now: roles end, accounts are closed
        for item in items:
            if not working.work_off(batch, item, lambda row, by=by: _move(batch, row, given, by)):  # type: ignore[misc]
                return True
            if over():
                return False
    return True


def _move(batch: Batch, item: BatchItem, given: verbs.Given, by: User) -> tuple[str, int | None]:
    """Make the move on one case as the person who asked, under the rights they have now."""
    if not by.is_active:
        raise NotAllowed(_("提交人的账号已停用，没有办理。"))
    demand(by, f"batches.use_{batch.what}")
    case = selectors.case_for(item, by)
    if case is None:
        raise Refused(_("找不到，或您无权查看。"))
    if batch.takes_back_id and (why := selectors.why_gone_on(batch, case)):
        raise Conflict(why)
    if case.state not in CASE.moves[batch.what].source:  # without who and when, so that many of the same are counted together
        raise Refused(_("当前状态为“%(state)s”，不能%(move)s。") % {"state": CASE.states[case.state], "move": CASE.moves[batch.what].title})
    try:
        told = VERBS[batch.what].make(case, given, by, timezone.now())
    except MovedMeanwhile as meanwhile:  # between the look above and the lock
        raise Conflict(selectors.why_gone_on(batch, case) or str(meanwhile) if batch.takes_back_id else str(meanwhile)) from meanwhile
    except (Refused, OperationalError, InterfaceError):
        raise
    except Exception as error:  # one case that cannot be done stops no other
        log.exception("batch %s: case %s failed", batch.pk, item.number)
        raise Refused(_("系统出错，没有办理，请打开案件重试。")) from error
    last = selectors.last_line(case)
    return told, last.pk if last else None
