"""Taking back a batch undoes what it did, and nothing that others did since."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from yipanqi.batches import actions, running
from yipanqi.batches.tests.test_moves import ask, work
from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk.tests.conftest import SignIn


def test_take_back_refuses_what_a_unit_signs_between_the_look_and_the_lock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case = town.filed()
    batch = work(ask(town, [case], "dispatch", unit=town.city.code))
    real = running.selectors.why_gone_on

    def signed_meanwhile(*given: Any) -> str:
        answer = real(*given)
        if not answer:
            cases.sign(Case.objects.get(pk=case.pk), by=town.liaison, at=timezone.now())
        return answer

    monkeypatch.setattr(running.selectors, "why_gone_on", signed_meanwhile)
    back = work(actions.take_back(batch, note="交错单位", by=town.desk, at=moment(0, 12)))
    assert (back.done, back.refused) == (0, 1) and not CaseMove.objects.filter(verb="withdraw").exists()
    assert "liaison" in back.items.get().why and "不能再撤回" in back.items.get().why


def test_take_back_leaves_and_lists_what_was_handed_over_anew_by_somebody_else(town: Town, as_: SignIn) -> None:
    left, again = town.filed(), town.filed()
    batch = work(ask(town, [left, again], "dispatch", unit=town.city.code))
    moved = Case.objects.get(pk=again.pk)
    cases.withdraw(moved, note="不归城管", by=town.head, at=timezone.now())
    cases.dispatch(moved, unit=town.water, by=town.head, at=timezone.now())
    back = work(actions.take_back(batch, note="交错单位", by=town.desk, at=moment(0, 12)))
    assert (back.done, back.refused, Case.objects.get(pk=again.pk).unit) == (1, 1, town.water)
    page = as_("desk").get(f"/batches/{back.uuid}/").content.decode()
    assert again.number in page and "不能再撤回" in page and "head" in page
