"""Areas, street sections and zones on screen: listed, drawn, added, changed, removed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yipanqi.places import actions
from yipanqi.places.models import Area, Segment, Zone

from . import board
from .board import WHO, square

pytestmark = pytest.mark.django_db
LINE = {"type": "LineString", "coordinates": [[98.2, 39.7], [98.21, 39.7]]}
BOX = json.dumps(square(0, 0, 1, 1))


@pytest.fixture
def desk() -> Client:
    board.areas()
    client = Client()
    client.force_login(board.user("desk"))
    return client


def save(client: Client, address: str, status: int = 302, **data: Any) -> str:
    answer = client.post(f"/places/{address}", {"system": "WGS84", **data})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_an_area_is_added_below_another_changed_and_removed(desk: Client) -> None:
    shown = desk.get("/places/areas/add/?parent=620200001001").context["form"]
    assert shown.initial["level"] == "grid" and shown.initial["parent"].code == "620200001001"
    community = Area.objects.get(code="620200001001")
    save(desk, "areas/add/", code="620200001001001", name="一网格", level="grid", parent=community.pk, geometry=BOX)
    grid = Area.objects.get(code="620200001001001")
    assert grid.boundary and grid.path.endswith("620200001001/620200001001001/")
    page = desk.get("/places/areas/620200001001001/edit/").content.decode()
    assert "修改区划" in page and "Polygon" in page
    save(desk, "areas/620200001001001/edit/", name="网格甲", level="grid", parent=community.pk)
    grid.refresh_from_db()
    assert (grid.name, grid.boundary) == ("网格甲", None)
    assert "新增下级区划" in desk.get("/places/areas/?at=620200001001").content.decode()
    answer = desk.post("/places/areas/620200001001001/remove/")
    assert answer.status_code == 302 and answer["Location"].endswith("at=620200001001")
    assert not Area.objects.filter(code="620200001001001").exists()


def test_removing_an_area_with_parts_is_refused(desk: Client) -> None:
    answer = desk.post("/places/areas/620200001000/remove/")
    assert "不能删除" in answer.content.decode() and Area.objects.filter(code="620200001000").exists()


def test_segments_and_zones_are_added_from_text_and_file(desk: Client) -> None:
    save(desk, "segments/add/", code="L1", name="新华路一段", kind="main", geometry="LINESTRING (98.2 39.7, 98.21 39.7)")
    assert Segment.objects.get().line == LINE and Segment.objects.get().street == "新华路一段"
    file = SimpleUploadedFile("zone.geojson", json.dumps({"type": "Feature", "geometry": square(0, 0, 1, 1), "properties": {}}).encode("utf-8-sig"))
    save(desk, "zones/add/", code="Z1", name="严管区", purpose="strict_control", file=file)
    save(desk, "zones/Z1/edit/", name="禁摆区", purpose="no_stalls", geometry=BOX)
    assert Zone.objects.get().name == "禁摆区"
    assert "禁摆区" in desk.get("/places/zones/").content.decode()
    shapes = desk.get("/places/drawn/zones.geojson?q=禁摆").json()
    assert shapes["features"][0]["properties"] == {"code": "Z1", "name": "禁摆区"}
    assert desk.get("/places/segments/L1/shape.geojson").json()["features"][0]["geometry"] == LINE
    assert desk.get("/places/drawn/zones.geojson?sort=bike_fence").json()["features"] == []
    assert "新华路一段" not in desk.get("/places/segments/?q=别处").content.decode()
    assert desk.post("/places/zones/Z1/remove/").status_code == 302
    assert desk.post("/places/segments/L1/remove/").status_code == 302
    assert not Zone.objects.exists() and not Segment.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [({}, "请粘贴图形，或上传文件"), ({"geometry": "乱写"}, "边界应是 GeoJSON"), ({"geometry": "POLYGON ((1 2"}, "边界应是 GeoJSON"),
     ({"geometry": "POLYGON ((98.2 39.7, 98.21 39.71, 98.21 39.7, 98.2 39.71, 98.2 39.7))"}, "边线自相交"),
     ({"geometry": json.dumps({"type": "Polygon", "coordinates": square(0, 0, 1, 1)["coordinates"][0:1] and [square(0, 0, 1, 1)["coordinates"][0][:-1]]})}, "没有闭合"),
     ({"geometry": json.dumps(square(40, 0, 41, 1))}, "超出本市边界"), ({"geometry": BOX, "system": "MARS"}, "没有“MARS”这个选项"),
     ({"file": SimpleUploadedFile("z.zip", b"\xff\xfe\x00")}, "不是 UTF-8"), ({"file": SimpleUploadedFile("z.json", b"x" * 8_000_001)}, "超过 8 MB")],
)  # fmt: skip
def test_a_bad_shape_is_told_what_is_wrong(desk: Client, given: dict[str, Any], words: str) -> None:
    page = save(desk, "zones/add/", 422, code="Z1", name="严管区", purpose="strict_control", **given)
    assert words in page and not Zone.objects.exists()


def test_a_taken_code_is_told_beside_the_field(desk: Client) -> None:
    actions.add_zone(None, code="Z1", name="甲", purpose="no_stalls", boundary=square(0, 0, 1, 1), **WHO)
    assert "已被使用" in save(desk, "zones/add/", 422, code="Z1", name="乙", purpose="no_stalls", geometry=BOX)


def test_coordinates_of_web_maps_are_converted(desk: Client) -> None:
    save(desk, "zones/add/", code="Z1", name="甲", purpose="no_stalls", geometry=BOX, system="GCJ02")
    west = Zone.objects.get().boundary["coordinates"][0][0][0]
    assert 0.0005 < abs(west - 98.21) < 0.02 and Zone.objects.get().boundary != square(0, 0, 1, 1)


@pytest.mark.parametrize("address", ["areas/add/", "segments/add/", "zones/add/", "zones/Z1/edit/"])
def test_drawing_is_for_the_keepers_alone(desk: Client, address: str) -> None:
    actions.add_zone(None, code="Z1", name="甲", purpose="no_stalls", boundary=square(0, 0, 1, 1), **WHO)
    client = Client()
    client.force_login(board.user("liaison"))
    assert client.get(f"/places/{address}").status_code == 403
    assert client.post("/places/zones/Z1/remove/").status_code == 403
    page = client.get("/places/zones/").content.decode()
    assert "甲" in page and "新增区域" not in page
    assert Client().get("/places/zones/").status_code == 302


def test_lists_before_anything_is_drawn_teach(desk: Client) -> None:
    assert "还没有区域" in desk.get("/places/zones/").content.decode()
    assert "还没有路段" in desk.get("/places/segments/").content.decode()
    assert desk.get("/places/zones/none/edit/").status_code == 404
