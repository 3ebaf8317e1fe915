"""`yipanqi doctor`: look at the installation, name what is wrong and say what to do."""

from __future__ import annotations

import argparse
import datetime as dt
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from django.conf import settings

from yipanqi.config.failure import database_trouble
from yipanqi.findings import ERROR, WARNING, Finding, registered

GB = 1_000_000_000
STALE = dt.timedelta(minutes=5)
#: The exit status of the worst that was found, as supervisors read it.
STATUS = {"": 0, WARNING: 1, ERROR: 2}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deploy", action="store_true", help="also what matters only in production")
    parser.add_argument("--json", action="store_true", help="print JSON; the exit status is 0 where all is well, 1 for warnings, 2 for errors")


def folders() -> Iterator[Finding]:
    """Whether the data directory and the one of photos can be written, and have room."""
    seen = set()
    for folder, what in ((settings.DATA, "The data directory"), (Path(settings.MEDIA_ROOT), "The folder of photos and papers")):
        place = next(p for p in (folder, *folder.parents) if p.exists())
        try:
            probe_in = folder if folder.exists() else place  # a disk that is not mounted must not be papered over with a new folder
            with tempfile.TemporaryFile(dir=probe_in) as probe:
                probe.write(b"x" * 4096)
                probe.flush()
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            words = f"The disk is full: make room under {place}; what was refused meanwhile can be sent again." if full else (
                f"{what} {folder} cannot be written ({error.strerror}): give this user the right to, or make room."
            )  # fmt: skip
            yield Finding("disk" if full else "folders", ERROR, words)
            continue
        free, device = shutil.disk_usage(place).free, place.stat().st_dev
        if free < GB and device not in seen:
            words = f"The disk is nearly full: {free / GB:.2f} GB free under {place}. Make room before photos and reports are refused."
            yield Finding("disk", ERROR if free < GB / 10 else WARNING, words)
        seen.add(device)


def assets() -> Iterator[Finding]:
    """Whether scripts and styles were built."""
    if not (settings.PACKAGE / "static" / "app.js").exists():
        yield Finding("assets", ERROR, "The assets are not built: start through ./yipanqi, or run frontend/build.py.")


def database() -> Iterator[Finding]:
    """Whether the database answers, can be written and is up to date."""
    from django.db import DatabaseError, InterfaceError, connection, transaction  # noqa: PLC0415  needs configured apps
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    from yipanqi.config.newer import unknown_steps  # noqa: PLC0415
    from yipanqi.kernel.models import Stamp  # noqa: PLC0415

    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield Finding("database", ERROR, "The database is not set up or not up to date: run `yipanqi setup`.")
            return
        if unknown := unknown_steps(sorted(executor.loader.applied_migrations)):
            yield Finding("database", ERROR, f"A newer version of Yipanqi has worked on this database (it took the step {unknown[-1]}): install that version, or restore a backup of this one.")
        with transaction.atomic():
            Stamp.objects.get_or_create(topic="doctor")
            transaction.set_rollback(True)
    except (DatabaseError, InterfaceError) as error:
        yield Finding("database", ERROR, database_trouble(error))


def worker(now: dt.datetime) -> Iterator[Finding]:
    """Whether the background process runs, and what it could not do."""
    from django.db.models import Max

    from yipanqi.kernel.models import Delivery, JobRun, JournalEntry  # noqa: PLC0415  needs configured apps

    oldest = JournalEntry.objects.filter(batch__isnull=True).order_by("id").values_list("at", flat=True).first()
    late = JobRun.objects.filter(due_at__lt=now - STALE).exclude(lease_until__gt=now).exists()
    if late or not JobRun.objects.exists() or (oldest and now - oldest > STALE):
        sign = JobRun.objects.aggregate(at=Max("started_at"))["at"]
        since = f" (last sign of life {sign:%Y-%m-%d %H:%M} UTC)" if sign else ""
        yield Finding("worker", ERROR, f"The worker does not run{since}: reminders, notices and journal seals wait. Start `yipanqi worker`.")
    failed = Delivery.objects.filter(state="failed").count()
    if failed:
        yield Finding("worker", ERROR, f"{failed} deliveries failed for good: see the system page, mend the cause, press retry.")
    for job in JobRun.objects.filter(failures__gte=3):
        last = (job.error.strip().splitlines() or ["no reason kept"])[-1]
        yield Finding("jobs", ERROR, f"The job {job.key} failed {job.failures} times ({last}): mend the cause, the worker tries again by itself.")


def clock(now: dt.datetime) -> Iterator[Finding]:
    """Whether this machine's clock can be right: deadlines are computed from it."""
    from django.db import connection  # noqa: PLC0415  needs configured apps

    from yipanqi.kernel.models import JournalEntry  # noqa: PLC0415

    words = "Set the clock right (for example `timedatectl set-ntp true`): deadlines are computed from it."
    newest = JournalEntry.objects.order_by("-id").values_list("at", flat=True).first()
    if newest and newest - now > STALE:
        yield Finding("clock", ERROR, f"The clock is wrong: it says {now:%Y-%m-%d %H:%M} UTC, but the journal goes to {newest:%Y-%m-%d %H:%M} UTC. {words}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            gap = abs((cursor.fetchone()[0] - dt.datetime.now(dt.UTC)).total_seconds())
        if gap > 60:
            yield Finding("clock", ERROR, f"The clock is wrong: this machine and the database's differ by {gap:.0f} seconds. {words}")


def calendar(today: dt.date) -> Iterator[Finding]:
    """Whether the holidays of the days in which deadlines fall are known."""
    from yipanqi.calendar.selectors import calendar_for  # noqa: PLC0415  needs configured apps

    start = dt.datetime.combine(today, dt.time(), dt.UTC)
    years = calendar_for().unannounced_years(start, start + dt.timedelta(days=60))
    if years:
        named = ", ".join(map(str, years))
        yield Finding("calendar", WARNING, f"The holidays of {named} are not entered yet: deadlines count plain weekdays. Enter them on the calendar page once announced.")


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


def findings(now: dt.datetime, *, for_production: bool = False) -> list[Finding]:
    """Everything that is wrong, each with what to do about it. What needs the database is asked only where it answers."""
    from django.utils.module_loading import autodiscover_modules

    from yipanqi.config import soundness  # noqa: F401  registers its checks

    autodiscover_modules("checks")
    found = [*folders(), *assets()]
    trouble = list(database())
    found += trouble
    if not trouble:
        checks: tuple[Iterable[Finding], ...] = (worker(now), clock(now), calendar(now.date()), registered(now))
        found += [one for check in checks for one in check]
    return found + ([Finding("deploy", WARNING, words) for words in deploy()] if for_production else [])


def run(args: argparse.Namespace) -> int:
    django.setup()
    now = dt.datetime.now(dt.UTC)
    found = findings(now, for_production=args.deploy)
    worst = next((one for one in (ERROR, WARNING) if any(finding.severity == one for finding in found)), "")
    if args.json:
        rows = [{"check": one.key, "severity": one.severity, "words": one.words} for one in found]
        print(json.dumps({"status": worst or "ok", "at": now.isoformat(), "findings": rows}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(f"- {'WARNING: ' if one.severity == WARNING else ''}{one.words}" for one in found) or "All is well.")
    return STATUS[worst]
