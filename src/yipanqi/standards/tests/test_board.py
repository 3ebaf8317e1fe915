"""Issue classes and place categories: changed, added, found; wrong values; wrong person."""

from __future__ import annotations

from typing import Any

import pytest

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.policy import keep_policy
from yipanqi.standards import actions, selectors
from yipanqi.standards.clocks import BadLimit, handle_words, limit_words
from yipanqi.standards.models import IssueClass, PlaceCategory
from yipanqi.standards.tests.conftest import NOW, user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
HANDLE = {"amount": 2, "clock": "work_day"}


def dirty_road() -> IssueClass:
    return IssueClass.objects.get(code="06012")


def change(**values: Any) -> IssueClass:
    return actions.change_issue_class(dirty_road(), values=values, by=user("head"), at=NOW)


def new_class(**changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "group_code": "31", "group_name": "沙尘（扩展）", "name": "风沙堆积", "department_type": "sanitation",
        "severity": 2, "clocks": {"handle": HANDLE},
    }  # fmt: skip
    return values | changed


def test_change_issue_class_changes_limits_and_conditions() -> None:
    changed = change(
        clocks={"handle": HANDLE, "verify": {"amount": 1, "clock": "work_day"}}, closing_condition="扫净", active=False
    )
    changed.refresh_from_db()
    assert (changed.clocks["handle"], changed.closing_condition, changed.active, changed.locally_changed) == (
        HANDLE,
        "扫净",
        False,
        True,
    )
    assert all(key != changed.key for _, rows in selectors.classes_for_menu() for key, _ in rows)


def test_change_issue_class_to_on_the_spot_and_back() -> None:
    assert change(clocks={"handle": {"amount": 0, "clock": "real_time"}}).on_the_spot
    assert not change(clocks={"handle": HANDLE}).on_the_spot


@pytest.mark.parametrize(
    ("clocks", "field"),
    [
        ({}, "clocks.handle"),
        ({"handle": HANDLE, "sleep": HANDLE}, "clocks"),
        ({"handle": {"amount": 0, "clock": "work_day"}}, "clocks.handle"),
        ({"handle": {"amount": -1, "clock": "work_day"}}, "clocks.handle"),
        ({"handle": {"amount": 1001, "clock": "work_day"}}, "clocks.handle"),
        ({"handle": {"amount": float("nan"), "clock": "work_day"}}, "clocks.handle"),
        ({"handle": {"amount": True, "clock": "work_day"}}, "clocks.handle"),
        ({"handle": {"amount": "2", "clock": "work_day"}}, "clocks.handle"),
        ({"handle": {"amount": 2, "clock": "moon"}}, "clocks.handle"),
        ({"handle": "2 days"}, "clocks.handle"),
        ({"handle": {"amount": 2, "clock": "real_time"}}, "clocks.handle"),
        ({"handle": HANDLE, "verify": {"amount": 0, "clock": "real_time"}}, "clocks.verify"),
        ({"handle": {**HANDLE, "stages": [{**HANDLE, "title": "修"}]}}, "clocks.handle"),
        ({"handle": {**HANDLE, "stages": [{**HANDLE, "title": "围"}, {**HANDLE, "title": " "}]}}, "clocks.handle"),
        ({"handle": {**HANDLE, "stages": [{**HANDLE, "title": "围"}, {"amount": 3, "clock": "work_day", "title": "修"}]}}, "clocks.handle"),
        ({"handle": {**HANDLE, "stages": [{"amount": 0, "clock": "real_time", "title": "围"}, {**HANDLE, "title": "修"}]}}, "clocks.handle"),
    ],
)  # fmt: skip
def test_change_issue_class_refuses_limits_that_mean_nothing(clocks: dict[str, Any], field: str) -> None:
    before = dirty_road().clocks
    with pytest.raises(BadLimit) as refusal:
        change(clocks=clocks)
    assert refusal.value.field == field and dirty_road().clocks == before


@pytest.mark.parametrize("values", [{"severity": 5}, {"severity": 0}, {"name": ""}, {"closing_condition": "长" * 201}])
def test_change_issue_class_refuses_bad_values(values: dict[str, Any]) -> None:
    with pytest.raises(actions.BadValue):
        change(**values)


def test_change_issue_class_from_a_stale_form_is_refused() -> None:
    seen = selectors.fingerprint(dirty_road())
    change(severity=3)
    with pytest.raises(actions.StaleForm):
        actions.change_issue_class(dirty_road(), values={"severity": 1}, seen=seen, by=user("head"), at=NOW)


def test_change_issue_class_with_an_unknown_column_is_a_bug() -> None:
    with pytest.raises(TypeError):
        change(code="1")


