"""Backups and what can go wrong with them: each ends with a sentence, and nothing half-made is left."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from yipanqi.config.backups import files, keys, manifest, restoring, taking
from yipanqi.config.backups.engines import PostgreSQL, SQLite, engine
from yipanqi.config.failure import CommandFailed
from yipanqi.files.actions import add_photo, attach
from yipanqi.files.intake import prepare
from yipanqi.files.models import Attachment, Photo, Upload
from yipanqi.files.tests.photos import jpeg
from yipanqi.kernel import journal
from yipanqi.kernel.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
WORDS = "correct horse battery staple"


@pytest.fixture
def place(transactional_db: None, settings: Any, tmp_path: Path) -> Path:
    """An installation with one photo and a sealed journal; its folder of backups."""
    settings.DATA, settings.JOURNAL_HEAD = tmp_path / "data", tmp_path / "data" / "journal.head"
    settings.DATA.mkdir()
    (settings.DATA / "field.key").write_text("a" * 40)
    photo = add_photo(None, prepared=prepare(jpeg()), kind="report", by=SYSTEM, at=NOW)
    attach(photo, subject_kind="cases.case", subject_ref="2026-000001", by=SYSTEM, at=NOW)
    journal.seal(NOW)
    return tmp_path / "kept"


def test_every_kind_of_upload_says_where_its_files_are() -> None:
    assert set(files._models(Upload)) >= {Photo, Attachment}
    for model in files._models(Upload):
        assert model.paths and all(model._meta.get_field(name) for name in model.paths), model


def test_backup_holds_everything_and_shares_unchanged_files_with_the_one_before(place: Path) -> None:
    first, made = taking.take(place, NOW)
    assert (made.files, made.missing, made.seals, made.journal_head) == (3, [], 1, journal.head())
    assert made.tables["files_photo"].rows == 1 and made.rows > 2 and manifest.read(first) == made
    assert restoring.differences(first, made, NOW) == []
    second, again = taking.take(place, NOW + MINUTE, WORDS)
    path = next(iter(files.sums(second)))
    assert (second / "files" / path).samefile(first / "files" / path) and again.tables == made.tables
    third, _made = taking.take(place, NOW + 2 * MINUTE, full=True)
    assert not (third / "files" / path).samefile(first / "files" / path)
    assert taking.last()["path"] == str(third) and all(p.stat().st_mode & 0o077 == 0 for p in (first, first / "manifest.json", first / made.dump))
    dropped: list[Path] = []
    taking.rotate(place, 1, dropped.append)
    assert dropped == [first, second] and list(place.iterdir()) == [third] and (third / "files" / path).exists()


def test_differences_are_named_by_table_and_file(place: Path, settings: Any) -> None:
    folder, made = taking.take(place, NOW)
    photo = Photo.objects.get()
    Photo.objects.update(width=photo.width + 1)
    (Path(settings.MEDIA_ROOT) / photo.thumb).write_bytes(b"other")
    found = restoring.differences(folder, made, NOW)
    assert "table files_photo: 1 rows then, 1 now, with other content" in found and f"file {photo.thumb} is missing or differs" in found


def test_photo_that_is_gone_is_told_and_the_rest_is_backed_up(place: Path, settings: Any) -> None:
    photo = Photo.objects.get()
    (Path(settings.MEDIA_ROOT) / photo.large).unlink()
    folder, made = taking.take(place, NOW)
    assert made.missing == [photo.large] and made.files == 2 and restoring.differences(folder, made, NOW) == []


def test_backup_that_fails_or_was_struck_down_leaves_nothing_for_good(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.mkdir()
    struck_down = place / ".half-20260101-000000-1"
    struck_down.mkdir()
    os.utime(struck_down, (NOW.timestamp() - 90_000,) * 2)

    def full(*_args: Any) -> Any:
        raise OSError(28, "No space left on device", str(place))

    monkeypatch.setattr(files, "copied", full)
    with pytest.raises(OSError, match="No space left"):
        taking.take(place, NOW)
    assert list(place.iterdir()) == [] and not taking.last()


def test_keys_travel_only_sealed_and_never_over_others(place: Path, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("short")
    with pytest.raises(CommandFailed, match="fewer than 12"):
        keys.passphrase(tmp_path / "short")
    bare, _made = taking.take(place, NOW)
    assert "a" * 40 not in "".join(p.read_text(errors="replace") for p in bare.iterdir() if p.is_file())
    with pytest.raises(CommandFailed, match="holds no keys"):
        keys.opened(bare, WORDS)
    sealed, made = taking.take(place, NOW + MINUTE, WORDS)
    with pytest.raises(CommandFailed, match="does not open"):
        keys.opened(sealed, "another passphrase")
    found = keys.opened(sealed, WORDS)
    assert made.keys and found["field.key"] == "a" * 40
    new = tmp_path / "new"
    assert keys.place(new, found) == ["field.key"] and (new / "field.key").stat().st_mode & 0o077 == 0 and keys.place(new, found) == []
    (new / "field.key").write_text("other")
    with pytest.raises(CommandFailed, match="another key"):
        keys.place(new, found)


def test_restore_refuses_what_is_damaged_foreign_or_not_empty(place: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandFailed, match="no finished backup"):
        restoring.chosen(place)
    folder, made = taking.take(place, NOW)
    assert restoring.chosen(place) == restoring.chosen(folder) == folder
    restoring.check_source(folder, made)
    with pytest.raises(CommandFailed, match="already"):
        restoring.check_target(force=False)
    restoring.check_target(force=True)
    monkeypatch.setattr(type(engine()), "name", "another")
    with pytest.raises(CommandFailed, match="set or unset DATABASE_URL"):
        restoring.check_source(folder, made)
    monkeypatch.undo()
    with (folder / made.dump).open("r+b") as file:
        file.seek(4000)
        file.write(b"damage")
    with pytest.raises(CommandFailed, match="missing or damaged"):
        restoring.check_source(folder, made)
    path, wanted = next(iter(files.sums(folder).items()))
    shutil.rmtree(settings.MEDIA_ROOT)
    (folder / "files" / path).write_bytes(b"damage")
    with pytest.raises(CommandFailed, match="is damaged: nothing was put"):
        restoring._put(folder / "files" / path, Path(settings.MEDIA_ROOT) / path, wanted)
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))
    for text, words in (("{", "damaged"), (json.dumps({"format": 9}), "another version")):
        (folder / "manifest.json").write_text(text)
        with pytest.raises(CommandFailed, match=words):
            manifest.read(folder)


def test_restore_refuses_a_backup_of_a_newer_version(place: Path) -> None:
    folder, made = taking.take(place, NOW)
    assert ["kernel", "0001_initial"] in made.steps and manifest.read(folder) == made
    restoring.check_source(folder, dataclasses.replace(made, steps=[*made.steps, ["taken_out", "0001_initial"]]))
    with pytest.raises(CommandFailed, match=r"newer version of Yipanqi \(.*cases\.9999_later\): nothing was restored"):
        restoring.check_source(folder, dataclasses.replace(made, steps=[*made.steps, ["cases", "9999_later"]]))
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**told, "something_new": 1}))
    with pytest.raises(CommandFailed, match="another version"):
        manifest.read(folder)


@pytest.mark.parametrize("path", ["../../outside", "/etc/outside", "a/../../outside", "a//b", "a\\..\\b", "linked/secret", "link"])
def test_restore_refuses_files_that_lead_elsewhere(place: Path, tmp_path: Path, path: str) -> None:
    folder, made = taking.take(place, NOW)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret").write_text("x")
    (folder / "files" / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "files" / "link").symlink_to(tmp_path / "elsewhere" / "secret")
    with (folder / manifest.SUMS).open("a") as list_:
        list_.write(f"{files.sum_of(tmp_path / 'elsewhere' / 'secret')}  files/{path}\n")
    changed = dataclasses.replace(made, sums_sha256=files.sum_of(folder / manifest.SUMS))
    with pytest.raises(CommandFailed, match="no file of a backup"):
        restoring.check_source(folder, changed)


def test_dump_that_cannot_be_loaded_leaves_the_database_as_it_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, made = taking.take(place, NOW)
    Photo.objects.update(width=1)
    for damage in ("cut", "full"):
        dump = folder / made.dump
        whole = dump.read_bytes()
        if damage == "cut":
            dump.write_bytes(whole[: len(whole) // 2])
        elif made.database == "postgresql":
            monkeypatch.setattr(PostgreSQL, "_tool", _tool_that_loads_nothing)
        else:
            monkeypatch.setattr("yipanqi.config.backups.engines.shutil.copyfile", lambda *_paths: _full())
        with pytest.raises(CommandFailed, match="nothing was put|pg_restore failed|No space left"):
            engine().put(folder, NOW + MINUTE)
        dump.write_bytes(whole)
        assert Photo.objects.get().width == 1, damage
    monkeypatch.undo()
    said = engine().put(folder, NOW + MINUTE)
    assert "before" in said and restoring.differences(folder, made, NOW) == [] and Photo.objects.get().width != 1
    if made.database == "sqlite":
        Path(said.removeprefix("The database that was here is kept as ").rstrip(".")).unlink()


_TOOL = PostgreSQL._tool


def _tool_that_loads_nothing(self: PostgreSQL, name: str, *words: str) -> None:
    return _full() if "--single-transaction" in words else _TOOL(self, name, *words)


def _full() -> None:
    raise CommandFailed("pg_restore failed: No space left on device") if connection.vendor == "postgresql" else OSError(28, "No space left on device")


def test_damaged_sqlite_is_not_backed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "city.sqlite3"
    with closing(sqlite3.connect(bad)) as db:
        db.execute("CREATE TABLE t (x TEXT)")
        db.executemany("INSERT INTO t VALUES (?)", [(f"{n}" * 200,) for n in range(500)])
        db.execute("CREATE INDEX i ON t (x)")
        db.commit()
    raw = bytearray(bad.read_bytes())
    raw[20_000:24_000] = bytes(4000)
    bad.write_bytes(raw)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(bad))
    (tmp_path / "half").mkdir()
    with pytest.raises((CommandFailed, sqlite3.DatabaseError), match="damaged|malformed"), SQLite().taken(tmp_path / "half"):
        pass
