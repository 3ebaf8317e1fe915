"""Process caches that know when they are stale: one tiny read tells.

A stamp is a random value, not a counter: what was cached inside a transaction that is rolled back can then never be
taken for what a later transaction committed. Inside `one_look` all stamps are read once, in one statement.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection

from yipanqi.kernel.models import Stamp

T = TypeVar("T")
_cache: dict[tuple[str, Any], tuple[int, Any]] = {}
_seen: ContextVar[dict[str, int] | None] = ContextVar("stamps_seen", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """All that is cached inside is as of one reading of the stamps, and of what is bumped inside; may be nested.

    An error inside forgets the reading: what was bumped may have been rolled back with it.
    """
    seen = _seen.get()
    token = _seen.set({}) if seen is None else None
    try:
        yield
    except BaseException:
        if seen is not None:
            seen.clear()
        raise
    finally:
        if token is not None:
            _seen.reset(token)


def _stamp(topic: str) -> int:
    seen = _seen.get()
    if seen is None:
        return dict(_read("WHERE topic = %s", [topic])).get(topic, 0)
    if not seen:
        seen.update({"": 0}, **dict(_read("", [])))
    return seen.get(topic, 0)


def _read(where: str, values: list[str]) -> list[tuple[str, int]]:
    """Topics with their stamps. In plain SQL: every request asks, and composing the statement anew costs more than it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT topic, value FROM kernel_stamp {where}", values)
        return cursor.fetchall()


def bump(topic: str) -> None:
    """Say that the rows behind `topic` changed (inside the action's transaction)."""
    value = secrets.randbits(62)
    if not Stamp.objects.filter(topic=topic).update(value=value):
        Stamp.objects.get_or_create(topic=topic, defaults={"value": value})
    if seen := _seen.get():
        seen[topic] = value


def cached(topic: str, key: Any, build: Callable[[], T]) -> T:
    """`build()`, or what it returned last time if the topic has not changed since."""
    current = _stamp(topic)
    held = _cache.get((topic, key))
    if held is not None and held[0] == current:
        return held[1]
    value = build()
    _cache[(topic, key)] = (current, value)
    return value


def forget() -> None:
    """Drop everything held (tests, restored databases)."""
    _cache.clear()
