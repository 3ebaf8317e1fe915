"""Numbers without gaps."""

from __future__ import annotations

from django.db import connection

from yipanqi.kernel.models import Series


def next_number(key: str) -> int:
    """The next number of a series, inside the caller's transaction; a rolled-back caller leaves no gap."""
    return take_numbers(key, 1)[0]


def take_numbers(key: str, count: int) -> range:
    """The next `count` numbers of a series at once, under the same promise."""
    last = _raised(key, count)
    if last is None:
        Series.objects.get_or_create(key=key)
        last = _raised(key, count)
    if last is None:
        raise RuntimeError(f"series {key} vanished")
    return range(last - count + 1, last + 1)


def _raised(key: str, count: int) -> int | None:
    """The series' last number after adding `count`, in one statement; None where it does not exist."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_series SET last = last + %s WHERE key = %s RETURNING last", (count, key))
        found = cursor.fetchone()
    return int(found[0]) if found else None
