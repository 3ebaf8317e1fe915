"""One problem after another as people live through them, each step over the page or operation they would use."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.journeys.board import Board
from yipanqi.cases.models import Case, Report
from yipanqi.files.tests.photos import jpeg
from yipanqi.places.models import Duty, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    made = Board()
    made.let_everyone_in()
    return made


def picture(name: str = "现场.jpg") -> io.BytesIO:
    file = io.BytesIO(jpeg())
    file.name = name
    return file


def do(board: Board, seat: str, number: str, verb: str, **data: Any) -> Case:
    """Make a move on the case's page, as `seat` saw it last."""
    case = Case.objects.get(number=number)
    answer = board.page(seat).post(f"/cases/{number}/moves/{verb}/", {"version": case.version, **data})
    assert answer.status_code == 302, (
        verb,
        answer.status_code,
        answer.context and answer.context.get("problem"),
        answer.context and answer.context["form"].errors,
    )
    return Case.objects.get(number=answer.headers["Location"].strip("/").split("/")[-1])


def refused(board: Board, seat: str, number: str, verb: str, **data: Any) -> str:
    """The page that says why a move is not made."""
    answer = board.page(seat).post(f"/cases/{number}/moves/{verb}/", data)
    assert answer.status_code == 422, answer.status_code
    return answer.content.decode()


