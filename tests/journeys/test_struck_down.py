"""kill -9 of worker and server at random moments: what was acknowledged is there once, every event has its effect once."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from tests.journeys.city import City
from tests.journeys.serving import Server, call
from tests.journeys.test_at_once import check_journal
from yipanqi.cases.events import CaseClosed
from yipanqi.cases.models import Case, CaseMove
from yipanqi.kernel import events, outbox
from yipanqi.kernel.models import Delivery, JournalEntry, OutboxEvent, Policy

pytestmark = pytest.mark.django_db(transaction=True)


def struck_down(work: Callable[[int], None], after_s: tuple[float, float]) -> str:
    """Run `work(pipe)` in a process of its own and kill it at a random moment after its first sign; what it had said."""
    connections.close_all()
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(here)
            work(there)
        finally:
            os._exit(0)
    os.close(there)
    said = os.read(here, 1)  # it is at work
    time.sleep(random.uniform(*after_s))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(here, "rb") as pipe:
        return (said + pipe.read()).decode()


@pytest.fixture
def counted() -> Iterator[None]:
    """A handler with an effect in two rows that can be counted; neither may ever stand alone or come twice."""

    @events.handles(CaseClosed)
    def two_rows(event: CaseClosed) -> None:
        for half in ("first", "second"):
            Policy.objects.create(
                key=f"{event.case_id}.{half}.{uuid4().hex[:8]}", value=1, changed_at=event.at, changed_by="test"
            )
            time.sleep(0.002)

    yield
    events.HANDLERS.pop("journeys.two_rows")


def test_worker_struck_down_while_delivering_leaves_every_effect_once(counted: None) -> None:
    at = timezone.now()
    with transaction.atomic():
        events.publish_all(
            [
                CaseClosed(at=at, case_id=n, number=f"2026-{n:06d}", unit_id=None, other_case_id=None)
                for n in range(1, 121)
            ]
        )
    later, kills = at, 0
    while kills < 30 and Delivery.objects.exclude(state="done").exists():
        later, kills = later + outbox.LEASE * 2, kills + 1

        def deliver(pipe: int, now: object = later) -> None:
            outbox.deliver_due(now, 1)  # type: ignore[arg-type]
            os.write(pipe, b".")
            while outbox.deliver_due(now, 7):  # type: ignore[arg-type]
                pass

        struck_down(deliver, (0.0, 0.05))
    for _rest in range(8):
        later += outbox.LEASE * 60
        while outbox.deliver_due(later, 50):
            pass
    assert kills >= 3, "the worker was never struck down while it had something to do"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"} and OutboxEvent.objects.count() == 120
    effects = Counter(key.rpartition(".")[0] for key in Policy.objects.values_list("key", flat=True))
    assert effects == Counter({f"{n}.{half}": 1 for n in range(1, 121) for half in ("first", "second")})


def test_writes_struck_down_in_the_middle_are_there_once_or_not_at_all() -> None:
    city = City()
    head = city.of_a_program("grid")
    open_key = uuid4().hex
    connections.close_all()
    began = time.monotonic()
    first = Client().post(
        "/api/v1/cases",
        json.dumps({"source": "grid", "description": "warm"}),
        content_type="application/json",
        headers=head,
    )
    span = max(0.1, 3 * (time.monotonic() - began))  # a busy machine is given longer before it is struck
    acknowledged = {"warm": first.json()["number"]}  # everything is loaded: what is struck down now is at its writing

    def write(pipe: int) -> None:
        client, key = Client(), open_key
        os.write(pipe, b"\n")
        while True:
            os.write(pipe, f"? {key}\n".encode())
            body = json.dumps({"source": "grid", "description": key})
            answer = client.post(
                "/api/v1/cases", body, content_type="application/json", headers={**head, "Idempotency-Key": key}
            )
            os.write(pipe, f"{answer.status_code} {key} {answer.json().get('number')}\n".encode())
            key = uuid4().hex

    for _kill in range(30):
        for line in struck_down(write, (0.0, span)).splitlines():
            words = line.split()
            if len(words) == 2:
                open_key = words[1]  # begun: the next one asks again under the same key
            elif len(words) == 3:
                assert words[0] == "201", line
                acknowledged[words[1]], open_key = words[2], uuid4().hex
    check_written(acknowledged)
    assert len(acknowledged) > 10


def test_server_struck_down_under_load_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    city = City()
    city.let_everyone_in()
    acknowledged: dict[str, str] = {}
    stopping = threading.Event()
    server = Server(tmp_path)

    def keep_writing() -> None:
        key = uuid4().hex
        while not stopping.is_set():
            try:
                status, answer = call(
                    server.port,
                    "POST",
                    "/api/v1/cases",
                    {"source": "grid", "description": key},
                    city.tokens["grid"],
                    key,
                )
            except OSError:
                time.sleep(0.05)  # struck down: the same again, under the same key
                continue
            if status == 201:
                acknowledged[key], key = answer["number"], uuid4().hex
            else:
                assert status == 503, answer

    writers = [threading.Thread(target=keep_writing) for _n in range(4)]
    try:
        for n in range(3):
            server.start()
            for writer in writers if n == 0 else ():
                writer.start()
            before = len(acknowledged)
            while len(acknowledged) < before + 5:
                time.sleep(0.01)
            time.sleep(random.uniform(0, 0.2))
            server.end(signal.SIGKILL)
    finally:
        stopping.set()
        for writer in writers:
            writer.join(60)
        server.end(signal.SIGKILL)
    check_written(acknowledged)


def check_written(acknowledged: dict[str, str]) -> None:
    """Each acknowledged write stands once under its number; nothing is half written; numbers have no gaps."""
    found = dict(Case.objects.values_list("description", "number"))
    assert Case.objects.count() == len(found), "a key made two cases"
    assert {key: found.get(key) for key in acknowledged} == acknowledged
    numbers = sorted(int(number.rpartition("-")[2]) for number in found.values())
    assert numbers == list(range(1, len(numbers) + 1))
    assert JournalEntry.objects.filter(action="cases.report_case").count() == len(found)
    assert CaseMove.objects.count() == OutboxEvent.objects.filter(kind="cases.CaseReported").count() == len(found)
    check_journal()
