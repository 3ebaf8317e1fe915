"""The daily clean-up removes what was never used, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from yipanqi.files import actions, intake, storage
from yipanqi.files.jobs import clean_orphans
from yipanqi.files.models import Attachment, Photo
from yipanqi.files.tests import photos
from yipanqi.files.tests.people import user
from yipanqi.files.tests.test_actions import NOW, RESIDENT, attached, paper_by, photo_by
from yipanqi.kernel.models import JournalEntry

pytestmark = pytest.mark.django_db
NEXT_DAY = NOW + timedelta(hours=25)


def files_in(store: Path, moment: float = NOW.timestamp()) -> list[Path]:
    """All files, after giving them the age of the photos of these tests."""
    found = sorted(path for path in store.rglob("*") if path.is_file())
    for path in found:
        os.utime(path, (moment, moment))
    return found


def test_clean_orphans_removes_rows_and_files_never_attached(store: Path) -> None:
    photo_by(RESIDENT)
    paper_by(user("desk"))
    kept = attached(RESIDENT)
    assert len(files_in(store)) == 7
    clean_orphans(NEXT_DAY)
    assert list(Photo.objects.all()) == [kept] and not Attachment.objects.exists()
    assert {str(path.relative_to(store)) for path in files_in(store)} == {kept.original, kept.large, kept.thumb}
    assert JournalEntry.objects.filter(action="files.discard", actor="system").count() == 2


def test_clean_orphans_leaves_what_is_younger_than_a_day(store: Path) -> None:
    photo_by(RESIDENT)
    files_in(store)
    clean_orphans(NOW + timedelta(hours=23))
    assert Photo.objects.count() == 1 and len(files_in(store)) == 3


def test_clean_orphans_removes_files_of_failed_transactions_and_half_written_ones(store: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        photo_by(RESIDENT)
        raise ZeroDivisionError
    prepared = intake.prepare(photos.jpeg())
    (store / storage.INCOMING / f"{prepared.uuid}.1f.part").write_bytes(b"half")
    assert len(files_in(store)) == 7
    clean_orphans(NEXT_DAY)
    assert files_in(store) == []


def test_clean_orphans_leaves_files_that_are_not_its_own(store: Path) -> None:
    (store / "photos").mkdir()
    (store / "photos" / "README.txt").write_text("说明")
    files_in(store)
    clean_orphans(NEXT_DAY)
    assert len(files_in(store)) == 1


def test_clean_orphans_twice_changes_nothing_more(store: Path) -> None:
    photo_by(RESIDENT)
    kept = attached(RESIDENT)
    files_in(store)
    for _ in range(2):
        clean_orphans(NEXT_DAY)
    assert list(Photo.objects.all()) == [kept] and len(files_in(store)) == 3


def test_clean_orphans_passes_over_a_photo_attached_this_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = photo_by(RESIDENT)
    gone = photo_by(RESIDENT)
    stale = [Photo.objects.get(pk=photo.pk), Photo.objects.get(pk=gone.pk)]
    actions.attach(photo, subject_kind="test.box", subject_ref="1", by=RESIDENT, at=NOW)
    gone.delete()
    monkeypatch.setattr(Photo.objects, "loose", lambda: _Rows(stale))
    clean_orphans(NEXT_DAY)
    assert Photo.objects.get().is_attached


class _Rows(list):  # type: ignore[type-arg]
    """Rows read a moment too early, in the shape of a query."""

    def filter(self, **_conditions: object) -> "_Rows":
        return self

    def iterator(self) -> "_Rows":
        return self


def test_clean_orphans_waits_while_a_backup_copies_and_forgets_one_that_was_struck_down(store: Path) -> None:
    photo_by(RESIDENT)
    now = NEXT_DAY
    with storage.being_copied(now):
        mark = next(store.glob(".being-copied-*"))
        os.utime(mark, (now.timestamp(), now.timestamp()))
        clean_orphans(now)
        assert Photo.objects.count() == 1
        files_in(store, NOW.timestamp() - 3 * 24 * 3600)  # nobody touched it since: it was struck down
        clean_orphans(now)
        assert not Photo.objects.exists() and not mark.exists()
    assert not storage.is_being_copied(now)


def test_clean_orphans_removes_what_a_server_left_that_was_struck_down_while_receiving(store: Path, settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    half, running = settings.FILE_UPLOAD_TEMP_DIR / "a.upload.jpg", settings.FILE_UPLOAD_TEMP_DIR / "b.upload.jpg"
    sheet = store / "sheets" / "somebody" / "x.xlsx"
    sheet.parent.mkdir(parents=True)
    for path, moment in ((half, NOW), (running, NEXT_DAY - timedelta(minutes=1)), (sheet, NOW - timedelta(days=3650))):
        path.write_bytes(b"half")
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    clean_orphans(NEXT_DAY)
    assert (half.exists(), running.exists(), sheet.exists()) == (False, True, False)
