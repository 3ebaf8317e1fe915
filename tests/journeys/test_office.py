"""What the office does over a year: setting a city up, taking ledgers in, changing the standard, the calendar, the people."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from tests.journeys.board import Board
from tests.journeys.test_problems import do
from yipanqi.calendar.actions import seed_calendar
from yipanqi.cases.models import Case, Report
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User
from yipanqi.standards.actions import load_standard
from yipanqi.standards.models import IssueClass

pytestmark = pytest.mark.django_db
PASSWORD = "gate-of-the-west-99"


@pytest.fixture
def board() -> Board:
    made = Board()
    made.let_everyone_in()
    return made


def book(title: str, head: list[str], *rows: list[Any]) -> SimpleUploadedFile:
    """An .xlsx as an office keeps it: a title row above the headings."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in ([title], head, *rows):
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return SimpleUploadedFile(f"{title}.xlsx", out.getvalue())


def upload(browser: Client, sheet: str, file: SimpleUploadedFile) -> dict[str, Any]:
    """The preview of a file; its token, counts and rows."""
    answer = browser.post(f"/sheets/{sheet}/", {"file": file}, follow=True)
    assert answer.status_code == 200, answer.context.get("problem")
    return {name: answer.context[name] for name in ("token", "counts", "rows")}


def take_in(browser: Client, sheet: str, file: SimpleUploadedFile) -> None:
    """Preview without a bad row, then import."""
    seen = upload(browser, sheet, file)
    assert seen["counts"]["bad"] == 0, [row for row in seen["rows"] if row["errors"]]
    answer = browser.post(f"/sheets/{sheet}/import/", {"token": seen["token"]})
    assert answer.status_code == 302, answer.context


def browser_of(user: User) -> Client:
    made = Client()
    made.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return made


def test_city_is_set_up_from_sheets_alone_and_a_problem_finds_its_unit() -> None:
    now = timezone.now()
    seed_calendar(None, by=SYSTEM, at=now)
    load_standard(None, by=SYSTEM, at=now)
    office = Unit.objects.create(code="ccb", name="创城办", kind=UnitKind.OFFICE)
    first = User.objects.create_user(username="first", password=PASSWORD)
    Appointment.objects.create(user=first, unit=office, role=Role.HEAD, starts_on=timezone.localdate())
    head = browser_of(first)
    take_in(
        head,
        "units",
        book(
            "单位一览表",
            ["编码", "单位名称", "类型"],
            ["cgj", "市城市管理局", "部门"],
            ["HW", "环卫站", "部门"],
            ["xg", "雄关街道办", "街道（镇）"],
        ),
    )
    take_in(
        head,
        "users",
        book(
            "人员名册",
            ["用户名", "姓名", "单位", "角色"],
            ["li.wei", "李伟", "环卫站", "联络员"],
            ["zhao.m", "赵敏", "创城办", "综合组（值班台）"],
        ),
    )
    square = "POLYGON((98.2 39.7, 98.4 39.7, 98.4 39.9, 98.2 39.9, 98.2 39.7))"
    take_in(
        head,
        "areas",
        book(
            "区划",
            ["区划代码", "名称", "层级", "上级代码", "属地单位", "边界"],
            ["620200", "嘉峪关市", "市", "", "", square],
            ["620200001000", "雄关街道", "街道（镇）", "620200", "雄关街道办", square],
        ),
    )
    take_in(
        head,
        "segments",
        book("路段", ["编码", "名称", "类型", "线位"], ["L1", "新华路", "主干道", "98.28,39.77;98.30,39.77"]),
    )
    take_in(
        head,
        "places",
        book("点位", ["编码", "名称", "类别", "经度", "纬度"], ["GY001", "雄关公园", "公园", "９８．２９", 39.77]),
    )
    take_in(head, "duties", book("责任清单", ["责任对象类型", "责任对象", "责任单位"], ["点位", "GY001", "环卫站"]))
    desk = browser_of(User.objects.get(username="zhao.m"))
    made = desk.post(
        "/cases/new/",
        {"source": "hotline", "description": "公园里有垃圾", "place": "GY001", "severity": "1", "issue_class": "06010"},
    )
    assert made.status_code == 302, made.context["form"].errors
    number = made.headers["Location"].strip("/").split("/")[-1]
    case = Case.objects.get(number=number)
    assert case.area is not None and case.area.name == "雄关街道"
    kind = case.issue_class or IssueClass.objects.filter(active=True).earliest("key")
    desk.post(f"/cases/{number}/moves/accept/", {"issue_class": kind.key})
    assert desk.post("/cases/bulk/", {"move": "dispatch", "number": [number]}, follow=True).context["batch"].done == 1
    assert Case.objects.get(number=number).unit == Unit.objects.get(code="HW")
    assert number in browser_of(User.objects.get(username="li.wei")).get("/inbox/").content.decode()


