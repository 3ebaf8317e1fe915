"""A move answers with the case as it stands in memory: it must be what reading the case anew gives, in the declared form."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
from yipanqi.cases.schemas import CaseOut
from yipanqi.cases.tests.town import Town, moment
from yipanqi.people.models import User

PASSING = ("time_left", "late")  # told as of the moment of asking


def settled(told: dict[str, Any]) -> dict[str, Any]:
    """The answer without what changes by the second, and what only a reading of its own looks up."""
    stages = [{name: value for name, value in stage.items() if name not in PASSING} for stage in told["stages"]]
    return {name: value for name, value in told.items() if name not in (*PASSING, "photo_flags")} | {"stages": stages}


@pytest.fixture
def life(town: Town) -> list[tuple[str, str, dict[str, Any]]]:
    """A long life of two units: disputed, ruled on, extended, suspended, sent back, and taken up again after its end."""
    return [
        ("desk", "accept", {"issue_class": "gb:event:06010", "severity": 3}), ("desk", "dispatch", {"unit": "CGJ", "co_units": ["HW"]}),
        ("liaison", "dispute", {"reason": "不归我管", "proposed_unit": "SW"}), ("desk", "overrule", {"note": "属于职责范围"}),
        ("liaison", "sign", {}), ("desk", "release_unit", {"unit": "HW", "note": "不再需要"}),
        ("liaison", "ask_extension", {"days": 2, "reason": "等待材料"}), ("desk", "grant_extension", {"note": "同意"}),
        ("liaison", "ask_suspension", {"reason": "冬季无法施工"}), ("leader", "suspend", {"review_on": str(localdate() + dt.timedelta(days=60)), "note": "同意挂账"}),
        ("head", "resume", {}), ("desk", "comment", {"note": "请加快"}), ("liaison", "resolve", {"what_was_done": "已更换"}),
        ("inspector", "verify_fail", {"note": "仍有缺口"}), ("liaison", "resolve", {"what_was_done": "重新更换"}),
        ("inspector", "verify_pass", {}), ("inspector", "recheck_pass", {}),
    ]  # fmt: skip


def test_every_move_of_a_long_life_answers_what_is_read_anew(town: Town, life: list[tuple[str, str, dict[str, Any]]]) -> None:
    clients = {name: Client() for name in ("desk", "liaison", "inspector", "head", "leader")}
    for name, client in clients.items():
        client.force_login(getattr(town, name), backend="django.contrib.auth.backends.ModelBackend")
    body = {"source": "grid", "description": "井盖破损", "position": [98.29, 39.77]}
    answer = clients["desk"].post("/api/v1/cases", json.dumps(body), content_type="application/json")
    path = f"/api/v1/cases/{answer.json()['number']}"
    told = [(clients["desk"], "report_case", answer)]
    for who, verb, fields in life:
        answer = clients[who].post(f"{path}/moves/{verb}", json.dumps(fields), content_type="application/json")
        assert answer.status_code == 200, (verb, answer.content.decode())
        told.append((clients[who], verb, answer))
        CaseOut.model_validate(answer.json())
        assert answer.json()["photo_flags"] is None
        assert settled(answer.json()) == settled(clients[who].get(path).json()), verb
    assert {verb for _who, verb, _answer in told} >= {"report_case", "overrule", "suspend", "recheck_pass"}


def test_one_case_is_seen_by_those_whose_lists_have_it(town: Town) -> None:
    taken_back = town.dispatched(co_units=(town.clean,))
    taken_back = actions.withdraw(taken_back, note="交办有误", by=town.desk, at=moment(0, 10))
    found = actions.report_case(None, source="grid", description="垃圾", by=town.grid, at=moment(0, 11))
    cases = [town.report(), town.handling(co_units=(town.clean,)), town.closed(), taken_back, found]
    people = User.objects.all()
    assert len(people) > 8
    for case in cases:
        fresh = Case.objects.get(pk=case.pk)
        for user in people:
            listed = selectors.visible_to(user).filter(pk=case.pk).exists()
            assert selectors.sees(user, fresh) == listed, (user.username, case.state)
