"""The standard written through the JSON interface: by the head, refused with reasons to everyone else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry
from yipanqi.standards import actions
from yipanqi.standards.models import CheckItem, Edition, IssueClass, PlaceCategory
from yipanqi.standards.tests.conftest import NOW, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
KEY = quote("GB/T 47678.5-2026|event|06012")
ITEM = {"edition": "JYG-2027", "code": "VL-90", "category": "village", "text": "村口有路牌", "kind": "boolean"}
CLOCKS = {"handle": {"amount": 3, "clock": "work_day"}}
CLASS = {
    "code": "31001",
    "name": "风沙",
    "group_code": "31",
    "group_name": "沙尘",
    "department_type": "sanitation",
    "clocks": CLOCKS,
}
CATEGORY = {"key": "gas", "code_prefix": "GX", "name": "加油站", "group": "market", "department_type": "commerce"}


def call(method: str, address: str, body: Any = None, role: str = "head", **headers: str) -> HttpResponse:
    client = signed_in(role)
    answer: HttpResponse = getattr(client, method)(
        f"/api/v1/{address}", body, content_type="application/json", headers=headers
    )
    return answer


def done(method: str, address: str, body: Any = None, status: int = 200) -> Any:
    answer = call(method, address, body)
    assert answer.status_code == status, answer.content.decode()
    return answer.json() if status != 204 else None  # type: ignore[attr-defined]


def refused(method: str, address: str, body: Any, status: int, field: str = "") -> str:
    answer = call(method, address, body)
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()  # type: ignore[attr-defined]
    assert not field or problem["errors"][0]["field"] == field, problem
    return str(problem["detail"])


def copy() -> Any:
    return done("post", "editions/YPQ-2026/moves/copy_edition", {"code": "JYG-2027", "name": "嘉峪关"}, 201)


def test_moves_of_an_edition_say_why_not() -> None:
    moves = {m["name"]: m for m in call("get", "editions/YPQ-2026", role="desk").json()["moves"]}  # type: ignore[attr-defined]
    assert set(moves) == {"retire_edition", "copy_edition", "use_edition"}
    assert moves["copy_edition"]["allowed"] is False and "创城办负责人" in moves["copy_edition"]["why_not"]
    assert [f["name"] for f in moves["copy_edition"]["fields"]] == ["code", "name"]
    drafts = {m["name"]: m["allowed"] for m in copy()["moves"]}
    assert drafts == dict.fromkeys(("publish_edition", "copy_edition", "use_edition", "discard_edition"), True)


def test_copy_edition_change_it_publish_it_freeze_it() -> None:
    copy()
    scale = {
        "violations": {"A": 0, "B": 2},
        "provisions": {"A": 100},
        "sample_pass": {"A": 0, "C": 1},
        "ratio": {"A": 0, "B": 5},
    }
    row = done("patch", "editions/JYG-2027", {"issuer": "创城办", "thresholds": scale})
    assert (row["issuer"], row["thresholds"]["sample_pass"], row["name"]) == ("创城办", {"A": 0, "C": 1}, "嘉峪关")
    found = done("get", "editions/JYG-2027/diff")
    assert found["old"] == "YPQ-2026" and found["check_items"]["same"] == 547
    assert {change["field"] for change in found["facts"]} >= {"版本名称", "发布单位"}
    assert done("get", "editions/YPQ-2026/diff?against=JYG-2027")["new"] == "YPQ-2026"
    assert "against" in refused("get", "editions/YPQ-2026/diff", None, 422, "against")
    assert done("post", "editions/JYG-2027/moves/publish_edition")["state"] == "current"
    assert done("post", "editions/current/moves/use_edition", {})["used"] is True
    assert "复制成新版本" in refused("patch", "editions/current", {"name": "新名"}, 409)
    assert "复制成新版本" in refused("post", "check-items", ITEM, 409)
    assert "复制成新版本" in refused("post", "editions/current/indicators", {"code": "X", "name": "x"}, 409)
    assert done("post", "editions/current/moves/retire_edition")["state"] == "retired"
    assert "不需要填写" in refused("post", "editions/JYG-2027/moves/publish_edition", {"code": "a"}, 422, "code")
    assert "当前状态" in refused("post", "editions/JYG-2027/moves/retire_edition", None, 409)
    assert JournalEntry.objects.filter(action="standards.publish_edition", subject="JYG-2027").exists()


def test_add_edition_starts_empty_and_is_discarded() -> None:
    row = done("post", "editions", {"code": "NEW", "name": "从零开始", "part_weights": {"field": 100}}, 201)
    assert (row["state"], row["indicators"], row["part_weights"]) == ("draft", [], {"field": 100})
    refused("post", "editions", {"code": "NEW", "name": "又一个"}, 422, "code")
    refused("post", "editions", {"code": "带 空格", "name": "又一个"}, 422, "code")
    refused("post", "editions", {"code": "B", "name": "b", "part_weights": {"moon": 1}}, 422, "part_weights")
    refused("post", "editions", {"code": "B", "name": "b", "thresholds": {"ratio": {"A": 1}}}, 422, "provisions")
    assert "没有检查项" in refused("post", "editions/NEW/moves/publish_edition", None, 422)
    done("post", "editions/NEW/moves/discard_edition", status=204)
    assert not Edition.objects.filter(code="NEW").exists()


def test_items_are_added_changed_and_removed() -> None:
    copy()
    made = done("post", "check-items", ITEM | {"issue_class": "local|extension|30005", "indicators": ["F-rural"]}, 201)
    assert (made["edition"], made["indicators"], made["issue_class"]) == (
        "JYG-2027",
        ["F-rural"],
        "local|extension|30005",
    )
    address = "check-items/VL-90?edition=JYG-2027"
    refused("patch", address, {"kind": "count", "measure": "provisions"}, 422)
    changed = done(
        "patch", address, {"kind": "count", "measure": "ratio", "target": 90, "thresholds": {"A": 0, "B": 10}}
    )
    assert (changed["target"], changed["thresholds"], changed["indicators"]) == (90, {"A": 0, "B": 10}, ["F-rural"])
    assert done("patch", address, {"indicators": [], "issue_class": None})["indicators"] == []
    refused("patch", address, {"indicators": ["none"]}, 422, "indicators")
    refused("patch", address, {"category": "none"}, 422, "category")
    refused("patch", address, {"issue_class": "none"}, 422, "issue_class")
    refused("patch", address, {"weight": -1}, 422)
    refused("patch", address, {"colour": "red"}, 400)
    done("delete", address, status=204)
    refused("delete", address, None, 404)
    assert not CheckItem.objects.filter(code="VL-90").exists()


def test_indicators_are_added_changed_and_removed() -> None:
    address = "editions/YPQ-2026/indicators"
    made = done("post", address, {"code": "M-01", "name": "工作机制", "parent": "M", "method": "material"}, 201)
    assert (made["parent"], made["weight"]) == ("M", 1)
    assert done("patch", f"{address}/M-01", {"parent": None, "weight": 2.5})["weight"] == 2.5
    refused("patch", f"{address}/M-01", {"parent": "none"}, 422, "parent")
    refused("patch", f"{address}/M-01", {"parent": "M-01"}, 422, "parent")
    done("patch", f"{address}/M-01", {"parent": "M"})
    assert "下级指标" in refused("delete", f"{address}/M", None, 409)
    done("delete", f"{address}/M-01", status=204)
    refused("patch", f"{address}/none", {"name": "x"}, 404)


def test_categories_are_added_changed_and_retired() -> None:
    assert done("post", "place-categories", CATEGORY, 201)["active"] is True
    refused("post", "place-categories", CATEGORY, 422)
    assert done("patch", "place-categories/gas", {"active": False, "basis": ["市级方案"]})["basis"] == ["市级方案"]
    refused("patch", "place-categories/gas", {"co_departments": [""]}, 422, "co_departments")
    refused("patch", "place-categories/none", {"name": "x"}, 404)
    assert done("get", "place-categories?active=false")["items"][0]["key"] == "gas"
    assert (
        done("get", "place-categories?group=rural&count=true")["count"]
        == PlaceCategory.objects.filter(group="rural").count()
    )
    road = done("get", "place-categories/main_road")
    assert road["co_departments"] and road["basis"] and road["extent_en"].startswith("Walk 500 m")


def test_issue_classes_are_added_changed_and_retired() -> None:
    made = done("post", "issue-classes", CLASS, 201)
    assert made["key"] == "local|extension|31001" and made["clocks"]["handle"] == {
        "amount": 3,
        "clock": "work_day",
        "stages": [],
    }
    refused("post", "issue-classes", CLASS, 422, "code")
    refused("post", "issue-classes", CLASS | {"code": "31002", "clocks": {}}, 422, "clocks.handle")
    staged = {
        "amount": 3,
        "clock": "work_day",
        "stages": [
            {"amount": 4, "clock": "work_hour", "title": "围"},
            {"amount": 3, "clock": "work_day", "title": "修"},
        ],
    }
    row = done(
        "patch",
        f"issue-classes/{KEY}",
        {"severity": 3, "clocks": {"handle": staged}, "legacy_codes": {"cjt214_2007": "1"}},
    )
    assert (row["severity"], row["clocks"]["handle"]["stages"][0]["amount"], row["clocks"]["accept"]) == (3, 4, None)
    assert IssueClass.objects.get(code="06012").clocks == {"handle": staged}
    assert done("patch", f"issue-classes/{KEY}", {"active": False})["active"] is False
    refused("patch", f"issue-classes/{KEY}", {"severity": 9}, 422)
    refused("patch", "issue-classes/none", {"severity": 1}, 404)


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [("post", "editions", {"code": "A", "name": "a"}), ("patch", "editions/YPQ-2026", {"name": "a"}),
     ("post", "editions/YPQ-2026/moves/retire_edition", {}), ("post", "editions/YPQ-2026/indicators", {"code": "A", "name": "a"}),
     ("patch", "check-items/VL-01", {"text": "a"}), ("delete", "check-items/VL-01", None), ("post", "place-categories", CATEGORY),
     ("patch", "place-categories/village", {"name": "a"}), ("post", "issue-classes", CLASS), ("patch", f"issue-classes/{KEY}", {"severity": 1})],
)  # fmt: skip
def test_writing_is_for_the_head_alone(method: str, address: str, body: Any) -> None:
    answer = call(method, address, body, role="desk")
    assert answer.status_code == 403 and "创城办负责人" in answer.json()["detail"]  # type: ignore[attr-defined]


def test_add_issue_class_twice_under_one_key_is_done_once() -> None:
    first = call("post", "issue-classes", CLASS, **{"Idempotency-Key": "k1"})
    again = call("post", "issue-classes", CLASS, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)
    other = call("post", "issue-classes", CLASS | {"code": "31009"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 409 and IssueClass.objects.filter(code__startswith="3100").count() == 1


def test_add_edition_action_checks_its_scale() -> None:
    with pytest.raises(actions.BadValue):
        actions.add_edition(None, code="", values={"name": "x"}, by=SYSTEM, at=NOW)
