"""What a resident fills in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.people.lookup import LookUp
from yipanqi.places.models import Area

#: Digits with the signs people write between them; 5 to 20 digits, so short numbers such as 12345 pass too.
PHONE = re.compile(r"^\+?[\d\s()-]{5,24}$")


class ReportForm(forms.Form):
    """One screen. Photos are taken in by the view, because those that arrived stay even when the rest is wrong."""

    text = forms.CharField(
        label=_("哪里有什么问题"),
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("例如：小区东门外垃圾桶满了，垃圾堆在地上")}),
        error_messages={"required": _("请用一句话写明是什么问题。"), "max_length": _("最多 2000 字，请写得短一些。")},
    )
    address = forms.CharField(
        label=_("地点"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("路名、小区、门牌或旁边的标志")}),
        error_messages={"max_length": _("最多 200 字，请写得短一些。")},
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    place = forms.UUIDField(required=False, widget=forms.HiddenInput)
    #: One filling-in of the form: however often it is sent, it makes one report.
    attempt = forms.UUIDField(required=False, widget=forms.HiddenInput)
    contact_name = forms.CharField(
        label=_("怎么称呼您"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_contact_phone(self) -> str:
        phone = str(self.cleaned_data["contact_phone"])
        if phone and not PHONE.match(phone):
            if re.fullmatch(r"[+\d\s-]+", phone):
                raise forms.ValidationError(_("号码位数不对，请检查；也可以不填。"))
            raise forms.ValidationError(_("电话号码只能有数字，请检查；也可以不填。"))
        return phone

    def clean(self) -> dict[str, Any]:
        """Half a position, or one that is no position, is none: nobody typed it, so nobody could correct it."""
        data = super().clean() or {}
        for name in ("lon", "lat", "attempt"):
            self.errors.pop(name, None)
        if data.get("lon") is None or data.get("lat") is None:
            data["lon"] = data["lat"] = None
        return data


class TrackForm(forms.Form):
    """A code to look up."""

    code = forms.CharField(
        label=_("查询码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("请输入查询码。"), "max_length": _("查询码没有这么长，请检查。")},
    )


class RatingForm(forms.Form):
    """How satisfied a resident is with what was done."""

    rating = forms.TypedChoiceField(
        label=_("您对处理结果满意吗"),
        coerce=int,
        choices=[(5, _("非常满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("非常不满意"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。"), "invalid_choice": _("请选一项。")},
    )
    note = forms.CharField(
        label=_("想说的话（可不填）"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class NeighbourFilter(forms.Form):
    """The part of the city that somebody wants to look at."""

    area = forms.ModelChoiceField(
        Area.objects.filter(level__in=(Area.Level.STREET, Area.Level.COMMUNITY)).defer("boundary").order_by("path"),
        label=_("我在哪个街道、社区"), required=False, to_field_name="code", empty_label=_("全市"), widget=LookUp(attrs={"data-look-up": ""}),
    )  # fmt: skip
