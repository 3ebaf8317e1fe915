"""Commands as a person in a terminal meets them: help, one sentence on failure, progress, rejected rows, the doctor."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from yipanqi.config import cli
from yipanqi.config.commands import doctor_command, figures_command
from yipanqi.config.failure import CommandFailed
from yipanqi.config.progress import Progress
from yipanqi.kernel import journal
from yipanqi.kernel.models import Delivery, JobRun, JournalEntry, OutboxEvent
from yipanqi.people.models import Role, Unit, UnitKind, User

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line; (exit status, standard output, standard error)."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yipanqi", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return call


@pytest.mark.parametrize("command", [name for name in cli.COMMANDS if name != "manage"])
def test_help_of_every_command(run: Run, command: str) -> None:
    status, out, _err = run(command, "--help")
    assert status == 0 and f"yipanqi {command}" in out and "--data" in out


def test_command_line_that_makes_no_sense_ends_with_what_is_possible(run: Run) -> None:
    assert run("dance")[0] == 2
    assert run()[0] == 2
    status, _out, err = run("figures", "--colour")
    assert status == 2 and "unknown arguments: --colour" in err
    status, _out, err = run("figures", "--from", "yesterday")
    assert status == 2 and "yesterday" in err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("connection refused"), "DATABASE_URL"),
        (CommandFailed("No."), "No."),
        (PermissionError(13, "Permission denied", "/data"), "/data may not be read"),
        (KeyboardInterrupt(), "Stopped."),
    ],
)
def test_failure_is_one_sentence_and_a_status(run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, words: str) -> None:
    def fail(args: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(figures_command, "run", fail)
    status, out, err = run("figures")
    assert status != 0 and not out and words in err and "Traceback" not in err and len(err.strip().splitlines()) == 1


def test_failure_that_is_a_bug_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(args: argparse.Namespace) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(figures_command, "run", fail)
    monkeypatch.setattr(sys, "argv", ["yipanqi", "figures"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_data_directory_may_stand_before_or_after_the_command() -> None:
    assert cli.split(["--data", "x", "figures", "--json"]) == (["--data", "x"], "figures", ["--json"])
    assert cli.split(["--data=x", "figures"]) == (["--data=x"], "figures", [])
    assert cli.split(["-h"]) == (["-h"], "", [])


def sheet(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "units.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["单位编码", "单位名称", "单位类型"], *rows])
    return path


def test_import_dry_run_tells_every_row_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    path = sheet(tmp_path, [["u1", "甲局", "部门"], ["", "乙局", "部门"], ["u3", "丙局", "飞船"]])
    status, out, err = run("import", "units", str(path), "--dry-run")
    assert status == 1 and "2 rows would be rejected" in err and "第 3 行" in out and "第 4 行" in out
    assert not Unit.objects.exists() and (tmp_path / "units-rejected.xlsx").exists()


def test_import_writes_all_or_none_or_the_good_ones(run: Run, tmp_path: Path) -> None:
    path = sheet(tmp_path, [["u1", "甲局", "部门"], ["u3", "丙局", "飞船"]])
    status, _out, err = run("import", "units", str(path))
    assert status == 1 and "Nothing was imported" in err and not Unit.objects.exists()
    assert (tmp_path / "units-rejected.xlsx").read_bytes().startswith(b"PK")
    status, out, _err = run("import", "units", str(path), "--partial", "--rejected", str(tmp_path / "bad.xlsx"))
    assert status == 0 and "created 1" in out and (tmp_path / "bad.xlsx").exists()
    good = sheet(tmp_path, [["u1", "甲局", "部门"]])
    assert "unchanged 1" in run("import", "units", str(good))[1]


def test_import_of_what_is_not_there_is_one_sentence(run: Run, tmp_path: Path) -> None:
    path = sheet(tmp_path, [])
    for words, told in [
        (("import", "wishes", str(path)), "No sheet is called wishes"),
        (("import", "units", str(tmp_path / "none.csv")), "There is no file"),
        (("import", "units", str(path), "--map", str(tmp_path / "none.yaml")), "There is no file"),
        (("export", "wishes", "x.csv"), "No sheet is called wishes"),
        (("export", "units", "x.pdf"), ".xlsx or .csv"),
        (("export", "units", str(tmp_path / "no" / "x.csv")), "There is no"),
        (("figures", "--unit", "none"), "no unit"),
        (("figures", "--from", "2026-02-01", "--to", "2026-01-01"), "起止日期"),
        (("token", "nobody"), "no user nobody"),
    ]:
        status, _out, err = run(*words)
        assert status == 1 and told in err and len(err.strip().splitlines()) == 1, (words, err)


def test_export_reads_back_and_leaves_no_half_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Unit.objects.create(code="u1", name="甲局", kind=UnitKind.DEPARTMENT)
    for name in ("units.xlsx", "units.CSV"):
        status, out, _err = run("export", "units", str(tmp_path / name))
        assert status == 0 and "1 rows written" in out
        assert "unchanged 1" in run("import", "units", str(tmp_path / name))[1]

    def fail(*_args: Any, **_more: Any) -> int:
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr("yipanqi.sheets.export", fail)
    before = sorted(p.name for p in tmp_path.iterdir())
    status, _out, err = run("export", "units", str(tmp_path / "later.xlsx"))
    assert status == 1 and "disk is full" in err and sorted(p.name for p in tmp_path.iterdir()) == before


def test_figures_prints_every_figure_as_text_and_json(run: Run) -> None:
    Unit.objects.create(code="u1", name="甲局", kind=UnitKind.DEPARTMENT)
    rows = json.loads(run("figures", "--json", "--from", "2026-01-01", "--to", "2026-03-31", "--unit", "u1")[1])
    assert {"key", "name", "unit", "definition", "value", "numerator", "denominator", "excluded", "as_of"} <= set(rows[0])
    text = run("figures")[1]
    assert all(row["key"] in text for row in rows) and len(rows) > 20


def test_journal_verify_names_the_first_bad_row(run: Run) -> None:
    Unit.objects.create(code="u1", name="甲局", kind=UnitKind.DEPARTMENT)
    for number in range(3):
        JournalEntry.objects.create(at=NOW, action="people.add_unit", actor="system", subject_kind="people.unit", subject=f"u{number}", data={})
    journal.seal(NOW)
    assert run("journal", "verify")[0] == 0 and run("journal", "head")[1].strip() == journal.head()
    bad = JournalEntry.objects.order_by("id")[1]
    JournalEntry.objects.filter(pk=bad.pk).update(actor="user:nobody")
    status, _out, err = run("journal", "verify")
    assert status == 1 and f"row {bad.pk}" in err


# ----- progress -----


def bar(moving: bool, total: int = 4) -> tuple[Progress, io.StringIO, list[float]]:
    out, clock = io.StringIO(), [0.0]
    out.isatty = lambda: moving  # type: ignore[method-assign]
    return Progress("读入", total, out, lambda: clock[0]), out, clock


def test_progress_shows_only_after_two_seconds() -> None:
    quick, out, clock = bar(moving=True)
    with quick:
        for number in quick.over(range(4)):
            clock[0] = number * 0.4
    assert out.getvalue() == ""
    slow, out, clock = bar(moving=True)
    with slow:
        for number in slow.over(range(4)):
            clock[0] = 1.5 + number
    assert "50%" in out.getvalue() and out.getvalue().endswith("100% 4/4\n")


def test_progress_beside_a_terminal_is_a_line_every_ten_seconds() -> None:
    slow, out, clock = bar(moving=False, total=0)
    with slow:
        for number in range(1, 30):
            clock[0] = float(number)
            slow.to(number)
    assert out.getvalue().splitlines() == ["读入 2", "读入 12", "读入 22"]


# ----- the doctor -----


@pytest.fixture
def well(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation where the folders, the assets, the worker and the calendar are as they should be."""
    settings.DATA = tmp_path
    monkeypatch.setattr(doctor_command, "assets", lambda: iter(()))
    monkeypatch.setattr(doctor_command, "calendar", lambda today: iter(()))
    monkeypatch.setattr(doctor_command.shutil, "disk_usage", lambda path: argparse.Namespace(free=9e9))
    JobRun.objects.create(key="x.y", due_at=NOW + dt.timedelta(minutes=1))


