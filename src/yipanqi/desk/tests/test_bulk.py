"""Many cases of the list at once: a few in the request, many by the worker, all that the filters leave; asked before."""

from __future__ import annotations

from io import BytesIO

from python_calamine import CalamineWorkbook

from yipanqi.batches import jobs
from yipanqi.batches.models import Batch
from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk import bulk
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.policy import keep_policy


def test_bulk_moves_are_each_done_or_refused_by_itself(town: Town, as_: SignIn) -> None:
    good, done, classless = town.report(issue_class=town.class_), town.report(issue_class=town.class_), town.report()
    actions.reject(done, reason="不属实", by=town.desk, at=moment())
    sent = {"move": "accept", "number": [good.number, "C0", done.number, classless.number, good.number], "back": "/cases/?state=reported"}
    page = as_("desk").post("/cases/bulk/", sent, follow=True)
    found = Batch.objects.get()
    assert page.redirect_chain == [(f"/batches/{found.uuid}/", 302)] and found.state == "done"
    assert list(found.items.order_by("seq").values_list("number", "state")) == [
        (good.number, "done"), ("C0", "refused"), (done.number, "refused"), (classless.number, "refused"),
    ]  # fmt: skip
    whys = list(found.items.order_by("seq").values_list("why", flat=True))
    assert ["找不到" in whys[1], "不予受理" in whys[2], "没有定问题类别" in whys[3]] == [True] * 3
    assert [c.state for c in Case.objects.order_by("id")] == ["filed", "rejected", "reported"]
    text = page.content.decode()
    assert "成功 1 条，3 条未办" in text and "/cases/?state=reported" in text


def test_bulk_dispatch_goes_to_the_unit_of_the_rules_or_to_the_one_that_was_chosen(town: Town, as_: SignIn) -> None:
    case = town.filed()
    as_("desk").post("/cases/bulk/", {"move": "dispatch", "number": [case.number]})
    assert "没有责任规则" in Batch.objects.get().items.get().why and Case.objects.get().state == "filed"
    as_("desk").post("/cases/bulk/", {"move": "dispatch", "number": [case.number], "asked": "1", "unit": town.clean.code})
    assert Case.objects.get().unit == town.clean


def test_bulk_of_nothing_too_many_or_an_unknown_move_is_refused(town: Town, as_: SignIn) -> None:
    desk = as_("desk")
    assert desk.post("/cases/bulk/", {"move": "resolve", "number": ["C1"]}).status_code == 422
    assert desk.post("/cases/bulk/", {"move": "accept"}).status_code == 422
    assert "没有选中案件" in desk.post("/cases/bulk/", {"move": "more"}).content.decode()
    assert not Batch.objects.exists()


def test_bulk_moves_offered_are_those_of_the_role(town: Town) -> None:
    offered = {name: [m["value"] for m in bulk.offered(town.people[name])] for name in ("desk", "head", "inspector", "liaison", "auditor", "grid")}
    office = ["accept", "dispatch", "verify_pass", "reject", "merge", "withdraw", "unaccept", "split_off", "grant_extension"]
    assert offered == {"desk": office, "head": office, "inspector": ["verify_pass"], "liaison": ["sign"], "auditor": [], "grid": []}


def test_bulk_move_that_needs_words_asks_for_them_with_the_count(town: Town, as_: SignIn) -> None:
    cases = [town.report() for _n in range(3)]
    sent = {"move": "reject", "number": [case.number for case in cases]}
    page = as_("desk").post("/cases/bulk/", sent).content.decode()
    assert "这 3 条案件都不予受理" in page and "办理 3 条" in page and not Batch.objects.exists()
    bad = as_("desk").post("/cases/bulk/", sent | {"asked": "3"})
    assert bad.status_code == 422 and not Batch.objects.exists()
    as_("desk").post("/cases/bulk/", sent | {"asked": "3", "reason": "不属于本市"})
    assert {c.state for c in Case.objects.all()} == {"rejected"}


