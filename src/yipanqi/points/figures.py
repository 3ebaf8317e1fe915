"""Figures of points, as long as the city uses them; sums over the city, nobody by name and nobody ranked."""

from __future__ import annotations

import functools

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import Count, Dimension, Rows, Scope, Sum, register
from yipanqi.points.catalogue import enabled
from yipanqi.points.models import PARTS, Account, Entry, Reward

Kind = Entry.Kind


def told(parts: int) -> float | int:
    """Points out of parts of a point."""
    return parts // PARTS if parts % PARTS == 0 else parts / PARTS


def _open(scope: Scope) -> bool:
    return (scope.user is None or scope.user.has_perm("points.see_figures")) and not scope.area


def _entries(scope: Scope) -> Rows:
    rows = Entry.objects.all() if _open(scope) else Entry.objects.none()
    return rows.filter(voucher__reward__shop__unit__code=scope.unit) if scope.unit else rows


def _accounts(scope: Scope) -> Rows:
    rows = Account.objects.filter(kind=Account.Kind.VOLUNTEER)
    return rows if _open(scope) and not scope.unit else rows.none()


def _rewards(scope: Scope) -> Rows:
    rows = Reward.objects.filter(offered=True) if _open(scope) else Reward.objects.none()
    return rows.filter(shop__unit__code=scope.unit) if scope.unit else rows


STANDS = Q(reversed_by__isnull=True)
SHOP = {"shop": Dimension(_("兑换点"), "voucher__reward__shop__code", "voucher__reward__shop__name"), "reward": Dimension(_("物品或服务"), "voucher__reward__name")}
KINDS = {"kind": Dimension(_("事项"), "kind", names=dict(Kind.choices))}
amount = functools.partial(Sum, unit=_("分"), source=_entries, moment="at", measure=F("amount"), told=told, offered=enabled)
register(amount(key="points.earned", name=_("发放积分"), definition=_("期间内按规则记入志愿者账户的积分（服务时长、有效反映），冲正的不计。"), select=Q(kind__in=(Kind.HOURS, Kind.REPORT)) & STANDS, breakdowns=KINDS))
register(amount(key="points.redeemed", name=_("兑换积分"), definition=_("期间内在兑换点兑换的积分，冲正的不计。"), select=Q(kind=Kind.REDEEM) & STANDS, breakdowns=SHOP))
register(amount(key="points.to_funds", name=_("捐给基金的积分"), definition=_("期间内志愿者捐给爱心基金的积分，冲正的不计。"), select=Q(kind=Kind.FUND) & STANDS))
register(amount(key="points.expired", name=_("到期积分"), definition=_("期间内到期清零的积分，冲正的不计。"), select=Q(kind=Kind.EXPIRE) & STANDS))
register(Count(
    key="points.redemptions", name=_("兑换次数"), unit=_("次"), definition=_("期间内在兑换点兑换的次数，冲正的不计。"), source=_entries, moment="at",
    select=Q(kind=Kind.REDEEM) & STANDS, breakdowns=SHOP, offered=enabled,
))  # fmt: skip
register(Sum(
    key="points.held", name=_("未使用积分"), unit=_("分"), definition=_("志愿者账户现有的积分合计，与期间无关。"), source=_accounts, measure=F("balance"), told=told, snapshot=True,
    select=Q(balance__gt=0), offered=enabled,
))  # fmt: skip
register(Sum(
    key="points.stock", name=_("兑换物品库存"), unit=_("份"), definition=_("各兑换点可兑换物品的现有库存，与期间无关。"), source=_rewards, measure=F("stock"), snapshot=True,
    breakdowns={"shop": Dimension(_("兑换点"), "shop__code", "shop__name")}, offered=enabled,
))  # fmt: skip
