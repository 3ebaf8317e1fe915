"""Rows of a case ledger about known cases: the same checks as on entry, a line in the thread, nothing after the end."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.corner import community, market, town
from yipanqi.cases.tests.test_sheets import book, load
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.models import JournalEntry
from yipanqi.places.models import Place
from yipanqi.sheets import SHEETS, preview
from yipanqi.standards.models import IssueClass

__all__ = ["community", "market", "town"]  # fixtures

HEAD = ["案件编号", "来源", "问题描述", "问题类别", "严重程度", "点位"]


def update(case: Case, by: Any, **facts: Any) -> str:
    return str(actions.import_case(case, number=case.number, facts={"source": case.source, **facts}, by=by, at=moment(1)).outcome)


def other_class(**more: Any) -> IssueClass:
    facts = {
        "standard": "GB/T 47678.5-2026", "kind": "event", "code": "06011", "key": "gb:event:06011", "group_code": "06", "group_name": "市容环境",
        "name": "积存渣土", "department_type": "urban_mgmt", "severity": 3, "closing_condition": "渣土清运",
    }  # fmt: skip
    return IssueClass.objects.create(**{**facts, **more})


@pytest.mark.parametrize("severity", ["7", "0", "99999999999999999999", "2.5"])
def test_import_of_an_impossible_severity_is_a_row_error_and_lists_still_answer(town: Town, client: Client, severity: str) -> None:
    case = town.report()
    report = load("cases", book([case.number, "检查发现", "路口垃圾成堆", "", severity, ""], head=HEAD), town.desk, partial=True)
    assert (report.updated, len(report.rejected)) == (0, 1)
    assert "第 2 行" in report.rejected[0].errors[0][1]
    client.force_login(town.desk)
    assert client.get("/cases/").status_code == 200


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"severity": 7}, "严重程度应为 1 到 4"), ({"lon": 98.2}, "经度和纬度须同时填写"), ({"lon": 200.0, "lat": 39.0}, "超出范围"),
        ({"description": "长" * 5_001}, "最多 5000 字"), ({"found_at": moment(2)}, "发现时间不能晚于现在"), ({"source": "grid"}, "来源不能更改"),
    ],
)  # fmt: skip
def test_update_by_import_refuses_what_entering_refuses(town: Town, facts: dict[str, Any], sentence: str) -> None:
    case = town.report()
    with pytest.raises(Refused, match=sentence):
        update(case, town.desk, **facts)


def test_import_with_a_class_out_of_use_is_refused(town: Town) -> None:
    gone = other_class(active=False)
    for case in (town.report(), None):
        with pytest.raises(Refused, match="已停用"):
            actions.import_case(case, facts={"source": "inspection", "description": "垃圾", "issue_class": gone}, by=town.desk, at=MONDAY)


def test_severity_outside_its_range_is_refused_by_the_database(town: Town) -> None:
    case = town.report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(severity=7)


def test_update_by_import_with_a_new_place_or_position_derives_area_and_cell(town: Town, market: Place) -> None:
    case = town.report(address="某处")
    assert (case.cell, case.area) == ("", None)
    update(case, town.desk, place=market)
    case = Case.objects.get()
    assert (case.area, case.cell, case.lon, case.lat, case.address) == (market.area, market.cell, market.lon, market.lat, "某处")
    update(case, town.desk, lon=market.lon + 0.01, lat=market.lat)
    moved = Case.objects.get()
    assert moved.cell not in ("", case.cell) and moved.area == market.area


def test_update_by_import_is_a_line_for_those_at_work_and_the_journal_names_what_changed(town: Town, client: Client) -> None:
    case = town.filed()
    load("cases", book([case.number, "检查发现", "王某家门口垃圾成堆", other_class().name, "", ""], head=HEAD), town.desk)
    case = Case.objects.get()
    line = case.moves.last()
    assert line and (line.verb, line.source, line.target, line.public) == ("import_case", "filed", "filed", False)
    assert line.note.splitlines() == [
        "问题描述：由“路口垃圾成堆”改为“王某家门口垃圾成堆”", "问题类别：由“暴露垃圾”改为“积存渣土”", "严重程度：由“2”改为“3”",
    ]  # fmt: skip
    assert (case.severity, case.closing_condition) == (3, "渣土清运")
    row = JournalEntry.objects.filter(action="cases.import_case").get()
    assert row.data["changes"] == ["description", "issue_class", "severity"] and "王某" not in str(row.data)
    client.force_login(town.desk)
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "按台账更新" in page and "由“暴露垃圾”改为“积存渣土”" in page


def test_import_names_its_case_in_the_journal_whether_new_or_found_again(town: Town) -> None:
    head = ["来源", "来源编号", "问题描述"]
    for text in ("井盖破损", "井盖破损严重"):
        load("cases", book(["网格员上报", "G1", text], head=head), town.desk)
    case = Case.objects.get()
    rows = JournalEntry.objects.filter(action="cases.import_case").order_by("id")
    assert [(row.subject_kind, row.subject) for row in rows] == [("cases.case", case.number)] * 2
    assert [row.data["changes"] for row in rows] == [["description", "external_ref", "source"], ["description"]]


@pytest.mark.parametrize("ends", ["closed", "rejected", "merged"])
def test_update_by_import_of_a_case_at_its_end_is_refused(town: Town, ends: str) -> None:
    if ends == "closed":
        case = town.closed()
    elif ends == "rejected":
        case = actions.reject(town.report(), reason="不属实", by=town.desk, at=MONDAY)
    else:
        case = actions.merge(town.report(), primary=town.report(), by=town.desk, at=MONDAY)
    assert update(case, town.desk, description=case.description) == "unchanged"
    with pytest.raises(Refused, match="内容不能再用台账更改"):
        update(case, town.desk, description="改写")
    case.refresh_from_db()
    assert case.description == "路口垃圾成堆"


LEDGER = ["来源", "问题描述", "问题类别", "位置描述", "发现时间"]
ROW = ["网格员上报", "路口垃圾成堆", "", "新华路", "2026-03-01 09:30"]


def test_import_of_a_ledger_without_numbers_twice_doubles_nothing_and_says_so(town: Town) -> None:
    assert load("cases", book(ROW, head=LEDGER), town.desk).created == 1
    case = Case.objects.get()
    seen = preview(SHEETS["cases"], book(ROW, head=LEDGER))
    warned = f"第 2 行：与已有的“{case.number}”内容相同，按已有的更新，不重复登记。"
    assert ([row.warnings for row in seen.rows], seen.counts["known"], seen.counts["new"]) == ([[warned]], 1, 0)
    again = load("cases", book(ROW, head=LEDGER), town.desk)
    assert (again.unchanged, again.created, again.warnings) == (1, 0, [warned])
    classed = [*ROW[:2], other_class().name, *ROW[3:]]
    assert load("cases", book(classed, head=LEDGER), town.desk).updated == 1
    for column, value in ((0, "志愿者上报"), (1, "路口垃圾成山"), (3, "新华南路"), (4, "2026-03-01 09:31")):
        other = [value if n == column else text for n, text in enumerate(ROW)]
        assert load("cases", book(other, head=LEDGER), town.desk).created == 1
    assert Case.objects.count() == 5


def test_import_of_equal_rows_in_one_file_enters_one(town: Town) -> None:
    rows = (ROW, ["网格员上报", "井盖破损", "", "新华路", "2026-03-01 09:30"], ROW)
    seen = preview(SHEETS["cases"], book(*rows, head=LEDGER))
    warned = "第 4 行：与第 2 行内容相同，只登记一次。"
    assert ([row.warnings for row in seen.rows], seen.counts["new"], seen.counts["known"]) == ([[], [], [warned]], 2, 1)
    done = load("cases", book(*rows, head=LEDGER), town.desk)
    assert (done.created, done.unchanged, done.warnings, done.rejected) == (2, 1, [warned], [])


def test_import_takes_equal_undated_rows_for_one_problem_only_while_it_is_open(town: Town) -> None:
    undated = [*ROW[:4], ""]
    assert [load("cases", book(undated, head=LEDGER), town.desk).created for _n in range(2)] == [1, 0]
    actions.reject(Case.objects.get(), reason="不属实", by=town.desk, at=MONDAY)
    assert load("cases", book(undated, head=LEDGER), town.desk).created == 1


def test_import_does_not_take_an_equal_problem_of_somebody_else_for_its_own(town: Town) -> None:
    town.report(source="grid", address="新华路", found_at=moment(-1, 9, 30))
    assert load("cases", book(ROW, head=LEDGER), town.desk).created == 1


def test_update_by_import_corrects_when_it_was_found_and_refuses_a_moment_after_it_was_entered(town: Town) -> None:
    case = town.report(found_at=moment(0, 8).replace(microsecond=123_456))
    assert update(case, town.desk, found_at=moment(0, 8)) == "unchanged"
    assert update(case, town.desk, found_at=moment(-1, 8)) == "updated"
    case.refresh_from_db()
    line = case.moves.last()
    assert case.found_at == moment(-1, 8) and line is not None
    assert line.note == "发现时间：由“2026-03-02 08:00:00”改为“2026-03-01 08:00:00”"
    with pytest.raises(Refused, match="不能晚于登记时间"):
        update(case, town.desk, found_at=moment(0, 12))