LEDGER = ["留言编号", "留言人", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]


def test_hotline_ledger_is_previewed_taken_in_its_bad_rows_come_back_and_are_taken_in_mended(board: Board) -> None:
    desk = board.page("desk")
    rows = [
        [
            str(n),
            f"A{n}",
            f"第{n}件",
            "2019-04-25 09:32:09",
            f"第{n}处路灯不亮",
            "已修复" if n % 2 else "",
            "2019-05-01 10:00:00" if n % 2 else "",
        ]
        for n in range(1, 21)
    ]
    rows[4][3], rows[7][4] = "某天", ""
    before = Case.objects.count()
    seen = upload(desk, "messages", book("热线台账", LEDGER, *rows))
    assert (seen["counts"]["good"], seen["counts"]["bad"]) == (18, 2) and Case.objects.count() == before
    refused = desk.post("/sheets/messages/import/", {"token": seen["token"]}, follow=True)
    assert refused.context["report"] == {"saved": False, "created": 18, "updated": 0, "unchanged": 0, "refused": 2}
    assert Case.objects.count() == before
    taken = desk.post("/sheets/messages/import/", {"token": seen["token"], "partial": "1"}, follow=True)
    assert taken.status_code == 200 and Case.objects.count() == before + 18
    returned = io.BytesIO(b"".join(desk.get(taken.context["rejected_url"]).streaming_content))
    mended = load_workbook(returned)
    sheet = mended.worksheets[0]
    titles = {cell.value: cell.column for row in sheet.iter_rows(max_row=3) for cell in row if cell.value}
    assert sheet.max_row - min(c.row for row in sheet.iter_rows() for c in row if c.value == "原因") == 2
    for line in range(1, sheet.max_row + 1):
        if sheet.cell(line, titles["留言编号"]).value == "5":
            sheet.cell(line, titles["留言时间"]).value = "2019-04-25 09:32:09"
        if sheet.cell(line, titles["留言编号"]).value == "8":
            sheet.cell(line, titles["留言详情"]).value = "第8处路灯不亮"
    out = io.BytesIO()
    mended.save(out)
    take_in(desk, "messages", SimpleUploadedFile("改好.xlsx", out.getvalue()))
    assert Case.objects.count() == before + 20 and Report.objects.filter(answered_at__isnull=False).count() == 10
    take_in(desk, "messages", book("热线台账", LEDGER, *(row for n, row in enumerate(rows) if n not in (4, 7))))
    assert Case.objects.count() == before + 20
    exported = b"".join(desk.get("/sheets/messages/export.csv").streaming_content).decode("utf-8-sig")
    assert {row["留言编号"] for row in csv.DictReader(io.StringIO(exported))} >= {str(n) for n in range(1, 21)}


def test_standard_is_copied_changed_compared_published_and_frozen_by_use(board: Board) -> None:
    head = board.page("head")
    assert head.post("/standards/editions/E2026/copy/", {"code": "E2027", "name": "2027 版"}).status_code == 302
    page = "/standards/editions/E2027/items/MK-01/change/"
    form = {f.html_name: f.value() for f in head.get(page).context["form"] if f.value() not in (None, "")}
    form = {k: v for k, v in form.items() if v is not False}
    assert head.post(page, {**form, "text": "公示投诉电话和负责人"}).status_code == 302
    assert "公示投诉电话和负责人" in head.get("/standards/editions/E2027/diff/").content.decode()
    frozen = head.get("/standards/editions/E2026/items/MK-01/change/").context["form"]
    old = {f.html_name: f.value() for f in frozen if f.value() not in (None, "")}
    assert head.post(
        "/standards/editions/E2026/items/MK-01/change/",
        {**{k: v for k, v in old.items() if v is not False}, "text": "偷改"},
    ).status_code in (409, 422)
    assert head.post("/standards/editions/E2027/moves/publish/").status_code == 302
    states = {
        row["code"]: row["state"]
        for row in Client().get("/api/v1/editions", headers=board.of_a_program("client")).json()["items"]
    }
    assert states["E2027"] == "current" and states["E2026"] != "current"


