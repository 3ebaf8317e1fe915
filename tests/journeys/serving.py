"""The real server on the test's own database, and programs that talk to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
START_S = 120


def environment(data: Path) -> dict[str, str]:
    """What a server process needs to stand on the test's database with the test's secrets."""
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {
        "YIPANQI_DATA": str(data),
        "YIPANQI_SECRET_KEY": settings.SECRET_KEY,
        "YIPANQI_FIELD_KEYS": ",".join(settings.FIELD_KEYS),
    }
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        (data / "city.sqlite3").unlink(missing_ok=True)
        (data / "city.sqlite3").symlink_to(place["NAME"])
    else:
        env["DATABASE_URL"] = (
            f"postgresql://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
        )
    return env


class Server:
    """`yipanqi serve` in a process group of its own, so that it can be struck down whole."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.data / "server.log").open("ab") as log:
            command = [sys.executable, "-m", "yipanqi.config.cli", "serve", "--port", str(self.port), "--threads", "8"]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment(self.data), stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_S
        while True:
            try:
                if call(self.port, "GET", "/api/v1/openapi.json")[0] == 200:
                    return
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.data / "server.log").read_text()[-3000:]) from error
            time.sleep(0.1)

    def end(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait(20)


@contextmanager
def served(data: Path) -> Iterator[Server]:
    """A running server; ended afterwards, whatever happened."""
    server = Server(data)
    try:
        server.start()
        yield server
    finally:
        server.end(signal.SIGKILL)


def call(
    port: int, method: str, path: str, body: Any = None, token: str = "", key: str = ""
) -> tuple[int, dict[str, Any]]:
    """Status and JSON of one request on a connection of its own. Raises OSError where nobody answers."""
    head = (
        {"Content-Type": "application/json"}
        | ({"Authorization": f"Bearer {token}"} if token else {})
        | ({"Idempotency-Key": key} if key else {})
    )
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(method, path, None if body is None else json.dumps(body), head)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    except (http.client.HTTPException, ValueError) as broken:
        raise ConnectionError(str(broken)) from broken
    finally:
        line.close()
