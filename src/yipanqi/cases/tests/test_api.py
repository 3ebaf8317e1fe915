"""Cases and reports through HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yipanqi.cases import actions
from yipanqi.cases.models import Case, Report
from yipanqi.cases.schemas import CaseRow
from yipanqi.cases.tests.town import Town, moment
from yipanqi.files import actions as file_actions
from yipanqi.files.intake import prepare
from yipanqi.files.tests.photos import jpeg
from yipanqi.kernel.api import Listing

API = "/api/v1"


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def client(user: Any) -> Client:
    made = Client()
    made.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return made


def post(who: Client, path: str, body: Any) -> Any:
    return who.post(API + path, json.dumps(body), content_type="application/json")


def test_move_through_a_whole_life(town: Town) -> None:
    desk, unit = client(town.desk), client(town.liaison)
    made = post(desk, "/cases", {"source": "grid", "description": "井盖破损", "position": [98.29, 39.77], "class": "06010"})
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    assert (made.json()["class"]["code"], made.json()["position"]) == ("gb:event:06010", [98.29, 39.77])
    accept = next(m for m in made.json()["moves"] if m["name"] == "accept")
    assert accept["allowed"] and [f["name"] for f in accept["fields"]] == ["issue_class", "severity", "note"]
    for who, verb, body, state in [
        (desk, "accept", {"issue_class": "gb:event:06010"}, "filed"), (desk, "dispatch", {"unit": "CGJ", "co_units": []}, "dispatched"),
        (unit, "sign", None, "handling"), (unit, "resolve", {"what_was_done": "已更换"}, "resolved"), (desk, "verify_pass", {}, "closed"),
    ]:  # fmt: skip
        answer = post(who, f"/cases/{number}/moves/{verb}", body) if body is not None else who.post(f"{API}/cases/{number}/moves/{verb}", content_type="application/json")
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.content
    events = desk.get(f"{API}/cases/{number}/events").json()["items"]
    assert [e["verb"] for e in events] == ["report_case", "accept", "dispatch", "sign", "resolve", "verify_pass"]
    assert desk.get(f"{API}/cases/{number}/photos").json() == {"items": [], "next": None}


def test_move_refused_says_why(town: Town) -> None:
    case = town.filed()
    desk = client(town.desk)
    wrong = post(desk, f"/cases/{case.number}/moves/sign", {})
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (403, "application/problem+json")
    again = post(desk, f"/cases/{case.number}/moves/accept", {"issue_class": "gb:event:06010"})
    assert again.status_code == 409 and "已由 desk 于" in again.json()["detail"]
    unknown = post(desk, f"/cases/{case.number}/moves/dispatch", {"unit": "NONE"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "unit")
    extra = post(desk, f"/cases/{case.number}/moves/dispatch", {"unit": "CGJ", "units": 1})
    assert extra.status_code == 400
    assert post(client(town.stranger), f"/cases/{case.number}/moves/sign", {}).status_code == 404
    assert post(Client(), f"/cases/{case.number}/moves/sign", {}).status_code == 401


def test_list_follows_filters_and_pages(town: Town) -> None:
    cases = [town.report() for _n in range(3)] + [town.dispatched()]
    desk = client(town.desk)
    page = desk.get(f"{API}/cases?limit=2&count=true").json()
    assert (len(page["items"]), page["count"]) == (2, 4)
    rest = desk.get(f"{API}/cases", {"limit": 2, "cursor": page["next"]}).json()
    assert {c["number"] for c in page["items"] + rest["items"]} == {c.number for c in cases}
    for query, count in [
        ("state=reported", 3), ("state=open", 4), ("state=reported,dispatched", 4), ("unit=CGJ", 1), ("class=06010", 1), ("class=gb:event:06010", 1),
        ("overdue=true", 4), ("overdue=false", 0), ("found_from=2026-03-02&found_to=2026-03-02", 4), ("found_to=2026-03-01", 0), ("due_before=2026-03-04", 1),
        ("bbox=98,39,99,40", 0), ("q=垃圾 路口", 4), ("q=没有", 0), ("severity=2", 1), ("severity=2,3", 1), ("state=", 4), ("source=own", 4), ("source=hotline", 0),
    ]:  # fmt: skip
        assert len(desk.get(f"{API}/cases?{query}").json()["items"]) == count, query
    for bad in ("colour=red", "bbox=1,2", "found_from=yesterday", "limit=0", "cursor=xx", "q=%00", "unit=%00,x"):
        assert desk.get(f"{API}/cases?{bad}").status_code == 400, bad
    for odd in ("found_from=0001-01-01", "found_to=9999-12-31", "due_before=0001-01-01T00:00:00%2B14:00"):
        assert desk.get(f"{API}/cases?{odd}").status_code == 200, odd
    assert len(client(town.liaison).get(f"{API}/cases").json()["items"]) == 1
    assert client(town.admin).get(f"{API}/cases").json()["items"] == []


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("state=foo", "state", "foo"), ("state=open,foo", "state", "foo"), ("state=,", "state", "状态"), ("severity=x", "severity", "1 到 4"), ("severity=5", "severity", "5"),
        ("severity=999", "severity", "999"), ("severity=%C2%B2", "severity", "²"), ("source=nobody", "source", "nobody"),
        ("unit=zz", "unit", "没有编码为“zz”的单位"), ("unit=CGJ,zz", "unit", "zz"), ("place=x", "place", "点位"), ("area=none", "area", "区划"), ("class=none", "class", "none"),
        ("bbox=-999,-1,1,1", "bbox", "-180"), ("bbox=180,1,-180,-1", "bbox", "西"), ("bbox=98,91,99,92", "bbox", "90"),
        ("found_from=2026-01-02&found_to=2026-01-01", "found_to", "found_from"),
    ],
)  # fmt: skip
def test_list_refuses_filters_that_name_nothing(town: Town, query: str, field: str, words: str) -> None:
    town.dispatched()
    answer = client(town.desk).get(f"{API}/cases?{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json"), answer.content
    (error,) = answer.json()["errors"]
    assert error["field"] == field and words in error["message"]


def test_desk_page_tolerates_filters_that_name_nothing(town: Town) -> None:
    town.dispatched()
    for query in ("state=foo", "severity=x", "unit=zz", "found_from=2026-01-02&found_to=2026-01-01"):
        assert client(town.desk).get(f"/cases/?{query}").status_code == 200, query


def test_lists_of_a_case_are_paged_and_counted(town: Town) -> None:
    near = {"lat": 39.77, "issue_class": town.class_}
    one, *others = (town.report(lon=98.29 + n / 10_000, **near) for n in range(8))
    for n in range(5):
        actions.comment(one, note=f"第{n}次", by=town.desk, at=moment())
        photo = file_actions.add_photo(None, prepared=prepare(jpeg(64 + n)), kind="before", by=town.desk, at=moment())
        file_actions.attach(photo, subject_kind="cases.case", subject_ref=one.number, by=town.desk, at=moment())
    desk = client(town.desk)
    for part, total in (("events", 6), ("photos", 5), ("similar", 7)):
        path = f"{API}/cases/{one.number}/{part}"
        whole = desk.get(f"{path}?count=true").json()
        assert (len(whole["items"]), whole["next"], whole["count"]) == (total, None, total), part
        seen: list[Any] = []
        cursor, rounds = "", 0
        while cursor is not None and rounds < 10:
            page = desk.get(path, {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
            assert set(page) == {"items", "next"} and len(page["items"]) <= 2
            seen, cursor, rounds = seen + page["items"], page["next"], rounds + 1
        assert seen == whole["items"], part
        for wrong in ("limit=0", "limit=501", "cursor=%21%21", "colour=red"):
            assert desk.get(f"{path}?{wrong}").status_code == 400, (part, wrong)
    found = desk.get(f"{API}/cases/{one.number}/similar").json()["items"]
    assert [f["case"]["number"] for f in found] == [other.number for other in others]
    assert [f["distance_m"] for f in found] == sorted(f["distance_m"] for f in found)


def test_list_answers_as_its_schema_and_the_single_case_say(town: Town) -> None:
    place = {"lon": 98.29, "lat": 39.77, "address": "新华路"}
    cases = [town.report(**place), town.dispatched(), town.closed()]
    desk = client(town.desk)
    answer = desk.get(f"{API}/cases?count=true")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    found = Listing[CaseRow].model_validate_json(answer.content)
    assert (len(found.items), found.count) == (3, 3)
    for row in answer.json()["items"]:
        whole = desk.get(f"{API}/cases/{row['number']}").json()
        assert row == {key: whole[key] for key in row} and set(row) == shown_fields()
    assert {row["number"] for row in answer.json()["items"]} == {case.number for case in cases}
    english = desk.get(f"{API}/cases", headers={"Accept-Language": "en"}).json()["items"][0]
    assert english["state_title"] != answer.json()["items"][0]["state_title"]


def shown_fields() -> set[str]:
    return {field.serialization_alias or name for name, field in CaseRow.model_fields.items()}


def test_list_asks_as_often_for_many_as_for_one(town: Town, django_assert_max_num_queries: Any) -> None:
    for _n in range(6):
        town.dispatched()
    desk = client(town.desk)
    with django_assert_max_num_queries(8):
        assert len(desk.get(f"{API}/cases").json()["items"]) == 6


def test_similar_lists_neighbours_of_the_class(town: Town) -> None:
    near, far = ({"lon": lon, "lat": 39.77, "issue_class": town.class_} for lon in (98.29, 98.35))
    one, two = town.report(**near), town.report(**near)
    town.report(**far)
    found = client(town.desk).get(f"{API}/cases/{one.number}/similar").json()["items"]
    assert [(f["case"]["number"], f["distance_m"]) for f in found] == [(two.number, 0.0)]


def test_report_by_json_is_followed_and_rated(town: Town) -> None:
    visitor = Client()
    sent = post(visitor, "/reports", {"text": "路灯不亮", "position": [98.29, 39.77], "contact_phone": "13912345678"})
    assert sent.status_code == 201, sent.content
    code = sent.json()["code"]
    assert sent.json()["track_url"].endswith(f"/track/{code}/")
    progress = visitor.get(f"{API}/reports/{code}")
    assert (progress.json()["state"], [s["title"] for s in progress.json()["steps"]]) == ("reported", ["登记"])
    assert "139" not in progress.content.decode()
    assert post(visitor, f"/reports/{code}/rating", {"rating": 5}).status_code == 409
    assert post(visitor, f"/reports/{code}/answer", {"text": "修好了"}).status_code == 401
    assert post(client(town.desk), f"/reports/{code}/answer", {"text": "修好了"}).json()["answer"] == "修好了"
    assert post(visitor, f"/reports/{code}/rating", {"rating": 5, "note": "很快"}).json()["rating"] == 5
    assert post(visitor, f"/reports/{code}/rating", {"rating": 6}).status_code == 400
    assert visitor.get(f"{API}/reports/NOSUCH22").status_code == 404


def test_report_by_form_brings_its_photos(town: Town) -> None:
    files = [open_photo(n) for n in range(2)]
    sent = Client().post(f"{API}/reports", {"text": "垃圾", "lon": "98.29", "lat": "39.77", "photos": files})
    assert sent.status_code == 201, sent.content
    case = Report.objects.get().case
    assert (case.lon, case.source) == (98.29, "resident")
    shown = client(town.desk).get(f"{API}/cases/{case.number}/photos").json()["items"]
    assert len(shown) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"text": ""}, 400), ({"text": "x", "position": [98]}, 400), ({"text": "x", "position": [999, 9]}, 422), ({"text": "x", "place": "NO"}, 422), ({"text": "x", "class": "NO"}, 422),
     ({"text": "x", "colour": "red"}, 400), ({"text": "  "}, 422), ({"text": "x", "photos": ["00000000-0000-0000-0000-000000000000"]}, 422), ([], 400)],
)  # fmt: skip
def test_report_of_nonsense_is_refused_whole(town: Town, body: Any, status: int) -> None:
    answer = post(Client(), "/reports", body)
    assert (answer.status_code, Case.objects.count()) == (status, 0), answer.content


def test_report_in_another_type_is_refused(town: Town) -> None:
    assert Client().post(f"{API}/reports", "x", content_type="text/plain").status_code == 415
    assert Client().post(f"{API}/reports", "{bad", content_type="application/json").status_code == 400


def test_report_with_ten_photos_is_refused(town: Town) -> None:
    sent = Client().post(f"{API}/reports", {"text": "垃圾", "photos": [open_photo(n) for n in range(10)]})
    assert (sent.status_code, Case.objects.count()) == (422, 0) and "九张" in sent.json()["detail"]


def test_case_of_an_unknown_check_item_is_refused(town: Town) -> None:
    answer = post(client(town.desk), "/cases", {"source": "grid", "description": "井盖破损", "check_item": "NO"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "check_item")


def test_rate_under_the_name_that_moves_tell(town: Town) -> None:
    code = post(Client(), "/reports", {"text": "路灯不亮"}).json()["code"]
    post(client(town.desk), f"/reports/{code}/answer", {"text": "修好了"})
    assert post(Client(), f"/reports/{code}/moves/rate", {"rating": 4}).json()["rating"] == 4


def test_report_too_often_is_slowed_down(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr("yipanqi.allowance.policy_value", lambda key: 1)
    assert post(Client(), "/reports", {"text": "一"}).status_code == 201
    slow = post(Client(), "/reports", {"text": "二"})
    assert slow.status_code == 429 and int(slow.headers["Retry-After"]) > 0


def open_photo(number: int) -> Any:
    return SimpleUploadedFile(f"{number}.jpg", jpeg(), content_type="image/jpeg")
