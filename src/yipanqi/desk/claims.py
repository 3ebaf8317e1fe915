"""Who has which case before them at the triage desk: a hint that lasts two minutes, so that two clerks are led to different
cases. It is no lock (the version of the case decides who was first), is written nowhere else, and nobody can list it."""

from __future__ import annotations

from django.core.cache import cache

from yipanqi.cases.models import Case
from yipanqi.people.models import User

SECONDS = 120


def _key(pk: int) -> str:
    return f"triage-{pk}"


def held_by_another(pk: int, user: User) -> str:
    """The name of whoever else has the case before them; empty where nobody has."""
    held = cache.get(_key(pk))
    return str(held[1]) if held and held[0] != user.pk else ""


def take(case: Case, user: User) -> str:
    """Say that the user has the case before them; where somebody else has it already, their name, and nothing is said."""
    if not cache.add(_key(case.pk), (user.pk, user.name), SECONDS):
        if other := held_by_another(case.pk, user):
            return other
        cache.set(_key(case.pk), (user.pk, user.name), SECONDS)
    return ""


def leave(case: Case, user: User) -> None:
    """The user went on."""
    if not held_by_another(case.pk, user):
        cache.delete(_key(case.pk))
