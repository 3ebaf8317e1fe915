"""What somebody with the database in hand might do to the journal, and that verifying names it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from yipanqi.kernel import journal, journal_head
from yipanqi.kernel.models import JournalEntry, JournalSeal

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 6, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def row(at: dt.datetime, **more: Any) -> JournalEntry:
    return JournalEntry.objects.create(
        at=at, action="people.add_unit", actor="system", subject_kind="people.unit", subject="x", **more
    )


@pytest.fixture(autouse=True)
def three_seals(settings: Any, tmp_path: Path) -> Path:
    """Three seals, a day apart, two rows each; noted in a file."""
    settings.JOURNAL_HEAD = tmp_path / "data" / "journal.head"
    for day in range(3):
        at = NOW + dt.timedelta(days=day)
        row(at), row(at)
        assert journal.seal(at) == 2
    return Path(settings.JOURNAL_HEAD)


def problem(**more: Any) -> str:
    fault = journal.verify(**more)
    return fault.problem if fault else ""


def test_untouched_journal_with_new_rows_verifies(three_seals: Path) -> None:
    row(NOW + dt.timedelta(days=2))
    assert problem(now=NOW + dt.timedelta(days=3)) == ""
    assert [line.split()[0] for line in three_seals.read_text().splitlines()] == ["1", "2", "3"]
    assert three_seals.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("batch", [0, -1, 4])
def test_row_inserted_with_a_seal_that_is_not_there(batch: int) -> None:
    row(NOW + dt.timedelta(days=2), batch=batch)
    assert "does not exist" in problem()


def test_row_inserted_unsealed_but_older_than_the_last_seal() -> None:
    added = row(NOW + HOUR)
    fault = journal.verify()
    assert fault and fault.entry == added.pk and "older than the last seal" in fault.problem


def test_backdated_row_that_the_worker_sealed_meanwhile() -> None:
    added = row(NOW)
    journal.seal(NOW + dt.timedelta(days=3))
    assert journal.verify() == journal.Fault(4, added.pk, "older than the seal before its own")


def test_rows_of_a_backlog_longer_than_one_seal_are_not_taken_for_inserted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "BATCH", 3)
    for number in range(7):
        row(NOW + dt.timedelta(days=3, hours=number))
    later = NOW + dt.timedelta(days=9)
    while journal.seal(later):
        later += dt.timedelta(seconds=1)
    assert JournalSeal.objects.count() == 6 and problem() == ""


def test_row_that_waits_for_its_seal_for_weeks() -> None:
    row(NOW + dt.timedelta(days=2))
    assert "waits" in problem(now=NOW + dt.timedelta(days=30))


def test_newest_seal_removed_with_its_rows() -> None:
    JournalEntry.objects.filter(batch=3).delete()
    JournalSeal.objects.filter(number=3).delete()
    assert journal.verify() == journal.Fault(3, None, "seal noted in journal.head is gone")


def test_everything_removed() -> None:
    JournalEntry.objects.all().delete()
    JournalSeal.objects.all().delete()
    assert journal.verify() == journal.Fault(1, None, "seal noted in journal.head is gone")


def test_seals_rewritten_as_a_whole() -> None:
    JournalSeal.objects.all().delete()
    JournalEntry.objects.filter(batch=2).delete()
    JournalEntry.objects.update(batch=None)
    for _again in range(3):
        journal.seal(NOW + dt.timedelta(days=2))
    for day in range(2):
        row(NOW + dt.timedelta(days=2))
        journal.seal(NOW + dt.timedelta(days=2, seconds=day))
    assert journal.verify() == journal.Fault(3, None, "seal differs from journal.head")


@pytest.mark.parametrize("change", [{"count": 1}, {"sealed_at": NOW - HOUR}, {"root": "0" * 64}, {"chain": "0" * 64}])
def test_seal_edited(change: dict[str, Any]) -> None:
    JournalSeal.objects.filter(number=2).update(**change)
    assert journal.verify() == journal.Fault(2, None, "seal changed")


def test_seal_in_the_middle_removed_with_its_rows() -> None:
    JournalEntry.objects.filter(batch=2).delete()
    JournalSeal.objects.filter(number=2).delete()
    assert journal.verify() == journal.Fault(2, None, "seal missing")


def test_printed_head_is_looked_for_among_all_seals(three_seals: Path) -> None:
    printed = JournalSeal.objects.get(number=2).chain
    assert problem(head=printed) == ""
    three_seals.unlink()
    JournalEntry.objects.all().delete()
    JournalSeal.objects.all().delete()
    assert problem() == ""
    assert problem(head=printed) == "no seal has the printed head"


def test_line_that_was_cut_off_by_a_crash_is_written_again(three_seals: Path) -> None:
    text = three_seals.read_text()
    three_seals.write_text(text[:-20])
    assert journal_head.last() == journal_head.Head(2, JournalSeal.objects.get(number=2).chain)
    assert problem() == ""


def test_note_makes_good_what_a_crash_left_out(three_seals: Path) -> None:
    whole = three_seals.read_text()
    three_seals.write_text("".join(whole.splitlines(keepends=True)[:1]))
    journal_head.note()
    assert three_seals.read_text() == whole
