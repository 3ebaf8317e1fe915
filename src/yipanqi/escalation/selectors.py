"""What is due on the ladder, what was taken, and what a policy would have done."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.states import State
from yipanqi.escalation.catalogue import MONTHLY_CAP, settings
from yipanqi.escalation.ladder import Due, Running, steps_due
from yipanqi.escalation.models import LetterDue, Rung
from yipanqi.kernel.policy import policy_value
from yipanqi.kernel.stamps import one_look
from yipanqi.people.models import Unit

#: While a unit must act; what waits for the desk or an inspector is not the unit's delay.
AGAINST = (State.DISPATCHED, State.HANDLING)
PIECE = 500


def visible_to(user: Any) -> QuerySet[Rung]:
    """Steps about cases that the person sees."""
    if not user.has_perm("escalation.see_ladder"):
        return Rung.objects.none()
    return Rung.objects.all() if cases.sees_all(user) else Rung.objects.filter(case__in=cases.visible_to(user))


def letters_visible_to(user: Any) -> QuerySet[LetterDue]:
    """Letters that are due or were dropped, with the number of problems in each."""
    if not user.has_perm("escalation.see_ladder"):
        return LetterDue.objects.none()
    return LetterDue.objects.select_related("unit").annotate(problems=Count("rungs"))


def leaders_list(user: Any) -> QuerySet[Rung]:
    """The newest such step of every case that is on the city leaders' list and still open, the longest overdue first."""
    open_now = Q(case__state__in=cases.OPEN_STATES)
    return visible_to(user).filter(open_now, step="leader").select_related("case__unit", "case__issue_class", "case__area").order_by("due_at", "id")


def running(case: Case, false_reply: bool) -> Running | None:
    """The clock that runs against the case's unit; None where none does."""
    if case.state not in AGAINST or case.due_at is None or case.unit is None:
        return None
    return Running(
        case.due_at, case.handle_amount, case.handle_clock, calendar_for(case.unit.code), case.rework, case.stage_started_at, false_reply,
        case.rebound_of_id is not None,
    )  # fmt: skip


def falsely_reported(found: Iterable[Case]) -> set[int]:
    """Of these cases those (row ids) that came back last because the unit's report was untrue."""
    back = CaseMove.objects.filter(case__in=[case.pk for case in found if case.rework], verb="verify_fail").order_by("at", "id")
    last = {move.case_id: bool(move.data.get("false_reply")) for move in back.only("case_id", "data")}
    return {pk for pk, false in last.items() if false}


def due_now(now: dt.datetime) -> Iterator[tuple[Case, list[Due]]]:
    """Every case with the steps that are due and were not taken, mildest first."""
    waiting = Case.objects.filter(cases.IS_OPEN, state__in=AGAINST, due_at__isnull=False, unit__isnull=False).order_by("id")
    last = 0
    while piece := list(waiting.filter(pk__gt=last).select_related("unit", "issue_class")[:PIECE]):
        last = piece[-1].pk
        taken: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for case_id, step, occasion in Rung.objects.filter(case__in=piece).values_list("case_id", "step", "occasion"):
            taken[case_id].add((step, occasion))
        false = falsely_reported(piece)
        with one_look():  # settings and calendars are the same for all of them
            dues = [(case, _due(case, now, case.pk in false)) for case in piece]
        for case, due in dues:
            if found := [one for one in due if (one.step, one.occasion) not in taken[case.pk]]:
                yield case, found


def _due(case: Case, now: dt.datetime, false_reply: bool) -> list[Due]:
    run = running(case, false_reply)
    return [due for due in steps_due(run, settings()) if due.at <= now] if run else []


def is_due(case: Case, step: str, occasion: str, now: dt.datetime) -> bool:
    """Whether a step about a case is due and was not taken."""
    due = any((one.step, one.occasion) == (step, occasion) for one in _due(case, now, bool(falsely_reported([case]))))
    return due and not Rung.objects.filter(case=case, step=step, occasion=occasion).exists()


def monday(at: dt.datetime) -> dt.date:
    """The Monday of the week of `at`, in the city's time."""
    day = timezone.localdate(at)
    return day - dt.timedelta(days=day.weekday())


def capped(unit: Unit, kind: str, at: dt.datetime) -> bool:
    """Whether the unit is owed no further letter this month. One that is being gathered for this week takes more problems in."""
    if LetterDue.objects.filter(unit=unit, kind=kind, week=monday(at)).exists():
        return False
    first = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return LetterDue.objects.filter(unit=unit, created_at__gte=first).count() >= int(policy_value(MONTHLY_CAP.key))
