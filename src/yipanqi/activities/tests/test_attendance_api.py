"""Attendance for programs: lists, moves, what is not seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from yipanqi.activities import codes
from yipanqi.activities.models import Absence, Attendance, Shift
from yipanqi.activities.tests.test_attendance_pages import helping, shift, there  # noqa: F401  fixtures
from yipanqi.activities.tests.test_pages import as_
from yipanqi.activities.tests.world import DAY, HOUR, Helping, volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counters(tmp_path: Any) -> Any:
    with override_settings(COUNTERS_ROOT=str(tmp_path / "counters")):
        yield


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_sign_in_and_out_and_see_the_own(helping: Helping, shift: Shift) -> None:  # noqa: F811
    client, stranger = as_(volunteer("V1").user), as_(volunteer("V2").user)
    code = codes.code_at(shift.uuid, shift.secret, timezone.now())
    made = post(client, f"shifts/{shift.uuid}/moves/sign_in", code=code).json()
    assert (made["state"], made["volunteer"], made["walk_in"], made["minutes"]) == ("in", "V1", True, None)
    assert post(client, f"shifts/{shift.uuid}/moves/sign_out", position=[98.29, 39.77]).json()["state"] == "done"
    assert post(client, f"shifts/{shift.uuid}/moves/sign_in", code="000000").status_code == 422
    for query, n in (("", 1), ("?state=done", 1), ("?state=in", 0), ("?volunteer=V2", 0), (f"?activity={shift.activity.code}&shift={shift.uuid}&count=true", 1), ("?until=2020-01-01", 0)):
        assert len(client.get(f"/api/v1/attendance{query}").json()["items"]) == n, query
    assert stranger.get("/api/v1/attendance").json()["items"] == [] and stranger.get(f"/api/v1/attendance/{made['uuid']}").status_code == 404
    moves = {move["name"]: move["allowed"] for move in client.get(f"/api/v1/attendance/{made['uuid']}").json()["moves"]}
    assert moves == {"ask_correction": True}


def test_the_leader_keeps_the_list(helping: Helping, shift: Shift) -> None:  # noqa: F811
    client, base = as_(helping.leader), f"shifts/{shift.uuid}/moves"
    missing = volunteer("V2")
    volunteer("V1")
    sign_up = shift.sign_ups.create(role=shift.roles.get(), volunteer=missing, state="signed", signed_at=shift.starts_at - DAY)
    assert post(client, f"{base}/note_in", volunteer="V1").json()["state"] == "in"
    assert post(client, f"{base}/note_out", volunteer="V1", when=(shift.starts_at + HOUR).isoformat()).status_code == 200
    assert post(client, f"{base}/note_in", volunteer="none").status_code == 422
    assert post(client, f"{base}/note_absence", sign_up=str(sign_up.uuid), reason="ill").json()["reason"] == "ill"
    assert post(client, f"{base}/take_back_absence", sign_up=str(sign_up.uuid)).json()["reason"] is None and not Absence.objects.exists()
    assert post(client, f"{base}/note_absence", sign_up=str(shift.uuid), reason="ill").status_code == 422
    assert post(client, f"{base}/renew_code").json()["shift"] == str(shift.uuid)
    assert post(as_(helping.other_leader), f"{base}/note_in", volunteer="V1").status_code == 403


def test_confirm_and_correct(helping: Helping, shift: Shift) -> None:  # noqa: F811
    who = volunteer("V1")
    row, leader, own = there(shift, who), as_(helping.leader), as_(who.user)
    Attendance.objects.update(state="proposed")
    times = {"in_at": shift.starts_at.isoformat(), "out_at": (shift.starts_at + HOUR / 2).isoformat()}
    assert post(own, f"attendance/{row.uuid}/moves/confirm_attendance", **times).status_code == 403
    assert post(leader, f"attendance/{row.uuid}/moves/confirm_attendance", **times).json()["minutes"] == 30
    asked = post(own, f"attendance/{row.uuid}/moves/ask_correction", reason="早了", **{**times, "out_at": (shift.starts_at + HOUR / 3).isoformat()})
    assert asked.status_code == 201
    path = f"corrections/{asked.json()['uuid']}"
    assert len(own.get("/api/v1/corrections?state=asked").json()["items"]) == 1 and own.get(f"/api/v1/{path}").json()["state"] == "asked"
    assert post(leader, f"{path}/moves/decline_correction", answer="").status_code == 422
    assert post(leader, f"{path}/moves/agree_correction").json()["minutes_after"] == 20
    assert post(own, f"{path}/moves/take_back_correction").status_code == 409
    again = post(own, f"attendance/{row.uuid}/moves/ask_correction", reason="不对", void=True).json()["uuid"]
    assert post(own, f"corrections/{again}/moves/take_back_correction").json()["state"] == "taken_back"
    third = post(own, f"attendance/{row.uuid}/moves/ask_correction", reason="不对", void=True).json()["uuid"]
    assert post(leader, f"corrections/{third}/moves/decline_correction", answer="在场").json()["state"] == "declined"
    assert as_(volunteer("V9").user).get(f"/api/v1/{path}").status_code == 404
