"""What people fill in about themselves, their guardians, and what keepers decide. Forms check the shape; the actions decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.kernel.personal import mask
from yipanqi.people.models import User
from yipanqi.places.models import Area
from yipanqi.teams.models import Team
from yipanqi.teams.selectors import open_kinds, open_teams
from yipanqi.volunteers.actions import Guardian
from yipanqi.volunteers.catalogue import SKILLS
from yipanqi.volunteers.models import DAYPARTS, Volunteer
from yipanqi.volunteers.states import VolunteerState

DAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
IDENTITY = ("name", "document", "id_number", "issued_by", "born_on", "sex")
REST = ("phone", "area", "kinds", "skills", "availability", "party_member", "emergency")
SEX = (("", _("不填")), *Volunteer.Sex.choices)
OWN_DOCUMENTS = Volunteer.Document.choices
GUARDIAN_DOCUMENTS = [pair for pair in OWN_DOCUMENTS if pair[0] != Volunteer.Document.NONE]


def areas() -> Any:
    """Streets and communities, each below the one it belongs to."""
    return Area.objects.filter(level__in=(Area.Level.STREET, Area.Level.COMMUNITY)).defer("boundary").order_by("path")


class _Areas(forms.ModelChoiceField):
    """An area that is there today, by code; its options stand below the street they belong to."""

    def __init__(self, **more: Any) -> None:
        given: dict[str, Any] = {"required": False, "empty_label": _("请选择")} | more
        super().__init__(queryset=areas(), to_field_name="code", **given)

    def __deepcopy__(self, memo: Any) -> Any:
        made = super().__deepcopy__(memo)
        made.queryset = areas()
        return made

    def label_from_instance(self, obj: Any) -> str:
        return ("　" if obj.level == Area.Level.COMMUNITY else "") + obj.name


class _Kinds(forms.ModelMultipleChoiceField):
    """Kinds of service that are offered today."""

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=open_kinds(), to_field_name="key", required=False, widget=forms.CheckboxSelectMultiple, **more)

    def __deepcopy__(self, memo: Any) -> Any:
        made = super().__deepcopy__(memo)
        made.queryset = open_kinds()
        return made


class _Teams(forms.ModelChoiceField):
    """Teams that one may enter people into."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


def _phone(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=24, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}), **more)


def week_choices() -> list[tuple[str, Any]]:
    """Every part of every day, as "6-morning"."""
    return [(f"{n}-{key}", format_lazy("{day}{part}", day=day, part=part)) for n, day in enumerate(DAYS, 1) for key, part in DAYPARTS]


def week_of(chosen: list[str]) -> dict[str, list[str]]:
    """A weekly pattern from the boxes that were ticked."""
    week: dict[str, list[str]] = {}
    for one in chosen:
        day, _dash, part = one.partition("-")
        week.setdefault(day, []).append(part)
    return week


class RestForm(forms.Form):
    """What volunteers say about themselves besides who they are, and change as they like."""

    phone = _phone(_("手机号"), required=False)
    area = _Areas(label=_("居住区域"))
    kinds = _Kinds(label=_("愿意参加的服务"))
    skills = forms.MultipleChoiceField(label=_("特长"), required=False, widget=forms.CheckboxSelectMultiple, choices=lambda: SKILLS.items())
    availability = forms.MultipleChoiceField(label=_("每周可服务时间"), required=False, widget=forms.CheckboxSelectMultiple, choices=week_choices)
    party_member = forms.BooleanField(label=_("我是党员"), required=False)
    emergency = forms.CharField(label=_("紧急联系人"), max_length=60, required=False, help_text=_("姓名和电话。"))

    def __init__(self, *args: Any, known: Volunteer | None = None, **kwargs: Any) -> None:
        if known is not None:
            kwargs.setdefault("initial", _begin(known))
        super().__init__(*args, **kwargs)
        if known is not None and known.emergency:
            self.fields["emergency"].help_text = _("已登记；不更改就留空。")
        if known is not None and known.phone:
            self.fields["phone"].help_text = format_lazy(_("已登记 {phone}；不更改就留空。"), phone=mask(known.phone))
        self._keeps = known is not None

    def entry(self) -> dict[str, Any]:
        """The fields as the actions take them; what is known and left blank stays."""
        data = {**self.cleaned_data}
        found = {key: data[key] for key in REST if key in data}
        found["availability"], found["kinds"] = week_of(data["availability"]), list(data["kinds"])
        if self._keeps:
            found = {key: value for key, value in found.items() if value or key not in ("phone", "emergency")}
        return found


