"""What a case or a report says may be done with it is what its actions accept, and where not, why, in the same words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.town import Town, moment, person
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.machine import OpenMove
from yipanqi.kernel.permissions import why_not
from yipanqi.people.models import Role, User

STAGES = [{"title": "现场围护", "amount": 3, "clock": "work_hour"}, {"title": "修复", "amount": 8, "clock": "work_hour"}]


@pytest.fixture
def shared(town: Town) -> Case:
    """Led by the town's own unit, assisted by the cleaners, signed by both, to be mended in two steps."""
    town.class_.clocks = {"handle": {"amount": 16, "clock": "work_hour", "stages": STAGES}}
    town.class_.save()
    made: Case = actions.sign(town.handling(co_units=(town.clean,)), by=town.helper, at=moment(0, 9, 30))
    return made


def offer(case: Case, user: User, verb: str, now: dt.datetime | None = None) -> OpenMove:
    fresh = Case.objects.get(pk=case.pk), User.objects.get(pk=user.pk)
    return next(m for m in selectors.open_moves(*fresh, now) if m.name == verb)


def refused_as_told(case: Case, user: User, verb: str, at: dt.datetime, **given: Any) -> None:
    """The move is not open to the person, and whoever tries all the same reads the same words."""
    told = offer(case, user, verb, at)
    with pytest.raises(Refused) as refusal:
        getattr(actions, verb)(case, **given, by=user, at=at)
    assert (told.allowed, told.why_not) == (False, str(refusal.value))


def test_finish_step_is_open_to_the_leading_unit_only(town: Town, shared: Case) -> None:
    assert offer(shared, town.liaison, "finish_step").allowed
    refused_as_told(shared, town.helper, "finish_step", moment(0, 10), what_was_done="已围护")


def test_finish_step_is_open_to_who_serves_the_leading_unit_too(town: Town, shared: Case) -> None:
    both = person("both", Role.LIAISON, town.clean)
    both.appointments.create(unit=town.city, role=Role.LIAISON, starts_on=dt.date(2020, 1, 1))
    assert offer(shared, both, "finish_step").allowed


def test_ask_extension_is_open_until_the_shares_deadline(town: Town, shared: Case) -> None:
    due = shared.due_at
    assert due is not None and offer(shared, town.liaison, "ask_extension", due).allowed
    refused_as_told(shared, town.liaison, "ask_extension", due + dt.timedelta(minutes=1), reason="下雨", days=2)


@pytest.mark.parametrize(("verb", "more"), [("ask_extension", {"days": 2}), ("ask_suspension", {})])
def test_ask_is_open_to_each_unit_once(town: Town, shared: Case, verb: str, more: dict[str, Any]) -> None:
    at = moment(0, 10)
    case = getattr(actions, verb)(shared, reason="下雨", **more, by=town.liaison, at=at)
    refused_as_told(case, town.liaison, verb, at, reason="下雨", **more)
    assert offer(case, town.helper, verb, at).allowed
    other = {"ask_extension": "ask_suspension", "ask_suspension": "ask_extension"}[verb]
    assert offer(case, town.liaison, other, at).allowed


@pytest.mark.parametrize(("verb", "given"), [("resolve", {"what_was_done": "已清理"}), ("dispute", {"reason": "不归我管"})])
def test_release_is_open_while_an_assisting_unit_has_something_to_do(town: Town, shared: Case, verb: str, given: dict[str, str]) -> None:
    assert offer(shared, town.desk, "release_unit").allowed
    case = getattr(actions, verb)(shared, **given, by=town.helper, at=moment(0, 10))
    refused_as_told(case, town.desk, "release_unit", moment(0, 11), unit=town.clean, note="不需协办")


def test_api_tells_moves_as_of_its_own_clock(town: Town, shared: Case) -> None:
    browser = Client()
    browser.force_login(town.liaison)
    moves = {m["name"]: m for m in browser.get(f"/api/v1/cases/{shared.number}").json()["moves"]}
    assert (moves["ask_extension"]["allowed"], moves["ask_suspension"]["allowed"]) == (False, True)


def test_rating_is_open_to_the_resident_and_not_to_staff(town: Town) -> None:
    report: Report = actions.report_by_resident(None, text="路灯不亮", by=Visitor("v"), at=moment())
    report = actions.answer(report, text="已修好", by=town.desk, at=moment(0, 10))
    staff = Client()
    staff.force_login(town.desk)
    path = f"/api/v1/reports/{report.code}"
    (told,) = staff.get(path).json()["moves"]
    assert (told["name"], told["allowed"], told["why_not"]) == ("rate", False, why_not("cases.rate"))
    assert staff.post(f"{path}/moves/rate", {"rating": 5}, content_type="application/json").json()["detail"] == told["why_not"]
    assert Client().get(path).json()["moves"][0]["allowed"]
    better = staff.post(f"{path}/answer", {"text": "已修好了"}, content_type="application/json")
    assert not better.json()["moves"][0]["allowed"]
