"""A kind of news for the tests, a mail server and a chat gateway that really listen."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import LazySettings

from yipanqi.messaging.catalogue import KINDS, Kind


@pytest.fixture(autouse=True)
def news(monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind with one sentence; and one that is urgent."""
    entries = {**dict(KINDS.items()), "tests.news": Kind("测试", {"": "案件 %(number)s 有新进展。"}, "/cases/%(number)s/"),
               "tests.alarm": Kind("急件", {"": "急：%(number)s"}, "/cases/%(number)s/", urgent=True),
               "tests.own": Kind("自己的事", {"": "您的 %(number)s"}, "/cases/%(number)s/", private=True)}  # fmt: skip
    monkeypatch.setattr(KINDS, "_entries", entries)
    return "tests.news"


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to hand over one message."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT" and b"nobody" in line:
                self.wfile.write(b"550 no such mailbox\r\n")
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (piece := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(piece)
                self.server.taken.append(b"".join(lines))  # type: ignore[attr-defined]
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[list[bytes]]:
    """A mail server on this machine; what it took."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail)
    server.taken = []  # type: ignore[attr-defined]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.taken  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


class Gateway(ThreadingHTTPServer):
    """A chat gateway: what it was told, and how it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Chat)
        self.told: list[dict[str, Any]] = []
        self.answer = 200

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_address[1]}/room"


class _Chat(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))  # type: ignore[attr-defined]
        self.send_response(self.server.answer)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@pytest.fixture
def gateway(settings: LazySettings) -> Iterator[Gateway]:
    """A chat gateway on this machine, which addresses without TLS may name."""
    settings.PLAIN_GATEWAY, settings.CHAT_HOSTS = True, ["127.0.0.1"]
    server = Gateway()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class PushService(ThreadingHTTPServer):
    """A browser maker's push service: what it was handed, and how it answers each of its addresses."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Push)
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: dict[str, int] = {}
        self.elsewhere = ""

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class _Push(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))  # type: ignore[attr-defined]
        self.send_response(self.server.answers.get(self.path, 201))  # type: ignore[attr-defined]
        if self.server.elsewhere:  # type: ignore[attr-defined]
            self.send_header("Location", self.server.elsewhere)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@pytest.fixture
def push_service(settings: LazySettings) -> Iterator[PushService]:
    """A push service on this machine, which is added to the known ones."""
    settings.PLAIN_GATEWAY, settings.PUSH_HOSTS = True, ["127.0.0.1"]
    server = PushService()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