def _begin(known: Volunteer) -> dict[str, Any]:
    return {
        "area": known.area.code if known.area else None, "kinds": [kind.key for kind in known.kinds.all()], "skills": known.skills, "party_member": known.party_member,
        "availability": [f"{day}-{part}" for day, parts in known.availability.items() for part in parts],
    }  # fmt: skip


class PersonForm(RestForm):
    """Who somebody is, and the rest."""

    name = forms.CharField(label=_("真实姓名"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    document = forms.ChoiceField(label=_("证件类型"), choices=OWN_DOCUMENTS, initial="id")
    id_number = forms.CharField(label=_("证件号码"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}))
    issued_by = forms.CharField(label=_("护照签发国（三个字母）"), max_length=3, required=False, help_text=_("只有护照需要填，例如 CHN。"))
    born_on = _day(_("出生日期"), required=False, help_text=_("身份证号码已经说明，可以不填。"))
    sex = forms.ChoiceField(label=_("性别"), choices=SEX, required=False, help_text=_("身份证号码已经说明，可以不填。"))
    field_order: tuple[str, ...] = (*IDENTITY, *REST)

    def entry(self) -> dict[str, Any]:
        return {**super().entry(), **{key: self.cleaned_data[key] for key in IDENTITY}}


class RegisterForm(PersonForm):
    """Registration on the public page, with a password of one's own."""

    password = forms.CharField(label=_("设置登录密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text=_("至少 10 个字符，不能全是数字，不能太常见，也不能与姓名相近。"))
    agreed = forms.BooleanField(label=_("我已阅读并同意个人信息处理同意书"), required=False)
    phone = _phone(_("手机号"), help_text=_("登录用，也用来通知您；加密保存。"))
    field_order = (*IDENTITY, *REST, "password", "agreed")

    def clean_password(self) -> str:
        """The rules for passwords are those of every account."""
        password = str(self.cleaned_data["password"])
        try:
            validate_password(password, User(username=self.cleaned_data.get("id_number", ""), name=self.cleaned_data.get("name", "")))
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from error
        return password


class StaffRegisterForm(PersonForm):
    """Registration of somebody who signs in already."""

    agreed = forms.BooleanField(label=_("我已阅读并同意个人信息处理同意书"), required=False)
    phone = _phone(_("手机号"))
    field_order = (*IDENTITY, *REST, "agreed")


class GuardianForm(forms.Form):
    """Who consents for a minor."""

    guardian_name = forms.CharField(label=_("监护人姓名"), max_length=40)
    relation = forms.CharField(label=_("与孩子的关系"), max_length=20)
    guardian_document = forms.ChoiceField(label=_("监护人证件类型"), choices=GUARDIAN_DOCUMENTS, initial="id")
    guardian_id_number = forms.CharField(label=_("监护人证件号码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    guardian_born_on = _day(_("监护人出生日期"), required=False, help_text=_("身份证号码已经说明，可以不填。"))
    guardian_phone = _phone(_("监护人电话"))

    def guardian(self) -> Guardian | None:
        """The guardian as the actions take it; None where nothing was filled in."""
        data: Mapping[str, Any] = self.cleaned_data
        if not data.get("guardian_name") and not data.get("guardian_id_number"):
            return None
        return Guardian(data["guardian_name"], data["relation"], data["guardian_document"], data["guardian_id_number"], data["guardian_phone"], data["guardian_born_on"])


class ConsentForm(GuardianForm):
    """A guardian consents by code."""

    code = forms.CharField(label=_("确认码"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}))
    agreed = forms.BooleanField(label=_("我已阅读并单独同意监护人同意书"), required=False)
    field_order = ("code", "guardian_name", "relation", "guardian_document", "guardian_id_number", "guardian_born_on", "guardian_phone", "agreed")


class WardForm(PersonForm):
    """A guardian enters the own child."""

    relation = forms.CharField(label=_("与孩子的关系"), max_length=20)
    agreed = forms.BooleanField(label=_("我是监护人，已阅读并单独同意监护人同意书"), required=False)
    field_order = ("relation", *IDENTITY, *REST, "agreed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["party_member"]


class EnterForm(PersonForm):
    """A leader or a station enters somebody who is there in person."""

    team = _Teams(Team.objects.none(), to_field_name="code", label=_("加入队伍"), required=False, empty_label=_("不选"))
    agreed = forms.BooleanField(label=_("已当面说明并征得本人同意"), required=False)
    field_order: tuple[str, ...] = ("team", *IDENTITY, *REST, "agreed")

    def __init__(self, *args: Any, teams: Any, must_have_team: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.required = teams, must_have_team


class EnterWithGuardianForm(EnterForm, GuardianForm):
    """The same at a station, where a minor comes with the guardian."""

    field_order = ("team", *IDENTITY, *REST, "agreed", "guardian_name", "relation", "guardian_document", "guardian_id_number", "guardian_born_on", "guardian_phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("guardian_name", "relation", "guardian_document", "guardian_id_number", "guardian_phone"):
            self.fields[name].required = False
        self.fields["guardian_name"].help_text = _("未成年人填写；监护人须同来，出示证件，并单独同意监护人同意书。")


class CorrectionForm(forms.Form):
    """What is wrong about who somebody is; blank fields stay as they are."""

    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    document = forms.ChoiceField(label=_("证件类型"), choices=[("", _("不更改")), *OWN_DOCUMENTS], required=False)
    id_number = forms.CharField(label=_("证件号码"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    issued_by = forms.CharField(label=_("护照签发国（三个字母）"), max_length=3, required=False)
    born_on = _day(_("出生日期"), required=False)
    sex = forms.ChoiceField(label=_("性别"), choices=[("", _("不更改")), *Volunteer.Sex.choices], required=False)
    reason = forms.CharField(label=_("说明"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("哪里不对，以什么为准。"))

    def wanted(self) -> dict[str, Any]:
        """The fields that were filled in."""
        return {key: self.cleaned_data[key] for key in IDENTITY if self.cleaned_data[key] not in (None, "")}


class ErasureForm(forms.Form):
    """Somebody asks to be erased."""

    erasure_reason = forms.CharField(label=_("想告诉我们的话"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("可以不填。"))


class WhyForm(forms.Form):
    """A reason, where a decision needs one."""

    why = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class MergeForm(WhyForm):
    """Two entries are one person: which of them stays."""

    keep = forms.ChoiceField(label=_("保留哪一份登记"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, pair: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keep"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.number, f"{one.number} {one.name}") for one in (pair.first, pair.second)]
        self.fields["why"].label = _("怎样确认的")


class MemberForm(forms.Form):
    """A leader enters a volunteer into the team, on their word."""

    number = forms.CharField(label=_("志愿者编号"), max_length=20)
    said_yes = forms.BooleanField(label=_("已征得本人同意"), required=False)


class VolunteerFilter(forms.Form):
    """Filters of the list of volunteers."""

    q = forms.CharField(label=_("姓名、编号或电话"), max_length=40, required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", pgettext_lazy("list", "全部")), *[pair for pair in VolunteerState.choices if pair[0] not in ("merged", "erased")]])
    area = _Areas(label=_("居住区域"), empty_label=_("全部"))
    team = _Teams(open_teams(), to_field_name="code", label=_("队伍"), required=False, empty_label=_("全部"))

    def __init__(self, *args: Any, teams: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = open_teams() if teams is None else teams


class TeamFilter(forms.Form):
    """Look for a team to join."""

    q = forms.CharField(label=_("队伍名称"), max_length=40, required=False)
    kind = forms.ModelChoiceField(open_kinds(), to_field_name="key", label=_("服务类别"), required=False, empty_label=_("全部"))


class RequestFilter(forms.Form):
    """Filters of the list of requests."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), ("waiting", _("待办理")), ("done", _("已办理")), ("refused", _("未同意")), ("taken_back", _("已撤回"))])


class PairFilter(forms.Form):
    """Filters of the list of likely doubles."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("open", _("待判断")), ("distinct", _("不是同一人")), ("merged", _("已合并"))])
