"""Hours settled and corrected, and cases struck off, become points."""

from __future__ import annotations

from yipanqi.activities.events import HoursCorrected, HoursSettled
from yipanqi.cases.events import CaseClosed, CaseFixedOnTheSpot
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.points import actions, telling
from yipanqi.points.catalogue import enabled
from yipanqi.points.events import EntryReversed, PointsGiven, PointsRedeemed
from yipanqi.points.models import Claim


@handles(HoursSettled)
def credit_settled_hours(event: HoursSettled) -> None:
    if enabled():
        actions.credit_hours(None, attendance=event.attendance_id, by=SYSTEM, at=event.at)


@handles(HoursCorrected)
def credit_corrected_hours(event: HoursCorrected) -> None:
    if enabled():
        actions.correct_hours(None, attendance=event.attendance_id, by=SYSTEM, at=event.at)


@handles(CaseClosed, CaseFixedOnTheSpot)
def credit_claimed_report(event: CaseClosed | CaseFixedOnTheSpot) -> None:
    claim = Claim.objects.filter(case=event.case_id, credited_at__isnull=True).first() if enabled() else None
    if claim is not None:
        actions.credit_report(claim, by=SYSTEM, at=event.at)


@handles(PointsRedeemed, PointsGiven, EntryReversed)
def tell_of_entry(event: PointsRedeemed | PointsGiven | EntryReversed) -> None:
    if enabled():
        telling.of_entry(event.entry, by=SYSTEM, at=event.at)
