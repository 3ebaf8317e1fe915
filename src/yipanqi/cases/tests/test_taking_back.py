"""The desk takes a case back from its units, or spares one that assists; pages that were sent twice; the office as a unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
from yipanqi.cases.tests.test_race import at_once
from yipanqi.cases.tests.town import Town, moment
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.models import OutboxEvent
from yipanqi.people.models import Appointment, Role


def shared(town: Town) -> Case:
    """Handed to the city's bureau, assisted by the cleaners; both have signed."""
    case = town.handling(co_units=(town.clean,))
    made: Case = actions.sign(case, by=town.helper, at=moment(0, 9, 5))
    return made


@pytest.mark.parametrize("dissolved", [False, True])
def test_withdraw_ends_all_shares_and_the_case_is_handed_over_anew(town: Town, dissolved: bool) -> None:
    case = actions.ask_extension(shared(town), reason="下雨", days=2, by=town.liaison, at=moment(0, 9, 30))
    if dissolved:
        town.city.dissolved_on = moment().date()
        town.city.save()
    with pytest.raises(NotAllowed):
        actions.withdraw(case, note="交办有误", by=town.liaison, at=moment(0, 10))
    with pytest.raises(Refused, match="理由"):
        actions.withdraw(case, note=" ", by=town.desk, at=moment(0, 10))
    case = actions.withdraw(case, note="应由水务局办理", by=town.desk, at=moment(0, 10))
    assert (case.state, case.unit, case.due_at, case.dispatched_at, selectors.live(case)) == ("filed", None, None, None, [])
    assert not selectors.pending_requests(case).exists() and selectors.standing(case).due_at is None
    assert [s.name for s in selectors.stages(case, moment(0, 10))] == ["accept", "dispatch", "sign", "dispatch"]
    told = OutboxEvent.objects.get(kind="cases.CaseWithdrawn").payload
    assert told["unit_id"] == town.city.pk
    line = case.moves.get(verb="withdraw")
    assert (line.note, line.data["units"], line.unit) == ("应由水务局办理", ["CGJ", "HW"], town.city)
    case = actions.dispatch(case, unit=town.water, co_units=[town.clean], by=town.desk, at=moment(0, 11))
    case = actions.sign(case, by=town.stranger, at=moment(0, 12))
    assert (case.state, case.unit, case.first_signed_at) == ("handling", town.water, moment(0, 12))


def test_case_waits_for_the_assisting_unit_until_it_is_released(town: Town, client: Client) -> None:
    case = actions.ask_extension(shared(town), reason="下雨", days=2, by=town.helper, at=moment(0, 9, 30))
    assert selectors.awaited(case) == []
    case = actions.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 10))
    assert (case.state, selectors.awaited(case)) == ("handling", [town.clean])
    client.force_login(town.desk)
    assert "等待协办单位环卫站" in client.get(f"/cases/{case.number}/").content.decode()
    for unit, sentence in ((town.city, "主办单位"), (town.water, "不是本案的协办单位")):
        with pytest.raises(Refused, match=sentence):
            actions.release_unit(case, unit=unit, note="不需协办", by=town.desk, at=moment(0, 11))
    answer = client.post(f"/cases/{case.number}/moves/release_unit/", {"unit": "HW", "note": "不需协办", "version": case.version})
    assert answer.status_code == 302
    case.refresh_from_db()
    selectors.reread(case)
    assert (case.state, case.resolved_at, selectors.awaited(case)) == ("resolved", moment(0, 10), [])
    assert not selectors.pending_requests(case).exists()
    assert OutboxEvent.objects.get(kind="cases.UnitReleased").payload["unit_id"] == town.clean.pk


def test_release_of_a_unit_that_disputes_is_left_to_the_ruling(town: Town) -> None:
    case = actions.dispute(shared(town), reason="不需协办", by=town.helper, at=moment(0, 10))
    with pytest.raises(Refused, match="请直接裁定"):
        actions.release_unit(case, unit=town.clean, note="不需协办", by=town.desk, at=moment(0, 11))
    assert "release_unit" not in {m.name for m in selectors.open_moves(town.handling(), town.desk)}


