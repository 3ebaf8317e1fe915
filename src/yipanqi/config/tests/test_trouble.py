"""Answers when the ground gives way: the database, the disk, a body that is too large."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, InternalError, OperationalError
from django.http import HttpRequest
from django.test import Client, override_settings

from yipanqi.config import trouble
from yipanqi.config.failure import CommandFailed, database_trouble, sentence
from yipanqi.files.storage import StorageAway

pytestmark = pytest.mark.django_db


def lenient() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("connection refused"), "数据库暂时连不上"),
        (OperationalError("database or disk is full"), "磁盘已满"),
        (OperationalError("attempt to write a readonly database"), "只读"),
        (InternalError("cannot execute INSERT in a read-only transaction"), "只读"),
        (OperationalError("database is locked"), "数据库正忙"),
        (DatabaseError("database disk image is malformed"), "已损坏"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"),
        (PermissionError(errno.EACCES, "Permission denied"), "文件目录不能写入"),
    ],
)
def test_answer_503_where_the_ground_gave_way(error: Exception, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> Any:
        raise error

    monkeypatch.setattr("yipanqi.cases.selectors.report_by_code", fail)
    api = lenient().get("/api/v1/reports/ABCDEFGH")
    assert (api.status_code, api["Retry-After"]) == (503, str(trouble.RETRY_AFTER_S))
    assert api["Content-Type"].startswith("application/problem+json") and words in api.json()["detail"]
    monkeypatch.setattr("yipanqi.config.context.policy_value", fail)
    page = lenient().get("/")
    assert (page.status_code, page["Retry-After"]) == (503, str(trouble.RETRY_AFTER_S))
    assert words in page.content.decode() and "没有留下半截数据" in page.content.decode()


def test_answer_500_of_a_bug_is_a_page_or_problem_details(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("yipanqi.cases.selectors.report_by_code", fail)
    monkeypatch.setattr("yipanqi.config.context.policy_value", fail)
    api = lenient().get("/api/v1/reports/ABCDEFGH")
    assert (api.status_code, api.json()["status"]) == (500, 500) and "Traceback" not in api.content.decode()
    assert lenient().get("/").status_code == 500


def test_answer_503_to_programs_of_open311_in_their_form(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_args: Any, **_more: Any) -> Any:
        raise OperationalError("could not save 13912345678: no space left on device")

    monkeypatch.setattr("yipanqi.interop.selectors.services", fail)
    told = lenient().get("/open311/v2/services.json")
    assert (told.status_code, told["Retry-After"], told["Access-Control-Allow-Origin"]) == (503, "10", "*")
    assert told.json()[0]["code"] == 503 and "磁盘已满" in told.json()[0]["description"]
    told = lenient().get("/open311/v2/services.xml")
    assert told.status_code == 503 and told["Content-Type"].startswith("text/xml") and "<code>503</code>" in told.content.decode()
    ours = [record.getMessage() for record in caplog.records if record.name == "yipanqi.config.trouble"]
    assert ours and not any("139" in words for words in ours)


def test_page_refused_because_the_disk_is_away_says_when_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> Any:
        raise StorageAway

    monkeypatch.setattr("yipanqi.portal.views.render", fail)
    told = lenient().get("/report/")
    assert (told.status_code, told["Retry-After"]) == (503, "30") and "稍后再试" in told.content.decode()


def test_signs_of_life_need_no_host_and_tell_strangers_yes_or_no(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.ALLOWED_HOSTS, settings.DATA = ["city.example"], tmp_path
    assert lenient().get("/healthz").json() == {"alive": True}
    ready = lenient().get("/readyz", headers={"host": "10.0.0.7"})
    assert ready.status_code == 200 and ready.json() == {"ready": True, "database": True, "disk": True} and ready["Cache-Control"] == "no-store"
    settings.DATA = tmp_path / "not mounted"
    away = lenient().get("/readyz")
    assert (away.status_code, away["Retry-After"], away.json()["disk"]) == (503, "10", False)


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_answer_413_where_a_body_is_too_large() -> None:
    body = '{"text": "' + "长" * 1000 + '"}'
    api = lenient().post("/api/v1/reports", body, content_type="application/json")
    assert (api.status_code, api.json()["status"]) == (413, 413) and "30 MB" in api.json()["detail"]
    page = lenient().post("/accounts/login/", {"login": "x" * 2000, "password": "y"}, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413 and "少选几张照片" in page.content.decode()


def test_answer_400_of_a_request_that_cannot_be_read() -> None:
    request = HttpRequest()
    for path, kind in (("/api/v1/cases", "application/problem+json"), ("/", "text/html")):
        request.path = path
        answer = trouble.bad_request(request, ValueError("?"))
        assert answer.status_code == 400 and answer["Content-Type"].startswith(kind)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no such table: people_user", "run `yipanqi setup`"),
        ('relation "people_user" does not exist', "run `yipanqi setup`"),
        ("database or disk is full", "make room"),
        ("attempt to write a readonly database", "right to write"),
        ("unable to open database file", "data directory"),
        ("database is locked", "busy"),
        ("file is not a database", "restore a backup"),
        ("connection refused", "DATABASE_URL"),
        ("PostgreSQL 14 or later is required (found 13.2).", "too old"),
        ('password authentication failed for user "city"', "check DATABASE_URL"),
    ],
)
def test_name_of_a_database_trouble_says_what_to_do(text: str, words: str) -> None:
    assert words in database_trouble(OperationalError(text))


def test_name_of_a_mishap_says_what_to_do() -> None:
    assert sentence(OSError(errno.ENOSPC, "No space left", "/data/x")).startswith("The disk is full: make room under /data/x")
    assert "read-only disk" in sentence(OSError(errno.EROFS, "Read-only file system", "/data"))
    assert sentence(OSError(9999, "Odd")) == "the data directory: Odd."
    assert str(CommandFailed("x")) == "x"
