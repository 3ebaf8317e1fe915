"""A real server with its worker, and clients that ask it."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.cities import COMMAND, City

Asker = Callable[[str, str, dict[str, Any] | None, str], Any]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


@contextmanager
def served(city: City, worker: bool = False) -> Iterator[int]:
    """`yipanqi serve`, and the worker if wanted, on `city`; the port, once it answers."""
    port = free_port()
    children = [subprocess.Popen([*COMMAND, "serve", "--port", str(port)], env=city.env)]
    if worker:
        children.append(subprocess.Popen([*COMMAND, "worker"], env=city.env))
    try:
        wait_for(port)
        yield port
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(20)


def wait_for(port: int, seconds: float = 60) -> None:
    """Return when the server answers its first page. Raises TimeoutError after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no answer on port {port} within {seconds} s")


class Client:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, token: str = "", cookie: str = "") -> Any:
        """The answer's JSON, or its text. Raises RuntimeError with the answer where it is not a success."""
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if cookie:
            headers["Cookie"] = cookie
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        raw = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {raw[:500]!r}")
        return (
            json.loads(raw) if answer.headers.get("Content-Type", "").startswith("application/json") else raw.decode()
        )


def clients(port: int, count: int, todo: list[Any], one: Callable[[Client, Any], None]) -> float:
    """Do `one(client, item)` for every item from `count` clients at once, in a process of their own; the seconds it took."""
    context = multiprocessing.get_context("fork")
    seconds = context.Queue()
    child = context.Process(target=_clients, args=(port, count, todo, one, seconds))
    child.start()
    took = seconds.get()
    child.join()
    if isinstance(took, str):
        raise RuntimeError(took)
    return float(took)


def _clients(port: int, count: int, todo: list[Any], one: Callable[[Client, Any], None], seconds: Any) -> None:
    items, take, failed = iter(todo), threading.Lock(), []

    def work() -> None:
        client = Client(port)
        while not failed:
            with take:
                item = next(items, None)
            if item is None:
                return
            try:
                one(client, item)
            except Exception as error:  # whatever it is, the measure is void and says so
                failed.append(repr(error))

    hands = [threading.Thread(target=work) for _n in range(count)]
    start = time.perf_counter()
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    seconds.put(failed[0] if failed else time.perf_counter() - start)


def memory_mb(pids: list[int]) -> float:
    """Proportional resident memory of processes and their children, in MB; shared pages count once (Linux)."""
    total, waiting = 0, list(pids)
    while waiting:
        pid = waiting.pop()
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            waiting += [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def cores() -> int:
    return os.cpu_count() or 1
