"""`yipanqi setup`: bring the database up to date and load the starting data; safe to repeat."""

from __future__ import annotations

import argparse
import datetime as dt

import django
from django.conf import settings

from yipanqi.config.failure import CommandFailed
from yipanqi.config.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--admin", metavar="LOGIN", help="open the account of a system administrator and print its one-time password"
    )
    parser.add_argument("--name", default="", help="that person's name")


def prepare() -> None:
    """Migrate and load the calendar and the standard."""
    from django.core.management import call_command  # noqa: PLC0415  needs configured apps

    from yipanqi.calendar.actions import seed_calendar  # noqa: PLC0415
    from yipanqi.kernel.actors import SYSTEM  # noqa: PLC0415  needs configured apps
    from yipanqi.standards.actions import load_standard  # noqa: PLC0415

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    with Progress("setup", 3) as bar:
        call_command("migrate", interactive=False, verbosity=0)
        bar.to(1)
        seed_calendar(None, by=SYSTEM, at=now)
        bar.to(2)
        load_standard(None, by=SYSTEM, at=now)
        bar.to(3)


def run(args: argparse.Namespace) -> int:
    django.setup()
    prepare()
    print("The database is up to date.")
    if args.admin:
        open_account(args.admin, args.name)
    return 0


def open_account(login: str, name: str) -> None:
    """A system administrator who can sign in once with the printed password and must choose another then."""
    from yipanqi.kernel.actors import SYSTEM  # noqa: PLC0415  needs configured apps
    from yipanqi.people.actions import UsernameTaken, open_administrator  # noqa: PLC0415

    try:
        password = open_administrator(None, username=login, name=name, by=SYSTEM, at=dt.datetime.now(dt.UTC)).password
    except UsernameTaken as taken:
        raise CommandFailed(
            f"There is already a user {login.strip().lower()}: choose another login, "
            "or let the office or another administrator give out a new password under Units and people."
        ) from taken
    print(f"System administrator {login.strip().lower()}, one-time password: {password}")
    print("It is shown only this once and must be changed at the first sign-in.")
