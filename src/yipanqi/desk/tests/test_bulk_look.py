"""Before a move is made on many: how many it is for, how many not and why, which units; nobody closes many unseen."""

from __future__ import annotations

import re

import pytest

from yipanqi.batches import actions, jobs, running
from yipanqi.batches.models import Batch
from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case
from yipanqi.cases.tests.test_photo_flags import LOOK, mended, photo
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.kernel.policy import keep_policy


def plain(answer: object) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def three(town: Town) -> tuple[Case, Case, Case]:
    """Waiting to be verified: as it should be, urgent, and with a photo that was there before."""
    good, urgent = town.resolved(), town.resolved()
    Case.objects.filter(pk=urgent.pk).update(severity=4)
    return good, urgent, mended(town, photo(town.inspector, "before", LOOK), photo(town.liaison, "after", LOOK))


def test_verify_many_shows_which_and_asks_how_it_was_verified(town: Town, as_: SignIn) -> None:
    good, urgent, doubtful = three(town)
    sent = {"move": "verify_pass", "number": [good.number, urgent.number, doubtful.number, town.report().number, "C0"]}
    page = as_("head").post("/cases/bulk/", sent)
    look, words = page.context["look"], plain(page)
    assert not Batch.objects.exists(), "a few are not closed without a look either"
    assert (look["fit"], look["unfit"], [row["number"] for row in look["sample"]], look["units"]) == (1, 4, [good.number], [("城管局", 1)])
    assert dict(look["whys"]) == {
        "紧急案件不能批量办理，请打开案件逐条办理。": 1, "照片有疑点，不能批量核查，请打开案件逐条核查。": 1,
        "当前状态为“待受理”，不能核查通过。": 1, "找不到，或您无权查看。": 1,
    }  # fmt: skip
    assert "紧急的、照片有疑点的" in words and "待核查 3 条" in words and "办理 1 条" in words
    unsaid = as_("head").post("/cases/bulk/", sent | {"asked": "5", "note": ""})
    assert unsaid.status_code == 422 and not Batch.objects.exists()
    as_("head").post("/cases/bulk/", sent | {"asked": "5", "note": "已逐条看过整改后照片"})
    assert Batch.objects.get().done == 1 and set(Case.objects.filter(state="closed")) == {good}
    assert Case.objects.get(pk=good.pk).moves.get(verb="verify_pass").note == "已逐条看过整改后照片"


def test_worker_and_programs_leave_urgent_and_doubtful_cases_for_a_page_of_their_own(town: Town) -> None:
    found = three(town)
    numbers = [case.number for case in found]
    with pytest.raises(Refused) as refused:
        actions.ask(None, verb="verify_pass", numbers=numbers, by=town.head, at=moment(1))
    assert refused.value.field == "note"
    made = running.run_now(actions.ask(None, verb="verify_pass", numbers=numbers, given={"note": "看过"}, at_once=True, by=town.head, at=moment(1)))
    assert [item.why[:4] for item in made.items.order_by("seq")] == ["", "紧急案件", "照片有疑"]
    report = town.report()
    Case.objects.filter(pk=report.pk).update(severity=4)
    made = running.run_now(actions.ask(None, verb="reject", numbers=[report.number], given={"reason": "不属实"}, at_once=True, by=town.head, at=moment(1)))
    assert made.refused == 1 and Case.objects.get(pk=report.pk).state == "reported"


def test_verify_of_more_than_can_be_looked_at_says_so(town: Town, as_: SignIn) -> None:
    three(town)
    keep_policy("batches.at_once", 1, by="test", at=moment())
    page = as_("head").post("/cases/bulk/", {"move": "verify_pass", "query": "state=resolved"})
    look = page.context["look"]
    assert (look["fit"], look["unfit"], look["all_looked_at"]) == (2, 1, False) and len(look["sample"]) == 2
    assert "其余条件办理时逐条核对" in plain(page) and "包括筛选出的全部案件" in plain(page)


def test_dispatch_of_a_few_names_the_units_of_the_rules(town: Town, as_: SignIn) -> None:
    town.city.department_type = town.class_.department_type
    town.city.save()
    town.filed()
    page = as_("desk").post("/cases/bulk/", {"move": "dispatch", "query": ""})
    assert page.context["look"]["units"] == [("城管局", 1)] and "按责任规则交给" in plain(page)
    town.city.department_type = ""
    town.city.save()
    assert "1 条没有责任规则" in plain(as_("desk").post("/cases/bulk/", {"move": "dispatch", "query": ""}))


def test_choice_of_the_move_tells_the_states_and_for_how_many_each_is(town: Town, as_: SignIn) -> None:
    town.filed(), town.filed(), town.report()
    page = as_("desk").get("/cases/bulk/?q=")
    fits = {move["value"]: move["fit"] for move in page.context["moves"]}
    assert (fits["accept"], fits["dispatch"], fits["verify_pass"]) == (1, 2, 0) and "待受理 1 条" in plain(page)


def test_nothing_that_the_move_is_for_leaves_nothing_to_press(town: Town, as_: SignIn) -> None:
    page = as_("desk").post("/cases/bulk/", {"move": "reject", "number": [town.resolved().number]})
    assert "都不适用“不予受理”" in plain(page) and "data-bulk-now" not in page.content.decode()


def test_same_move_on_what_still_waits_is_refused(town: Town, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLICE_S", -1.0)
    numbers = [town.report(issue_class=town.class_).number for _n in range(3)]
    batch = actions.ask(None, verb="accept", numbers=numbers, by=town.desk, at=moment())
    jobs.work(moment(1))
    with pytest.raises(Conflict, match="其中 2 条正在另一批里办理“受理”"):
        actions.ask(None, verb="accept", numbers=numbers, by=town.head, at=moment())
    page = as_("desk").post(f"/batches/{batch.uuid}/again/", follow=True)
    assert "还在办理" in plain(page) and Batch.objects.count() == 1
    actions.ask(None, verb="reject", numbers=numbers, given={"reason": "不属实"}, by=town.head, at=moment())
    actions.cancel(batch, by=town.desk, at=moment())
    actions.ask(None, verb="accept", numbers=numbers, by=town.head, at=moment())


def test_rows_of_a_batch_are_read_anew_while_it_runs(town: Town, as_: SignIn) -> None:
    batch = actions.ask(None, verb="accept", numbers=[town.report(issue_class=town.class_).number], by=town.desk, at=moment())
    page = as_("desk").get(f"/batches/{batch.uuid}/?only=waiting").content.decode()
    assert f'id="batch-rows" hx-get="/batches/{batch.uuid}/?only=waiting"' in page
    cases.reject(Case.objects.get(), reason="不属实", by=town.head, at=moment())
    while running.selectors.waiting(moment(1)).exists():
        jobs.work(moment(1))
    assert "hx-select" not in as_("desk").get(f"/batches/{batch.uuid}/").content.decode().split('id="batch-rows"')[1]
