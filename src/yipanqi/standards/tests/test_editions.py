"""Editions, their items and indicators: it works, frozen, wrong person."""

from __future__ import annotations

from typing import Any

import pytest

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.standards import actions, selectors
from yipanqi.standards.models import CheckItem, Edition, Indicator, IssueClass, PlaceCategory
from yipanqi.standards.tests.conftest import NOW, user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]


def first() -> Edition:
    return Edition.objects.get(code="YPQ-2026")


def copy(code: str = "JYG-2027") -> Edition:
    return actions.copy_edition(first(), code=code, name="嘉峪关2027", by=user("head"), at=NOW)


def new_item(**changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "category": PlaceCategory.objects.get(key="village"), "code": "VL-90", "text": "村口有路牌", "kind": "boolean",
        "weight": 1, "issue_class": IssueClass.objects.get(code="30005"),
    }  # fmt: skip
    return values | changed


def test_copy_edition_has_everything_of_the_old_one() -> None:
    draft = copy()
    old = first()
    assert (draft.state, draft.used, draft.copied_from) == ("draft", False, old)
    assert (draft.items.count(), draft.indicators.count()) == (547, old.indicators.count())
    assert draft.indicators.get(code="F-street").parent == draft.indicators.get(code="F")
    item = draft.items.get(code="SL-03")
    assert {i.code for i in item.indicators.all()} == {"F-minors"} and {i.edition for i in item.indicators.all()} == {
        draft
    }
    found = selectors.edition_diff(old, draft)
    assert found.items.is_empty and found.indicators.is_empty and [c.field for c in found.facts] == ["版本名称"]


@pytest.mark.parametrize("code", ["YPQ-2026", "带 空格", "", "a/b"])
def test_copy_edition_refuses_a_code_that_is_taken_or_unfit(code: str) -> None:
    with pytest.raises(actions.BadValue) as refusal:
        copy(code)
    assert refusal.value.field == "code"


def test_publish_edition_retires_the_one_before() -> None:
    draft = actions.publish_edition(copy(), by=user("head"), at=NOW)
    assert selectors.current_edition() == draft and first().state == "retired"
    assert JournalEntry.objects.filter(action="standards.publish_edition", subject="JYG-2027").exists()
    actions.publish_edition(first(), by=user("head"), at=NOW)
    assert selectors.current_edition() == first()


def test_publish_edition_that_is_current_is_refused() -> None:
    with pytest.raises(WrongState):
        actions.publish_edition(first(), by=user("head"), at=NOW)


def test_publish_edition_without_items_is_refused() -> None:
    with pytest.raises(actions.BadValue):
        actions.publish_edition(Edition.objects.create(code="E", name="空"), by=user("head"), at=NOW)


def test_retire_edition_leaves_none_in_force() -> None:
    actions.retire_edition(first(), by=user("head"), at=NOW)
    assert selectors.current_edition() is None
    with pytest.raises(WrongState):
        actions.retire_edition(first(), by=user("head"), at=NOW)


def test_use_edition_freezes_it_once_and_for_all() -> None:
    for _ in range(2):
        assert actions.use_edition(first(), by=user("head"), at=NOW).used
    head, edition = user("head"), first()
    item, indicator = edition.items.get(code="VL-01"), edition.indicators.get(code="F-rural")
    for call in (
        lambda: actions.change_edition(edition, values={"name": "新名"}, by=head, at=NOW),
        lambda: actions.add_item(edition, values=new_item(), by=head, at=NOW),
        lambda: actions.change_item(item, values={"weight": 9}, by=head, at=NOW),
        lambda: actions.remove_item(item, by=head, at=NOW),
        lambda: actions.add_indicator(edition, values={"code": "X", "name": "新"}, by=head, at=NOW),
        lambda: actions.change_indicator(indicator, values={"name": "新"}, by=head, at=NOW),
        lambda: actions.remove_indicator(indicator, by=head, at=NOW),
        lambda: actions.discard_edition(edition, by=head, at=NOW),
    ):
        with pytest.raises(actions.EditionFrozen) as refusal:
            call()
        assert "复制" in str(refusal.value)
    assert CheckItem.objects.get(pk=item.pk).weight == item.weight


def test_change_edition_and_its_part_weights() -> None:
    edition = actions.change_edition(
        first(), values={"name": "参考", "part_weights": {"field": 60, "survey": 40}}, by=user("head"), at=NOW
    )
    edition.refresh_from_db()
    assert (edition.name, edition.part_weights) == ("参考", {"field": 60, "survey": 40})


@pytest.mark.parametrize("parts", [{"luck": 5}, {"field": -1}, {"field": 101}, {"field": "many"}, {"field": 0}])
def test_change_edition_refuses_weights_that_mean_nothing(parts: dict[str, Any]) -> None:
    with pytest.raises(actions.BadValue):
        actions.change_edition(first(), values={"part_weights": parts}, by=user("head"), at=NOW)


def test_change_edition_from_a_stale_form_is_refused() -> None:
    seen = selectors.fingerprint(first())
    actions.change_edition(first(), values={"name": "甲"}, seen=seen, by=user("head"), at=NOW)
    with pytest.raises(actions.StaleForm):
        actions.change_edition(first(), values={"name": "乙"}, seen=seen, by=user("head"), at=NOW)
    assert first().name == "甲"


def test_discard_edition_takes_a_draft_away() -> None:
    draft = copy()
    actions.discard_edition(draft, by=user("head"), at=NOW)
    assert not Edition.objects.filter(code="JYG-2027").exists() and CheckItem.objects.count() == 547
    assert JournalEntry.objects.filter(action="standards.discard_edition", subject="JYG-2027").exists()


