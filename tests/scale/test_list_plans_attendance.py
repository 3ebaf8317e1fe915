"""How the databases mean to answer every list of attendances and corrections of a large city: no list may read or sort them
all for a page. Plans are looked at, not clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.scale.asking import Sent, as_
from yipanqi.activities.models import Activity, Attendance, Correction, Shift
from yipanqi.kernel.stamps import forget
from yipanqi.people.models import Appointment, Role, Unit, User
from yipanqi.teams.models import ServiceKind, Station, Team
from yipanqi.volunteers.models import Membership, Volunteer

TEAMS, SHIFTS, PEOPLE, EACH = 300, 1_500, 3_000, 20
TABLES = ("activities_attendance", "activities_correction")
#: What one volunteer or the leader of one team has is gathered and sorted: nobody has a city's worth of it.
FEW = {"leader", "own"}
START = dt.datetime(2024, 1, 1, 1, 0, tzinfo=dt.UTC)


def build() -> None:
    """A city of 30,000 attendances, each with a correction, most of them settled."""
    unit = Unit.objects.create(code="C", name="文明实践中心", kind="practice_centre")
    kind, station = ServiceKind.objects.create(key="x", name="清洁", theme="order"), Station.objects.create(code="S", name="站", level="station", unit=unit)
    teams = Team.objects.bulk_create([Team(code=f"T{n}", name=f"队{n}", station=station, founded_on=START.date()) for n in range(TEAMS)])
    users = User.objects.bulk_create([User(username=name, name=name, password="!") for name in ("centre", "auditor", "station", "leader", "own")])
    for user, role in zip(users, (Role.CENTRE, Role.AUDITOR, Role.STATION), strict=False):
        Appointment.objects.create(user=user, unit=unit, role=role, starts_on=START.date())
    people = Volunteer.objects.bulk_create([
        Volunteer(number=f"V{n}", name=f"人{n}", state="registered", user=users[3 + n] if n < 2 else None, registered_on=START.date()) for n in range(PEOPLE)
    ])  # fmt: skip
    Membership.objects.create(volunteer=people[0], team=teams[7], is_leader=True, state="member", since=START.date())
    activities = Activity.objects.bulk_create([
        Activity(code=f"A{n}", title="清洁", kind=kind, level="station", state="closed", team=teams[n % TEAMS], starts_at=START + dt.timedelta(hours=12 * n), ends_at=START + dt.timedelta(hours=12 * n + 2), created_at=START)
        for n in range(SHIFTS)
    ])  # fmt: skip
    shifts = Shift.objects.bulk_create([Shift(activity=one, starts_at=one.starts_at, ends_at=one.ends_at) for one in activities])
    rows = Attendance.objects.bulk_create([
        Attendance(
            shift=shift, volunteer=people[(n * 7 + k * 149) % PEOPLE], how="code", most=120, served_on=shift.starts_at.date(), in_at=shift.starts_at,
            **({"state": "proposed"} if (n + k) % 50 == 0 else {"state": "settled", "out_at": shift.ends_at, "minutes": 120}),
        )
        for n, shift in enumerate(shifts) for k in range(EACH)
    ], batch_size=2_000)  # fmt: skip
    Correction.objects.bulk_create([
        Correction(attendance=row, asked_by=users[4], asked_at=START + dt.timedelta(minutes=n), reason="x", void=True, state="asked" if n % 40 == 0 else "declined") for n, row in enumerate(rows)
    ], batch_size=2_000)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture(scope="module", autouse=True)
def large_city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        forget()
        build()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _today(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: START + dt.timedelta(days=900))


@contextmanager
def noted() -> Iterator[list[Sent]]:
    found: list[Sent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and any(f'FROM "{table}"' in sql for table in TABLES):
            found.append(Sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def troubles(plan: list[str], who: str) -> list[str]:
    if connection.vendor == "sqlite":
        return [step for step in plan if step in {f"SCAN {table}" for table in TABLES} or ("TEMP B-TREE FOR ORDER" in step and who not in FEW)]
    return [step for step in plan if any(f"Seq Scan on {table}" in step for table in TABLES)]


PAGES = {
    "centre": ("/activities/attendance/", "/activities/attendance/?state=proposed", "/activities/attendance/?state=settled", "/activities/attendance/?since=2025-01-01", "/activities/attendance/?until=2024-03-01",
               "/activities/attendance/?state=settled&since=2024-06-01&until=2024-07-01", "/activities/corrections/", "/activities/corrections/?all=1",
               "/api/v1/attendance", "/api/v1/attendance?state=proposed", "/api/v1/attendance?volunteer=V9", "/api/v1/attendance?since=2025-01-01", "/api/v1/corrections", "/api/v1/corrections?state=asked"),
    "auditor": ("/activities/attendance/", "/activities/attendance/?state=proposed", "/activities/corrections/?all=1"),
    "station": ("/activities/attendance/", "/activities/corrections/?all=1"),
    "leader": ("/activities/attendance/", "/activities/attendance/?state=proposed", "/activities/corrections/", "/activities/corrections/?all=1", "/activities/hours/", "/practice/lead/"),
    "own": ("/activities/hours/", "/activities/corrections/", "/api/v1/attendance", "/api/v1/corrections"),
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES)
def test_no_list_of_attendances_reads_or_sorts_them_all(who: str) -> None:
    client, problems = as_(who), []
    for path in PAGES[who]:
        with noted() as found:
            answer = client.get(path)
        assert answer.status_code == 200 and found, (path, answer.status_code)
        problems += [f"{who} {path}: {step}\n  {one.sql[:300]}" for one in found for step in troubles(one.plan(), who)]
    assert not problems, "\n".join(problems)
