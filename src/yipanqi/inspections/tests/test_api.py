"""Campaigns and visits through the API: planning, looking, giving up, scores."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from yipanqi.cases.models import Case
from yipanqi.files.actions import attach
from yipanqi.inspections import actions, schemas
from yipanqi.inspections.models import Campaign, Visit
from yipanqi.inspections.tests.test_pages import now_running, signed_in
from yipanqi.inspections.tests.test_visits import photo
from yipanqi.inspections.tests.world import NOW, campaign, user, visit, world
from yipanqi.places.models import Place

pytestmark = pytest.mark.django_db
PLAN = {"name": "市场整治", "kind": "special", "edition": "E2026", "starts_on": "2026-11-01", "ends_on": "2026-11-30"}


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/api/v1/{path}", body or {}, content_type="application/json")
    return answer.status_code, answer.json()


def test_api_plans_a_campaign_from_draft_to_close() -> None:
    w = world()
    desk, second = signed_in(w.desk), user("inspector", "second")
    status, made = post(desk, "campaigns", PLAN)
    assert (status, made["state"], made["places"]) == (201, "draft", 0)
    moves = f"campaigns/{made['code']}/moves"
    assert post(desk, f"{moves}/open_campaign")[0] == 422
    status, planned = post(desk, f"{moves}/assign_places", {"category": ["market"], "inspectors": ["inspector", "second"]})
    assert (status, planned["places"]) == (200, 3)
    rows = desk.get(f"/api/v1/campaigns/{made['code']}/places?count=true").json()
    assert rows["count"] == 3 and sorted(r["inspector"] for r in rows["items"]) == ["inspector", "inspector", "second"]
    assert {r["state"] for r in rows["items"]} == {"waiting"}
    assert post(desk, f"{moves}/remove_places", {"places": ["MK003"]})[1]["places"] == 2
    assert post(desk, f"{moves}/change_campaign", PLAN | {"name": "改名", "kind": "mock"})[1]["kind"] == "mock"
    assert post(desk, f"{moves}/open_campaign")[1]["state"] == "open"
    assert post(signed_in(second), f"{moves}/close_campaign")[0] in (403, 404)
    assert post(desk, f"{moves}/close_campaign")[1]["state"] == "closed"
    assert post(desk, f"{moves}/assign_places", {"places": ["MK001"]})[0] == 409


@pytest.mark.parametrize(
    ("move", "body", "field"),
    [
        ("assign_places", {}, "places"),
        ("assign_places", {"places": ["NONE"]}, "places"),
        ("assign_places", {"places": ["MK001"], "inspectors": ["nobody"]}, "inspectors"),
        ("remove_places", {"places": ["NONE"]}, "places"),
        ("change_campaign", PLAN | {"edition": "NONE"}, "edition"),
        ("change_campaign", PLAN | {"ends_on": "2026-10-01"}, "ends_on"),
    ],
)
def test_api_plan_of_unknown_things_is_refused_with_the_field(move: str, body: dict[str, Any], field: str) -> None:
    w = world()
    plan = campaign(w, opened=False)
    status, answer = post(signed_in(w.desk), f"campaigns/{plan.code}/moves/{move}", body)
    assert (status, answer["errors"][0]["field"]) == (422, field)


def test_api_plan_by_the_wrong_role_is_forbidden_with_the_reason() -> None:
    world()
    for role in ("auditor", "leader", "liaison"):
        status, answer = post(signed_in(user(role)), "campaigns", PLAN)
        assert status == 403 and "创城办" in answer["detail"]
    assert not Campaign.objects.exists()


def test_api_assign_chooses_by_area_category_days_and_code() -> None:
    w = world()
    plan, desk = campaign(w, opened=False), signed_in(w.desk)
    moves = f"campaigns/{plan.code}/moves"
    actions.remove_places(plan, places=w.places, by=w.desk, at=NOW)
    Place.objects.filter(code="MK003").update(status="suspended")
    assert post(desk, f"{moves}/assign_places", {"category": ["market"], "places": ["MK001", "MK003"]})[1]["places"] == 1
    assert post(desk, f"{moves}/assign_places", {"area": "none"})[1]["places"] == 1
    assert post(desk, f"{moves}/assign_places", {"not_visited_days": 30})[1]["places"] == 2


def test_api_moves_name_the_fields_of_their_bodies() -> None:
    bodies = {
        "change_campaign": schemas.ChangeIn, "assign_places": schemas.AssignIn, "remove_places": schemas.RemoveIn,
        "cancel_campaign": schemas.WhyIn, "start_visit": schemas.StartIn, "record_finding": schemas.FindingIn, "give_up_visit": schemas.GiveUpIn,
    }  # fmt: skip
    fields = schemas.campaign_fields() | schemas.visit_fields()
    assert fields.keys() == bodies.keys()
    for verb, body in bodies.items():
        told = {f["name"]: f["required"] for f in fields[verb]}
        assert told == {name: f.is_required() for name, f in body.model_fields.items()}, verb


def test_api_cancel_drops_a_plan_without_results() -> None:
    w = world()
    desk = signed_in(w.desk)
    plan = campaign(w)
    moves = f"campaigns/{plan.code}/moves"
    assert post(desk, f"{moves}/cancel_campaign", {"why": ""})[0] == 400
    assert post(desk, f"{moves}/cancel_campaign", {"why": "  "})[0] == 422
    status, gone = post(desk, f"{moves}/cancel_campaign", {"why": "与专项检查合并"})
    assert (status, gone["state"], gone["cancelled_why"], gone["moves"]) == (200, "cancelled", "与专项检查合并", [])
    second = campaign(w)
    actions.pass_rest(visit(w, second), by=w.inspector, at=NOW)
    status, answer = post(desk, f"campaigns/{second.code}/moves/cancel_campaign", {"why": "x"})
    assert status == 409 and "结束检查" in answer["detail"]


def test_api_begin_visit_resumes_what_was_begun() -> None:
    w = world()
    plan, client = now_running(w), signed_in(w.inspector)
    body = {"campaign": plan.code, "place": "MK001", "position": [98.28, 39.77]}
    status, first = post(client, "visits", body)
    assert (status, first["position"]) == (201, [98.28, 39.77])
    assert [i["item"] for i in first["items"]] == ["MK-01", "MK-02", "MK-03", "MK-04", "MK-05"]
    post(client, f"visits/{first['id']}/moves/record_finding", {"item": "MK-01", "observed": {"passed": False}, "note": "没有公示"})
    status, again = post(client, "visits", body)
    assert (status, again["id"], len(again["findings"])) == (200, first["id"], 1)
    assert [(i["judged"], bool(i["open_case"])) for i in again["items"][:2]] == [(True, True), (False, False)]
    assert post(client, "visits", body | {"uuid": str(uuid4())})[0] == 409
    assert post(client, "visits", body | {"place": "NONE"})[0] == 422
    assert post(client, "visits", body | {"campaign": "NONE"})[0] == 404
    assert post(client, "visits", body | {"position": [998, 39]})[0] == 400


def test_api_give_up_ends_a_visit_that_counts_nowhere() -> None:
    w = world()
    plan, client, desk = now_running(w), signed_in(w.inspector), signed_in(w.desk)
    seen = post(client, "visits", {"campaign": plan.code, "place": "MK001"})[1]
    assert "give_up_visit" in [m["name"] for m in seen["moves"]]
    base = f"visits/{seen['id']}/moves"
    assert post(client, f"{base}/give_up_visit", {"why": "tired"})[0] == 400
    status, gone = post(client, f"{base}/give_up_visit", {"why": "closed", "note": "门口贴停业通知"})
    assert (status, gone["state"], gone["missed_why"], gone["score"], gone["moves"]) == (200, "missed", "closed", None, [])
    for move in ("finish_visit", "pass_rest"):
        assert post(client, f"{base}/{move}")[0] == 409
    progress = desk.get(f"/api/v1/campaigns/{plan.code}").json()
    assert (progress["done"], progress["missed"]) == (0, 1)
    assert desk.get("/api/v1/visits?state=missed").json()["items"][0]["missed_note"] == "门口贴停业通知"
    rows = desk.get(f"/api/v1/campaigns/{plan.code}/places?state=missed").json()["items"]
    assert [(r["place"], r["visit"]) for r in rows] == [("MK001", seen["id"])]
    assert desk.get("/api/v1/figures/inspections.visits").json()["value"] == 0
    assert desk.get("/api/v1/figures/inspections.missed").json()["value"] == 1
    assert desk.get("/api/v1/figures/inspections.missed?unit=CCB").json()["value"] == 0
    retry = post(client, "visits", {"campaign": plan.code, "place": "MK001"})
    assert retry[0] == 201 and retry[1]["id"] != seen["id"]


def test_api_two_inspectors_at_one_place_share_one_case() -> None:
    w = world()
    second = user("inspector", "second")
    plan = now_running(w)
    actions.assign_places(plan, places=w.places, inspectors=[], by=w.desk, at=NOW)
    outcomes = []
    for person in (w.inspector, second):
        client = signed_in(person)
        seen = post(client, "visits", {"campaign": plan.code, "place": "MK001"})[1]
        found = post(client, f"visits/{seen['id']}/moves/record_finding", {"item": "MK-02", "observed": {"count": 1}, "note": "东门"})[1]
        outcomes.append((found["outcome"], found["case"]))
    case = Case.objects.get()
    assert outcomes == [("opened", case.number), ("confirmed", case.number)] and case.confirmations == 1
    assert Visit.objects.count() == 2


def test_api_record_finding_shows_near_cases_of_the_class() -> None:
    w = world()
    plan, client = now_running(w), signed_in(w.inspector)
    Place.objects.filter(code="MK002").update(lon=98.2811)
    numbers = []
    for place in ("MK001", "MK002"):
        seen = post(client, "visits", {"campaign": plan.code, "place": place})[1]
        found = post(client, f"visits/{seen['id']}/moves/record_finding", {"item": "MK-02", "observed": {"count": 1}, "note": "东门"})[1]
        numbers.append(found["case"])
    assert [(n["number"], n["distance_m"] < 20) for n in found["near"]] == [(numbers[0], True)]
    page = signed_in(w.desk).get(f"/inspections/visits/{seen['id']}/").content.decode()
    assert "附近同类" in page and numbers[0] in page


def test_pages_cancel_filter_and_pick() -> None:
    w = world()
    plan, client = campaign(w), signed_in(w.desk)
    actions.give_up_visit(visit(w, plan), why="no_entry", note="保安不放行", by=w.inspector, at=NOW)
    page = client.get(f"/inspections/{plan.code}/?stands=missed").content.decode()
    assert "无法进入" in page and "第1市场" in page and "第2市场" not in page and "另有 1 个点位" in page
    assert "没有这样的点位" in client.get(f"/inspections/{plan.code}/?stands=open").content.decode()
    link = re.search(r"/inspections/visits/[0-9a-f-]+/", page)
    assert link and "保安不放行" in client.get(link[0]).content.decode()
    second = campaign(w, opened=False)
    address = f"/inspections/{second.code}/places/"
    actions.remove_places(second, places=w.places, by=w.desk, at=NOW)
    assert "没有选中任何点位" in client.post(address, {"picked": "1"}).content.decode()
    assert "没有这些点位：ZZ" in client.post(address, {"codes": "MK001,ZZ"}).content.decode()
    chosen = {"codes": "MK001，MK002\nMK003", "picked": "1", "only": ["MK001", "MK002"]}
    asked = client.post(address, chosen)
    assert asked.status_code == 422 and "也要检查" in asked.content.decode() and not second.campaign_places.exists()
    client.post(address, chosen | {"again": "keep", "why_again": "另一组独立检查"})
    assert set(second.campaign_places.values_list("why_again", flat=True)) == {"另一组独立检查"}
    assert sorted(second.campaign_places.values_list("place__code", flat=True)) == ["MK001", "MK002"]
    client.post(f"/inspections/{second.code}/moves/cancel_campaign/", {"why": "天气原因"})
    assert "天气原因" in client.get(f"/inspections/{second.code}/").content.decode()
    assert client.get(f"/inspections/{second.code}/").content.decode().count("data-move") == 0


def test_api_lists_campaigns_with_progress_and_moves() -> None:
    w = world()
    plan, client = campaign(w), signed_in(w.desk)
    listed = client.get("/api/v1/campaigns?count=true").json()
    assert listed["count"] == 1 and listed["items"][0]["places"] == 3
    one = client.get(f"/api/v1/campaigns/{plan.code}").json()
    moves = {m["name"]: (m["allowed"], bool(m["why_not"])) for m in one["moves"]}
    allowed = dict.fromkeys(("change_campaign", "assign_places", "remove_places", "close_campaign", "cancel_campaign"), (True, False))
    assert moves == allowed | {"start_visit": (False, True)}
    assert client.get("/api/v1/campaigns?colour=red").status_code == 400
    assert client.get("/api/v1/campaigns/NONE").status_code == 404
    assert Client().get("/api/v1/campaigns").status_code == 401


def test_api_visit_from_start_to_score() -> None:
    w = world()
    plan, client = now_running(w), signed_in(w.inspector)
    start = {"place": "MK001", "uuid": "7b0c0de1-0000-4000-8000-000000000001"}

    for _n in range(2):
        status, made = post(client, f"campaigns/{plan.code}/moves/start_visit", start)
        assert status == 200 and made["state"] == "open"
    base = f"visits/{start['uuid']}"
    status, finding = post(client, f"{base}/moves/record_finding", {"item": "MK-02", "observed": {"count": 1}, "note": "东门"})
    assert (status, finding["letter"], finding["outcome"]) == (200, "B", "opened") and finding["case"]
    assert post(client, f"{base}/moves/record_finding", {"item": "MK-02", "observed": {"count": -1}})[0] == 422
    status, mute = post(client, f"{base}/moves/record_finding", {"item": "MK-01", "observed": {"passed": False}})
    assert (status, mute["errors"][0]["field"]) == (422, "note") and "请拍一张照片，或写明问题" in mute["detail"]
    assert post(client, f"{base}/moves/record_finding", {"item": "NONE", "observed": {"na": True}})[0] == 422
    assert post(client, f"{base}/moves/finish_visit")[0] == 422
    assert post(client, f"{base}/moves/pass_rest")[0] == 200
    status, done = post(client, f"{base}/moves/finish_visit")
    assert status == 200 and done["score"] == 93.2 and done["n_items"] == 5
    assert post(client, f"{base}/moves/finish_visit")[0] == 409
    assert client.get("/api/v1/visits?state=finished&place=MK001").json()["items"][0]["id"] == start["uuid"]
    assert client.get("/api/v1/visits?state=open").json()["items"] == []


def test_api_record_finding_by_an_auditor_is_refused() -> None:
    w = world()
    seen, client = visit(w, campaign(w)), signed_in(user("auditor"))
    body = {"item": "MK-01", "observed": {"passed": True}}
    assert client.post(f"/api/v1/visits/{seen.uuid}/moves/record_finding", body, content_type="application/json").status_code == 403


@pytest.mark.parametrize(("move", "body"), [("record_finding", {"item": "MK-01", "observed": {"passed": False}}), ("give_up_visit", {"why": "closed"})])
def test_api_move_with_a_photo_of_others_or_used_already_is_refused(move: str, body: dict[str, Any]) -> None:
    w = world()
    plan, client = now_running(w), signed_in(w.inspector)
    path = f"visits/{post(client, 'visits', {'campaign': plan.code, 'place': 'MK001'})[1]['id']}/moves/{move}"
    used, foreign, mine = photo(w.inspector), photo(w.desk), photo(w.inspector)
    attach(used, subject_kind="cases.case", subject_ref="C0", by=w.inspector, at=NOW)
    for wrong, status, words in ((used, 409, "已经用在别处"), (foreign, 422, "不是您上传的")):
        answered, said = post(client, path, {**body, "photos": [str(wrong.uuid)]})
        assert (answered, words in said["detail"]) == (status, True)
    assert not Case.objects.exists() and post(client, path, {**body, "photos": [str(mine.uuid)]})[0] == 200


def test_api_record_finding_again_withdraws_its_case_unless_the_desk_has_it() -> None:
    w = world()
    plan, client, desk = now_running(w), signed_in(w.inspector), signed_in(w.desk)
    seen = post(client, "visits", {"campaign": plan.code, "place": "MK001"})[1]
    path = f"visits/{seen['id']}/moves/record_finding"
    failing, passing = {"item": "MK-01", "observed": {"passed": False}, "note": "没有公示"}, {"item": "MK-01", "observed": {"passed": True}}
    first = post(client, path, failing)[1]["case"]
    status, refused = post(client, path, passing)
    assert (status, refused["errors"][0]["field"]) == (422, "why") and first in refused["detail"]
    assert post(client, path, passing | {"why": "x" * 201})[0] == 400
    status, told = post(client, path, passing | {"why": "点错了项目"})
    assert (status, told["letter"], told["outcome"], told["case"]) == (200, "A", "", None)
    case = desk.get(f"/api/v1/cases/{first}").json()
    assert (case["state"], Case.objects.get(number=first).moves.last().note) == ("rejected", "检查员改判：原判误记。点错了项目")  # type: ignore[union-attr]
    second = post(client, path, failing)[1]["case"]
    assert second != first
    assert post(desk, f"cases/{second}/moves/comment", {"note": "已电话告知业主"})[0] == 200
    status, refused = post(client, path, passing | {"why": "点错了项目"})
    assert status == 409 and second in refused["detail"] and "请联系综合组" in refused["detail"]
    assert {f["item"]: f["case"] for f in client.get(f"/api/v1/visits/{seen['id']}").json()["findings"]} == {"MK-01": second}
    fields = next(m for m in client.get(f"/api/v1/visits/{seen['id']}").json()["moves"] if m["name"] == "record_finding")["fields"]
    assert "why" in {f["name"] for f in fields}
