"""Forms of the people pages. They check the shape; the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.people import selectors
from yipanqi.people.choices import UnitField, UnitsField
from yipanqi.people.models import Role, UnitKind, User, WorkGroup

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
ANY = [("", _("全部"))]
ROLES = [("", _("请选择")), *Role.choices]
NONE = _("无")


def _units(label: Any, empty: Any = NONE, **extra: Any) -> forms.ModelChoiceField:
    return UnitField(label=label, empty_label=empty, **extra)


class UnitForm(forms.Form):
    """What is known of a unit; its code is given once."""

    name = forms.CharField(label=_("单位名称"), max_length=80)
    short_name = forms.CharField(label=_("简称"), max_length=30, required=False, help_text=_("列表和交办单上用的短名，如“市城管局”。"))
    kind = forms.ChoiceField(label=_("单位类型"), choices=UnitKind.choices)
    parent = _units(_("上级单位"), required=False)
    department_type = forms.ChoiceField(label=_("职能类型"), required=False, help_text=_("问题类别按职能类型找到默认责任单位。"))
    area_code = forms.CharField(label=_("属地区划代码"), max_length=15, required=False, help_text=_("街道、社区填写；属地问题按它找到本单位。"))
    phone = forms.CharField(label=_("值班电话"), max_length=30, required=False, help_text=_("单位的公开电话，不要填个人手机号。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(selectors.functions())
        own = self.initial.get("department_type") or ""
        if own:
            words.setdefault(own, own)
        field = self.fields["department_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", NONE), *words.items()]


class NewUnitForm(UnitForm):
    """A new unit, with its code."""

    code = forms.CharField(label=_("单位编码"), max_length=40, help_text=_("一经确定不再更改，表格导入按它对应单位。"))
    field_order = ("code",)


class DissolveForm(forms.Form):
    """The day on which a unit ends."""

    on = forms.DateField(label=_("撤销日期"), widget=DAY, help_text=_("从这一天起不再办理，前一天是最后一天。"))


class GroupForm(forms.Form):
    """A work group: who leads, which units belong to it, what it is for."""

    name = forms.CharField(label=_("名称"), max_length=60)
    kind = forms.ChoiceField(label=_("类型"), choices=WorkGroup.Kind.choices)
    leader = forms.ModelChoiceField(User.objects.filter(is_active=True), to_field_name="username", label=_("组长"), required=False, empty_label=_("无"))
    members = UnitsField(label=_("成员单位"), required=False)
    remit = forms.CharField(label=_("职责"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class NewGroupForm(GroupForm):
    """A new work group, with its code."""

    code = forms.CharField(label=_("编码"), max_length=40)
    field_order = ("code",)


class UserForm(forms.Form):
    """What is known of a person."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("手机号"), max_length=20, required=False, help_text=_("只用于工作联系，加密保存，查看会留痕。"))
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class NewUserForm(UserForm):
    """A new account with its first appointment."""

    username = forms.CharField(label=_("用户名"), max_length=60, help_text=_("小写字母、数字、点、横线或下划线，登录时用。"))
    unit = _units(_("单位"), _("请选择"))
    role = forms.ChoiceField(label=_("角色"), choices=ROLES)
    field_order = ("username", "name", "unit", "role")


class AppointForm(forms.Form):
    """Where somebody serves in which role, from when until when."""

    unit = _units(_("单位"), _("请选择"))
    role = forms.ChoiceField(label=_("角色"), choices=ROLES)
    starts_on = forms.DateField(label=_("开始日期"), widget=DAY, required=False, help_text=_("不填即从今天起。"))
    ends_on = forms.DateField(label=_("结束日期"), widget=DAY, required=False, help_text=_("最后一天；长期任职不填。"))


class ProfileForm(forms.Form):
    """What one may change about oneself."""

    phone = forms.CharField(label=_("手机号"), max_length=20, required=False, help_text=_("加密保存；留空则不更改。"))
    remove_phone = forms.BooleanField(label=_("删除已登记的手机号"), required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class TokenForm(forms.Form):
    """What a token is for."""

    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("如“指挥大屏”。令牌只显示一次，请当场保存。"))


class UnitFilter(forms.Form):
    """Filters of the list of units."""

    q = forms.CharField(label=_("名称或编码"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[*ANY, *UnitKind.choices])
    dissolved = forms.BooleanField(label=_("含已撤销"), required=False)


class UserFilter(forms.Form):
    """Filters of the list of people."""

    q = forms.CharField(label=_("姓名或用户名"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=[*ANY, *Role.choices])
    unit = _units(_("单位"), _("全部"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[*ANY, ("active", _("在用")), ("closed", _("已停用"))])