def report(board: Board, text: str = "路口垃圾成堆", place: str = "MK001", **more: Any) -> str:
    """The desk writes a problem down; its number."""
    answer = board.page("desk").post(
        "/cases/new/", {"source": "hotline", "description": text, "place": place, "severity": "2", **more}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return str(answer.headers["Location"].strip("/").split("/")[-1])


def handed_over(board: Board, **more: Any) -> str:
    number = report(board, **more)
    do(board, "desk", number, "accept", issue_class=board.class_.key)
    do(board, "desk", number, "dispatch", unit="CGJ")
    return number


def mended(board: Board, **more: Any) -> str:
    number = handed_over(board, **more)
    do(board, "liaison", number, "sign")
    do(board, "liaison", number, "resolve", what_was_done="已清理", outcome="mended", photo_files=picture())
    return number


def test_resident_reports_with_photos_follows_reads_the_answer_and_rates_it(board: Board) -> None:
    resident = Client(REMOTE_ADDR="10.1.1.1")
    sent = resident.post(
        "/report/",
        {
            "text": "小区东门垃圾满了",
            "address": "新华路 1 号",
            "lon": "98.281",
            "lat": "39.771",
            "contact_name": "王女士",
            "contact_phone": "13800001111",
            "photos": [],
            "photo_files": [picture("一.jpg"), picture("二.jpg")],
        },
    )
    assert sent.status_code == 302, sent.content.decode()[:500]
    found = Report.objects.latest("id")
    page = f"/track/{found.code}/"
    assert found.code in resident.get(sent.headers["Location"]).content.decode()
    number = found.case.number
    assert "收到" in resident.get(page).content.decode()
    do(board, "desk", number, "accept", issue_class=board.class_.key)
    do(board, "desk", number, "dispatch", unit="CGJ")
    do(board, "liaison", number, "sign")
    do(
        board,
        "liaison",
        number,
        "resolve",
        what_was_done="已清运并加桶",
        outcome="mended",
        photo_files=picture("整改后.jpg"),
    )
    do(board, "inspector", number, "verify_pass", note="现场已看")
    board.page("desk").post(
        f"/cases/{number}/reports/{found.code}/answer/", {"text": "垃圾已清运，加了一个桶，谢谢您。"}
    )
    told = resident.get(page).content.decode()
    assert "加了一个桶" in told and "13800001111" not in told and "王女士" not in told
    assert Client().get(page).status_code == 200
    assert resident.post(f"{page}rate/", {"rating": "5", "note": "很快"}).status_code == 302
    again = resident.post(f"{page}rate/", {"rating": "1"})
    assert again.status_code == 409
    assert Report.objects.get(pk=found.pk).rating == 5


def test_unit_says_not_ours_the_ruling_becomes_a_rule_and_the_next_case_goes_to_the_right_unit(board: Board) -> None:
    Duty.objects.all().delete()
    where = "place=MK001&class=" + board.class_.key
    number = handed_over(board)
    do(board, "liaison", number, "dispute", reason="归环卫站管", proposed_unit="HW")
    assert "退单待裁定" in board.page("liaison").get("/inbox/").content.decode()
    do(board, "desk", number, "uphold", unit="HW", make_rule="on", note="按职责改派")
    resolved = Client().get(f"/api/v1/duties/resolve?{where}", headers=board.of_a_program("client")).json()
    assert resolved["unit"] == "HW", resolved
    following = report(board)
    do(board, "desk", following, "accept", issue_class=board.class_.key)
    assert board.page("desk").get(f"/cases/{following}/moves/dispatch/").context["form"]["unit"].value() in (
        "HW",
        board.clean,
    )
    answer = board.page("desk").post("/cases/bulk/", {"move": "dispatch", "number": [following]}, follow=True)
    assert answer.context["batch"].done == 1
    assert board.page("helper").get(f"/cases/{following}/").status_code == 200
    assert board.page("liaison").get(f"/cases/{following}/").status_code == 404


def test_unit_asks_for_time_then_for_suspension_and_goes_on_where_the_clock_stopped(board: Board) -> None:
    number = handed_over(board)
    first = do(board, "liaison", number, "sign").due_at
    do(board, "liaison", number, "ask_extension", reason="连日降雪", days="3")
    assert "已有一份申请" in refused(board, "liaison", number, "ask_extension", reason="再要", days="1")
    later = do(board, "desk", number, "grant_extension", days="2", note="同意两天").due_at
    assert first and later and later > first
    do(board, "liaison", number, "ask_suspension", reason="须待开春")
    day = timezone.localdate() + dt.timedelta(days=60)
    assert "挂账审批" in board.page("leader").get("/inbox/", follow=True).content.decode()
    hung = do(board, "leader", number, "suspend", review_on=day.isoformat())
    assert (hung.state, hung.due_at, hung.review_on) == ("suspended", None, day) and hung.time_left
    assert "挂账" in refused(board, "liaison", number, "resolve", what_was_done="偷着修了", outcome="mended")
    on = do(board, "leader", number, "resume", note="开春复工")
    assert on.state == "handling" and on.due_at and abs((on.due_at - later).total_seconds()) < 120


def test_badly_mended_goes_back_and_the_unit_may_not_verify_itself(board: Board) -> None:
    number = mended(board)
    assert "不能核查" in refused(board, "own_inspector", number, "verify_pass")
    back = do(board, "inspector", number, "verify_fail", note="墙角还有垃圾", photo_files=picture())
    assert (back.state, back.rework) == ("handling", 1)
    do(board, "liaison", number, "resolve", what_was_done="墙角也清了", outcome="mended", photo_files=picture())
    closed = do(board, "desk", number, "verify_pass")
    assert closed.state == "closed"
    again = do(board, "inspector", number, "rebound", note="又堆起来了", photo_files=picture())
    assert (again.state, again.rebound_of_id) == ("filed", closed.pk) and again.number != number
    assert again.number in board.page("desk").get(f"/cases/{number}/").content.decode()


def test_second_report_of_the_same_problem_follows_the_first_to_its_end(board: Board) -> None:
    first = handed_over(board)
    resident = Client(REMOTE_ADDR="10.1.1.2")
    sent = resident.post("/api/v1/reports", json.dumps({"text": "同一堆垃圾"}), content_type="application/json")
    assert sent.status_code == 201
    code = sent.json()["code"]
    second = Report.objects.get(code=code).case.number
    assert "不能并入自己" in refused(board, "desk", second, "merge", primary=second)
    do(board, "desk", second, "merge", primary=first)
    assert resident.get(f"/api/v1/reports/{code}").json()["state"] == "dispatched"
    do(board, "liaison", first, "sign")
    do(board, "liaison", first, "resolve", what_was_done="已清理", outcome="mended", photo_files=picture())
    do(board, "desk", first, "verify_pass")
    assert resident.get(f"/api/v1/reports/{code}").json()["state"] == "closed"
    assert (
        resident.post(
            f"/api/v1/reports/{code}/rating", json.dumps({"rating": 4}), content_type="application/json"
        ).status_code
        == 200
    )


def test_first_offence_is_warned_and_the_second_shows_the_first(board: Board) -> None:
    first = handed_over(board)
    do(board, "liaison", first, "sign")
    assert "须填写当事人" in refused(board, "liaison", first, "resolve", what_was_done="已劝导", outcome="warned")
    do(
        board,
        "liaison",
        first,
        "resolve",
        what_was_done="已劝导",
        outcome="warned",
        subject_name="老张烧烤",
        photo_files=picture(),
    )
    second = handed_over(board)
    do(board, "liaison", second, "sign")
    do(
        board,
        "liaison",
        second,
        "resolve",
        what_was_done="依法处罚",
        outcome="penalised",
        subject_name="老张 烧烤",
        photo_files=picture(),
    )
    assert first in board.page("desk").get(f"/cases/{second}/").content.decode()


def test_inspectors_round_opens_one_case_and_confirms_it_the_next_time(board: Board) -> None:
    inspector, root = board.page("inspector"), f"/m/c/{board.told['running']}/MK001/"
    assert inspector.get("/m/").status_code == inspector.get(root).status_code == 200
    before = Case.objects.count()
    failed = inspector.post(f"{root}items/MK-01/fail/", {"passed": "no", "note": "没有公示", "photo_files": picture()})
    assert failed.status_code == 302
    made = Case.objects.latest("id")
    assert (Case.objects.count(), made.place, made.source) == (
        before + 1,
        Place.objects.get(code="MK001"),
        "inspection",
    )
    inspector.post(f"{root}pass-rest/")
    assert inspector.post(f"{root}finish/").status_code == 302
    inspector.get(f"{root}?again=1")
    inspector.post(f"{root}items/MK-01/fail/", {"passed": "no", "note": "还是没有", "photo_files": picture()})
    assert Case.objects.count() == before + 1
    assert Case.objects.get(pk=made.pk).confirmations == 1
    do(board, "desk", made.number, "dispatch", unit="HW")
    do(board, "helper", made.number, "sign")
    do(board, "helper", made.number, "resolve", what_was_done="已公示", outcome="mended", photo_files=picture())
    assert inspector.get("/m/verify/").content.decode().count(made.number)
    assert inspector.post(f"/m/verify/{made.number}/", {"result": "pass", "note": "已看到"}).status_code == 302
    assert Case.objects.get(pk=made.pk).state == "closed"


def test_two_clerks_at_one_page_the_second_reads_who_was_first(board: Board) -> None:
    number = report(board)
    seen = Case.objects.get(number=number).version
    do(board, "head", number, "accept", issue_class=board.class_.key)
    assert "head" in refused(board, "desk", number, "reject", reason="不属实", version=seen)
    assert Case.objects.get(number=number).state == "filed"
