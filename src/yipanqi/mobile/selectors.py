"""Reads of the phone pages: what waits for an inspector's look after it was mended, and what is open at a place."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Assignment, Case
from yipanqi.cases.states import Part, State
from yipanqi.inspections.selectors import distance_m
from yipanqi.people.models import User
from yipanqi.places.models import Place


@dataclass(frozen=True)
class Errand:
    """A mended case to look at: whether it lies at one of the inspector's places, metres away (None: unknown)."""

    case: Case
    mine: bool
    distance_m: float | None


def verifiable(user: User) -> QuerySet[Case]:
    """Cases waiting for 核查 that were not mended by a unit of the user."""
    own = Assignment.objects.filter(unit_id__in=user.unit_ids).exclude(state=Part.WITHDRAWN)
    rows = cases.visible_to(user).filter(state=State.RESOLVED, spared_until__isnull=True).exclude(pk__in=own.values("case_id"))
    return rows.select_related("place", "unit", "issue_class").order_by("stage_due_at", "id")


def errands_of(
    user: User, places: frozenset[int], position: tuple[float, float] | None = None, most: int = 100
) -> list[Errand]:
    """The next cases to verify: those at the given places first, then nearest (by deadline without a position)."""
    found = []
    for case in verifiable(user)[:1000]:
        near = None
        if position and case.lon is not None and case.lat is not None:
            near = distance_m(*position, case.lon, case.lat)
        found.append(Errand(case, case.place_id in places, near))
    found.sort(
        key=lambda errand: (not errand.mine, errand.distance_m if errand.distance_m is not None else float("inf"))
    )
    return found[:most]


def open_cases_at(user: User, place: Place) -> QuerySet[Case]:
    """Open cases at a place that the user sees, most urgent first."""
    rows = cases.visible_to(user).filter(place=place, state__in=cases.OPEN_STATES)
    return rows.select_related("unit", "check_item").order_by("stage_due_at", "id")
