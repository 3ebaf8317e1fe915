"""The board written through the JSON interface: by its keepers, refused with reasons to everyone else."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.sheets.coordinates import gcj02_to_bd09, wgs84_to_gcj02

from . import board
from .board import WHO, at, square

pytestmark = pytest.mark.django_db
LINE = {"type": "LineString", "coordinates": [[98.2, 39.7], [98.21, 39.7]]}


@pytest.fixture
def desk() -> Client:
    board.areas()
    board.category()
    board.unit("U1")
    board.issue_class("K1")
    client = Client()
    client.force_login(board.user("desk"))
    return client


def call(client: Client, method: str, address: str, body: Any = None, **headers: str) -> HttpResponse:
    answer: HttpResponse = getattr(client, method)(f"/api/v1/{address}", body, content_type="application/json", headers=headers)
    return answer


def done(client: Client, method: str, address: str, body: Any = None, status: int = 200) -> Any:
    answer = call(client, method, address, body)
    assert answer.status_code == status, answer.content.decode()
    return answer.json() if status != 204 else None  # type: ignore[attr-defined]


def refused(client: Client, method: str, address: str, body: Any, status: int, field: str = "") -> str:
    answer = call(client, method, address, body)
    assert answer.status_code == status, answer.content.decode()
    problem = answer.json()  # type: ignore[attr-defined]
    assert not field or problem["errors"][0]["field"] == field, problem
    return str(problem["detail"])


def test_areas_are_added_changed_and_removed(desk: Client) -> None:
    body = {"code": "620200001001001", "name": "一网格", "level": "grid", "parent": "620200001001", "unit": "U1", "boundary": square(0, 0, 1, 1)}
    made = done(desk, "post", "areas", body, 201)
    assert (made["parent"], made["unit"], made["boundary"]["type"]) == ("620200001001", "U1", "Polygon")
    address = "areas/620200001001001"
    assert done(desk, "patch", address, {"unit": None, "parent": "620200001002"})["parent"] == "620200001002"
    assert Area.objects.get(code="620200001001001").path.startswith("620200000000/620200001000/620200001002/")
    refused(desk, "post", "areas", body, 422, "code")
    assert "没有“none”" in refused(desk, "patch", address, {"unit": "none"}, 422, "unit")
    refused(desk, "patch", address, {"parent": "620200001001001"}, 422, "parent")
    refused(desk, "delete", "areas/620200001001", None, 422) if Area.objects.filter(parent__code="620200001001").exists() else None
    done(desk, "delete", address, status=204)
    refused(desk, "get", address, None, 404)


def test_segments_and_zones_are_added_changed_and_removed(desk: Client) -> None:
    made = done(desk, "post", "segments", {"code": "L1", "name": "新华路一段", "kind": "main", "line": LINE, "area": "620200001001"}, 201)
    assert (made["street"], made["area"]) == ("新华路一段", "620200001001")
    assert done(desk, "patch", "segments/L1", {"street": "新华路"})["street"] == "新华路"
    assert done(desk, "get", "segments/L1")["line"] == LINE
    done(desk, "delete", "segments/L1", status=204)
    zone = {"code": "Z1", "name": "严管区", "purpose": "strict_control", "boundary": square(0, 0, 1, 1)}
    assert done(desk, "post", "zones", zone, 201)["purpose"] == "strict_control"
    assert done(desk, "patch", "zones/Z1", {"purpose": "no_stalls"})["purpose"] == "no_stalls"
    assert done(desk, "get", "zones/Z1")["name"] == "严管区"
    done(desk, "delete", "zones/Z1", status=204)
    assert not Segment.objects.exists() and not Zone.objects.exists()


@pytest.mark.parametrize("system", ["GCJ02", "BD09"])
def test_shapes_in_shifted_coordinates_are_stored_in_wgs84(desk: Client, system: str) -> None:
    def shifted(lon: float, lat: float) -> tuple[float, float]:
        found = wgs84_to_gcj02(lon, lat)
        return gcj02_to_bd09(*found) if system == "BD09" else found

    line = {"type": "LineString", "coordinates": [list(shifted(*one)) for one in LINE["coordinates"]]}  # type: ignore[misc]
    made = done(desk, "post", "segments", {"code": "L1", "name": "路", "kind": "main", "line": line, "system": system}, 201)
    assert made["line"] == LINE


OPEN = {"type": "Polygon", "coordinates": [[[98.2, 39.7], [98.21, 39.7], [98.21, 39.71]]]}
BOW = {"type": "Polygon", "coordinates": [[[98.2, 39.7], [98.21, 39.71], [98.21, 39.7], [98.2, 39.71], [98.2, 39.7]]]}
SWAPPED = {"type": "Polygon", "coordinates": [[[y, x] for x, y in square(0, 0, 1, 1)["coordinates"][0]]]}


@pytest.mark.parametrize(
    ("shape", "words"),
    [(OPEN, "第 1 圈没有闭合"), (BOW, "边线自相交（经度 98.205000，纬度 39.705000 处）"), (SWAPPED, "经度和纬度写反了"),
     (square(40, 0, 41, 1), "图形超出本市边界约 3"), (LINE, "边界应是 GeoJSON"), ({}, "边界应是 GeoJSON"),
     ({"type": "Polygon", "coordinates": [[[198, 39], [199, 39], [199, 40], [198, 39]]]}, "超出经纬度范围")],
)  # fmt: skip
def test_a_zone_of_a_bad_shape_is_refused_with_what_is_wrong(desk: Client, shape: Any, words: str) -> None:
    zone = {"code": "Z1", "name": "区", "purpose": "bike_fence", "boundary": shape}
    assert words in refused(desk, "post", "zones", zone, 422)


def test_places_are_added_changed_and_moved(desk: Client) -> None:
    lon, lat = at(0.5, 0.5)
    body = {"code": "PK1", "name": "公园", "category": "park", "position": [lon, lat], "operator": "U1", "opened_on": "2026-01-03"}
    made = done(desk, "post", "places", body, 201)
    assert (made["area"], made["state"]) == ("620200001001", "active")
    assert [(m["name"], m["allowed"]) for m in made["moves"]] == [("suspend_place", True), ("close_place", True)]
    moved = done(desk, "patch", "places/PK1", {"position": list(at(0.5, 1.5)), "operator": None})
    assert (moved["area"], moved["operator"], moved["opened_on"]) == ("620200001002", None, "2026-01-03")
    assert done(desk, "post", "places/PK1/moves/close_place")["state"] == "closed"
    assert "当前状态为“撤销”" in refused(desk, "post", "places/PK1/moves/close_place", None, 409)
    assert [m["name"] for m in done(desk, "post", "places/PK1/moves/reopen_place")["moves"]] == ["suspend_place", "close_place"]
    assert done(desk, "post", "places/PK1/moves/suspend_place")["state"] == "suspended"
    refused(desk, "post", "places", body, 422, "code")
    refused(desk, "patch", "places/PK1", {"category": ""}, 422, "category")
    refused(desk, "patch", "places/PK1", {"position": [200, 10]}, 422, "lon")
    refused(desk, "patch", "places/PK1", {"status": "closed"}, 400)
    refused(desk, "patch", "places/none", {"name": "x"}, 404)


def test_duties_are_added_changed_and_ended(desk: Client) -> None:
    board.place()
    body = {"target_kind": "place", "target": "PK001", "unit": "U1", "issue_class": "K1", "starts_on": "2026-01-01"}
    made = done(desk, "post", "duties", body, 201)
    assert (made["target"], made["state"], made["moves"][0]["fields"][0]["name"]) == ("PK001", "in_force", "ends_on")
    address = f"duties/{made['code']}"
    assert done(desk, "patch", address, {"part": "support", "starts_on": None})["starts_on"] == "2026-01-01"
    changed = done(desk, "patch", address, {"target_kind": "class"})
    assert (changed["target_kind"], changed["target"]) == ("class", None)
    refused(desk, "patch", address, {"issue_class": None}, 422, "issue_class")
    refused(desk, "patch", address, {"target_kind": "zone", "target": "none"}, 422, "target")
    refused(desk, "patch", address, {"target_kind": "class", "target": "PK001"}, 422, "target")
    refused(desk, "post", f"{address}/moves/end_duty", {"ends_on": "2025-01-01"}, 422, "ends_on")
    ended = done(desk, "post", f"{address}/moves/end_duty", {"ends_on": "2026-01-05"})
    assert (ended["state"], ended["moves"]) == ("ended", [])
    assert done(desk, "post", "duties", body | {"starts_on": "2099-01-01", "code": "D9"}, 201)["state"] == "waiting"
    assert done(desk, "get", "duties/D9")["code"] == "D9"
    refused(desk, "get", "duties/none", None, 404)
    refused(desk, "post", "duties", body | {"unit": "none"}, 422, "unit")


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [("post", "areas", {"code": "9", "name": "a", "level": "grid"}), ("patch", "areas/620200001001", {"name": "a"}), ("delete", "areas/620200001001", None),
     ("post", "segments", {"code": "L", "name": "a", "kind": "main", "line": LINE}),
     ("post", "zones", {"code": "Z", "name": "a", "purpose": "no_stalls", "boundary": square(0, 0, 1, 1)}),
     ("post", "places", {"code": "P", "name": "a", "category": "park", "position": [98.2, 39.7]}), ("patch", "places/PK001", {"name": "a"}),
     ("post", "places/PK001/moves/close_place", None), ("post", "duties", {"target_kind": "place", "target": "PK001", "unit": "U1"}),
     ("post", "duties/D1/moves/end_duty", {"ends_on": "2026-05-05"})],
)  # fmt: skip
def test_writing_is_for_the_keepers_alone(desk: Client, method: str, address: str, body: Any) -> None:
    found = board.place()
    board.actions.add_duty(None, code="D1", unit=board.unit("U2"), place=found, **WHO)
    client = Client()
    client.force_login(board.user("liaison"))
    answer = call(client, method, address, body)
    assert answer.status_code == 403 and "综合组" in answer.json()["detail"]  # type: ignore[attr-defined]
    if method == "post":
        shown = call(client, "get", "places/PK001").json()["moves"]  # type: ignore[attr-defined]
        assert not any(move["allowed"] for move in shown) and all("综合组" in move["why_not"] for move in shown)
    assert Duty.objects.count() == 1 and Place.objects.count() == 1 and not Zone.objects.exists()


def test_add_place_twice_under_one_key_is_done_once(desk: Client) -> None:
    body = {"code": "PK1", "name": "公园", "category": "park", "position": list(at(0.5, 0.5))}
    first = call(desk, "post", "places", body, **{"Idempotency-Key": "k"})
    again = call(desk, "post", "places", body, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)
    assert call(desk, "post", "places", body | {"code": "PK2"}, **{"Idempotency-Key": "k"}).status_code == 409
