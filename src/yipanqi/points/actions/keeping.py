"""What the centre keeps in order: counter-entries, debts, funds; and accounts of volunteers who are merged or erased."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.points.actions.books import TooFewPoints, book, city, hold, of_volunteer
from yipanqi.points.events import EntryReversed
from yipanqi.points.models import PARTS, Account, Claim, Entry, Fund, Reward, Voucher
from yipanqi.points.states import VoucherState
from yipanqi.volunteers.models import Volunteer

#: What is set right by a counter-entry. Hours are corrected where they were recorded, and the points follow.
REVERSIBLE = (Entry.Kind.REPORT, Entry.Kind.REDEEM, Entry.Kind.GIVE, Entry.Kind.FUND, Entry.Kind.USE, Entry.Kind.EXPIRE)


def _reason(why: str) -> str:
    if not why.strip():
        raise Refused(_("请写明原因。"), field="why")
    return why.strip()


@action
def reverse(entry: Entry, *, why: str, back_in_stock: bool = False, by: Actor, at: dt.datetime) -> Entry:
    """Set an entry right by its opposite; both stay in the books. What a volunteer has spent meanwhile of points that were
    not due is owed and worked off first; of what was given to somebody else nothing is owed: that is refused.

    Raises:
        Conflict: it was set right before.
        TooFewPoints: whoever was given the points has spent them.
        Refused: no reason, or an entry of a kind that is not set right here.
    """
    reason = _reason(why)
    if entry.kind not in REVERSIBLE:
        raise Refused(_("这类账不在这里冲正：服务时长有误的，请在考勤中更正，积分随之调整。"))
    if Entry.objects.filter(reverses=entry).exists():
        raise Conflict(_("这笔账已经冲正过。"))
    lines = list(entry.postings.select_related("account"))
    held = dict(zip((line.account_id for line in lines), hold(*(line.account for line in lines)), strict=True))
    opposite: dict[Account, int] = {}
    for line in lines:
        account = held[line.account_id]
        opposite[account] = opposite.get(account, 0) - line.amount
    try:
        made = book(Entry.Kind.REVERSE, opposite, at=at, on=entry.on, why=reason, reverses=entry, may_owe=entry.kind == Entry.Kind.REPORT)
    except TooFewPoints as short:
        raise TooFewPoints(_("对方已经用掉了这些积分，不能冲正。")) from short
    if entry.kind == Entry.Kind.REDEEM and back_in_stock:
        voucher = Voucher.objects.get(entry=entry)
        reward = Reward.objects.select_for_update().get(pk=voucher.reward_id)
        reward.stock += voucher.n
        reward.save(update_fields=["stock"])
    publish(EntryReversed(at=at, entry=str(made.uuid)))
    return made


@action
def forgive_debt(account: Account, *, why: str, by: Actor, at: dt.datetime) -> Entry:
    """The centre lets a volunteer off what they owe, where it was not their fault.

    Raises:
        Refused: no reason, or nothing is owed.
    """
    reason = _reason(why)
    if not account.debt:
        raise Refused(_("没有待抵扣的积分。"))
    return book(Entry.Kind.FORGIVE, {account: account.debt, city(Account.Kind.ISSUE, at): -account.debt}, at=at, why=reason)


@action
def add_fund(_nothing: None, *, code: str, name: str, purpose: str, by: Actor, at: dt.datetime) -> Fund:
    """Open a fund to which volunteers can give points.

    Raises:
        Conflict: the code is taken.
    """
    if Fund.objects.filter(code=code).exists():
        raise Conflict(_("这个编码已经用过。"), field="code")
    made = Fund.objects.create(code=code, name=name.strip(), purpose=purpose.strip())
    Account.objects.create(kind=Account.Kind.FUND, fund=made, opened_at=at)
    return made


@action
def change_fund(fund: Fund, *, name: str, purpose: str, closed_on: dt.date | None = None, by: Actor, at: dt.datetime) -> Fund:
    """Change what a fund is for, or close it."""
    fund.name, fund.purpose, fund.closed_on = name.strip(), purpose.strip(), closed_on
    fund.save()
    return fund


@action
def use_fund(account: Account, *, points: int, why: str, by: Actor, at: dt.datetime) -> Entry:
    """Points of a fund are used for its purpose.

    Raises:
        Refused: it is no fund's account, no reason, or less than a point.
        TooFewPoints: the fund has less.
    """
    reason = _reason(why)
    if account.kind != Account.Kind.FUND or points < 1:
        raise Refused(_("请填写要使用的积分，至少 1 分。"), field="points")
    return book(Entry.Kind.USE, {account: -points * PARTS, city(Account.Kind.USED, at): points * PARTS}, at=at, why=reason)


@action
def merge_accounts(_nothing: None, *, kept: Volunteer, gone: Volunteer, by: Actor, at: dt.datetime) -> Account | None:
    """Somebody was registered twice: what the second account has and owes goes to the first."""
    old = Account.objects.filter(volunteer=gone).first()
    if old is None:
        return None
    old, new = hold(old, of_volunteer(kept, at))
    if old.balance:
        book(Entry.Kind.MERGE, {old: -old.balance, new: old.balance}, at=at)
    if old.debt:
        book(Entry.Kind.MERGE, {old: old.debt, new: -old.debt}, at=at, may_owe=True)
    Voucher.objects.filter(account=old, state=VoucherState.OPEN).update(state=VoucherState.WITHDRAWN)
    Claim.objects.filter(account=old).update(account=new)
    old.earned.update(account=new)
    return new


@action
def close_account(_nothing: None, *, volunteer: Volunteer, by: Actor, at: dt.datetime) -> Account | None:
    """A volunteer's data are erased: what is left lapses, what tells of their reports goes; the books stay whole."""
    found = Account.objects.filter(volunteer=volunteer).first()
    if found is None:
        return None
    (found,) = hold(found)
    if found.balance:
        book(Entry.Kind.EXPIRE, {found: -found.balance, city(Account.Kind.EXPIRED, at): found.balance}, at=at)
    if found.debt:
        book(Entry.Kind.FORGIVE, {found: found.debt, city(Account.Kind.ISSUE, at): -found.debt}, at=at)
    Voucher.objects.filter(account=found, state=VoucherState.OPEN).update(state=VoucherState.WITHDRAWN)
    found.claims.all().delete()
    return found
