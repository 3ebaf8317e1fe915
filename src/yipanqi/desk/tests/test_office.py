"""Settings, calendar, sheets, system, search, figures, map, feedback."""

import csv
import datetime as dt
import io
import json
import re

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from yipanqi.calendar.models import CalendarDay, WorkingHours
from yipanqi.cases import actions
from yipanqi.cases.models import Report
from yipanqi.cases.tests.town import Town
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.figures import FIGURES
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.models import Delivery, JobRun, JournalEntry, OutboxEvent, Policy
from yipanqi.kernel.policy import POLICIES, policy_value
from yipanqi.places.models import Place


def test_change_policy_as_head_only(town: Town, as_: SignIn) -> None:
    address = "/settings/policies/cases.sign_hours/"
    assert as_("desk").post(address, {"value": "6"}).status_code == 403
    as_("head").post(address, {"value": "6"})
    assert policy_value("cases.sign_hours") == 6
    assert JournalEntry.objects.filter(action="desk.change_policy").exists()
    as_("head").post(address, {"value": "六"})
    as_("head").post(address, {"value": "-1"})
    assert Policy.objects.get().value == 6
    as_("head").post(address, {"default": "1"})
    assert policy_value("cases.sign_hours") == 4
    assert as_("head").post("/settings/policies/nonsense/", {"value": "6"}).status_code == 404


def test_no_span_of_time_is_so_long_that_dates_overflow() -> None:
    """A nine too many must not stop what reckons with the setting: publishing, forgetting, every hand-over."""
    spans = [key for key in POLICIES if {"days", "hours"} & set(key.replace(".", "_").split("_")) and "_per_" not in key]
    assert len(spans) > 15 and not [key for key in spans if POLICIES[key].most > 3650]
    assert POLICIES["messaging.digest_hour"].most == 23 and POLICIES["scoring.min_units"].least == 2 and POLICIES["scoring.min_cases"].least == 1


def test_a_number_that_a_setting_does_not_allow_is_not_kept(town: Town, as_: SignIn) -> None:
    assert all(spec.least <= spec.default <= spec.most for spec in POLICIES.values() if spec.kind in ("int", "float"))
    head, address = as_("head"), "/settings/policies/rechecks.verify_share_1/"
    for wrong in ("4", "101", "nan", "inf", "-0", "9" * 5000):
        assert "没有保存" in head.post(address, {"value": wrong}, follow=True).content.decode()
    assert not Policy.objects.exists()
    assert 'min="5" max="100"' in head.get("/settings/").content.decode()


def test_a_refused_setting_says_at_its_field_what_is_wrong_and_keeps_what_was_typed(town: Town, as_: SignIn) -> None:
    head = as_("head")
    for key, typed, words in [
        ("cases.sign_hours", "六小时", "只能填数字，不要带单位"), ("cases.sign_hours", "-1", "应在 0 和 3,650 之间"),
        ("burden.caps_of_units", '{"CGJ": }', "第 1 行写法有误"), ("burden.caps_of_units", "[1]", "用 { } 括起来"),
    ]:  # fmt: skip
        answer = head.post(f"/settings/policies/{key}/", {"value": typed})
        page, named = answer.content.decode(), key.replace(".", "")
        assert answer.status_code == 422 and page.count('role="alert"') == 1 and page.count("autofocus") == 1
        field = page[page.index(f'id="setting-{named}"') :].split("</form>")[0]
        assert words in field and escape(typed) in field and f'aria-describedby="wrong-{named}"' in field
    saved = head.post("/settings/policies/cases.sign_hours/", {"value": "6"})
    assert saved.url == "/settings/?saved=cases.sign_hours#setting-casessign_hours"
    page = head.get(saved.url).content.decode()
    assert page.count("data-saved") == 1 and "data-saved" in page[page.index('id="setting-casessign_hours"') :].split("</form>")[0]
    assert head.get("/settings/policies/cases.sign_hours/").url == "/settings/"


def test_a_wrong_filter_is_refused_in_plain_words(town: Town, as_: SignIn) -> None:
    page = as_("desk").get("/cases/?state=nonsense&found_from=2026-02-31").content.decode()
    assert "没有“nonsense”这个选项，请重新选择。" in page and "请填写存在的日期，如 2026-01-31。" in page


