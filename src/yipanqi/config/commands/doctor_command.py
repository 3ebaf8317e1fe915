"""`yipanqi doctor`: look at the installation, name what is wrong and say what to do."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from yipanqi.config.failure import database_trouble

GB = 1_000_000_000
STALE = dt.timedelta(minutes=5)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deploy", action="store_true", help="also what matters only in production")


def folders() -> Iterator[str]:
    """Whether the data directory and the one of photos can be written, and have room."""
    for folder, what in ((settings.DATA, "The data directory"), (Path(settings.MEDIA_ROOT), "The folder of photos and papers")):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"x" * 4096)
        except OSError as error:
            yield f"{what} {folder} cannot be written ({error.strerror}): give this user the right to, or make room."
    place = next(p for p in (settings.DATA, *settings.DATA.parents) if p.exists())
    free = shutil.disk_usage(place).free
    if free < GB:
        yield f"The disk is nearly full: {free / GB:.2f} GB free under {place}. Make room before photos and reports are refused."


def assets() -> Iterator[str]:
    """Whether scripts and styles were built."""
    if not (settings.PACKAGE / "static" / "app.js").exists():
        yield "The assets are not built: start through ./yipanqi, or run frontend/build.py."


def database() -> Iterator[str]:
    """Whether the database answers, can be written and is up to date."""
    from django.db import DatabaseError, InterfaceError, connection, transaction  # noqa: PLC0415  needs configured apps
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    from yipanqi.kernel.models import Stamp  # noqa: PLC0415

    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield "The database is not set up or not up to date: run `yipanqi setup`."
            return
        with transaction.atomic():
            Stamp.objects.get_or_create(topic="doctor")
            transaction.set_rollback(True)
    except (DatabaseError, InterfaceError) as error:
        yield database_trouble(error)


def worker(now: dt.datetime) -> Iterator[str]:
    """Whether the background process runs, and what it could not do."""
    from yipanqi.kernel.models import Delivery, JobRun, JournalEntry  # noqa: PLC0415  needs configured apps

    oldest = JournalEntry.objects.filter(batch__isnull=True).order_by("id").values_list("at", flat=True).first()
    late = JobRun.objects.filter(due_at__lt=now - STALE).exclude(lease_until__gt=now).exists()
    if late or not JobRun.objects.exists() or (oldest and now - oldest > STALE):
        yield "The worker does not run: reminders, notices and journal seals wait. Start `yipanqi worker`."
    failed = Delivery.objects.filter(state="failed").count()
    if failed:
        yield f"{failed} deliveries failed for good: see the system page, mend the cause, press retry."
    for job in JobRun.objects.filter(failures__gte=3):
        last = (job.error.strip().splitlines() or ["no reason kept"])[-1]
        yield f"The job {job.key} failed {job.failures} times ({last}): mend the cause, the worker tries again by itself."


def clock(now: dt.datetime) -> Iterator[str]:
    """Whether this machine's clock can be right: deadlines are computed from it."""
    from django.db import connection  # noqa: PLC0415  needs configured apps

    from yipanqi.kernel.models import JournalEntry  # noqa: PLC0415

    words = "Set the clock right (for example `timedatectl set-ntp true`): deadlines are computed from it."
    newest = JournalEntry.objects.order_by("-id").values_list("at", flat=True).first()
    if newest and newest - now > STALE:
        yield f"The clock is wrong: it says {now:%Y-%m-%d %H:%M} UTC, but the journal goes to {newest:%Y-%m-%d %H:%M} UTC. {words}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            gap = abs((cursor.fetchone()[0] - dt.datetime.now(dt.UTC)).total_seconds())
        if gap > 60:
            yield f"The clock is wrong: this machine and the database's differ by {gap:.0f} seconds. {words}"


def search() -> Iterator[str]:
    """Whether every case is known by its words, and nothing else is."""
    from yipanqi.cases.models import Case  # noqa: PLC0415  needs configured apps
    from yipanqi.cases.words import WORDS  # noqa: PLC0415

    table = Case._meta.db_table
    if WORDS.lacking(table, 1) or WORDS.beside(table, 1):
        yield "Search does not know every case: press retry at the job cases.check_words on the system page, or wait for its nightly run."


def calendar(today: dt.date) -> Iterator[str]:
    """Whether the holidays of the days in which deadlines fall are known."""
    from yipanqi.calendar.selectors import calendar_for  # noqa: PLC0415  needs configured apps

    start = dt.datetime.combine(today, dt.time(), dt.UTC)
    years = calendar_for().unannounced_years(start, start + dt.timedelta(days=60))
    if years:
        named = ", ".join(map(str, years))
        yield f"The holidays of {named} are not entered yet: deadlines count plain weekdays. Enter them on the calendar page once announced."


def deploy() -> Iterator[str]:
    """What matters only in production."""
    if not settings.SECURE:
        yield "Cookies are not marked secure: set YIPANQI_HTTPS=1 behind an https proxy."
    if settings.ALLOWED_HOSTS == ["*"]:
        yield "Every host name is accepted: set YIPANQI_HOSTS to the names under which the city is served."
    if settings.ALLOWED_HOSTS == ["*"] and not settings.SITE:
        yield "Tracking addresses are answered as bare paths: set YIPANQI_SITE to where the city is found, for example https://city.example."
    if settings.SECURE and not settings.PROXIES:
        yield (
            "Everybody seems to come from the https proxy's address, so limits per address hit all at once: "
            "set YIPANQI_PROXIES to the proxy's addresses or networks (10.0.0.5,10.1.0.0/24); it must send X-Forwarded-For."
        )
    if settings.DEBUG:
        yield "Debugging is on: unset YIPANQI_DEBUG."
    for name, variable in (("secret.key", "YIPANQI_SECRET_KEY"), ("field.key", "YIPANQI_FIELD_KEYS")):
        path = settings.DATA / name
        if not os.environ.get(variable) and path.exists() and path.stat().st_mode & 0o077:
            yield f"Others may read {path}: run chmod 600 on it."


def findings(now: dt.datetime, *, for_production: bool = False) -> list[str]:
    """Everything that is wrong, each with what to do about it. What needs the database is asked only where it answers."""
    found = [*folders(), *assets()]
    trouble = list(database())
    found += trouble
    if not trouble:
        checks: tuple[Any, ...] = (worker(now), clock(now), search(), calendar(now.date()))
        found += [words for check in checks for words in check]
    return found + (list(deploy()) if for_production else [])


def run(args: argparse.Namespace) -> int:
    django.setup()
    found = findings(dt.datetime.now(dt.UTC), for_production=args.deploy)
    print("\n".join(f"- {words}" for words in found) or "All is well.")
    return 1 if found else 0
