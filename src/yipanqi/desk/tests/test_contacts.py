"""Who reported is starred until the office asks, one report at a time; every look and every sheet taken out leaves a trace."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from yipanqi.cases import actions
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.town import Town, moment
from yipanqi.config.commands import export_command
from yipanqi.kernel.actions import Conflict, NotAllowed
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.models import IdempotencyKey, JournalEntry
from yipanqi.sheets import SHEETS, export

SignIn = Callable[[str], Client]
PHONE, NAME = "13987654321", "赵秘密"


@pytest.fixture
def report(town: Town) -> Report:
    made: Report = actions.report_by_resident(
        None, text="垃圾没人管", contact_name=NAME, contact_phone=PHONE, by=Visitor("t"), at=moment()
    )
    return made


def seen(text: str) -> tuple[bool, bool]:
    return PHONE in text, NAME in text


@pytest.mark.parametrize("role", ["desk", "head"])
def test_reveal_contact_shows_it_once_and_is_written_down(report: Report, as_: SignIn, role: str) -> None:
    page = f"/cases/{report.case.number}/"
    shown = as_(role).get(page).content.decode()
    assert seen(shown) == (False, False) and "139****4321" in shown and "赵**" in shown
    address = f"{page}reports/{report.code}/contact/"
    told = as_(role).post(address, headers={"HX-Request": "true"})
    assert seen(told.content.decode()) == (True, True) and "已留痕" in told.content.decode()
    assert "no-store" in told.headers["Cache-Control"]
    row = JournalEntry.objects.get(action="cases.reveal_contact")
    assert (row.subject, row.actor) == (report.code, f"user:{role}") and PHONE not in str(row.data)
    assert seen(as_(role).post(address, follow=True).content.decode()) == (True, True)
    assert seen(as_(role).get(page).content.decode()) == (False, False)
    assert as_(role).get(address).status_code == 405


def test_reveal_contact_repeated_under_a_key_asks_for_the_right_again(report: Report, as_: SignIn, town: Town) -> None:
    def ask() -> HttpResponse:
        return as_("desk").post(f"/api/v1/reports/{report.code}/contact", headers={"Idempotency-Key": "k1"})

    first, again = ask(), ask()
    assert first.json() == again.json() == {"name": NAME, "phone": PHONE}
    assert "no-store" in first["Cache-Control"] and "Idempotency-Replayed" not in again
    assert JournalEntry.objects.filter(action="cases.reveal_contact").count() == 2
    assert not any(seen(bytes(body).decode()) != (False, False) for body in IdempotencyKey.objects.values_list("body", flat=True))
    town.desk.appointments.update(ends_on=moment(-400).date())
    assert ask().status_code == 403
    assert JournalEntry.objects.filter(action="cases.reveal_contact").count() == 2


@pytest.mark.parametrize("role", ["auditor", "leader", "inspector", "liaison"])
def test_reveal_contact_is_for_the_office(report: Report, as_: SignIn, role: str) -> None:
    answer = as_(role).post(f"/cases/{report.case.number}/reports/{report.code}/contact/")
    api = as_(role).post(f"/api/v1/reports/{report.code}/contact")
    assert answer.status_code in (403, 404) and api.status_code == 403
    assert not JournalEntry.objects.filter(action="cases.reveal_contact").exists()


def test_reveal_contact_of_another_case_or_of_none_is_refused(town: Town, report: Report, as_: SignIn) -> None:
    other: Case = town.report()
    assert as_("desk").post(f"/cases/{other.number}/reports/{report.code}/contact/").status_code == 404
    silent = actions.report_by_resident(None, text="积水", by=Visitor("t"), at=moment())
    with pytest.raises(Conflict, match="没有留下联系方式"):
        actions.reveal_contact(silent, by=town.desk, at=moment())
    with pytest.raises(NotAllowed):
        actions.reveal_contact(silent, by=town.people["grid"], at=moment())


def test_api_reveals_a_contact_to_the_office(report: Report, as_: SignIn) -> None:
    told = as_("head").post(f"/api/v1/reports/{report.code}/contact").json()
    assert told == {"name": NAME, "phone": PHONE}
    assert JournalEntry.objects.get(action="cases.reveal_contact").actor == "user:head"


def test_export_is_written_down_with_sheet_and_rows(town: Town, as_: SignIn, tmp_path: Path) -> None:
    town.report(), town.report()
    as_("desk").get("/sheets/cases/export.csv")
    as_("desk").get("/cases/export.csv")
    assert export_command.run(argparse.Namespace(sheet="cases", file=tmp_path / "out.csv", full=False)) == 0
    rows = JournalEntry.objects.filter(action="desk.note_export").order_by("id")
    assert [(row.actor, row.data) for row in rows] == [
        ("user:desk", {"sheet": "cases", "rows": 2}),
        ("user:desk", {"sheet": "case_list", "rows": 2}),
        ("system", {"sheet": "cases", "rows": 2}),
    ]


@pytest.mark.parametrize("full", [False, True])
def test_export_by_command_stars_contacts_unless_they_are_asked_for(town: Town, tmp_path: Path, full: bool) -> None:
    actions.import_messages(None, rows=[(message(), None)], by=town.desk, at=moment())
    assert export_command.run(argparse.Namespace(sheet="messages", file=tmp_path / "out.csv", full=full)) == 0
    assert seen((tmp_path / "out.csv").read_text("utf-8-sig")) == (full, full)
    row = JournalEntry.objects.get(action="desk.note_export")
    assert (row.actor, row.data) == ("system", {"sheet": "messages", "rows": 1} | ({"full": True} if full else {}))


@pytest.mark.parametrize(("role", "full"), [("desk", True), ("grid", False)])
def test_export_of_messages_stars_contacts_for_who_may_not_see_them(
    town: Town, role: str, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.import_messages(None, rows=[(message(), None)], by=town.desk, at=moment())
    monkeypatch.setattr("yipanqi.cases.selectors.reports_visible_to", lambda user: Report.objects.all())
    out = io.BytesIO()
    export(SHEETS["messages"], SHEETS["messages"].rows(town.people[role]), out, "csv")
    assert seen(out.getvalue().decode("utf-8-sig")) == (full, full)


def message() -> actions.Message:
    return actions.Message(
        number="1",
        author=NAME,
        phone=PHONE,
        title="题",
        received_at=moment(),
        text="内容",
        address="",
        reply="",
        replied_at=None,
    )
