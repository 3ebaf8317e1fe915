"""`yipanqi setup`: bring the database up to date and load the starting data; safe to repeat."""

from __future__ import annotations

import argparse
import datetime as dt

import django
from django.conf import settings

from yipanqi.config.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


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
    return 0
