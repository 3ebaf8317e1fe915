"""The checks of `doctor` that look at keys, journal, outbox and backups, whatever app uses them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator

from django.conf import settings

from yipanqi.findings import ERROR, WARNING, Finding, check

SAMPLE = 20
#: More rows than this are verified only when asked for, because it takes minutes.
QUICK_ROWS = 50_000
WAITING = dt.timedelta(minutes=10)
CLOCK = dt.timedelta(minutes=5)


@check
def keys_open_fields(now: dt.datetime) -> Iterator[Finding]:
    """Encrypted fields can be read."""
    yield from (Finding("config.keys_open_fields", ERROR, words) for words in keys_open())


def keys_open() -> Iterator[str]:
    """Sentences about encrypted fields that no configured key opens, by the mark of the key in front of each value."""
    from django.apps import apps  # noqa: PLC0415  needs configured apps
    from django.db.models import CharField, F  # noqa: PLC0415
    from django.db.models.functions import Substr  # noqa: PLC0415

    from yipanqi.kernel.personal import EncryptedTextField  # noqa: PLC0415

    ours = {hashlib.sha256(hashlib.sha256(key.encode()).digest()).hexdigest()[:8] for key in settings.FIELD_KEYS}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, EncryptedTextField):
                continue
            marks = model._base_manager.exclude(**{field.name: ""}).values_list(Substr(F(field.name), 1, 8, output_field=CharField()), flat=True)
            if foreign := {*marks.order_by("pk")[:SAMPLE], *marks.order_by("-pk")[:SAMPLE]} - ours:
                yield (
                    f"No key opens {model._meta.label}.{field.name} (made with key {', '.join(sorted(foreign))}; here are {', '.join(sorted(ours))}): "
                    "put the old field.key back into the data directory, or name the old key behind the new one in YIPANQI_FIELD_KEYS."
                )
                return


@check
def journal_whole(now: dt.datetime) -> Iterator[Finding]:
    """The seals are those that were noted outside the database; a journal that is not large is verified whole."""
    from yipanqi.kernel import journal, journal_head  # noqa: PLC0415  needs configured apps
    from yipanqi.kernel.models import JournalEntry, JournalSeal  # noqa: PLC0415

    words = "somebody or something changed the journal. Keep the database as it is, compare it with a backup, and tell the auditor."
    known = journal_head.last()
    if known and not JournalSeal.objects.filter(number=known.number, chain=known.chain).exists():
        yield Finding("config.journal_whole", ERROR, f"The seal {known.number} noted in journal.head is not in the database: an older backup was put in without its journal.head, or {words}")
    newest = JournalEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if newest <= QUICK_ROWS and (fault := journal.verify(now=now)) and "journal.head" not in fault.problem and "waits" not in fault.problem:
        row = f", row {fault.entry}" if fault.entry else ""
        yield Finding("config.journal_whole", ERROR, f"The journal does not verify (seal {fault.seal}{row}: {fault.problem}): {words}")
    times = list(JournalSeal.objects.order_by("-number").values_list("number", "sealed_at")[:200])
    for (number, later), (_before, earlier) in zip(times, times[1:], strict=False):
        if earlier - later > CLOCK:
            yield Finding("config.journal_whole", WARNING, f"The clock was set back by {earlier - later} at seal {number} of the journal: deadlines and reminders around {earlier:%Y-%m-%d %H:%M} UTC may be wrong; look through them.")
            return


@check
def outbox_keeps_up(now: dt.datetime) -> Iterator[Finding]:
    """Events reach their handlers soon."""
    from yipanqi.kernel.models import Delivery  # noqa: PLC0415  needs configured apps

    late = Delivery.objects.filter(state__in=("waiting", "running"), next_at__lt=now - WAITING)
    oldest = late.order_by("next_at").values_list("next_at", flat=True).first()
    if oldest:
        yield Finding("config.outbox_keeps_up", ERROR, f"{late.count()} deliveries wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC: start `yipanqi worker`, or a second one if it runs and does not keep up.")
    tried = Delivery.objects.filter(state="waiting", attempts__gte=3).count()
    if tried:
        yield Finding("config.outbox_keeps_up", WARNING, f"{tried} deliveries failed three times or more and are tried again: the system page shows why.")


@check
def backed_up(now: dt.datetime) -> Iterator[Finding]:
    """There is a backup from the last days."""
    from yipanqi.config.backups.taking import last  # noqa: PLC0415  needs configured apps
    from yipanqi.kernel.models import JournalEntry  # noqa: PLC0415

    days = int(os.environ.get("YIPANQI_BACKUP_DAYS", "2"))
    if not days:
        return
    made, how = last(), "run `yipanqi backup FOLDER --keep 14` every night"
    began = JournalEntry.objects.order_by("id").values_list("at", flat=True).first()
    newest = dt.datetime.fromisoformat(made["at"]) if made else None
    if newest is None and began and now - began > dt.timedelta(days=days):
        yield Finding("config.backed_up", WARNING, f"No backup was ever made from here: {how}. Set YIPANQI_BACKUP_DAYS=0 where another program makes them.")
    if newest and now - newest > dt.timedelta(days=days):
        yield Finding("config.backed_up", WARNING, f"The last backup is of {newest:%Y-%m-%d %H:%M} UTC, more than {days} days ago: {how}, and look why it did not run.")
