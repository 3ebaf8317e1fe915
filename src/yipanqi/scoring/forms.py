"""Forms of scorecards: a period to open, an objection, a ruling."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.scoring.measures import MEASURES
from yipanqi.scoring.models import Objection, PeriodKind


class CaseNumbers(forms.CharField):
    """Numbers of cases, each on a line or apart by spaces or commas."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(re.split(r"[\s,，、;；]+", str(value or "").strip()))) if str(value or "").strip() else []


class OpenForm(forms.Form):
    """A period that did not open by itself: earlier months, or kinds that are not opened by themselves."""

    kind = forms.ChoiceField(label=_("周期类型"), choices=PeriodKind.choices)
    day = forms.DateField(label=_("其中任意一天"), widget=forms.DateInput(attrs={"type": "date"}))


class ReasonForm(forms.Form):
    """Why a frozen period is taken back."""

    reason = forms.CharField(label=_("退回重算的理由"), max_length=200, widget=forms.TextInput)


class ObjectionForm(forms.Form):
    """What is not right about a card."""

    measure = forms.ChoiceField(label=_("指标"), required=False, choices=[("", _("整张得分卡")), *((key, one.title) for key, one in MEASURES.items())])
    cases = CaseNumbers(label=_("不应计入的案件编号"), required=False, help_text=_("每行一个，也可从各项的案件清单中勾选。没有具体案件的可以不填。"))
    reason = forms.CharField(label=_("申诉理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class RulingForm(forms.Form):
    """The cases that do not count, and on what ground."""

    cases = forms.MultipleChoiceField(label=_("不计入的案件"), required=False, widget=forms.CheckboxSelectMultiple)
    more = CaseNumbers(label=_("其他不计入的案件编号"), required=False)
    ruling = forms.CharField(label=_("裁定意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, objection: Objection, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(row.case.number, f"{row.case.number} {row.case.title}") for row in objection.named.select_related("case")]
        self.fields["cases"].choices = named  # type: ignore[attr-defined]
        self.fields["cases"].initial = [number for number, _title in named]
        if not named:
            del self.fields["cases"]

    @property
    def numbers(self) -> list[str]:
        """All the cases chosen."""
        return list(dict.fromkeys([*self.cleaned_data.get("cases", []), *self.cleaned_data["more"]]))
