"""The standard through the JSON interface."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from yipanqi.standards import actions
from yipanqi.standards.models import Edition
from yipanqi.standards.tests.conftest import NOW, signed_in, user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
KEY = "GB/T 47678.5-2026|event|06012"


def got(address: str, status: int = 200) -> Any:
    answer = signed_in("api").get(f"/api/v1/{address}")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_editions_and_their_indicators() -> None:
    actions.copy_edition(Edition.objects.get(), code="JYG-2027", name="嘉峪关", by=user("head"), at=NOW)
    rows = got("editions?count=true")
    assert rows["count"] == 2 and [row["code"] for row in rows["items"]] == ["JYG-2027", "YPQ-2026"]
    assert rows["items"][0]["copied_from"] == "YPQ-2026" and rows["items"][1]["part_weights"]["field"] == 40
    assert [row["code"] for row in got("editions?state=draft")["items"]] == ["JYG-2027"]
    one = got("editions/current")
    parents = {row["code"]: row["parent"] for row in one["indicators"]}
    assert one["code"] == "YPQ-2026" and parents["F"] is None and parents["F-street"] == "F"
    assert got("editions/JYG-2027")["state"] == "draft"


def test_check_items_of_the_current_edition_page_by_page() -> None:
    first = got("check-items?limit=500&count=true")
    second = got(f"check-items?limit=500&cursor={first['next']}")
    codes = [row["code"] for row in first["items"] + second["items"]]
    assert first["count"] == len(codes) == len(set(codes)) == 547 and second["next"] is None
    assert len(got("check-items?category=village")["items"]) == 12
    assert got("check-items?critical=true&count=true")["count"] == 39
    assert got("check-items?edition=none")["items"] == []
    item = got("check-items/SL-03")
    assert (item["measure"], item["target"], item["sample"], item["minors"]) == ("sample_pass", 3, 5, True)
    assert item["issue_class"] == "local|extension|28004" and item["indicators"] == ["F-minors"]
    assert got("check-items/SL-03?edition=YPQ-2026")["category"] == "school"


def test_issue_classes_are_filtered_and_found_by_any_name() -> None:
    assert got("issue-classes?count=true&limit=1")["count"] == 321
    assert {row["severity"] for row in got("issue-classes?severity=4&kind=component_anomaly")["items"]} == {4}
    assert [row["key"] for row in got("issue-classes?q=道路不洁")["items"]] == [KEY]
    for name in (quote(KEY), quote(KEY, safe=""), "06012", "道路不洁"):
        one = got(f"issue-classes/{name}")
        assert one["key"] == KEY and one["clocks"]["verify"] == {"amount": 1.5, "clock": "work_hour"}
    cover = got("issue-classes/供水井盖异常")
    assert [step["amount"] for step in cover["clocks"]["handle"]["stages"]] == [6, 3]


@pytest.mark.parametrize(
    "address", ["editions/none", "check-items/none", "issue-classes/none", "check-items/SL-03?edition=none"]
)
def test_what_is_not_there_is_not_found(address: str) -> None:
    assert got(address, 404)["status"] == 404


@pytest.mark.parametrize(
    "address",
    ["editions?color=red", "editions?state=gone", "check-items?limit=501", "issue-classes?severity=9", "issue-classes?kind=x",
     "issue-classes?cursor=zzz", "check-items?category=%00", "issue-classes?q=%00"],
)  # fmt: skip
def test_a_bad_question_is_told_what_is_wrong(address: str) -> None:
    assert got(address, 400)["detail"]


@pytest.mark.parametrize(
    "address",
    ["editions", "editions/current", "check-items", "check-items/SL-03", "issue-classes", "issue-classes/06012"],
)
def test_a_stranger_is_turned_away(address: str) -> None:
    answer = Client().get(f"/api/v1/{address}")
    assert answer.status_code == 401 and answer.headers["Content-Type"] == "application/problem+json"


def test_a_list_costs_the_same_for_many_rows_as_for_few(django_assert_max_num_queries: Any) -> None:
    client = signed_in("api")
    with django_assert_max_num_queries(8):
        assert len(client.get("/api/v1/check-items?limit=500").json()["items"]) == 500
