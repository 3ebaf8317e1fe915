"""Eight phones at the same moment against the real server, with answers that are lost: everybody is there once, the last
place is taken once, nobody is at two places, hours settle once."""

from __future__ import annotations

import http.client
import json
import random
import socket
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.journeys.serving import Server, call, served
from tests.journeys.test_at_once import at_once, check_journal
from yipanqi.activities import codes
from yipanqi.activities.models import Activity, Attendance, Mark, Shift
from yipanqi.activities.tests.world import DAY, HOUR, Helping, sign, volunteer
from yipanqi.kernel.models import OutboxEvent
from yipanqi.people.actions import issue_token
from yipanqi.people.models import User

pytestmark = pytest.mark.django_db(transaction=True)


class Crowd:
    """Eight volunteers with phones, their leader, and shifts that go on now."""

    def __init__(self, *limits: int, signed: bool = True) -> None:
        self.helping, self.begins = Helping(), timezone.now().replace(microsecond=0) - HOUR
        self.people = [volunteer(f"V{n}") for n in range(8)]
        self.tokens = {user.pk: issue_token(user, name="test", by=user, at=self.begins) for user in [self.helping.leader, *(one.user for one in self.people if one.user)]}
        self.shifts = []
        for limit in limits:
            activity = self.helping.activity(limit=limit, starts_at=timezone.now() + (30 + len(self.shifts)) * DAY)
            for who in self.people if signed else ():
                sign(activity.shifts.get(), who, at=timezone.now())
            self.shifts.append(activity.shifts.get())
        Shift.objects.update(starts_at=self.begins, ends_at=self.begins + 3 * HOUR)
        Activity.objects.update(starts_at=self.begins, ends_at=self.begins + 3 * HOUR)
        self.shifts = list(Shift.objects.select_related("activity").order_by("pk"))

    def token(self, user: User | None) -> str:
        assert user is not None
        return self.tokens[user.pk]

    def kept(self, shift: Shift, verb: str, minutes: int) -> dict[str, Any]:
        """A call as a phone keeps it, so many minutes after the beginning."""
        when = self.begins + minutes * HOUR / 60
        return {"id": str(uuid.uuid4()), "action": f"activities.{verb}", "when": when.isoformat(), "args": {"shift": str(shift.uuid), "code": codes.code_at(shift.uuid, shift.secret, when)}}


def drop(server: Server, body: dict[str, Any], token: str) -> None:
    """Send, and hang up before the answer."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    line.request("POST", "/api/v1/sync", json.dumps(body), {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
    if line.sock:
        line.sock.shutdown(socket.SHUT_RDWR)
    line.close()


def test_eight_phones_at_once_with_lost_answers_are_eight_attendances(tmp_path: Path) -> None:
    crowd = Crowd(8)
    shift = crowd.shifts[0]
    with served(tmp_path) as server:

        def phone(n: int) -> list[str]:
            draw, token = random.Random(n), crowd.token(crowd.people[n].user)
            calls = [crowd.kept(shift, "sign_in", n), crowd.kept(shift, "sign_out", 40 + n)]
            for _try in range(draw.randint(1, 3)):
                drop(server, {"calls": draw.sample(calls, draw.randint(1, 2))}, token)
            status, answer = call(server.port, "POST", "/api/v1/sync", {"calls": calls}, token)
            assert status == 200, answer
            return [one["outcome"] for one in answer["results"]]

        assert at_once(phone) == [["done", "done"]] * 8
    rows = Attendance.objects.order_by("volunteer__number")
    assert [(row.state, row.minutes) for row in rows] == [("done", row.minutes) for row in rows] and len(rows) == 8
    assert all(row.minutes in (39, 40) for row in rows) and Mark.objects.count() == 16
    check_journal()


def test_the_last_place_is_taken_by_one_of_eight_who_walk_in(tmp_path: Path) -> None:
    crowd = Crowd(1, signed=False)
    shift = crowd.shifts[0]
    with served(tmp_path) as server:
        path, body = f"/api/v1/shifts/{shift.uuid}/moves/sign_in", {"code": codes.code_at(shift.uuid, shift.secret, timezone.now())}
        answers = at_once(lambda n: call(server.port, "POST", path, body, crowd.token(crowd.people[n].user)))
    assert sorted(status for status, _answer in answers) == [200] + [422] * 7, answers
    assert Attendance.objects.get().walk_in


def test_one_person_at_two_shifts_at_once_is_at_one(tmp_path: Path) -> None:
    crowd = Crowd(8, 8, signed=False)
    with served(tmp_path) as server:

        def arrive(n: int) -> int:
            shift, who = crowd.shifts[n % 2], crowd.people[n // 2 % 2]
            body = {"code": codes.code_at(shift.uuid, shift.secret, timezone.now())}
            return call(server.port, "POST", f"/api/v1/shifts/{shift.uuid}/moves/sign_in", body, crowd.token(who.user))[0]

        answers = at_once(arrive)
    assert set(answers) <= {200, 409} and answers.count(200) >= 2
    assert [one.attendances.count() for one in crowd.people[:2]] == [1, 1]


def test_the_leader_and_the_volunteer_at_the_same_moment_are_one_attendance(tmp_path: Path) -> None:
    crowd = Crowd(8)
    shift = crowd.shifts[0]
    with served(tmp_path) as server:

        def note(n: int) -> int:
            who = crowd.people[n // 2]
            if n % 2:
                return call(server.port, "POST", f"/api/v1/shifts/{shift.uuid}/moves/note_in", {"volunteer": who.number}, crowd.token(crowd.helping.leader))[0]
            return call(server.port, "POST", "/api/v1/sync", {"calls": [crowd.kept(shift, "sign_in", 5)]}, crowd.token(who.user))[0]

        assert at_once(note) == [200] * 8
    assert [one.attendances.count() for one in crowd.people[:4]] == [1] * 4
    assert all(row.in_at == min(mark.at for mark in row.marks.all()) for row in Attendance.objects.all())


def test_closing_while_phones_still_send_settles_each_once(tmp_path: Path) -> None:
    crowd = Crowd(8)
    shift, leader = crowd.shifts[0], crowd.helping.leader
    past = crowd.begins - 3 * HOUR
    Shift.objects.update(starts_at=past, ends_at=past + 3 * HOUR)
    Activity.objects.update(starts_at=past, ends_at=past + 3 * HOUR)
    crowd.begins = past
    with served(tmp_path) as server:

        def go(n: int) -> int:
            if n == 7:
                body = {"report": "清理完毕", "beneficiaries": 3, "results": []}
                return call(server.port, "POST", f"/api/v1/activities/{shift.activity.code}/moves/close_activity", body, crowd.token(leader))[0]
            calls = [crowd.kept(shift, "sign_in", n), crowd.kept(shift, "sign_out", 60)]
            return call(server.port, "POST", "/api/v1/sync", {"calls": calls}, crowd.token(crowd.people[n].user))[0]

        assert at_once(go) == [200] * 8
    from yipanqi.kernel.outbox import deliver_due  # noqa: PLC0415  the worker's part, done here

    for _n in range(2):
        deliver_due(timezone.now())
    rows = list(Attendance.objects.all())
    assert len(rows) == 7 and {row.state for row in rows} <= {"settled", "proposed"}
    told = [row.payload["attendance_id"] for row in OutboxEvent.objects.filter(kind="activities.HoursSettled")]
    assert sorted(told) == sorted(row.pk for row in rows if row.state == "settled")
