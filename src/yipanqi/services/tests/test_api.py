"""Offers, orders and dispatch through the API."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.activities.models import Activity
from yipanqi.services import actions
from yipanqi.services.models import Complaint, Offer, Request
from yipanqi.services.tests.parish import NOW, Parish

API = "/api/v1"


@pytest.fixture
def town(db: None) -> Parish:
    parish = Parish()
    Offer.objects.update(from_on=timezone.localdate() - dt.timedelta(days=1))
    return parish


def call(user: Any, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    client = Client()
    if user is not None:
        client.force_login(user)
    answer = client.generic(method, API + path, data="" if body is None else json.dumps(body, default=str), content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def wanted(town: Parish, **more: Any) -> dict[str, Any]:
    return {
        "item": "LF-01", "wished_from": timezone.localdate() + dt.timedelta(days=1), "area": town.xinhua.code, "address": "新华路3号", "contact_phone": "13912345678",
        "position": [98.271, 39.771],
    } | more  # fmt: skip


def made(town: Parish, **more: Any) -> Request:
    status, answer = call(None, "POST", "/requests", wanted(town, **more))
    assert status == 201, answer
    assert answer["track_url"].endswith(f"/services/track/{answer['code']}/")
    return Request.objects.get(number=answer["number"])


def test_offers_are_public_and_filtered(town: Parish) -> None:
    status, answer = call(None, "GET", "/offers")
    assert (status, len(answer["items"])) == (200, 2)
    assert answer["items"][1] | {"hours": {}} == answer["items"][1]
    assert answer["items"][1]["party"] == "team:T1"
    for query, n in (("theme=care", 2), ("theme=lecture", 0), ("form=home", 2), ("form=site", 0), ("kind=haircut", 2), ("item=LF-01", 2), (f"area={town.xinhua.code}", 2)):
        assert len(call(None, "GET", f"/offers?{query}")[1]["items"]) == n, query
    assert call(None, "GET", "/offers?area=nowhere")[0] == 422
    assert call(None, "GET", "/offers?colour=red")[0] == 400
    assert call(town.leader, "GET", "/offers?state=open")[1]["items"][0]["party"] == "team:T1"


def test_offers_are_kept_by_those_who_give(town: Parish) -> None:
    body = {"party": "team:T3", "item": "XJ-01", "hours": {"2": ["evening"]}, "area": town.guannan.code}
    status, answer = call(town.talker, "POST", "/offers", body)
    assert (status, answer["hours"], [m["name"] for m in answer["moves"] if m["allowed"]]) == (201, {"2": ["evening"]}, ["pause_offer", "end_offer"])
    code = answer["code"]
    assert call(town.leader, "POST", "/offers", body)[0] == 403
    assert call(town.talker, "POST", "/offers", body | {"party": "team:T9"})[0] == 422
    assert call(town.talker, "POST", "/offers", body | {"item": "NO"})[0] == 422
    assert call(town.talker, "GET", f"/offers/{code}")[0] == 200
    assert call(town.leader, "GET", f"/offers/{code}")[0] == 404
    assert call(town.talker, "PUT", f"/offers/{code}", {"capacity": 30})[1]["capacity"] == 30
    for verb, status in (("pause_offer", 200), ("pause_offer", 409), ("resume_offer", 200), ("end_offer", 200)):
        assert call(town.talker, "POST", f"/offers/{code}/moves/{verb}")[0] == status


def test_an_order_is_made_and_followed_by_code(town: Parish) -> None:
    order = made(town)
    assert (order.source, order.lon, order.contact_phone) == ("online", 98.271, "13912345678")
    status, answer = call(None, "GET", f"/requests/codes/{order.code}")
    assert (status, answer["state"], [m["name"] for m in answer["moves"]]) == (200, "open", ["cancel"])
    assert "13912345678" not in str(answer)
    assert call(None, "GET", "/requests/codes/WRONG234")[0] == 404
    for wrong in ({"contact_phone": "x"}, {"item": "NO"}, {"area": "0"}, {"kind": "no", "item": None}, {"offer": "G0"}):
        assert call(None, "POST", "/requests", wanted(town, **wrong))[0] == 422, wrong
    assert call(None, "POST", f"/requests/codes/{order.code}/moves/cancel", {})[1]["state"] == "cancelled"


def test_orders_from_one_address_are_limited(town: Parish) -> None:
    town.rule("orders_per_hour", 1)
    made(town)
    assert call(None, "POST", "/requests", wanted(town))[0] == 429


def test_a_whole_life(town: Parish) -> None:
    town.rule("make_orders", True)
    order = made(town)
    path = f"/requests/{order.number}"

    def move(user: Any, verb: str, **body: Any) -> tuple[int, Any]:
        return call(user, "POST", f"{path}/moves/{verb}", body)

    status, answer = call(town.station, "GET", path)
    assert status == 200
    assert {m["name"]: m["allowed"] for m in answer["moves"]} == {"make_order": True, "decline": True, "cancel": True}
    assert move(town.leader, "make_order", plan="两人")[0] == 404
    assert move(town.station, "make_order", plan="两人", item="LF-01")[1]["state"] == "open"
    status, proposal = call(town.centre, "POST", "/dispatch/proposals")
    assert (status, proposal["lines"][0]["party"]) == (201, "team:T1")
    assert proposal["lines"][0]["reasons"] and "skill" in proposal["lines"][0]["costs"]
    assert call(town.station, "POST", "/dispatch/proposals")[0] == 403
    assert call(town.station, "GET", "/dispatch/proposals/latest")[0] == 403
    assert call(town.centre, "GET", "/dispatch/proposals/latest")[1]["uuid"] == proposal["uuid"]
    accept = f"/dispatch/proposals/{proposal['uuid']}/moves/accept_proposal"
    assert call(town.centre, "POST", accept, {"numbers": ["D1"]})[0] == 422
    assert call(town.centre, "POST", accept, {})[1]["lines"] == []
    assert call(town.centre, "POST", accept.replace(proposal["uuid"], "00000000-0000-0000-0000-000000000000"), {})[0] == 404
    assert move(town.centre, "recall")[1]["state"] == "open"
    assert move(town.centre, "dispatch", party="team:T2")[1]["dispatches"][-1]["name"] == "关南理发队"
    town.rule("next_choice", False)
    assert move(town.other_leader, "refuse", reason="太远")[1]["state"] == "open"
    assert move(town.centre, "dispatch", party="team:T1")[0] == 200
    assert call(town.leader, "GET", path)[1]["text"] == ""
    assert move(town.leader, "accept", meet_at=(timezone.now() + dt.timedelta(days=2)).isoformat())[1]["party"] == "team:T1"
    assert move(town.leader, "give_back", reason="病了")[1]["state"] == "open"
    assert move(town.centre, "dispatch", party="team:T1")[0] == 200
    assert move(town.leader, "accept")[0] == 200
    activity = Activity.objects.create(code="A1", title="理发", kind=town.haircut, level="station", team=town.near, starts_at=NOW, ends_at=NOW + dt.timedelta(hours=1), created_at=NOW)
    assert move(town.leader, "join_activity", activity="NO")[0] == 422
    assert move(town.leader, "join_activity", activity=activity.code)[1]["activity"] == "A1"
    assert call(town.leader, "POST", f"{path}/contact")[1] == {"name": "", "phone": "13912345678", "address": "新华路3号"}
    assert call(town.auditor, "POST", f"{path}/contact")[0] == 403
    ended = timezone.now() - dt.timedelta(minutes=1)
    report = {"started_at": ended - dt.timedelta(hours=1), "ended_at": ended, "helpers": 2, "served": 1, "text": "理了发", "lines": [{"what": "理发", "quantity": 1, "unit": "人次"}]}
    assert move(town.leader, "report_service", **{k: str(v).replace(" ", "T") if isinstance(v, dt.datetime) else v for k, v in report.items()})[1]["state"] == "served"
    code = f"/requests/codes/{order.code}"
    assert call(None, "GET", code)[1]["what_was_done"] == "理了发"
    assert call(town.leader, "POST", f"{code}/moves/rate", {"rating": 5})[0] == 403
    assert call(None, "POST", f"{code}/moves/rate", {"rating": 6})[0] == 400
    assert call(None, "POST", f"{code}/moves/rate", {"rating": 5})[1]["moves"] == []
    assert move(town.leader, "reply_to_rating", text="谢谢")[0] == 200
    assert call(None, "POST", f"{code}/complaints", {"text": "迟到"})[0] == 201
    complaint = Complaint.objects.get()
    assert call(town.leader, "POST", f"/requests/complaints/{complaint.uuid}/moves/answer_complaint", {"text": "x"})[0] == 403
    assert call(town.desk, "POST", f"/requests/complaints/{complaint.uuid}/moves/answer_complaint", {"text": "已提醒"})[0] == 200


def test_lists_ends_and_proxies(town: Parish) -> None:
    first, second = made(town), made(town, kind="haircut", item=None, text="剪指甲")
    assert call(town.desk, "POST", "/requests/by_proxy", wanted(town, phoned=True))[0] == 201
    assert call(town.leader, "POST", "/requests/by_proxy", wanted(town))[0] == 403
    for query, n in (("", 3), ("?source=phone", 1), ("?kind=haircut", 3), ("?item=LF-01", 2), ("?state=closed", 0), (f"?area={town.city.code}", 3)):
        assert len(call(town.centre, "GET", f"/requests{query}")[1]["items"]) == n, query
    assert call(None, "GET", "/requests")[0] == 401
    assert call(town.station, "POST", f"/requests/{first.number}/moves/decline", {"reason": "找物业"})[1]["state"] == "declined"
    assert call(town.centre, "POST", f"/requests/{second.number}/moves/give_up", {"reason": "没有"})[1]["state"] == "unmet"
    third = Request.objects.get(source="phone")
    assert call(town.station, "POST", f"/requests/{third.number}/moves/cancel", {})[1]["state"] == "cancelled"
    served = actions.report_service(town.accepted(timezone.now()), **town.report(timezone.now()), by=town.leader, at=timezone.now())
    assert call(town.station, "POST", f"/requests/{served.number}/moves/rate", {"rating": 4})[1]["rating"] == 4
    town.rule("grab", True)
    free = made(town, kind="haircut", item=None, text="理发")
    assert call(town.leader, "POST", f"/requests/{free.number}/moves/grab", {"party": "team:T1"})[1]["state"] == "accepted"
    assert call(town.talker, "POST", f"/requests/{free.number}/moves/grab", {"party": "team:T3"})[0] == 404
