"""The office's settings about scorecards, and what units and office are told of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy, policy_value
from yipanqi.messaging.catalogue import KINDS, Kind
from yipanqi.people.models import UnitKind
from yipanqi.scoring.cards import Terms
from yipanqi.scoring.measures import MEASURES

WEIGHT_HELP = _("各项权重按比例折算，合计不必为 1；0 即不计入综合得分。周期开启后再改，只影响以后的周期。")
TITLES = {
    "on_time": _("权重：按期整改率"), "closure": _("权重：整改率"), "rework": _("权重：返工率"), "rebound": _("权重：反弹率"),
    "satisfaction": _("权重：群众满意率"),
}  # fmt: skip
WEIGHTS = {key: policy(f"scoring.weight_{key}", one.weight, TITLES[key], "float", WEIGHT_HELP) for key, one in MEASURES.items()}
MIN_CASES = policy("scoring.min_cases", 5, _("分档所需的最少件数"), help=_("某项指标的分母不足此数的单位，照样显示比例和区间，但该项不分档、不计入综合得分。"), least=1)
MIN_UNITS = policy("scoring.min_units", 4, _("同类组最少单位数"), help=_("同类组中有数据的单位不足此数的，只显示原始比例，不作修正、不分档。"), least=2)
GROUPS = policy(
    "scoring.peer_groups", {"office": ""}, _("同类组"), "json",
    _("默认同一类型的单位为一组。可写成 {\"school\": \"基层单位\", \"property\": \"基层单位\"}，把几类单位并为一组；组名留空的不考核。"),
)  # fmt: skip
OBJECTION_DAYS = policy("scoring.objection_days", 5, _("公布后多少个工作日内可以申诉"), least=1, most=60)
OPEN = {
    "month": policy("scoring.monthly", True, _("按月考核"), "bool", _("启用后每月初自动开启当月考核周期；定稿和公布由人办理。")),
    "quarter": policy("scoring.quarterly", False, _("按季考核"), "bool"),
    "year": policy("scoring.yearly", True, _("按年考核"), "bool"),
}
KINDS.add("scoring.published", Kind(
    _("考核结果公布"), {"": _("%(period)s考核结果已公布，%(unit)s可在 %(until)s 前申诉。")}, "/scores/%(code)s/units/%(unit_code)s/",
))  # fmt: skip
KINDS.add("scoring.objection", Kind(_("收到考核申诉"), {"": _("%(unit)s对%(period)s考核结果提出申诉。")}, "/scores/objections/%(objection)s/"))
KINDS.add("scoring.ruled", Kind(
    _("考核申诉裁定"), {
        "upheld": _("%(unit)s对%(period)s考核结果的申诉成立，得分已重新计算。"), "refused": _("%(unit)s对%(period)s考核结果的申诉不成立。"),
    }, "/scores/objections/%(objection)s/",
))  # fmt: skip


def terms_now() -> Terms:
    """How a period that is opened now is scored."""
    groups = policy_value(GROUPS.key)
    known = {key: str(value)[:40] for key, value in groups.items() if key in UnitKind.values} if isinstance(groups, Mapping) else {}
    return Terms(
        {key: float(policy_value(one.key)) for key, one in WEIGHTS.items()}, max(1, int(policy_value(MIN_CASES.key))),
        max(2, int(policy_value(MIN_UNITS.key))), known, max(1, int(policy_value(OBJECTION_DAYS.key))),
    )  # fmt: skip
