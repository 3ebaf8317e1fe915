"""What people fill in about attendances."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.activities.forms import ANY, DayInput, MomentInput
from yipanqi.activities.models import Absence, Attendance
from yipanqi.activities.states import AttendanceState


class SignForm(forms.Form):
    """The digits on the leader's phone; what the page itself adds is not asked of anybody."""

    code = forms.CharField(
        label=_("队长手机上的数字"), max_length=10, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9 ]*"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Digits alone, as they are often typed in two groups."""
        return "".join(self.cleaned_data["code"].split())


class WalkInForm(forms.Form):
    """Somebody who did not sign up came."""

    volunteer = forms.CharField(label=_("志愿者编号"), max_length=20)


class AbsenceForm(forms.Form):
    """Why somebody who had signed up did not come."""

    reason = forms.ChoiceField(label=_("没有到场的原因"), choices=Absence.Reason.choices, initial=Absence.Reason.UNKNOWN)


class ConfirmForm(forms.Form):
    """From when until when somebody was there, as the leader knows."""

    in_at = forms.DateTimeField(label=_("签到时间"), widget=MomentInput())
    out_at = forms.DateTimeField(label=_("签退时间"), widget=MomentInput(), help_text=_("系统不猜时间，请按实际填写；没有参加服务的，两个时间填成一样。"))


class CorrectionForm(forms.Form):
    """What is wrong about an attendance, and why."""

    in_at = forms.DateTimeField(label=_("正确的签到时间"), required=False, widget=MomentInput())
    out_at = forms.DateTimeField(label=_("正确的签退时间"), required=False, widget=MomentInput())
    void = forms.BooleanField(label=_("没有参加，作废这条记录"), required=False)
    reason = forms.CharField(label=_("更正理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class DecideForm(forms.Form):
    """The second person's words."""

    answer = forms.CharField(label=_("审核意见"), max_length=200, required=False, help_text=_("不同意时必须写明原因；提出人和志愿者本人会看到。"))


class AttendanceFilter(forms.Form):
    """What somebody looks for among attendances."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *AttendanceState.choices])
    since = forms.DateField(label=_("从哪天"), required=False, widget=DayInput())
    until = forms.DateField(label=_("到哪天"), required=False, widget=DayInput())


def confirm_initial(attendance: Attendance) -> dict[str, Any]:
    """What is known of the times; what is missing stays empty."""
    return {"in_at": attendance.in_at, "out_at": attendance.out_at}

