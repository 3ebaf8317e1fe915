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


def test_take_back_of_acceptances_leaves_what_was_handed_over_since(town: Town, as_: SignIn) -> None:
    back, gone = town.report(issue_class=town.class_), town.report(issue_class=town.class_)
    batch = work(ask(town, [back, gone], "accept"))
    cases.dispatch(Case.objects.get(pk=gone.pk), unit=town.city, by=town.head, at=timezone.now())
    desk = as_("desk")
    assert "data-batch-undo" in desk.get(f"/batches/{batch.uuid}/").content.decode()
    page = desk.post(f"/batches/{batch.uuid}/take-back/", {"note": "整批受理错了"}, follow=True)
    undone = work(page.context["batch"])
    assert (undone.what, undone.done, undone.refused) == ("unaccept", 1, 1) and "交办" in undone.items.get(state="refused").why
    assert list(Case.objects.order_by("id").values_list("state", flat=True)) == ["reported", "dispatched"]
    assert Case.objects.get(pk=back.pk).accepted_at is None


def test_take_back_of_merges_sets_each_case_apart_as_it_was(town: Town) -> None:
    primary, new, filed = town.dispatched(), town.report(issue_class=town.class_), town.filed()
    before = [(case.pk, case.state) for case in (new, filed)]
    batch = work(ask(town, [new, filed], "merge", primary=primary.number))
    assert Case.objects.filter(merged_into=primary).count() == 2
    undone = work(actions.take_back(batch, note="不是同一件事", by=town.desk, at=moment(0, 12)))
    assert (undone.what, undone.done, undone.refused) == ("split_off", 2, 0)
    assert list(Case.objects.filter(merged_into=None).exclude(pk=primary.pk).order_by("id").values_list("pk", "state")) == before


def test_take_back_of_a_merge_leaves_what_was_taken_apart_and_merged_elsewhere_by_somebody_else(town: Town) -> None:
    first, second, case = town.dispatched(), town.dispatched(), town.filed()
    batch = work(ask(town, [case], "merge", primary=first.number))
    cases.split_off(Case.objects.get(pk=case.pk), note="另一件事", by=town.head, at=timezone.now())
    cases.merge(Case.objects.get(pk=case.pk), primary=second, by=town.head, at=timezone.now())
    undone = work(actions.take_back(batch, note="错了", by=town.desk, at=moment(0, 12)))
    assert (undone.done, undone.refused) == (0, 1) and "head" in undone.items.get().why
    assert Case.objects.get(pk=case.pk).merged_into == second


def test_many_acceptances_and_merges_are_taken_back_by_the_office_alone(town: Town, as_: SignIn) -> None:
    for verb, case in (("unaccept", town.filed()), ("split_off", town.report())):
        sent = {"move": verb, "number": case.number, "asked": "1", "note": "错了"}
        assert [as_(name).post("/cases/bulk/", sent).status_code for name in ("liaison", "inspector", "desk")] == [403, 403, 302], verb
