"""The command line. Each command is one small module beside this one, registered in COMMANDS."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

from yipanqi.config.failure import CommandFailed, database_trouble, sentence

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
    "backup": "copy the database and the files while everybody goes on working",
    "restore": "put a backup into an empty installation and prove it",
    "doctor": "check the installation and say what to do",
    "setup": "create or update the database and the starting data",
    "bench": "measure against floors taken in the same run",
    "docs": "regenerate docs/generated",
    "manage": "Django's own management commands",
}


def main() -> None:
    """Run one command; whatever stands in its way ends with one sentence and exit status 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yipanqi.config.settings")
    before, name, rest = split(sys.argv[1:])
    general = _parser().parse_args([*before, *([name] if name else [])])
    if general.data:
        os.environ["YIPANQI_DATA"] = str(general.data.resolve())
    try:
        status = _run(name, rest)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        status = 130
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except CommandFailed as failure:
        print(failure, file=sys.stderr)
        status = 1
    except OSError as failure:
        print(sentence(failure), file=sys.stderr)
        status = 1
    except Exception as failure:
        words = _expected(failure)
        if words is None:
            raise
        print(words, file=sys.stderr)
        status = 1
    sys.exit(status)


def split(words: list[str]) -> tuple[list[str], str, list[str]]:
    """What stands before the command's name (`--data DIR` may), the name, and what comes after it."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] == "--data" else 1
    return words[:at], words[at] if at < len(words) else "", words[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="yipanqi", description="一盘棋: a city's civilised-city programme on one board")
    parser.add_argument("--data", type=Path, help="data directory (default $YIPANQI_DATA or ./var)")
    sub = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        sub.add_parser(name, help=text, add_help=False)
    return parser


def _run(name: str, words: list[str]) -> int:
    if name == "manage":
        from django.core.management import execute_from_command_line  # noqa: PLC0415  Django's own entry point

        execute_from_command_line(["yipanqi manage", *words])
        return 0
    module = importlib.import_module(f"yipanqi.config.commands.{name}_command")
    child = argparse.ArgumentParser(prog=f"yipanqi {name}", description=COMMANDS[name])
    child.add_argument("--data", type=Path, help="data directory (default $YIPANQI_DATA or ./var)")
    module.arguments(child)
    args, extra = child.parse_known_args(words)
    if extra and not getattr(module, "PASSES_ON", False):
        child.error(f"unknown arguments: {' '.join(extra)}")
    args.extra = extra
    if args.data:
        os.environ["YIPANQI_DATA"] = str(args.data.resolve())
    return int(module.run(args) or 0)


def _expected(failure: Exception) -> str | None:
    """The sentence of a failure that a user can mend; None for a bug, which is shown whole."""
    import sqlite3  # noqa: PLC0415  likewise

    from django.apps import apps  # noqa: PLC0415  Django is only there once a command needs it
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.db.utils import DatabaseError, InterfaceError  # noqa: PLC0415

    if isinstance(failure, ImproperlyConfigured):
        return str(failure)
    if isinstance(failure, DatabaseError | InterfaceError | sqlite3.Error):  # backups speak to SQLite itself
        return database_trouble(failure)
    if not apps.ready:
        return None
    from yipanqi.kernel.actions import Refused  # noqa: PLC0415  needs configured apps, as every refusal does

    return str(failure) if isinstance(failure, Refused) else None


if __name__ == "__main__":
    main()
