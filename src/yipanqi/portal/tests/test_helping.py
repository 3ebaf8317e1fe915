"""The public page on helping: stations, what the apps above show, nobody's personal data, no login."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yipanqi.cases.tests.town import moment
from yipanqi.kernel.actors import SYSTEM
from yipanqi.teams import actions
from yipanqi.teams.catalogue import PUBLIC_PANELS, Panel
from yipanqi.teams.tests.circle import Circle


@pytest.fixture
def circle(db: None) -> Circle:
    cache.clear()
    made = Circle()
    made.organisation(head="王某", phone="13900000000")
    made.brand(intro="老人午餐")
    return made


def test_page_opens_without_signing_in_and_names_nobody(client: Client, circle: Circle) -> None:
    for language in ("zh-hans", "en"):
        client.post("/i18n/setlang/", {"language": language, "next": "/helping/"})
        page = client.get("/helping/")
        words = page.content.decode()
        assert page.status_code == 200 and "sessionid" not in page.cookies and f'<html lang="{language}"' in words
        assert "新华街道新时代文明实践所" in words and "孝老饭庄" in words and "老人午餐" in words
        assert "13900000000" not in words and "王某" not in words
    assert "/helping/" in client.get("/").content.decode()


def test_page_shows_what_is_near(client: Client, circle: Circle) -> None:
    all_of_it = client.get("/helping/").content.decode()
    assert "建设街道新时代文明实践所" in all_of_it and "昌明社区新时代文明实践站" not in all_of_it
    near = client.get("/helping/?area=620200001").content.decode()
    assert "昌明社区新时代文明实践站" in near and "建设街道新时代文明实践所" not in near
    assert client.get("/helping/?area=nonsense").status_code == 200


def test_panels_are_told_which_part_of_the_city(client: Client, circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    panel = Panel("附近活动", "portal/_where.html", lambda user, now: told.append(user) or {})  # type: ignore[func-returns-value]
    monkeypatch.setitem(PUBLIC_PANELS._entries, "test", panel)
    assert "附近活动" in client.get("/helping/?area=620200001").content.decode()
    assert (told[0].area, told[0].path, told[0].is_authenticated) == ("620200001", circle.xinhua.path, False)
    assert "附近活动" in client.get("/helping/stations/Z3/").content.decode() and told[-1].area == "620200001001"
    client.get("/helping/")
    assert told[-1].area == ""


def test_a_station_is_shown_while_it_is_open(client: Client, circle: Circle) -> None:
    page = client.get("/helping/stations/Z3/").content.decode()
    assert "周一至周日" in page and "新华路1号" in page
    points = client.get("/helping/stations.geojson")
    assert len(points.json()["features"]) == 4 and points["Cache-Control"] == "max-age=600"
    actions.close_station(circle.stations["Z3"], on=moment().date(), by=SYSTEM, at=moment())
    assert client.get("/helping/stations/Z3/").status_code == 404 and len(client.get("/helping/stations.geojson").json()["features"]) == 3
    assert client.get("/helping/stations/NONE/").status_code == 404


def test_numbers_come_from_figures(client: Client, circle: Circle) -> None:
    numbers = client.get("/helping/").context["numbers"]
    assert [(one.name, one.value) for one in numbers][:2] == [("志愿服务组织", "1"), ("志愿服务队伍", "0")]


def test_an_empty_city_teaches(client: Client, db: None) -> None:
    cache.clear()
    assert "还没有登记站点" in client.get("/helping/").content.decode()