def test_everything_that_the_filters_show_is_settled_when_it_is_asked_for(town: Town, as_: SignIn) -> None:
    keep_policy("batches.at_once", 1, by="test", at=moment())
    desk = as_("desk")
    for n in range(3):
        town.report(issue_class=town.class_, title=f"甲{n}")
    town.report(issue_class=town.class_, title="乙")
    bar = desk.get("/cases/bulk/count/?q=甲").content.decode()
    assert "改选筛选出的全部 3 条（含其他页）" in bar and "/cases/bulk/?q=" in bar
    page = desk.get("/cases/bulk/?q=甲").content.decode()
    assert "这 3 条案件" in page and "文字 甲" in page
    asked = desk.post("/cases/bulk/", {"move": "accept", "query": "q=甲"}).content.decode()
    assert "受理这 3 条案件" in asked
    town.report(issue_class=town.class_, title="甲3")
    changed = desk.post("/cases/bulk/", {"move": "accept", "query": "q=甲", "asked": "3"})
    assert changed.status_code == 409 and "现在是 4 条" in changed.content.decode() and not Batch.objects.exists()
    desk.post("/cases/bulk/", {"move": "accept", "query": "q=甲", "asked": "4"})
    made = Batch.objects.get()
    assert (made.state, made.total, made.words) == ("queued", 4, "文字 甲")
    assert Case.objects.filter(state="filed").count() == 0, "many are left to the worker"


def test_more_cases_than_the_limit_are_not_taken(town: Town, as_: SignIn) -> None:
    keep_policy("batches.most_cases", 2, by="test", at=moment())
    for _n in range(3):
        town.report(issue_class=town.class_)
    desk = as_("desk")
    assert "2 条以上，请缩小范围" in desk.get("/cases/bulk/count/").content.decode()
    assert "2 条以上，请缩小范围" in desk.get("/cases/bulk/").content.decode()
    assert desk.post("/cases/bulk/", {"move": "accept", "query": "", "asked": "3"}).status_code == 422
    numbers = list(Case.objects.values_list("number", flat=True))
    assert desk.post("/cases/bulk/", {"move": "accept", "number": numbers}).status_code == 422
    assert not Batch.objects.exists()


def test_a_unit_signs_many_and_nobody_makes_moves_of_others(town: Town, as_: SignIn) -> None:
    cases = [town.dispatched() for _n in range(2)]
    numbers = [case.number for case in cases]
    as_("liaison").post("/cases/bulk/", {"move": "sign", "number": numbers})
    assert {c.state for c in Case.objects.all()} == {"handling"}
    for name in ("liaison", "grid", "auditor"):
        assert as_(name).post("/cases/bulk/", {"move": "withdraw", "number": numbers, "asked": "2", "note": "错交"}).status_code == 403, name
    assert {c.state for c in Case.objects.all()} == {"handling"}


def test_a_very_long_export_is_written_by_the_worker_for_whoever_asked_for_it(town: Town, as_: SignIn) -> None:
    keep_policy("batches.export_at_once", 2, by="test", at=moment())
    for n in range(3):
        town.report(title=f"甲{n}")
    town.report(title="乙")
    desk = as_("desk")
    page = desk.get("/cases/export.xlsx?q=甲")
    made = Batch.objects.get()
    assert page["Location"] == f"/batches/{made.uuid}/" and made.kind == "export"
    jobs.work(moment(1))
    made.refresh_from_db()
    assert (made.state, made.done) == ("done", 3)
    answer = desk.get(f"/batches/{made.uuid}/file/")
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()  # type: ignore[attr-defined]
    assert sorted(row[2] for row in rows[1:]) == ["甲0", "甲1", "甲2"]
    assert as_("head").get(f"/batches/{made.uuid}/file/").status_code == 404
    assert JournalEntry.objects.get(action="desk.note_export").data["rows"] == 3
    assert "/file/" in desk.get(f"/batches/{made.uuid}/").content.decode()
