"""What people fill in to order, to give orders out, to serve and to rate."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.activities.models import Activity
from yipanqi.places.models import Area
from yipanqi.services.models import Form, Item, Lecturer, Part, Request
from yipanqi.services.states import OfferState, RequestState
from yipanqi.teams.models import ServiceKind, Team

ANY = ("", _("全部"))
ANY_PART = ("", _("都可以"))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def moment(label: Any, **more: Any) -> forms.DateTimeField:
    """A moment as browsers type it."""
    return forms.DateTimeField(label=label, widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **more)


def words(label: Any, most: int = 500, rows: int = 3, **more: Any) -> forms.CharField:
    """Some lines of text."""
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


def communities() -> list[Any]:
    """Areas to choose from: communities under their street, and what stands alone."""
    rows = Area.objects.filter(level__in=(Area.Level.COMMUNITY, Area.Level.STREET)).select_related("parent").order_by("path")
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        home = row if row.level == Area.Level.STREET else row.parent
        groups[home.name if home is not None else ""].append((row.code, row.name))
    return [("", _("请选择")), *groups.items()]


class AreaField(forms.ChoiceField):
    """One community or street, by code; its value is the area."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=communities, **more)

    def clean(self, value: Any) -> Area | None:  # type: ignore[override]
        code = super().clean(value)
        return Area.objects.filter(code=code).first() if code else None


class MenuFilter(forms.Form):
    """Filters of the menu."""

    q = forms.CharField(label=_("找什么"), max_length=40, required=False)
    theme = forms.ChoiceField(label=_("主题"), required=False, choices=[ANY, *ServiceKind.Theme.choices])
    form = forms.ChoiceField(label=_("方式"), required=False, choices=[ANY, *Form.choices])
    area = AreaField(label=_("所在社区"), required=False)


class OrderForm(forms.Form):
    """An order, as short as it can be."""

    wished_from = forms.DateField(label=_("哪天来合适"), widget=DayInput(), error_messages={"required": _("请选一个日期。")})
    wished_until = forms.DateField(label=_("最晚到哪天（可不填）"), widget=DayInput(), required=False)
    wished_part = forms.ChoiceField(label=_("什么时段"), required=False, choices=[ANY_PART, *Part.choices])
    area = AreaField(label=_("在哪个社区"), error_messages={"required": _("请选所在的社区。")})
    address = forms.CharField(label=_("详细地址"), max_length=200, required=False, help_text=_("只有接单的队伍看得到"))
    contact_name = forms.CharField(label=_("怎么称呼"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=24, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("请留一个能打通的电话。")},
    )  # fmt: skip
    people = forms.IntegerField(label=_("几个人（一场多少人听）"), min_value=1, max_value=100_000, initial=1)
    asker = forms.CharField(label=_("点单单位（个人不填）"), max_length=60, required=False)
    text = words(_("要说明的（可不填）"), 2000, required=False)
    attempt = forms.UUIDField(required=False, widget=forms.HiddenInput)
    offer = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        """What the action is told, the offer left aside."""
        return {name: value for name, value in self.cleaned_data.items() if name != "offer"}