def test_settings_stand_in_groups_in_the_order_of_the_loop(town: Town, as_: SignIn) -> None:
    page = as_("head").get("/settings/")
    groups = {str(title): [row["spec"].key for row in rows] for title, rows in page.context["groups"]}
    assert groups.get("其他", []) == []
    assert list(groups)[:2] == ["城市", "各环节时限"]
    assert groups["各环节时限"][:3] == ["standards.accept_hours", "standards.dispatch_hours", "cases.sign_hours"]
    assert sorted(key for keys in groups.values() for key in keys) == sorted(POLICIES)
    assert len(set(re.findall(r'id="(policy-[^"]+)"', page.content.decode()))) == len(POLICIES)


def test_figures_stand_as_the_loop_runs(town: Town, as_: SignIn) -> None:
    keys = [one["key"] for one in as_("head").get("/figures/").context["figures"]]
    helping = [one["key"] for one in as_("head").get("/figures/?theme=helping").context["figures"]]
    assert sorted(keys + helping) == sorted(FIGURES) and not set(keys) & set(helping)
    assert as_("head").get("/figures/?theme=nonsense").status_code == 404
    assert [keys.index(f"cases.{name}") for name in ("found", "accepted", "dispatched", "closed")] == sorted(
        keys.index(f"cases.{name}") for name in ("found", "accepted", "dispatched", "closed")
    )
    assert keys[0] == "cases.found" and keys.index("inspections.visits") < keys.index("places.by_category")


def test_change_calendar(town: Town, as_: SignIn) -> None:
    head = as_("head")
    head.post("/settings/calendar/days/", {"day": "2031-01-01", "is_working": "0", "name": "元旦"})
    page = head.get("/settings/calendar/?year=2031").content.decode()
    assert "元旦" in page and "data-unannounced" in page
    head.post("/settings/calendar/days/", {"day": "2031-01-01", "clear": "1"})
    assert not CalendarDay.objects.filter(day=dt.date(2031, 1, 1)).exists()
    head.post("/settings/calendar/days/", {"day": "2031-13-01"})
    head.post(
        "/settings/calendar/hours/",
        {"unit": "CGJ", "spans": "09:00-12:00 13:00-17:00", "season_from": "05-01", "season_to": "09-30"},
    )
    assert WorkingHours.objects.get(unit="CGJ").spans == [["09:00", "12:00"], ["13:00", "17:00"]]
    head.post("/settings/calendar/hours/", {"unit": "CGJ", "spans": "17:00-12:00"})
    assert WorkingHours.objects.filter(unit="CGJ").count() == 1
    assert as_("desk").post("/settings/calendar/days/", {"day": "2031-01-01"}).status_code == 403


def test_remove_working_hours(town: Town, as_: SignIn) -> None:
    head, gone = as_("head"), "/settings/calendar/hours/remove/"
    summer = {"unit": "CGJ", "season_from": "05-01", "season_to": "09-30"}
    head.post("/settings/calendar/hours/", {**summer, "spans": "07:00-12:00"})
    head.post("/settings/calendar/hours/", {"unit": "", "spans": "08:30-12:00"})
    assert "hours/remove/" in head.get("/settings/calendar/").content.decode()
    assert as_("desk").post(gone, summer).status_code == 403
    assert head.post(gone, {**summer, "season_to": "10-01"}).status_code == 404
    assert "已删除" in head.post(gone, summer, follow=True).content.decode()
    assert not WorkingHours.objects.filter(unit="CGJ").exists()
    refused = head.post(gone, {"unit": ""}, follow=True).content.decode()
    assert "不能删除" in refused and WorkingHours.objects.filter(unit="").exists()


