"""Following a report by its code: every state in plain words, nothing personal, and the rating."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from yipanqi.cases import actions
from yipanqi.cases.models import Report
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.files import actions as file_actions
from yipanqi.files import intake
from yipanqi.files.models import Photo
from yipanqi.files.tests.photos import jpeg
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.policy import keep_policy
from yipanqi.portal.progress import progress_of
from yipanqi.portal.selectors import clean_code

pytestmark = pytest.mark.django_db
SECRET = "我是三单元的张三，楼道堆了东西"


@pytest.fixture
def report(town: Town) -> Report:
    made: Report = actions.report_by_resident(
        None,
        text=SECRET,
        address="三号楼",
        contact_name="张三",
        contact_phone="13800001234",
        by=Visitor("v"),
        at=MONDAY,
    )
    return made


def page_of(client: Client, report: Report) -> str:
    answer = client.get(f"/track/{report.code}/")
    assert answer.status_code == 200
    return answer.content.decode()


def handed_over(town: Town, report: Report) -> Report:
    case = actions.accept(report.case, issue_class=town.class_, by=town.desk, at=MONDAY)
    actions.dispatch(case, unit=town.city, note="内部说明", by=town.desk, at=MONDAY)
    return Report.objects.get(pk=report.pk)


def test_progress_shows_nothing_personal(client: Client, town: Town, report: Report) -> None:
    handed_over(town, report)
    page = page_of(client, report)
    for hidden in (SECRET, "张三", "13800001234", "三号楼", "内部说明", "liaison", "desk"):
        assert hidden not in page
    assert "暴露垃圾" in page and "城管局" in page


def test_progress_follows_every_state(client: Client, town: Town, report: Report) -> None:
    assert "已经收到" in page_of(client, report)
    case = actions.accept(report.case, issue_class=town.class_, by=town.desk, at=MONDAY)
    assert "正在确定由哪个单位办理" in page_of(client, report)
    case = actions.dispatch(case, unit=town.city, by=town.desk, at=MONDAY)
    assert "已经交给城管局" in page_of(client, report)
    case = actions.dispute(case, reason="不是我们的", by=town.liaison, at=MONDAY)
    assert "重新确定" in page_of(client, report)
    case = actions.overrule(case, note="是你们的", by=town.desk, at=MONDAY)
    case = actions.sign(case, by=town.liaison, at=MONDAY)
    assert "超过期限" in page_of(client, report)
    case = actions.resolve(case, what_was_done="清了", by=town.liaison, at=MONDAY)
    assert "现场核查" in page_of(client, report)
    case = actions.verify_fail(case, note="没清完", by=town.inspector, at=MONDAY)
    assert "没清完" not in page_of(client, report)
    case = actions.suspend(case, review_on=dt.date(2026, 9, 1), by=town.leader, at=MONDAY)
    assert "2026年9月1日" in page_of(client, report)
    case = actions.resume(case, by=town.leader, at=MONDAY)
    case = actions.resolve(case, what_was_done="清了", by=town.liaison, at=MONDAY)
    assert "怎么解决的" not in page_of(client, report)
    actions.verify_pass(case, by=town.inspector, at=MONDAY)
    page = page_of(client, report)
    assert "经核查属实" in page and "怎么解决的" in page and "清了" in page


def test_progress_keeps_penalties_to_itself(client: Client, town: Town, report: Report) -> None:
    case = actions.sign(handed_over(town, report).case, by=town.liaison, at=MONDAY)
    case = actions.resolve(
        case, what_was_done="已对李四罚款", outcome="penalised", subject_name="李四", by=town.liaison, at=MONDAY
    )
    actions.verify_pass(case, by=town.inspector, at=MONDAY)
    assert "李四" not in page_of(client, report)


def test_progress_of_rework_says_so(town: Town, report: Report) -> None:
    case = handed_over(town, report).case
    case = actions.sign(case, by=town.liaison, at=MONDAY)
    case = actions.resolve(case, what_was_done="清了", by=town.liaison, at=MONDAY)
    actions.verify_fail(case, note="没清完", by=town.inspector, at=MONDAY)
    assert "重新整改" in progress_of(Report.objects.get(), MONDAY).sentence


def test_progress_of_a_case_taken_back_after_a_failed_verification_says_what_holds(client: Client, town: Town, report: Report) -> None:
    case = actions.sign(handed_over(town, report).case, by=town.liaison, at=MONDAY)
    case = actions.resolve(case, what_was_done="已清理", by=town.liaison, at=MONDAY)
    case = actions.verify_fail(case, note="没清完", by=town.inspector, at=MONDAY)
    actions.withdraw(case, note="内部说明", by=town.desk, at=MONDAY)
    found = progress_of(Report.objects.get(pk=report.pk), MONDAY)
    assert "正在确定由哪个单位办理" in found.sentence and [s.title for s in found.steps if s.state == "now"] == ["受理"]
    page = page_of(client, report)
    assert "没清完" not in page and "内部说明" not in page and "已清理" not in page


def test_progress_of_a_rejected_report_gives_the_reason(client: Client, town: Town, report: Report) -> None:
    actions.reject(report.case, reason="不属于本市范围，请向县里反映", by=town.desk, at=MONDAY)
    page = page_of(client, report)
    assert "没有受理" in page and "未受理" in page


def test_progress_of_a_merged_report_follows_the_other(client: Client, town: Town, report: Report) -> None:
    actions.merge(report.case, primary=town.handling(), by=town.desk, at=MONDAY)
    assert "合在一起办理" in page_of(client, report)


def test_progress_of_a_case_mended_on_the_spot_has_no_missing_steps(town: Town, report: Report) -> None:
    actions.fix_on_the_spot(report.case, note="当场清理", by=town.desk, at=MONDAY)
    steps = progress_of(Report.objects.get(), MONDAY).steps
    assert all(step.state == "done" for step in steps) and steps[-1].title == "解决"


def test_progress_shows_published_photos_only(client: Client, town: Town, report: Report) -> None:
    photos = []
    for kind in (Photo.Kind.BEFORE, Photo.Kind.AFTER):
        photo = file_actions.add_photo(
            None, prepared=intake.prepare(ContentFile(jpeg())), kind=kind, by=town.desk, at=MONDAY
        )
        photos.append(
            file_actions.attach(
                photo, subject_kind="cases.case", subject_ref=report.case.number, by=town.desk, at=MONDAY
            )
        )
    assert str(photos[0].uuid) not in page_of(client, report)
    file_actions.publish_photo(photos[1], by=town.desk, at=MONDAY)
    page = page_of(client, report)
    assert str(photos[1].uuid) in page and str(photos[0].uuid) not in page
    file_actions.publish_photo(photos[0], by=town.desk, at=MONDAY)
    elsewhere = Client()  # another device, without the session in which the report was made
    pair = page_of(elsewhere, report)
    pair = pair[pair.index("data-published") :]
    pair = pair[: pair.index("</section>")]
    assert "整改前后" in pair and all(str(photo.uuid) in pair for photo in photos)
    for address in re.findall(r'src="(/files/[^"]+)"', pair):
        assert elsewhere.get(address).status_code == 200


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower()])
def test_track_forgives_how_a_code_is_typed(client: Client, report: Report, typed: str) -> None:
    code = report.code.lower()
    answer = client.get("/track/", {"code": typed.format(f"{code[:4]}-{code[4:]}")})
    assert answer.status_code == 302 and answer["Location"] == f"/track/{report.code}/"


def test_clean_code_reads_full_width_letters() -> None:
    assert clean_code("ａｂ２３－４５ ６7") == "AB234567"


def test_track_of_a_wrong_code_says_so(client: Client, town: Town) -> None:
    for path in ("/track/NOSUCH22/", "/report/sent/NOSUCH22/"):
        answer = client.get(path)
        assert (
            answer.status_code == 404
            and "没有查到这个查询码" in answer.content.decode()
            and "NOSUCH22" in answer.content.decode()
        )
    assert client.post("/track/NOSUCH22/rate/", {"rating": 5}).status_code == 404
    assert client.get("/track/", {"code": "--"}).status_code == 200


def test_track_is_throttled_after_many_wrong_codes(client: Client, report: Report) -> None:
    keep_policy("cases.wrong_codes_per_hour", 2, by="test", at=timezone.now())
    for _n in range(2):
        assert client.get("/track/NOSUCH22/").status_code == 404
    answer = client.get("/track/NOSUCH22/")
    assert answer.status_code == 429 and "太多了" in answer.content.decode()
    assert client.get(f"/track/{report.code}/").status_code == 200  # a right code opens, whoever else shares the address


def test_rate_once_answered(client: Client, town: Town, report: Report) -> None:
    assert 'name="rating"' not in page_of(client, report)
    assert client.post(f"/track/{report.code}/rate/", {"rating": 5}).status_code == 409
    actions.answer(report, text="已经清理干净", by=town.desk, at=MONDAY)
    page = page_of(client, report)
    assert "已经清理干净" in page and 'name="rating"' in page
    assert client.post(f"/track/{report.code}/rate/", {"note": "快"}).status_code == 422
    assert client.post(f"/track/{report.code}/rate/", {"rating": 9}).status_code == 422
    assert client.post(f"/track/{report.code}/rate/", {"rating": 4, "note": "挺快"}).status_code == 302
    rated = Report.objects.get()
    assert (rated.rating, rated.rating_note) == (4, "挺快")
    assert "您已评价" in page_of(client, report)
    assert client.post(f"/track/{report.code}/rate/", {"rating": 1}).status_code == 409
