"""What a running city takes: seconds until it answers, memory of the whole process tree."""

from __future__ import annotations

import os
import subprocess
import time
from statistics import median

from benchmarks import load
from benchmarks.cities import COMMAND, City
from benchmarks.results import RUNS, Result, spread

PAGES = ("/", "/report/", "/nearby/")


def start_once(city: City) -> tuple[float, float]:
    """Seconds from the command to the first answered page, and the memory of server and worker after some pages."""
    port = load.free_port()
    began = time.perf_counter()
    server = subprocess.Popen([*COMMAND, "serve", "--port", str(port)], env=city.env)
    try:
        load.wait_for(port)
        seconds = time.perf_counter() - began
        worker = subprocess.Popen([*COMMAND, "worker"], env=city.env)
        try:
            client = load.Client(port)
            for path in PAGES * 10:
                client.ask("GET", path)
            time.sleep(3)
            return seconds, load.memory_mb([server.pid, worker.pid])
        finally:
            worker.terminate()
            worker.wait(20)
    finally:
        server.terminate()
        server.wait(20)


def measure(city: City) -> list[Result]:
    start_once(city)
    found = [start_once(city) for _n in range(RUNS)]
    seconds, memory = [s for s, _m in found], [m for _s, m in found]
    return [
        Result(
            "server's first answer after a warm start",
            city.engine,
            spread(seconds, " s", 1),
            "",
            "",
            "≤ 3 s",
            median(seconds) <= 3,
        ),
        Result(
            f"memory of the process tree ({os.cpu_count()} cores)",
            city.engine,
            spread(memory, " MB"),
            "",
            "",
            "≤ 400 MB",
            median(memory) <= 400,
        ),
    ]
