"""Clients that never give up: residents who report, and an office and a unit that take cases through their whole life.

Every write carries an Idempotency-Key; whatever happens to the line or the server, it is sent again under the same key
until it is acknowledged. Anything else than success, 503 or a broken line is noted as odd.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

AGAIN_S = 0.05
LIFE = (
    ("accept", "desk"), ("dispatch", "desk"), ("sign", "liaison"), ("resolve", "liaison"), ("verify_pass", "desk"),
)  # fmt: skip


@dataclass
class Told:
    """What the server acknowledged, by the words or the key that tell one write from every other."""

    reports: dict[str, str] = field(default_factory=dict)  # text: tracking code
    lives: dict[str, str] = field(default_factory=dict)  # description: case number
    keys: list[str] = field(default_factory=list)
    photos: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)


class Load:
    """Client threads that work until told to stop, each to the end of what it has begun."""

    def __init__(self, port: int, known: dict[str, Any], photo: bytes, residents: int = 3, lives: int = 3) -> None:
        self.port, self.known, self.photo, self.told = port, known, photo, Told()
        self._stop, self._give_up = threading.Event(), threading.Event()
        work: list[Callable[[], None]] = [self._report] * residents + [self._life] * lives
        self._hands = [threading.Thread(target=self._keep_on, args=(one,), daemon=True) for one in work]

    def start(self) -> None:
        for hand in self._hands:
            hand.start()

    @property
    def done(self) -> int:
        """How many writes were acknowledged so far."""
        return len(self.told.keys)

    def finish(self, meanwhile: Callable[[], None], patience_s: float = 120) -> bool:
        """End after the work in hand, calling `meanwhile` all the time; whether every hand could."""
        self._stop.set()
        deadline = time.monotonic() + patience_s
        while any(hand.is_alive() for hand in self._hands) and time.monotonic() < deadline:
            meanwhile()
            time.sleep(0.02)
        self._give_up.set()
        return not any(hand.is_alive() for hand in self._hands)

    def _keep_on(self, one: Callable[[], None]) -> None:
        while not self._stop.is_set() and not self._give_up.is_set():
            try:
                one()
            except Exception as error:  # whatever it is, it is told at the end
                self.told.odd.append(f"{type(error).__name__}: {error}")
                return

    def _report(self) -> None:
        text, files = f"路灯不亮 {uuid4().hex}", []
        if uuid4().int % 6 == 0:
            files = [self.photo]
        answer = self._write("/api/v1/reports", {"text": text}, "", 201, files)
        self.told.reports[text] = answer["code"]
        self.told.photos += len(files)

    def _life(self) -> None:
        text, desk = f"垃圾成堆 {uuid4().hex}", self.known["tokens"]["desk"]
        number = self._write("/api/v1/cases", {"source": "grid", "description": text}, desk, 201)["number"]
        fields = {
            "accept": {"issue_class": self.known["class"]}, "dispatch": {"unit": self.known["unit"]}, "resolve": {"what_was_done": "已清理"},
        }  # fmt: skip
        for verb, who in LIFE:
            self._write(f"/api/v1/cases/{number}/moves/{verb}", fields.get(verb, {}), self.known["tokens"][who], 200)
        self.told.lives[text] = number

    def _write(self, path: str, body: dict[str, Any], token: str, wanted: int, files: list[bytes] | None = None) -> dict[str, Any]:
        key = uuid4().hex
        raw, kind = _multipart(body, files) if files else (json.dumps(body).encode(), "application/json")
        head = {"Content-Type": kind, "Idempotency-Key": key} | ({"Authorization": f"Bearer {token}"} if token else {})
        while True:
            try:
                status, answer = self._ask(path, raw, head)
            except (OSError, http.client.HTTPException):
                status, answer = 0, {}
            self.told.answers[str(status or "broken")] += 1
            if status == wanted:
                self.told.keys.append(key)
                return answer
            if status not in (0, 503):
                self.told.odd.append(f"{path}: {status} {json.dumps(answer, ensure_ascii=False)[:300]}")
                raise RuntimeError(f"{path} answered {status}")
            if self._give_up.is_set():
                raise RuntimeError(f"{path}: still not acknowledged at the end")
            time.sleep(AGAIN_S)

    def _ask(self, path: str, raw: bytes, head: dict[str, str]) -> tuple[int, dict[str, Any]]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request("POST", path, raw, head)
            answer = line.getresponse()
            text = answer.read()
            if answer.status == 503 and not answer.headers.get("Retry-After"):
                self.told.odd.append(f"{path}: 503 without Retry-After")
            kind = answer.headers.get("Content-Type", "")
            return answer.status, json.loads(text) if "json" in kind else {"page": text[:300].decode(errors="replace")}
        finally:
            line.close()


def _multipart(body: dict[str, Any], files: list[bytes]) -> tuple[bytes, str]:
    mark = uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in body.items()]
    parts += [
        f'--{mark}\r\nContent-Disposition: form-data; name="photos"; filename="p.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'.encode() + one + b"\r\n"
        for one in files
    ]
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