def test_doctor_finds_nothing_where_all_is_well(well: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor_command.run(argparse.Namespace(deploy=False, json=False)) == 0
    assert "All is well" in capsys.readouterr().out


def test_doctor_names_a_full_disk_and_folders_that_cannot_be_written(well: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_command.shutil, "disk_usage", lambda path: argparse.Namespace(free=5e6))
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "below"
    words = "\n".join(map(str, doctor_command.findings(NOW)))
    assert "0.01 GB free" in words and "The folder of photos and papers" in words and "cannot be written" in words


def test_doctor_names_a_database_that_is_away(well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.db.connection.ensure_connection", fail)
    assert "The database does not answer" in str(doctor_command.findings(NOW)[0])


def test_doctor_names_a_worker_that_stopped_and_what_failed(well: None) -> None:
    JobRun.objects.update(due_at=NOW - dt.timedelta(hours=1), failures=3, error="Traceback\nValueError: 坏了\n")
    event = OutboxEvent.objects.create(kind="cases.CaseClosed", at=NOW, payload={})
    Delivery.objects.create(event=event, handler="x.y", state="failed", next_at=NOW)
    words = "\n".join(map(str, doctor_command.findings(NOW)))
    assert "The worker does not run" in words and "1 deliveries failed" in words and "ValueError: 坏了" in words
    JobRun.objects.all().delete()
    assert "The worker does not run" in "\n".join(map(str, doctor_command.findings(NOW)))


def test_doctor_names_journal_rows_that_wait_and_a_wrong_clock(well: None) -> None:
    JournalEntry.objects.create(at=NOW - dt.timedelta(hours=1), action="a.b", actor="system", subject_kind="x", subject="y", data={})
    assert "The worker does not run" in "\n".join(map(str, doctor_command.findings(NOW)))
    JournalEntry.objects.create(at=NOW + dt.timedelta(days=1), action="a.b", actor="system", subject_kind="x", subject="y", data={})
    assert "The clock is wrong" in "\n".join(map(str, doctor_command.findings(NOW)))


def test_doctor_names_a_year_without_announced_holidays() -> None:
    assert "2031" in "\n".join(map(str, doctor_command.calendar(dt.date(2031, 3, 1))))


def test_doctor_for_production_names_open_doors(well: None, settings: Any, tmp_path: Path) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["*"]
    (tmp_path / "secret.key").write_text("x")
    (tmp_path / "secret.key").chmod(0o644)
    words = "\n".join(map(str, doctor_command.findings(NOW, for_production=True)))
    for told in ("YIPANQI_HTTPS", "YIPANQI_HOSTS", "YIPANQI_DEBUG", "chmod 600"):
        assert told in words


def test_setup_opens_one_administrator_who_must_change_the_password(run: Run) -> None:
    status, out, _err = run("setup", "--admin", "Chen.Ming", "--name", "陈明")
    person = User.objects.get(username="chen.ming")
    password = out.split("one-time password: ")[1].split()[0]
    assert status == 0 and person.name == "陈明" and person.must_change_password and person.check_password(password)
    assert person.roles == {Role.ADMIN} and Unit.objects.get().kind == UnitKind.OFFICE
    assert not any(password in str(entry.data) for entry in JournalEntry.objects.all())
    assert JournalEntry.objects.get(action="people.open_administrator").subject == "chen.ming"
    status, _out, err = run("setup", "--admin", "chen.ming")
    assert status == 1 and "already a user chen.ming" in err and User.objects.count() == 1
    status, _out, err = run("setup", "--admin", "陈明")
    assert status == 1 and "小写字母" in err and Unit.objects.count() == 1


def test_setup_puts_an_administrator_into_the_office_there_is(run: Run) -> None:
    office = Unit.objects.create(code="cwb", name="创城办", kind=UnitKind.OFFICE)
    assert run("setup", "--admin", "admin")[0] == 0
    assert User.objects.get(username="admin").main_unit == office and Unit.objects.count() == 1
