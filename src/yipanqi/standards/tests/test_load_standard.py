"""Loading the starting standard: everything is there, twice is like once, the city's own changes stay."""

from __future__ import annotations

import pytest

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.policy import keep_policy
from yipanqi.standards import actions, selectors, starting
from yipanqi.standards.actions import LoadReport
from yipanqi.standards.clocks import check_clocks
from yipanqi.standards.models import CheckItem, Edition, Indicator, IssueClass, PlaceCategory
from yipanqi.standards.tests.conftest import NOW, user

pytestmark = pytest.mark.django_db


def load() -> LoadReport:
    return actions.load_standard(None, by=SYSTEM, at=NOW)


def test_load_standard_brings_everything_of_the_files(standard: LoadReport) -> None:
    assert (PlaceCategory.objects.count(), CheckItem.objects.count(), IssueClass.objects.count()) == (40, 547, 321)
    assert standard.created == 40 + 547 + 321 + 1 + Indicator.objects.count()
    assert (
        not CheckItem.objects.filter(issue_class=None).exists()
        and not CheckItem.objects.filter(indicators=None).exists()
    )
    edition = selectors.current_edition()
    assert edition is not None and edition.code == "YPQ-2026" and not edition.used
    assert {k: CheckItem.objects.filter(kind=k).count() for k in CheckItem.Kind.values} == {
        "boolean": 142,
        "count": 361,
        "grade": 44,
    }


def test_load_standard_twice_changes_nothing(standard: LoadReport) -> None:
    again = load()
    assert (again.created, again.updated, again.kept) == (0, 0, 0)
    assert again.unchanged == standard.created


def test_load_standard_gives_every_class_sound_clocks(standard: LoadReport) -> None:
    for row in IssueClass.objects.all():
        check_clocks(row.clocks)
        assert row.clocks["accept"] == row.clocks["dispatch"] == {"amount": 4.0, "clock": "work_hour"}
        assert row.clocks["verify"] == {"amount": 1.5, "clock": "work_hour"}
        assert row.photo_required is (row.severity >= 3) and row.closing_condition
        assert row.key == f"{row.standard}|{row.kind}|{row.code}"
        assert row.on_the_spot is (row.clocks["handle"]["clock"] == "real_time")
    assert IssueClass.objects.filter(on_the_spot=True).count() == 9
    assert IssueClass.objects.filter(standard="GB/T 47678.5-2026").count() == 250
    cover = selectors.find_class("供水井盖异常")
    assert cover is not None and cover.clocks["handle"] == {
        "amount": 3,
        "clock": "work_day",
        "stages": [
            {"amount": 6, "clock": "urgent_hour", "title": "缺失破损先行围护并补装"},
            {"amount": 3, "clock": "work_day", "title": "修复更换"},
        ],
    }


def test_load_standard_builds_the_indicator_tree(standard: LoadReport) -> None:
    edition = selectors.current_edition()
    assert edition is not None
    tree = selectors.indicator_tree(edition)
    assert [(d, i.name) for d, i in tree if d == 0] == [(0, "实地考察"), (0, "材料审核"), (0, "问卷调查")]
    assert sum(i.item_count for d, i in tree if i.code.startswith("F-")) >= 547
    assert {i.code for d, i in tree if i.parent and i.parent.code == "F"} == {f"F-{g}" for g in starting.groups()}


def test_load_standard_leaves_what_the_city_changed(standard: LoadReport) -> None:
    head = user("head")
    row = IssueClass.objects.get(code="06012")
    actions.change_issue_class(row, values={"severity": 4}, by=head, at=NOW)
    category = PlaceCategory.objects.get(key="village")
    actions.change_category(category, values={"name": "村庄"}, by=head, at=NOW)
    again = load()
    assert (again.updated, again.kept) == (0, 2)
    row.refresh_from_db()
    assert row.severity == 4 and PlaceCategory.objects.get(key="village").name == "村庄"


def test_load_standard_leaves_an_edition_that_was_used_or_edited(standard: LoadReport) -> None:
    item = CheckItem.objects.get(code="VL-12")
    actions.remove_item(item, by=user("head"), at=NOW)
    again = load()
    assert not CheckItem.objects.filter(code="VL-12").exists() and again.created == 0


def test_load_standard_repairs_rows_nobody_changed(standard: LoadReport) -> None:
    IssueClass.objects.filter(code="06012").update(name="旧名")
    CheckItem.objects.filter(code="VL-01").update(text="旧文")
    CheckItem.objects.get(code="VL-02").indicators.clear()
    again = load()
    assert again.updated == 2 and again.created == 0
    assert (
        CheckItem.objects.get(code="VL-01").text.startswith("村庄干净")
        and CheckItem.objects.get(code="VL-02").indicators.count() == 1
    )


def test_load_standard_uses_the_offices_stage_limits(db: None) -> None:
    keep_policy("standards.verify_hours", 8, by="user:x", at=NOW)
    load()
    assert {row.clocks["verify"]["amount"] for row in IssueClass.objects.all()} == {8}


def test_load_standard_beside_a_current_edition_stays_a_draft(db: None) -> None:
    Edition.objects.create(code="JYG", name="本市", state="current")
    load()
    assert Edition.objects.get(code="YPQ-2026").state == "draft"


def test_load_standard_by_the_desk_is_refused(db: None) -> None:
    with pytest.raises(NotAllowed):
        actions.load_standard(None, by=user("desk"), at=NOW)
