"""The news of points: the volunteer whose account moved, where they have an account to read it with."""

from __future__ import annotations

import datetime as dt

from yipanqi.kernel.actors import Actor
from yipanqi.messaging import actions as messaging
from yipanqi.points.models import Account, Entry, Posting

FORM_OF = {Entry.Kind.REDEEM: "redeemed", Entry.Kind.GIVE: "given", Entry.Kind.REVERSE: "reversed"}


def of_entry(uuid: str, *, by: Actor, at: dt.datetime) -> None:
    """Whoever redeemed, was given something, or whose entry was set right."""
    entry = Entry.objects.filter(uuid=uuid, kind__in=list(FORM_OF)).first()
    if entry is None:
        return
    rows = Posting.objects.filter(entry=entry, account__volunteer__user__isnull=False).select_related("account__volunteer__user")
    for line in rows.filter(amount__gt=0) if entry.kind == Entry.Kind.GIVE else rows:
        person = line.account.volunteer.user  # type: ignore[union-attr]
        facts = {"form": FORM_OF[Entry.Kind(entry.kind)], "points": str(abs(line.points))}
        messaging.tell(None, kind="points.entry", facts=facts, why=f"points:{uuid}:{line.pocket}", people=[person], by=by, at=at)


def of_expiry(account: Account, points: str, day: dt.date, *, by: Actor, at: dt.datetime) -> None:
    """A month before: so much will expire, once a month."""
    if account.volunteer is not None and account.volunteer.user is not None:
        facts = {"form": "expiring", "points": points, "day": day.isoformat()}
        messaging.tell(None, kind="points.entry", facts=facts, why=f"points:expiring:{account.uuid}:{day:%Y-%m}", people=[account.volunteer.user], by=by, at=at)
