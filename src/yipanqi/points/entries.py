"""Lines of the menu, kinds of news, parts of the pages of others; what is kept about a volunteer, moves with a merger and goes
with an erasure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import FIGURES, Period, Scope, ask
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind
from yipanqi.points import actions, selectors
from yipanqi.points.catalogue import enabled
from yipanqi.points.jobs import AHEAD
from yipanqi.points.models import Account, shown
from yipanqi.teams.catalogue import CENTRE_PANELS, PUBLIC_PANELS, Panel
from yipanqi.volunteers.catalogue import ERASURES, KEPT, LOCKS_FIRST, MERGES, OWN_PANELS, Kept
from yipanqi.volunteers.models import Volunteer

NAVIGATION.add(Entry(_("我的积分"), "points:mine", "award", lambda user: user.has_perm("points.see_own"), 46))
NAVIGATION.add(Entry(_("积分账目"), "points:books", "book-2", lambda user: user.has_perm("points.see_books"), 46))
NAVIGATION.add(Entry(_("积分兑换"), "points:counter", "qrcode", lambda user: user.has_perm("points.use_counter_page"), 47))
KINDS.add("points.entry", Kind(_("积分变动"), {
    "redeemed": _("您已兑换，支出 %(points)s 分。"), "given": _("您收到转赠的 %(points)s 分。"), "reversed": _("有一笔积分账已冲正，涉及 %(points)s 分，原因见明细。"),
    "expiring": _("您有 %(points)s 分将在 %(day)s 之前到期，请及时使用。"),
}, "/points/", private=True, offered=enabled))  # fmt: skip

FIGURE_KEYS = ("earned", "redeemed", "redemptions", "to_funds", "expired", "held")
SHOPS = 10


def month_figures(user: Any, now: dt.datetime) -> list[dict[str, Any]]:
    """This month's figures of points, each opening its records."""
    period, scope = Period.this_month(timezone.localdate(now)), Scope(user=user)
    figures = [FIGURES[f"points.{key}"] for key in FIGURE_KEYS]
    values = ask(figures, [period], scope, now)
    return [{"name": one.name, "unit": one.unit, "value": values[one.key][0].value, "url": one.records_url(period, scope), "definition": one.definition} for one in figures]


def _own(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """What a volunteer has, on the own page."""
    if not user.has_perm("points.see_own"):
        return None
    account, day = selectors.own_account(user), timezone.localdate(now) + AHEAD
    if account is None:
        return {"points": 0, "expiring": 0, "expires_by": day}
    return {"points": account.points, "expiring": shown(selectors.expiring_by(account, day)), "expires_by": day}


def _centre(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    return {"figures": month_figures(user, now)} if user.has_perm("points.see_books") else None


def _public(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    today = timezone.localdate(now)
    rule = selectors.rule_on(today) if enabled() else None
    return {"rule": rule, "shops": selectors.open_shops(today)[:SHOPS]} if rule else None


OWN_PANELS.add("points", Panel(_("道德储蓄积分"), "points/_own.html", _own, 40))
CENTRE_PANELS.add("points", Panel(_("本月道德储蓄"), "points/_panel.html", _centre, 75))
PUBLIC_PANELS.add("points", Panel(_("道德储蓄"), "points/_public.html", _public, 80))


# ----- what is kept, moved and erased with a volunteer -----


def _kept(volunteer: Volunteer) -> Iterable[Sequence[Any]]:
    """Every line of the account, also where the city does not use points any more: it is kept."""
    account = selectors.account_of(volunteer)
    for line in selectors.statement(account).order_by("id") if account else ():
        yield timezone.localdate(line.entry.at), str(line.entry.get_kind_display()), line.entry.why, str(line.points)


def _kept_claims(volunteer: Volunteer) -> Iterable[Sequence[Any]]:
    account = selectors.account_of(volunteer)
    for claim in selectors.claims_of(account) if account else ():
        yield timezone.localdate(claim.claimed_at), claim.case.number


def _lock(volunteers: Sequence[int]) -> None:
    """Accounts are locked before volunteers, in the order of their ids."""
    list(Account.objects.select_for_update().filter(volunteer__in=list(volunteers)).order_by("pk").values_list("pk"))


def _merge(kept: Volunteer, gone: Volunteer, at: dt.datetime) -> None:
    actions.merge_accounts(None, kept=kept, gone=gone, by=SYSTEM, at=at)


def _erase(volunteer: Volunteer, at: dt.datetime) -> None:
    actions.close_account(None, volunteer=volunteer, by=SYSTEM, at=at)


KEPT.add("points", Kept(_("积分明细"), (_("日期"), _("事项"), _("说明"), _("积分")), _kept))
KEPT.add("points.reports", Kept(_("登记为本人反映的问题"), (_("日期"), _("案件编号")), _kept_claims))
LOCKS_FIRST.add("points", _lock)
MERGES.add("points", _merge)
ERASURES.add("points", _erase)
