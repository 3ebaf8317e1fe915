"""The books: every entry goes through `book`, and balances. Used inside actions only.

Order of locks, so that nobody waits in a circle: accounts by ascending id, then the voucher or claim, then the reward. The
city's own accounts keep no balance and are never locked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.points.models import Account, Entry, Posting, shown
from yipanqi.volunteers.models import Volunteer

POINTS, DEBT = Posting.Pocket.POINTS, Posting.Pocket.DEBT


class TooFewPoints(Refused):
    """An account has less than is to be taken from it."""

    status = 409


def city(kind: Account.Kind, at: dt.datetime) -> Account:
    """One of the city's own accounts."""
    return Account.objects.get_or_create(kind=kind, defaults={"opened_at": at})[0]


def of_volunteer(volunteer: Volunteer, at: dt.datetime) -> Account:
    """The account of a volunteer, or of whom they were merged into; opened when it is first needed."""
    while volunteer.merged_into is not None:
        volunteer = volunteer.merged_into
    return Account.objects.get_or_create(volunteer=volunteer, defaults={"kind": Account.Kind.VOLUNTEER, "opened_at": at})[0]


def hold(*accounts: Account) -> list[Account]:
    """The accounts as they now are, those that keep a balance under a lock, in the order asked for."""
    kept = sorted({account.pk for account in accounts if account.is_kept})
    rows = {row.pk: row for row in Account.objects.select_for_update().filter(pk__in=kept).order_by("pk")}
    return [rows.get(account.pk, account) for account in accounts]


def book(
    kind: Entry.Kind, lines: Mapping[Account, int], *, at: dt.datetime, on: dt.date | None = None, why: str = "", once: str | None = None,
    reverses: Entry | None = None, may_owe: bool = False,
) -> Entry:  # fmt: skip
    """Enter one fact. `lines`: what comes to each account (below nothing: is taken), in parts of a point; accounts that keep a
    balance were given by `hold`. What comes to somebody who owes is worked off first; with `may_owe` what is taken
    from somebody who has too little is owed.

    Raises:
        TooFewPoints: an account would fall below nothing.
        ValueError: the lines do not sum to nothing (a bug).
    """
    if sum(lines.values()) or not any(lines.values()):
        raise ValueError("an entry must balance")
    moved = sum(amount for amount in lines.values() if amount > 0)
    entry = Entry.objects.create(kind=kind, amount=moved, at=at, on=on or timezone.localdate(at), why=why.strip()[:200], once=once, reverses=reverses)
    postings = []
    for account, amount in lines.items():
        towards_debt = _debt_part(account, amount, may_owe)
        for pocket, part in ((POINTS, amount - towards_debt), (DEBT, towards_debt)):
            if part:
                postings.append(Posting(entry=entry, account=account, pocket=pocket, amount=part))
        if account.is_kept:
            account.balance += amount - towards_debt
            account.debt -= towards_debt
            account.save(update_fields=["balance", "debt"])
    Posting.objects.bulk_create(postings)
    return entry


def _debt_part(account: Account, amount: int, may_owe: bool) -> int:
    """How much of an amount goes to what the account owes: worked off where it comes, owed where it is missing."""
    if not account.is_kept:
        return 0
    if amount > 0:
        return min(amount, account.debt)
    missing = -amount - account.balance
    if missing <= 0:
        return 0
    if not may_owe:
        raise TooFewPoints(_("积分不足：现有 %(have)s，需要 %(need)s。") % {"have": shown(account.balance), "need": shown(-amount)})
    return -missing
