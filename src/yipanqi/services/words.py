"""Why a party was chosen for an order, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIT = {
    "wished": gettext_lazy("点单人指定"), "item": gettext_lazy("供单里有这个项目"), "kind": gettext_lazy("供单里有同类项目"), "team": gettext_lazy("登记的服务类别对口"),
}  # fmt: skip
TITLES = {
    "skill": gettext_lazy("对口"), "distance": gettext_lazy("距离"), "time": gettext_lazy("时间"), "rating": gettext_lazy("以往评价"),
    "load": gettext_lazy("手上的单"), "fairness": gettext_lazy("公平"),
}  # fmt: skip


def reasons(why: Mapping[str, Any]) -> list[str]:
    """What spoke for a party, one short sentence each; none where a person chose without a proposal."""
    found = []
    if why.get("fit") in FIT:
        found.append(str(FIT[why["fit"]]))
    if why.get("metres") is not None:
        found.append(_("相距约 %(km).1f 公里") % {"km": why["metres"] / 1000})
    if why.get("wished"):
        found.append(_("希望的 %(wished)d 个半天里有 %(free)d 个有空") % {"wished": why["wished"], "free": why["free"]})
    if "in_hand" in why:
        found.append(_("手上 %(in_hand)d 单，还能接 %(room)d 单") % {"in_hand": why["in_hand"], "room": why["room"]})
    if "lately" in why:
        found.append(_("近 %(days)d 天接了 %(lately)d 单，可接队伍平均 %(mean).1f 单") % {"days": why["days"], "lately": why["lately"], "mean": why["mean"]})
    if why.get("rated"):
        found.append(_("%(rated)d 次评价平均 %(rating).1f 分") % {"rated": why["rated"], "rating": why["rating"]})
    return found


def costs(why: Mapping[str, Any]) -> list[tuple[str, float]]:
    """What each consideration added to the cost of the pair, in the order in which they are weighed."""
    given = why.get("costs", {})
    return [(str(title), float(given[key])) for key, title in TITLES.items() if key in given]
