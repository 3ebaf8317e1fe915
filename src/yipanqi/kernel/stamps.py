"""Process caches that know when they are stale: one tiny read tells.

A stamp is a random value, not a counter: what was cached inside a transaction that is rolled back can then never be
taken for what a later transaction committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from yipanqi.kernel.models import Stamp

T = TypeVar("T")
_cache: dict[tuple[str, Any], tuple[int, Any]] = {}


def bump(topic: str) -> None:
    """Say that the rows behind `topic` changed (inside the action's transaction)."""
    value = secrets.randbits(62)
    if not Stamp.objects.filter(topic=topic).update(value=value):
        Stamp.objects.get_or_create(topic=topic, defaults={"value": value})


def cached(topic: str, key: Any, build: Callable[[], T]) -> T:
    """`build()`, or what it returned last time if the topic has not changed since."""
    current = Stamp.objects.filter(topic=topic).values_list("value", flat=True).first() or 0
    held = _cache.get((topic, key))
    if held is not None and held[0] == current:
        return held[1]
    value = build()
    _cache[(topic, key)] = (current, value)
    return value


def forget() -> None:
    """Drop everything held (tests, restored databases)."""
    _cache.clear()
