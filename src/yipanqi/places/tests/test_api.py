"""The board through the JSON interface."""

from __future__ import annotations

import pytest
from django.test import Client

from yipanqi.places import actions

from . import board
from .board import WHO, at, square

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(board.user("desk"))
    return client


def test_list_places_filters_and_pages(desk: Client) -> None:
    made = board.areas()
    for number, x in enumerate((0.5, 0.6, 3.5)):
        board.place(f"P{number}", x)
    answer = desk.get("/api/v1/places", {"area": made["S1"].code, "limit": 1, "count": "true"}).json()
    assert (answer["count"], [p["code"] for p in answer["items"]]) == (2, ["P0"])
    answer = desk.get("/api/v1/places", {"area": made["S1"].code, "limit": 1, "cursor": answer["next"]}).json()
    assert ([p["code"] for p in answer["items"]], answer["next"]) == (["P1"], None)
    west, south = at(3, 0)
    box = f"{west},{south},{west + 1},{south + 1}"
    assert [p["code"] for p in desk.get("/api/v1/places", {"bbox": box}).json()["items"]] == ["P2"]
    assert desk.get("/api/v1/places/P1").json()["position"] == pytest.approx(at(0.6, 0.5))


@pytest.mark.parametrize("query", ["bbox=3,1,2,4", "bbox=1..2,2,3,4", "colour=red", "limit=0", "cursor=x", "status=gone", "q=%00"])
def test_list_places_with_nonsense_is_refused(desk: Client, query: str) -> None:
    answer = desk.get(f"/api/v1/places?{query}")
    assert answer.status_code == 400 and answer["Content-Type"].startswith("application/problem+json")


def test_board_needs_a_sign_in_but_zones_are_open() -> None:
    actions.add_zone(None, code="Z1", name="严管区", purpose="strict_control", boundary=square(0, 0, 1, 1), **WHO)
    for path in ("places", "areas", "segments", "zones", "duties", "duties/resolve", "places/P1", "areas/62"):
        assert Client().get(f"/api/v1/{path}").status_code == 401, path
    lon, lat = at(0.5, 0.5)
    assert [z["code"] for z in Client().get("/api/v1/zones/at", {"lon": lon, "lat": lat}).json()] == ["Z1"]
    assert Client().get("/api/v1/zones/at", {"lon": 200, "lat": lat}).status_code == 400


def test_lists_of_areas_segments_zones_and_duties(desk: Client) -> None:
    made = board.areas()
    line = {"type": "LineString", "coordinates": [at(0, 0.5), at(4, 0.5)]}
    actions.add_segment(None, code="L1", name="路", kind="main", line=line, area=made["S1"], **WHO)
    actions.add_zone(None, code="Z1", name="严管区", purpose="strict_control", boundary=square(0, 0, 1, 1), **WHO)
    actions.add_duty(None, unit=board.unit("A"), area=made["S1"], **WHO)
    assert len(desk.get("/api/v1/areas", {"parent": made["city"].code}).json()["items"]) == 2
    assert desk.get(f"/api/v1/areas/{made['C11'].code}").json()["boundary"]["type"] == "Polygon"
    assert desk.get("/api/v1/segments").json()["items"][0]["area"] == made["S1"].code
    assert desk.get("/api/v1/zones").json()["items"][0]["purpose"] == "strict_control"
    duty = desk.get("/api/v1/duties", {"unit": "A", "on": "2099-01-01", "target": "area"}).json()["items"][0]
    assert (duty["target_kind"], duty["target"], duty["issue_class"]) == ("area", made["S1"].code, None)
    assert desk.get("/api/v1/areas/nowhere").status_code == 404


def test_resolve_answers_with_unit_and_reasons(desk: Client) -> None:
    made = board.areas()
    kind, lead = board.issue_class("K1"), board.unit("A")
    duty = actions.add_duty(None, unit=lead, place=board.place(), issue_class=kind, **WHO)
    actions.add_duty(None, unit=board.unit("B"), area=made["S1"], **WHO)
    answer = desk.get("/api/v1/duties/resolve", {"place": "PK001", "class": "K1", "on": "2026-05-01"}).json()
    assert (answer["unit"], answer["rule"], answer["step"]) == ("A", duty.code, "place_class")
    assert [(r["outcome"], r["unit"]) for r in answer["reasons"]] == [("won", "A"), ("beaten", "B")]
    assert "更具体" in answer["reasons"][1]["why"]
    lon, lat = at(1.5, 1.5)
    assert desk.get("/api/v1/duties/resolve", {"lon": lon, "lat": lat, "on": "2026-05-01"}).json()["unit"] == "B"
    assert desk.get("/api/v1/duties/resolve", {"lon": lon, "lat": lat, "on": "2020-05-01"}).json()["unit"] is None


@pytest.mark.parametrize(("query", "status"), [("", 422), ("lon=1", 422), ("place=no", 404), ("lon=1&lat=1&class=no", 404), ("lon=1&lat=91", 400), ("lon=1&lat=1&on=never", 400)])  # fmt: skip
def test_resolve_of_nothing_says_why(desk: Client, query: str, status: int) -> None:
    assert desk.get(f"/api/v1/duties/resolve?{query}").status_code == status
