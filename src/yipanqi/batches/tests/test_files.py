"""Large tables: checked and imported by the worker piece by piece, stopped where they stand, refused lines given back."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from python_calamine import CalamineWorkbook

from yipanqi.batches import files, jobs, running, selectors
from yipanqi.batches.actions import ask_for_file, cancel
from yipanqi.batches.models import Batch
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.desk.views import sheets as views
from yipanqi.kernel.actions import Conflict, NotAllowed
from yipanqi.sheets import engine, writing

HEAD = "来源,问题描述,发现时间"


@pytest.fixture(autouse=True)
def small_pieces(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is large, and pieces are of five lines."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(views, "LARGE", 1)
    monkeypatch.setattr(engine, "BATCH", 5)
    monkeypatch.setattr(writing, "PIECE", 5)


def table(n: int, bad: tuple[int, ...] = ()) -> SimpleUploadedFile:
    lines = [f"检查发现,第 {i} 处垃圾成堆,{'坏日期' if i in bad else '2026-01-05'}" for i in range(n)]
    return SimpleUploadedFile("台账.csv", "\n".join([HEAD, *lines]).encode())


def work(batch: Batch | None = None) -> Batch:
    while selectors.waiting(timezone.now()).exists():
        jobs.work(timezone.now())
    return Batch.objects.order_by("-pk")[0]


def sent(desk: Any, file: SimpleUploadedFile) -> str:
    """The address of the preview of a large file that was sent and checked."""
    preview = str(desk.post("/sheets/cases/", {"file": file})["Location"])
    waits = desk.get(preview)
    assert waits.status_code == 302 and waits["Location"].startswith("/batches/")
    assert desk.get(preview)["Location"] == waits["Location"], "asked for once"
    assert work().kind == "check"
    return preview


def test_large_table_is_checked_then_imported_by_the_worker(town: Town, as_: SignIn) -> None:
    desk = as_("desk")
    preview = sent(desk, table(23, bad=(3, 17)))
    page = desk.get(preview)
    assert dict(page.context["counts"]) == {"good": 21, "bad": 2, "new": 23, "rows": 23, "warnings": 0} and not Case.objects.exists()
    assert page.context["rows"][0]["errors"] and "坏日期" in page.content.decode()
    token = page.context["token"]
    faulty = desk.post("/sheets/cases/faulty-rows/", {"token": token}, follow=True)
    assert [row[1] for row in cells(faulty)] == ["问题描述", "第 3 处垃圾成堆", "第 17 处垃圾成堆"]
    whole = desk.post("/sheets/cases/import/", {"token": token}, follow=True)
    assert "什么都没有写入" in whole.content.decode() and not Case.objects.exists()
    started = desk.post("/sheets/cases/import/", {"token": token, "partial": "1"})
    assert desk.post("/sheets/cases/import/", {"token": token, "partial": "1"})["Location"] == started["Location"], "sent twice, imported once"
    made = work()
    assert (made.state, made.done, made.refused, made.total) == ("done", 21, 2, 23) and Case.objects.count() == 21
    page = desk.get(f"/batches/{made.uuid}/").content.decode()
    assert "已导入 21 行" in page and "坏日期" in page and "下载未导入的行和原因" in page
    refused = cells(desk.get(f"/batches/{made.uuid}/refused.xlsx"))
    assert [row[1] for row in refused[1:]] == ["第 3 处垃圾成堆", "第 17 处垃圾成堆"] and refused[0][-1] == "原因"
    assert as_("head").get(f"/batches/{made.uuid}/refused.xlsx").status_code == 404


def cells(answer: Any) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()


def ask(town: Town, file: SimpleUploadedFile, kind: str = "import", who: str = "desk") -> Batch:
    by = town.people[who]
    path = files.hold(by, "x.csv")
    path.write_bytes(file.read())
    made: Batch = ask_for_file(None, kind=kind, what="cases", file=path.name, file_name="x.csv", by=by, at=moment())
    return made


def test_stopped_import_keeps_the_pieces_that_are_stored_and_the_same_file_again_takes_the_rest(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = ask(town, table(23))
    monkeypatch.setattr(running, "SLICE_S", -1.0)
    jobs.work(timezone.now())
    jobs.work(timezone.now())
    cancel(batch, by=town.desk, at=moment())
    jobs.work(timezone.now())
    batch.refresh_from_db()
    assert (batch.state, batch.done, Case.objects.count()) == ("cancelled", 10, 10) and not running._going
    rest = ask(town, table(23))
    work()
    rest.refresh_from_db()
    assert (rest.done, rest.counts, Case.objects.count()) == (23, {"created": 13, "unchanged": 10}, 23)


def test_lines_that_repeat_an_earlier_piece_are_still_refused_after_a_restart(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [town.report(at=moment()) for _n in range(2)]
    lines = [f"{known[0].number},检查发现,新的话"] + [f",检查发现,第 {n} 处" for n in range(8)] + [f"{known[0].number},检查发现,又改"]
    batch = ask(town, SimpleUploadedFile("x.csv", "\n".join(["案件编号,来源,问题描述", *lines]).encode()))
    monkeypatch.setattr(running, "SLICE_S", -1.0)
    jobs.work(timezone.now())
    running._drop(batch.uuid)  # another worker takes over
    work()
    batch.refresh_from_db()
    assert not batch.problem
    assert (batch.done, batch.refused) == (8, 2) and all("重复出现" in why for why in batch.items.values_list("why", flat=True))


def test_file_that_is_gone_or_unreadable_and_rights_that_ended_give_up_with_a_sentence(town: Town) -> None:
    gone, bad, closed = ask(town, table(3)), ask(town, SimpleUploadedFile("x.csv", b"a,b\n1,2")), ask(town, table(3), who="head")
    for path in files.held(town.desk, gone.file).parent.glob(gone.file):
        path.unlink()
    town.head.is_active = False
    town.head.save()
    work()
    problems = {batch.pk: (batch.state, batch.problem) for batch in Batch.objects.all()}
    assert "已过期" in problems[gone.pk][1] and "找不到表头" in problems[bad.pk][1] and "账号已停用" in problems[closed.pk][1]
    assert {state for state, _problem in problems.values()} == {"failed"} and not Case.objects.exists()


def test_headings_of_ones_own_are_matched_and_checked_again(town: Town, as_: SignIn) -> None:
    desk = as_("desk")
    odd = SimpleUploadedFile("x.csv", "哪里来的,说了什么\n检查发现,垃圾成堆\n".encode())
    preview = sent(desk, odd)
    assert "/columns/" in desk.get(preview)["Location"]
    desk.post(preview.replace("/preview/", "/columns/"), {"column-source": "哪里来的", "column-description": "说了什么"})
    assert desk.get(preview)["Location"].startswith("/batches/")
    assert work().state == "done" and desk.get(preview).context["counts"]["good"] == 1


def test_ask_for_file_is_refused_without_the_right_and_while_it_runs(town: Town) -> None:
    batch = ask(town, table(3))
    with pytest.raises(Conflict, match="正在处理"):
        ask_for_file(None, kind="import", what="cases", file=batch.file, by=town.desk, at=moment())
    for kind, what, who in (("import", "cases", "liaison"), ("check", "nothing", "desk"), ("export", "case_list", "admin")):
        with pytest.raises(NotAllowed):
            ask_for_file(None, kind=kind, what=what, given={"sheet": "cases", "fmt": "csv"}, by=town.people[who], at=moment())


def test_export_that_is_stopped_or_breaks_leaves_no_file(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _n in range(12):
        town.report()
    monkeypatch.setattr(running, "SLICE_S", -1.0)
    given = {"query": "", "fmt": "xlsx"}
    stopped = ask_for_file(None, kind="export", what="case_list", given=given, file_name="x.xlsx", by=town.desk, at=moment())
    jobs.work(timezone.now())
    assert list(tmp_path.rglob("*.xlsx"))
    cancel(stopped, by=town.desk, at=moment())
    jobs.work(timezone.now())
    assert not list(tmp_path.rglob("*.xlsx")) and not running._going
    broken = ask_for_file(None, kind="export", what="case_list", given=given, file_name="x.xlsx", by=town.desk, at=moment())
    monkeypatch.setattr(files, "exporting", lambda *given: (1 / 0 for _n in range(2)))
    work()
    broken.refresh_from_db()
    assert broken.state == "failed" and not list(tmp_path.rglob("*.xlsx"))


def test_export_is_only_for_whoever_asked_and_expires(town: Town, as_: SignIn) -> None:
    town.report()
    made = ask_for_file(None, kind="export", what="sheet", given={"sheet": "cases", "fmt": "csv"}, file_name="案件台账.csv", words="案件台账", by=town.desk, at=moment())
    work()
    desk = as_("desk")
    assert "检查发现" in b"".join(desk.get(f"/batches/{made.uuid}/file/").streaming_content).decode()  # type: ignore[attr-defined]
    assert as_("head").get(f"/batches/{made.uuid}/file/").status_code == 404 == as_("head").get(f"/batches/{made.uuid}/").status_code
    made.refresh_from_db()
    files.held(town.desk, made.file).unlink()
    assert desk.get(f"/batches/{made.uuid}/file/").status_code == 404
    assert "只保留一天" in desk.get(f"/batches/{made.uuid}/").content.decode()


def test_refused_lines_are_read_anew_while_a_file_is_worked_on(town: Town, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLICE_S", -1.0)
    batch, desk = ask(town, table(12, bad=(1,))), as_("desk")
    assert f'id="batch-rows" hx-get="/batches/{batch.uuid}/"' in desk.get(f"/batches/{batch.uuid}/").content.decode()
    jobs.work(timezone.now())
    assert "坏日期" in desk.get(f"/batches/{batch.uuid}/").content.decode().split('id="batch-rows"')[1]
    work()
    assert "hx-select" not in desk.get(f"/batches/{batch.uuid}/").content.decode().split('id="batch-rows"')[1]


def test_time_left_is_told_only_when_it_can_be_known(town: Town) -> None:
    now = timezone.now()
    batch = Batch(kind="import", state="running", total=1000, done=100, started_at=now - dt.timedelta(seconds=60))
    assert selectors.left(batch, now) == dt.timedelta(seconds=540) and selectors.share(batch) == 10
    batch.done = 10
    assert selectors.left(batch, now) is None
    batch.done, batch.started_at = 500, now - dt.timedelta(seconds=5)
    assert selectors.left(batch, now) is None
