"""What the installation holds before the first strike, and how its time is taken forward. Runs inside it."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.db import OperationalError, connection

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import Delivery, JobRun
from yipanqi.kernel.policy import keep_policy
from yipanqi.kernel.worker import Worker
from yipanqi.people.actions import issue_token
from yipanqi.people.models import Appointment, User
from yipanqi.standards.models import IssueClass

#: All clients share one address here.
LIMITS = ("cases.api_reports_per_hour", "files.visitor_photos_per_hour")
LATE = "到期案件"


def prepare(late: int, over_s: float) -> dict[str, Any]:
    """Tokens and names that the clients need, and `late` cases in a unit's hands whose clocks run out over so many seconds."""
    now = dt.datetime.now(dt.UTC)
    for key in LIMITS:
        keep_policy(key, 10**9, by="system", at=now)
    people = {name: User.objects.get(username=name) for name in ("desk", "liaison")}
    seat = Appointment.objects.filter(user=people["liaison"]).select_related("unit").get()
    kind = IssueClass.objects.filter(photo_required=False, active=True).order_by("code").first()
    assert kind is not None
    for n in range(late):
        case = actions.report_case(None, source="grid", description=f"{LATE} {n}", by=people["desk"], at=now)
        case = actions.accept(case, issue_class=kind, by=people["desk"], at=now)
        case = actions.dispatch(case, unit=seat.unit, by=people["desk"], at=now)
        Case.objects.filter(pk=case.pk).update(due_at=now + dt.timedelta(seconds=over_s * n / late))
    tokens = {name: issue_token(user, name="strikes", by=SYSTEM, at=now) for name, user in people.items()}
    return {"tokens": tokens, "unit": seat.unit.code, "class": kind.key}


def come_due(keys: list[str]) -> int:
    """The jobs' next run and the end of a dead worker's lease are now. Called while no worker lives."""
    now = dt.datetime.now(dt.UTC)
    for _try in range(300):
        try:
            return JobRun.objects.filter(key__in=keys).update(due_at=now, lease_until=None)
        except OperationalError:  # the database is getting up again
            connection.close()
            time.sleep(0.1)
    raise RuntimeError("the database does not get up again")


def settle() -> dict[str, Any]:
    """Let a worker go on until nothing is left to do, in a time when every lease of the dead has run out."""
    now, worker = dt.datetime.now(dt.UTC) + dt.timedelta(hours=3), Worker()
    for _round in range(300):
        busy = worker.turn(now)
        if not busy and not Delivery.objects.filter(state__in=("waiting", "running")).exists():
            break
        now += dt.timedelta(minutes=2)
    return {"rounds": _round}
