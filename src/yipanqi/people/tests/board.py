"""A small board for the tests: an office, a department with a section, and people in roles."""

from __future__ import annotations

import datetime as dt

from yipanqi.people.models import Appointment, Unit, UnitKind, User

NOW = dt.datetime(2026, 5, 6, 8, 0, tzinfo=dt.UTC)
PASSWORD = "gate-of-the-west-88"


def unit(code: str = "cgj", name: str = "", **extra: object) -> Unit:
    made, _ = Unit.objects.get_or_create(code=code, defaults={"name": name or f"单位{code}", "kind": UnitKind.DEPARTMENT, **extra})
    return made


def user(role: str = "", username: str = "", at: Unit | None = None) -> User:
    """Somebody with a password, in `role` at a unit since 2020; without role nobody in particular; a program has no password."""
    password = None if role == "api" else PASSWORD
    person = User.objects.create_user(username=username or role or "nobody", password=password, name=f"张{username or role}")
    if role:
        Appointment.objects.create(user=person, unit=at or unit(), role=role, starts_on=dt.date(2020, 1, 1))
    return person
