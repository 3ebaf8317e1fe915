"""Reads of points: an account and its statement, the books, rewards, what expires, whether it all adds up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from yipanqi.kernel.actors import System
from yipanqi.kernel.personal import keyed_hash
from yipanqi.people.models import Role
from yipanqi.points.earning import lost_before, room
from yipanqi.points.models import Account, Claim, Entry, Fund, Posting, Reward, Rule, Shop, Voucher
from yipanqi.points.states import VoucherState
from yipanqi.teams.models import ServiceKind
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.selectors import registered_as
from yipanqi.volunteers.states import VolunteerState

POINTS = Posting.Pocket.POINTS


def rule_on(day: dt.date) -> Rule | None:
    """The rule in force on a day; None before the first."""
    return Rule.objects.filter(starts_on__lte=day).order_by("-starts_on").first()


def account_of(volunteer: Volunteer | None) -> Account | None:
    """A volunteer's account; None until something came in or the volunteer looked."""
    return Account.objects.select_related("volunteer").filter(volunteer=volunteer.pk).first() if volunteer else None


def recipient(number: str, name: str) -> Volunteer | None:
    """The registered volunteer of a number and a name, both as typed: nobody is found by one of them alone."""
    found = Volunteer.objects.filter(number=number.strip(), state=VolunteerState.REGISTERED).first()
    return found if found is not None and found.name == "".join(name.split()) else None


def own_account(user: Any) -> Account | None:
    return account_of(registered_as(user))


def statement(account: Account) -> QuerySet[Posting]:
    """Every line of an account; order by "-id" for the newest first."""
    return Posting.objects.filter(account=account).select_related("entry", "entry__reverses", "entry__voucher__reward")


def entries_visible_to(user: Any) -> QuerySet[Entry]:
    """The books: for those who keep or audit them."""
    if isinstance(user, System) or user.has_perm("points.see_books"):
        return Entry.objects.prefetch_related("postings__account__volunteer", "postings__account__fund", "postings__account__shop")
    return Entry.objects.none()


def shops_visible_to(user: Any) -> QuerySet[Shop]:
    """All for the centre and auditors; for a station's people those that their unit keeps."""
    rows = Shop.objects.select_related("unit", "station")
    if isinstance(user, System) or (user.has_perm("points.see_shops") and user.roles & {Role.CENTRE, Role.AUDITOR}):
        return rows
    return rows.filter(unit__in=user.units_as(Role.STATION)) if user.has_perm("points.see_shops") else rows.none()


def open_shops(today: dt.date) -> QuerySet[Shop]:
    return Shop.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today)).order_by("code")


def rewards_on_offer(today: dt.date) -> QuerySet[Reward]:
    """What can be had now, with something in stock."""
    return Reward.objects.filter(shop__in=open_shops(today), offered=True, stock__gt=0).select_related("shop").order_by("cost", "shop__code", "id")


def open_funds(today: dt.date) -> QuerySet[Fund]:
    return Fund.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today)).select_related("account").order_by("code")


def hash_of(code: str) -> str:
    """By which a voucher's code is found, however it was typed."""
    tidy = "".join(letter for letter in code.upper() if letter.isalnum())
    return keyed_hash(f"points.voucher|{tidy}")


def voucher_by_code(code: str, now: dt.datetime) -> Voucher | None:
    """The voucher behind a code that somebody shows, as long as it is valid."""
    rows = Voucher.objects.select_related("account__volunteer", "reward__shop")
    return rows.filter(code_hash=hash_of(code), state=VoucherState.OPEN, valid_until__gt=now).first()


def open_voucher(account: Account, now: dt.datetime) -> Voucher | None:
    return Voucher.objects.select_related("reward__shop").filter(account=account, state=VoucherState.OPEN, valid_until__gt=now).first()


def accounts_visible_to(user: Any) -> QuerySet[Account]:
    """Accounts for those who keep or audit the books, one at a time; never a list of persons by points."""
    rows = Account.objects.select_related("volunteer", "fund", "shop")
    return rows if isinstance(user, System) or user.has_perm("points.see_books") else rows.none()


