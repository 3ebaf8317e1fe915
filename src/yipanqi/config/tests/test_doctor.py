"""Faults made for real, each named by `doctor` with what to do; its exit status and its JSON."""

from __future__ import annotations

import argparse
import datetime as dt
import errno
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from yipanqi.config import soundness
from yipanqi.config.backups import taking
from yipanqi.config.commands import doctor_command
from yipanqi.files.actions import add_photo, attach
from yipanqi.files.checks import photos_there
from yipanqi.files.intake import prepare
from yipanqi.files.tests.photos import jpeg
from yipanqi.findings import CHECKS, ERROR, WARNING, Finding, check
from yipanqi.kernel import journal, journal_head
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import Delivery, JournalEntry, JournalSeal, OutboxEvent
from yipanqi.people.models import User

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)
HOUR = dt.timedelta(hours=1)


def words(found: Any) -> str:
    return "\n".join(map(str, found))


def written(at: dt.datetime) -> JournalEntry:
    return JournalEntry.objects.create(at=at, action="a.b", actor="system", subject_kind="x", subject="y", data={})


def test_status_and_json_tell_how_bad_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found: list[Finding] = []
    monkeypatch.setattr(doctor_command, "findings", lambda now, for_production: found)
    args = argparse.Namespace(deploy=False, json=True)
    for one, status, told in ((None, 0, "ok"), (Finding("a", WARNING, "soon"), 1, "warning"), (Finding("b", ERROR, "now"), 2, "error")):
        found += [one] if one else []
        assert doctor_command.run(args) == status
        assert json.loads(capsys.readouterr().out)["status"] == told
    args.json = False
    assert doctor_command.run(args) == 2 and "- WARNING: soon\n- now" in capsys.readouterr().out


def test_checks_of_apps_are_heard_and_one_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    @check
    def broken(now: dt.datetime) -> Iterator[Finding]:
        raise ZeroDivisionError("oh")

    try:
        found = words(doctor_command.registered(NOW))
    finally:
        CHECKS.pop("config.broken")
    assert "config.broken itself failed (ZeroDivisionError" in found


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on a disk of 64 kB that is full; where nobody may mount one, writing there fails as on such a disk."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:

        def refuse(**_more: Any) -> Any:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(doctor_command.tempfile, "TemporaryFile", refuse)
        yield folder
        return
    try:
        with pytest.raises(OSError, match="No space left"), (folder / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_disk_that_is_really_full_is_named(settings: Any, small_disk: Path) -> None:
    settings.DATA = settings.MEDIA_ROOT = small_disk
    found = list(doctor_command.folders())
    assert found[0].severity == ERROR and f"The disk is full: make room under {small_disk}" in words(found)


def test_folder_of_photos_that_is_not_mounted_is_named_and_not_made_anew(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    photo = add_photo(None, prepared=prepare(jpeg()), kind="report", by=SYSTEM, at=NOW)
    attach(photo, subject_kind="cases.case", subject_ref="2026-000001", by=SYSTEM, at=NOW)
    assert not list(photos_there(NOW))
    media = Path(settings.MEDIA_ROOT)
    (media / photo.thumb).unlink()
    assert "1 files of" in words(photos_there(NOW)) and photo.thumb in words(photos_there(NOW))
    media.rename(tmp_path / "elsewhere")
    assert "is not there: mount its disk" in words(photos_there(NOW))
    assert not list(doctor_command.folders()) and not media.exists()


def test_database_that_a_newer_version_worked_on_is_named() -> None:
    assert not list(doctor_command.database())
    MigrationRecorder(connection).record_applied("cases", "9999_later")
    assert "newer version of Yipanqi has worked on this database (it took the step cases.9999_later)" in words(doctor_command.database())


def test_key_that_was_lost_is_named(settings: Any) -> None:
    User.objects.create(username="a", name="甲", phone="13900000000")
    assert not list(soundness.keys_open_fields(NOW))
    settings.FIELD_KEYS = ["another"]
    assert "No key opens people.User.phone" in words(soundness.keys_open_fields(NOW))
    settings.FIELD_KEYS = ["another", "test-field.key"]
    assert not list(soundness.keys_open_fields(NOW))


def test_journal_that_was_changed_or_lost_seals_is_named(settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL_HEAD = tmp_path / "journal.head"
    for hour in range(3):
        written(NOW + hour * HOUR)
        journal.seal(NOW + hour * HOUR)
    later = NOW + 3 * HOUR
    assert not list(soundness.journal_whole(later))
    JournalEntry.objects.filter(batch=2).update(actor="user:nobody")
    assert "changed after sealing" in words(soundness.journal_whole(later))
    last = journal_head.last()
    JournalSeal.objects.filter(number=3).delete()
    assert last and f"seal {last.number} noted in journal.head" in words(soundness.journal_whole(later))


def test_clock_that_was_ahead_and_set_back_is_named_and_the_journal_still_verifies() -> None:
    ahead = NOW + 30 * HOUR
    for at in (NOW, ahead, NOW + HOUR, NOW + 2 * HOUR):
        written(at)
        assert journal.seal(at) == 1
        assert journal.verify(now=at) is None
    written(NOW + 2 * HOUR)
    assert journal.verify(now=NOW + 2 * HOUR) is None, "a row that waits is newer than the seal by the right clock"
    found = list(soundness.journal_whole(NOW + 3 * HOUR))
    assert [one.severity for one in found] == [WARNING] and "The clock was set back" in words(found)
    slipped_in = written(NOW - 3 * HOUR)
    assert journal.verify(now=NOW + 3 * HOUR) == journal.Fault(4, slipped_in.pk, "not sealed, yet older than the last seal")


def test_outbox_that_grows_or_keeps_failing_is_named() -> None:
    event = OutboxEvent.objects.create(kind="cases.CaseClosed", at=NOW, payload={})
    Delivery.objects.create(event=event, handler="x.y", next_at=NOW - HOUR)
    Delivery.objects.create(event=event, handler="x.z", next_at=NOW + HOUR, attempts=4)
    found = list(soundness.outbox_keeps_up(NOW))
    assert [one.severity for one in found] == [ERROR, WARNING]
    assert "1 deliveries wait, the oldest since" in words(found) and "failed three times or more" in words(found)


def test_backup_that_is_missing_or_old_is_named(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    assert not list(soundness.backed_up(NOW)), "a new installation is given time"
    written(NOW - 80 * HOUR)
    assert "No backup was ever made" in words(soundness.backed_up(NOW))
    (tmp_path / taking.LAST).write_text(json.dumps({"at": (NOW - 3 * HOUR).isoformat(), "path": "x"}))
    assert not list(soundness.backed_up(NOW))
    assert "more than 2 days ago" in words(soundness.backed_up(NOW + 60 * HOUR))
    monkeypatch.setenv("YIPANQI_BACKUP_DAYS", "0")
    assert not list(soundness.backed_up(NOW + 60 * HOUR))
