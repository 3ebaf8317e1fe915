"""The list of functions for the filing: whole, readable, and nothing that is forbidden."""

from __future__ import annotations

import pytest
from django.test import Client

from yipanqi.asking import FORMS
from yipanqi.cases.states import CASE
from yipanqi.cases.tests.town import Town
from yipanqi.config.filing import rows
from yipanqi.kernel.jobs import JOBS


def test_every_function_job_form_and_personal_field_is_listed() -> None:
    found = list(rows())
    keys = {row["key"] for row in found}
    assert {f"cases.{verb}" for verb in CASE.moves} <= keys and set(JOBS) <= keys and set(FORMS) <= keys
    assert {"cases.report.contact_phone", "people.user.phone", "burden.complaint.by"} <= keys
    assert all(row["name"] for row in found)
    assert next(row for row in found if row["key"] == "cases.dispatch")["who"].startswith("创城办负责人")
    assert any(row["name"] == "打卡签到" for row in found)


@pytest.mark.django_db
def test_the_list_is_shown_and_exported() -> None:
    town, client = Town(), Client()
    client.force_login(town.desk)
    assert "备案功能清单" in client.get("/functions/").content.decode()
    assert client.get("/functions.xlsx").content[:2] == b"PK"
    client.force_login(town.client)
    assert client.get("/functions/").status_code == 403
