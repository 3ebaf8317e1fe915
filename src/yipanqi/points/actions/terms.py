"""What the centre lays down: rules from a day on, shops, rewards and their stock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.people.models import Unit
from yipanqi.points.models import Reward, Rule, Shop
from yipanqi.teams.models import ServiceKind, Station


def _checked(rule: Rule, terms: Mapping[str, Any]) -> Rule:
    coefficients = {str(key): float(value) for key, value in (terms.get("coefficients") or {}).items()}
    if not all(0 <= value <= 10 for value in coefficients.values()):
        raise Refused(_("系数应当在 0 到 10 之间。"), field="coefficients")
    unknown = set(coefficients) - set(ServiceKind.objects.values_list("key", flat=True))
    if unknown:
        raise Refused(_("没有这些服务类别：%(keys)s") % {"keys": _("、").join(sorted(unknown)[:5])}, field="coefficients")
    if not 0 < Decimal(str(terms["per_hour"])) <= 100 or terms["step"] not in Rule.Step.values:
        raise Refused(_("每小时积分应当大于 0、不超过 100，并选择计时方式。"), field="per_hour")
    for name in ("per_hour", "step", "report", "reports_a_month", "cap", "months", "basis"):
        setattr(rule, name, terms[name])
    rule.coefficients = coefficients
    rule.save()
    return rule


@action
def add_rule(
    _nothing: None, *, starts_on: dt.date, per_hour: Decimal | int = 1, step: int = Rule.Step.HALF, report: int = 1, reports_a_month: int = 10, cap: int = 1500,
    months: int = 24, basis: str = "", coefficients: Mapping[str, float] | None = None, by: Actor, at: dt.datetime,
) -> Rule:  # fmt: skip
    """Lay down by what points are earned from a day on. Service on earlier days keeps the rule of its day.

    Raises:
        Refused: it would begin in the past though there are rules, or its terms are impossible.
        Conflict: another rule begins on the day.
    """
    if Rule.objects.filter(starts_on=starts_on).exists():
        raise Conflict(_("这一天已有规则开始施行。"), field="starts_on")
    if starts_on <= timezone.localdate(at) and Rule.objects.exists():
        raise Refused(_("新规则只能从明天或以后开始施行，已计的积分不变。"), field="starts_on")
    terms = {"per_hour": per_hour, "step": step, "report": report, "reports_a_month": reports_a_month, "cap": cap, "months": months, "basis": basis, "coefficients": coefficients}
    return _checked(Rule(starts_on=starts_on), terms)


@action
def change_rule(
    rule: Rule, *, per_hour: Decimal | int, step: int, report: int, reports_a_month: int, cap: int, months: int, basis: str = "",
    coefficients: Mapping[str, float] | None = None, by: Actor, at: dt.datetime,
) -> Rule:  # fmt: skip
    """Change a rule that is not in force yet.

    Raises:
        Refused: it is in force, or its terms are impossible.
    """
    _not_in_force(rule, at)
    terms = {"per_hour": per_hour, "step": step, "report": report, "reports_a_month": reports_a_month, "cap": cap, "months": months, "basis": basis, "coefficients": coefficients}
    return _checked(rule, terms)


@action
def drop_rule(rule: Rule, *, by: Actor, at: dt.datetime) -> None:
    """Take back a rule that is not in force yet.

    Raises:
        Refused: it is in force.
    """
    _not_in_force(rule, at)
    Rule.objects.filter(pk=rule.pk).delete()


def _not_in_force(rule: Rule, at: dt.datetime) -> None:
    if rule.starts_on <= timezone.localdate(at):
        raise Refused(_("规则已经施行，不能修改；请另订从以后某天开始的新规则。"))


@action
def add_shop(
    _nothing: None, *, code: str, name: str, unit: Unit, station: Station | None = None, address: str = "", hours: str = "", by: Actor, at: dt.datetime
) -> Shop:
    """Open a place where points are redeemed, kept by a unit.

    Raises:
        Conflict: the code is taken.
    """
    if Shop.objects.filter(code=code).exists():
        raise Conflict(_("这个编码已经用过。"), field="code")
    return Shop.objects.create(code=code, name=name.strip(), unit=unit, station=station, address=address.strip(), hours=hours.strip())


@action
def change_shop(
    shop: Shop, *, name: str, unit: Unit, station: Station | None = None, address: str = "", hours: str = "", closed_on: dt.date | None = None, by: Actor, at: dt.datetime
) -> Shop:
    """Change a place, or close it."""
    shop.name, shop.unit, shop.station, shop.address, shop.hours, shop.closed_on = name.strip(), unit, station, address.strip(), hours.strip(), closed_on
    shop.save()
    return shop


@action
def add_reward(shop: Shop, *, name: str, cost: int, stock: int = 0, by: Actor, at: dt.datetime) -> Reward:
    """Offer something at a shop.

    Raises:
        Conflict: the shop has it already.
        Refused: the price or the stock is impossible.
    """
    _price(cost, stock)
    if Reward.objects.filter(shop=shop, name=name.strip()).exists():
        raise Conflict(_("这个兑换点已有同名物品。"), field="name")
    return Reward.objects.create(shop=shop, name=name.strip(), cost=cost, stock=stock)


@action
def change_reward(reward: Reward, *, name: str, cost: int, offered: bool = True, by: Actor, at: dt.datetime) -> Reward:
    """Change what something is called or costs, or stop offering it. Codes that are shown keep their price.

    Raises:
        Conflict: the shop has another of this name.
    """
    _price(cost, 0)
    if Reward.objects.filter(shop=reward.shop, name=name.strip()).exclude(pk=reward.pk).exists():
        raise Conflict(_("这个兑换点已有同名物品。"), field="name")
    reward.name, reward.cost, reward.offered = name.strip(), cost, offered
    reward.save(update_fields=["name", "cost", "offered"])
    return reward


@action
def stock_reward(reward: Reward, *, change: int, why: str = "", by: Actor, at: dt.datetime) -> Reward:
    """Put so many into stock, or (below nothing) write them off with a reason.

    Raises:
        Refused: nothing changes, more is written off than there is, or no reason is given for it.
    """
    if not change or reward.stock + change < 0 or abs(change) > 100_000:
        raise Refused(_("数量有误：现有库存 %(n)s。") % {"n": reward.stock}, field="change")
    if change < 0 and not why.strip():
        raise Refused(_("减少库存请写明原因。"), field="why")
    reward.stock += change
    reward.save(update_fields=["stock"])
    return reward


def _price(cost: int, stock: int) -> None:
    if not 1 <= cost <= 100_000:
        raise Refused(_("所需积分应当在 1 到 100000 之间。"), field="cost")
    if not 0 <= stock <= 100_000:
        raise Refused(_("库存应当在 0 到 100000 之间。"), field="stock")
