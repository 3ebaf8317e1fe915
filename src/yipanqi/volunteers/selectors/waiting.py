"""What waits: pairs that look like one person, entries whose time is over, erasures that are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Role
from yipanqi.volunteers.catalogue import KEEP_LEFT, KEEP_UNFINISHED
from yipanqi.volunteers.models import OwnRequest, Pair, Volunteer
from yipanqi.volunteers.selectors.people import visible_to
from yipanqi.volunteers.states import LIVE, RequestState, VolunteerState

#: More entries than so many under one telephone are a family, a school or a mistake, not one person.
SHARED = 4


def likely_pairs(most: int) -> Iterator[tuple[int, int, str]]:
    """(first, second, reason) of live entries that look like one person and were not paired before, at most so many."""
    known = set(Pair.objects.values_list("first_id", "second_id"))
    found: dict[tuple[int, int], str] = {}
    for reason, fields in (("name_birth", ("name", "born_on")), ("phone", ("phone_hash",))):
        for ids in _alike(fields):
            for pair in combinations(sorted(ids), 2):
                if pair not in known:
                    found[pair] = "same_person" if pair in found else reason
            if len(found) >= most:
                break
    return ((first, second, reason) for (first, second), reason in sorted(found.items())[:most])


def _alike(fields: tuple[str, ...]) -> Iterator[list[int]]:
    """Row ids of live entries that have all of the fields in common."""
    filled = Volunteer.objects.filter(state__in=LIVE).exclude(phone_hash="") if fields == ("phone_hash",) else Volunteer.objects.filter(state__in=LIVE, born_on__isnull=False)
    groups = filled.order_by().values_list(*fields).annotate(n=Count("pk")).filter(n__gt=1)
    for *values, n in groups.iterator(chunk_size=500):
        if fields != ("phone_hash",) or n <= SHARED:
            yield list(filled.filter(**dict(zip(fields, values, strict=True))).values_list("pk", flat=True))


def pairs_visible_to(user: Any) -> QuerySet[Pair]:
    """Pairs both of whose entries the user looks after."""
    rows = Pair.objects.select_related("first__area", "second__area")
    if not user.has_perm("volunteers.see_pairs"):
        return rows.none()
    if Role.CENTRE in user.roles:
        return rows
    seen = visible_to(user).values("pk")
    return rows.filter(first__in=seen, second__in=seen)


def requests_visible_to(user: Any) -> QuerySet[OwnRequest]:
    """Requests of those whom the user looks after, and one's own."""
    rows = OwnRequest.objects.select_related("volunteer")
    if Role.CENTRE in getattr(user, "roles", ()):
        return rows
    if user.has_perm("volunteers.see_requests"):
        return rows.filter(volunteer__in=visible_to(user).values("pk"))
    return rows.filter(Q(volunteer__user=user.pk) | Q(volunteer__guardian__user=user.pk)) if getattr(user, "pk", None) else rows.none()


def to_erase(at: dt.datetime) -> QuerySet[Volunteer]:
    """Who left, was not accepted or never finished, so long ago that the data are to be erased."""
    today = timezone.localdate(at)
    left = Q(state=VolunteerState.LEFT, ended_on__lte=today - dt.timedelta(days=int(policy_value(KEEP_LEFT.key))))
    unfinished = dt.timedelta(days=int(policy_value(KEEP_UNFINISHED.key)))
    declined = Q(state=VolunteerState.DECLINED, ended_on__lte=today - unfinished)
    waiting = Q(state=VolunteerState.CONSENT, entered_at__lte=at - unfinished, registered_on__isnull=True)
    return Volunteer.objects.filter(left | declined | waiting)


def erasures_due(at: dt.datetime) -> QuerySet[OwnRequest]:
    """Erasures whose days to think it over are past."""
    return OwnRequest.objects.filter(kind=OwnRequest.Kind.ERASURE, state=RequestState.WAITING, due_on__lte=timezone.localdate(at))
