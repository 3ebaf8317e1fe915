"""What follows from a changed record: the sum of each volunteer, stars whose hours are gone, certificates that no longer fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Min, Sum

from yipanqi.kernel.actors import SYSTEM
from yipanqi.messaging import actions as messaging
from yipanqi.records import selectors
from yipanqi.records.models import Certificate, Service, Standing, Star
from yipanqi.records.states import CertificateState, StarState


def add_up(volunteers: Iterable[int], at: dt.datetime) -> None:
    """Work out the sums of volunteers (row ids) anew and mark what does not fit them any more.

    Each sum is locked before its services are read, always in the order of the ids: two changes at once of one volunteer are
    both in it.
    """
    ids = sorted(set(volunteers))
    Standing.objects.bulk_create([Standing(volunteer_id=pk) for pk in ids], ignore_conflicts=True)
    held = list(Standing.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    counted = Service.objects.filter(volunteer__in=ids, struck_at__isnull=True, minutes__gt=0).order_by().values("volunteer")
    found: dict[int, Any] = {row["volunteer"]: row for row in counted.annotate(total=Sum("minutes"), n=Count("pk"), first=Min("on"), last=Max("on"))}
    changed = []
    for standing in held:
        row = found.get(standing.pk) or {}
        before, standing.minutes = standing.minutes, row.get("total", 0)
        standing.services, standing.first_on, standing.last_on = row.get("n", 0), row.get("first"), row.get("last")
        if standing.minutes != before:
            changed.append(standing)
    Standing.objects.bulk_update(held, ["minutes", "services", "first_on", "last_on"], batch_size=500)
    _mark_stars(changed, at)


def _mark_stars(changed: list[Standing], at: dt.datetime) -> None:
    """Stars of those whose sum changed: short where the hours are not there, and no longer short where they are again."""
    starred = set(Star.objects.filter(volunteer__in=[s.pk for s in changed], state=StarState.CONFIRMED).values_list("volunteer", flat=True))
    for standing in (one for one in changed if one.pk in starred):
        confirmed = Star.objects.filter(volunteer=standing.pk, state=StarState.CONFIRMED)
        confirmed.filter(needed__lte=standing.minutes, short_since__isnull=False).update(short_since=None)
        for star in selectors.short_stars(standing.volunteer, standing.minutes).filter(short_since__isnull=True).select_related("station"):
            star.short_since = at
            star.save(update_fields=["short_since"])
            facts = {"form": "short", "uuid": str(star.uuid), "grade": star.grade}
            messaging.tell(None, kind="records.star_desk", facts=facts, why=f"star:{star.uuid}:short:{at.isoformat()}", people=selectors.people_who_decide(star.station), by=SYSTEM, at=at)


def mark_certificates(service: Service, at: dt.datetime) -> None:
    """Certificates that count a service: marked where the record no longer says what they say, unmarked where it does again."""
    for certificate in Certificate.objects.select_for_update().filter(lines__service=service, state=CertificateState.ISSUED).order_by("pk"):
        differs = selectors.lines_that_differ(certificate).exists()
        if differs == (certificate.broken_since is not None):
            continue
        certificate.broken_since, certificate.kept_at_minutes = (at, None) if differs else (None, None)
        certificate.save(update_fields=["broken_since", "kept_at_minutes"])
        if differs:
            facts = {"form": "broken", "uuid": str(certificate.uuid), "number": certificate.number}
            messaging.tell(None, kind="records.certificate_desk", facts=facts, why=f"certificate:{certificate.uuid}:broken:{at.isoformat()}", people=selectors.people_who_issue(certificate.issuer), by=SYSTEM, at=at)