def test_calendar_sheet_shifts_the_deadlines_of_what_is_handed_over_after_it(board: Board) -> None:
    def due() -> dt.datetime:
        made = Client().post(
            "/api/v1/cases",
            json.dumps({"source": "grid", "description": "垃圾"}),
            content_type="application/json",
            headers=board.of_a_program("desk"),
        )
        number = made.json()["number"]
        do(board, "desk", number, "accept", issue_class=board.staged.key)
        found = do(board, "desk", number, "dispatch", unit="CGJ").due_at
        assert found
        return found

    before, today = due(), timezone.localdate()
    days = [[(today + dt.timedelta(days=n)).isoformat(), "否", "临时放假", "是"] for n in range(1, 15)]
    take_in(board.page("head"), "calendar-days", book("放假安排", ["日期", "是否上班", "名称", "官方公布"], *days))
    assert due() >= before + dt.timedelta(days=7)


def test_person_whose_account_is_closed_or_whose_post_is_over_is_out_at_once(board: Board) -> None:
    case = board.case_in("handling")
    chief = board.page("chief")
    assert chief.get(f"/cases/{case.number}/").status_code == 200
    post = Appointment.objects.get(user__username="chief")
    assert board.page("head").post(f"/people/appointments/{post.uuid}/end/").status_code == 302
    Appointment.objects.filter(pk=post.pk).update(
        ends_on=timezone.localdate() - dt.timedelta(days=1)
    )  # the night passes
    assert chief.get(f"/cases/{case.number}/").status_code == 403
    assert Client().get(f"/api/v1/cases/{case.number}", headers=board.of_a_program("chief")).status_code == 404
    liaison = board.page("liaison")
    assert liaison.get(f"/cases/{case.number}/").status_code == 200
    assert board.page("head").post("/people/users/liaison/account/deactivate/").status_code == 302
    assert liaison.get(f"/cases/{case.number}/").status_code == 302
    assert Client().get(f"/api/v1/cases/{case.number}", headers=board.of_a_program("liaison")).status_code == 401


def test_newcomer_signs_in_with_a_one_time_password_adds_a_second_factor_and_is_locked_out_after_guesses(
    board: Board,
) -> None:
    made = board.page("head").post(
        "/people/users/add/", {"username": "sun.li", "name": "孙丽", "unit": "HW", "role": "liaison"}
    )
    word = made.context["one_time_password"]
    cache.clear()
    browser = Client()
    assert browser.post("/accounts/login/", {"login": "sun.li", "password": word}).status_code == 302
    assert browser.get("/inbox/").headers["Location"] == "/accounts/password/change/"
    browser.post("/accounts/password/change/", {"oldpassword": word, "password1": PASSWORD, "password2": PASSWORD})
    assert browser.get("/inbox/").status_code == 200
    if browser.get("/accounts/2fa/totp/activate/").status_code == 302:
        browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    shown = re.search(r'data-copy="([A-Z2-7]+)"', browser.get("/accounts/2fa/totp/activate/").content.decode())
    assert shown
    code = auth.format_hotp_value(auth.hotp_value(shown[1], next(iter(auth.yield_hotp_counters_from_time()))))
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    browser.post("/accounts/logout/")
    cache.clear()
    second = browser.post("/accounts/login/", {"login": "sun.li", "password": PASSWORD})
    assert (
        second.headers["Location"].startswith("/accounts/2fa/authenticate/")
        and browser.get("/inbox/").status_code == 302
    )
    assert browser.post("/accounts/2fa/authenticate/", {"code": code}).headers["Location"] == "/inbox/"
    thief = Client()
    for _guess in range(5):
        thief.post("/accounts/login/", {"login": "sun.li", "password": "guess"})
    assert "已暂时锁定" in thief.post("/accounts/login/", {"login": "sun.li", "password": PASSWORD}).content.decode()
