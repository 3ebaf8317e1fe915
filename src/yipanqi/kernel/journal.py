"""The append-only journal: written by actions, sealed in chained Merkle batches, verifiable by anyone who can read it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import struct
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from yipanqi.kernel import journal_head
from yipanqi.kernel.models import JournalEntry, JournalSeal
from yipanqi.kernel.references import plain, reference

LEAF = struct.Struct(">q32s")
BATCH = 5_000
#: How long a transaction may take to show its row after the time that stands in it.
LATE = dt.timedelta(hours=1)
#: How long a row may wait for its seal while the worker is down.
WAITS = dt.timedelta(days=7)
#: While news is delivered: what comes of it is not written as older than this, however late the news is.
SINCE: ContextVar[dt.datetime | None] = ContextVar("since", default=None)


def write(*rows: JournalEntry) -> None:
    """Add the rows of actions, as `entry` makes them."""
    JournalEntry.objects.bulk_create(rows, batch_size=500)


def entry(action: str, subject: Any, kwargs: dict[str, Any], private: frozenset[str]) -> JournalEntry:
    """The row of one action, not stored. Arguments named in `private` leave only the fact that they were given."""
    by, at = kwargs["by"], kwargs["at"]
    kind, name = reference(subject)
    data = {k: ("***" if k in private and v else plain(v)) for k, v in kwargs.items() if k not in ("by", "at")}
    unit = getattr(by, "actor_unit", "")
    return JournalEntry(at=max(at, SINCE.get() or at), action=action, actor=by.actor_key, unit=unit, subject_kind=kind, subject=name, data=data)


def leaf(entry: JournalEntry) -> bytes:
    """SHA-256 over the entry's content in canonical form (RFC 9162 leaf prefix 0x00)."""
    content = [
        str(entry.uuid), entry.at.astimezone(dt.UTC).isoformat(), entry.action, entry.actor, entry.unit,
        entry.subject_kind, entry.subject, entry.data,
    ]  # fmt: skip
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + body.encode()).digest()


