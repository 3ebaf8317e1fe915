"""Two workers at one batch: a living owner's is left alone, a dead one's goes on where it stands, nothing comes twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yipanqi.batches import files, jobs, owners, running, selectors
from yipanqi.batches.actions import FileInHand, ask_for_file, working
from yipanqi.batches.models import Batch
from yipanqi.batches.tests.test_files import ask, small_pieces, table, work
from yipanqi.batches.tests.test_moves import ask as ask_moves
from yipanqi.batches.tests.test_moves import reported, states
from yipanqi.cases.models import Case
from yipanqi.cases.tests.test_race import at_once
from yipanqi.cases.tests.town import Town, moment
from yipanqi.kernel.models import JournalEntry

__all__ = ["small_pieces"]
As = Callable[[str], Any]


@pytest.fixture
def as_worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[As]:
    """Be the worker of a name, with what that one has opened; each does one piece a slice."""
    opened: dict[str, dict[Any, Any]] = {}
    monkeypatch.setattr(running, "SLICE_S", -1.0)

    @contextmanager
    def being(name: str) -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(owners, "me", lambda: name)
            patch.setattr(working, "me", lambda: name)
            patch.setattr(running, "_going", opened.setdefault(name, {}))
            yield

    yield being
    for going in opened.values():
        for steps in going.values():
            steps.close()


def lease_over(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(held_until=timezone.now() - dt.timedelta(seconds=1))


@pytest.mark.parametrize("kind", ["import", "check"])
def test_owner_that_lives_is_left_alone_by_the_others(town: Town, as_worker: As, kind: str) -> None:
    batch = ask(town, table(23, bad=(3, 17)), kind)
    with as_worker("one"):
        jobs.work(timezone.now())
    with as_worker("two"):
        assert not selectors.waiting(timezone.now()).exists()
        assert running.go_on(batch, -1.0, told=True) is False
    batch.refresh_from_db()
    assert (batch.state, batch.owner, batch.done + batch.refused) == ("running", "one", 5)
    with as_worker("one"):
        work()
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.refused, batch.owner, batch.held_until) == ("done", 21, 2, "", None)
    assert batch.items.count() == 2


def test_import_taken_over_goes_on_behind_what_is_stored_and_the_old_owner_too_when_its_turn_comes_again(town: Town, as_worker: As) -> None:
    batch = ask(town, table(23))
    for name in ("one", "two", "one", "two", "one", "two"):
        with as_worker(name):
            running.go_on(batch, -1.0, told=True)
        lease_over(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.problem, batch.done, Case.objects.count()) == ("done", "", 23, 23)


def test_check_taken_over_begins_anew_and_counts_every_line_once(town: Town, as_worker: As) -> None:
    batch = ask(town, table(23, bad=(1, 7)), "check")
    for _n in range(3):
        with as_worker("one"):
            running.go_on(batch, -1.0, told=True)
    lease_over(batch)
    with as_worker("two"):
        running.go_on(batch, -1.0, told=True)
    with as_worker("one"):
        assert running.go_on(batch, -1.0, told=True) is False
    with as_worker("two"):
        work()
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.refused, batch.items.count()) == ("done", 21, 2, 2)


def test_owner_that_was_taken_over_in_the_middle_of_a_slice_writes_nothing_more(town: Town, as_worker: As, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = ask(town, table(23))
    real = running._slice

    def slow(batch: Batch, over: Callable[[], bool]) -> bool:
        Batch.objects.filter(pk=batch.pk).update(owner="two", held_until=timezone.now() + owners.LEASE)
        return real(batch, over)

    with as_worker("one"):
        monkeypatch.setattr(running, "_slice", slow)
        assert running.go_on(batch, -1.0, told=True) is False
        monkeypatch.setattr(running, "_slice", real)
    batch.refresh_from_db()
    assert (batch.state, batch.owner, batch.done, Case.objects.count()) == ("running", "two", 0, 0)


def test_lines_that_are_stored_already_reopen_the_file_instead_of_failing(town: Town, as_worker: As) -> None:
    batch = ask(town, table(23))
    with as_worker("one"):
        running.go_on(batch, -1.0, told=True)
        Batch.objects.filter(pk=batch.pk).update(position=11)  # lines 2 to 11
        assert running.go_on(batch, -1.0, told=True) is True
        work()
    batch.refresh_from_db()
    assert (batch.state, batch.problem) == ("done", "") and Case.objects.count() == 18


def test_export_by_two_is_one_file_and_one_line_in_the_journal(town: Town, as_worker: As, tmp_path: Path) -> None:
    for _n in range(12):
        town.report()
    given = {"query": "", "fmt": "csv"}
    made = ask_for_file(None, kind="export", what="case_list", given=given, file_name="x.csv", by=town.desk, at=moment())
    with as_worker("one"):
        running.go_on(made, -1.0, told=True)
    lease_over(made)
    with as_worker("two"):
        work()
    with as_worker("one"):
        jobs.work(timezone.now())
    made.refresh_from_db()
    assert (made.state, made.done) == ("done", 12) and files.held(town.desk, made.file)
    assert JournalEntry.objects.filter(action="desk.note_export").count() == 1 and len(list(tmp_path.rglob("*.csv"))) == 1


def test_moves_are_left_to_any_worker_between_slices(town: Town, as_worker: As) -> None:
    batch = ask_moves(town, reported(town, 3))
    for name in ("one", "two", "one", "two"):
        with as_worker(name):
            jobs.work(timezone.now())
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.owner) == ("done", 3, "") and states() == ["filed"] * 3


def test_lease_from_before_the_clock_was_set_back_holds_nobody_up(town: Town) -> None:
    batch = ask_moves(town, reported(town, 1))
    Batch.objects.update(owner="gone", held_until=timezone.now() + dt.timedelta(days=1))
    jobs.work(timezone.now())
    batch.refresh_from_db()
    assert batch.state == "done"


def test_forks_and_threads_have_tokens_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = owners.me()
    assert mine == owners.me() and len(mine) <= 40
    monkeypatch.setattr(owners.os, "getpid", lambda: -1)
    assert owners.me() != mine


def test_check_taken_over_before_its_last_word_leaves_that_to_the_other(town: Town, as_worker: As, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = ask(town, table(3), "check")
    real = working.note_checked
    with as_worker("one"):
        monkeypatch.setattr(working, "note_checked", lambda batch: bool(Batch.objects.update(owner="two")) and real(batch))
        assert running.go_on(batch, 60.0, told=True) is False
    assert not list(tmp_path.rglob("*.found"))
    monkeypatch.setattr(working, "note_checked", real)
    with as_worker("two"):
        work()
    batch.refresh_from_db()
    assert batch.state == "done" and [path.suffix for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".csv"] == [".found"]



@pytest.mark.django_db(transaction=True)
def test_import_of_one_file_asked_for_by_two_at_the_same_moment_is_one(tmp_path: Path) -> None:
    town = Town()
    path = files.hold(town.desk, "x.csv")
    path.write_bytes(table(3).read())
    given: dict[str, Any] = {"kind": "import", "what": "cases", "file": path.name, "file_name": "x.csv", "by": town.desk, "at": moment()}
    said = at_once(*[lambda: ask_for_file(None, **given)] * 4)
    assert sorted("正在处理" in one for one in said) == [False, True, True, True] and Batch.objects.count() == 1
    work()
    assert Case.objects.count() == 3
    with pytest.raises(FileInHand, match="已经导入"):
        ask_for_file(None, **given)


@pytest.mark.django_db(transaction=True)
def test_one_ledger_sent_twice_and_imported_by_two_workers_at_the_same_moment_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town()
    sent = [ask(town, table(23), who=who) for who in ("desk", "head")]
    monkeypatch.setattr(running, "_going", {})

    def through(batch: Batch) -> None:
        while running.go_on(batch, 0.0, told=True):
            pass

    assert at_once(*[lambda batch=batch: through(batch) for batch in sent]) == ["done", "done"]  # type: ignore[misc]
    for batch in sent:
        batch.refresh_from_db()
    assert Case.objects.count() == 23 and [batch.state for batch in sent] == ["done", "done"]
    assert [sum(batch.counts.get(name, 0) for batch in sent) for name in ("created", "unchanged")] == [23, 23]
