"""A volunteer's own pages: statement, what can be had, the code to show, gifts, reports that were theirs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.points import actions, limits, selectors
from yipanqi.points.forms import ChooseForm, ClaimForm, GiveForm, GiveFundForm
from yipanqi.points.jobs import AHEAD
from yipanqi.points.models import Account, Voucher, shown
from yipanqi.points.views.gates import ROWS, form_page, points_page, sent
from yipanqi.volunteers.selectors import registered_as


def _own(request: HttpRequest) -> Account:
    """The account of whoever looks, opened when it is first looked at."""
    found = selectors.own_account(request.user)
    if found is None:
        volunteer = registered_as(request.user)
        if volunteer is None:
            raise Http404
        found = actions.open_account(None, volunteer=volunteer, by=request.user, at=now())
    return found


@points_page("points.see_own")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Balance, what will expire, and every line of the account."""
    account, today = _own(request), timezone.localdate()
    page = keyset_page(selectors.statement(account), ("-id",), request.GET.get("cursor"), ROWS)
    return render(request, "points/mine.html", {
        "account": account, "rows": page.items, "next_url": next_url(request, page.next), "rule": selectors.rule_on(today), "claims": selectors.claims_of(account)[:10],
        "expiring": shown(selectors.expiring_by(account, today + AHEAD)), "expires_by": today + AHEAD, "voucher": selectors.open_voucher(account, now()),
    })  # fmt: skip


@points_page("points.see_own")
def code(request: HttpRequest) -> HttpResponse:
    """Choose what to have; the code to show is told once, on the answer to it."""
    account = _own(request)
    form = ChooseForm(request.POST or None, initial={"reward": request.GET.get("reward")})
    found: Any = sent(request, form, lambda given: actions.show_code(account, **given, by=request.user, at=now()))
    if not found:
        return form_page(request, form, _("出示兑换码"), reverse("points:mine"), button=_("出示兑换码"), words=_("现有 %(points)s 分。出示后请在有效时间内交兑换点核对；交付物品时才扣分。") % {"points": account.points})
    import segno  # noqa: PLC0415  takes 70 ms and 13 MB, needed only where codes are drawn

    picture = segno.make(found.code, error="m", micro=False).svg_inline(scale=6, border=2, dark="#0d2b4d", svgclass="img-fluid", omitsize=False)
    response = render(request, "points/shown.html", {"voucher": found.about, "code": found.code, "picture": picture})
    response["Cache-Control"] = "no-store"
    return response


@points_page("points.see_own")
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Do without what a code was for."""
    found = get_object_or_404(Voucher, account=_own(request), uuid=uuid)
    try:
        actions.withdraw_voucher(found, by=request.user, at=now())
        messages.success(request, _("已撤回兑换码"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("points:mine")


@points_page("points.see_own")
def give(request: HttpRequest) -> HttpResponse:
    """Give points to another volunteer, by number and name."""
    account = _own(request)
    form = GiveForm(request.POST or None)
    if sent(request, form, lambda given: _given(request, account, **given)):
        messages.success(request, _("已转赠"))
        return redirect("points:mine")
    return form_page(request, form, _("转赠积分"), reverse("points:mine"), button=_("转赠"), words=_("现有 %(points)s 分。转赠后不能自行撤回。") % {"points": account.points})


def _given(request: HttpRequest, account: Account, *, number: str, name: str, points: int) -> Any:
    limits.CLAIMS.take(f"give|{request.user.actor_key}", now())  # type: ignore[union-attr]
    other = selectors.recipient(number, name)
    if other is None:
        raise Refused(_("没有这个编号和姓名的志愿者，请核对。"), field="number")
    to = actions.open_account(None, volunteer=other, by=request.user, at=now())
    return actions.give(account, to=to, points=points, by=request.user, at=now())


@points_page("points.see_own")
def give_to_fund(request: HttpRequest) -> HttpResponse:
    """Give points to a fund."""
    account = _own(request)
    form = GiveFundForm(request.POST or None)
    if sent(request, form, lambda given: actions.give_to_fund(account, **given, by=request.user, at=now())):
        messages.success(request, _("已捐出，谢谢您"))
        return redirect("points:mine")
    words = [f"{fund.name}：{fund.purpose}" for fund in selectors.open_funds(timezone.localdate())]
    return form_page(request, form, _("捐给爱心基金"), reverse("points:mine"), button=_("捐出"), words="；".join(words))


@points_page("points.see_own")
def claim(request: HttpRequest) -> HttpResponse:
    """Enter the code of a report that was one's own."""
    account = _own(request)
    form = ClaimForm(request.POST or None)
    if sent(request, form, lambda given: _claimed(request, account, given["code"])):
        messages.success(request, _("已登记，问题销号后计分"))
        return redirect("points:mine")
    words = _("您不登录反映的问题，凭查询码登记到自己的积分账户，问题销号后计分。办理案件的人看不到是谁反映、谁登记的。并入别的案件的和不予受理的不计。")
    return form_page(request, form, _("登记我反映的问题"), reverse("points:mine"), button=_("登记"), words=words)


def _claimed(request: HttpRequest, account: Account, text: str) -> Any:
    limits.CLAIMS.take(f"claim|{request.user.actor_key}", now())  # type: ignore[union-attr]
    return actions.claim_report(account, code=text, by=request.user, at=now())


@points_page("points.see_own")
@require_safe
def rewards(request: HttpRequest) -> HttpResponse:
    """What can be had, and where."""
    today = timezone.localdate()
    return render(request, "points/rewards.html", {"rewards": selectors.rewards_on_offer(today), "shops": selectors.open_shops(today), "account": _own(request)})


@points_page("points.see_rules")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """By what points are earned, capped and lost: now, before and to come."""
    today = timezone.localdate()
    rows = selectors.rules_told(today)
    return render(request, "points/rules.html", {"rows": rows, "may_add": request.user.has_perm("points.add_rule")})
