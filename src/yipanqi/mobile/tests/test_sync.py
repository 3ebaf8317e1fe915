"""What phones kept without a network: run once, in its order, by the same rules as online."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client, override_settings

from yipanqi.activities import codes
from yipanqi.activities.models import Attendance, Mark, Shift
from yipanqi.activities.tests.test_attendance_pages import helping, shift  # noqa: F401  fixtures
from yipanqi.activities.tests.test_pages import as_
from yipanqi.activities.tests.world import HOUR, Helping, volunteer
from yipanqi.kernel.actions import ACTIONS
from yipanqi.mobile.outbox import RUNS

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _counters(tmp_path: Any) -> Any:
    with override_settings(COUNTERS_ROOT=str(tmp_path / "counters")):
        yield


def call(action: str, when: dt.datetime, **args: str) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "action": f"activities.{action}", "when": when.isoformat(), "args": args}


def send(client: Client, calls: list[dict[str, Any]], who: str = "") -> Any:
    return client.post("/api/v1/sync", {"who": who, "calls": calls}, content_type="application/json")


def outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [result["outcome"] for result in answer.json()["results"]]


def scan(of: Shift, when: dt.datetime) -> str:
    return codes.code_at(of.uuid, of.secret, when)


def test_what_may_be_kept_is_marked_so_where_it_stands() -> None:
    assert all(ACTIONS[name].offline for name in RUNS)


def test_kept_calls_run_in_their_order_and_once_however_often_they_are_sent(shift: Shift) -> None:  # noqa: F811
    client, begins = as_(volunteer("V1").user), shift.starts_at
    came = call("sign_in", begins, shift=str(shift.uuid), code=scan(shift, begins))
    went = call("sign_out", begins + 40 * MINUTE, shift=str(shift.uuid), code=scan(shift, begins + 40 * MINUTE))
    for _n in range(3):
        assert outcomes(send(client, [went, came], "V1")) == ["done", "done"]
    row = Attendance.objects.get()
    assert (row.state, row.minutes, Mark.objects.count()) == ("done", 40, 2)


def test_one_that_is_refused_holds_up_no_other(helping: Helping, shift: Shift) -> None:  # noqa: F811
    client, begins = as_(helping.leader), shift.starts_at
    volunteer("V1")
    calls = [
        call("note_in", begins, shift=str(shift.uuid), volunteer="nobody"), call("note_in", begins, shift=str(uuid.uuid4()), volunteer="V1"),
        call("note_in", begins, shift="x", volunteer="V1"), call("close_activity", begins), call("note_in", begins - 5 * HOUR, shift=str(shift.uuid), volunteer="V1"),
        call("sign_in", begins, shift=str(shift.uuid), code="000000"), call("note_in", begins, shift=str(shift.uuid), volunteer="V1"),
        call("note_out", begins + 10 * MINUTE, shift=str(shift.uuid), volunteer="V1"),
    ]  # fmt: skip
    assert outcomes(send(client, calls)) == ["refused"] * 6 + ["done", "done"]
    assert Attendance.objects.get().minutes == 10
    changed = {**calls[-1], "action": "activities.note_in"}
    assert outcomes(send(client, [changed])) == ["conflict"]


def test_nobody_sends_for_another(shift: Shift) -> None:  # noqa: F811
    one, other = volunteer("V1"), volunteer("V2")
    kept = [call("sign_in", shift.starts_at, shift=str(shift.uuid), code=scan(shift, shift.starts_at))]
    assert send(as_(other.user), kept, "V1").status_code == 409
    assert outcomes(send(as_(other.user), [call("note_in", shift.starts_at, shift=str(shift.uuid), volunteer="V1")])) == ["refused"]
    assert send(Client(), kept).status_code == 401 and not Attendance.objects.exists()
    assert one.pk


def test_too_many_or_unknown_parts_are_an_error(shift: Shift) -> None:  # noqa: F811
    client = as_(volunteer("V1").user)
    assert send(client, [call("sign_in", shift.starts_at)] * 51).status_code == 400
    assert send(client, [{**call("sign_in", shift.starts_at), "more": 1}]).status_code == 400
