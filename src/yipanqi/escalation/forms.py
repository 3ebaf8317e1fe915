"""The simulator's form, and the reason for a letter that is not written."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.escalation.catalogue import MONTHLY_CAP, PAPERS, STEPS
from yipanqi.escalation.ladder import Setting
from yipanqi.escalation.states import LetterState
from yipanqi.kernel.policy import policy_value

#: The least and most that a measure may say, where that is not 0 and 250.
FEWEST, MOST = {"talk": 1.0}, {"remind": 1.0, "urge": 20.0, "talk": 20.0}


class TrialForm(forms.Form):
    """A month, and the ladder as it might be; it begins with the ladder as it is."""

    month = forms.DateField(label=_("月份"), input_formats=["%Y-%m", "%Y-%m-%d"], widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}))
    cap = forms.IntegerField(label=_("每个单位每月最多制发的函件数"), min_value=0, max_value=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, step in STEPS.items():
            self.fields[f"{key}_on"] = forms.BooleanField(label=step.on.title, required=False)
            if step.measure:
                self.fields[key] = forms.FloatField(
                    label=step.measure.title, min_value=FEWEST.get(key, 0), max_value=MOST.get(key, 250), help_text=step.measure.help, widget=forms.NumberInput(attrs={"step": "any"})
                )

    def address(self, **what: str) -> str:
        """The address of this trial, with the number whose cases are asked for."""
        given = {name: self.cleaned_data.get(name) for name in self.fields}
        month = self.cleaned_data["month"].strftime("%Y-%m")
        kept = {name: "on" if value is True else value for name, value in given.items() if value not in (None, False)}
        return "?" + urlencode({**kept, "month": month, **what}) + ("#behind" if what else "")

    @property
    def policy(self) -> dict[str, Setting]:
        given = self.cleaned_data
        return {key: Setting(bool(given[f"{key}_on"]), float(given.get(key) or 0)) for key in STEPS}


def as_it_is(month: dt.date) -> dict[str, Any]:
    """What the form begins with: the ladder that holds, and a month."""
    start: dict[str, Any] = {"month": month.strftime("%Y-%m"), "cap": policy_value(MONTHLY_CAP.key)}
    for key, step in STEPS.items():
        start |= {f"{key}_on": step.setting.on, key: step.setting.measure}
    return start


class LetterFilter(forms.Form):
    """Filters of the letters."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *LetterState.choices])
    kind = forms.ChoiceField(label=_("函件"), required=False, choices=[("", _("全部")), *PAPERS.items()])


class DropForm(forms.Form):
    """Why a letter is not written."""

    reason = forms.CharField(label=_("不予制发的理由"), max_length=200, widget=forms.TextInput)
