"""What another policy would have sent: the ladder climbed over again for the cases of a past period."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.selectors import clock_after
from yipanqi.escalation.catalogue import STEPS
from yipanqi.escalation.ladder import Running, Setting, steps_due
from yipanqi.escalation.selectors import AGAINST, PIECE, monday


class Sent(NamedTuple):
    """One step that would have been taken: when, for which unit (code) and case (row id). `paper` is the kind of letter
    that would have begun with it, empty where it only joins one of the week; `held_back`: the month's cap kept it from
    being written."""

    at: dt.datetime
    unit: str
    step: str
    case: int
    paper: str = ""
    held_back: bool = False


@dataclass
class Trial:
    """What a policy would have sent in a period, in order; and how many cases units had in it."""

    sent: list[Sent] = field(default_factory=list)
    cases: int = 0

    @property
    def steps(self) -> Counter[str]:
        """How many steps of each kind."""
        return Counter(one.step for one in self.sent)

    @property
    def letters(self) -> Counter[str]:
        """How many letters of each kind, gathered by unit and week."""
        return Counter(one.paper for one in self.sent if one.paper)

    @property
    def held_back(self) -> int:
        """How many letters the cap of a month kept from being written."""
        return sum(one.held_back for one in self.sent)

    @property
    def units(self) -> dict[str, Counter[str]]:
        """By unit, the steps by kind, and under "letters" its letters."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for one in self.sent:
            found[one.unit].update([one.step, *(["letters"] if one.paper else [])])
        return dict(found)

    def behind(self, unit: str = "", step: str = "", paper: str = "", held_back: bool = False) -> list[Sent]:
        """What stands behind one of the numbers; `paper` may be "any"."""
        return [
            one
            for one in self.sent
            if (not unit or one.unit == unit) and (not step or one.step == step) and (not held_back or one.held_back)
            and (not paper or one.paper == paper or (paper == "any" and one.paper))
        ]  # fmt: skip


def simulate(start: dt.datetime, end: dt.datetime, policy: Mapping[str, Setting], cap: int) -> Trial:
    """Climb the ladder over again for the cases that units had between two moments, under `policy`."""
    found = Trial()
    had = Case.objects.filter(dispatched_at__lt=end).filter(Q(closed_at__isnull=True) | Q(closed_at__gte=start)).order_by("id")
    happened: list[Sent] = []
    last = 0
    while piece := list(had.filter(pk__gt=last).only("id", "rebound_of_id")[:PIECE]):
        last = piece[-1].pk
        threads: dict[int, list[CaseMove]] = defaultdict(list)
        for move in CaseMove.objects.filter(case__in=piece, at__lt=end).order_by("case_id", "at", "id"):
            threads[move.case_id].append(move)
        back = {case.pk for case in piece if case.rebound_of_id is not None}
        for pk, thread in threads.items():
            happened += _climbed(thread, pk in back, start, end, policy)
        found.cases += len(threads)
    found.sent = list(_posted(sorted(happened), cap))
    return found


def _climbed(
    thread: Sequence[CaseMove], rebound: bool, start: dt.datetime, end: dt.datetime, policy: Mapping[str, Setting]
) -> Iterator[Sent]:
    """The hardest step of each moment at which some became due."""
    taken: set[tuple[str, str]] = set()
    for n, move in enumerate(thread):
        until = thread[n + 1].at if n + 1 < len(thread) else end
        run = _run_after(thread[: n + 1], rebound)
        if run is None or move.target not in AGAINST:
            continue
        unit, clock = run
        found = [(max(due.at, move.at), due) for due in steps_due(clock, policy) if due.at < until and (due.step, due.occasion) not in taken]
        taken |= {(due.step, due.occasion) for _at, due in found}
        by_moment = {at: due.step for at, due in found}  # a harder one at the same moment comes later and overtakes
        yield from (Sent(at, unit, step, move.case_id) for at, step in by_moment.items() if start <= at < end)


def _run_after(moves: Sequence[CaseMove], rebound: bool) -> tuple[str, Running] | None:
    unit, standing = clock_after(moves)
    if not unit or standing.due_at is None:
        return None
    back = [move for move in moves if move.verb == "verify_fail"]
    false = bool(back) and bool(back[-1].data.get("false_reply"))
    since = next((move.at for move in reversed(moves) if move.source != move.target), moves[-1].at)
    return unit, Running(standing.due_at, standing.amount, standing.clock, calendar_for(unit), len(back), since, false, rebound)


def _posted(happened: Iterable[Sent], cap: int) -> Iterator[Sent]:
    """Gather letters by unit, kind and week, and hold back those beyond the cap of a month."""
    gathered: set[tuple[str, str, dt.date]] = set()
    months: Counter[tuple[str, str]] = Counter()
    for one in happened:
        paper = STEPS[one.step].paper
        if not paper or (one.unit, paper, monday(one.at)) in gathered:
            yield one
            continue
        month = timezone.localtime(one.at).strftime("%Y-%m")
        if months[one.unit, month] >= cap:
            yield one._replace(held_back=True)
            continue
        gathered.add((one.unit, paper, monday(one.at)))
        months[one.unit, month] += 1
        yield one._replace(paper=paper)