def account_by_number(user: Any, number: str) -> Account | None:
    """The account of the volunteer with this number, for those who keep the books."""
    return accounts_visible_to(user).filter(volunteer__number=number.strip()).first()


def claims_of(account: Account) -> QuerySet[Claim]:
    return Claim.objects.filter(account=account).select_related("case").order_by("-claimed_at", "-id")


def claims_credited_in(account: Account, month: dt.date) -> int:
    """How many reports brought points in the month of a day."""
    first = month.replace(day=1)
    return Claim.objects.filter(account=account, credited_at__date__gte=first, credited_at__date__lte=month).count()


def room_of(account: Account, today: dt.date) -> int | None:
    """How much more the account may hold, in parts of a point."""
    return room(rule_on(today), account.balance)


def expiring(account: Account, before: dt.date) -> int:
    """What is left of the points that came before a day: the oldest are spent first.

    What a reversal brought back keeps its age: neither it nor what it undid is counted.
    """
    begins = dt.datetime.combine(before, dt.time.min, timezone.get_default_timezone())
    undone = Exists(Entry.objects.filter(reverses=OuterRef("entry")))
    lines = Posting.objects.filter(account=account, pocket=POINTS)
    found = lines.aggregate(
        came=Sum("amount", filter=Q(amount__gt=0, entry__at__lt=begins, entry__reverses__isnull=True)),
        went=Sum("amount", filter=Q(~undone, amount__lt=0)),
    )
    return min(account.balance, max(0, (found["came"] or 0) + (found["went"] or 0)))


def expiring_by(account: Account, day: dt.date) -> int:
    """What will have expired by a day, if nothing is spent until then."""
    before = lost_before(rule_on(day), day)
    return expiring(account, before) if before else 0


def accounts_to_expire(today: dt.date) -> QuerySet[Account]:
    """Accounts with points that came so long ago that they may have expired."""
    before = lost_before(rule_on(today), today)
    rows = Account.objects.filter(kind=Account.Kind.VOLUNTEER, balance__gt=0)
    if before is None:
        return rows.none()
    begins = dt.datetime.combine(before, dt.time.min, timezone.get_default_timezone())
    old = Posting.objects.filter(account=OuterRef("pk"), amount__gt=0, pocket=POINTS, entry__at__lt=begins)
    return rows.filter(Exists(old)).order_by("pk")


def total_of(account: Account) -> int:
    """The sum of an account's lines, in parts of a point."""
    return Posting.objects.filter(account=account, pocket=POINTS).aggregate(total=Sum("amount"))["total"] or 0


def differences() -> Iterator[str]:
    """What does not add up in the books; nothing, at every moment."""
    for entry, total in Posting.objects.order_by().values_list("entry__uuid").annotate(total=Sum("amount")).filter(~Q(total=0)):
        yield f"entry {entry} is {total} out of balance"
    sums = {pocket: Posting.objects.filter(account=OuterRef("pk"), pocket=pocket).order_by().values("account").annotate(s=Sum("amount")).values("s") for pocket in Posting.Pocket.values}
    kept = Account.objects.filter(kind__in=(Account.Kind.VOLUNTEER, Account.Kind.FUND)).annotate(lines=sums["points"], owing=sums["debt"])
    wrong = kept.exclude(Q(lines=F("balance")) | Q(lines__isnull=True, balance=0)) | kept.exclude(Q(owing=-F("debt")) | Q(owing__isnull=True, debt=0))
    for uuid, balance, lines in wrong.values_list("uuid", "balance", "lines"):
        yield f"account {uuid} keeps {balance}, its lines make {lines}"


@dataclass(frozen=True)
class Told:
    """A rule with what it means by kind of service, and whether it is in force."""

    rule: Rule
    state: str
    coefficients: list[tuple[str, float]]


def rules_told(today: dt.date) -> list[Told]:
    """Every rule, the newest first: coming, in force, or past."""
    now, kinds = rule_on(today), dict(ServiceKind.objects.values_list("key", "name"))
    rows = []
    for rule in Rule.objects.order_by("-starts_on"):
        state = "coming" if rule.starts_on > today else "now" if rule == now else "past"
        rows.append(Told(rule, state, [(kinds.get(key, key), value) for key, value in sorted(rule.coefficients.items())]))
    return rows
