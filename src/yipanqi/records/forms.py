"""What people fill in about records."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yipanqi.activities.catalogue import trainings
from yipanqi.records import selectors
from yipanqi.records.models import Commendation, Evaluation, Service, Training
from yipanqi.teams.models import Organisation, Station, Team
from yipanqi.volunteers.models import Volunteer

DAY = {"type": "date"}
MOST_AT_ONCE = 300


def day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **kwargs)


class CheckFilter(forms.Form):
    """Number and code of a certificate."""

    number = forms.CharField(label=_("证明编号"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}))
    code = forms.CharField(label=_("校验码"), max_length=12, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}))

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).replace("/", "")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).replace("/", "").upper()


class StateFilter(forms.Form):
    """Lists by state."""

    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["state"]
        chosen.choices = [("", _("全部")), *choices]


class _ForIssuer(forms.Form):
    """Something recorded for one of the issuers that a person records for."""

    issuer: Any = forms.ModelChoiceField(label=_("记录单位"), queryset=None, to_field_name="code")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["issuer"]
        chosen.queryset = selectors.recording_issuers(user)
        if chosen.queryset.count() == 1:
            chosen.initial = chosen.queryset.get().code


class _ForSeveral(_ForIssuer):
    """Something recorded of several volunteers together."""

    volunteers = forms.CharField(label=_("志愿者编号"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("可以填多个，用空格、逗号或换行隔开。"))

    def clean_volunteers(self) -> list[Volunteer]:
        numbers = list(dict.fromkeys(part for part in re.split(r"[\s,，、;；]+", str(self.cleaned_data["volunteers"])) if part))
        if len(numbers) > MOST_AT_ONCE:
            raise forms.ValidationError(gettext("一次最多 %(n)d 人，更多的请用表格导入。") % {"n": MOST_AT_ONCE})
        found = Volunteer.objects.in_bulk(numbers, field_name="number")
        missing = [number for number in numbers if number not in found]
        if missing:
            raise forms.ValidationError(gettext("没有这些编号：%(numbers)s。") % {"numbers": gettext("、").join(missing[:5])})
        return [found[number] for number in numbers]


class TrainingForm(_ForSeveral):
    """A training, after 民政部令第67号: name, content, hours, trainer, day."""

    name = forms.CharField(label=_("培训名称"), max_length=80)
    content = forms.CharField(label=_("主要内容"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    minutes = forms.IntegerField(label=_("学习时长（分钟）"), min_value=1, max_value=200 * 60)
    trainer = forms.CharField(label=_("培训人"), max_length=80)
    on = day(_("培训日期"))
    course = forms.ChoiceField(label=_("对应的培训科目"), required=False, help_text=_("活动要求先完成的培训，选对应的科目；不对应的不选。"))
    valid_until = day(_("有效期至"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["course"]
        chosen.choices = [("", _("不对应")), *trainings().items()]


class CommendationForm(_ForSeveral):
    """A commendation: name, day, who granted it."""

    name = forms.CharField(label=_("表彰奖励名称"), max_length=80)
    granted_by = forms.CharField(label=_("授予单位"), max_length=80)
    on = day(_("授予日期"))


class EvaluationForm(_ForIssuer):
    """How somebody's service was judged."""

    volunteer = forms.CharField(label=_("志愿者编号"), max_length=20)
    quality = forms.ChoiceField(label=_("服务质量"), choices=Evaluation.Quality.choices, widget=forms.RadioSelect)
    evaluator = forms.CharField(label=_("评价人"), max_length=80, help_text=_("服务对象、服务对象单位或活动组织者。"))
    on = day(_("评价日期"))
    words = forms.CharField(label=_("评价内容"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_volunteer(self) -> Volunteer:
        found = Volunteer.objects.filter(number=str(self.cleaned_data["volunteer"]).strip()).first()
        if found is None:
            raise forms.ValidationError(gettext("没有这个志愿者编号，请核对。"))
        return found


class AddIssuerForm(forms.Form):
    """One more that records."""

    code = forms.CharField(label=_("组织、实践中心（所、站）或队伍的编码"), max_length=40)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        code = data.get("code", "").strip()
        found = {"organisation": Organisation.objects.filter(code=code).first(), "station": Station.objects.filter(code=code).first(), "team": Team.objects.filter(code=code).first()}
        self.named = next(({name: one} for name, one in found.items() if one is not None), {})
        if code and not self.named:
            self.add_error("code", gettext("没有这个编码，请核对。"))
        return data


class IssuerForm(forms.Form):
    """What stands on certificates of an issuer."""

    head = forms.CharField(label=_("负责人"), max_length=40)
    contact = forms.CharField(label=_("联系方式"), max_length=60, help_text=_("单位的公开电话，会印在证明上。"))


class StarRulesForm(forms.Form):
    """The hours of each grade from a day on."""

    scheme = forms.SlugField(label=_("规则代码"), max_length=30, initial="standard")
    name = forms.CharField(label=_("规则名称"), max_length=60, initial=_("志愿服务星级认定"))
    from_on = day(_("施行日期"))
    hours = forms.CharField(label=_("各星级的小时数"), max_length=60, initial="100 300 600 1000 1500", help_text=_("从一星起依次填写，用空格隔开，最多五级。"))

    def clean_hours(self) -> list[int]:
        parts = re.split(r"[\s,，、]+", str(self.cleaned_data["hours"]).strip())
        if not all(re.fullmatch(r"\d{1,5}", part) for part in parts):
            raise forms.ValidationError(gettext("请只填整数，用空格隔开。"))
        return [int(part) for part in parts]


class AskCertificateForm(forms.Form):
    """A certificate is asked for."""

    issuer: Any = forms.ModelChoiceField(label=_("向哪个单位申请"), queryset=None, to_field_name="code", help_text=_("谁记录谁证明，只列出记录了服务时长的单位。"))
    from_on = day(_("服务开始日期"), required=False, help_text=_("不填就从第一次服务算起。"))
    to_on = day(_("服务结束日期"), required=False)
    note = forms.CharField(label=_("其他需要说明的事项"), max_length=200, required=False)

    def __init__(self, *args: Any, volunteer: Volunteer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["issuer"]
        chosen.queryset = selectors.issuers_that_recorded(volunteer)
        if chosen.queryset.count() == 1:
            chosen.initial = chosen.queryset.get().code


class IssueForm(forms.Form):
    """A certificate is issued."""

    handler = forms.CharField(label=_("经办人"), max_length=40)


class WhyForm(forms.Form):
    """A decision with its reason."""

    why = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class AmendmentForm(forms.Form):
    """What is wrong in the record."""

    reason = forms.CharField(label=_("哪里不对，应该是什么"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class DeclineForm(forms.Form):
    """Why the record stays as it is."""

    answer = forms.CharField(label=_("不予更正的理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class _ProposeForm(forms.ModelForm):
    """What should stand there instead; only what follows from nothing else can be changed."""

    strike = forms.BooleanField(label=_("整条作废"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entry = self.instance
        for name in list(self.fields):
            if name != "strike" and name not in selectors.changeable(entry):
                del self.fields[name]
        if isinstance(entry, Service) and entry.attendance_id:
            del self.fields["strike"]

    def _post_clean(self) -> None:
        """The entry itself is left alone: what was typed is proposed, and checked by the action."""

    @property
    def changes(self) -> dict[str, Any]:
        """The typed values, or that the entry is struck out."""
        if self.cleaned_data.get("strike"):
            return {"strike": True}
        return {name: value for name, value in self.cleaned_data.items() if name != "strike"}


_DAYS = {name: forms.DateInput(attrs=DAY, format="%Y-%m-%d") for name in ("on", "valid_until")}


class ProposeServiceForm(_ProposeForm):
    """A record of service put right."""

    class Meta:
        model = Service
        fields = ("title", "place", "content", "in_charge", "minutes", "on")
        widgets = _DAYS


class ProposeTrainingForm(_ProposeForm):
    """A record of training put right."""

    class Meta:
        model = Training
        fields = ("name", "content", "minutes", "trainer", "on", "course", "valid_until")
        widgets = _DAYS


class ProposeCommendationForm(_ProposeForm):
    """A record of a commendation put right."""

    class Meta:
        model = Commendation
        fields = ("name", "granted_by", "on")
        widgets = _DAYS


class ProposeEvaluationForm(_ProposeForm):
    """A record of an evaluation put right."""

    class Meta:
        model = Evaluation
        fields = ("quality", "evaluator", "words", "on")
        widgets = _DAYS


PROPOSE_FORMS: dict[type, type[_ProposeForm]] = {Service: ProposeServiceForm, Training: ProposeTrainingForm, Commendation: ProposeCommendationForm, Evaluation: ProposeEvaluationForm}
ENTRY_FORMS: dict[str, type[_ForIssuer]] = {"training": TrainingForm, "commendation": CommendationForm, "evaluation": EvaluationForm}