def sheet_file(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("日历.csv", "\n".join(["日期,是否上班,名称", *lines]).encode("utf-8-sig"), "text/csv")


def test_import_sheet_after_preview(town: Town, as_: SignIn) -> None:
    head = as_("head")
    response = head.post("/sheets/calendar-days/", {"file": sheet_file("2032-01-01,否,元旦", "2032-01-04,是,调休")}, follow=True)
    assert response.context["counts"]["good"] == 2 and not CalendarDay.objects.filter(day__year=2032).exists()
    stranger = as_("admin").post("/sheets/calendar-days/import/", {"token": response.context["token"]})
    assert stranger.status_code == 422 and not CalendarDay.objects.filter(day__year=2032).exists()
    head.post("/sheets/calendar-days/import/", {"token": response.context["token"]})
    assert CalendarDay.objects.filter(day__year=2032).count() == 2


def test_import_sheet_refuses_all_then_takes_the_good_rows(town: Town, as_: SignIn) -> None:
    head = as_("head")
    response = head.post("/sheets/calendar-days/", {"file": sheet_file("2032-01-01,否,元旦", "某一天,是,调休")}, follow=True)
    page = response.content.decode()
    assert "data-bad" in page and response.context["counts"]["bad"] == 1
    token = response.context["token"]
    faulty = head.post("/sheets/calendar-days/faulty-rows/", {"token": token})
    lines = list(openpyxl.load_workbook(io.BytesIO(b"".join(faulty.streaming_content))).active.values)
    assert [line[0] for line in lines] == ["日期", "某一天"] and lines[1][-1]
    assert not CalendarDay.objects.filter(day__year=2032).exists()
    assert as_("desk").post("/sheets/calendar-days/faulty-rows/", {"token": token}).status_code in (403, 422)
    refused = head.post("/sheets/calendar-days/import/", {"token": token})
    assert refused.status_code == 302 and not CalendarDay.objects.filter(day__year=2032).exists()
    told = head.get(refused["Location"]).content.decode()
    assert "有 1 行不能导入，什么都没有写入" in told and f'value="{token}"' in told
    taken = head.post("/sheets/calendar-days/import/", {"token": token, "partial": "1"}, follow=True)
    assert CalendarDay.objects.filter(day__year=2032).count() == 1
    result = taken.redirect_chain[-1][0]
    for _time in range(2):
        assert "新增 1 条，更新 0 条，未导入 1 条" in head.get(result).content.decode()
    assert as_("admin").get(result).status_code == 404
    again = head.post("/sheets/calendar-days/import/", {"token": token, "partial": "1"}, follow=True)
    told = again.content.decode()
    assert "data-imported" in told and result in told, "what was written is not written a second time"
    book = openpyxl.load_workbook(io.BytesIO(b"".join(head.get(taken.context["rejected_url"]).streaming_content)))
    assert [cell.value for cell in book.active[1]][-1] == "原因"
    assert as_("admin").get(taken.context["rejected_url"]).status_code == 404


def test_sheet_template_export_and_rights(town: Town, as_: SignIn) -> None:
    head = as_("head")
    CalendarDay.objects.create(day=dt.date(2032, 1, 1), is_working=False, name="元旦")
    assert head.get("/sheets/calendar-days/").status_code == 200
    openpyxl.load_workbook(io.BytesIO(b"".join(head.get("/sheets/calendar-days/template.xlsx").streaming_content)))
    text = b"".join(head.get("/sheets/calendar-days/export.csv").streaming_content).decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text)))[0]["名称"] == "元旦"
    for address in ("", "template.xlsx", "export.xlsx"):
        assert as_("liaison").get(f"/sheets/calendar-days/{address}").status_code == 403
    assert head.get("/sheets/nonsense/").status_code == 404
    assert "请先选择" in head.post("/sheets/calendar-days/", follow=True).content.decode()
    broken = head.post("/sheets/calendar-days/", {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04nonsense")}, follow=True)
    assert broken.status_code == 422 and "文件已损坏" in broken.content.decode()


def test_retry_failed_delivery(town: Town, as_: SignIn) -> None:
    event = OutboxEvent.objects.create(kind="cases.CaseClosed", at=timezone.now(), payload={})
    row = Delivery.objects.create(
        event=event, handler="x.y", state="failed", attempts=8, next_at=timezone.now(), error="Traceback: 网络不通"
    )
    assert "网络不通" in as_("admin").get("/system/").content.decode()
    assert as_("auditor").post(f"/system/deliveries/{row.pk}/retry/").status_code == 403
    admin = as_("admin")
    for words in ("已重新排队", "没有失败"):
        assert words in admin.post(f"/system/deliveries/{row.pk}/retry/", follow=True).content.decode()
    row.refresh_from_db()
    assert row.state == "waiting" and row.attempts == 0


def test_retry_job_and_verify_journal(town: Town, as_: SignIn) -> None:
    JobRun.objects.create(key="nonsense.job", due_at=timezone.now())
    admin = as_("admin")
    admin.post("/system/jobs/nonsense.job/retry/")
    assert "已不存在" in admin.get("/system/").content.decode()
    for words, language in (("清除已到保存期限的市民和当事人信息", "zh-hans"), ("Erase residents and subjects whose term is over", "en")):
        assert words in admin.get("/system/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
    admin.post("/system/journal/verify/")
    assert "日志完整" in admin.get("/system/").content.decode()
    assert as_("desk").post("/system/journal/verify/").status_code == 403


def test_search_opens_a_number_and_finds_words(town: Town, as_: SignIn) -> None:
    case = town.handling()
    assert as_("desk").get(f"/search/?q={case.number}")["Location"] == f"/cases/{case.number}/"
    assert case.number in as_("desk").get("/search/?q=垃圾").content.decode()
    page = as_("stranger").get("/search/?q=垃圾").content.decode()
    assert case.number not in page and "没有找到" in page
    assert "城管局" in as_("desk").get("/search/?q=城管").content.decode()


def test_search_by_a_residents_code_is_for_the_office(town: Town, as_: SignIn) -> None:
    report = actions.report_by_resident(None, text="垃圾没人管", by=Visitor("t"), at=timezone.now())
    assert as_("desk").get(f"/search/?q={report.code.lower()}")["Location"] == f"/cases/{report.case.number}/"
    assert as_("inspector").get(f"/search/?q={report.code}").status_code == 200


def test_figure_lists_exactly_its_records(town: Town, as_: SignIn) -> None:
    done, going = town.closed(), town.handling()
    page = as_("desk").get("/figures/cases.closed/?from=2020-01-01&to=2099-12-31")
    assert [row["number"] for row in page.context["rows"]] == [done.number] and page.context["figure"]["value"] == "1"
    page = as_("desk").get("/figures/cases.closure_rate/?from=2020-01-01&to=2099-12-31&part=denominator")
    assert {row["number"] for row in page.context["rows"]} == {done.number, going.number}
    assert page.context["figure"]["value"] == "50.0"
    line = as_("desk").get("/figures/cases.found/?from=2020-01-01&to=2099-12-31&by=unit&line=HW")
    assert not line.context["rows"]


def test_refuse_wrong_figure_address(town: Town, as_: SignIn) -> None:
    desk = as_("desk")
    assert desk.get("/figures/nonsense/").status_code == 404
    assert desk.get("/figures/cases.found/?from=2026-05-01&to=2026-04-01").status_code == 400
    assert desk.get("/figures/cases.found/?from=gestern").status_code == 400
    for address in ("/figures/", "/figures/cases.found/", "/board/"):
        page = as_("leader").get(f"{address}?from=2026-05-01&to=2026-04-01&unit=CGJ")
        words = page.content.decode()
        assert page.status_code == 400 and words.count('aria-invalid="true"') == 2, address
        assert 'value="2026-05-01"' in words and "起始日期不晚于截止日期" in words and "没有办成" not in words
    assert '<option value="CGJ" selected>' in as_("leader").get("/figures/?from=2026-05-01&to=2026-04-01&unit=CGJ").content.decode()
    assert desk.get("/figures/cases.found/?part=denominator").status_code == 404
    assert desk.get("/figures/cases.found/?by=nonsense&line=x").status_code == 404
    assert desk.get("/figures/cases.found/?cursor=nonsense").status_code == 400


def test_open_every_figure(town: Town, as_: SignIn) -> None:
    town.closed()
    desk = as_("desk")
    for key in FIGURES:
        assert desk.get(f"/figures/{key}/").status_code == 200, key


def test_export_cases_as_filtered(town: Town, as_: SignIn) -> None:
    done = town.closed()
    town.handling()
    text = b"".join(as_("desk").get("/cases/export.csv?state=closed").streaming_content).decode("utf-8-sig")
    assert [row["案件编号"] for row in csv.DictReader(io.StringIO(text))] == [done.number]
    data = b"".join(as_("desk").get("/cases/export.xlsx?state=closed").streaming_content)
    assert openpyxl.load_workbook(io.BytesIO(data)).active.max_row == 2


def test_map_points_by_filter_and_person(town: Town, as_: SignIn) -> None:
    town.report(lon=98.28, lat=39.77)
    read = lambda name, query="": json.loads(as_(name).get(f"/map/cases.geojson{query}").content)["features"]  # noqa: E731
    assert len(read("desk")) == 1 and read("liaison") == [] and read("desk", "?state=closed") == []
    assert Place.objects.count() == 0 and json.loads(as_("desk").get("/map/places.geojson").content)["features"] == []


def test_send_feedback_without_account(town: Town, client: Client) -> None:
    response = client.post("/feedback/", {"text": "表格重复填了三遍", "contact": ""})
    report = Report.objects.get()
    assert report.code in response.content.decode() and "意见建议" in report.text
    assert client.post("/feedback/", {"text": "a"}).status_code == 422
    client.post("/feedback/", {"text": "广告广告广告", "website": "http://x"})
    assert Report.objects.count() == 1
