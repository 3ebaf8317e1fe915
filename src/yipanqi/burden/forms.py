"""What people fill in about burden."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ComplainForm(forms.Form):
    """What is too much; signed only by whoever wants to."""

    text = forms.CharField(label=_("什么太多了，或者哪里重复了"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    page = forms.CharField(label=_("所说的页面"), max_length=120, required=False, help_text=_("自动带上您刚才的页面，可以改。匿名时只留页面的种类，不留案件、点位编号。"))
    signed = forms.BooleanField(label=_("署名（答复会发到您的消息里）"), required=False, help_text=_("不勾选就是匿名：反映里不记是谁，只写哪一天、哪类单位；操作日志里只有提交的时刻。凭查询码看答复。"))


class AnswerForm(forms.Form):
    """The office's answer."""

    text = forms.CharField(label=_("答复"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class PressForm(forms.Form):
    """What the answer left open."""

    text = forms.CharField(label=_("还有什么没有解决"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class CodeFilter(forms.Form):
    """Looks up an anonymous complaint."""

    code = forms.CharField(label=_("查询码"), max_length=12)


class RenewForm(forms.Form):
    """A form is let stand."""

    until = forms.DateField(label=_("有效期至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    why = forms.CharField(label=_("保留理由"), max_length=200)
