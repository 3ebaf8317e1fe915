"""What people fill in about activities: plans, shifts, reports, reasons; filters of the lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from yipanqi.activities.catalogue import trainings
from yipanqi.activities.models import Activity, Level, SignUp
from yipanqi.activities.selectors.people import led_teams, run_stations, runs_all
from yipanqi.activities.states import ActivityState
from yipanqi.people.lookup import look_up
from yipanqi.places.models import Area, Place
from yipanqi.teams.models import Brand, ServiceKind, Station, Team

ANY = ("", _("全部"))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def areas() -> Any:
    """Parts of the city down to communities."""
    return Area.objects.exclude(level=Area.Level.GRID).defer("boundary").order_by("path")


class WhatsOnFilter(forms.Form):
    """What somebody looks for among what is on."""

    theme = forms.ChoiceField(label=_("主题"), required=False, choices=[ANY, *ServiceKind.Theme.choices])
    area = forms.ModelChoiceField(label=_("在哪里"), queryset=Area.objects.none(), to_field_name="code", required=False, empty_label=_("全市"))
    since = forms.DateField(label=_("从哪天"), required=False, widget=DayInput())
    until = forms.DateField(label=_("到哪天"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas()  # type: ignore[attr-defined]
        look_up(self, ["area"])


class RunFilter(forms.Form):
    """Filters of the list of activities that one runs."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *ActivityState.choices])
    level = forms.ChoiceField(label=_("层级"), required=False, choices=[ANY, *Level.choices])
    kind = forms.ModelChoiceField(label=_("服务类别"), queryset=ServiceKind.objects.none(), to_field_name="key", required=False, empty_label=_("全部"))
    brand = forms.ModelChoiceField(label=_("品牌项目"), queryset=Brand.objects.none(), to_field_name="code", required=False, empty_label=_("全部"))
    since = forms.DateField(label=_("从哪天"), required=False, widget=DayInput())
    until = forms.DateField(label=_("到哪天"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = ServiceKind.objects.all()  # type: ignore[attr-defined]
        self.fields["brand"].queryset = Brand.objects.all()  # type: ignore[attr-defined]


class AboutForm(forms.Form):
    """What volunteers read before they come; what an activity and a series have in common."""

    title = forms.CharField(label=_("活动名称"), max_length=80)
    kind = forms.ModelChoiceField(label=_("服务类别"), queryset=ServiceKind.objects.none(), to_field_name="key")
    level = forms.ChoiceField(label=_("层级"), choices=Level.choices)
    brand = forms.ModelChoiceField(label=_("品牌项目"), queryset=Brand.objects.none(), to_field_name="code", required=False)
    about = forms.CharField(label=_("活动内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("做什么、带什么、穿什么、在哪里集合"))
    risks = forms.CharField(label=_("风险提示"), max_length=300, required=False)
    address = forms.CharField(label=_("地点"), max_length=200)
    area = forms.ModelChoiceField(label=_("所在区划"), queryset=Area.objects.none(), to_field_name="code", required=False)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    min_age = forms.IntegerField(label=_("最低年龄"), min_value=0, max_value=70, initial=18)
    training = forms.ChoiceField(label=_("须完成的培训"), required=False)
    insurance = forms.CharField(label=_("保险"), max_length=120, required=False, help_text=_("保险公司和保单号；有危险的服务须先投保"))
    title_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    about_en = forms.CharField(label=_("英文内容"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, user: Any, held: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kind"].queryset = ServiceKind.objects.filter(retired_on__isnull=True)
        fields["brand"].queryset = Brand.objects.filter(ended_on__isnull=True)
        fields["area"].queryset = areas()
        chosen = self.initial.get("training", "")
        known = trainings()
        fields["training"].choices = [("", _("不要求")), *known.items(), *([(chosen, chosen)] if chosen and chosen not in known else [])]
        if "holder" in fields:
            fields["holder"].choices = holders(user)
        look_up(self, ["kind", "brand", "area"])

    def described(self) -> dict[str, Any]:
        """What `add_activity` and `change_activity` take of it."""
        names = ("kind", "level", "brand", "about", "risks", "address", "area", "lon", "lat", "min_age", "training", "insurance", "title_en", "about_en")
        return {name: self.cleaned_data[name] for name in names}


def holders(user: Any) -> list[tuple[str, str]]:
    """Teams and stations for which somebody may hold activities, as "team:CODE" or "station:CODE"."""
    teams, stations = Team.objects.filter(ended_on__isnull=True), Station.objects.filter(closed_on__isnull=True)
    if not runs_all(user):
        run = run_stations(user)
        teams, stations = teams.filter(pk__in=led_teams(user)) | teams.filter(station__in=run), stations.filter(pk__in=run)
    return [
        *((f"station:{code}", name) for code, name in stations.order_by("code").values_list("code", "name")),
        *((f"team:{code}", name) for code, name in teams.order_by("code").values_list("code", "name")),
    ]


def holder_of(choice: str) -> dict[str, Any]:
    """The team or station behind a choice of `holders`."""
    kind, _colon, code = choice.partition(":")
    model: Any = Team if kind == "team" else Station
    return {kind: model.objects.filter(code=code).first()}


class _HolderForm(AboutForm):
    """A new activity or series, and who holds it."""

    holder = forms.ChoiceField(label=_("举办单位"), help_text=_("实践中心（所、站）或队伍"))


class ActivityForm(_HolderForm):
    """A new activity with its first shift."""

    starts_at = forms.DateTimeField(label=_("开始时间"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=_("结束时间"), widget=MomentInput())

    field_order = ("title", "holder", "kind", "level", "brand", "starts_at", "ends_at", "address")


class RoleLine(forms.Form):
    """A role of a shift."""

    name = forms.CharField(label=_("岗位"), max_length=40)
    limit = forms.IntegerField(label=_("人数"), min_value=0, max_value=5000)
    min_age = forms.IntegerField(label=_("最低年龄"), min_value=0, max_value=70, required=False)


class _Lines(BaseFormSet):  # type: ignore[type-arg]
    def kept(self) -> list[dict[str, Any]]:
        """The lines that say something and are not struck out."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get(self.first) and not form.cleaned_data.get("DELETE")]

    @property
    def first(self) -> str:
        return next(iter(self.form.base_fields))


RoleLines = formset_factory(RoleLine, formset=_Lines, extra=2, max_num=20, absolute_max=30, can_delete=True)


class ShiftForm(forms.Form):
    """A shift: when and where."""

    starts_at = forms.DateTimeField(label=_("开始时间"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=_("结束时间"), widget=MomentInput())
    place_name = forms.CharField(label=_("集合地点"), max_length=120, required=False)
    place = forms.ModelChoiceField(label=_("点位（如路口）"), queryset=Place.objects.none(), to_field_name="code", required=False, help_text=_("路口引导等固定点位的班次选上点位，便于统计"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.order_by("code")  # type: ignore[attr-defined]
        look_up(self, ["place"])


class WhyForm(forms.Form):
    """A reason that those concerned will read."""

    why = forms.CharField(label=_("原因"), max_length=200, help_text=_("已报名的志愿者会看到"))


class BriefForm(forms.Form):
    """What those who came were told to mind."""

    text = forms.CharField(label=_("安全交底内容"), max_length=300)


class ReportForm(forms.Form):
    """The closing report."""

    report = forms.CharField(label=_("活动小结"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    beneficiaries = forms.IntegerField(label=_("受益人数"), required=False, min_value=0, max_value=1_000_000)
    beneficiaries_estimated = forms.BooleanField(label=_("受益人数是估计的"), required=False)


class CorrectForm(ReportForm):
    """The closing report anew."""

    why = forms.CharField(label=_("更正原因"), max_length=200)


class ResultLineForm(forms.Form):
    """A quantity of the report."""

    what = forms.CharField(label=_("事项"), max_length=60, widget=forms.TextInput(attrs={"list": "result-names"}))
    quantity = forms.DecimalField(label=_("数量"), min_value=0, max_digits=12, decimal_places=2)
    unit = forms.CharField(label=_("单位"), max_length=12, widget=forms.TextInput(attrs={"list": "result-units"}))
    estimated = forms.BooleanField(label=_("估计"), required=False)


ResultLines = formset_factory(ResultLineForm, formset=_Lines, extra=3, max_num=30, absolute_max=40, can_delete=True)


class SaidForm(forms.Form):
    """A volunteer said to a leader that they come."""

    volunteer = forms.CharField(label=_("志愿者编号"), max_length=20)
    role = forms.ChoiceField(label=_("岗位"))
    said_how = forms.ChoiceField(label=_("本人如何告知"), choices=SignUp.Said.choices)

    def __init__(self, *args: Any, roles: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(str(role.pk), role.name) for role in roles]  # type: ignore[attr-defined]


class SwapForm(forms.Form):
    """With whose shift to swap, or to whom to hand the own one over."""

    theirs = forms.ChoiceField(label=_("换成谁的班次"), required=False)
    volunteer = forms.CharField(label=_("或者让给（志愿者编号）"), max_length=20, required=False, help_text=_("没有人候补时才能让给别人"))

    def __init__(self, *args: Any, places: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theirs"].choices = [("", _("不换成班次")), *((str(one.uuid), f"{one.shift} {one.shift.activity.title} {one.role.name} {one.volunteer.masked_name}") for one in places)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("theirs")) == bool(data.get("volunteer")):
            raise forms.ValidationError(_("请选一个要换的班次，或者填写让给谁。"))
        return data


def initial_of(activity: Activity) -> dict[str, Any]:
    """An activity as its form shows it."""
    names = ("title", "level", "about", "risks", "address", "lon", "lat", "min_age", "training", "insurance", "title_en", "about_en")
    named = {"kind": activity.kind.key, "brand": activity.brand.code if activity.brand else "", "area": activity.area.code if activity.area else ""}
    return {name: getattr(activity, name) for name in names} | named

