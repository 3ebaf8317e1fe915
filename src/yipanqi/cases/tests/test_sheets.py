"""Ledgers of cases and hotline messages."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case, Report
from yipanqi.cases.sheets import MessageSheet
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry, OutboxEvent
from yipanqi.places import actions as places
from yipanqi.places.models import Area
from yipanqi.sheets import SHEETS, export, run_import
from yipanqi.sheets import Report as ImportReport

HEAD = ["留言编号", "留言人", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]


def book(*rows: list[Any], head: list[str] = HEAD) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def load(name: str, file: io.BytesIO, by: Any, partial: bool = False) -> ImportReport:
    return run_import(SHEETS[name], file, partial=partial, dry_run=False, by=by, at=MONDAY)


def test_import_messages_makes_answered_hotline_cases(town: Town) -> None:
    rows = (["2549", "A00045581", "物业问题", "2019-04-25 09:32:09", "小区物业管理混乱", "已处理", "2019-05-10 14:56:53"],
            ["2550", "A0002", "路没修好", "2019-04-26 10:00:00", "路挖了一年", "", ""])  # fmt: skip
    report = load("messages", book(*rows), town.desk)
    assert (report.created, report.saved, report.rejected) == (2, True, [])
    case = Case.objects.get(external_ref="2549")
    assert (case.number, case.source, case.state, case.title) == ("2019-000001", "hotline", "closed", "物业问题")
    assert case.closed_at and case.closed_at.isoformat() == "2019-05-10T06:56:53+00:00" and case.stage_due_at is None
    assert case.reported_at.isoformat() == "2019-04-25T01:32:09+00:00"
    sent = case.reports.get()
    assert (sent.answer, sent.contact_name, case.first_reply_at) == ("已处理", "A00045581", sent.answered_at)
    waiting = Case.objects.get(external_ref="2550")
    assert (waiting.state, waiting.first_reply_at, waiting.closed_at) == ("reported", None, None)
    assert dt.datetime.fromisoformat(waiting.moves.get().data["stage_due"]) == waiting.stage_due_at
    groups = {str(title): list(found) for title, found, _tone in selectors.inbox(town.desk)}
    assert groups["待受理"] == [waiting] and groups["待答复市民"] == []
    assert "A00045581" not in str(list(JournalEntry.objects.values_list("data", flat=True)))


def test_import_messages_answered_is_history_that_no_rate_of_ours_counts(town: Town, client: Client) -> None:
    load("messages", book(["1", "甲", "题", "2019-04-25 09:32:09", "内容", "办好了", "2019-05-01 10:00:00"]), town.desk)
    period = Period(dt.date(2019, 1, 1), dt.date(2019, 12, 31))
    values = {key: FIGURES[f"cases.{key}"].value(period, Scope(), MONDAY) for key in ("closed", "closure_rate", "rework_rate", "on_time_rate")}
    assert values["closed"].value == 1
    assert [values[key].denominator for key in ("closure_rate", "rework_rate", "on_time_rate")] == [0, 0, 0]
    page = client.get(f"/track/{Report.objects.get().code}/").content.decode()
    assert "办好了" in page and "已销号" in page
    case = Case.objects.get()
    client.force_login(town.desk)
    assert "办好了" in client.get(f"/cases/{case.number}/").content.decode()
    again = actions.rebound(case, note="又犯了", by=town.inspector, at=MONDAY)
    assert (again.state, again.rebound_of) == ("filed", case)


def test_import_of_a_reply_without_its_date_counts_in_no_first_reply(town: Town) -> None:
    undated = ["1", "甲", "题", "2019-04-25 09:32:09", "内容", "办好了", ""]
    late = ["2", "乙", "题", "2019-04-25 09:32:09", "内容", "", ""]
    load("messages", book(undated, late), town.desk)
    load("messages", book([*late[:5], "也办好了", ""]), town.desk)
    assert set(Case.objects.values_list("first_reply_at", flat=True)) == {None}
    assert not any(found for title, found, _tone in selectors.inbox(town.desk) if str(title) == "待答复市民")
    period = Period(dt.date(2019, 1, 1), MONDAY.date())
    assert FIGURES["cases.first_reply"].value(period, Scope(), MONDAY).n == 0
    out = io.BytesIO()
    export(SHEETS["messages"], SHEETS["messages"].rows(town.desk), out)
    out.seek(0)
    assert load("messages", out, town.desk).unchanged == 2
    assert load("messages", book([*undated[:6], "2019-05-10 14:56:53"]), town.desk).updated == 1
    case = Case.objects.get(external_ref="1")
    assert case.first_reply_at and case.first_reply_at == case.reports.get().answered_at


def test_import_messages_again_changes_nothing_and_takes_late_replies(town: Town) -> None:
    row = ["1", "甲", "题", "2019-04-25 09:32:09", "内容", "", ""]
    load("messages", book(row), town.desk)
    assert load("messages", book(row), town.desk).unchanged == 1
    answered = [*row[:5], "办好了", "2019-05-01 10:00:00"]
    assert load("messages", book(answered), town.desk).updated == 1
    assert load("messages", book(answered), town.desk).unchanged == 1
    assert Report.objects.get().answer == "办好了"
    assert Case.objects.get().state == "reported"  # the desk may be at work on it: it decides


def test_import_messages_refuses_rows_that_cannot_be(town: Town) -> None:
    early = ["1", "甲", "题", "2019-04-25 09:32:09", "内容", "办好了", "2019-04-01 10:00:00"]
    future = ["2", "乙", "题", "2030-04-25 09:32:09", "内容", "", ""]
    good = ["3", "丙", "题", "2019-04-25 09:32:09", "内容", "", ""]
    report = load("messages", book(early, future, good), town.desk, partial=True)
    assert report.created == 1
    assert [r.errors[0][1] for r in report.rejected] == ["第 2 行：答复时间早于受理时间，请更正。", "第 3 行：受理时间晚于现在，请更正。"]


def test_import_messages_leaves_what_single_reports_leave(town: Town) -> None:
    load("messages", book(["1", "甲", "", "2026-03-02 08:00:00", "内容一", "", ""]), town.desk)
    made = Case.objects.get()
    single = town.report(made.reported_at, source="hotline", description="内容一", external_ref="x")
    same = ("state", "severity", "title", "description", "stage_started_at", "stage_due_at", "found_at", "version", "closing_condition")
    assert [getattr(made, f) for f in same] == [getattr(single, f) for f in same]
    assert [(m.verb, m.source, m.target, m.public) for m in made.moves.all()] == [(m.verb, m.source, m.target, m.public) for m in single.moves.all()]
    assert set(OutboxEvent.objects.values_list("kind", flat=True)) >= {"cases.CaseReported", "cases.ReportReceived"}


def test_import_messages_by_a_unit_is_refused(town: Town) -> None:
    with pytest.raises(Exception, match="综合组"):
        load("messages", book(["1", "甲", "题", "2019-04-25 09:32:09", "内容", "", ""]), town.liaison)


def test_export_of_messages_reads_back_unchanged(town: Town) -> None:
    load("messages", book(["1", "甲", "题", "2019-04-25 09:32:09", "内容", "办好了", "2019-05-01 10:00:00"]), town.desk)
    out = io.BytesIO()
    export(SHEETS["messages"], SHEETS["messages"].rows(town.desk), out)
    out.seek(0)
    assert load("messages", out, town.desk).unchanged == 1
    assert list(MessageSheet().rows(town.liaison)) == []


def test_import_cases_enters_new_and_updates_known(town: Town) -> None:
    head = ["案件编号", "来源", "来源编号", "问题描述", "问题类别", "经度", "纬度"]
    file = book(["", "网格员上报", "G1", "井盖破损", "暴露垃圾", "98.29", "39.77"], head=head)
    assert load("cases", file, town.desk).created == 1
    case = Case.objects.get()
    assert (case.severity, case.issue_class, case.cell != "") == (2, town.class_, True)
    again = book(["", "网格员上报", "G1", "井盖破损严重", "暴露垃圾", "98.29", "39.77"], head=head)
    assert load("cases", again, town.desk).updated == 1
    out = io.BytesIO()
    export(SHEETS["cases"], SHEETS["cases"].rows(town.desk), out)
    out.seek(0)
    assert load("cases", out, town.desk).unchanged == 1
    unknown = load("cases", book(["2026-000099", "网格员上报", "", "x", "", "", ""], head=head), town.desk)
    assert "没有编号为“2026-000099”的案件" in unknown.rejected[0].errors[0][1]


def test_import_messages_in_bulk_is_fast(town: Town) -> None:
    rows = [[str(i), f"A{i}", f"题{i}", "2019-04-25 09:32:09", f"内容{i}", "办好了", "2019-05-01 10:00:00"] for i in range(600)]
    began = dt.datetime.now(dt.UTC)
    assert load("messages", book(*rows), town.desk).created == 600
    assert (dt.datetime.now(dt.UTC) - began).total_seconds() < 6


def test_a_case_outside_the_drawn_city_is_told_on_its_row(town: Town) -> None:
    edge = {"type": "Polygon", "coordinates": [[[98, 39.5], [98.6, 39.5], [98.6, 40], [98, 39.5]]]}
    Area.objects.update(boundary=None)
    places.add_area(None, code="620200", name="本市", level="city", boundary=edge, by=SYSTEM, at=MONDAY)
    head = ["来源", "问题描述", "经度", "纬度"]
    report = load("cases", book(["检查发现", "垃圾成堆", "116.4", "39.9"], ["检查发现", "没有坐标", "", ""], head=head), town.desk)
    assert report.warnings == ["第 2 行“经度”：坐标不在本市范围内，请核对。"] and report.created == 2
