"""Who may speak as a resident: staff do not rate their own work, and those who hold no business do not report."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.cases import actions
from yipanqi.cases.tests.town import MONDAY, Town, moment, person
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.policy import keep_policy

API = "/api/v1"


def signed_in(town: Town, role: str) -> Client:
    client = Client()
    client.force_login(person(f"some_{role}", role, town.office))
    return client


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"{API}{path}", body, content_type="application/json")


@pytest.mark.parametrize("role", ["head", "desk", "auditor", "admin", "liaison", "grid", "api"])
def test_rate_is_not_for_those_signed_in(town: Town, role: str) -> None:
    report = actions.report_by_resident(None, text="积水", by=Visitor(), at=MONDAY)
    actions.answer(report, text="已抽干", by=town.desk, at=moment(1))
    client = signed_in(town, role)
    for path in (f"/reports/{report.code}/rating", f"/reports/{report.code}/moves/rate"):
        answer = post(client, path, {"rating": 5})
        assert answer.status_code == 403 and "只有反映人可以评价" in answer.json()["detail"]
    assert post(Client(), f"/reports/{report.code}/rating", {"rating": 5}).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("admin", 403), ("grid", 201)])
def test_report_as_a_resident_is_not_for_auditors_and_administrators(town: Town, role: str, status: int) -> None:
    assert post(signed_in(town, role), "/reports", {"text": "积水", "address": "新华南路"}).status_code == status


def test_right_code_opens_after_any_number_of_wrong_ones(town: Town) -> None:
    keep_policy("cases.wrong_codes_per_hour", 2, by="test", at=timezone.now())
    report = actions.report_by_resident(None, text="积水", by=Visitor(), at=MONDAY)
    client = Client()
    assert [client.get(f"{API}/reports/NOSUCH22").status_code for _n in range(3)] == [404, 404, 429]
    assert client.get(f"{API}/reports/{report.code}").status_code == 200
