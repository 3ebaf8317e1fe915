"""Moves on many: settled when asked for, done by the worker slice by slice, each case once, stopped and taken back."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from yipanqi.batches import actions, jobs, running, verbs
from yipanqi.batches.catalogue import VERBS
from yipanqi.batches.models import Batch
from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.kernel import outbox
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.jobs import JOBS, run_due
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging.models import Message


def ask(town: Town, found: list[Case], verb: str = "accept", who: str = "desk", **given: str) -> Batch:
    made: Batch = actions.ask(None, verb=verb, numbers=[case.number for case in found], given=given, by=town.people[who], at=moment(0, 10))
    return made


def reported(town: Town, n: int) -> list[Case]:
    return [town.report(issue_class=town.class_, at=moment()) for _n in range(n)]


def states() -> list[str]:
    return list(Case.objects.order_by("id").values_list("state", flat=True))


def work(batch: Batch) -> Batch:
    """The worker's slices until there is nothing more to do."""
    while running.selectors.waiting(timezone.now()).exists():
        jobs.work(timezone.now())
    batch.refresh_from_db()
    return batch


def test_ask_settles_which_cases_and_the_worker_makes_the_moves(town: Town) -> None:
    found = reported(town, 3)
    batch = ask(town, found)
    town.report(issue_class=town.class_)
    assert (batch.state, batch.total, states()[:3]) == ("queued", 3, ["reported"] * 3)
    work(batch)
    assert (batch.state, batch.done, batch.refused, states()) == ("done", 3, 0, ["filed"] * 3 + ["reported"])
    lines = CaseMove.objects.filter(verb="accept")
    assert {line.actor for line in lines} == {town.desk}, "the moves are those of whoever asked"
    assert set(batch.items.values_list("move_id", flat=True)) == set(lines.values_list("pk", flat=True))
    told = [entry.action for entry in JournalEntry.objects.order_by("id") if entry.action.startswith("batches")]
    assert told == ["batches.ask", "batches.start", "batches.finish"]


def test_finish_tells_the_person_once(town: Town) -> None:
    work(ask(town, reported(town, 2)))
    outbox.deliver_due(timezone.now())
    news = Message.objects.get(kind="batches.ended")
    assert news.to == town.desk and news.facts["done"] == 2 and news.facts["form"] == "moves"


def test_job_goes_on_at_once_while_there_is_work_and_rests_otherwise(town: Town) -> None:
    now = timezone.now()
    run_due(now)
    assert "batches.work" not in run_due(now), "nothing to do: not due before a minute is over"
    batch = ask(town, reported(town, 1))
    assert "batches.work" in run_due(now)
    batch.refresh_from_db()
    assert batch.state == "done" and JOBS["batches.work"].more(now) is False


def test_slices_take_turns_so_that_a_small_batch_does_not_wait_for_a_large_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLICE_S", -1.0)  # one case a slice
    large, small = ask(town, reported(town, 5)), ask(town, reported(town, 1))
    for _n in range(4):
        jobs.work(timezone.now())
    large.refresh_from_db()
    small.refresh_from_db()
    assert (small.done, large.state) == (1, "running") and 0 < large.done < 5
    assert work(large).done == 5


