"""Warnings on a first offence and exemptions: the subject's earlier offences are shown before they are given."""

from __future__ import annotations

import pytest
from django.test import Client

from yipanqi.cases import actions, selectors
from yipanqi.cases.forms import ResolveForm
from yipanqi.cases.tests.town import MONDAY, Town, moment


def values(outcome: str, name: str = "张记 烧烤", **more: object) -> dict[str, object]:
    return {"what_was_done": "已纠正", "outcome": outcome, "subject_name": name, **more}


@pytest.mark.parametrize("outcome", ["warned", "exempt"])
def test_second_offence_is_shown_before_a_warning_or_exemption(town: Town, outcome: str) -> None:
    assert ResolveForm(values(outcome)).is_valid()
    first = actions.resolve(town.handling(), what_was_done="警告", outcome="warned", subject_name="张记烧烤", by=town.liaison, at=MONDAY)
    again = ResolveForm(values(outcome))
    assert not again.is_valid()
    (sentence,) = again.errors["outcome"]
    assert f"2026-03-02 {first.number} 首违警告" in sentence and "张记 烧烤" in sentence
    sure = ResolveForm(values(outcome, checked="on"))
    assert sure.is_valid() and "checked" not in sure.cleaned_data
    for other in (values("penalised"), values("mended"), values(outcome, name="李记"), {"outcome": "warned"}):
        assert "outcome" not in ResolveForm(other).errors


def test_rework_of_the_same_case_is_no_second_offence(town: Town) -> None:
    case = actions.resolve(town.handling(), what_was_done="警告", outcome="warned", subject_name="张记烧烤", by=town.liaison, at=MONDAY)
    actions.verify_fail(case, note="未纠正", by=town.inspector, at=moment(0, 10))
    assert ResolveForm(values("warned")).is_valid()


def test_second_offence_is_shown_on_the_page_and_by_the_api(town: Town, client: Client) -> None:
    actions.resolve(town.handling(), what_was_done="警告", outcome="warned", subject_name="张记烧烤", by=town.liaison, at=MONDAY)
    case = town.handling()
    client.force_login(town.liaison)
    page = client.post(f"/cases/{case.number}/moves/resolve/", values("warned"), headers={"HX-Request": "true"})
    assert "此前已有处理记录" in page.content.decode() and "已核对当事人既往情况" in page.content.decode()
    refused = client.post(f"/api/v1/cases/{case.number}/moves/resolve", values("warned"), content_type="application/json")
    assert refused.status_code == 422 and "此前已有处理记录" in refused.json()["detail"]
    done = client.post(f"/api/v1/cases/{case.number}/moves/resolve", values("warned", checked=True), content_type="application/json")
    assert done.status_code == 200 and done.json()["state"] == "resolved"


def test_only_what_stands_as_reported_is_an_earlier_offence(town: Town) -> None:
    named = {"what_was_done": "警告", "outcome": "warned", "subject_name": "张记烧烤"}
    back = actions.resolve(town.handling(), **named, by=town.liaison, at=MONDAY)
    back = actions.verify_fail(back, note="未纠正", by=town.inspector, at=moment(0, 10))
    taken = actions.resolve(town.handling(co_units=(town.clean,)), **named, by=town.liaison, at=MONDAY)
    actions.withdraw(taken, note="交办有误", by=town.desk, at=moment(0, 10))
    assert not selectors.earlier_offences("张记烧烤").exists()
    assert ResolveForm(values("warned")).is_valid()
    other = actions.resolve(town.handling(), **named, by=town.liaison, at=moment(0, 11))
    assert other.moves.get(verb="resolve").data["earlier"] == 0
    back = actions.resolve(back, **named, by=town.liaison, at=moment(0, 12))
    assert back.moves.filter(verb="resolve").last().data["earlier"] == 1  # type: ignore[union-attr]
    assert {share.case_id for share in selectors.earlier_offences("张记烧烤")} == {back.pk, other.pk}
