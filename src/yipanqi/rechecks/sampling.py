"""Which mended cases of low severity a person verifies, and what other shares would have meant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.utils import timezone

from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.selectors import mending_is_shown, objected_to
from yipanqi.cases.states import State
from yipanqi.kernel.models import Policy
from yipanqi.kernel.policy import policy_value
from yipanqi.rechecks.catalogue import FULL_DAYS, LEAST_SHARE, VERIFY_AFTER, VERIFY_SHARE
from yipanqi.rechecks.models import SampleDraw

#: How far back days are drawn that were missed while no worker ran.
CATCH_UP = 7


def share_of(severity: int) -> float:
    """The share (0 to 1) of mended cases of a severity that a person verifies."""
    spec = VERIFY_SHARE.get(severity)
    return min(1.0, max(LEAST_SHARE, float(policy_value(spec.key))) / 100) if spec else 1.0


def is_on() -> bool:
    return any(share_of(severity) < 1 for severity in VERIFY_SHARE)


def days_to_draw(now: dt.datetime) -> list[dt.date]:
    """Past days that were not drawn yet, the oldest first; none while everything is verified. What was mended until the
    day on which the office last changed the shares was mended under another rule, and keeps it: a person verifies it."""
    if not is_on():
        return []
    days = [timezone.localdate(now) - dt.timedelta(days=n) for n in range(CATCH_UP, 0, -1)]
    changed = Policy.objects.filter(key__in=[spec.key for spec in VERIFY_SHARE.values()]).aggregate(at=Max("changed_at"))["at"]
    days = [day for day in days if changed is None or day > timezone.localdate(changed)]
    done = set(SampleDraw.objects.filter(day__in=days).values_list("day", flat=True))
    return [day for day in days if day not in done]


def candidates(day: dt.date) -> QuerySet[Case]:
    """Cases reported mended on a day that still wait for verification."""
    start = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    rows = Case.objects.filter(state=State.RESOLVED, spared_until__isnull=True, resolved_at__gte=start, resolved_at__lt=start + dt.timedelta(days=1))
    return rows.select_related("issue_class").order_by("number")


def why_in_full(case: Case, at: dt.datetime) -> str:
    """Why a case is verified whatever the share: severe, sent back or returned before, somebody objected since it was
    mended, its unit sent back lately, or its mending not shown; empty where the share holds."""
    if case.severity not in VERIFY_SHARE:
        return "severe"
    if case.rework or case.rebound_of_id:
        return "again"
    if objected_to(case):
        return "objected"
    since = at - dt.timedelta(days=int(policy_value(FULL_DAYS.key)))
    if CaseMove.objects.filter(verb="verify_fail", at__gte=since, case__unit=case.unit_id).exists():
        return "unit"
    needed = case.issue_class is not None and case.issue_class.photo_required
    return "photo" if needed and not mending_is_shown(case) else ""


def term(case: Case, at: dt.datetime) -> dt.datetime:
    """When a case that was not drawn is struck off."""
    return max(case.resolved_at or at, at) + dt.timedelta(days=max(0, int(policy_value(VERIFY_AFTER.key))))


def spared_and_over(now: dt.datetime) -> QuerySet[Case]:
    """Cases that were not drawn and whose term is over."""
    return Case.objects.filter(state=State.RESOLVED, spared_until__lte=now).order_by("id")


@dataclass(frozen=True)
class Trial:
    """What a share would have meant for one severity in the past: cases verified, of which failed at first; how many
    nobody would have looked at, and how many failures would have passed unseen on average."""

    severity: int
    share: float
    n: int
    failed: int

    @property
    def spared(self) -> int:
        return round(self.n * (1 - self.share))

    @property
    def unseen(self) -> float:
        return round(self.failed * (1 - self.share), 1)


def trial(shares: dict[int, float], now: dt.datetime, days: int = 90) -> list[Trial]:
    """Another policy over the last days, by what verification found."""
    moves = CaseMove.objects.filter(verb__in=("verify_pass", "verify_fail"), at__gte=now - dt.timedelta(days=days), at__lt=now, case__by_sample=False)
    found = []
    for severity, share in shares.items():
        of = moves.filter(case__severity=severity)
        failed = of.filter(verb="verify_fail").values("case_id").distinct().count()
        found.append(Trial(severity, share, of.values("case_id").distinct().count(), failed))
    return found
