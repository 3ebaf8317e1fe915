"""What the office's pages read beyond what each app offers: journals, the system's state, search."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from yipanqi.files.models import Photo
from yipanqi.kernel.models import Delivery, JournalEntry
from yipanqi.people.models import Unit
from yipanqi.places.models import Place

#: Kinds of photos that show a problem before it was mended.
SHOWS_BEFORE = (Photo.Kind.BEFORE, Photo.Kind.REPORT, Photo.Kind.FINDING)


def journal_of(kind: str, reference: str) -> QuerySet[JournalEntry]:
    """The journal of one thing, newest first; the caller has checked that the person may read it."""
    return JournalEntry.objects.filter(subject_kind=kind, subject=reference).order_by("-id")


def failed_deliveries() -> QuerySet[Delivery]:
    """Deliveries that were given up, newest first."""
    return Delivery.objects.filter(state=Delivery.State.FAILED).select_related("event").order_by("-id")


def found_places(text: str) -> QuerySet[Place]:
    """Places by code, name or address."""
    return Place.objects.filter(
        Q(code__istartswith=text) | Q(name__icontains=text) | Q(address__icontains=text)
    ).select_related("area", "category")


def found_units(text: str) -> QuerySet[Unit]:
    """Units by code or name."""
    return Unit.objects.filter(Q(code__istartswith=text) | Q(name__icontains=text) | Q(short_name__icontains=text))


def first_of(rows: Any, limit: int) -> tuple[list[Any], bool]:
    """Up to `limit` rows and whether there are more."""
    got = list(rows[: limit + 1])
    return got[:limit], len(got) > limit
