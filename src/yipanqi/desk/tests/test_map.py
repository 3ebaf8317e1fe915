"""The map of cases: cells from afar, cases from near by, words and lists that say the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.cases import selectors
from yipanqi.cases.models import Case
from yipanqi.cases.tests.test_spreading import kept, scattered
from yipanqi.cases.tests.town import Town
from yipanqi.desk import spots

SignIn = Callable[[str], Client]
VIEW = "view=98.24,39.74,98.28,39.77"


def read(client: Client, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/map/cases.geojson?{query}")
    assert answer.status_code == 200 and len(answer.content) < 60_000
    return dict(json.loads(answer.content))


def test_many_cases_come_as_cells_few_as_cases(town: Town, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    scattered(town, 300)
    kept(timezone.now())
    desk = as_("desk")
    few = read(desk, "state=handling")
    shown = Case.objects.filter(state="handling").exclude(cell="")
    assert few["kind"] == "cases" and few["whole"] and len(few["features"]) == shown.count()
    assert "late" in {one["properties"]["tone"] for one in few["features"]}
    many = read(desk, "all=1&zoom=11")
    assert many["kind"] == "cells" and not many["whole"] and many["next"] is None
    assert sum(one["properties"]["count"] for one in many["features"]) == Case.objects.exclude(cell="").count()
    assert "每分钟" in many["notes"][0] and f"{Case.objects.exclude(cell='').count()} 件" in many["words"]
    late = Case.objects.exclude(cell="").filter(selectors.overdue(timezone.now())).count()
    assert sum(one["properties"]["late"] for one in many["features"]) == late > 0


def test_a_cell_leads_to_the_list_of_what_it_counts(town: Town, as_: SignIn) -> None:
    scattered(town, 300)
    desk = as_("desk")
    for one in read(desk, "state=closed&zoom=9&class=gb:event:06010&all=1&view=98,39,99,40")["features"][:5]:
        about = one["properties"]
        page = desk.get(about["url"], follow=True).content.decode() if "count" in about else ""
        assert not page or page.count("data-number") or page.count("/cases/S3-") >= min(about["count"], 50)
    monthly = read(desk, "all=1&zoom=10")["features"][0]["properties"]
    text = desk.get(monthly["url"]).content.decode()
    assert "一带" in text and "cell=" in monthly["url"] and "没有这一处" not in text
    assert "没有这一处" not in desk.get("/cases/?cell=").content.decode()
    assert "cell=zz" in desk.get("/cases/?cell=zz").content.decode()


def test_single_cases_come_page_by_page(town: Town, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spots, "PAGE", 7)
    scattered(town, 300)
    desk, numbers, cursor = as_("desk"), [], ""
    while True:
        page = read(desk, f"all=1&zoom=17&{VIEW}&cursor={cursor}")
        numbers += [one["properties"]["url"] for one in page["features"]]
        assert page["kind"] == "cases" and len(page["features"]) <= 7
        if not page["next"]:
            break
        cursor = page["next"]
    inside = Case.objects.filter(lon__range=(98.24, 98.28), lat__range=(39.74, 39.77))
    assert len(numbers) == len(set(numbers)) == inside.count() > 14
    assert f"图上 {inside.count()} 件" in read(desk, f"all=1&zoom=17&{VIEW}")["words"]


def test_where_very_many_lie_their_number_is_told_by_cells(town: Town, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    scattered(town, 300)
    desk = as_("desk")
    exact = [one["properties"]["url"] for one in read(desk, f"all=1&zoom=17&{VIEW}")["features"]]
    monkeypatch.setattr(spots, "PAGE", 7)
    monkeypatch.setattr(spots, "SPARSE", 10)
    page = read(desk, f"all=1&zoom=17&{VIEW}")
    assert "约" in page["words"] and [one["properties"]["url"] for one in page["features"]] == exact[:7]


def test_what_is_seen_is_what_may_be_seen(town: Town, as_: SignIn) -> None:
    scattered(town, 120)
    kept(timezone.now())
    own = Case.objects.filter(found_by=town.grid).exclude(cell="")
    assert len(read(as_("grid"), "all=1")["features"]) == own.count()
    assert read(as_("stranger"), "all=1")["features"] == []
    assert as_("admin").get("/map/cases.geojson").status_code == 403


def test_the_same_answer_is_not_sent_twice(town: Town, as_: SignIn) -> None:
    scattered(town, 30)
    desk = as_("desk")
    first = desk.get("/map/cases.geojson?state=closed")
    assert first["Cache-Control"] == "private, max-age=15" and "Cookie" in first["Vary"]
    again = desk.get("/map/cases.geojson?state=closed", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content


@pytest.mark.parametrize("query", ["view=a,b", "view=1,2,3", "view=9,9,1,1", "view=nan,nan,nan,nan", "zoom=x", "zoom=inf", "zoom=nan", "view=98,39,99,40&zoom=-5"])
def test_a_view_that_cannot_be_read_is_everything(town: Town, as_: SignIn, query: str) -> None:
    scattered(town, 30)
    assert len(read(as_("desk"), f"all=1&{query}")["features"]) == Case.objects.exclude(cell="").count()


def test_page_says_what_it_shows_and_leads_to_the_same_list(town: Town, as_: SignIn) -> None:
    page = as_("desk").get("/map/?class=gb:event:06010").content.decode()
    assert "/cases/?class=gb%3Aevent%3A06010&amp;state=open" in page and "&amp;all=1" in page and 'data-live="#map-list"' in page
    everything = as_("desk").get("/map/?all=1").content.decode()
    assert 'href="/cases/?"' in everything
    assert as_("desk").get("/cases/?state=open").status_code == 200


def test_short_numbers() -> None:
    assert [selectors.short_count(n) for n in (7, 9_999, 10_000, 12_345, 1_000_000)] == ["7", "9999", "1万", "1.2万", "100万"]


def test_api_tells_clusters(town: Town) -> None:
    scattered(town, 200)
    kept()
    client = Client()
    client.force_login(town.desk)
    told = client.get("/api/v1/cases/clusters?resolution=7").json()
    assert told["resolution"] == 7 and told["counted"] and told["since"] is None
    assert sum(one["count"] for one in told["items"]) == Case.objects.exclude(cell="").count()
    cell = told["items"][0]
    assert client.get(f"/api/v1/cases?cell={cell['cell']}&limit=1&count=true").json()["count"] == cell["count"]
    assert client.get("/api/v1/cases/clusters?state=open&zoom=12&bbox=98.2,39.7,98.25,39.75").status_code == 200
    assert client.get("/api/v1/cases?cell=zz").status_code == 400
    assert client.get("/api/v1/cases/clusters?bbox=5,5,1,1").status_code == 400
    assert client.get("/api/v1/cases/clusters?resolution=12").status_code == 400
    assert Client().get("/api/v1/cases/clusters").status_code == 401
