"""Numbers without gaps."""

from __future__ import annotations

from django.db import connection


def next_number(key: str) -> int:
    """The next number of a series, inside the caller's transaction; a rolled-back caller leaves no gap."""
    return take_numbers(key, 1)[0]


def take_numbers(key: str, count: int) -> range:
    """The next `count` numbers of a series at once, under the same promise; a new series begins with 1."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_series (key, last) VALUES (%s, %s) "
            "ON CONFLICT (key) DO UPDATE SET last = kernel_series.last + excluded.last RETURNING last",
            (key, count),
        )
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)