def test_request_lapses_when_its_share_is_reported_mended(town: Town, client: Client) -> None:
    case = actions.ask_extension(shared(town), reason="下雨", days=2, by=town.liaison, at=moment(0, 9, 30))
    due = case.due_at
    case = actions.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 10))
    assert not selectors.pending_requests(case).exists() and case.moves.get(verb="resolve").data["lapsed"]
    with pytest.raises(Refused, match="没有等待审批"):
        actions.grant_extension(case, by=town.desk, at=moment(0, 11))
    client.force_login(town.desk)
    assert "尚未审批的申请随之失效" in client.get(f"/cases/{case.number}/").content.decode()
    case.refresh_from_db()
    assert case.due_at == due


def test_ruling_is_filled_in_with_the_unit_that_was_proposed(town: Town, client: Client) -> None:
    case = actions.dispute(town.dispatched(), reason="不归我管", proposed_unit=town.water, by=town.liaison, at=moment(0, 10))
    assert selectors.proposed_heir(case) == town.water
    client.force_login(town.desk)
    page = client.get(f"/cases/{case.number}/moves/uphold/").content.decode()
    assert '<option value="SW" selected' in page and '<option value="CGJ" selected' not in page


TWICE: list[tuple[str, str, str, dict[str, Any]]] = [
    ("closed", "rebound", "inspector", {"note": "又脏了"}), ("closed", "recheck_pass", "inspector", {}), ("handling", "comment", "desk", {"note": "请加快"}),
    ("handling", "confirm", "grid", {}), ("handling", "grant_extension", "desk", {}),
]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("state", "verb", "who", "values"), TWICE)
def test_same_page_sent_twice_at_once_makes_one_move(state: str, verb: str, who: str, values: dict[str, Any]) -> None:
    town = Town()
    case = getattr(town, state)()
    if verb == "grant_extension":
        case = actions.ask_extension(case, reason="下雨", days=2, by=town.liaison, at=moment(0, 9, 30))
    seen, run = case.version, getattr(actions, verb)
    sends: list[Callable[[], object]] = [
        lambda: run(Case.objects.get(pk=case.pk), **values, version=seen, by=town.people[who], at=moment(0, 10)) for _n in range(2)
    ]
    outcomes = at_once(*sends)
    assert outcomes.count("done") == 1 and any("您打开页面之后" in text for text in outcomes), outcomes
    case.refresh_from_db()
    assert (case.version, case.moves.filter(verb=verb).count(), case.rebound_cases.count()) == (seen + 1, 1, int(verb == "rebound"))


def test_comment_of_an_older_page_is_added_but_other_moves_are_not(town: Town, client: Client) -> None:
    case = town.handling()
    seen = case.version
    case = actions.comment(case, note="请加快", by=town.head, at=moment(0, 10))
    case = actions.comment(case, note="已催办", version=seen, by=town.desk, at=moment(0, 10))
    assert case.version == seen + 2
    client.force_login(town.liaison)
    answer = client.post(f"/api/v1/cases/{case.number}/moves/resolve", {"what_was_done": "已清理", "version": seen}, content_type="application/json")
    assert answer.status_code == 409 and "已于" in answer.json()["detail"]
    answer = client.post(f"/api/v1/cases/{case.number}/moves/resolve", {"what_was_done": "已清理", "version": seen + 2}, content_type="application/json")
    assert answer.status_code == 200


def test_dispatch_to_the_office_needs_a_verifier_outside_it(town: Town) -> None:
    assert actions.dispatch(town.filed(), unit=town.office, by=town.desk, at=moment(0, 10)).unit == town.office
    Appointment.objects.filter(role=Role.INSPECTOR, unit=town.city).update(role=Role.GRID)
    with pytest.raises(Refused, match="创城办以外的检查员"):
        actions.dispatch(town.filed(), unit=town.office, by=town.desk, at=moment(0, 10))
