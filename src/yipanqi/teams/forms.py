"""What is filled in about those who help. Forms check the shape; the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.personal import mask
from yipanqi.people.choices import UnitField, UnitsField
from yipanqi.teams.choices import (
    OneField,
    area_field,
    areas,
    kind_field,
    kinds_field,
    organisations,
    station_field,
    station_tree_choices,
    team_field,
)
from yipanqi.teams.models import Organisation, ServiceKind, Station, Team

ANY = ("", _("全部"))
AUTOMATIC = _("不填则自动编号；一经确定不再更改，表格导入按它对应。")
POSITION = _("在地图上点一下会自动填好。")


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


def _words(label: Any, longest: int, *, required: bool = False, rows: int = 0, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, **more)


def _degrees(label: Any, most: int) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=-most, max_value=most, help_text=POSITION)


class KindForm(forms.Form):
    """A kind of service."""

    name = _words(_("名称"), 40, required=True)
    theme = forms.ChoiceField(label=_("主题"), choices=ServiceKind.Theme.choices)
    min_age = forms.IntegerField(label=_("最低年龄"), min_value=0, max_value=100, initial=0, help_text=_("0 为不限。"))
    insured = forms.BooleanField(label=_("须购买保险"), required=False)
    training = _words(_("须完成的培训"), 40, help_text=_("填培训的编码；不需要则不填。"))


class NewKindForm(KindForm):
    """A new kind, with its key."""

    key = forms.SlugField(label=_("编码"), max_length=40, help_text=_("小写字母、数字、横线，一经确定不再更改。"))
    field_order = ("key",)


class StationForm(forms.Form):
    """A centre, office, station or point."""

    name = _words(_("名称"), 80, required=True)
    level = forms.ChoiceField(label=_("层级"), choices=Station.Level.choices)
    parent = station_field(_("上级"))
    unit = UnitField(label=_("管理单位"), required=False, help_text=_("这个单位里任“文明实践所（站）”的人员管理它。"))
    area = area_field(_("所在区划"), help_text=_("不填按位置判定。"))
    address = _words(_("地址"), 200)
    lon, lat = _degrees(_("经度"), 180), _degrees(_("纬度"), 90)
    hours = _words(_("开放时间"), 120)
    phone = _words(_("值班电话"), 30, help_text=_("对外公开的电话，不要填个人手机号。"))
    opened_on = _day(_("建成日期"), required=False)


class NewStationForm(StationForm):
    """A new one, with its code."""

    code = _words(_("编码"), 40, help_text=AUTOMATIC)
    field_order = ("code",)


class OwnStationForm(forms.Form):
    """What a station changes about itself."""

    address = _words(_("地址"), 200)
    lon, lat = _degrees(_("经度"), 180), _degrees(_("纬度"), 90)
    hours = _words(_("开放时间"), 120)
    phone = _words(_("值班电话"), 30, help_text=_("对外公开的电话，不要填个人手机号。"))


class OrganisationForm(forms.Form):
    """A volunteer organisation."""

    name = _words(_("名称"), 80, required=True)
    kind = forms.ChoiceField(label=_("类型"), choices=Organisation.Kind.choices)
    social = forms.BooleanField(label=_("社会公益组织"), required=False)
    credit_code = _words(_("统一社会信用代码"), 24, help_text=_("登记注册的必填，18 位；基层自组织不填。"))
    unit = UnitField(label=_("主管单位"), required=False)
    area = area_field(_("所在区划"))
    founded_on = _day(_("成立（登记）日期"))
    head = _words(_("负责人"), 40)
    phone = _words(_("联系电话"), 20, help_text=_("加密保存，查看会留痕。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known := self.initial.pop("phone", ""):
            self.fields["phone"].help_text = _("已登记 %(phone)s；不更改就留空。") % {"phone": mask(known)}

    def clean(self) -> dict[str, Any]:
        """A number that is left blank stays as it is."""
        data = super().clean() or self.cleaned_data
        if not data.get("phone"):
            data.pop("phone", None)
        return data


class NewOrganisationForm(OrganisationForm):
    """A new one, with its code."""

    code = _words(_("编码"), 40, help_text=AUTOMATIC)
    field_order = ("code",)


class IncubateForm(forms.Form):
    """Who looks after an organisation, from when until when."""

    station = station_field(_("孵化单位"), required=True)
    since = _day(_("孵化开始"))
    until = _day(_("孵化结束"), required=False, help_text=_("最后一天；还在孵化不填。"))


class TeamForm(forms.Form):
    """A team."""

    name = _words(_("名称"), 80, required=True)
    kind = forms.ChoiceField(label=_("类型"), choices=Team.Kind.choices, initial=Team.Kind.SERVICE)
    parent = team_field(_("上级队伍"))
    organisation = OneField(organisations, label=_("所属组织"), required=False)
    station = station_field(_("所属实践中心（所、站）"))
    unit = UnitField(label=_("所属单位"), required=False)
    area = area_field(_("服务区域"))
    kinds = kinds_field(_("服务类别"))
    intro = _words(_("简介"), 1000, rows=3)
    lon, lat = _degrees(_("经度"), 180), _degrees(_("纬度"), 90)
    founded_on = _day(_("成立日期"))


class NewTeamForm(TeamForm):
    """A new one, with its code."""

    code = _words(_("编码"), 40, help_text=AUTOMATIC)
    field_order = ("code",)


class BrandForm(forms.Form):
    """A brand project."""

    name = _words(_("名称"), 60, required=True)
    kind = kind_field(_("服务类别"))
    intro = _words(_("项目内容"), 2000, rows=4)
    team = team_field(_("承办队伍"))
    station = station_field(_("承办实践中心（所、站）"))
    started_on = _day(_("开始日期"))


class NewBrandForm(BrandForm):
    """A new one, with its code."""

    code = _words(_("编码"), 40, help_text=AUTOMATIC)
    field_order = ("code",)


class InstitutionForm(forms.Form):
    """A version of a rule or institution."""

    title = _words(_("制度名称"), 120, required=True)
    issuer = _words(_("制定单位"), 80, required=True)
    in_force_from = _day(_("施行日期"))
    text = _words(_("内容"), 20_000, rows=8, help_text=_("可以只上传文件。"))
    paper = forms.FileField(label=_("文件"), required=False, help_text=_("PDF、Word 或 Excel。"))


class NewInstitutionForm(InstitutionForm):
    """A new one, with its code."""

    code = _words(_("编码"), 40, help_text=AUTOMATIC)
    field_order = ("code",)


class MeetingForm(forms.Form):
    """A joint meeting."""

    title = _words(_("会议名称"), 120, required=True)
    held_on = _day(_("召开日期"))
    place = _words(_("地点"), 120)
    units = UnitsField(label=_("参加单位"), required=False)
    matters = _words(_("议题"), 5000, rows=4)


class NewMeetingForm(MeetingForm):
    """A new one, with its code."""

    code = _words(_("编号"), 40, help_text=AUTOMATIC)
    field_order = ("code",)


class DecisionForm(forms.Form):
    """What a meeting decided."""

    text = _words(_("议定事项"), 300, required=True, rows=2)
    unit = UnitField(label=_("承办单位"), required=False)
    due_on = _day(_("完成期限"), required=False)


class FinishForm(forms.Form):
    """What was done about a decision."""

    outcome = _words(_("完成情况"), 300, required=True, rows=2)
    on = _day(_("完成日期"), required=False, help_text=_("不填即今天。"))


class EndForm(forms.Form):
    """The day on which something ends."""

    on = _day(_("结束日期"), help_text=_("从这一天起不再有效，前一天是最后一天。"))


class _RegisterFilter(forms.Form):
    """What every list here is filtered by."""

    q = forms.CharField(label=_("名称或编码"), required=False, max_length=80)
    ended = forms.BooleanField(label=_("含已结束"), required=False)


class KindFilter(_RegisterFilter):
    theme = forms.ChoiceField(label=_("主题"), required=False, choices=[ANY, *ServiceKind.Theme.choices])
    field_order = ("q", "theme", "ended")


class StationFilter(_RegisterFilter):
    level = forms.ChoiceField(label=_("层级"), required=False, choices=[ANY, *Station.Level.choices])
    area = OneField(areas, label=_("所在区划"), required=False, empty_label=_("全部"))
    field_order = ("q", "level", "area", "ended")


class OrganisationFilter(_RegisterFilter):
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[ANY, *Organisation.Kind.choices])
    area = OneField(areas, label=_("所在区划"), required=False, empty_label=_("全部"))
    social = forms.BooleanField(label=_("社会公益组织"), required=False)
    incubating = forms.BooleanField(label=_("孵化中"), required=False)
    field_order = ("q", "kind", "area", "social", "incubating", "ended")


class TeamFilter(_RegisterFilter):
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[ANY, *Team.Kind.choices])
    service = kind_field(_("服务类别"), required=False, empty_label=_("全部"))
    station = forms.ChoiceField(label=_("实践中心（所、站）"), required=False)
    area = OneField(areas, label=_("服务区域"), required=False, empty_label=_("全部"))
    field_order = ("q", "kind", "service", "station", "area", "ended")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["station"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *station_tree_choices()]


class BrandFilter(_RegisterFilter):
    service = kind_field(_("服务类别"), required=False, empty_label=_("全部"))
    field_order = ("q", "service", "ended")


class InstitutionFilter(_RegisterFilter):
    pass


class MeetingFilter(forms.Form):
    q = forms.CharField(label=_("会议名称或编号"), required=False, max_length=80)
