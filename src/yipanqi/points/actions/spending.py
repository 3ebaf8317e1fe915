"""What volunteers do with their points: show a code for a reward, give to another or to a fund; and who hands over."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.policy import policy_value
from yipanqi.points import selectors
from yipanqi.points.actions.books import TooFewPoints, book, hold
from yipanqi.points.catalogue import CODE_MINUTES
from yipanqi.points.events import PointsGiven, PointsRedeemed
from yipanqi.points.models import PARTS, Account, Entry, Fund, Reward, Voucher, shown
from yipanqi.points.states import VOUCHER, VoucherState

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LONG = 8
MOST = 20


@dataclass(frozen=True)
class Shown:
    """A voucher with its code, which is told this once."""

    about: Voucher
    code: str


@action
def show_code(account: Account, *, reward: Reward, n: int = 1, by: Actor, at: dt.datetime) -> Shown:
    """A volunteer chooses what to have and gets a code to show for a few minutes; a code shown before is void. Points are
    taken only when somebody hands over.

    Raises:
        Refused: it is not on offer any more, or the number is impossible.
        TooFewPoints: the account has less.
    """
    if not 1 <= n <= MOST:
        raise Refused(_("数量应当在 1 到 %(most)s 之间。") % {"most": MOST}, field="n")
    if not selectors.rewards_on_offer(timezone.localdate(at)).filter(pk=reward.pk, stock__gte=n).exists():
        raise Refused(_("“%(name)s”库存不足或已停止兑换。") % {"name": reward.name}, field="reward")
    amount = reward.cost * n * PARTS
    if amount > account.balance:
        raise TooFewPoints(_("积分不足：现有 %(have)s，需要 %(need)s。") % {"have": shown(account.balance), "need": shown(amount)})
    Voucher.objects.filter(account=account, state=VoucherState.OPEN).update(state=VoucherState.WITHDRAWN)
    code = "".join(secrets.choice(LETTERS) for _n in range(LONG))
    until = at + dt.timedelta(minutes=int(policy_value(CODE_MINUTES.key)))
    made = Voucher.objects.create(account=account, reward=reward, n=n, amount=amount, code_hash=selectors.hash_of(code), shown_at=at, valid_until=until)
    return Shown(made, f"{code[:4]}-{code[4:]}")


@action
def withdraw_voucher(voucher: Voucher, *, by: Actor, at: dt.datetime) -> Voucher:
    """The volunteer does without; the code is void.

    Raises:
        WrongState: it was used, or is void already.
    """
    VOUCHER.move(voucher, "withdraw_voucher")
    voucher.save()
    return voucher


@action
def redeem(voucher: Voucher, *, by: Actor, at: dt.datetime) -> Entry:
    """Somebody at the shop hands over what the volunteer's code is for, and the points go from the account to the shop.

    Raises:
        WrongState: the code was used or is void.
        Refused: its time is over, or the stock does not do.
        TooFewPoints: the points went elsewhere meanwhile.
    """
    VOUCHER.move(voucher, "redeem")
    if at >= voucher.valid_until:
        raise Refused(_("兑换码已过期，请志愿者重新出示。"))
    shop = Account.objects.get_or_create(shop=voucher.reward.shop, defaults={"kind": Account.Kind.SHOP, "opened_at": at})[0]
    (account,) = hold(voucher.account)
    reward = Reward.objects.select_for_update().get(pk=voucher.reward_id)
    if reward.stock < voucher.n:
        raise Refused(_("“%(name)s”只剩 %(n)s 份。") % {"name": reward.name, "n": reward.stock})
    entry = book(Entry.Kind.REDEEM, {account: -voucher.amount, shop: voucher.amount}, at=at, why=f"{reward.name} × {voucher.n}", once=f"voucher:{voucher.uuid}")
    reward.stock -= voucher.n
    reward.save(update_fields=["stock"])
    voucher.entry = entry
    voucher.save()
    publish(PointsRedeemed(at=at, entry=str(entry.uuid)))
    return entry


def _whole(points: int) -> int:
    if points < 1:
        raise Refused(_("请填写要转出的积分，至少 1 分。"), field="points")
    return points * PARTS


@action(also=("to",))
def give(account: Account, *, to: Account, points: int, by: Actor, at: dt.datetime) -> Entry:
    """A volunteer gives points to another.

    Raises:
        Refused: to oneself, less than a point, or more than the other may hold.
        TooFewPoints: the account has less.
    """
    amount = _whole(points)
    if to.pk == account.pk or to.kind != Account.Kind.VOLUNTEER:
        raise Refused(_("请填写另一位志愿者。"), field="number")
    free = selectors.room_of(to, timezone.localdate(at))
    if free is not None and amount > to.debt + free:
        raise Refused(_("对方的积分将超过上限，请减少转赠数额。"), field="points")
    entry = book(Entry.Kind.GIVE, {account: -amount, to: amount}, at=at)
    publish(PointsGiven(at=at, entry=str(entry.uuid)))
    return entry


@action
def give_to_fund(account: Account, *, fund: Fund, points: int, by: Actor, at: dt.datetime) -> Entry:
    """A volunteer gives points to a fund for its good purpose.

    Raises:
        Refused: the fund is closed, or less than a point.
        TooFewPoints: the account has less.
    """
    amount = _whole(points)
    if not selectors.open_funds(timezone.localdate(at)).filter(pk=fund.pk).exists():
        raise Refused(_("这个基金已停用，请选择别的基金。"), field="fund")
    held, pot = hold(account, fund.account)
    return book(Entry.Kind.FUND, {held: -amount, pot: amount}, at=at, why=fund.name)


@action
def lapse_vouchers(_nothing: None, *, by: Actor, at: dt.datetime) -> None:
    """Codes whose time is over are void."""
    Voucher.objects.filter(state=VoucherState.OPEN, valid_until__lte=at).update(state=VoucherState.LAPSED)
