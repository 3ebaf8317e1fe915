"""A city of a hundred thousand cases, made within seconds: a few thousand that differ, and copies of them at other times."""

from __future__ import annotations

import datetime as dt

import h3
from django.db import connection

from yipanqi.cases.models import Assignment, Case, Extension, Report, Source
from yipanqi.cases.states import Part, State
from yipanqi.cases.words import WORDS, known
from yipanqi.kernel import jobs
from yipanqi.kernel.models import JobRun
from yipanqi.people.models import Appointment, Role, Unit, User
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import IssueClass, PlaceCategory

NOW = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)
SEEDS, COPIES = 4_000, 25
TOTAL = SEEDS * COPIES
#: Of a hundred cases, so many stand in each state; the rest is closed.
STANDING = {State.REPORTED: 1, State.FILED: 1, State.DISPATCHED: 2, State.HANDLING: 3, State.RESOLVED: 1, State.SUSPENDED: 1, State.DISPUTED: 1, State.REJECTED: 4}
STATES = [state for state, share in STANDING.items() for _n in range(share)]
WITH_UNIT = (State.DISPATCHED, State.HANDLING, State.RESOLVED, State.SUSPENDED, State.CLOSED, State.DISPUTED)
PART = {State.DISPATCHED: Part.DISPATCHED, State.HANDLING: Part.HANDLING, State.DISPUTED: Part.DISPUTED, State.SUSPENDED: Part.HANDLING}
TEXTS = ("路口垃圾桶满溢无人清理", "人行道路灯不亮", "井盖破损有响声", "共享单车占道乱停放", "绿化带内有白色垃圾", "店外经营占用盲道", "墙面小广告", "下水道堵塞污水外溢")
MOMENTS = ("found_at", "reported_at", "accepted_at", "dispatched_at", "due_at", "last_due_at", "resolved_at", "closed_at", "stage_started_at", "stage_due_at", "rejected_at")

CELLS = [h3.latlng_to_cell(39.7 + n / 2000, 98.2 + n / 1000, 9) for n in range(300)]


