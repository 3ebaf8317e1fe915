"""The private PostgreSQL of a test: stopped, struck down, and started again with what it was started with."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from yipanqi.config.commands.test_command import postgres_bin

START_S = 30


class Cluster:
    """A PostgreSQL that `test_command.postgres` started."""

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url) as db:
            self.data = str(db.execute("SHOW data_directory").fetchone()[0])  # type: ignore[index]
        words = Path(self.data, "postmaster.opts").read_text().strip().split(" ", 1)[1]
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        control = [*prefix, str(postgres_bin() / "pg_ctl"), "-D", self.data, "-w"]
        self._stop = [*control, "-m", "immediate", "stop"]
        self._start = [*control, "-o", words.replace(f'"-D" "{self.data}"', ""), "-l", f"{self.data}/../log", "start"]

    def stop(self) -> None:
        subprocess.run(self._stop, check=True, stdout=subprocess.DEVNULL, cwd=Path(self.data).parent)

    def start(self) -> None:
        """Start it; what is left of one that was struck down is waited for."""
        deadline = time.monotonic() + START_S
        while True:
            done = subprocess.run(self._start, check=False, capture_output=True, cwd=Path(self.data).parent)
            if not done.returncode:
                return
            if time.monotonic() > deadline:
                raise RuntimeError(Path(self.data, "../log").read_text()[-2000:])
            time.sleep(0.2)

    @property
    def pid(self) -> int:
        """Of the process above all others."""
        return int(Path(self.data, "postmaster.pid").read_text().split()[0])

    @property
    def runs(self) -> bool:
        """Whether the process above all others lives; one that ended and was not taken note of does not."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (OSError, IndexError):
            return False

    def strike(self) -> None:
        """kill -9 of the process above all others; the others notice and end."""
        os.kill(self.pid, signal.SIGKILL)
        while self.runs:
            time.sleep(0.01)

    def strike_one(self) -> None:
        """kill -9 of a process that serves a client: PostgreSQL throws everybody out and recovers by itself."""
        with psycopg.connect(self.url) as db:
            served = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY query_start DESC NULLS LAST LIMIT 1"
            row = db.execute(served).fetchone()
        if row:
            os.kill(int(row[0]), signal.SIGKILL)
