"""What people fill in about points."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.people.choices import UnitField
from yipanqi.people.lookup import look_up
from yipanqi.points import selectors
from yipanqi.points.models import Entry, Fund, Reward, Rule
from yipanqi.teams.models import ServiceKind, Station

ANY = ("", _("全部"))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class EntryFilter(forms.Form):
    """Filters of the books."""

    kind = forms.ChoiceField(label=_("事项"), required=False, choices=[ANY, *Entry.Kind.choices])


class AccountFilter(forms.Form):
    """Looks up one account."""

    number = forms.CharField(label=_("志愿者编号"), max_length=20)


class ChooseForm(forms.Form):
    """A volunteer chooses what to have."""

    reward = forms.ModelChoiceField(label=_("兑换什么"), queryset=Reward.objects.none(), to_field_name="uuid", empty_label=_("请选择"))
    n = forms.IntegerField(label=_("数量"), min_value=1, max_value=20, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reward"]
        field.queryset = selectors.rewards_on_offer(timezone.localdate())
        field.label_from_instance = lambda one: _("%(shop)s · %(name)s · %(cost)s 分（余 %(stock)s）") % {"shop": one.shop.name, "name": one.name, "cost": one.cost, "stock": one.stock}
        look_up(self, ["reward"])


class GiveForm(forms.Form):
    """A volunteer gives points to another."""

    number = forms.CharField(label=_("对方的志愿者编号"), max_length=20)
    name = forms.CharField(label=_("对方的姓名"), max_length=40, help_text=_("编号和姓名对得上才转出，防止转错。"))
    points = forms.IntegerField(label=_("转赠积分"), min_value=1, max_value=100_000)


class GiveFundForm(forms.Form):
    """A volunteer gives points to a fund."""

    fund = forms.ModelChoiceField(label=_("爱心基金"), queryset=Fund.objects.none(), to_field_name="code", empty_label=_("请选择"))
    points = forms.IntegerField(label=_("捐出积分"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = selectors.open_funds(timezone.localdate())  # type: ignore[attr-defined]


class ClaimForm(forms.Form):
    """A volunteer enters the code of a report that was theirs."""

    code = forms.CharField(label=_("反映问题时得到的查询码"), max_length=20)


class CodeForm(forms.Form):
    """Somebody at a shop enters the code that is shown."""

    code = forms.CharField(label=_("兑换码"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "inputmode": "text"}))


class ShopForm(forms.Form):
    """A place where points are redeemed."""

    name = forms.CharField(label=_("名称"), max_length=80)
    unit = UnitField(label=_("管理单位"), help_text=_("这个单位的实践所（站）人员可以在这里兑换"))
    station = forms.ModelChoiceField(label=_("实践中心（所、站）"), queryset=Station.objects.none(), to_field_name="code", required=False, empty_label=_("不选"))
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    hours = forms.CharField(label=_("开放时间"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = Station.objects.filter(closed_on__isnull=True).order_by("code")  # type: ignore[attr-defined]
        look_up(self, ["station"])


class NewShopForm(ShopForm):
    code = forms.CharField(label=_("编码"), max_length=40)
    field_order = ("code", "name")


class ChangeShopForm(ShopForm):
    closed_on = forms.DateField(label=_("停用日期"), required=False, widget=DayInput())


class RewardForm(forms.Form):
    """Something to be had for points."""

    name = forms.CharField(label=_("物品或服务"), max_length=60)
    cost = forms.IntegerField(label=_("所需积分"), min_value=1, max_value=100_000)


class NewRewardForm(RewardForm):
    stock = forms.IntegerField(label=_("库存"), min_value=0, max_value=100_000, initial=0)


class ChangeRewardForm(RewardForm):
    offered = forms.BooleanField(label=_("可以兑换"), required=False)


class StockForm(forms.Form):
    """More or fewer in stock."""

    change = forms.IntegerField(label=_("增减数量"), min_value=-100_000, max_value=100_000, help_text=_("入库填正数，盘亏、损坏填负数"))
    why = forms.CharField(label=_("原因"), max_length=200, required=False, help_text=_("减少时必填"))


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(label=_("原因"), max_length=200)


class ReverseForm(WhyForm):
    back_in_stock = forms.BooleanField(label=_("物品已收回，加回库存"), required=False)


class FundForm(forms.Form):
    """A fund and its purpose."""

    name = forms.CharField(label=_("名称"), max_length=60)
    purpose = forms.CharField(label=_("用途"), max_length=200)


class NewFundForm(FundForm):
    code = forms.CharField(label=_("编码"), max_length=40)
    field_order = ("code", "name")


class ChangeFundForm(FundForm):
    closed_on = forms.DateField(label=_("停用日期"), required=False, widget=DayInput())


class UseFundForm(forms.Form):
    """Points of a fund are used."""

    points = forms.IntegerField(label=_("使用积分"), min_value=1, max_value=10_000_000)
    why = forms.CharField(label=_("用于什么"), max_length=200)


class ChangeRuleForm(forms.Form):
    """The terms of a rule."""

    per_hour = forms.DecimalField(label=_("每小时积分"), min_value=Decimal("0.01"), max_value=100, decimal_places=2, initial=1)
    step = forms.TypedChoiceField(label=_("计时方式"), choices=Rule.Step.choices, coerce=int, initial=Rule.Step.HALF)
    report = forms.IntegerField(label=_("每件有效反映的积分"), min_value=0, max_value=1000, initial=1)
    reports_a_month = forms.IntegerField(label=_("每人每月计分的反映件数"), min_value=0, max_value=1000, initial=10)
    cap = forms.IntegerField(label=_("积分上限"), min_value=0, max_value=1_000_000, initial=1500, help_text=_("一个账户最多存多少分，0 为不限"))
    months = forms.IntegerField(label=_("有效期（月）"), min_value=0, max_value=240, initial=24, help_text=_("记入后多少个月没有使用就清零，0 为不清零"))
    basis = forms.CharField(label=_("依据"), max_length=200, required=False, help_text=_("例如：《嘉峪关市道德储蓄积分管理办法》"))
    coefficients = forms.CharField(label=_("服务类别系数"), required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("每行一个类别编码和系数，例如：rescue 1.5；没有写的为 1"))

    def clean_coefficients(self) -> dict[str, float]:
        found: dict[str, float] = {}
        known = set(ServiceKind.objects.values_list("key", flat=True))
        for line in self.cleaned_data["coefficients"].splitlines():
            parts = line.replace("：", " ").replace(":", " ").replace("=", " ").split()
            if not parts:
                continue
            try:
                key, value = parts[0], float(parts[1])
            except (IndexError, ValueError):
                raise forms.ValidationError(_("“%(line)s”应当写成：类别编码 系数") % {"line": line[:40]}) from None
            if key not in known:
                raise forms.ValidationError(_("没有编码为“%(key)s”的服务类别") % {"key": key[:40]})
            found[key] = value
        return found


class NewRuleForm(ChangeRuleForm):
    starts_on = forms.DateField(label=_("施行日期"), widget=DayInput(), help_text=_("以前的服务按当天的规则计，不因新规则改变"))
    field_order = ("starts_on",)
