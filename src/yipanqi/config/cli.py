"""The command line. Each command is one small module beside this one, registered in COMMANDS."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

from yipanqi.config.failure import CommandFailed

COMMANDS = {
    "demo": "set up a sample city and serve it",
    "serve": "the web server process",
    "worker": "the background process: events, jobs, journal seals",
    "test": "everything that must pass",
    "token": "print a new API token for a user",
    "import": "import an .xlsx or .csv sheet",
    "export": "export a sheet",
    "figures": "every named figure",
    "journal": "journal verify: prove that nothing was changed",
    "messages": "gather the texts to translate",
    "doctor": "check the installation and say what to do",
    "setup": "create or update the database and the starting data",
    "docs": "regenerate docs/generated",
    "manage": "Django's own management commands",
}


def main() -> None:
    """Run one command; failures the user can mend end with one sentence and exit status 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yipanqi.config.settings")
    parser = argparse.ArgumentParser(prog="yipanqi", description="一盘棋: a city's civilised-city programme on one board")
    sub = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        sub.add_parser(name, help=text, add_help=False)
    known, rest = parser.parse_known_args(sys.argv[1:2])
    if known.command == "manage":
        from django.core.management import execute_from_command_line  # noqa: PLC0415  Django's own entry point

        execute_from_command_line(["yipanqi manage", *sys.argv[2:]])
        return
    module = importlib.import_module(f"yipanqi.config.commands.{known.command}_command")
    child = argparse.ArgumentParser(prog=f"yipanqi {known.command}", description=COMMANDS[known.command])
    child.add_argument("--data", type=Path, help="data directory (default $YIPANQI_DATA or ./var)")
    module.arguments(child)
    args, extra = child.parse_known_args(sys.argv[2:])
    if extra and not getattr(module, "PASSES_ON", False):
        child.error(f"unknown arguments: {' '.join(extra)}")
    args.extra = extra
    if args.data:
        os.environ["YIPANQI_DATA"] = str(args.data.resolve())
    try:
        sys.exit(module.run(args))
    except CommandFailed as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
