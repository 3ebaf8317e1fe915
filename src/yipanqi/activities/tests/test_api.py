"""Activities, shifts, sign-ups and swaps for programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yipanqi.activities import actions
from yipanqi.activities.models import Activity, SignUp
from yipanqi.activities.pattern import stored
from yipanqi.activities.tests.world import DAY, HOUR, Helping, shift_of, sign, volunteer
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import User

pytestmark = pytest.mark.django_db
SOON = timezone.now().replace(minute=0, second=0, microsecond=0) + 3 * DAY


@pytest.fixture
def helping() -> Helping:
    return Helping()


class Caller:
    """Calls the API as somebody."""

    def __init__(self, user: User | None) -> None:
        self.client = Client(enforce_csrf_checks=False)
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}")

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(f"/api/v1{path}", body if body is not None else {}, content_type="application/json")


def test_activities_need_no_account_to_look(helping: Helping) -> None:
    activity = helping.activity(starts_at=SOON, lon=98.28, lat=39.77)
    draft = helping.activity(starts_at=SOON, opened=False)
    anyone, leader = Caller(None), Caller(helping.leader)
    assert [one["code"] for one in anyone.get("/activities").json()["items"]] == [activity.code]
    assert {one["code"] for one in leader.get("/activities").json()["items"]} == {activity.code, draft.code}
    found = anyone.get(f"/activities/{activity.code}").json()
    assert found["moves"] == [] and found["places"] == 2 and found["position"] == [98.28, 39.77]
    assert anyone.get(f"/activities/{draft.code}").status_code == 404 and leader.get(f"/activities/{draft.code}").status_code == 200
    for query, n in (("state=open", 1), ("level=centre", 0), ("team=T1", 1), ("kind=none", 0), (f"since={SOON.date() + 2 * DAY}", 0), (f"until={SOON.date() + 2 * DAY}", 1), ("brand=x", 0), ("station=S1", 0)):
        assert len(anyone.get(f"/activities?{query}").json()["items"]) == n, query
    assert anyone.get("/activities?area=x").status_code == 422 and anyone.get("/activities?no=1").status_code == 400
    assert len(anyone.get("/shifts").json()["items"]) == 1 and anyone.get(f"/shifts/{shift_of(draft).uuid}").status_code == 404
    assert anyone.post("/activities", {}).status_code == 401 and Caller(volunteer("V1").user).post("/activities", {}).status_code in (400, 403)


def test_a_leader_runs_an_activity_by_programs(helping: Helping) -> None:
    leader = Caller(helping.leader)
    shift = {"starts_at": SOON.isoformat(), "ends_at": (SOON + HOUR).isoformat(), "roles": [{"name": "清洁", "limit": 1}], "position": [98.28, 39.77]}
    body = {"title": "清洁", "kind": "street", "level": "station", "team": "T1", "about": "清理", "address": "新华路", "starts_at": SOON.isoformat(), "ends_at": (SOON + HOUR).isoformat(), "shifts": [shift]}
    assert leader.post("/activities", body | {"kind": "none"}).status_code == 422 and leader.post("/activities", body | {"team": "T2"}).status_code == 403
    made = leader.post("/activities", body)
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    assert {one["name"] for one in made.json()["moves"] if one["allowed"]} == {"open_activity", "change_activity", "add_shift", "cancel_activity"}
    assert leader.post(f"/activities/{code}/moves/open_activity").json()["state"] == "open"
    described = {name: body[name] for name in ("title", "kind", "level", "about", "address")}
    assert leader.post(f"/activities/{code}/moves/change_activity", described | {"title": "清洁日"}).json()["title"] == "清洁日"
    second = leader.post(f"/activities/{code}/moves/add_shift", shift | {"starts_at": (SOON + DAY).isoformat(), "ends_at": (SOON + DAY + HOUR).isoformat()})
    uuid = second.json()["uuid"]
    assert second.status_code == 201 and second.json()["roles"][0]["limit"] == 1
    assert leader.post(f"/shifts/{uuid}/moves/change_shift", shift | {"place_name": "广场"}).json()["place_name"] == "广场"
    assert leader.post(f"/shifts/{uuid}/moves/brief_shift", {"text": "注意车辆"}).json()["briefed_at"]
    assert leader.post(f"/shifts/{uuid}/moves/cancel_shift", {"why": "大风"}).json()["state"] == "cancelled"
    report = {"report": "清理一条街", "beneficiaries": 20, "results": [{"what": "烟头", "quantity": 3, "unit": "个"}]}
    assert leader.post(f"/activities/{code}/moves/close_activity", report).status_code == 422
    Activity.objects.update(starts_at=SOON - 9 * DAY, ends_at=SOON - 8 * DAY)
    assert leader.post(f"/activities/{code}/moves/close_activity", report).json()["results"][0]["quantity"] == 3.0
    assert leader.post(f"/activities/{code}/moves/correct_report", report | {"why": "重数", "beneficiaries": 30}).json()["beneficiaries"] == 30
    assert leader.post(f"/activities/{code}/moves/cancel_activity", {"why": "晚了"}).status_code == 409
    assert Caller(helping.other_leader).post(f"/activities/{code}/moves/correct_report", report | {"why": "x"}).status_code == 403


def test_volunteers_sign_up_withdraw_and_swap_by_programs(helping: Helping) -> None:
    one, two = shift_of(helping.activity(starts_at=SOON, limit=1)), shift_of(helping.activity(starts_at=SOON + DAY, limit=1))
    a, b = volunteer("V1"), volunteer("V2")
    first, second, leader = Caller(a.user), Caller(b.user), Caller(helping.leader)
    made = first.post(f"/shifts/{one.uuid}/moves/sign_up", {"role": "志愿者"})
    assert made.status_code == 201 and made.json()["state"] == "signed" and {m["name"] for m in made.json()["moves"] if m["allowed"]} == {"withdraw", "ask_swap"}
    assert first.post(f"/shifts/{one.uuid}/moves/sign_up", {"role": "x"}).status_code == 422
    assert Caller(helping.centre).post(f"/shifts/{one.uuid}/moves/sign_up", {"role": "志愿者"}).status_code == 403
    assert first.post(f"/shifts/{two.uuid}/moves/sign_up", {"role": "志愿者", "volunteer": "V2", "said_how": "phone"}).status_code == 403
    theirs = leader.post(f"/shifts/{two.uuid}/moves/sign_up", {"role": "志愿者", "volunteer": "V2", "said_how": "phone"}).json()
    assert theirs["said_by_leader"] and leader.post(f"/shifts/{two.uuid}/moves/sign_up", {"role": "志愿者", "volunteer": "V9"}).status_code == 422
    mine = made.json()["uuid"]
    swap = first.post(f"/sign-ups/{mine}/moves/ask_swap", {"theirs": theirs["uuid"]})
    assert swap.status_code == 201 and len(second.get("/swaps").json()["items"]) == 1 and leader.get("/swaps").json()["items"] == []
    uuid = swap.json()["uuid"]
    assert first.post(f"/swaps/{uuid}/moves/take_back_swap").json()["state"] == "taken_back"
    uuid = first.post(f"/sign-ups/{mine}/moves/ask_swap", {"volunteer": "V2"}).json()["uuid"]
    assert second.post(f"/swaps/{uuid}/moves/refuse_swap").json()["state"] == "refused" and leader.post(f"/swaps/{uuid}/moves/agree_to_swap").status_code == 404
    uuid = first.post(f"/sign-ups/{mine}/moves/ask_swap", {"theirs": theirs["uuid"]}).json()["uuid"]
    assert second.post(f"/swaps/{uuid}/moves/agree_to_swap").json()["state"] == "agreed"
    held = first.get("/sign-ups?state=signed").json()["items"]
    assert [row["shift"] for row in held] == [str(two.uuid)] and len(leader.get(f"/sign-ups?shift={two.uuid}").json()["items"]) == 2
    assert first.post(f"/sign-ups/{held[0]['uuid']}/moves/withdraw").status_code in (200, 400)
    SignUp.objects.filter(volunteer=a, state="signed").update(state="withdrawn")
    other = SignUp.objects.get(volunteer=b, state="signed")
    assert first.get(f"/sign-ups/{other.uuid}").status_code == 404
    assert leader.post(f"/sign-ups/{other.uuid}/moves/keep_sign_up").status_code == 422
    assert leader.post(f"/sign-ups/{other.uuid}/moves/remove_sign_up", {"why": "合并"}).json()["state"] == "removed"


def test_series_by_programs(helping: Helping) -> None:
    shifts = [{"from": "08:30", "to": "10:30", "roles": [{"name": "志愿者", "limit": 5}]}]
    made = actions.add_series(
        None, title="逢6上街", rule="FREQ=MONTHLY;BYMONTHDAY=6,16,26", starts_on=dt.date(2026, 11, 1), team=helping.team,
        template=stored(kind=helping.kind, level="station", about="清理", address="新华路", shifts=shifts), by=helping.leader, at=timezone.now(),
    )  # fmt: skip
    actions.make_coming(made, until=timezone.localdate() + 40 * DAY, by=SYSTEM, at=timezone.now())
    leader = Caller(helping.leader)
    assert leader.get("/series").json()["items"][0]["words"] == "每月6日、16日、26日" and Caller(volunteer("V1").user).get("/series").status_code == 403
    assert len(leader.get(f"/activities?series={made.uuid}").json()["items"]) == made.activities.count() > 0


@pytest.mark.parametrize("path", ["/activities", "/shifts", "/sign-ups"])
def test_lists_of_programs_ask_the_same_number_of_queries_for_many(helping: Helping, path: str) -> None:
    a, leader, counts, start = volunteer("V1"), Caller(helping.leader), [], dt.timedelta()
    for n in (1, 4):
        for m in range(n):
            sign(shift_of(helping.activity(starts_at=SOON + start + m * 3 * HOUR)), a)
        start += 12 * HOUR
        leader.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert leader.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1], counts


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31", "since=9999-12-31&until=0001-01-01"])
def test_days_at_the_ends_of_time_are_no_trouble(helping: Helping, query: str) -> None:
    for path in (f"/api/v1/activities?{query}", f"/activities/?{query}"):
        assert Client().get(path).status_code == 200
    assert Client().get("/api/v1/shifts?since=0001-01-01T00:00:00%2B08:00").status_code == 400
