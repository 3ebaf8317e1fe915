"""Real outages: a PostgreSQL that stops and comes back under a running server, an SQLite file that is full or read-only."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from yipanqi.cases.models import Report
from yipanqi.config.commands.test_command import postgres
from yipanqi.config.tests.cluster import Cluster

CLI = [sys.executable, "-m", "yipanqi.config.cli"]
PATIENCE_S = 90


def post_report(client: Client) -> Any:
    return client.post("/api/v1/reports", json.dumps({"text": "路灯不亮"}), content_type="application/json")


@pytest.fixture
def sqlite(transactional_db: None) -> Iterator[Callable[[str], Any]]:
    if connection.vendor != "sqlite":
        yield lambda pragma: None
        return

    def pragma(text: str) -> Any:
        with connection.cursor() as cursor:
            return cursor.execute(f"PRAGMA {text}").fetchone()

    yield pragma
    pragma("query_only=OFF")
    pragma("max_page_count=1073741823")


@pytest.mark.parametrize(
    ("trouble", "cure", "words"),
    [("query_only=ON", "query_only=OFF", "只读"), ("max_page_count=1", "max_page_count=1073741823", "磁盘已满")],
)
def test_report_while_the_file_is_full_or_read_only_is_503_and_then_works(
    sqlite: Callable[[str], Any], trouble: str, cure: str, words: str
) -> None:
    client = Client(raise_request_exception=False)
    assert post_report(client).status_code == 201
    sqlite(trouble)
    sent, bad = 0, []
    while sent < (2_000 if connection.vendor == "sqlite" else 3) and len(bad) < 3:  # pages left free by earlier rows fill up first
        sent += 1
        bad += [answer for answer in [post_report(client)] if answer.status_code != 201]
    if connection.vendor == "sqlite":
        assert bad and all(answer.status_code == 503 and words in answer.json()["detail"] for answer in bad)
        assert int(bad[0]["Retry-After"]) > 0 and client.get("/").status_code == 200
    sqlite(cure)
    assert post_report(client).status_code == 201
    assert Report.objects.count() == 2 + sent - len(bad)


def ask(url: str, body: bytes | None = None) -> tuple[int, Any, str]:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"} if body else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()
    except (urllib.error.URLError, ConnectionError) as error:
        return 0, {}, str(error)


def until(status: int, url: str, body: bytes | None = None) -> tuple[int, Any, str]:
    """The first answer of that status, within patience."""
    deadline = time.monotonic() + PATIENCE_S
    while (answer := ask(url, body))[0] != status and time.monotonic() < deadline:
        time.sleep(0.3)
    return answer


@pytest.mark.pure
@pytest.mark.timeout(600)
def test_server_outlives_its_database(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base, report = f"http://127.0.0.1:{port}", json.dumps({"text": "路灯不亮"}).encode()
    with postgres() as url:
        env = {**os.environ, "DATABASE_URL": url, "YIPANQI_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "yipanqi.config.settings"}
        cluster = Cluster(url)
        subprocess.run([*CLI, "setup"], env=env, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([*CLI, "serve", "--port", str(port), "--workers", "1"], env=env)
        try:
            assert until(200, f"{base}/")[0] == 200
            assert ask(f"{base}/api/v1/reports", report)[0] == 201
            cluster.stop()
            status, headers, page = until(503, f"{base}/")
            assert (status, int(headers["Retry-After"]) > 0) == (503, True) and "数据库暂时连不上" in page
            status, headers, told = ask(f"{base}/api/v1/reports", report)
            assert (status, headers["Content-Type"].split(";")[0]) == (503, "application/problem+json") and "Traceback" not in told
            doctor = subprocess.run([*CLI, "doctor"], env=env, check=False, capture_output=True, text=True)
            assert doctor.returncode == 2 and "The database does not answer" in doctor.stdout
            status, headers, told = ask(f"{base}/open311/v2/requests.json")
            assert (status, headers["Retry-After"]) == (503, "10") and json.loads(told)[0]["code"] == 503
            assert ask(f"{base}/healthz")[0] == 200
            status, headers, told = ask(f"{base}/readyz")
            assert (status, headers["Retry-After"], json.loads(told)["database"]) == (503, "10", False)
            figures = subprocess.run([*CLI, "figures"], env=env, check=False, capture_output=True, text=True)
            assert figures.returncode == 1 and "DATABASE_URL" in figures.stderr and "Traceback" not in figures.stderr
            cluster.start()
            assert until(200, f"{base}/")[0] == 200 and until(200, f"{base}/readyz")[0] == 200
            assert until(201, f"{base}/api/v1/reports", report)[0] == 201
        finally:
            server.terminate()
            server.wait(30)
