"""The preview between upload and import: an address that can be reloaded, gone back to and told what became of its file."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yipanqi.calendar.models import CalendarDay
from yipanqi.cases.tests.town import Town
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.people.models import Role, User
from yipanqi.sheets import SHEETS
from yipanqi.sheets.held import KEEP_S, held, hold, noted

DAYS = "日期,是否上班,名称\n2032-01-01,否,元旦\n2032-01-04,是,调休\n"


def upload(client: Client, words: str = DAYS, sheet: str = "calendar-days", **more: Any) -> str:
    """The address that a sent file leads to."""
    answer = client.post(f"/sheets/{sheet}/", {"file": SimpleUploadedFile("日历.csv", words.encode()), **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def token_of(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1]


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_sent_file_leads_to_a_preview_that_can_be_reloaded(town: Town, as_: SignIn, name: str) -> None:
    sheet = SHEETS[name]
    town.people["centre"] = centre = User.objects.create_user("centre")
    centre.appointments.create(unit=town.office, role=Role.CENTRE, starts_on=dt.date(2020, 1, 1))
    by = next(who for who in town.people if town.people[who].has_perm(sheet.permission))
    client, titles = as_(by), ",".join(str(column.title) for column in sheet.columns)
    address = upload(client, f"{titles}\n{',' * (len(sheet.columns) - 1)}x\n", name)
    assert address.startswith(f"/sheets/{name}/preview/")
    for _time in range(2):
        page = client.get(address)
        assert page.status_code == 200 and page.context["counts"]["rows"] == 1 and "日历.csv" in page.content.decode()


def test_preview_is_open_to_its_sender_for_its_sheet_only(town: Town, as_: SignIn) -> None:
    address = upload(as_("head"))
    for client, other in ((as_("admin"), address), (as_("head"), address.replace("calendar-days", "places"))):
        for page in (other, other.replace("/preview/", "/columns/")):
            told = client.get(page)
            assert told.status_code == 422 and "counts" not in told.context, page
            assert "已过期，或者不是您上传的" in told.content.decode() and 'type="file"' in told.content.decode()
    assert as_("liaison").get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_preview_of_an_imported_file_says_so_and_offers_no_second_import(town: Town, as_: SignIn) -> None:
    head = as_("head")
    address = upload(head)
    head.post("/sheets/calendar-days/import/", {"token": token_of(address)})
    for page in (address, address.replace("/preview/", "/columns/")):
        told = head.get(page)
        words = told.content.decode()
        assert told.status_code == 200 and "文件“日历.csv”已于" in words and "新增 2 条，更新 0 条，未变 0 条" in words
        assert "sheets/calendar-days/import/" not in words and 'type="file"' in words
    again = head.post("/sheets/calendar-days/import/", {"token": token_of(address)})
    assert (again.status_code, again["Location"]) == (302, address) and CalendarDay.objects.filter(day__year=2032).count() == 2
    assert "data-expired" in as_("admin").get(address).content.decode(), "what another imported is nobody's business"


def test_preview_of_a_file_imported_in_part_leads_to_what_was_left_out(town: Town, as_: SignIn) -> None:
    head = as_("head")
    address = upload(head, f"{DAYS}某一天,是,\n")
    refused = head.post("/sheets/calendar-days/import/", {"token": token_of(address)}, follow=True).content.decode()
    assert address in refused, "nothing was written: the way back to the preview"
    assert head.get(address).context["counts"]["bad"] == 1
    result = head.post("/sheets/calendar-days/import/", {"token": token_of(address), "partial": "1"})["Location"]
    assert result in head.get(address).content.decode() and "查看未导入的 1 行" in head.get(address).content.decode()


def test_preview_of_a_file_older_than_a_day_says_so(town: Town, as_: SignIn) -> None:
    head = as_("head")
    address = upload(head)
    path = held(User.objects.get(pk=town.head.pk), token_of(address))
    for one in path.parent.glob(f"{path.stem}.*"):
        os.utime(one, (time.time() - KEEP_S - 60,) * 2)
    hold(town.head, "another.csv")
    told = head.get(address)
    assert told.status_code == 422 and "只保留一天" in told.content.decode() and not noted(path)
    assert "data-expired" in head.post(address.replace("/preview/", "/columns/"), {"column-day": "日期"}).content.decode()


def test_preview_of_what_is_no_table_says_so_at_its_address(town: Town, as_: SignIn) -> None:
    head = as_("head")
    for words, sentence in (("<html>", "网页文件"), ("只有一格\n", "找不到表头")):
        for address in (upload(head, words), upload(head, words).replace("/preview/", "/columns/")):
            told = head.get(address)
            assert told.status_code == 422 and sentence in told.content.decode() and 'type="file"' in told.content.decode()


def test_preview_tells_of_a_mapping_file_that_cannot_be_used(town: Town, as_: SignIn) -> None:
    head = as_("head")
    for mapping, sentence in ((b"- a\n- b\n", "YAML"), (b"x" * 100_001, "对照文件太大")):
        page = head.get(upload(head, mapping=SimpleUploadedFile("a.yaml", mapping)))
        assert page.context["counts"]["good"] == 2 and sentence in page.content.decode()


def test_columns_chosen_once_stay_with_the_file_until_its_import(town: Town, as_: SignIn) -> None:
    client = as_("desk")
    preview = upload(client, "流水,说了什么,何时来电\nX1,路口垃圾成堆,2026-03-02 09:30\n", "messages")
    columns = client.get(preview)["Location"]
    assert columns == preview.replace("/preview/", "/columns/")
    chosen = {"column-number": "流水", "column-text": "说了什么", "column-received_at": "何时来电"}
    assert client.post(columns, chosen)["Location"] == preview
    client.session.flush()
    client = as_("desk")  # signed in anew: what was chosen lies with the file, not with the session
    assert client.get(preview).context["counts"]["good"] == 1
    assert {line["column"].key: line["chosen"] for line in client.get(columns).context["columns"]}["text"] == "说了什么"
    assert client.post("/sheets/messages/import/", {"token": token_of(preview)}).status_code == 302
    assert "data-imported" in client.get(preview).content.decode()
