"""The one who strikes: server, worker and database get SIGKILL at random moments while clients go on writing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.load import Load
from tests.faults.places import CLI, Place
from yipanqi.config.tests.cluster import Cluster
from yipanqi.files.tests.photos import jpeg

#: How long the load may take to move again after a strike.
BACK_S = 90
CALM_S = (0.05, 0.9)
STEP = 4
SHORT_CLOCKS = ["escalation.climb_due", "messaging.send_due", "files.look_at_photos"]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Process:
    """One of our processes, in a group of its own, so that it can be struck down whole or in part."""

    def __init__(self, place: Place, *words: str) -> None:
        self.place, self.words = place, words
        self.log = place.data / f"{words[0]}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*CLI, *self.words], cwd=self.place.data, env=self.place.env, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def children(self) -> list[int]:
        """Of the process, while it lives."""
        if self.process is None:
            return []
        try:
            return [int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]
        except OSError:
            return []

    def strike(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)

    def strike_child(self, draw: random.Random) -> None:
        """One of the processes that answer requests; the one above them makes a new one."""
        if self.children:
            os.kill(draw.choice(self.children), signal.SIGKILL)


@dataclass
class Outcome:
    """What the strikes left."""

    seed: int
    strikes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    acknowledged: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    made: dict[str, int] = field(default_factory=dict)
    delivered_anew: int = 0
    problems: list[str] = field(default_factory=list)
    longest_back_s: float = 0.0

    def line(self) -> str:
        """All of it in one line."""
        struck = ", ".join(f"{n} × {what}" for what, n in sorted(self.strikes.items()))
        return (
            f"seed {self.seed}: {sum(self.strikes.values())} strikes ({struck}) in {self.seconds:.0f} s, {self.acknowledged} writes acknowledged, "
            f"answers {dict(self.answers)}, {self.made}, {self.delivered_anew} deliveries anew, back after at most {self.longest_back_s:.1f} s, "
            f"{len(self.problems)} problems"
        )


class Strikes:
    """One run: a sample city is built at `place`, struck `count` times under load, and counted."""

    def __init__(self, place: Place, count: int, seed: int | None = None) -> None:
        self.place, self.count = place, count
        self.outcome = Outcome(random.SystemRandom().randrange(10**6) if seed is None else seed)
        self.draw = random.Random(self.outcome.seed)
        port = free_port()
        self.server = Process(place, "serve", "--port", str(port), "--workers", "2", "--threads", "3")
        self.worker = Process(place, "worker")
        self.cluster: Cluster | None = None
        self.port = port

    def run(self) -> Outcome:
        """Build, strike, count. The outcome names every problem."""
        began = time.monotonic()
        self.place.command("demo", "--no-serve")
        self.cluster = Cluster(self.place.url) if self.place.url else None
        known = self.place.inside("tests.faults.town:prepare", late=max(20, self.count), over_s=6.0 * self.count)
        since = self.place.inside("tests.faults.audit:before")
        load = Load(self.port, known, jpeg(320, 240))
        try:
            self.server.start()
            self.worker.start()
            load.start()
            self._progress(load)
            for _n in range(self.count):
                self._one(load)
            if not load.finish(self._supervise):
                self.outcome.problems.append("a client could not finish after the last strike")
        finally:
            self.worker.strike()
            self.server.strike()
            self.outcome.seconds = time.monotonic() - began
        self.place.inside("tests.faults.town:settle")
        told = load.told
        counted = self.place.inside("tests.faults.audit:count", since=since, reports=told.reports, lives=told.lives, keys=told.keys, photos=told.photos)
        self._note(load, counted)
        return self.outcome

    def _note(self, load: Load, counted: dict[str, Any]) -> None:
        outcome = self.outcome
        outcome.acknowledged, outcome.answers = load.done, load.told.answers
        outcome.made, outcome.delivered_anew = counted["made"], counted["delivered anew"]
        outcome.problems += [*load.told.odd, *counted["problems"]]

    def _one(self, load: Load) -> None:
        time.sleep(self.draw.uniform(*CALM_S))
        blows = self._blows()
        names = self.draw.sample(sorted(blows), 2 if self.draw.random() < 0.15 else 1)
        for name in names:
            self.outcome.strikes[name] += 1
            blows[name]()
        self._mend()
        began = time.monotonic()
        self._progress(load)
        self.outcome.longest_back_s = max(self.outcome.longest_back_s, time.monotonic() - began)

    def _blows(self) -> dict[str, Callable[[], None]]:
        blows: dict[str, Callable[[], None]] = {
            "server": self.server.strike, "process of the server": lambda: self.server.strike_child(self.draw), "worker": self.worker.strike,
        }  # fmt: skip
        if self.cluster:
            blows |= {"database": self.cluster.strike, "process of the database": self._strike_backend}
        else:
            blows["everything"] = lambda: (self.server.strike(), self.worker.strike())  # type: ignore[func-returns-value,assignment]
        return blows

    def _strike_backend(self) -> None:
        assert self.cluster is not None
        try:
            self.cluster.strike_one()
        except OSError:
            return
        except Exception as error:  # the database lies down already: two blows in a row
            if "psycopg" not in type(error).__module__:
                raise

    def _mend(self) -> None:
        """Start again what does not start again by itself, as a supervisor would."""
        if self.cluster and not self.cluster.runs:
            self.cluster.start()
        if not self.server.alive:
            self.server.start()
        if not self.worker.alive:
            if self.worker.process is not None and self.worker.process.returncode != -signal.SIGKILL:
                self.outcome.problems.append(f"the worker ended by itself: {self.worker.log.read_text()[-1500:]}")
            if self.draw.random() < 0.5:
                self.place.inside("tests.faults.town:come_due", keys=SHORT_CLOCKS)
            self.worker.start()

    def _progress(self, load: Load) -> None:
        """Return once so many more writes are acknowledged."""
        before, deadline = load.done, time.monotonic() + BACK_S
        while load.done < before + STEP:
            if load.told.odd:
                return
            if time.monotonic() > deadline:
                logs = "".join(p.log.read_text()[-1500:] for p in (self.server, self.worker))
                raise RuntimeError(f"seed {self.outcome.seed}: no answer {BACK_S} s after a strike ({dict(self.outcome.strikes)})\n{logs}")
            self._supervise()
            time.sleep(0.02)

    def _supervise(self) -> None:
        """Start the server anew once it has ended, as whatever runs it in a city does: two of its processes struck within seconds end it."""
        if not self.server.alive:
            if not self.outcome.strikes["process of the server"]:
                self.outcome.problems.append(f"the server ended by itself: {self.server.log.read_text()[-1500:]}")
            self.server.start()


def struck(place: Place, count: int, seed: int | None = None) -> Outcome:
    """Build, strike and count at `place`."""
    shutil.rmtree(place.data, ignore_errors=True)
    place.data.mkdir(parents=True)
    return Strikes(place, count, seed).run()
