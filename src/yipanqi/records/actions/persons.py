"""What becomes of a record when two volunteers are one, or one is erased; and of requests that nobody answers."""

from __future__ import annotations

import datetime as dt

from yipanqi.activities.states import AttendanceState
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.messaging import actions as messaging
from yipanqi.records import selectors
from yipanqi.records.actions.sums import add_up, mark_certificates
from yipanqi.records.models import Amendment, Certificate, Commendation, Evaluation, Service, Star, Training
from yipanqi.records.states import CertificateState, StarState
from yipanqi.volunteers.models import Volunteer

LIVE = (StarState.ASKED, StarState.CONFIRMED)
TAKEN_BACK = {"state": "dropped"}


@action
def take_over_record(kept: Volunteer, *, gone: Volunteer, by: Actor, at: dt.datetime) -> Volunteer:
    """Two entries were one person: everything recorded of the one that is gone stands under the one that is kept. A star that
    both have stays once; a paper once issued keeps its number and what it says."""
    for star in Star.objects.select_for_update().filter(volunteer=gone, state__in=LIVE):
        if Star.objects.filter(volunteer=kept, scheme=star.scheme, grade=star.grade, state__in=LIVE).exists():
            star.state, star.decided_at = (StarState.DROPPED if star.state == StarState.ASKED else StarState.WITHDRAWN), at
            star.short_since = None
            star.save()
    waiting = Certificate.objects.filter(volunteer=kept, state=CertificateState.ASKED).values("issuer")
    Certificate.objects.filter(volunteer=gone, state=CertificateState.ASKED, issuer__in=waiting).update(decided_at=at, **TAKEN_BACK)
    for model in (Service, Training, Commendation, Evaluation, Star, Certificate, Amendment):
        model._default_manager.filter(volunteer=gone).update(volunteer=kept)
    # Where both were at one shift, only one of the two attendances counts any more.
    twice = Service.objects.filter(volunteer=kept, minutes__gt=0, attendance__isnull=False).exclude(attendance__state=AttendanceState.SETTLED)
    lost = list(twice)
    twice.update(minutes=0)
    add_up([kept.pk, gone.pk], at)
    for service in lost:
        mark_certificates(service, at)
    return kept


@action
def erase_record(volunteer: Volunteer, *, by: Actor, at: dt.datetime) -> Volunteer:
    """The volunteer asked to be erased: hours stay as numbers without a person, words about the person go, what was issued can
    no longer be printed or checked, and nothing is pending any more."""
    Certificate.objects.filter(volunteer=volunteer, state=CertificateState.ASKED).update(decided_at=at, note="", **TAKEN_BACK)
    Certificate.objects.filter(volunteer=volunteer, number__isnull=False).update(facts="", code="", note="", erased_at=at, broken_since=None, shown_until=None)
    Star.objects.filter(volunteer=volunteer, state=StarState.ASKED).update(decided_at=at, **TAKEN_BACK)
    Star.objects.filter(volunteer=volunteer).update(short_since=None, why="", asked_by=None)
    Amendment.objects.filter(volunteer=volunteer).delete()
    Evaluation.objects.filter(volunteer=volunteer).delete()
    Commendation.objects.filter(volunteer=volunteer).delete()
    Certificate.objects.filter(volunteer=volunteer).update(asked_by=None)
    return volunteer


@action
def tell_waiting(_nothing: None, *, before: dt.datetime, by: Actor, at: dt.datetime) -> None:
    """Remind, once each, those with whom requests have been waiting since before a moment."""
    stars, certificates, amendments = selectors.waiting_since(before)
    for star in stars[:500]:
        facts = {"form": "late", "uuid": str(star.uuid), "grade": star.grade}
        messaging.tell(None, kind="records.star_desk", facts=facts, why=f"star:{star.uuid}:late", people=selectors.people_who_decide(star.station), by=SYSTEM, at=at)
    for one in certificates[:500]:
        facts = {"form": "late", "uuid": str(one.uuid), "number": ""}
        messaging.tell(None, kind="records.certificate_desk", facts=facts, why=f"certificate:{one.uuid}:late", people=selectors.people_who_issue(one.issuer), by=SYSTEM, at=at)
    for amendment in amendments[:500]:
        facts = {"form": "late", "uuid": str(amendment.uuid)}
        messaging.tell(None, kind="records.amendment_desk", facts=facts, why=f"amendment:{amendment.uuid}:late:{amendment.state}", people=selectors.people_who_issue(amendment.issuer), by=SYSTEM, at=at)
