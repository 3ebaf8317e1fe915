"""Filters and forms of the board's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yipanqi.people.choices import UnitField
from yipanqi.people.lookup import look_up
from yipanqi.people.models import Unit
from yipanqi.people.selectors import open_units
from yipanqi.places.models import Area, Duty, Place
from yipanqi.places.signs import LAYOUTS
from yipanqi.standards.models import IssueClass, PlaceCategory

ANY = ("", _("全部"))


class PlaceFilter(forms.Form):
    """Filters of the list of places, all in the address."""

    q = forms.CharField(label=_("名称、编码或地址"), required=False, max_length=80)
    category = forms.ChoiceField(label=_("类别"), required=False)
    area = forms.ChoiceField(label=_("区划"), required=False)
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *Place.Status.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "category", PlaceCategory.objects.values_list("key", "name"))
        upper = Area.objects.filter(level__in=("city", "district", "street", "community")).order_by("path")
        _choices(self, "area", upper.values_list("code", "name"))
        look_up(self, ["category", "area"])


class ShapeFilter(forms.Form):
    """Filters of the lists of street sections and zones."""

    q = forms.CharField(label=_("名称或编码"), required=False, max_length=80)
    sort = forms.ChoiceField(label=_("类型"), required=False)

    def __init__(self, *args: Any, model: Any, sort: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sort:
            self.fields["sort"].choices = [ANY, *model._meta.get_field(sort).choices]  # type: ignore[attr-defined]
        else:
            del self.fields["sort"]


class DutyFilter(forms.Form):
    """Filters of the list of duties."""

    q = forms.CharField(label=_("对象、单位、编号或依据"), required=False, max_length=80)
    target = forms.ChoiceField(label=_("责任对象"), required=False, choices=[
        ANY, ("place", _("点位")), ("segment", _("路段")), ("zone", _("区域")), ("area", _("区划"))])  # fmt: skip
    part = forms.ChoiceField(label=_("责任"), required=False, choices=[ANY, *Duty.Part.choices])
    unit = forms.ChoiceField(label=_("责任单位"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "unit", Unit.objects.filter(duties__isnull=False).distinct().values_list("code", "name"))
        look_up(self, ["unit"])


class Question(forms.Form):
    """Who answers? A place or a position, a class, a day."""

    place = forms.CharField(label=_("点位编码"), required=False, max_length=20, help_text=_("填点位编码，或在地图上点选位置。"))
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    issue_class = forms.ModelChoiceField(
        IssueClass.objects.filter(active=True), label=_("问题类别"), required=False, to_field_name="key", empty_label=_("还没有定类别")
    )
    on = forms.DateField(label=_("日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look_up(self, ["issue_class"])

    def clean_place(self) -> Place | None:
        code = self.cleaned_data["place"].strip()
        found: Place | None = Place.objects.filter(code=code).first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("没有这个编码的点位，请在点位列表里核对。"))
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if (data.get("lon") is None) != (data.get("lat") is None):
            raise forms.ValidationError(_("经度和纬度要同时填写。"))
        if not self.errors and data.get("place") is None and data.get("lon") is None:
            raise forms.ValidationError(_("请填点位编码，或在地图上点选位置。"))
        return data


class SignForm(forms.Form):
    """How door signs are laid out."""

    per_sheet = forms.TypedChoiceField(label=_("每张 A4"), coerce=int, choices=[(n, _("%d 个") % n) for n in LAYOUTS], initial=4)


class PlaceForm(forms.ModelForm):
    """What a place is, where, and who runs it."""

    class Meta:
        model = Place
        fields = ("code", "name", "category", "address", "lon", "lat", "area", "segment", "operator", "opened_on")
        widgets = {"opened_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["operator"].queryset = open_units() | Unit.objects.filter(pk=self.instance.operator_id)  # type: ignore[attr-defined]
        self.fields["area"].help_text = _("不填则按坐标判定。")
        mine = Q(active=True) | Q(pk=self.instance.category_id)
        self.fields["category"].queryset = PlaceCategory.objects.filter(mine)  # type: ignore[attr-defined]
        look_up(self, ["category", "area", "segment", "operator"])
        if self.instance.pk:
            del self.fields["code"]


class DutyForm(forms.Form):
    """Who answers for what, from when until when."""

    kind = forms.ChoiceField(label=_("责任对象类型"), choices=[
        ("place", _("点位")), ("segment", _("路段")), ("zone", _("区域")), ("area", _("区划")), ("class", _("类别默认"))])  # fmt: skip
    target = forms.CharField(label=_("责任对象"), required=False, max_length=80, help_text=_("编码或名称；类别默认留空。"))
    issue_class = forms.ModelChoiceField(
        IssueClass.objects.filter(active=True), label=_("问题类别"), required=False, to_field_name="key", empty_label=_("各类问题")
    )
    unit = UnitField(label=_("责任单位"))
    part = forms.ChoiceField(label=_("责任"), choices=Duty.Part.choices)
    basis = forms.CharField(label=_("依据"), required=False, max_length=200)
    starts_on = forms.DateField(label=_("生效日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("终止日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), help_text=_("不填为长期。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look_up(self, ["issue_class"])


class EndDuty(forms.Form):
    """The last day of a duty."""

    ends_on = forms.DateField(label=_("最后一天"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _choices(form: forms.Form, name: str, rows: QuerySet[Any, Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [ANY, *rows]


