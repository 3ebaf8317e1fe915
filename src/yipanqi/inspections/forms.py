"""Forms of the office's campaign pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yipanqi.inspections.models import Campaign
from yipanqi.inspections.schemas import AGAIN
from yipanqi.inspections.selectors import inspectors_on, places_to_plan
from yipanqi.inspections.states import CampaignState
from yipanqi.people.lookup import look_up
from yipanqi.people.models import User
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import Edition, PlaceCategory

ANY = ("", _("全部"))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def again_field() -> forms.ChoiceField:
    """What becomes of places that another campaign looks at too."""
    return forms.ChoiceField(
        label=_("近期已由其他计划检查的点位"), choices=AGAIN, required=False, widget=forms.RadioSelect,
        help_text=_("同一点位反复检查会加重基层负担。能合并的请合并：一次检查，两个计划都算。"),
    )  # fmt: skip


def why_again_field() -> forms.CharField:
    """Why these are looked at twice."""
    return forms.CharField(label=_("重复检查的理由"), max_length=200, required=False, help_text=_("仍要检查的必填，记入操作日志，检查员和被检查单位可以看到"))


class CampaignFilter(forms.Form):
    """Filters of the list of campaigns."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *CampaignState.choices])
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[ANY, *Campaign.Kind.choices])


class CampaignForm(forms.Form):
    """What a plan of inspections says."""

    name = forms.CharField(label=_("计划名称"), max_length=80, help_text=_("例如：11月常态化检查、集贸市场专项整治"))
    kind = forms.ChoiceField(label=_("检查类型"), choices=Campaign.Kind.choices)
    edition = forms.ModelChoiceField(
        label=_("测评体系版本"), queryset=Edition.objects.none(), to_field_name="code", empty_label=None,
        help_text=_("检查启动后，所用版本即冻结，不能再改"),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput())
    ends_on = forms.DateField(label=_("结束日期"), widget=DayInput(), help_text=_("当天仍可检查"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = Edition.objects.order_by("-state", "-code")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("结束日期不能早于开始日期"))
        return data


class ChangeForm(CampaignForm):
    """A plan anew, and what becomes of places that another campaign looks at too only by its new terms."""

    again, why_again = again_field(), why_again_field()


class PlaceFilter(forms.Form):
    """Which places a campaign takes in: active ones that fit every filter."""

    category = forms.ModelMultipleChoiceField(
        label=_("点位类型"), queryset=PlaceCategory.objects.none(), to_field_name="key", required=False,
        help_text=_("不选为全部类型；可选多类"),
    )  # fmt: skip
    area = forms.ModelChoiceField(
        label=_("所在区划"), queryset=Area.objects.none(), to_field_name="code", required=False, empty_label=_("全市")
    )
    not_visited_days = forms.IntegerField(
        label=_("多少天内没有检查过"), required=False, min_value=1, max_value=3660, help_text=_("只选这么多天内没有检查过的点位，避免重复检查")
    )

    codes = forms.CharField(
        label=_("指定点位编码"), required=False, max_length=60_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("只要这些点位时填写，每行一个或用逗号隔开；不填则按上面的条件")
    )

    def clean_codes(self) -> list[str]:
        codes = list(dict.fromkeys(re.split(r"[\s,，、;；]+", self.cleaned_data["codes"].strip()))) if self.cleaned_data["codes"].strip() else []
        known = set(Place.objects.filter(code__in=codes).values_list("code", flat=True))
        if missing := [code for code in codes if code not in known]:
            raise forms.ValidationError(_("没有这些点位：%(codes)s") % {"codes": _("、").join(missing[:10])})
        return codes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = PlaceCategory.objects.all()  # type: ignore[attr-defined]
        areas = Area.objects.exclude(level=Area.Level.GRID).order_by("path")
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        look_up(self, ["category", "area"])

    def places(self, now: dt.datetime) -> QuerySet[Place]:
        """The places that fit; none where the form has errors."""
        if not self.is_valid():
            return Place.objects.none()
        given = self.cleaned_data
        return places_to_plan(
            at=now, codes=given["codes"] or None, categories=[c.key for c in given["category"]],
            area=given["area"].code if given["area"] else None, not_visited_days=given["not_visited_days"],
        )  # fmt: skip


class AssignForm(PlaceFilter):
    """The places by filter, who looks at them, and what becomes of those that another campaign looks at too."""

    inspectors = forms.ModelMultipleChoiceField(
        label=_("检查员"), queryset=User.objects.none(), to_field_name="username", required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("点位按相邻平均分给所选检查员；不选则任何检查员都可检查"),
    )  # fmt: skip
    again, why_again = again_field(), why_again_field()

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspectors"].queryset = inspectors_on(day)  # type: ignore[attr-defined]