def test_add_issue_class_is_a_local_extension() -> None:
    made = actions.add_issue_class(None, code="31001", values=new_class(), by=user("head"), at=NOW)
    assert (made.key, made.kind, made.standard) == ("local|extension|31001", "extension", "local")
    assert selectors.find_class("31001") == made
    with pytest.raises(actions.BadValue):
        actions.add_issue_class(None, code="31001", values=new_class(), by=user("head"), at=NOW)
    with pytest.raises(BadLimit):
        actions.add_issue_class(None, code="31002", values=new_class(clocks={}), by=user("head"), at=NOW)


def test_change_category_and_add_one() -> None:
    head = user("head")
    row = PlaceCategory.objects.get(key="village")
    assert actions.change_category(row, values={"name": "村庄"}, by=head, at=NOW).locally_changed
    values = {"code_prefix": "GS", "name": "加油站", "group": "market", "department_type": "commerce"}
    made = actions.add_category(None, key="gas_station", values=values, by=head, at=NOW)
    assert PlaceCategory.objects.get(key="gas_station") == made
    with pytest.raises(actions.BadValue) as refusal:
        actions.add_category(None, key="gas_2", values=values, by=head, at=NOW)
    assert refusal.value.field == "code_prefix"
    with pytest.raises(actions.StaleForm):
        actions.change_category(made, values={"name": "油站"}, seen="0" * 16, by=head, at=NOW)


@pytest.mark.parametrize("role", ["desk", "inspector", "auditor", "admin"])
def test_only_the_head_changes_classes_and_categories(role: str) -> None:
    by = user(role)
    for call in (
        lambda: actions.change_issue_class(dirty_road(), values={}, by=by, at=NOW),
        lambda: actions.add_issue_class(None, code="31001", values=new_class(), by=by, at=NOW),
        lambda: actions.change_category(PlaceCategory.objects.get(key="village"), values={}, by=by, at=NOW),
        lambda: actions.add_category(None, key="x", values={}, by=by, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            call()


@pytest.mark.parametrize(
    ("text", "within", "code"),
    [
        ("06012", "", "06012"),
        (" ０６０１２ ", "", "06012"),
        ("道路不洁", "", "06012"),
        ("GB/T 47678.5-2026|event|06012", "", "06012"),
        ("0101", "", "06001"),
        ("01-01", "gbt30428_2_2013", "06001"),
        ("0406", "CJ/T 214-2007", "X0406"),
        ("0406", "GB/T 30428.2-2013", "04006"),
        ("nothing", "", None),
        ("", "", None),
        ("道路不洁", "local", None),
    ],
)
def test_find_class_by_whatever_a_ledger_calls_it(text: str, within: str, code: str | None) -> None:
    found = selectors.find_class(text, within)
    if code == "04006":
        assert found is not None and found.legacy_codes["gbt30428_2_2013"] == "0406"
    else:
        assert (found.code if found else None) == code


def test_find_class_sees_changes_at_once() -> None:
    assert selectors.find_class("道路脏") is None
    change(name="道路脏")
    found = selectors.find_class("道路脏")
    assert found is not None and found.code == "06012"


def test_limit_of_falls_back_to_the_offices_default() -> None:
    keep_policy("standards.verify_hours", 3, by="user:x", at=NOW)
    bare = IssueClass(clocks={"handle": HANDLE})
    assert str(selectors.limit_of(bare, "verify")) == "3 工作时"
    assert str(selectors.limit_of(dirty_road(), "verify")) == "1.5 工作时"
    assert selectors.limit_of(None, "handle") is None and str(selectors.limit_of(None, "accept")) == "4 工作时"


def test_limits_in_words() -> None:
    assert limit_words({"amount": 0, "clock": "real_time"}) == "现场即时"
    assert handle_words({}) == ""
    assert handle_words({"handle": {"amount": 6.5, "clock": "urgent_hour"}}) == "6.5 紧急工作时"
    cover = selectors.find_class("供水井盖异常")
    assert cover is not None and handle_words(cover.clocks) == "缺失破损先行围护并补装 6 紧急工作时，修复更换 3 工作日"


def test_classes_for_menu_are_grouped_and_complete() -> None:
    menu = selectors.classes_for_menu()
    assert sum(len(rows) for _, rows in menu) == 321 and len(menu) == len({name for name, _ in menu})
    assert ("GB/T 47678.5-2026|event|06012", "06012 道路不洁") in dict(menu)["市容环境类"]


@pytest.mark.parametrize(
    ("params", "count"),
    [({}, 321), ({"kind": "event"}, 97), ({"severity": 4}, 46), ({"q": "道路不洁"}, 1), ({"q": "0136"}, 1),
     ({"standard": "local"}, 71), ({"group": "X04"}, 6), ({"active": "0"}, 0), ({"active": True}, 321), ({"q": "zzz"}, 0)],
)  # fmt: skip
def test_filtered_classes(params: dict[str, Any], count: int) -> None:
    assert selectors.filtered_classes(IssueClass.objects.all(), params).count() == count


def test_letter_of_a_loaded_item() -> None:
    item = selectors.items_for(PlaceCategory.objects.get(key="main_road")).get(code="MR-01")
    assert selectors.letter_of(item, {"count": 2}).letter == "B"
