"""What people fill in about series: how often in the usual words or as a rule, and the shifts of each date."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from yipanqi.activities import pattern, recurrence
from yipanqi.activities.forms import AboutForm, ClockInput, DayInput, _HolderForm, _Lines
from yipanqi.activities.models import Series
from yipanqi.activities.recurrence import DAYS
from yipanqi.kernel.actions import Refused
from yipanqi.people.lookup import look_up
from yipanqi.places.models import Place

HOW = (("month_days", _("每月固定几日")), ("weekly", _("每周固定周几")), ("nth", _("每月第几个周几")), ("rule", _("按规则书写（iCalendar）")))
POSITIONS = ((1, _("第1个")), (2, _("第2个")), (3, _("第3个")), (4, _("第4个")), (-1, _("最后一个")))


class _RecurringForm(forms.Form):
    """How often, and from when until when."""

    how = forms.ChoiceField(label=_("怎样重复"), choices=HOW, widget=forms.RadioSelect, initial="month_days")
    month_days = forms.CharField(label=_("每月哪几日"), max_length=60, required=False, initial="6,16,26", help_text=_("逢6上街写 6,16,26；月底写 -1"))
    weekdays = forms.MultipleChoiceField(label=_("周几"), choices=list(DAYS.items()), required=False, widget=forms.CheckboxSelectMultiple)
    position = forms.TypedChoiceField(label=_("第几个"), choices=POSITIONS, coerce=int, required=False)
    interval = forms.IntegerField(label=_("每隔几个周期"), min_value=1, max_value=12, initial=1, required=False, help_text=_("1 是每周（每月）都有，2 是隔一次"))
    rule = forms.CharField(label=_("规则"), max_length=200, required=False, help_text=_("例如 FREQ=MONTHLY;BYMONTHDAY=6,16,26"))
    ends_on = forms.DateField(label=_("结束日期"), required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            data["rule"] = self._rule(data)
        except Refused as refusal:
            self.add_error("rule" if data.get("how") == "rule" else "month_days" if data.get("how") == "month_days" else "weekdays", str(refusal))
        return data

    def _rule(self, data: dict[str, Any]) -> str:
        interval = data.get("interval") or 1
        if data.get("how") == "rule":
            return recurrence.normal(data.get("rule") or "")
        if data.get("how") == "month_days":
            return recurrence.normal(f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY=" + ",".join((data.get("month_days") or "").replace("，", ",").replace("、", ",").replace(" ", "").split(",")))
        if not data.get("weekdays"):
            raise Refused(_("请选择周几。"))
        if data.get("how") == "weekly":
            return recurrence.build("WEEKLY", interval=interval, weekdays=data["weekdays"])
        return recurrence.build("MONTHLY", interval=interval, weekdays=data["weekdays"], position=data.get("position") or 1)


class SeriesForm(_HolderForm, _RecurringForm):
    """A new series."""

    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput())
    opened = forms.BooleanField(label=_("每期生成后直接开放报名"), required=False, initial=True)

    field_order = ("title", "holder", "kind", "level", "brand", "how", "month_days", "weekdays", "position", "interval", "rule", "starts_on", "ends_on", "address")


class FollowingForm(AboutForm, _RecurringForm):
    """A series from a date on."""

    since = forms.DateField(label=_("从哪天起改"), widget=DayInput())
    opened = forms.BooleanField(label=_("每期生成后直接开放报名"), required=False, initial=True)

    field_order = ("since", "title", "kind", "level", "brand", "how", "month_days", "weekdays", "position", "interval", "rule", "ends_on", "address")


class ShiftLine(forms.Form):
    """A role of a shift of each date; lines of the same times and place are one shift."""

    starts = forms.TimeField(label=_("从"), widget=ClockInput())
    ends = forms.TimeField(label=_("到"), widget=ClockInput())
    place_name = forms.CharField(label=_("集合地点"), max_length=120, required=False)
    place = forms.ModelChoiceField(label=_("点位"), queryset=Place.objects.none(), to_field_name="code", required=False)
    role = forms.CharField(label=_("岗位"), max_length=40)
    limit = forms.IntegerField(label=_("人数"), min_value=0, max_value=5000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.order_by("code")  # type: ignore[attr-defined]
        look_up(self, ["place"])


ShiftLines = formset_factory(ShiftLine, formset=_Lines, extra=1, max_num=150, absolute_max=200, can_delete=True)


def shifts_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shifts that lines of a form say, as `pattern.stored` takes them."""
    found: dict[Any, dict[str, Any]] = {}
    for line in lines:
        place = line.get("place")
        key = (line["starts"], line["ends"], line["place_name"], place.code if place else "")
        shift = found.setdefault(key, {"from": key[0], "to": key[1], "place_name": key[2] or (place.name if place else ""), "place": key[3], "roles": []})
        shift["roles"].append({"name": line["role"].strip(), "limit": line["limit"]})
    return list(found.values())


def stored_pattern(form: Any, lines: Any) -> dict[str, Any]:
    """The pattern that a valid form with its lines says. Raises Refused."""
    return pattern.stored(**form.described(), shifts=shifts_of(lines.kept()), opened=form.cleaned_data["opened"])


def lines_of(template: dict[str, Any]) -> list[dict[str, Any]]:
    """A pattern's shifts as lines of the form."""
    return [
        {"starts": one["from"], "ends": one["to"], "place_name": one.get("place_name", ""), "place": one.get("place", ""), "role": role["name"], "limit": role["limit"]}
        for one in template["shifts"] for role in one["roles"]
    ]  # fmt: skip


def initial_of(series: Series) -> dict[str, Any]:
    """A series as its form shows it."""
    names = ("about", "risks", "address", "area", "brand", "kind", "level", "lon", "lat", "min_age", "training", "insurance", "title_en", "about_en", "opened")
    return {name: series.template[name] for name in names if name in series.template} | {"title": series.title, "how": "rule", "rule": series.rule, "ends_on": series.ends_on}
