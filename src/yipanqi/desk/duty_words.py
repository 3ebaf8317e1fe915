"""The reasons of a duty resolution as sentences for the desk."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yipanqi.places.explaining import OUTCOME_WORDS, step_word, told


def shown(duty: Any) -> dict[str, Any]:
    """A places.selectors.Resolution for the template: unit, co-units, reasons as {words, won}."""
    reasons = []
    for reason in told(duty.reasons):
        unit = duty.units.get(reason.unit_id)
        words = _("%(step)s：%(unit)s（%(outcome)s）") % {
            "step": step_word(reason),
            "unit": unit.name if unit else "—",
            "outcome": OUTCOME_WORDS[reason.outcome][0],
        }
        if reason.rule:
            words = f"{words} {reason.rule.code}"
        reasons.append({"words": words, "won": str(reason.outcome) == "won"})
    return {"unit": duty.unit, "co_units": duty.co_units, "leaders": duty.leaders, "reasons": reasons}
