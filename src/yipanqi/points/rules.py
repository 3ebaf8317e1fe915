"""Who may do what with points. Where the city does not use points, nobody may do anything."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, User
from yipanqi.people.rules import has_role, is_system
from yipanqi.points.catalogue import enabled
from yipanqi.points.models import Account, Claim, Entry, Reward, Shop, Voucher
from yipanqi.volunteers.rules import is_volunteer
from yipanqi.volunteers.selectors import registered_as


@rules.predicate
def in_use(actor: Any, thing: Any = None) -> bool:
    """The city uses points."""
    return enabled()


def _account_of(thing: Any) -> Account | None:
    return thing if isinstance(thing, Account) else thing.account if isinstance(thing, Voucher | Claim) else None


def _is_holder(actor: Any, account: Account | None) -> bool:
    return isinstance(actor, User) and account is not None and account.volunteer is not None and account.volunteer.user_id == actor.pk


@rules.predicate
def holds_account(actor: Any, thing: Any = None) -> bool:
    """The account is the actor's own, as a registered volunteer."""
    mine = registered_as(actor)
    account = _account_of(thing)
    return mine is not None and account is not None and account.volunteer_id == mine.pk


@rules.predicate
def touches_own(actor: Any, thing: Any = None) -> bool:
    """The thing is about the actor's own points: of that somebody else has to decide."""
    if isinstance(thing, Entry):
        return isinstance(actor, User) and thing.postings.filter(account__volunteer__user=actor.pk).exists()
    return _is_holder(actor, _account_of(thing))


@rules.predicate
def keeps_shop(actor: Any, thing: Any = None) -> bool:
    """The actor works for the station that keeps the shop."""
    shop = thing if isinstance(thing, Shop) else thing.shop if isinstance(thing, Reward) else thing.reward.shop if isinstance(thing, Voucher) else None
    return isinstance(actor, User) and actor.is_active and shop is not None and shop.unit_id in actor.units_as(Role.STATION, Role.CENTRE)


CENTRE = has_role(Role.CENTRE)
BY_CENTRE, BY_OTHERS = _("由文明实践中心办理"), _("由兑换点的工作人员办理；不能给自己兑换，请换一位工作人员")
OWN = _("只有志愿者本人可以使用自己的积分")
for _verb in ("add_rule", "change_rule", "drop_rule", "add_shop", "change_shop", "add_fund", "change_fund"):
    perm(f"points.{_verb}", in_use & CENTRE, BY_CENTRE)
for _verb in ("reverse", "forgive_debt", "use_fund"):
    perm(f"points.{_verb}", in_use & CENTRE & ~touches_own, _("由文明实践中心办理，且不能办理自己的积分"))
for _verb in ("add_reward", "change_reward", "stock_reward"):
    perm(f"points.{_verb}", in_use & (CENTRE | keeps_shop), _("由文明实践中心和兑换点办理"))
perm("points.redeem", in_use & (CENTRE | keeps_shop) & ~touches_own, BY_OTHERS)
for _verb in ("show_code", "withdraw_voucher", "give", "give_to_fund", "claim_report"):
    perm(f"points.{_verb}", in_use & holds_account, OWN)
perm("points.open_account", (is_volunteer & in_use) | is_system, OWN)
for _verb in ("credit_hours", "correct_hours", "credit_report", "expire", "lapse_vouchers"):
    perm(f"points.{_verb}", in_use & is_system)
for _verb in ("merge_accounts", "close_account"):
    perm(f"points.{_verb}", is_system)
perm("points.see_own", is_volunteer & in_use, _("只有已注册的志愿者有积分账户"))
perm("points.see_books", has_role(Role.CENTRE, Role.AUDITOR) & in_use, _("积分账目由文明实践中心和审计查看"))
perm("points.see_shops", has_role(Role.CENTRE, Role.STATION, Role.AUDITOR) & in_use, _("兑换点由文明实践中心、实践所（站）和审计查看"))
perm("points.use_counter_page", has_role(Role.CENTRE, Role.STATION) & in_use, BY_OTHERS)
perm("points.see_rules", in_use)
perm("points.see_figures", has_role(Role.CENTRE, Role.AUDITOR, Role.HEAD, Role.DESK, Role.LEADER) & in_use, _("积分数据由文明实践中心、创城办、市领导和审计查看"))
perm("points.export_books", has_role(Role.CENTRE, Role.AUDITOR) & in_use, _("积分账目由文明实践中心和审计导出"))