def test_cancel_leaves_what_is_done_and_does_no_more(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLICE_S", -1.0)
    batch = ask(town, reported(town, 4))
    jobs.work(timezone.now())
    batch.refresh_from_db()
    actions.cancel(batch, by=town.desk, at=moment(0, 11))
    work(batch)
    assert (batch.state, batch.done, states()) == ("cancelled", 1, ["filed", "reported", "reported", "reported"])
    with pytest.raises(WrongState):
        actions.cancel(batch, by=town.desk, at=moment(0, 12))


def test_cancel_between_the_look_and_the_mark_undoes_the_move(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = ask(town, reported(town, 1))
    real = running._move

    def stopped_meanwhile(*given: object) -> tuple[str, int | None]:
        answer = real(*given)  # type: ignore[arg-type]
        Batch.objects.update(state="cancelled")
        return answer

    monkeypatch.setattr(running, "_move", stopped_meanwhile)
    work(batch)
    assert batch.done == 0 and batch.items.get().state == "waiting"
    assert CaseMove.objects.filter(verb="accept").count() == 0


def test_cancel_by_others_is_refused_but_for_the_head(town: Town) -> None:
    batch = ask(town, reported(town, 1))
    for name in ("inspector", "liaison", "auditor"):
        with pytest.raises(NotAllowed):
            actions.cancel(batch, by=town.people[name], at=moment())
    assert actions.cancel(batch, by=town.head, at=moment()).state == "cancelled"


def test_rights_are_those_at_the_time_of_doing(town: Town) -> None:
    first = ask(town, reported(town, 1))
    town.desk.is_active = False
    town.desk.save()
    work(first)
    assert first.refused == 1 and "账号已停用" in first.items.get().why and states() == ["reported"]
    town.desk.is_active = True
    town.desk.save()
    second = ask(town, list(Case.objects.all()))
    town.desk.appointments.update(ends_on=timezone.localdate(moment(-100)))
    work(second)
    assert second.refused == 1 and "不能由您批量办理" in second.items.get().why and states() == ["reported"]


def test_ask_refuses_unknown_moves_nothing_and_what_is_missing(town: Town) -> None:
    found = reported(town, 1)
    for verb, numbers, given, sentence in (
        ("resolve", [found[0]], {}, "不能批量"), ("accept", [], {}, "1 至 10000"), ("reject", found, {}, "请填写"), ("merge", found, {"primary": "X"}, "没有这个编号"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            ask(town, numbers, verb, **given)
    with pytest.raises(NotAllowed):
        ask(town, found, who="inspector")
    with pytest.raises(NotAllowed):
        ask(town, found, who="grid")
    keep_policy("batches.most_cases", 1, by="x", at=moment())
    with pytest.raises(Refused, match="1 至 1 条"):
        ask(town, reported(town, 2))
    assert not Batch.objects.exists()


def test_reject_merge_and_grant_are_made_with_what_was_given(town: Town) -> None:
    one, two, primary = reported(town, 3)
    assert work(ask(town, [one], "reject", reason="不属于本市")).done == 1
    merged = work(ask(town, [two, primary], "merge", primary=primary.number))
    assert (merged.done, merged.refused) == (1, 1) and "不能并入自己" in merged.items.get(state="refused").why
    late = town.dispatched()
    cases.ask_extension(late, reason="连日降雪", days=3, by=town.liaison, at=moment())
    assert work(ask(town, [late, primary], "grant_extension", days="2")).done == 1
    two.refresh_from_db()
    late.refresh_from_db()
    assert two.merged_into == primary and late.extensions == 1


def test_take_back_withdraws_exactly_what_was_handed_over_and_nobody_signed(town: Town) -> None:
    kept, signed, other = town.filed(), town.filed(), town.dispatched()
    batch = work(ask(town, [kept, signed, other], "dispatch", unit=town.city.code))
    assert (batch.done, batch.refused) == (2, 1)
    cases.comment(Case.objects.get(pk=kept.pk), note="已电话联系", by=town.desk, at=moment(0, 11))
    cases.sign(Case.objects.get(pk=signed.pk), by=town.liaison, at=timezone.now())
    back = work(actions.take_back(batch, note="交错单位", by=town.desk, at=moment(0, 12)))
    assert (back.total, back.done, back.refused) == (2, 1, 1)
    assert "liaison" in back.items.get(state="refused").why and "签收" in back.items.get(state="refused").why
    assert states() == ["filed", "handling", "dispatched"]
    with pytest.raises(actions.NothingToTakeBack, match="已经撤回过"):
        actions.take_back(batch, note="再来", by=town.head, at=moment(0, 13))
    with pytest.raises(actions.NothingToTakeBack, match="不能成批撤回"):
        actions.take_back(back, note="再来", by=town.desk, at=moment(0, 13))


def test_take_back_of_what_still_runs_or_did_nothing_is_refused(town: Town) -> None:
    waiting, nothing = ask(town, [town.filed()], "dispatch", unit=town.city.code), ask(town, [town.dispatched()], "dispatch", unit=town.city.code)
    with pytest.raises(Conflict, match="还在办理"):
        actions.take_back(waiting, note="错", by=town.desk, at=moment())
    work(nothing)
    with pytest.raises(Conflict, match="不需要撤回"):
        actions.take_back(nothing, note="错", by=town.desk, at=moment())
    with pytest.raises(Refused):
        actions.take_back(Batch.objects.exclude(pk=nothing.pk).get(), note=" ", by=town.desk, at=moment())


def test_one_case_that_breaks_stops_no_other_and_a_batch_that_breaks_is_given_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    found = reported(town, 3)
    real = cases.accept

    def breaks(case: Case, **given: object) -> Case:
        if case.pk == found[1].pk:
            raise RuntimeError("no luck")
        return real(case, **given)  # type: ignore[no-any-return]

    monkeypatch.setattr(running.verbs.actions, "accept", breaks)
    batch = work(ask(town, found))
    assert (batch.done, batch.refused) == (2, 1) and "系统出错" in batch.items.get(state="refused").why
    monkeypatch.setattr(running, "_moves", lambda *given: 1 / 0)
    broken = work(ask(town, [found[1]]))
    assert broken.state == "failed" and "系统出错" in broken.problem


def test_batch_that_ends_the_worker_again_and_again_is_given_up(town: Town) -> None:
    batch = ask(town, reported(town, 1))
    Batch.objects.update(state="running", tries=running.TRIES)
    assert work(batch).state == "failed" and "意外中断" in batch.problem


def test_give_up_and_finish_are_the_systems(town: Town) -> None:
    batch = ask(town, reported(town, 1))
    for act in (actions.start, actions.finish, actions.forget):
        with pytest.raises(NotAllowed):
            act(batch if act is not actions.forget else None, by=town.head, at=moment())
    with pytest.raises(NotAllowed):
        actions.give_up(batch, problem="x", by=town.head, at=moment())


def test_forget_drops_old_batches_and_keeps_what_runs(town: Town) -> None:
    old, running_one = work(ask(town, reported(town, 1))), ask(town, reported(town, 1))
    Batch.objects.update(asked_at=moment(-200))
    jobs.forget(moment())
    assert list(Batch.objects.all()) == [running_one] and old.pk


def test_pages_tell_progress_and_reasons_and_offer_what_can_be_done(town: Town, as_: SignIn) -> None:
    found = [*reported(town, 2), town.filed()]
    batch = ask(town, found)
    desk = as_("desk")
    page = desk.get(f"/batches/{batch.uuid}/").content.decode()
    assert "排队中" in page and "hx-trigger" in page and "data-batch-cancel" in page and "data-batch-undo" not in page
    assert "HX-Refresh" not in desk.get(f"/batches/{batch.uuid}/progress/").headers
    work(batch)
    assert desk.get(f"/batches/{batch.uuid}/progress/").headers["HX-Refresh"] == "true"
    page = desk.get(f"/batches/{batch.uuid}/").content.decode()
    assert "成功 2 条，1 条未办" in page and "1 条：" in page and "未办的再办一次" in page
    assert found[0].number not in desk.get(f"/batches/{batch.uuid}/?only=refused").content.decode()
    sheet = CalamineWorkbook.from_filelike(BytesIO(b"".join(desk.get(f"/batches/{batch.uuid}/refused.xlsx").streaming_content)))  # type: ignore[attr-defined]
    assert [row[0] for row in sheet.get_sheet_by_index(0).to_python()[1:]] == [found[2].number]
    assert "受理" in desk.get("/batches/").content.decode()
    again = desk.post(f"/batches/{batch.uuid}/again/", follow=True)
    assert again.context["batch"].refused == 1 and again.context["batch"].total == 1
    for name, status in (("head", 200), ("auditor", 200), ("liaison", 404)):
        assert as_(name).get(f"/batches/{batch.uuid}/").status_code == status, name


def test_before_a_move_without_an_opposite_it_is_said_that_it_cannot_be_taken_back(town: Town, as_: SignIn) -> None:
    told = {verb: verbs.question(verb, "这 2 条案件") for verb in VERBS}
    assert {verb for verb, words in told.items() if "不能" not in words} == {"accept", "dispatch", "merge"}
    assert {verb for verb, words in told.items() if words.endswith("此步办理后不能撤回。")} == {"reject", "verify_pass", "grant_extension"}
    assert all(words.endswith("此步办理后不能整批撤回。") for verb, words in told.items() if verb in ("sign", "withdraw", "unaccept", "split_off"))
    town.dispatched()
    page = as_("desk").post("/cases/bulk/", {"query": "", "move": "withdraw"}).content.decode()
    assert "此步办理后不能整批撤回。" in page
    assert "此步办理后不能整批撤回。" in as_("liaison").get("/cases/?order=").content.decode(), "a few that were ticked are asked about in place"


def test_undo_from_the_page(town: Town, as_: SignIn) -> None:
    batch = work(ask(town, [town.filed(), town.filed()], "dispatch", unit=town.city.code))
    desk = as_("desk")
    assert "data-batch-undo" in desk.get(f"/batches/{batch.uuid}/").content.decode()
    assert "2 条案件退回" in desk.get(f"/batches/{batch.uuid}/take-back/").content.decode()
    assert desk.post(f"/batches/{batch.uuid}/take-back/", {"note": ""}).status_code == 422
    page = desk.post(f"/batches/{batch.uuid}/take-back/", {"note": "交错了"}, follow=True)
    back = work(page.context["batch"])
    assert (back.done, states()) == (2, ["filed", "filed"])
    assert "已撤回 2 条" in desk.get(f"/batches/{batch.uuid}/").content.decode()


def test_program_asks_looks_stops_and_takes_back(town: Town, as_: SignIn) -> None:
    desk = as_("desk")
    found = [town.filed(), town.filed()]
    send = {"content_type": "application/json"}
    made = desk.post("/api/v1/batches", {"verb": "dispatch", "filters": {"state": "filed"}, "given": {"unit": town.city.code}}, **send)
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["state"], told["done"], told["total"]) == ("done", 2, 2) and {m["name"]: m["allowed"] for m in told["moves"]} == {"take_back": True}
    listed = desk.get(f"/api/v1/batches/{told['id']}/items").json()["items"]
    assert {row["number"] for row in listed} == {case.number for case in found} and {row["state"] for row in listed} == {"done"}
    back = desk.post(f"/api/v1/batches/{told['id']}/moves/take_back", {"note": "交错了"}, **send)
    assert back.status_code == 201 and back.json()["takes_back"] == told["id"]
    stopped = desk.post(f"/api/v1/batches/{back.json()['id']}/moves/cancel")
    assert stopped.json()["state"] == "cancelled" and len(desk.get("/api/v1/batches").json()["items"]) == 2
    for body in ({"verb": "accept"}, {"verb": "accept", "numbers": ["1"], "filters": {}}, {"verb": "nothing", "numbers": ["1"]}):
        assert desk.post("/api/v1/batches", body, **send).status_code == 422, body
    assert desk.post("/api/v1/batches", {"verb": "accept", "filters": {"status": "filed"}}, **send).status_code == 400
    assert as_("liaison").get(f"/api/v1/batches/{told['id']}").status_code == 404
