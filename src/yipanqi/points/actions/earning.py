"""What comes in by rule, and what is taken back when the truth turns out to be less."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.activities.models import Attendance
from yipanqi.activities.states import AttendanceState
from yipanqi.cases.selectors import report_by_code
from yipanqi.cases.states import State
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.points import selectors
from yipanqi.points.actions.books import book, city, hold, of_volunteer
from yipanqi.points.catalogue import CLAIM_DAYS
from yipanqi.points.earning import room, worth
from yipanqi.points.models import PARTS, Account, Claim, Earned, Entry
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState


@action
def open_account(_nothing: None, *, volunteer: Volunteer, by: Actor, at: dt.datetime) -> Account:
    """A volunteer's account, opened when it is first needed."""
    return of_volunteer(volunteer, at)


@action
def credit_hours(_nothing: None, *, attendance: int, by: Actor, at: dt.datetime) -> Earned | None:
    """Book what an attendance (by row id) is worth now, by the rule of its day: only what is not booked yet. News that comes
    twice, or in another order than it happened, changes nothing more."""
    found = Attendance.objects.select_related("volunteer", "shift__activity__kind").filter(pk=attendance).first()
    if found is None or found.volunteer.state == VolunteerState.ERASED:
        return None
    rule = selectors.rule_on(found.served_on)
    known = Earned.objects.select_related("account").filter(attendance=attendance).first()
    if rule is None or (known is None and found.state != AttendanceState.SETTLED):
        return known
    kind = found.shift.activity.kind
    value = worth(rule, found.minutes or 0, kind.key) if found.state == AttendanceState.SETTLED else 0
    account = known.account if known else of_volunteer(found.volunteer, at)
    (account,) = hold(account)
    earned, _new = Earned.objects.get_or_create(attendance=attendance, defaults={"account": account, "worth": 0, "booked": 0})
    _settle(earned, account, value, found.served_on, str(kind), at)
    return earned


def _settle(earned: Earned, account: Account, value: int, on: dt.date, what: str, at: dt.datetime) -> None:
    """Book the difference between what an attendance is worth and what it was; `account` is held."""
    issue = city(Account.Kind.ISSUE, at)
    if value > earned.worth:
        free = room(selectors.rule_on(timezone.localdate(at)), account.balance)
        give = value - earned.worth if free is None else min(value - earned.worth, account.debt + free)
        if give:
            book(Entry.Kind.HOURS, {account: give, issue: -give}, at=at, on=on, why=what)
        earned.booked += give
    elif earned.booked > value:
        take = earned.booked - value
        book(Entry.Kind.LESS, {account: -take, issue: take}, at=at, on=on, why=what, may_owe=True)
        earned.booked = value
    earned.worth = value
    earned.save()


@action
def correct_hours(_nothing: None, *, attendance: int, by: Actor, at: dt.datetime) -> Earned | None:
    """An attendance was corrected: what it brought is set right, as far as it brought anything."""
    if not Earned.objects.filter(attendance=attendance).exists():
        return None
    found: Earned | None = credit_hours(None, attendance=attendance, by=SYSTEM, at=at)
    return found


@action(private=("code",))
def claim_report(account: Account, *, code: str, by: Actor, at: dt.datetime) -> Claim:
    """A volunteer enters the code of a report that was theirs; once its case is struck off it brings points. The case and
    those who work on it do not learn of it.

    Raises:
        Refused: there is no such report, it is too long ago, or it was declined.
        Conflict: it was claimed already.
    """
    report = report_by_code(code)
    if report is None:
        raise Refused(_("没有这个查询码，请核对。"), field="code")
    if report.sent_at < at - dt.timedelta(days=int(policy_value(CLAIM_DAYS.key))):
        raise Refused(_("反映的时间太久，不能再登记。"), field="code")
    if report.case.state in (State.REJECTED, State.MERGED):
        raise Refused(_("这件反映没有单独立案，不计积分。"), field="code")
    if Claim.objects.filter(case=report.case).exists():
        raise Conflict(_("这件反映已经登记过。"), field="code")
    claim = Claim.objects.create(account=account, case=report.case, report=report.pk, claimed_at=at)
    if report.case.state == State.CLOSED:
        claim = credit_report(claim, by=SYSTEM, at=at)
    return claim


@action
def credit_report(claim: Claim, *, by: Actor, at: dt.datetime) -> Claim:
    """A claimed report proved valid: its case was struck off. Beyond the month's number, or at the cap, it brings nothing."""
    if claim.credited_at is not None or claim.case.state != State.CLOSED:
        return claim
    today = timezone.localdate(at)
    rule = selectors.rule_on(today)
    account, issue = *hold(claim.account), city(Account.Kind.ISSUE, at)
    full = rule is None or selectors.claims_credited_in(account, today) >= rule.reports_a_month
    free = room(rule, account.balance)
    value = 0 if full or rule is None else rule.report * PARTS
    give = value if free is None else min(value, account.debt + free)
    if give:
        book(Entry.Kind.REPORT, {account: give, issue: -give}, at=at, why=claim.case.number, once=f"report:{claim.report}")
    claim.credited_at = at
    claim.save(update_fields=["credited_at"])
    return claim


@action
def expire(account: Account, *, today: dt.date, by: Actor, at: dt.datetime) -> Account:
    """Points past their time are lost, the oldest unspent ones; done twice for a day, nothing changes."""
    amount = selectors.expiring_by(account, today)
    if amount:
        book(Entry.Kind.EXPIRE, {account: -amount, city(Account.Kind.EXPIRED, at): amount}, at=at, on=today)
    return account
