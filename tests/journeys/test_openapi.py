"""The whole JSON API under generated requests: whatever comes in, no answer is a crash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings

from yipanqi.calendar.actions import seed_calendar
from yipanqi.config.wsgi import application
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.actions import issue_token
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User

NOW = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def bearer(db: None) -> str:
    """A token of somebody who is of the duty desk and of a unit at once, so that most moves are open."""
    seed_calendar(None, by=SYSTEM, at=NOW)
    unit = Unit.objects.create(code="T1", name="测试单位", kind=UnitKind.OFFICE)
    user = User.objects.create_user(username="fuzz", password="x")
    for role in (Role.DESK, Role.HEAD, Role.LIAISON, Role.INSPECTOR):
        Appointment.objects.create(user=user, unit=unit, role=role, starts_on=dt.date(2020, 1, 1))
    return issue_token(user, name="fuzz", by=user, at=NOW)


@pytest.fixture
def own_connection(db: None) -> Iterator[None]:
    """Requests run inside the test's own transaction: the application must not close its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


schema = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "generated" / "openapi.json")
schema.app = application


@schema.parametrize()
@settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_no_request_crashes_the_api(case: Any, bearer: str, own_connection: None) -> None:
    with transaction.atomic():
        answer = case.call(headers={"Authorization": f"Bearer {bearer}"})
        transaction.set_rollback(True)
    assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.status_code} {answer.text[:300]}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0].startswith("application/problem+json"), answer.text[:200]
