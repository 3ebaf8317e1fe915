"""Preview and import into the database."""

from __future__ import annotations

import io
from typing import Any

import pytest

from yipanqi.kernel.models import Policy
from yipanqi.sheets import SHEETS, Report, preview, read, register, run_import

from .messy_sheets import AT, PLACES, PlaceSheet, book

pytestmark = pytest.mark.django_db
HEAD = ["编码", "名称", "责任单位", "备注"]


def load(file: Any, *, partial: bool = False, dry_run: bool = False) -> Report:
    return run_import(PLACES, file, partial=partial, dry_run=dry_run, by="desk", at=AT)


def test_import_twice_updates_instead_of_doubling() -> None:
    assert load(book(HEAD, ["P1", "广场", "城管局"], ["P2", "园"])).created == 2
    again = load(book(HEAD, ["P1", "广场", "城管局"], ["P2", "新园"]))
    assert (again.created, again.updated, again.unchanged, again.saved) == (0, 1, 1, True)
    assert Policy.objects.count() == 2


def test_import_with_one_bad_row_writes_nothing() -> None:
    report = load(book(HEAD, ["P1", "广场"], ["P2", "园", "城官局"]))
    assert not report.saved
    assert Policy.objects.count() == 0
    assert report.rejected[0].errors[0][1].startswith("第 3 行“责任单位”：没有“城官局”。您是不是要填“城管局”")


def test_import_partially_keeps_the_good_rows() -> None:
    report = load(book(HEAD, ["P1", "广场"], ["P2", None]), partial=True)
    assert report.saved
    assert list(Policy.objects.values_list("key", flat=True)) == ["P1"]
    assert report.rejected[0].errors == [("name", "第 3 行“名称”：必填，现在是空的，请填写。")]


def test_import_dry_writes_nothing_but_finds_what_actions_refuse() -> None:
    report = load(book(HEAD, ["P1", "广场"], ["P2", "不得录入"]), dry_run=True)
    assert (report.saved, report.created, Policy.objects.count()) == (False, 1, 0)
    assert report.rejected[0].errors == [("", "第 3 行：该点位已撤销，请删去此行。")]


def test_import_of_a_refused_row_leaves_no_trace_of_it() -> None:
    load(book(HEAD, ["P1", "广场"], ["P2", "不得录入"]), partial=True)
    assert list(Policy.objects.values_list("key", flat=True)) == ["P1"]


def test_import_names_both_lines_of_a_duplicate_key() -> None:
    report = load(book(HEAD, ["P1", "广场"], ["P2", "园"], ["Ｐ１", "另一个"]), partial=True)
    assert [row.line_no for row in report.rejected] == [2, 4]
    assert report.rejected[0].errors == [("code", "第 2 行“编码”：“P1”在第 2、4 行重复出现，请只保留一行。")]


@pytest.mark.parametrize("kept", [0, 1, 3, 4, 100])
def test_import_works_on_each_row_once_however_many_stay_in_memory(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yipanqi.sheets.engine.KEPT", kept)
    monkeypatch.setattr("yipanqi.sheets.engine.BATCH", 2)
    rows = [["P1", "广场"], ["P2", "园", "城官局"], ["P3", "路"], ["P4", None], ["P1", "又"], ["P6", "桥", "城管局"]]
    report = load(book(HEAD, *rows), partial=True)
    assert [row.line_no for row in report.rejected] == [2, 3, 5, 6]
    assert [len(row.errors) for row in report.rejected] == [1, 1, 1, 1]
    assert sorted(Policy.objects.values_list("key", flat=True)) == ["P3", "P6"] and report.created == 2


def test_import_reports_what_shows_only_across_rows() -> None:
    report = load(book(["编码", "名称", "人数"], ["P1", "广场", 13]))
    assert report.rejected[0].errors == [("people", "第 2 行“人数”：人数合计不符，请核对。")]


def test_import_the_rejected_rows_again_once_mended() -> None:
    report = load(book(["台账"], HEAD, ["P1", "广场", "城官局", "=留着"], ["P2", "园"]), partial=True)
    file = io.BytesIO()
    report.write_rejected(file)
    table = read(file, PLACES)
    assert table.headings == [*HEAD, "原因"]
    assert "没有“城官局”" in next(table.rows())[1][4]
    assert table.unknown == ["备注"]
    assert len(load(file, partial=True).rejected) == 1
    mended = book(["编码", "名称", "责任单位", "原因"], ["P1", "广场", "城管局", "旧的原因"])
    assert load(mended).created == 1


def test_import_more_rows_than_a_batch_and_tell_the_progress() -> None:
    reached: list[int] = []
    rows = [[f"P{number}", "广场"] for number in range(1001)]
    file = book(HEAD, *rows)
    report = run_import(PLACES, file, partial=False, dry_run=False, by="desk", at=AT, progress=reached.append)
    assert (report.created, reached) == (1001, [501, 1001, 1002])


def test_preview_counts_and_writes_nothing() -> None:
    load(book(HEAD, ["P1", "广场"]))
    seen = preview(PLACES, book(HEAD, ["P1", "广场"], ["P2", "园"], ["P3", None]))
    assert dict(seen.counts) == {"rows": 3, "good": 2, "bad": 1, "known": 1, "new": 2, "warnings": 0}
    assert [row.line_no for row in seen.rows] == [2, 3, 4]
    assert Policy.objects.count() == 1


@pytest.mark.parametrize("words", ["合计", "总 计：", "本页小计"])
def test_a_line_of_sums_is_no_row_and_is_told(words: str) -> None:
    rows = (HEAD, ["P1", "广场"], [None, words, None, 12], ["P2", "园"])
    seen, report = preview(PLACES, book(*rows)), load(book(*rows))
    assert (seen.counts["good"], seen.counts["bad"], report.created) == (2, 0, 2)
    assert seen.table.notes()[-1] == report.warnings[-1] == "第 3 行是合计行，已跳过。"


def test_columns_that_are_not_imported_are_named() -> None:
    seen = preview(PLACES, book(["编码", "名称", "巡查频次", "联系人"], ["P1", "广场", "每天", "某人"]))
    assert seen.table.notes() == ["未识别的列：巡查频次、联系人，不会导入。"]


def test_register_refuses_a_second_sheet_of_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHEETS, PLACES.name, PLACES)
    with pytest.raises(ValueError, match="two sheets"):
        register(PlaceSheet())
