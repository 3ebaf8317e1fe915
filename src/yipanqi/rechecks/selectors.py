"""What is to be looked at again, what came of it, and what keeps coming back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.kernel.models import JournalSeal
from yipanqi.kernel.policy import policy_value
from yipanqi.rechecks.catalogue import AFTER_DAYS
from yipanqi.rechecks.drawing import smoothed
from yipanqi.rechecks.models import Draw, Recheck
from yipanqi.rechecks.states import RecheckState

YEAR = dt.timedelta(days=365)
#: How far back days are drawn that were missed while no worker ran.
CATCH_UP = 14


def visible_to(user: Any) -> QuerySet[Recheck]:
    """Rechecks of cases that the person sees, for those who look again or oversee it."""
    if not user.has_perm("rechecks.see_rechecks"):
        return Recheck.objects.none()
    return Recheck.objects.all() if cases.sees_all(user) else Recheck.objects.filter(case__in=cases.visible_to(user))


def waiting(user: Any) -> QuerySet[Recheck]:
    """What is still to be looked at, the soonest due first."""
    return visible_to(user).filter(state=RecheckState.DUE).select_related("case__unit", "case__place", "case__issue_class")


def days_to_draw(now: dt.datetime) -> list[dt.date]:
    """Days whose closed cases are old enough and were not drawn yet, the oldest first."""
    last = timezone.localdate(now) - dt.timedelta(days=int(policy_value(AFTER_DAYS.key)))
    days = [last - dt.timedelta(days=n) for n in range(CATCH_UP - 1, -1, -1)]
    done = set(Draw.objects.filter(day__in=days).values_list("day", flat=True))
    return [day for day in days if day not in done]


def candidates(day: dt.date) -> QuerySet[Case]:
    """Cases that a unit mended and that were struck off on a day, and still are."""
    zone = timezone.get_default_timezone()
    start = dt.datetime.combine(day, dt.time(), zone)
    mended = Case.objects.filter(state=State.CLOSED, closed_at__gte=start, closed_at__lt=start + dt.timedelta(days=1))
    return mended.filter(dispatched_at__isnull=False, unit__isnull=False).order_by("number")


def risks(found: Iterable[Case], now: dt.datetime) -> list[float]:
    """The probability that each comes back, from what came back of its class, unit and place within a year, drawn toward
    the mean where little is known; between a tenth of the mean and 0.9."""
    closed = Case.objects.filter(closed_at__gte=now - YEAR, closed_at__lt=now, dispatched_at__isnull=False)
    keys = ("issue_class_id", "unit_id", "place_id")
    known: dict[str, dict[int, list[int]]] = {key: {} for key in keys}
    all_closed = all_back = 0
    for *pointed, count, back in closed.order_by().values_list(*keys).annotate(closed=Count("id"), back=Count("id", filter=Q(rebounds__gt=0))):
        all_closed, all_back = all_closed + count, all_back + back
        for key, pk in zip(keys, pointed, strict=True):
            if pk is not None:
                sums = known[key].setdefault(pk, [0, 0])
                sums[0], sums[1] = sums[0] + count, sums[1] + back
    mean = (all_back + 1) / (all_closed + 20)
    lifts = {key: {pk: smoothed(back, count, mean) for pk, (count, back) in rows.items()} for key, rows in known.items()}
    answer = []
    for case in found:
        risk = mean
        for key, lift in lifts.items():
            risk *= lift.get(getattr(case, key), 1.0)
        answer.append(min(0.9, max(mean / 10, risk)))
    return answer


def unanswered(case_id: int) -> QuerySet[Recheck]:
    """The newest recheck of a case, if nobody answered it."""
    return Recheck.objects.filter(case_id=case_id, state__in=(RecheckState.DUE, RecheckState.LAPSED)).order_by("-closed_at", "-id")[:1]


def newest_seal() -> str:
    """The head of the journal: nobody can choose it, and everybody can look it up."""
    seal = JournalSeal.objects.order_by("-number").first()
    return seal.chain if seal else ""
