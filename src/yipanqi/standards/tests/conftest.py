"""People of one role each, and the package's standard loaded."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Appointment, Unit, UnitKind, User
from yipanqi.standards import actions
from yipanqi.standards.actions import LoadReport

NOW = dt.datetime(2026, 5, 6, 8, 0, tzinfo=dt.UTC)


def user(role: str) -> User:
    """The one user of a role, made when first asked for."""
    unit, _ = Unit.objects.get_or_create(code="T1", defaults={"name": "测试单位", "kind": UnitKind.DEPARTMENT})
    person = User.objects.filter(username=role).first()
    if person is None:
        person = User.objects.create_user(username=role, password="x")
        Appointment.objects.create(user=person, unit=unit, role=role, starts_on=dt.date(2020, 1, 1))
    return person


def signed_in(role: str) -> Client:
    """A browser in which somebody of that role is signed in."""
    client = Client()
    client.force_login(user(role))
    return client


@pytest.fixture
def standard(db: None) -> LoadReport:
    """The starting standard, freshly loaded."""
    return actions.load_standard(None, by=SYSTEM, at=NOW)
