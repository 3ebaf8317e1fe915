"""Numbers without gaps."""

from __future__ import annotations

from django.db.models import F

from yipanqi.kernel.models import Series


def next_number(key: str) -> int:
    """The next number of a series, inside the caller's transaction; a rolled-back caller leaves no gap."""
    if not Series.objects.filter(key=key).update(last=F("last") + 1):
        Series.objects.get_or_create(key=key)
        Series.objects.filter(key=key).update(last=F("last") + 1)
    return Series.objects.values_list("last", flat=True).get(key=key)