def build() -> None:
    """Fill an empty database and let its planner know what is in it."""
    _board()
    _seeds()
    _copies()
    _shares()
    WORDS.put((key, parts) for key, parts in known(Case.objects.order_by("pk")))
    WORDS.settle()
    for key in ("cases.recount_cells", "cases.keep_cells"):
        jobs._run(jobs.JOBS[key], JobRun.objects.update_or_create(key=key, defaults={"due_at": NOW, "lease_until": None})[0].due_at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _person(name: str, role: str, unit: Unit) -> None:
    user = User.objects.create(username=name, name=name, password="!")
    Appointment.objects.create(user=user, unit=unit, role=role, starts_on=dt.date(2020, 1, 1))


def _board() -> None:
    city = Area.objects.create(code="620200", name="市", level="city", path="620200/")
    for s in range(12):
        street = Area.objects.create(code=f"6202{s:05d}", name=f"街道{s}", level="street", parent=city, path=f"{city.path}{s}/")
        for c in range(8):
            Area.objects.create(code=f"6202{s:05d}{c:03d}", name=f"社区{s}-{c}", level="community", parent=street, path=f"{street.path}{c}/")
    units = [Unit.objects.create(code=f"U{n}", name=f"单位{n}", kind="department") for n in range(40)]
    office = Unit.objects.create(code="CCB", name="创城办", kind="office")
    for name, role in (("head", Role.HEAD), ("desk", Role.DESK), ("leader", Role.LEADER), ("auditor", Role.AUDITOR), ("inspector", Role.INSPECTOR), ("client", Role.API)):
        _person(name, role, office)
    for name, role, unit in (("liaison", Role.LIAISON, units[0]), ("rare", Role.LIAISON, units[39]), ("chief", Role.UNIT_LEADER, units[1]), ("grid", Role.GRID, units[2])):
        _person(name, role, unit)
    _person("none", Role.LIAISON, Unit.objects.create(code="NEW", name="新单位", kind="department"))
    for n in range(50):
        IssueClass.objects.create(
            standard="S", kind="event", code=f"{n:05d}", key=f"s:{n}", group_code=f"{n // 10:02d}", group_name="类", name=f"问题{n}",
            department_type="urban_mgmt", severity=1, clocks={"handle": {"amount": 8, "clock": "work_hour"}},
        )  # fmt: skip
    category = PlaceCategory.objects.create(key="market", name="市场", group="market", code_prefix="MK", department_type="urban_mgmt")
    areas = list(Area.objects.filter(level="community").order_by("pk"))
    Place.objects.bulk_create(
        Place(code=f"MK{n:03d}", name=f"市场{n}", category=category, area=areas[n % 96], lon=98.2 + n / 1000, lat=39.7 + n / 2000) for n in range(300)
    )


def _seeds() -> None:
    units, classes = list(Unit.objects.filter(code__startswith="U").order_by("pk")), list(IssueClass.objects.order_by("pk"))
    areas, places = list(Area.objects.filter(level="community").order_by("pk")), list(Place.objects.order_by("pk"))
    grid, sources = User.objects.get(username="grid"), list(Source)
    made = []
    for n in range(SEEDS):
        state = State(STATES[n * 7 % 100]) if n * 7 % 100 < len(STATES) else State.CLOSED
        found = NOW - dt.timedelta(minutes=(n * 7919) % (43_200 * COPIES))
        late = n % 3 == 0
        due = NOW + dt.timedelta(hours=-n % 90 if late else n % 90)
        running = state not in (State.CLOSED, State.REJECTED, State.SUSPENDED)
        # few cases for the last unit; most for the first
        unit = units[39 if n % 997 == 0 else 0 if n % 5 == 0 else n % 38] if state in WITH_UNIT else None
        place = places[n % 300] if n % 2 else None
        made.append(Case(
            number=f"2023-{n:06d}", state=state, source=sources[n % len(sources)], issue_class=classes[n * 3 % 50], severity=1 + (n % 4 if n % 5 == 0 else 0),
            title=TEXTS[n % 8], description=f"{TEXTS[n * 3 % 8]}，已持续{n % 9}天", address=f"新华南路{n % 200}号", lon=98.2 + n % 300 / 1000, lat=39.7 + n % 300 / 2000,
            cell=CELLS[n % 300], place=place, area=areas[n % 96], unit=unit, found_at=found, reported_at=found, found_by=grid if n % 200 == 0 else None,
            accepted_at=found, dispatched_at=found if unit else None, due_at=due if unit else None, last_due_at=due if unit else None,
            closed_at=found if state == State.CLOSED else None, resolved_at=found if state in (State.CLOSED, State.RESOLVED) else None,
            stage_started_at=found, stage_due_at=due if running else None,
        ))  # fmt: skip
    Case.objects.bulk_create(made, batch_size=500)


def _copies() -> None:
    fields = [field.column for field in Case._meta.concrete_fields if field.column != "id"]
    for copy in range(1, COPIES):
        shift = {
            name: f"{name} - interval '{copy * 30} days'" if connection.vendor == "postgresql" else f"strftime('%Y-%m-%d %H:%M:%S', {name}, '-{copy * 30} days')"
            for name in MOMENTS
        }
        shift["number"] = f"'2023-' || lpad(cast(id + {copy} * 10000 as text), 6, '0')" if connection.vendor == "postgresql" else f"'2023-' || (id + {copy} * 10000)"
        # copies from before this year are closed, as cases are
        past = "state" if copy < 4 else "CASE WHEN state = 'rejected' THEN state ELSE 'closed' END"
        if copy >= 4:
            shift |= {"closed_at": f"coalesce({shift['closed_at']}, {shift['found_at']})", "stage_due_at": "NULL"}
            if connection.vendor == "postgresql":
                shift["stage_due_at"] = "NULL::timestamptz"
        chosen = ", ".join(past if name == "state" else shift.get(name, f'"{name}"') for name in fields)
        named = ", ".join(f'"{name}"' for name in fields)
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO cases_case ({named}) SELECT {chosen} FROM cases_case WHERE number LIKE '2023-%%' ORDER BY id LIMIT {SEEDS}", [])
    assert Case.objects.count() == TOTAL


def _shares() -> None:
    for state, part in (*PART.items(), (None, Part.RESOLVED)):
        known_states = ", ".join(f"'{one}'" for one in PART)
        where = f"state = '{state}'" if state else f"state NOT IN ({known_states})"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {Assignment._meta.db_table} (case_id, unit_id, role, state, dispatched_at, due_at, what_was_done, outcome, subject_name, subject_hash) "
                f"SELECT id, unit_id, 'lead', '{part}', found_at, due_at, '', '', '', '' FROM cases_case WHERE unit_id IS NOT NULL AND {where}"
            )
    answered = "CASE WHEN id %% 50 = 0 THEN NULL ELSE found_at END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Report._meta.db_table} (code, case_id, sent_at, text, contact_name, contact_phone, answer, answered_at, rating_note) "
            f"SELECT 'C' || id, id, found_at, description, '', '', '', {answered}, '' FROM cases_case WHERE source = 'resident'",
            [],
        )
    handled = Case.objects.filter(state=State.HANDLING).order_by("pk").select_related("unit")[:400]
    Extension.objects.bulk_create(
        Extension(case=case, unit=case.unit, asked_at=NOW, reason="雨", kind="extension" if n % 2 else "suspension", decided_at=None if n % 20 < 3 else NOW)
        for n, case in enumerate(handled)
    )
