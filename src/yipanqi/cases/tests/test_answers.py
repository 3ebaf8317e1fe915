"""What residents hear when a case ends, and that they may rate then: on the tracking page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.utils.translation import override

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.models import JournalEntry, OutboxEvent

VISITOR = Visitor("v")


def reported(text: str = "垃圾成堆") -> Report:
    made: Report = actions.report_by_resident(None, text=text, by=VISITOR, at=MONDAY)
    return made


def closed(town: Town, case: Case) -> Case:
    case = actions.accept(case, issue_class=town.class_, by=town.desk, at=MONDAY)
    case = actions.dispatch(case, unit=town.city, co_units=[town.clean], by=town.desk, at=MONDAY)
    for person in (town.liaison, town.helper):
        case = actions.sign(case, by=person, at=MONDAY)
    for person in (town.liaison, town.helper):
        case = actions.resolve(case, what_was_done="已清运", by=person, at=moment(0, 15))
    made: Case = actions.verify_pass(case, by=town.inspector, at=moment(1))
    return made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_close_answers_the_resident_who_then_rates_on_the_tracking_page(town: Town, client: Client, language: str) -> None:
    report = reported()
    page = client.get(f"/track/{report.code}/").content.decode()
    assert 'name="rating"' not in page
    with override(language):
        case = closed(town, report.case)
    page = client.get(f"/track/{report.code}/").content.decode()
    assert "您反映的“暴露垃圾”问题，已由城管局、环卫站整改，3月3日经其他工作人员核查属实，现已办结。" in page
    assert 'name="rating"' in page and "已清运" in page
    assert client.post(f"/track/{report.code}/rate/", {"rating": 5}).status_code == 302
    report.refresh_from_db()
    assert (report.rating, report.answered_at, case.first_reply_at) == (5, moment(1), moment(1))
    assert OutboxEvent.objects.filter(kind="cases.ReportAnswered").count() == 1


def test_close_answers_those_who_follow_and_leaves_given_answers(town: Town) -> None:
    first, second, third = reported(), reported(), reported()
    actions.merge(second.case, primary=first.case, by=town.desk, at=MONDAY)
    actions.answer(first, text="正在办理", by=town.desk, at=MONDAY)
    fresh = reported()
    actions.merge(fresh.case, primary=first.case, by=town.desk, at=MONDAY)
    case = closed(town, first.case)
    for report in (first, second, fresh):
        report.refresh_from_db()
        report.case.refresh_from_db()
    assert (first.answer, second.answer, fresh.answer[:5], fresh.case.first_reply_at) == ("正在办理", "正在办理", "您反映的“", moment(1))
    actions.rate(fresh, rating=4, by=VISITOR, at=moment(2))
    with pytest.raises(Refused, match="已销号，不能并入"):
        actions.merge(third.case, primary=case, by=town.desk, at=moment(2))


def test_reject_tells_those_who_follow_and_callers_too(town: Town) -> None:
    first, second = reported(), reported()
    actions.import_messages(None, rows=[(actions.Message("78", MONDAY, "垃圾成堆"), None)], by=town.desk, at=MONDAY)
    call = Report.objects.get(case__external_ref="78")
    for follower in (second, call):
        actions.merge(follower.case, primary=first.case, by=town.desk, at=MONDAY)
    case = actions.reject(first.case, reason="不属实", by=town.desk, at=moment(1))
    for report in (first, second, call):
        report.refresh_from_db()
        assert (report.answer, report.answered_at, report.case.first_reply_at) == ("不属实", moment(1), moment(1))
    assert case.first_reply_at == moment(1)
    assert OutboxEvent.objects.filter(kind="cases.ReportAnswered").count() == 3


def test_merge_of_a_rebound_into_what_it_came_back_from_is_refused(town: Town) -> None:
    again = actions.rebound(town.closed(), note="又脏了", by=town.inspector, at=moment(3))
    with pytest.raises(Refused, match="反弹后新立"):
        actions.merge(again, primary=again.rebound_of, by=town.desk, at=moment(3))


def test_fix_on_the_spot_answers_the_resident(town: Town) -> None:
    report = reported()
    case = actions.fix_on_the_spot(report.case, note="已清走", by=town.inspector, at=moment(0, 10))
    report.refresh_from_db()
    assert report.answer == "您反映的问题，工作人员已于3月2日当场处理，现已办结。感谢您的反映，欢迎评价。"
    assert case.first_reply_at == moment(0, 10)


def test_close_leaves_the_hotline_to_the_desk(town: Town) -> None:
    actions.import_messages(None, rows=[(actions.Message("77", MONDAY, "垃圾成堆"), None)], by=town.desk, at=MONDAY)
    case = closed(town, Case.objects.get(external_ref="77"))
    assert Report.objects.get(case=case).answered_at is None
    assert case in {str(title): set(cases) for title, cases, _tone in selectors.inbox(town.desk)}["待答复市民"]


def test_answer_may_be_bettered_with_a_trace_until_the_resident_rated_it(town: Town, client: Client) -> None:
    report = reported()
    for text in ("正在办理", "已经清理"):
        actions.answer(report, text=text, by=town.desk, at=moment(0, 10))
    assert [row.data["text"] for row in JournalEntry.objects.filter(action="cases.answer").order_by("id")] == ["正在办理", "已经清理"]
    actions.rate(report, rating=1, by=VISITOR, at=moment(1))
    with pytest.raises(Conflict, match="已对答复作出评价"):
        actions.answer(report, text="从来如此", by=town.desk, at=moment(2))
    client.force_login(town.head, backend="django.contrib.auth.backends.ModelBackend")
    sent = client.post(f"/api/v1/reports/{report.code}/answer", {"text": "从来如此"}, content_type="application/json")
    assert (sent.status_code, "已对答复作出评价" in sent.json()["detail"]) == (409, True)
    page = client.post(f"/cases/{report.case.number}/reports/{report.code}/answer/", {"text": "从来如此"})
    assert page.status_code == 409 and "已对答复作出评价" in page.content.decode()
    report.refresh_from_db()
    assert (report.answer, report.answered_at) == ("已经清理", moment(0, 10))
    assert JournalEntry.objects.filter(action="cases.answer").count() == 2


def test_import_of_another_reply_than_the_rated_one_is_refused(town: Town) -> None:
    first = actions.Message("79", MONDAY, "垃圾成堆", reply="已清理", replied_at=moment(0, 12))
    actions.import_messages(None, rows=[(first, None)], by=town.desk, at=moment(1))
    report = Report.objects.get(case__external_ref="79")
    actions.rate(report, rating=2, by=VISITOR, at=moment(1))
    later = replace(first, reply="从来如此", title="改了主题")
    assert actions.import_messages(None, rows=[(first, Case.objects.get())], by=town.desk, at=moment(2)) == ["unchanged"]
    [outcome] = actions.import_messages(None, rows=[(later, Case.objects.get())], by=town.desk, at=moment(2))
    assert isinstance(outcome, Conflict) and "已对答复作出评价" in str(outcome)
    report.refresh_from_db()
    assert (report.answer, report.case.title) == ("已清理", first.title or report.case.title)


def test_answer_of_a_caller_who_rated_without_one_is_given(town: Town) -> None:
    actions.import_messages(None, rows=[(actions.Message("80", MONDAY, "垃圾成堆"), None)], by=town.desk, at=MONDAY)
    closed(town, Case.objects.get(external_ref="80"))
    report = actions.rate(Report.objects.get(), rating=4, by=VISITOR, at=moment(2))
    assert actions.answer(report, text="已清理", by=town.desk, at=moment(3)).answer == "已清理"
    with pytest.raises(Conflict):
        actions.answer(report, text="已清理两次", by=town.desk, at=moment(3))
