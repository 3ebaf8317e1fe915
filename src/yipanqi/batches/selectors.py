"""Reads of the app: one's own batches, what is due, what became of the items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yipanqi.batches.catalogue import KEEP_DAYS, VERBS
from yipanqi.batches.models import Batch, BatchItem
from yipanqi.batches.owners import free
from yipanqi.batches.states import ACTIVE, BATCH, BatchState, ItemState
from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.states import CASE
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Role, User
from yipanqi.sheets import SHEETS

#: Lines of a thread that nothing is built on: what was done can still be taken back after them.
ASIDE = ("comment", "confirm")
SOON = dt.timedelta(seconds=15)


def visible_to(user: Any) -> QuerySet[Batch]:
    """One's own batches; for the head of the office and the auditor also the moves that others made."""
    if not isinstance(user, User) or not user.is_active:
        return Batch.objects.none()
    mine = Q(asked_by=user)
    if user.roles & {Role.HEAD, Role.AUDITOR}:
        mine |= Q(kind=Batch.Kind.MOVES)
    return Batch.objects.filter(mine).select_related("asked_by")


def active() -> QuerySet[Batch]:
    """What waits or runs."""
    return Batch.objects.filter(state__in=ACTIVE)


def waiting(now: dt.datetime) -> QuerySet[Batch]:
    """What the worker may go on with, the one served longest ago first, so that a small batch does not wait for a large one."""
    return active().filter(free(now)).order_by(F("served_at").asc(nulls_first=True), "id")


def next_items(batch: Batch, limit: int) -> list[BatchItem]:
    """The next items that are still to be done."""
    return list(batch.items.filter(state=ItemState.WAITING).order_by("seq")[:limit])


def still_waiting(verb: str, ids: Collection[int]) -> int:
    """How many of the cases wait for the same move in a batch that is not at its end."""
    going = list(active().filter(kind=Batch.Kind.MOVES, what=verb).values_list("pk", flat=True))
    if not going:
        return 0
    waits = BatchItem.objects.filter(batch__in=going, state=ItemState.WAITING, case__isnull=False).values_list("case_id", flat=True)
    return len(set(waits).intersection(ids))


def rows_of(numbers: Sequence[str], user: User) -> dict[str, int]:
    """The row ids of the cases of these numbers that the person sees."""
    seen = cases.visible_to(user)
    found: dict[str, int] = {}
    for start in range(0, len(numbers), 500):
        found.update(seen.filter(number__in=numbers[start : start + 500]).values_list("number", "pk"))
    return found


def case_for(item: BatchItem, user: User) -> Case | None:
    """The case of an item, if the person sees it."""
    return cases.visible_to(user, few=True).filter(pk=item.case_id or 0).select_related("unit", "place", "issue_class").first()


def last_line(case: Case) -> CaseMove | None:
    """The newest line of a thread that others could build on."""
    return CaseMove.objects.filter(case=case).exclude(verb__in=ASIDE).select_related("actor").order_by("-at", "-id").first()


def why_gone_on(batch: Batch, case: Case) -> str:
    """Why what an earlier batch did with a case is not taken back any more: who went on with it; empty where nobody did."""
    made = BatchItem.objects.filter(batch=batch.takes_back_id, case=case).values_list("move_id", flat=True).first()
    last = last_line(case)
    if last is None or last.pk == made:
        return ""
    facts = {
        "who": last.actor.name if last.actor else _("系统"), "when": timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M"),
        "what": CASE.moves[last.verb].title if last.verb in CASE.moves else last.verb, "state": case.get_state_display(),
    }  # fmt: skip
    return _("已由 %(who)s 于 %(when)s 办理“%(what)s”（%(state)s），不能再撤回。") % facts


def goes_back(batch: Batch) -> str:
    """The move that takes back what a batch does; empty where there is none. Taking back is not itself taken back."""
    found = VERBS.get(batch.what) if batch.kind == Batch.Kind.MOVES and not batch.takes_back_id else None
    return found.back if found else ""


def why_not_taken_back(batch: Batch) -> str:
    """Why a batch cannot be taken back as a whole; empty where it can."""
    if not goes_back(batch):
        return _("这一步办理后不能成批撤回，请打开案件逐条处理。")
    if batch.state in ACTIVE:
        return _("还在办理，请先停止，再撤回已办的部分。")
    if Batch.objects.filter(takes_back=batch).exists():
        return _("这一批已经撤回过，请查看撤回的结果。")
    return "" if batch.done else _("这一批没有办成的案件，不需要撤回。")


def reasons(batch: Batch, most: int = 20) -> list[tuple[str, int]]:
    """Why items were refused, the most frequent first."""
    refused = batch.items.filter(state=ItemState.REFUSED).values_list("why").annotate(n=Count("pk"))
    return [(why, n) for why, n in refused.order_by("-n", "why")[:most]]


def title_of(batch: Batch) -> str:
    """What a batch is about, in words."""
    if batch.kind == Batch.Kind.MOVES:
        title = CASE.moves[batch.what].title if batch.what in CASE.moves else batch.what
        return _("撤回：%(title)s") % {"title": CASE.moves[batch.takes_back.what].title} if batch.takes_back else str(title)
    return str(SHEETS[batch.what].title) if batch.what in SHEETS else batch.file_name


def share(batch: Batch) -> int | None:
    """How much is gone through, in percent; None while nobody knows how many there are."""
    gone = batch.done + batch.refused
    return min(100, gone * 100 // batch.total) if batch.total else None


def left(batch: Batch, now: dt.datetime) -> dt.timedelta | None:
    """How long it will still take at the pace so far; None where that would be a guess."""
    gone, began = batch.done + batch.refused, batch.started_at
    if batch.state != BatchState.RUNNING or not batch.total or not began or now - began < SOON or gone * 20 < batch.total:
        return None
    return (now - began) * (max(0, batch.total - gone) / gone)


def may(batch: Batch, user: Any) -> dict[str, bool]:
    """What the person can do with a batch as it stands."""
    can_stop = batch.state in BATCH.moves["cancel"].source and user.has_perm("batches.cancel", batch)
    back = goes_back(batch)
    undo = bool(back) and not why_not_taken_back(batch) and user.has_perm("batches.take_back", batch) and user.has_perm(f"batches.use_{back}")
    return {"cancel": can_stop, "take_back": undo}


def past_term(now: dt.datetime) -> QuerySet[Batch]:
    """Batches older than they are kept."""
    return Batch.objects.filter(asked_at__lt=now - dt.timedelta(days=int(policy_value(KEEP_DAYS.key)))).exclude(state__in=ACTIVE)


def news(pk: int) -> dict[str, Any]:
    """What is told of a batch's end, and to whom, for `messaging.tell`."""
    batch = Batch.objects.select_related("asked_by", "takes_back").get(pk=pk)
    form = "failed" if batch.state == BatchState.FAILED else batch.kind
    with override(batch.language):
        facts = {"form": form, "id": str(batch.uuid), "what": title_of(batch), "done": batch.done, "refused": batch.refused}
    return {"facts": facts, "why": f"batch {batch.uuid}", "people": [batch.asked_by]}
