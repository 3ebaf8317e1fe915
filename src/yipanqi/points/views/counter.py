"""The counter of a shop: a code is checked, what it is for is handed over; and the shops with their rewards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.points import actions, limits, selectors
from yipanqi.points.forms import ChangeRewardForm, ChangeShopForm, CodeForm, NewRewardForm, NewShopForm, StockForm
from yipanqi.points.models import Reward, Shop, Voucher
from yipanqi.points.views.gates import form_page, points_page, sent


@points_page("points.use_counter_page")
def counter(request: HttpRequest) -> HttpResponse:
    """Check a code, then hand over. Every look counts towards the hour's share, right or wrong."""
    form, found = CodeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            found = _found(request, form.cleaned_data["code"])
            if "hand_over" in request.POST:
                entry = actions.redeem(found, by=request.user, at=now())
                messages.success(request, _("已兑换：%(what)s，扣 %(points)s 分。请交付物品。") % {"what": entry.why, "points": entry.points})
                return redirect("points:counter")
        except Refused as refusal:
            form.add_error("code", str(refusal))
            found = None
    return render(request, "points/counter.html", {"form": form, "voucher": found, "shops": selectors.shops_visible_to(request.user)}, status=422 if form.errors else 200)


def _found(request: HttpRequest, code: str) -> Voucher:
    limits.CODES.take(request.user.actor_key, now())  # type: ignore[union-attr]
    found = selectors.voucher_by_code(code, now())
    if found is None:
        raise Refused(_("兑换码不对或已过期，请志愿者重新出示。"), field="code")
    demand(request.user, "points.redeem", found)
    return found


@points_page("points.see_shops")
@require_safe
def shops(request: HttpRequest) -> HttpResponse:
    """The shops that the person sees."""
    return render(request, "points/shops.html", {"rows": selectors.shops_visible_to(request.user), "may_add": request.user.has_perm("points.add_shop"), "tab": "shops"})


def _shop(request: HttpRequest, code: str) -> Shop:
    return get_object_or_404(selectors.shops_visible_to(request.user), code=code)


@points_page("points.see_shops")
@require_safe
def shop(request: HttpRequest, code: str) -> HttpResponse:
    """One shop with its rewards and their stock."""
    found = _shop(request, code)
    user = request.user
    return render(request, "points/shop.html", {
        "shop": found, "rewards": found.rewards.order_by("cost", "id"), "may_change": user.has_perm("points.change_shop", found), "may_stock": user.has_perm("points.stock_reward", found),
    })  # fmt: skip


@points_page("points.add_shop")
def new_shop(request: HttpRequest) -> HttpResponse:
    """Open a shop."""
    form = NewShopForm(request.POST or None)
    made = sent(request, form, lambda given: actions.add_shop(None, **given, by=request.user, at=now()))
    return redirect("points:shop", made.code) if made else form_page(request, form, _("新的兑换点"), reverse("points:shops"))


@points_page("points.see_shops")
def edit_shop(request: HttpRequest, code: str) -> HttpResponse:
    """Change a shop, or close it."""
    found = _shop(request, code)
    demand(request.user, "points.change_shop", found)
    initial = {name: getattr(found, name) for name in ("name", "address", "hours", "closed_on")} | {"unit": found.unit.code, "station": found.station.code if found.station else None}
    form = ChangeShopForm(request.POST or None, initial=initial)
    made = sent(request, form, lambda given: actions.change_shop(found, **given, by=request.user, at=now()))
    return redirect("points:shop", code) if made else form_page(request, form, _("修改兑换点"), reverse("points:shop", args=[code]))


@points_page("points.see_shops")
def new_reward(request: HttpRequest, code: str) -> HttpResponse:
    """Offer something."""
    found = _shop(request, code)
    demand(request.user, "points.add_reward", found)
    form = NewRewardForm(request.POST or None)
    made = sent(request, form, lambda given: actions.add_reward(found, **given, by=request.user, at=now()))
    return redirect("points:shop", code) if made else form_page(request, form, _("新的兑换物品"), reverse("points:shop", args=[code]))


@points_page("points.see_shops")
def change_reward(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Change what something costs, or its stock."""
    found = get_object_or_404(Reward.objects.select_related("shop"), uuid=uuid, shop__in=selectors.shops_visible_to(request.user))
    made: dict[str, Any] = {"change_reward": actions.change_reward, "stock_reward": actions.stock_reward}
    if verb not in made:
        raise Http404
    demand(request.user, f"points.{verb}", found)
    initial = {"name": found.name, "cost": found.cost, "offered": found.offered}
    form: Any = ChangeRewardForm(request.POST or None, initial=initial) if verb == "change_reward" else StockForm(request.POST or None)
    title = _("修改“%(name)s”") if verb == "change_reward" else _("“%(name)s”的库存增减")
    if sent(request, form, lambda given: made[verb](found, **given, by=request.user, at=now())):
        return redirect("points:shop", found.shop.code)
    return form_page(request, form, title % {"name": found.name}, reverse("points:shop", args=[found.shop.code]))
