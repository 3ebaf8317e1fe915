"""The same ledger imported by two people at the same moment is entered once."""

from __future__ import annotations

from typing import Any

import pytest

from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.test_race import at_once
from yipanqi.cases.tests.test_sheets import book, load
from yipanqi.cases.tests.town import Town

UNNUMBERED = ["来源", "问题描述", "发现时间"]


@pytest.mark.django_db(transaction=True)
def test_import_of_cases_without_numbers_by_two_at_once_enters_each_once() -> None:
    town, reports = Town(), list[Any]()
    rows = [["检查发现", f"第{n}处垃圾", "2026-02-24 09:30:00"] for n in range(12)]
    for _round in range(2):
        runs = [lambda by=by: reports.append(load("cases", book(*rows, head=UNNUMBERED), by)) for by in (town.desk, town.head)]  # type: ignore[misc]
        assert at_once(*runs) == ["done", "done"]
    assert Case.objects.count() == 12 and [bool(report.rejected) for report in reports] == [False] * 4
    assert sum(report.created for report in reports) == 12


@pytest.mark.django_db(transaction=True)
def test_import_of_messages_by_two_at_once_enters_each_once() -> None:
    town, reports = Town(), list[Any]()
    rows = [[f"热{n}", "张三", f"第{n}件", "2019-04-25 09:32:09", f"第{n}处路灯不亮", "", ""] for n in range(12)]
    runs = [lambda by=by: reports.append(load("messages", book(*rows), by)) for by in (town.desk, town.head)]  # type: ignore[misc]
    assert at_once(*runs) == ["done", "done"]
    assert (Case.objects.count(), Report.objects.count()) == (12, 12)
    assert sorted(report.created for report in reports) == [0, 12]
