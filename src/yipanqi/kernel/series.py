"""Numbers without gaps."""

from __future__ import annotations

from django.db.models import F

from yipanqi.kernel.models import Series


def next_number(key: str) -> int:
    """The next number of a series, inside the caller's transaction; a rolled-back caller leaves no gap."""
    return take_numbers(key, 1)[0]


def take_numbers(key: str, count: int) -> range:
    """The next `count` numbers of a series at once, under the same promise."""
    if not Series.objects.filter(key=key).update(last=F("last") + count):
        Series.objects.get_or_create(key=key)
        Series.objects.filter(key=key).update(last=F("last") + count)
    last = Series.objects.values_list("last", flat=True).get(key=key)
    return range(last - count + 1, last + 1)
