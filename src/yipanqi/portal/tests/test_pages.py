"""The other public pages: home with results, map, privacy, and English."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from yipanqi.cases import actions
from yipanqi.cases.tests.town import Town
from yipanqi.figures import FIGURES
from yipanqi.files import actions as file_actions
from yipanqi.files import intake
from yipanqi.files.models import Photo
from yipanqi.files.tests.photos import jpeg
from yipanqi.places.coarse import coarse_position
from yipanqi.places.models import Place, Segment
from yipanqi.portal import selectors
from yipanqi.portal.numbers import SHOWN

pytestmark = pytest.mark.django_db
PAGES = ("/", "/report/", "/track/", "/nearby/", "/about/privacy/")


def closed_now(town: Town, place: Place) -> str:
    at = timezone.now()
    case = town.filed(at, place=place, description="张三家门口有垃圾")
    case = actions.dispatch(case, unit=town.city, by=town.desk, at=at)
    case = actions.sign(case, by=town.liaison, at=at)
    case = actions.resolve(case, what_was_done="已清理", by=town.liaison, at=at)
    return str(actions.verify_pass(case, by=town.desk, at=at).number)


@pytest.mark.parametrize("path", PAGES)
def test_pages_open_in_both_languages(client: Client, town: Town, path: str) -> None:
    for language in ("zh-hans", "en"):
        client.post("/i18n/setlang/", {"language": language, "next": path})
        page = client.get(path)
        assert page.status_code == 200 and f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_pages_start_no_session(client: Client, town: Town, path: str) -> None:
    assert "sessionid" not in client.get(path).cookies


def test_home_of_an_empty_city_teaches(client: Client, town: Town) -> None:
    page = client.get("/").content.decode()
    assert "还没有解决的问题" in page and 'href="/report/"' in page and "工作人员登录" in page


def test_home_shows_results_without_words_of_anyone(client: Client, town: Town, market: Place) -> None:
    closed_now(town, market)
    page = client.get("/").content.decode()
    assert "暴露垃圾" in page and "雄关街道新华社区" in page and "今年解决问题" in page
    assert "张三" not in page and "新华农贸市场" not in page


def test_home_tells_at_each_number_how_it_is_counted(client: Client, town: Town, market: Place) -> None:
    cache.clear()
    closed_now(town, market)
    page = client.get("/").content.decode()
    numbers = re.findall(r'<details class="figure number">.*?</details>', page, re.DOTALL)
    assert len(numbers) >= 3
    for key, name in SHOWN:
        box = next((one for one in numbers if str(name) in one), None)
        assert box is None or str(escape(FIGURES[key].definition)) in box
    closed = next(one for one in numbers if "今年解决问题" in one)
    assert 'href="/nearby/"' in closed and sum('href="/nearby/"' in one for one in numbers) == 1


def test_home_puts_published_photos_first(client: Client, town: Town, market: Place) -> None:
    number = closed_now(town, market)
    for _n in range(7):
        closed_now(town, market)
    photo = file_actions.add_photo(
        None, prepared=intake.prepare(ContentFile(jpeg())), kind=Photo.Kind.AFTER, by=town.desk, at=timezone.now()
    )
    photo = file_actions.attach(photo, subject_kind="cases.case", subject_ref=number, by=town.desk, at=timezone.now())
    assert str(photo.uuid) not in client.get("/").content.decode()
    file_actions.publish_photo(photo, by=town.desk, at=timezone.now())
    page = client.get("/").content.decode()
    assert str(photo.uuid) in page and page.count("<article") == 6


def test_home_asks_the_same_number_of_queries_for_many_results(
    client: Client, town: Town, market: Place, django_assert_max_num_queries: object
) -> None:
    for _n in range(6):
        closed_now(town, market)
    client.get("/")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/")


def test_nearby_points_are_coarse(client: Client, town: Town, market: Place) -> None:
    closed_now(town, market)
    body = client.get("/nearby/points.geojson").json()
    (point,) = body["features"]
    lon, lat = point["geometry"]["coordinates"]
    assert (lon, lat) != (market.lon, market.lat) and abs(lon - market.lon) < 0.005 and abs(lat - market.lat) < 0.005
    assert point["properties"]["title"] == "暴露垃圾" and "url" not in point["properties"]
    names = [f["properties"]["name"] for f in client.get("/nearby/streets.geojson").json()["features"]]
    assert names[0] == "雄关街道" and set(Segment.objects.values_list("street", flat=True)) == set(names[1:])


def test_many_results_are_counted_by_cells_no_finer_than_public(client: Client, town: Town, market: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MAP_MOST", 2)
    for _n in range(3):
        closed_now(town, market)
    for zoom in ("3", "11", "20", "x"):
        body = client.get(f"/nearby/points.geojson?zoom={zoom}&view=1,2,3,4").json()
        (cell,) = body["features"]
        assert body["kind"] == "cells" and cell["properties"]["count"] == 3 and "url" not in cell["properties"]
        lon, lat = cell["geometry"]["coordinates"]
        assert [lon, lat] == coarse_position(market.lon, market.lat)
    assert client.get("/nearby/").status_code == 200


def test_privacy_lists_what_the_models_declare(client: Client, town: Town) -> None:
    page = client.get("/about/privacy/").content.decode()
    for words in ("反映内容", "联系电话", "办结后六个月清除", "原图"):
        assert words in page