class FreeOrderForm(OrderForm):
    """An order of something that the menu does not have."""

    kind = forms.ModelChoiceField(label=_("哪一类"), queryset=ServiceKind.objects.none(), to_field_name="key", empty_label=_("请选择"))
    private = forms.BooleanField(label=_("涉及个人生活，不要公开"), required=False)
    field_order = ["kind", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = ServiceKind.objects.filter(retired_on__isnull=True)  # type: ignore[attr-defined]
        self.fields["text"].label, self.fields["text"].required = _("需要什么帮助"), True


class ProxyForm(FreeOrderForm):
    """An order for somebody who is on the telephone or stands at the desk."""

    item = forms.ModelChoiceField(label=_("菜单项目"), queryset=Item.objects.none(), to_field_name="code", required=False, empty_label=_("菜单上没有"))
    phoned = forms.BooleanField(label=_("电话点单"), required=False)
    field_order = ["item", "kind", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = Item.objects.filter(retired_on__isnull=True).order_by("code")  # type: ignore[attr-defined]
        self.fields["kind"].required = self.fields["text"].required = False
        self.fields["kind"].label = _("哪一类（菜单上没有时选）")


class TrackForm(forms.Form):
    """A code to look up."""

    code = forms.CharField(
        label=_("点单查询码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("请输入查询码。")},
    )  # fmt: skip


class RatingForm(forms.Form):
    """How it was."""

    rating = forms.TypedChoiceField(
        label=_("您对这次服务满意吗"), coerce=int, widget=forms.RadioSelect,
        choices=[(5, _("非常满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("非常不满意"))],
        error_messages={"required": _("请选一项。"), "invalid_choice": _("请选一项。")},
    )  # fmt: skip
    note = words(_("想说的话（可不填）"), 300, 2, required=False)


class ComplaintForm(forms.Form):
    """What was not right."""

    text = words(_("哪里不满意"), 2000)


class CancelForm(forms.Form):
    """It is not needed any more."""

    reason = forms.CharField(label=_("为什么撤销（可不填）"), max_length=200, required=False)


class AnswerForm(forms.Form):
    """The answer to a complaint."""

    text = words(_("答复"), 2000)


class OrderFilter(forms.Form):
    """Filters of the list of orders."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *RequestState.choices])
    kind = forms.ModelChoiceField(label=_("服务类别"), queryset=ServiceKind.objects.all(), to_field_name="key", required=False, empty_label=_("全部"))
    area = AreaField(label=_("社区"), required=False)
    source = forms.ChoiceField(label=_("点单方式"), required=False, choices=[ANY, *Request.Source.choices])
    phone = forms.CharField(label=_("点单人电话"), max_length=24, required=False)


class PlanForm(forms.Form):
    """制单: what is to be done."""

    item = forms.ModelChoiceField(label=_("归到菜单项目"), queryset=Item.objects.none(), to_field_name="code", required=False, empty_label=_("不变"))
    plan = words(_("服务方案"), 1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = Item.objects.filter(retired_on__isnull=True).order_by("code")  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why not."""

    reason = words(_("原因"), 200, 2)


class RecallForm(forms.Form):
    """Why another is to have it."""

    reason = forms.CharField(label=_("原因（可不填）"), max_length=200, required=False)


class MeetForm(forms.Form):
    """When they agreed to come."""

    meet_at = moment(_("约定时间（可不填）"), required=False)


class GrabForm(MeetForm):
    """Which of one's teams takes it."""

    party = forms.ChoiceField(label=_("哪支队伍接"))

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = parties  # type: ignore[attr-defined]


class PartyForm(forms.Form):
    """Which party is asked, as somebody types or chooses it."""

    party = forms.ChoiceField(label=_("派给"))

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = parties  # type: ignore[attr-defined]


class ActivityForm(forms.Form):
    """An activity that was opened for the order."""

    activity = forms.ModelChoiceField(label=_("活动"), queryset=Activity.objects.none(), to_field_name="code", empty_label=_("请选择"))

    def __init__(self, *args: Any, of: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whose = {"team": of.team} if of.team_id else {"station": of.host}
        lately = Activity.objects.filter(**whose, starts_at__gte=of.asked_at - dt.timedelta(days=30)).exclude(state="cancelled")
        self.fields["activity"].queryset = lately.order_by("-starts_at", "-id")  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """服务反馈: what was done, and how much."""

    started_at = moment(_("开始时间"))
    ended_at = moment(_("结束时间"))
    helpers = forms.IntegerField(label=_("参加服务的人数"), min_value=1, max_value=10_000, initial=1)
    served = forms.IntegerField(label=_("受益人数"), min_value=0, max_value=1_000_000, initial=1)
    served_estimated = forms.BooleanField(label=_("受益人数是估计的"), required=False)
    text = words(_("服务情况"), 2000)
    lines = words(
        _("数量（可不填）"), 1000, 3, required=False, help_text=_("一行一项：内容 数量 单位，中间空一格。例如：理发 12 人次")
    )

    def clean_lines(self) -> list[tuple[str, str, str]]:
        found = []
        for line in self.cleaned_data["lines"].splitlines():
            parts = line.split()
            if not parts:
                continue
            if len(parts) < 3:
                raise forms.ValidationError(_("“%(line)s”没有写全：内容 数量 单位，中间空一格。") % {"line": line})
            found.append((" ".join(parts[:-2]), parts[-2], parts[-1]))
        return found


class ReplyForm(forms.Form):
    """The answer to a rating."""

    text = words(_("回复"), 300, 2)


class OfferFilter(forms.Form):
    """Filters of the list of offers."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *OfferState.choices])


class TermsForm(forms.Form):
    """When, where and for how many."""

    from_on = forms.DateField(label=_("从哪天起"), widget=DayInput())
    until_on = forms.DateField(label=_("到哪天止（可不填）"), widget=DayInput(), required=False)
    hours = forms.MultipleChoiceField(label=_("每周哪些时间能来（都不选就是都可以）"), required=False, widget=forms.CheckboxSelectMultiple)
    area = AreaField(label=_("服务范围（不选为全市）"), required=False)
    capacity = forms.IntegerField(label=_("一次最多服务多少人（0 为不限）"), min_value=0, max_value=100_000, initial=0)
    note = forms.CharField(label=_("给点单人的说明"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
        self.fields["hours"].choices = [(f"{n}-{part}", f"{day}{label}") for n, day in enumerate(days, 1) for part, label in Part.choices]  # type: ignore[attr-defined]

    def clean_hours(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for value in self.cleaned_data["hours"]:
            day, _dash, part = value.partition("-")
            found[day].append(part)
        return dict(found)


def ticked(hours: dict[str, list[str]]) -> list[str]:
    """A weekly pattern as the boxes of `TermsForm` hold it."""
    return [f"{day}-{part}" for day, parts in hours.items() for part in parts]


class OfferForm(TermsForm):
    """Somebody can give a dish."""

    party = forms.ChoiceField(label=_("谁来提供"))
    item = forms.ModelChoiceField(label=_("提供什么"), queryset=Item.objects.none(), to_field_name="code", empty_label=_("请选择"))
    lecturer = forms.ModelChoiceField(label=_("宣讲员（只用于宣讲）"), queryset=Lecturer.objects.none(), to_field_name="code", required=False, empty_label=_("不指定"))
    field_order = ["party", "item", "lecturer"]

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = parties  # type: ignore[attr-defined]
        self.fields["item"].queryset = Item.objects.filter(retired_on__isnull=True).order_by("code")  # type: ignore[attr-defined]
        self.fields["lecturer"].queryset = Lecturer.objects.filter(left_on__isnull=True)  # type: ignore[attr-defined]
        self.fields["lecturer"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """A dish of the menu."""

    title = forms.CharField(label=_("项目名称"), max_length=60)
    kind = forms.ModelChoiceField(label=_("服务类别"), queryset=ServiceKind.objects.all(), to_field_name="key", empty_label=_("请选择"))
    sort = forms.ChoiceField(label=_("种类"), choices=Item.Sort.choices)
    about = words(_("内容"), 1000, required=False)
    form = forms.ChoiceField(label=_("方式"), choices=Form.choices)
    minutes = forms.IntegerField(label=_("时长（分钟）"), min_value=5, max_value=600, initial=60)
    for_whom = forms.CharField(label=_("服务对象"), max_length=80, required=False)
    private = forms.BooleanField(label=_("涉及个人生活，不公开"), required=False)


class NewItemForm(ItemForm):
    """A dish comes onto the menu."""

    code = forms.CharField(label=_("项目编码"), max_length=40)
    field_order = ["code"]


class LecturerForm(forms.Form):
    """What the pool says of a lecturer."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    title = forms.CharField(label=_("单位职务"), max_length=80, required=False)
    about = words(_("专长和代表课题"), 1000, required=False)
    team = forms.ModelChoiceField(label=_("宣讲队伍"), queryset=Team.objects.none(), to_field_name="code", empty_label=_("请选择"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lecturing = Team.objects.filter(ended_on__isnull=True, kind__in=(Team.Kind.LECTURE, Team.Kind.SQUAD, Team.Kind.STUDIO)).order_by("code")
        self.fields["team"].queryset = lecturing  # type: ignore[attr-defined]


class NewLecturerForm(LecturerForm):
    """Somebody comes into the pool."""

    code = forms.CharField(label=_("宣讲员编号"), max_length=40)
    agreed = forms.BooleanField(label=_("本人同意公布姓名、职务和课题"))
    field_order = ["code", "name", "title", "about", "team", "agreed"]


class WordsFilter(forms.Form):
    """Words to look for."""

    q = forms.CharField(label=_("找谁、找什么课题"), max_length=40, required=False)


def tomorrow() -> dt.date:
    """The day that an order form begins with."""
    return timezone.localdate() + dt.timedelta(days=1)