def merkle_root(leaves: list[bytes]) -> bytes:
    """Root of the Merkle tree over leaf hashes (RFC 9162 §2.1.1: split at the largest power of two)."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def _chain(previous: str, root: str, number: int, count: int, at: dt.datetime) -> str:
    sealed_at = at.astimezone(dt.UTC).isoformat()
    return hashlib.sha256(f"{previous}|{number}|{count}|{sealed_at}|{root}".encode()).hexdigest()


def seal(now: dt.datetime) -> int:
    """Seal the entries that are not sealed yet; returns how many. Called by the worker every few seconds."""
    waiting = JournalEntry.objects.filter(batch__isnull=True)
    if not waiting.exists():
        return 0
    try:
        with transaction.atomic():
            entries = list(waiting.order_by("id")[:BATCH])
            sealed = _seal(entries, now) if entries else 0
    except IntegrityError:  # another worker sealed at the same moment: its seal took the number
        return 0
    if sealed:
        journal_head.note()
    return sealed


def _seal(entries: list[JournalEntry], now: dt.datetime) -> int:
    last = JournalSeal.objects.order_by("-number").first()
    number = last.number + 1 if last else 1
    hashes = [leaf(e) for e in entries]
    root = merkle_root(hashes).hex()
    JournalSeal.objects.create(
        number=number,
        sealed_at=now,
        count=len(entries),
        leaves=b"".join(LEAF.pack(e.pk, h) for e, h in zip(entries, hashes, strict=True)),
        root=root,
        chain=_chain(last.chain if last else "", root, number, len(entries), now),
    )
    marked = JournalEntry.objects.filter(pk__in=[e.pk for e in entries], batch__isnull=True).update(batch=number)
    if marked != len(entries):
        raise IntegrityError("sealed twice")
    return marked


@dataclass(frozen=True)
class Fault:
    """The first thing that does not fit: which seal, which row, and what is wrong with it."""

    seal: int
    entry: int | None
    problem: str


def head() -> str:
    """The newest chain value, printed on issued papers; empty before the first seal."""
    last = JournalSeal.objects.order_by("-number").values_list("chain", flat=True).first()
    return last or ""


def verify(progress: Callable[[int], None] = lambda done: None, *, now: dt.datetime | None = None, head: str = "") -> Fault | None:
    """Re-derive every seal in order; returns the first changed, missing or inserted row, or None.

    Args:
        progress: is told how many seals hold so far.
        now: rows that wait for their seal longer than WAITS before it are named; not looked at when None.
        head: a chain value printed earlier; the seal it belongs to must still be there.
    """
    previous, count, printed = _Before(), 0, not head
    for sealed in JournalSeal.objects.order_by("number").iterator(chunk_size=50):
        count += 1
        if sealed.number != count:
            return Fault(count, None, "seal missing")
        if fault := _verify_seal(sealed, previous):
            return fault
        progress(count)
        printed = printed or sealed.chain == head
        previous = previous.then(sealed)
    if not printed:
        return Fault(count, None, "no seal has the printed head")
    return _verify_head(count) or _verify_rest(count, previous, now)


@dataclass(frozen=True)
class _Before:
    """What the seals so far lead to: the chain value, and from when on rows may come.

    A seal that is not full took everything there was, so whatever is sealed after it was written after it.
    """

    chain: str = ""
    since: dt.datetime | None = None

    def then(self, sealed: JournalSeal) -> _Before:
        return _Before(sealed.chain, sealed.sealed_at - LATE if sealed.count < BATCH else self.since)


def _verify_head(count: int) -> Fault | None:
    """What was written down outside the database must still be in it."""
    known = journal_head.last()
    if known is None:
        return None
    if known.number > count:
        return Fault(count + 1, None, "seal noted in journal.head is gone")
    held = JournalSeal.objects.values_list("chain", flat=True).get(number=known.number)
    return None if held == known.chain else Fault(known.number, None, "seal differs from journal.head")


def _verify_rest(count: int, previous: _Before, now: dt.datetime | None) -> Fault | None:
    """Rows outside all seals: none may claim one, and those that wait for theirs are new."""
    stray = JournalEntry.objects.filter(Q(batch__lt=1) | Q(batch__gt=count)).order_by("id").first()
    if stray:
        return Fault(stray.batch or 0, stray.pk, "entry claims a seal that does not exist")
    waiting = JournalEntry.objects.filter(batch__isnull=True).order_by("id")
    since = min(previous.since, now - LATE) if previous.since and now else previous.since
    old = waiting.filter(at__lt=since).first() if since else None
    if old:
        return Fault(count, old.pk, "not sealed, yet older than the last seal")
    late = waiting.filter(at__lt=now - WAITS).first() if now else None
    return Fault(count, late.pk, "waits for its seal too long") if late else None


def _verify_seal(sealed: JournalSeal, before: _Before) -> Fault | None:
    recorded = dict(LEAF.iter_unpack(bytes(sealed.leaves)))
    found: dict[int, bytes] = {}
    for entry in JournalEntry.objects.filter(batch=sealed.number).order_by("id").iterator(chunk_size=2_000):
        if entry.pk not in recorded:
            return Fault(sealed.number, entry.pk, "inserted after sealing")
        if leaf(entry) != recorded[entry.pk]:
            return Fault(sealed.number, entry.pk, "changed after sealing")
        if before.since and entry.at < min(before.since, sealed.sealed_at - LATE):  # the clock was set back between the two
            return Fault(sealed.number, entry.pk, "older than the seal before its own")
        found[entry.pk] = recorded[entry.pk]
    missing = next((pk for pk in sorted(recorded) if pk not in found), None)
    if missing is not None:
        return Fault(sealed.number, missing, "missing")
    root = merkle_root([recorded[pk] for pk in recorded]).hex()
    chain = _chain(before.chain, root, sealed.number, sealed.count, sealed.sealed_at)
    if root != sealed.root or sealed.count != len(recorded) or chain != sealed.chain:
        return Fault(sealed.number, None, "seal changed")
    return None