def test_discard_edition_in_force_or_copied_from_is_refused() -> None:
    with pytest.raises(actions.StillUsed):
        actions.discard_edition(first(), by=user("head"), at=NOW)
    draft = copy()
    actions.copy_edition(draft, code="JYG-2028", name="下一版", by=user("head"), at=NOW)
    with pytest.raises(actions.StillUsed):
        actions.discard_edition(draft, by=user("head"), at=NOW)
    assert draft.items.count() == 547


def test_add_change_and_remove_item_show_in_the_diff() -> None:
    head, draft = user("head"), copy()
    fed = [draft.indicators.get(code="F-rural")]
    added = actions.add_item(draft, values=new_item(), indicators=fed, by=head, at=NOW)
    assert list(added.indicators.all()) == fed
    changed = actions.change_item(
        draft.items.get(code="VL-10"), values={"target": 2, "critical": True}, by=head, at=NOW
    )
    assert changed.indicators.count() == 1
    actions.change_item(draft.items.get(code="VL-11"), values={}, indicators=[], by=head, at=NOW)
    actions.remove_item(draft.items.get(code="VL-12"), by=head, at=NOW)
    found = selectors.edition_diff(first(), draft).items
    assert (set(found.added), set(found.removed), found.same) == ({"VL-90"}, {"VL-12"}, 544)
    assert {(c.field, c.old, c.new) for c in found.changed["VL-10"]} == {("达标数", "1", "2"), ("关键项", "否", "是")}
    assert [(c.field, c.new) for c in found.changed["VL-11"]] == [("计入指标", "")]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "VL-01"}, ""),
        ({"code": "VL 1"}, "code"),
        ({"text": ""}, "text"),
        ({"kind": "count"}, ""),
        ({"kind": "count", "measure": "provisions"}, ""),
        ({"kind": "count", "measure": "ratio", "target": 120}, "target"),
        ({"kind": "count", "measure": "sample_pass", "target": 6, "sample": 5}, "target"),
        ({"kind": "boolean", "measure": "violations"}, ""),
        ({"kind": "guess"}, "kind"),
        ({"weight": -1}, ""),
    ],
)
def test_add_item_refuses_what_cannot_be_judged(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(actions.BadValue) as refusal:
        actions.add_item(first(), values=new_item(**changed), by=user("head"), at=NOW)
    assert refusal.value.field == field
    assert not CheckItem.objects.filter(text="村口有路牌").exists()


def test_add_item_feeding_another_edition_is_refused() -> None:
    other = copy().indicators.get(code="F-rural")
    with pytest.raises(actions.BadValue):
        actions.add_item(first(), values=new_item(), indicators=[other], by=user("head"), at=NOW)
    assert not CheckItem.objects.filter(code="VL-90").exists()


def test_indicators_are_added_moved_and_removed() -> None:
    head, draft = user("head"), copy()
    made = actions.add_indicator(
        draft, values={"code": "M-01", "name": "工作机制", "parent": draft.indicators.get(code="M"), "method": "material"},
        by=head, at=NOW,
    )  # fmt: skip
    moved = actions.change_indicator(made, values={"parent": draft.indicators.get(code="Q")}, by=head, at=NOW)
    tree = [(d, i.code) for d, i in selectors.indicator_tree(draft)]
    assert tree[tree.index((0, "Q")) + 1] == (1, "M-01") and moved.parent is not None
    with pytest.raises(actions.StillUsed):
        actions.remove_indicator(draft.indicators.get(code="Q"), by=head, at=NOW)
    actions.remove_indicator(moved, by=head, at=NOW)
    assert not draft.indicators.filter(code="M-01").exists()


def test_change_indicator_into_a_circle_is_refused() -> None:
    top = Indicator.objects.get(code="Q")
    for parent in (top, Indicator.objects.get(code="Q-01")):
        with pytest.raises(actions.BadValue):
            actions.change_indicator(top, values={"parent": parent}, by=user("head"), at=NOW)
    other = copy().indicators.get(code="M")
    with pytest.raises(actions.BadValue):
        actions.change_indicator(top, values={"parent": other}, by=user("head"), at=NOW)


@pytest.mark.parametrize("role", ["desk", "inspector", "auditor", "admin", "leader"])
def test_only_the_head_changes_editions(role: str) -> None:
    by, edition = user(role), first()
    item, indicator = edition.items.get(code="VL-01"), edition.indicators.get(code="F-rural")
    for call in (
        lambda: actions.copy_edition(edition, code="X", name="X", by=by, at=NOW),
        lambda: actions.change_edition(edition, values={}, by=by, at=NOW),
        lambda: actions.publish_edition(edition, by=by, at=NOW),
        lambda: actions.retire_edition(edition, by=by, at=NOW),
        lambda: actions.discard_edition(edition, by=by, at=NOW),
        lambda: actions.add_item(edition, values={}, by=by, at=NOW),
        lambda: actions.change_item(item, values={}, by=by, at=NOW),
        lambda: actions.remove_item(item, by=by, at=NOW),
        lambda: actions.add_indicator(edition, values={}, by=by, at=NOW),
        lambda: actions.change_indicator(indicator, values={}, by=by, at=NOW),
        lambda: actions.remove_indicator(indicator, by=by, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            call()


@pytest.mark.parametrize("role", ["auditor", "admin", "leader"])
def test_use_edition_by_someone_who_judges_nothing_is_refused(role: str) -> None:
    with pytest.raises(NotAllowed):
        actions.use_edition(first(), by=user(role), at=NOW)
    assert actions.use_edition(first(), by=SYSTEM, at=NOW).used
