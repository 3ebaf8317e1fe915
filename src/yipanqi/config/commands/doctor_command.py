"""`yipanqi doctor`: look at the installation and say what to do."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil

import django
from django.conf import settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deploy", action="store_true", help="also what matters only in production")


def _database(problems: list[str]) -> bool:
    from django.db import connection  # noqa: PLC0415  needs configured apps
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415
    from django.db.utils import OperationalError  # noqa: PLC0415

    try:
        connection.ensure_connection()
    except OperationalError as error:
        problems.append(f"The database does not answer: {str(error).strip()}. Check DATABASE_URL and that the server runs.")
        return False
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        problems.append("The database is not up to date: run `yipanqi setup`.")
        return False
    return True


def _worker(problems: list[str], now: dt.datetime) -> None:
    from yipanqi.kernel.models import Delivery, JobRun, JournalEntry  # noqa: PLC0415  needs configured apps

    oldest = JournalEntry.objects.filter(batch__isnull=True).order_by("id").values_list("at", flat=True).first()
    if oldest and now - oldest > dt.timedelta(minutes=5):
        problems.append("Journal rows wait for their seal: the worker does not run. Start `yipanqi worker`.")
    failed = Delivery.objects.filter(state="failed").count()
    if failed:
        problems.append(f"{failed} deliveries failed for good: see the system page, mend the cause, press retry.")
    for job in JobRun.objects.filter(failures__gte=3):
        problems.append(f"The job {job.key} failed {job.failures} times: {job.error.strip().splitlines()[-1]}")


def _calendar(problems: list[str], today: dt.date) -> None:
    from yipanqi.calendar.selectors import calendar_for  # noqa: PLC0415  needs configured apps

    start = dt.datetime.combine(today, dt.time(), dt.UTC)
    years = calendar_for().unannounced_years(start, start + dt.timedelta(days=60))
    if years:
        problems.append(f"The holidays of {', '.join(map(str, years))} are not entered yet: deadlines count plain weekdays until they are.")


def _deploy(problems: list[str]) -> None:
    if not settings.SECURE:
        problems.append("Set YIPANQI_HTTPS=1 behind an https proxy: cookies are not marked secure.")
    if settings.ALLOWED_HOSTS == ["*"]:
        problems.append("Set YIPANQI_HOSTS to the names under which the city is served.")
    if settings.DEBUG:
        problems.append("Unset YIPANQI_DEBUG.")


def run(args: argparse.Namespace) -> int:
    django.setup()
    now, problems = dt.datetime.now(dt.UTC), []
    settings.DATA.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.DATA, os.W_OK):
        problems.append(f"{settings.DATA} cannot be written: give this user the right to.")
    if shutil.disk_usage(settings.DATA).free < 1_000_000_000:
        problems.append(f"Less than 1 GB is free under {settings.DATA}: make room before photos are refused.")
    if not (settings.PACKAGE / "static" / "app.js").exists():
        problems.append("The assets are not built: start through ./yipanqi, or run frontend/build.py.")
    if _database(problems):
        _worker(problems, now)
        _calendar(problems, now.date())
    if args.deploy:
        _deploy(problems)
    print("\n".join(f"- {p}" for p in problems) or "All is well.")
    return 1 if problems else 0
