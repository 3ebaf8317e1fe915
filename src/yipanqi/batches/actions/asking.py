"""What people do with long work: ask for it, stop it, take back what it did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from yipanqi.batches import selectors, verbs
from yipanqi.batches.catalogue import EXPORTS, MOST, VERBS
from yipanqi.batches.models import Batch, BatchItem
from yipanqi.batches.owners import LEASE, me
from yipanqi.batches.states import BATCH, ItemState
from yipanqi.cases.states import CASE
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.gates import demand
from yipanqi.kernel.permissions import why_not
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import User
from yipanqi.sheets import SHEETS

PIECE = 1_000


class NothingToTakeBack(Conflict):
    """The batch did nothing that can be taken back, or somebody has asked for that already."""


class FileInHand(Conflict):
    """The file is being worked on already, or was imported."""

    message = gettext_lazy("这个文件正在处理或已经导入，请在“批量办理”中查看。")


class StillRunning(Conflict):
    """The same move on some of the cases was asked for before and is not made yet."""

    def __init__(self, n: int, title: Any) -> None:
        words = ngettext("其中 %(n)d 条正在另一批里办理“%(move)s”，还没有办到。", "其中 %(n)d 条正在另一批里办理“%(move)s”，还没有办到。", n)
        super().__init__(words % {"n": n, "move": title} + _("请等那一批办完，或先在“批量办理”中停止它。"))


@action(private=("numbers", "ids"))
def ask(
    _nothing: None, *, verb: str, numbers: Sequence[str] = (), ids: Sequence[tuple[int, str]] = (), given: Mapping[str, Any] | None = None,
    words: str = "", back: str = "", at_once: bool = False, by: Actor, at: dt.datetime,
) -> Batch:  # fmt: skip
    """Ask for one move on many cases: by their `numbers` in the order given, or by `ids` (row id and number) as a list
    showed them just now. Which cases is settled here and does not change while the work is done.

    Args:
        given: what the move asks for, as plain values (codes, texts).
        at_once: the caller does the work itself right away; the worker leaves it alone for a minute.

    Raises:
        Refused: a move that is not made on many, nothing or too many chosen, or something asked for is missing or wrong.
        StillRunning: some of the cases wait in another batch of the same move.
        NotAllowed: people in the actor's roles do not make this move on many.
    """
    if verb not in VERBS:
        raise Refused(_("这一步不能批量办理。"))
    demand(by, f"batches.use_{verb}")
    plain = {name: str(value) for name, value in (given or {}).items() if value not in (None, "") and name in VERBS[verb].fields}
    verbs.read(verb, plain)
    chosen = _chosen(numbers, ids, cast(User, by))
    if n := selectors.still_waiting(verb, {pk for pk, _number in chosen if pk}):
        raise StillRunning(n, CASE.moves[verb].title)
    batch = Batch(kind=Batch.Kind.MOVES, what=verb, given=plain, words=words[:300], back=back[:2_000], total=len(chosen))
    _store(batch, by, at, at_once)
    _items(batch, chosen)
    return batch


def _chosen(numbers: Sequence[str], ids: Sequence[tuple[int, str]], by: User) -> list[tuple[int | None, str]]:
    """Row id and number of every case that was asked for, each once; no id where there is none that `by` sees."""
    most = int(policy_value(MOST.key))
    wanted = list(dict.fromkeys(str(number)[:40] for number in numbers))
    if not 0 < len(wanted) + len(ids) <= most:
        raise Refused(_("请选择 1 至 %(n)d 条案件。") % {"n": most})
    found = selectors.rows_of(wanted, by)
    return [*((found.get(number), number) for number in wanted), *ids]


def _store(batch: Batch, by: Actor, at: dt.datetime, at_once: bool = False) -> None:
    batch.asked_by, batch.asked_at, batch.language = cast(User, by), at, get_language() or "zh-hans"
    batch.owner, batch.held_until = (me(), at + LEASE) if at_once else ("", None)
    batch.save(force_insert=True)


def _items(batch: Batch, chosen: Sequence[tuple[int | None, str]]) -> None:
    missing = _("找不到，或您无权查看。")
    rows = [
        BatchItem(batch=batch, seq=seq, case_id=pk, number=number, state=ItemState.WAITING if pk else ItemState.REFUSED, why="" if pk else missing)
        for seq, (pk, number) in enumerate(chosen, 1)
    ]
    BatchItem.objects.bulk_create(rows, batch_size=PIECE)
    if lost := sum(pk is None for pk, _number in chosen):
        batch.refused = lost
        batch.save(update_fields=["refused"])


@action
def ask_for_file(
    _nothing: None, *, kind: str, what: str, given: Mapping[str, Any] | None = None, words: str = "", back: str = "", file: str = "",
    file_name: str = "", total: int | None = None, by: Actor, at: dt.datetime,
) -> Batch:  # fmt: skip
    """Ask for the check or import of a held file of the sheet `what`, or for the export `what`.

    Raises:
        Refused: no such sheet or export.
        FileInHand: the same file is being worked on already, or was imported.
        NotAllowed: the sheet is not the actor's to import.
    """
    if kind == Batch.Kind.EXPORT:
        if what not in EXPORTS:
            raise Refused(_("没有这种导出。"))
        if not EXPORTS[what].may(cast(User, by), given or {}):
            raise NotAllowed(_("您没有权限导出这张表。"))
    elif what not in SHEETS or not by.has_perm(SHEETS[what].permission):
        raise NotAllowed(why_not(SHEETS[what].permission if what in SHEETS else "batches.ask_for_file"))
    batch = Batch(kind=kind, what=what, given=dict(given or {}), words=words[:300], back=back[:2_000], file=file, file_name=file_name[:200], total=total)
    try:
        with transaction.atomic():
            _store(batch, by, at)
    except IntegrityError as error:  # of two at the same moment the database lets one in
        raise FileInHand from error
    return batch


@action
def cancel(batch: Batch, *, by: Actor, at: dt.datetime) -> Batch:
    """Stop a batch: what is done stays done, the rest is left as it is.

    Raises:
        WrongState: it has come to its end already.
    """
    BATCH.move(batch, "cancel")
    batch.finished_at = at
    batch.save(update_fields=["state", "finished_at"])
    return batch


@action
def take_back(batch: Batch, *, note: str = "", by: Actor, at: dt.datetime) -> Batch:
    """Ask for taking back what a batch did: another batch of the opposite move, on exactly the cases that were done, each
    of which refuses where somebody went on with it since.

    Raises:
        NothingToTakeBack: its move has no opposite, it still runs, did nothing, or was taken back already.
        Refused: no reason was given.
        NotAllowed: people in the actor's roles do not make the opposite move on many.
    """
    if why := selectors.why_not_taken_back(batch):
        raise NothingToTakeBack(why)
    verb = VERBS[batch.what].back
    demand(by, f"batches.use_{verb}")
    given = {"note": note.strip()} if note.strip() else {}
    verbs.read(verb, given)
    chosen = list(batch.items.filter(state=ItemState.DONE).order_by("seq").values_list("case_id", "number"))
    again = Batch(kind=Batch.Kind.MOVES, what=verb, given=given, words=batch.words, back=batch.back, total=len(chosen), takes_back=batch)
    with transaction.atomic():
        _store(again, by, at)
    _items(again, chosen)
    return again


