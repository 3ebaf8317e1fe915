"""A backup made while clients write, put into an empty installation: equal to the source at that moment, on both databases."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import psycopg
import pytest

from tests.faults.load import Load
from tests.faults.places import Place
from tests.faults.striking import Process, free_port
from yipanqi.config.commands.test_command import postgres
from yipanqi.files.tests.photos import jpeg

pytestmark = [pytest.mark.pure, pytest.mark.timeout(400)]
PASSPHRASE = "correct horse battery staple"


@contextmanager
def under_load(place: Place) -> Iterator[Load]:
    """A sample city whose server and worker run, while clients write."""
    place.data.mkdir()
    place.command("demo", "--no-serve")
    known = place.inside("tests.faults.town:prepare", late=5, over_s=10)
    port = free_port()
    server, worker = Process(place, "serve", "--port", str(port)), Process(place, "worker")
    load = Load(port, known, jpeg(320, 240))
    try:
        server.start()
        worker.start()
        load.start()
        yield load
        assert load.finish(lambda: None) and not load.told.odd, load.told.odd
    finally:
        worker.strike()
        server.strike()


def more(load: Load, count: int = 15) -> None:
    """Return once so many more writes are acknowledged."""
    before, deadline = load.done, time.monotonic() + 90
    while load.done < before + count and time.monotonic() < deadline:
        time.sleep(0.02)
    assert load.done >= before + count, load.told


def proves_itself(source: Place, target: Place, folder: Path) -> None:
    """Backups while writing; the newest restored; nothing acknowledged before it is missing, nothing in it is half."""
    secret = folder / "passphrase"
    secret.write_text(PASSPHRASE)
    with under_load(source) as load:
        more(load)
        source.command("backup", str(folder / "kept"))
        more(load)
        reports, lives = dict(load.told.reports), dict(load.told.lives)
        done = source.command("backup", str(folder / "kept"), "--keep", "1", "--passphrase-file", str(secret))
        more(load)
    assert "Backup finished" in done.stdout and "Dropped the old backup" in done.stdout and "ATTENTION" not in done.stdout + done.stderr
    (backup,) = (folder / "kept").iterdir()
    manifest = json.loads((backup / "manifest.json").read_text())
    assert manifest["database"] == ("postgresql" if source.url else "sqlite") and not manifest["missing"] and manifest["files"] > 200
    assert (backup / "keys.sealed").exists() and (source.data / "field.key").read_text() not in (backup / "keys.sealed").read_text()

    restored = target.command("restore", str(folder / "kept"), "--passphrase-file", str(secret))
    assert "are all equal, and the journal verifies" in restored.stdout and "ATTENTION" not in restored.stderr
    assert manifest["journal_head"] in restored.stdout and str(manifest["files"]) in restored.stdout
    assert (target.data / "field.key").read_text() == (source.data / "field.key").read_text()
    there = target.inside("tests.faults.audit:whole")
    assert there["problems"] == []
    assert reports.items() <= there["reports"].items() and lives.items() <= there["lives"].items()
    assert len(there["reports"]) < len(load.told.reports), "the backup holds what was written after it"
    assert "ATTENTION" not in target.command("restore", str(backup), "--check").stderr

    again = target.command("restore", str(backup), check=False)
    assert again.returncode == 1 and "already" in again.stderr
    forced = target.command("restore", str(backup), "--force")
    assert ("is kept as" in forced.stdout or "is gone" in forced.stdout) and "are all equal" in forced.stdout
    assert "up to date" in target.command("setup").stdout
    told = json.loads(target.command("doctor", "--json", check=False).stdout)
    assert {row["check"] for row in told["findings"]} <= {"worker", "calendar", "assets", "config.backed_up"}, told


def test_backup_while_writing_restores_whole_on_sqlite(tmp_path: Path) -> None:
    proves_itself(Place(tmp_path / "source"), Place(_empty(tmp_path / "target")), tmp_path)


def test_backup_while_writing_restores_whole_on_postgresql(tmp_path: Path) -> None:
    with postgres() as url:
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("CREATE DATABASE empty")
        target = Place(_empty(tmp_path / "target"), urlparse(url)._replace(path="/empty").geturl())
        proves_itself(Place(tmp_path / "source", url), target, tmp_path)


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder
