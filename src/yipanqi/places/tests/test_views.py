"""The board's pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yipanqi.places import actions
from yipanqi.places.models import Area, Duty, Place

from . import board
from .board import WHO, at

pytestmark = pytest.mark.django_db
PAGES = ["at/", "points.geojson", "areas.geojson", "areas/", "signs/", "duties/", "duties/explain/", "duties/gaps/", "duties/idle/", "at/PK001/", "at/PK001/point.geojson"]


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(board.user(role))
    return client


@pytest.fixture
def city() -> Place:
    made = board.areas()
    kind = board.issue_class("K1")
    board.issue_class("K2")
    place = board.place()
    one, two = board.unit("A"), board.unit("B")
    actions.add_duty(None, unit=one, place=place, issue_class=kind, starts_on=dt.date(2025, 1, 1), **WHO)
    actions.add_duty(None, unit=two, area=made["S1"], issue_class=kind, starts_on=dt.date(2025, 1, 1), **WHO)
    actions.add_duty(None, unit=two, area=made["S1"], issue_class=kind, starts_on=dt.date(2025, 2, 1), **WHO)
    return place


@pytest.mark.parametrize("path", PAGES)
def test_pages_open_for_people_at_work_and_nobody_else(city: Place, path: str) -> None:
    assert signed_in("liaison").get(f"/places/{path}").status_code == 200
    assert Client().get(f"/places/{path}").status_code == 302


@pytest.mark.parametrize("path", ["add/", "at/PK001/edit/", "duties/add/", "duties/D000001/end/"])
def test_forms_open_for_the_desk_only(city: Place, path: str) -> None:
    assert signed_in("desk").get(f"/places/{path}").status_code == 200
    assert signed_in("liaison").get(f"/places/{path}").status_code == 403


def test_list_places_keeps_filters_in_the_address(city: Place) -> None:
    board.place("PK002", 3.5)
    page = signed_in("desk").get("/places/at/?area=620200002000").content.decode()
    assert "公园PK002" in page and "公园PK001" not in page and "points.geojson?area=620200002000" in page
    assert "没有符合条件的点位" in signed_in("head").get("/places/at/?q=湖").content.decode()


def test_list_of_places_asks_the_same_queries_for_more_rows(city: Place) -> None:
    client = signed_in("desk")
    client.get("/places/at/")
    with CaptureQueriesContext(connection) as few:
        client.get("/places/at/")
    for number in range(5):
        board.place(f"N{number}", 3.5)
    with CaptureQueriesContext(connection) as many:
        client.get("/places/at/")
    assert len(many) == len(few)


def test_bare_address_leads_to_the_list(city: Place) -> None:
    assert signed_in("desk").get("/places/?q=1")["Location"] == "/places/at/?q=1"


def test_place_page_says_who_answers_for_what(city: Place) -> None:
    page = signed_in("inspector").get("/places/at/PK001/").content.decode()
    assert "单位A" in page and "无人负责" in page and "/cases/?place=PK001" in page
    assert signed_in("desk").get("/places/at/NO/").status_code == 404


def test_explain_names_a_unit_of_the_ground_once_and_tells_the_default_apart(city: Place) -> None:
    street = board.unit("S", "street", area_code="620200001000")
    page = signed_in("desk").get("/places/duties/explain/?place=PK001&issue_class=K1&on=2026-05-01")
    assert [str(row["step"]) for row in page.context["rows"]][-1] == "属地默认（无规定时）"
    actions.add_duty(None, unit=street, area=Area.objects.get(code="620200001000"), starts_on=dt.date(2025, 1, 1), **WHO)
    page = signed_in("head").get("/places/duties/explain/?place=PK001&issue_class=K1&on=2026-05-01")
    assert [str(row["step"]) for row in page.context["rows"] if row["unit"] == street] == ["属地"]


def test_explain_names_the_winner_and_the_beaten(city: Place) -> None:
    client = signed_in("auditor")
    page = client.get("/places/duties/explain/?place=PK001&issue_class=K1&on=2026-05-01").content.decode()
    assert "单位A" in page and "让位" in page and "点位＋问题类别" in page
    lon, lat = at(9, 9)
    assert "无人负责" in client.get(f"/places/duties/explain/?lon={lon}&lat={lat}").content.decode()
    wrong = client.get("/places/duties/explain/?place=NO")
    assert wrong.status_code == 422 and "查不到，请改正下面标出的内容。" in wrong.content.decode() and "还没有保存" not in wrong.content.decode()
    assert client.get("/places/duties/explain/?lon=1").status_code == 422


def test_gaps_and_idle_rules_are_listed(city: Place) -> None:
    client = signed_in("desk")
    gaps = client.get("/places/duties/gaps/").content.decode()
    assert "类别K2" in gaps and "无人负责" in gaps and "类别K1" not in gaps
    idle = client.get("/places/duties/idle/").content.decode()
    assert "D000002" in idle and idle.count("<tr data-row>") == 1


def test_add_and_edit_place_through_the_form(city: Place) -> None:
    client = signed_in("desk")
    lon, lat = at(3.5, 1.5)
    form = {"code": "PK9", "name": "新公园", "category": city.category_id, "lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}
    answer = client.post("/places/add/", form)
    assert answer.status_code == 302 and Place.objects.get(code="PK9").area.name == "社区22"
    assert client.post("/places/add/", form).status_code == 422, "the code is taken"
    assert client.post("/places/at/PK9/edit/", {**form, "name": "改名公园"}).status_code == 302
    assert Place.objects.get(code="PK9").name == "改名公园"


def test_move_place_through_the_page(city: Place) -> None:
    client = signed_in("desk")
    for verb, status in (("suspend", "suspended"), ("reopen", "active"), ("close", "closed")):
        assert client.post(f"/places/at/PK001/{verb}/").status_code == 302
        assert Place.objects.get(code="PK001").status == status
    assert client.post("/places/at/PK001/explode/").status_code == 404
    assert signed_in("liaison").post("/places/at/PK001/reopen/").status_code == 403


def test_add_and_end_duty_through_the_form(city: Place) -> None:
    client = signed_in("desk")
    form = {"kind": "place", "target": "PK001", "unit": "B", "part": "lead", "starts_on": "2026-01-01"}
    assert client.post("/places/duties/add/", form).status_code == 302
    duty = Duty.objects.get(place__code="PK001", unit__code="B")
    assert client.post("/places/duties/add/", {**form, "target": "PK01"}).status_code == 422
    assert client.post("/places/duties/add/", {**form, "kind": "class", "target": ""}).status_code == 422
    assert client.post(f"/places/duties/{duty.code}/end/", {"ends_on": "2025-01-01"}).status_code == 422
    assert client.post(f"/places/duties/{duty.code}/end/", {"ends_on": str(timezone.localdate())}).status_code == 302
    duty.refresh_from_db()
    assert duty.ends_on == timezone.localdate()


def test_signs_of_chosen_places_are_a_pdf(city: Place) -> None:
    board.place("PK002", 3.5)
    client = signed_in("grid")
    answer = client.get("/places/signs.pdf", {"code": ["PK001", "PK002"], "per_sheet": 1})
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf" and data.startswith(b"%PDF") and data.count(b"/Type /Page\n") == 2
    assert client.get("/places/signs.pdf", {"code": "NO"}).status_code == 422
    assert client.get("/places/signs.pdf", {"per_sheet": 7}).status_code == 422
    by_filter = client.get("/places/signs/?area=620200002000").content.decode()
    assert "按筛选条件共" in by_filter and "生成 1 个门牌" in by_filter


def test_signs_of_nothing_chosen_are_not_those_of_the_whole_city(city: Place) -> None:
    client = signed_in("desk")
    page = client.get("/places/signs/").content.decode()
    assert "还没有选点位" in page and "全市共有 1 个" in page and "signs.pdf" not in page
    assert client.get("/places/signs.pdf", {"per_sheet": 4}).status_code == 422
    assert "筛选条件下没有点位" in client.get("/places/signs/?q=没有这个").content.decode()
