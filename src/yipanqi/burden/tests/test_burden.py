"""What units bear: counted by figures, equal to a recount, capped, never by person; complaints that give nobody away."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from yipanqi.asking import FORMS
from yipanqi.burden import actions, jobs, selectors
from yipanqi.burden.catalogue import LOADS
from yipanqi.burden.models import Complaint
from yipanqi.burden.sources import ASKED_BACK, FORM_OF
from yipanqi.cases import actions as cases
from yipanqi.cases.models import Assignment, CaseMove
from yipanqi.cases.tests.town import Town, moment, unit
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import IdempotencyKey, JournalEntry, OutboxEvent
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging.models import Message
from yipanqi.people.models import Unit

MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
LATER = moment(40)


@pytest.fixture
def town(db: None) -> Town:
    return Town()


def busy(town: Town) -> None:
    """March: three hand-overs, two reports of mending, one sent back; April: one hand-over."""
    case = town.resolved(moment())
    case = cases.verify_fail(case, note="仍有垃圾", by=town.inspector, at=moment(1))
    cases.resolve(case, what_was_done="再次清理", by=town.liaison, at=moment(2))
    town.dispatched(moment(3), co_units=(town.clean,))
    town.dispatched(moment(32))


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_table_equals_a_recount_and_every_number_opens_its_records(town: Town) -> None:
    busy(town)
    lines = {line.code: line for line in selectors.table(MARCH, town.desk, LATER)}
    cells = {cell.load: cell for cell in lines["CGJ"].cells}
    moves = CaseMove.objects.filter(**MARCH.within("at"))
    assert cells["cases"].n == Assignment.objects.filter(unit=town.city, **MARCH.within("dispatched_at")).count() == 2
    assert cells["forms"].n == moves.filter(unit=town.city, verb__in=FORM_OF).count() == 2
    assert cells["returned"].n == moves.filter(case__unit=town.city, verb__in=ASKED_BACK).count() == 1
    assert {c.load: c.n for c in lines["HW"].cells}["cases"] == 1
    for line in lines.values():
        for cell in line.cells:
            records = LOADS[cell.load].figure.records(MARCH, Scope(unit=line.code), as_of=LATER)
            assert records.count() == cell.n, (line.code, cell.load)
    client = signed_in(town.desk)
    assert client.get(cells["forms"].url).status_code == 200
    assert lines["CGJ"].minutes == 2 * 3 + 2 * 3 + 15


def test_months_are_compared_and_a_years_trend_is_told(town: Town) -> None:
    busy(town)
    april = Period(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    cell = {line.code: {c.load: c for c in line.cells} for line in selectors.table(april, None, LATER)}["CGJ"]["cases"]
    assert (cell.n, cell.before, cell.more) == (1, 2, -1)
    rows = {row.load.figure.key: row for row in selectors.unit_rows(town.city, april, None, LATER)}
    trend = rows["burden.cases"].trend
    assert [(step.n, step.height) for step in trend[-2:]] == [(2, 100), (1, 50)] and len(trend) == 12
    page = signed_in(town.desk).get("/burden/units/CGJ/?month=2026-04").content.decode()
    assert escape(trend[-2].url) in page and "3月" in page and "2026年4月" in page
    assert signed_in(town.desk).get(trend[-2].url).status_code == 200
    fields = len(selectors.shown_fields(FORMS["cases.ResolveForm"]))
    assert selectors.fields_filled("CGJ", MARCH, None, LATER) == 2 * fields


def test_table_asks_no_more_of_the_database_for_more_units(town: Town, django_assert_max_num_queries: Any) -> None:
    town.dispatched(moment())
    with django_assert_max_num_queries(2 * len(list(LOADS.items())) + 5):
        few = len(selectors.table(MARCH, None, LATER))
    for n in range(8):
        cases.dispatch(town.filed(moment()), unit=unit(f"N{n}", f"新单位{n}"), by=town.desk, at=moment())
    with django_assert_max_num_queries(2 * len(list(LOADS.items())) + 5):
        assert len(selectors.table(MARCH, None, LATER)) == few + 8


def test_units_see_themselves_alone(town: Town) -> None:
    busy(town)
    assert {line.code for line in selectors.table(MARCH, town.liaison, LATER)} == {"CGJ"}
    assert selectors.unit_visible_to(town.liaison, "HW") is None
    client = signed_in(town.liaison)
    page = client.get("/burden/mine/?month=2026-03").content.decode()
    assert "城管局" in page and "不是对任何人的计时" in page
    assert client.get("/burden/units/HW/").status_code == 404 and client.get("/burden/").status_code == 403
    assert signed_in(town.inspector).get("/burden/mine/").status_code == 403


def test_no_page_or_answer_about_burden_names_a_person(town: Town) -> None:
    busy(town)
    client = signed_in(town.desk)
    texts = [client.get(path).content.decode() for path in ("/burden/?month=2026-03", "/burden/units/CGJ/?month=2026-03", "/api/v1/burden/units?month=2026-03")]
    for text in texts:
        assert "CGJ" in text and "liaison" not in text and "helper" not in text


def test_the_office_hears_once_of_a_unit_over_its_cap_and_the_unit_does_not(town: Town) -> None:
    keep_policy("burden.cap_forms", 1, by="test", at=moment())
    keep_policy("burden.caps_of_units", {"HW": {"cases": 5}, "CGJ": {"cases": 1}}, by="test", at=moment())
    busy(town)
    for _n in range(2):
        jobs.tell_of_burden(moment(20))
    told = Message.objects.filter(kind="burden.over_cap")
    assert {m.to.username for m in told if m.to} == {"desk", "head"} and told.count() == 4
    assert any("填写表单" in m.words and "城管局" in m.words for m in told)
    over = selectors.excesses(selectors.table(MARCH, None, LATER), MARCH, LATER)
    assert {(one.line.code, one.cell.load) for one in over} == {("CGJ", "forms"), ("CGJ", "cases")}
    assert any(part.label for one in over for part, _url in one.parts)
    for url in [url for one in over for _part, url in one.parts]:
        assert signed_in(town.desk).get(url).status_code == 200, url
    assert "超过上限的单位" in signed_in(town.desk).get("/burden/?month=2026-03").content.decode()


def test_every_kind_has_a_figure_a_cap_and_an_estimate() -> None:
    for key, load in LOADS.items():
        assert FIGURES[f"burden.{key}"] is load.figure and "unit" in load.figure.breakdowns
        assert float(load.minutes.default) > 0 and int(load.cap.default) >= 0


# ----- complaints -----


def test_an_anonymous_complaint_gives_nobody_away(town: Town) -> None:
    for n in range(5):
        Unit.objects.create(code=f"D{n}", name=f"部门{n}", kind="department")
    client = signed_in(town.liaison)
    page = client.post("/burden/complain/", {"text": "同一件事填了两遍", "page": "/cases/2026-000012/resolve/"}).content.decode()
    made = Complaint.objects.get()
    assert made.code in page and made.by is None and made.unit is None and made.unit_kind == "department"
    assert timezone.localtime(made.sent_at).time() == dt.time() and made.page == "/cases/…/resolve/"
    row = JournalEntry.objects.get(action="burden.complain")
    assert row.actor == "visitor:anonymous" and row.unit == "" and row.data["text"] == "***" and row.data["page"] == "***"
    traces = [str(e.__dict__) for e in (*JournalEntry.objects.exclude(action__startswith="messaging"), *OutboxEvent.objects.all())]
    assert not any("liaison" in trace for trace in traces)
    assert "城管局" not in signed_in(town.desk).get(f"/burden/complaints/{made.code}/").content.decode().split('id="content"')[1]


def test_the_page_says_what_stays_of_an_anonymous_complaint(town: Town) -> None:
    page = signed_in(town.liaison).get("/burden/complain/").content.decode()
    assert "操作日志和发给创城办的消息还记下有人提交的时刻" in page and "仍有可能猜到是谁" in page
    made = actions.complain(None, text="太多了", by=Visitor(), at=moment(0, 10))
    row = JournalEntry.objects.get(action="burden.complain")
    assert row.at == moment(0, 10) != made.sent_at, "the page, ADR 25 and the guides say so"


def test_a_key_sent_with_an_anonymous_complaint_does_not_keep_its_code(town: Town) -> None:
    client = signed_in(town.liaison)
    for signed in (False, True):
        answer = client.post("/api/v1/burden/complaints", {"text": "太多了", "signed": signed}, content_type="application/json", headers={"Idempotency-Key": f"k{signed}"})
        assert answer.status_code == 201
        kept = IdempotencyKey.objects.filter(key=f"k{signed}")
        assert kept.exists() is signed and all(answer.json()["code"] in bytes(row.body).decode() for row in kept)


def test_an_anonymous_complaint_sent_again_is_entered_once_and_names_nobody(town: Town) -> None:
    def send(by: object, text: str = "太多了", key: str = "4f9c") -> Any:
        return signed_in(by).post("/api/v1/burden/complaints", {"text": text}, content_type="application/json", headers={"Idempotency-Key": key})

    first, again = send(town.liaison), send(town.liaison)
    assert (first.status_code, again.status_code) == (201, 201) and first.json()["code"] == again.json()["code"]
    assert Complaint.objects.count() == 1 and JournalEntry.objects.filter(action="burden.complain").count() == 1
    assert Message.objects.filter(kind="burden.complaint", to=town.head).count() == 1
    assert send(town.liaison, "另一件事").status_code == 409 and Complaint.objects.count() == 1
    assert send(town.stranger).json()["code"] != first.json()["code"], "another's key is another key"
    assert send(town.liaison, key="5a").status_code == 201 and Complaint.objects.count() == 3
    traces = [str(row.__dict__) for row in (*Complaint.objects.all(), *IdempotencyKey.objects.all(), *JournalEntry.objects.filter(action__startswith="burden"))]
    assert not any(word in trace for trace in traces for word in ("liaison", "4f9c"))
    jobs.forget_repeats(timezone.now() + dt.timedelta(days=29))
    assert Complaint.objects.filter(once__isnull=False).count() == 3
    jobs.forget_repeats(timezone.now() + dt.timedelta(days=32))
    assert not Complaint.objects.filter(once__isnull=False).exists() and not Complaint.objects.exclude(once_for="").exists()


def test_kinds_of_few_units_stay_unsaid(town: Town) -> None:
    assert selectors.kind_of_unit(town.liaison) == "" and selectors.kind_of_unit(town.desk) == ""


def test_a_signed_complaint_is_answered_by_a_message_and_may_be_pressed(town: Town) -> None:
    made = actions.complain(None, text="检查太多", page="/m/", by=town.liaison, at=moment())
    assert made.by == town.liaison and made.unit == town.city
    assert Message.objects.filter(kind="burden.complaint").count() == 2
    with pytest.raises(NotAllowed):
        actions.answer_complaint(made, text="x", by=town.liaison, at=moment())
    made = actions.answer_complaint(made, text="下月起合并", by=town.desk, at=moment(1))
    assert Message.objects.get(kind="burden.answer").to == town.liaison
    with pytest.raises(WrongState):
        actions.answer_complaint(made, text="再答", by=town.desk, at=moment(1))
    made = actions.press_complaint(made, text="还是太多", by=town.liaison, at=moment(2))
    assert made.state == "waiting" and "还是太多" in made.text
    with pytest.raises(Refused):
        actions.complain(None, text="  ", by=Visitor(), at=moment())


def test_the_code_opens_an_anonymous_complaint_and_a_signed_one_stays_with_its_writer(town: Town) -> None:
    secret = actions.complain(None, text="太多了", by=Visitor(), at=moment())
    signed = actions.complain(None, text="检查太多", by=town.liaison, at=moment())
    other = signed_in(town.stranger)
    assert other.get("/burden/complaints/", {"code": secret.code.lower()}, follow=True).status_code == 200
    assert other.get(f"/burden/complaints/{signed.code}/").status_code == 404
    assert "查询码" in other.get("/burden/complaints/", {"code": "NOPE"}, follow=True).content.decode()
    assert signed_in(town.liaison).get(f"/burden/complaints/{signed.code}/").status_code == 200
    assert [row.code for row in selectors.complaints_visible_to(town.stranger)] == []


def test_every_staff_page_has_the_entry(town: Town) -> None:
    for user, path in ((town.liaison, "/inbox/"), (town.inspector, "/m/")):
        assert "/burden/complain/?page=" in signed_in(user).get(path).content.decode()
    assert Client().get("/burden/complain/").status_code == 302


# ----- forms -----


def test_forms_past_their_day_are_flagged_and_renewed_for_a_year_at_most(town: Town) -> None:
    late = dt.datetime(2028, 1, 10, 9, tzinfo=dt.UTC)
    assert all(one.expired for one in selectors.register(late.date()))
    jobs.tell_of_burden(late)
    assert Message.objects.filter(kind="burden.form_expired", to=town.head).count() == len(FORMS)
    renewed = {"key": "cases.ResolveForm", "why": "销号必须", "by": town.head, "at": late}
    with pytest.raises(Refused):
        actions.renew_form(None, until=dt.date(2030, 1, 1), **renewed)
    with pytest.raises(NotAllowed):
        actions.renew_form(None, until=dt.date(2028, 12, 1), **renewed | {"by": town.desk})
    actions.renew_form(None, until=dt.date(2028, 12, 1), **renewed)
    assert {one.asked.key for one in selectors.register(late.date()) if not one.expired} == {"cases.ResolveForm"}


def test_the_register_is_shown_and_exported(town: Town) -> None:
    client = signed_in(town.liaison)
    assert "反馈整改" in client.get("/burden/forms/").content.decode()
    book = client.get("/burden/forms.xlsx")
    assert book.status_code == 200 and book.content[:2] == b"PK" and io.BytesIO(book.content).getbuffer().nbytes > 5_000
    rows = client.get("/api/v1/burden/forms").json()
    assert len(rows) == sum(len(asked.fields) for asked in FORMS.values()) and all(row["reason"] for row in rows)
    head = signed_in(town.head)
    answer = head.post("/burden/forms/renew/mobile/fail.html/", {"until": timezone.localdate() + dt.timedelta(days=300), "why": "现场必需"})
    assert answer.status_code == 302 and client.get("/burden/forms/renew/cases.ResolveForm/").status_code == 403



# ----- for everybody -----


def test_the_years_report_tells_sums_and_no_unit(town: Town) -> None:
    busy(town)
    report = selectors.year_report(2026, LATER)
    sums = {line.load.figure.key: (line.n, line.before) for line in report["lines"]}
    assert sums["burden.cases"] == (4, 0) and sums["burden.forms"] == (2, 0)
    page = Client().get("/about/burden/?year=2026").content.decode()
    assert "基层减负报告" in page and "城管局" not in page


def test_api_answers_as_the_pages_do(town: Town) -> None:
    busy(town)
    desk, liaison = signed_in(town.desk), signed_in(town.liaison)
    listed = desk.get("/api/v1/burden/units?month=2026-03").json()
    assert {row["unit"] for row in listed} == {"CGJ", "HW"} and {row["unit"] for row in liaison.get("/api/v1/burden/units?month=2026-03").json()} == {"CGJ"}
    made = liaison.post("/api/v1/burden/complaints", {"text": "太多"}, content_type="application/json")
    code = made.json()["code"]
    assert made.status_code == 201 and Complaint.objects.get(code=code).by is None
    answered = desk.post(f"/api/v1/burden/complaints/{code}/moves/answer_complaint", {"text": "改"}, content_type="application/json")
    assert answered.json()["state"] == "answered"
    assert liaison.post(f"/api/v1/burden/complaints/{code}/moves/press_complaint", {"text": "没改"}, content_type="application/json").json()["state"] == "waiting"
    assert desk.get("/api/v1/burden/complaints?count=true").json()["count"] == 1 and liaison.get("/api/v1/burden/complaints").json()["items"] == []
    assert desk.get("/api/v1/burden/units?month=2026-13").status_code in (400, 422)
