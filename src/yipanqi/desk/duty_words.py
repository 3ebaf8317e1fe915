"""The reasons of a duty resolution as sentences for the desk."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

STEPS = {
    "place_class": gettext_lazy("该点位、该类别的专门规则"),
    "place": gettext_lazy("该点位的规则"),
    "segment_class": gettext_lazy("所在路段、该类别的规则"),
    "segment": gettext_lazy("所在路段的规则（包街）"),
    "zone_class": gettext_lazy("所在区域、该类别的规则"),
    "zone": gettext_lazy("所在区域的规则"),
    "area_class": gettext_lazy("所在区划、该类别的规则"),
    "class_rule": gettext_lazy("该类别的全市规则"),
    "class_default": gettext_lazy("该类别的主管职能"),
    "territory": gettext_lazy("属地管理"),
}
OUTCOMES = {
    "won": gettext_lazy("采用"),
    "beaten": gettext_lazy("让位于更具体的规则"),
    "not_in_force": gettext_lazy("不在有效期内"),
    "assists": gettext_lazy("协办"),
}


def shown(duty: Any) -> dict[str, Any]:
    """A places.selectors.Resolution for the template: unit, co-units, reasons as {words, won}."""
    reasons = []
    for reason in duty.reasons:
        unit = duty.units.get(reason.unit_id)
        words = _("%(step)s：%(unit)s（%(outcome)s）") % {
            "step": STEPS.get(str(reason.step), reason.step),
            "unit": unit.name if unit else "—",
            "outcome": OUTCOMES.get(str(reason.outcome), reason.outcome),
        }
        if reason.rule:
            words = f"{words} {reason.rule.code}"
        reasons.append({"words": words, "won": str(reason.outcome) == "won"})
    return {"unit": duty.unit, "co_units": duty.co_units, "leaders": duty.leaders, "reasons": reasons}
