"""`yipanqi serve`: the web server process."""

from __future__ import annotations

import argparse
import os
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes; default 2")
    parser.add_argument("--threads", type=int, default=0, help="threads that answer requests, per process; default 2 on SQLite, where one writes at a time, 4 on PostgreSQL")


def server(host: str, port: int, workers: int, threads: int) -> Any:
    """A Granian server of the WSGI application."""
    return Server(
        "yipanqi.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads or (4 if os.environ.get("DATABASE_URL") else 2),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,  # one that the system ended, for want of memory for example, is made anew
        respawn_interval=0.5,
    )


def run(args: argparse.Namespace) -> int:
    server(args.host, args.port, args.workers, args.threads).serve()
    return 0
