"""How the databases mean to answer the lists of records in a large city: none may read or sort every record for a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from tests.scale.asking import Sent, as_
from yipanqi.activities.models import Activity, Attendance, Shift
from yipanqi.activities.tests.world import NOW
from yipanqi.kernel.stamps import forget
from yipanqi.records import actions
from yipanqi.records.forms import StateFilter
from yipanqi.records.models import Amendment, Certificate, Issuer, Service, Standing, Star, Training
from yipanqi.records.states import CertificateState, StarState
from yipanqi.records.tests.world import Records
from yipanqi.teams.models import Station
from yipanqi.volunteers.models import Volunteer

PEOPLE, SERVICES, PAPERS = 3_000, 40_000, 6_000
DAY = dt.timedelta(days=1)
LISTS = (
    "entries/service/", "entries/training/", "", "stars/", "stars/?state=asked", "stars/?state=confirmed", "stars/?state=short", "certificates/", "certificates/?state=issued",
    "certificates/?state=asked", "certificates/?state=broken", "amendments/", "amendments/?state=asked", "shown/",
)  # fmt: skip
#: Lists that are gathered and sorted, and why there are never many.
GATHERED = {
    "stars/": "a station confirms stars of its own volunteers, no more than these are sorted",
    "shown/": "certificates stand there for a few days only",
}
FIGURES = ("records.person_times", "records.hours", "records.persons", "records.share_with_hours")


@pytest.fixture(scope="module", autouse=True)
def large_city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        forget()
        _build()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test reads."""


def _build() -> None:
    world = Records()
    stations = Station.objects.bulk_create(Station(code=f"SS{n}", name=f"站{n}", level="station") for n in range(60))
    issuers = [world.issuer, *Issuer.objects.bulk_create(Issuer(code=f"S-SS{n}", name=f"站{n}", station=one) for n, one in enumerate(stations))]
    people = Volunteer.objects.bulk_create(Volunteer(number=f"P{n:06d}", name="某人", state="registered", registered_on=dt.date(2025, 1, 1)) for n in range(PEOPLE))
    start = NOW - 400 * DAY
    activity = Activity.objects.create(code="L1", title="大活动", kind=world.kind, level="station", state="closed", team=world.team, starts_at=start, ends_at=start + DAY, created_at=start)
    shifts = Shift.objects.bulk_create(Shift(activity=activity, starts_at=start, ends_at=start + DAY) for _n in range(SERVICES // PEOPLE + 1))
    there = Attendance.objects.bulk_create((
        Attendance(shift=shifts[n // PEOPLE], volunteer=people[n % PEOPLE], state="settled", how="list", in_at=start, out_at=start + DAY, minutes=60, most=1440, settled_at=NOW, served_on=_on(n))
        for n in range(SERVICES)
    ), batch_size=2000)  # fmt: skip
    Service.objects.bulk_create((
        Service(volunteer=one.volunteer, issuer=issuers[n % 61], attendance=one, kind=world.kind, title="大活动", minutes=60, on=one.served_on, entered_at=NOW) for n, one in enumerate(there)
    ), batch_size=2000)  # fmt: skip
    taken = Training.objects.bulk_create((
        Training(volunteer=people[n % PEOPLE], issuer=issuers[n % 61], name="急救", content="急救", minutes=60, trainer="老师", on=_on(n), entered_at=NOW) for n in range(PAPERS)
    ), batch_size=2000)  # fmt: skip
    Amendment.objects.bulk_create((
        Amendment(volunteer=one.volunteer, issuer=one.issuer, training=one, reason="两小时", asked_by=world.centre, asked_at=NOW - n * DAY / 24, **({} if n % 50 == 0 else {"state": "done", "decided_at": NOW}))
        for n, one in enumerate(taken)
    ), batch_size=2000)  # fmt: skip
    Standing.objects.bulk_create(Standing(volunteer=one, minutes=800, services=13, first_on=dt.date(2025, 2, 1)) for one in people[: PEOPLE // 2])
    Star.objects.bulk_create(
        Star(volunteer=people[n % PEOPLE], scheme=f"s{n // PEOPLE}", scheme_name="x", rule_from=NOW.date(), grade=1, needed=10, minutes=20, state="asked" if n % 50 == 0 else "confirmed", station=stations[n % 60], asked_at=NOW - n * DAY / 24)
        for n in range(PAPERS)
    )
    for n in range(PAPERS):
        _paper(n, people, issuers)
    actions.change_issuer(world.issuer, head="甲", contact="1", by=world.keeper, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _on(n: int) -> dt.date:
    return (NOW - (n % 400) * DAY).date()


MADE: list[Certificate] = []


def _paper(n: int, people: list[Volunteer], issuers: list[Issuer]) -> None:
    at = NOW - n * DAY / 24
    issued = {} if n % 50 == 0 else {"state": "issued", "number": f"N{n}", "year": 2026, "serial": n, "issued_at": at, "shown_until": at.date() + 7 * DAY}
    MADE.append(Certificate(volunteer=people[n % PEOPLE], issuer=issuers[n % 61], asked_at=at, **issued))
    if len(MADE) == 2000 or n == PAPERS - 1:
        Certificate.objects.bulk_create(MADE)
        MADE.clear()


@contextmanager
def sent() -> Iterator[list[Sent]]:
    """All statements that read lists of records while this is open."""
    found: list[Sent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and '"records_' in sql:
            found.append(Sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def _grows(step: str) -> bool:
    if connection.vendor == "sqlite":
        return "TEMP B-TREE FOR ORDER" in step or (step.startswith("SCAN records_") and "INDEX" not in step and "records_issuer" not in step)
    return "Seq Scan on records_service" in step


@pytest.mark.parametrize("who", ["centre", "keeper", "L1", "620200000101"])
def test_no_list_of_records_reads_or_sorts_them_all(who: str) -> None:
    assert StateFilter(choices=[*StarState.choices, *CertificateState.choices]).fields.keys() == {"state"}, "a filter that no list here uses"
    client, problems, asked = as_(who), [], 0
    for path in (f"/records/{one}" for one in LISTS):
        if who == "620200000101" and path != "/records/shown/":
            path = "/records/volunteers/620200000101/"
        with sent() as found:
            answer = client.get(path)
        assert answer.status_code == 200, path
        for one in found:
            asked += 1
            reasons = who != "centre" and any(part in path or path == "/records/" for part in GATHERED) and "records_service" not in one.sql
            problems += [f"{who} {path}: {step}" for step in one.plan() if _grows(step) and not reasons and not path.endswith("/620200000101/")]
    assert asked and not problems, "\n".join(problems)


@pytest.mark.parametrize("key", FIGURES)
def test_figures_of_service_are_read_from_an_index(key: str) -> None:
    client = as_("centre")
    with sent() as found:
        assert client.get(f"/api/v1/figures/{key}?from=2026-11-01&to=2026-11-30").status_code == 200
    steps = [step for one in found for step in one.plan()]
    assert found and not [step for step in steps if step == "SCAN records_service"], steps
