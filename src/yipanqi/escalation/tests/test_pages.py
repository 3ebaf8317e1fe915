"""The pages and the API of the ladder."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.escalation import jobs
from yipanqi.escalation.models import LetterDue

pytestmark = pytest.mark.django_db
SEES = {"head", "desk", "leader", "auditor"}


@pytest.fixture
def town(db: None) -> Town:
    return Town()


@pytest.fixture
def late(town: Town) -> Case:
    """A case that climbed the whole ladder."""
    case = cases.dispatch(town.filed(), unit=town.city, by=town.desk, at=MONDAY)
    for at in (moment(1, 9), moment(1, 11), moment(3), moment(20)):
        jobs.climb_due(at)
    return case


def of(town: Town, name: str) -> Client:
    client = Client()
    client.force_login(town.people[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, path: str) -> str:
    return str(client.get(path).content.decode())


@pytest.mark.parametrize("name", ["head", "desk", "leader", "auditor", "liaison", "chief", "inspector", "admin", "grid"])
def test_pages_are_for_those_who_oversee(town: Town, late: Case, name: str) -> None:
    client, letter = of(town, name), LetterDue.objects.order_by("id")[0]
    for page in ("", f"letters/{letter.uuid}/", "leaders/", "trial/"):
        assert client.get(f"/escalation/{page}").status_code == (200 if name in SEES else 403), page
    listed = client.get("/api/v1/letters-due").json()["items"]
    assert len(listed) == (2 if name in SEES else 0)
    assert all(row["moves"][0]["allowed"] == (name == "head") for row in listed)


def test_letters_lead_to_their_problems_and_the_head_drops_one(town: Town, late: Case) -> None:
    head, letter = of(town, "head"), LetterDue.objects.get(kind="reminder")
    page = text(head, "/escalation/?kind=reminder")
    assert page.count("data-row") == 1 and "城管局" in page and "提醒函" in page
    path = f"/escalation/letters/{letter.uuid}/"
    assert late.number in text(head, path) and "<button" in text(head, path)
    assert "<textarea" not in text(of(town, "auditor"), path) and 'name="reason"' not in text(of(town, "auditor"), path)
    assert head.post(path, {"reason": ""}).status_code == 422
    assert head.post(path, {"reason": "已当面督促"}).headers["Location"] == "/escalation/"
    assert "已当面督促" in text(head, "/escalation/?state=dropped")
    assert head.post(path, {"reason": "再来"}).status_code == 200  # said on the page: decided before
    assert "没有待制发的函件" in text(head, "/escalation/?state=due&kind=criticism")


def test_leaders_list_names_what_is_open_and_forgets_what_is_mended(town: Town, late: Case) -> None:
    leader = of(town, "leader")
    assert late.number in text(leader, "/escalation/leaders/")
    case = cases.sign(late, by=town.liaison, at=moment(21))
    case = cases.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(21))
    cases.verify_pass(case, by=town.inspector, at=moment(21))
    assert "没有列入清单的案件" in text(leader, "/escalation/leaders/")


def test_trial_counts_what_another_policy_would_have_sent(town: Town, late: Case) -> None:
    head = of(town, "head")
    given = "month=2026-03&cap=4&remind_on=on&remind=0.75&overdue_on=on&urge_on=on&urge=1&talk_on=on&talk=3&leader_on=on&leader=10"
    page = text(head, f"/escalation/trial/?{given}")
    assert "2026年3月：当月由各单位承办过的案件 1 件" in page and "城管局" in page
    assert re.search(r'href="\?[^"]*step=remind#behind"', page) and late.number not in page
    shown = text(head, f"/escalation/trial/?{given}&step=remind")
    assert late.number in shown and "按此规则会有" in shown and "收起" in shown
    assert late.number in text(head, f"/escalation/trial/?{given}&paper=any")
    assert "不会发出任何提醒" in text(head, "/escalation/trial/?month=2026-03&cap=4&remind=0.75&urge=1&talk=3&leader=10")
    assert head.get("/escalation/trial/?month=nonsense&cap=4").status_code == 422


def test_api_drops_a_letter_once(town: Town, late: Case) -> None:
    head, letter = of(town, "head"), LetterDue.objects.get(kind="urging")
    path = f"/api/v1/letters-due/{letter.uuid}/moves/drop_letter"
    assert head.post(path, {"reason": ""}, content_type="application/json").status_code == 422
    answer = head.post(path, {"reason": "改为约谈"}, content_type="application/json").json()
    assert (answer["state"], answer["reason"], answer["problems"], answer["moves"]) == ("dropped", "改为约谈", 1, [])
    assert head.post(path, {"reason": "又一次"}, content_type="application/json").status_code == 409
    assert of(town, "liaison").post(path, {"reason": "x"}, content_type="application/json").status_code == 404
    assert [row["kind"] for row in head.get("/api/v1/letters-due?state=due&unit=CGJ").json()["items"]] == ["reminder"]
