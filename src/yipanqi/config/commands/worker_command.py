"""`yipanqi worker`: deliver events, run jobs, seal the journal, until told to stop."""

from __future__ import annotations

import argparse
import contextlib

import django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="one round, then stop")


def run(args: argparse.Namespace) -> int:
    import datetime as dt  # noqa: PLC0415

    django.setup()
    from yipanqi.kernel.worker import Worker  # noqa: PLC0415  needs configured apps

    worker = Worker()
    if args.once:
        while worker.turn(dt.datetime.now(dt.UTC)):
            pass
    else:
        with contextlib.suppress(KeyboardInterrupt):
            worker.run()
    return 0
