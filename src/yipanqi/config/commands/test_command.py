"""`yipanqi test`: style, types, import order, and every test on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import argparse
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yipanqi.config.failure import CommandFailed

PASSES_ON = True
ROOT = Path(__file__).resolve().parents[4]
#: Processes that share the tests: each has its database, and those with browser tests a sample city and a Chromium.
MOST_AT_ONCE = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    """Everything else is handed to pytest; with any argument only pytest runs, on SQLite (or on DATABASE_URL)."""


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _step(title: str, command: list[str], env: dict[str, str] | None = None) -> None:
    print(f"== {title}", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}, check=False)
    if done.returncode:
        raise CommandFailed(f"{title}: failed (exit status {done.returncode}).")


def postgres_bin() -> Path:
    """Where initdb and pg_ctl live. Raises CommandFailed with what to install."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(p) for p in [shutil.which("initdb") or ""] if p
    ]
    if not found:
        raise CommandFailed("PostgreSQL is missing: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def postgres(durable: bool = False) -> Iterator[str]:
    """A throw-away PostgreSQL on a socket of its own, run by a non-root user; yields its DATABASE_URL.

    `durable` keeps PostgreSQL's own settings; without it, nothing waits for the disk.
    """
    tools = postgres_bin()
    folder = Path(tempfile.mkdtemp(prefix="yipanqi-pg-"))
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    prefix = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, owner)
    port = str(20_000 + os.getpid() % 20_000)
    data = str(folder / "data")
    quiet = {"stdout": subprocess.DEVNULL, "cwd": str(folder)}
    subprocess.run([*prefix, str(tools / "initdb"), "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], check=True, **quiet)  # type: ignore[call-overload]
    haste = "" if durable else "-c fsync=off -c full_page_writes=off"
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=60 {haste}"
    control = [*prefix, str(tools / "pg_ctl"), "-D", data, "-w"]
    subprocess.run([*control, "-o", options, "-l", str(folder / "log"), "start"], check=True, **quiet)  # type: ignore[call-overload]
    try:
        subprocess.run([*prefix, str(tools / "createdb"), "-h", "127.0.0.1", "-p", port, "-U", "test", "city"], check=True, **quiet)  # type: ignore[call-overload]
        yield f"postgresql://test@127.0.0.1:{port}/city"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, **quiet)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


def run(args: argparse.Namespace) -> int:
    pytest = [sys.executable, "-m", "pytest"]
    if args.extra:
        return subprocess.run([*pytest, *args.extra], cwd=ROOT, check=False).returncode
    _step("ruff", [_tool("ruff"), "check", "."])
    _step("mypy", [_tool("mypy")])
    _step("import order", [_tool("lint-imports"), "--no-cache"])
    pytest += ["-n", str(min(MOST_AT_ONCE, os.cpu_count() or 1)), "--dist", "loadfile"]
    _step("tests on SQLite", [*pytest, "-m", "not browser"])
    _step("tests in a browser", [*pytest, "-m", "browser"])
    with postgres() as url:
        _step("tests on PostgreSQL", [*pytest, "-m", "not browser and not pure"], {"DATABASE_URL": url})
    print("Everything passes.")
    return 0
