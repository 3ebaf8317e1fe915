"""What people fill in about duty work."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.people.choices import UnitField, UnitsField
from yipanqi.people.lookup import look_up
from yipanqi.places.models import Place, Segment
from yipanqi.rosters import selectors
from yipanqi.rosters.models import Post, Roster, Turn
from yipanqi.rosters.states import RosterState, TurnState

ANY = ("", _("全部"))
WEEKDAYS = [("1", _("周一")), ("2", _("周二")), ("3", _("周三")), ("4", _("周四")), ("5", _("周五")), ("6", _("周六")), ("7", _("周日"))]
SLOT = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至到]+\s*(\d{1,2})[:：](\d{2})")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RosterFilter(forms.Form):
    """Filters of the list of rosters."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *RosterState.choices])


class TurnFilter(forms.Form):
    """Filters of the list of turns."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *TurnState.choices])
    unit = UnitField(label=_("单位"), required=False, empty_label=_("全部"))

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in (self.cleaned_data if self.is_valid() else {}).items() if value}


class ChangeRosterForm(forms.Form):
    """The terms of a roster."""

    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("例如：第四季度路口文明值勤"))
    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput())
    ends_on = forms.DateField(label=_("结束日期"), widget=DayInput())
    slots = forms.CharField(label=_("时段"), max_length=120, help_text=_("用逗号隔开，例如：07:30-08:30，17:30-18:30"))
    weekdays = forms.MultipleChoiceField(label=_("星期"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple, help_text=_("不选为每天"))
    working_days = forms.BooleanField(label=_("只排工作日（按工作日历，节假日不排、调休上班日照排）"), required=False, initial=True)
    people = forms.IntegerField(label=_("每次人数"), min_value=1, max_value=200, initial=2)
    tasks = forms.CharField(label=_("值勤内容"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_slots(self) -> list[list[str]]:
        text = self.cleaned_data["slots"]
        found = [[f"{int(h1):02}:{m1}", f"{int(h2):02}:{m2}"] for h1, m1, h2, m2 in SLOT.findall(text)]
        if not found or SLOT.sub("", text).strip(" ,，、;；"):
            raise forms.ValidationError(_("请按 07:30-08:30 的样子填写，几个时段用逗号隔开。"))
        return found

    def clean_weekdays(self) -> list[int]:
        return [int(day) for day in self.cleaned_data["weekdays"]]


class RosterForm(ChangeRosterForm):
    """A new roster."""

    kind = forms.ChoiceField(label=_("类型"), choices=Roster.Kind.choices, help_text=_("路口值勤在路口轮流；包街可以让一个单位固定负责一个路段"))
    field_order = ("name", "kind")


class PlacesForm(forms.Form):
    """The crossings of a roster."""

    places = forms.ModelMultipleChoiceField(label=_("路口"), queryset=Place.objects.none(), to_field_name="code", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["places"].queryset = selectors.crossings()  # type: ignore[attr-defined]


class SegmentsForm(forms.Form):
    """The street segments of a roster, one a line, each with the unit that keeps it."""

    segments = forms.CharField(
        label=_("路段和包街单位"), max_length=60_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("每行一个路段编码；固定由一个单位负责的，后面空格加单位编码，例如：LD0012 CGJ；不写单位的轮流。"),
    )  # fmt: skip

    def clean_segments(self) -> list[tuple[Segment, Any]]:
        lines = [line.replace("，", " ").replace(",", " ").split() for line in self.cleaned_data["segments"].splitlines() if line.strip()]
        if any(len(line) > 2 for line in lines):
            raise forms.ValidationError(_("每行写一个路段编码，最多再加一个单位编码。"))
        segments = {one.code: one for one in Segment.objects.filter(code__in=[line[0] for line in lines])}
        units = {one.code: one for one in UnitField().queryset.filter(code__in=[line[1] for line in lines if len(line) > 1])}  # type: ignore[union-attr]
        if missing := [line[0] for line in lines if line[0] not in segments]:
            raise forms.ValidationError(_("没有这些路段：%(codes)s") % {"codes": _("、").join(missing[:10])})
        if missing := [line[1] for line in lines if len(line) > 1 and line[1] not in units]:
            raise forms.ValidationError(_("没有这些单位：%(codes)s") % {"codes": _("、").join(missing[:10])})
        return [(segments[line[0]], units[line[1]] if len(line) > 1 else None) for line in lines]

    @staticmethod
    def written(posts: list[Post]) -> str:
        """The posts of a roster as this form writes them."""
        return "\n".join(f"{post.segment.code} {post.unit.code if post.unit else ''}".strip() for post in posts if post.segment)


class UnitsForm(forms.Form):
    """The units of a roster."""

    units = UnitsField(label=_("值勤单位"))


class ConfirmForm(forms.Form):
    """What was done: a number and a line."""

    present = forms.IntegerField(label=_("实到人数"), min_value=0, max_value=500)
    work = forms.CharField(label=_("做了什么"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("一句话，可不填。不填姓名，不要照片。"))


class CorrectForm(ConfirmForm):
    """What was done, put right."""

    why = forms.CharField(label=_("更正原因"), max_length=200)


class CancelForm(forms.Form):
    """A turn, or what is left of a roster, falls away."""

    why = forms.CharField(label=_("原因"), max_length=200)


class GiveForm(forms.Form):
    """A turn goes to another unit."""

    unit = UnitField(label=_("改派给"))
    why = forms.CharField(label=_("改派原因"), max_length=200)


class SwapForm(forms.Form):
    """A unit asks another to take a turn."""

    to = UnitField(label=_("请哪个单位承担"))
    other = forms.ModelChoiceField(label=_("换回对方的哪一次"), queryset=Turn.objects.none(), to_field_name="uuid", required=False, empty_label=_("不换回"))
    reason = forms.CharField(label=_("调换原因"), max_length=200)

    def __init__(self, *args: Any, turn: Turn, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["to"].queryset.filter(pk__in=selectors.units_of(turn.roster).values("pk")).exclude(pk=turn.unit_id)  # type: ignore[attr-defined]
        self.fields["to"].queryset = units  # type: ignore[attr-defined]
        field = self.fields["other"]
        field.queryset = selectors.swappable(turn, now)  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.on:%m-%d} {one.unit.name} {one.post}"  # type: ignore[attr-defined]
        look_up(self, ["other"])

