"""The fields of every move: the one source for the page's forms and the API's bodies. Field names are the actions' arguments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.cases import selectors
from yipanqi.cases.actions.handling import LONGEST_EXTENSION, OUTCOMES
from yipanqi.cases.actions.steps import MAX_PHOTOS
from yipanqi.cases.models import Assignment, Case
from yipanqi.files.models import Photo
from yipanqi.people.choices import UnitField, UnitsField
from yipanqi.people.models import Unit
from yipanqi.standards.models import IssueClass
from yipanqi.standards.selectors import classes_for_menu

SEVERITIES = [(1, _("一般")), (2, _("较重")), (3, _("严重")), (4, _("紧急"))]


class PhotosField(forms.Field):
    """Photos uploaded before, by their uuid; the value is a list of Photo in the order given."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Photo]:
        wanted = self._uuids(value)
        found = {p.uuid: p for p in Photo.objects.filter(uuid__in=wanted)}
        if len(wanted) > MAX_PHOTOS:
            raise forms.ValidationError(_("一次最多附九张照片，请减少后再提交。"))
        if missing := [str(u) for u in wanted if u not in found]:
            raise forms.ValidationError(_("找不到照片 %(missing)s，请重新上传。"), params={"missing": _("、").join(missing)})
        return [found[u] for u in wanted]

    def _uuids(self, value: Any) -> list[UUID]:
        try:
            return list(dict.fromkeys(UUID(str(v)) for v in value or [] if v))
        except ValueError as error:
            raise forms.ValidationError(_("照片编号有误，请重新上传。")) from error


def _text(label: Any, *, required: bool = False, longest: int = 2_000, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}))


class NoteForm(forms.Form):
    """Moves that need no more than a word, and not even that."""

    note = _text(_("说明"))


class ReasonedForm(forms.Form):
    """Moves that must say why."""

    note = _text(_("理由"), required=True)


class PhotoNoteForm(NoteForm):
    """A word and photos, both optional."""

    photos = PhotosField(label=_("照片"), required=False)


class PhotoReasonForm(ReasonedForm):
    """A word that must be there, and photos."""

    photos = PhotosField(label=_("照片"), required=False)


class VerifyFailForm(PhotoReasonForm):
    """What is not mended, photos, and whether the unit's report was untrue."""

    false_reply = forms.BooleanField(label=_("反馈与现场不符（虚假整改）"), required=False, help_text=_("单位反馈已整改而现场没有整改的，请勾选；将列入通报约谈。"))
    field_order = ("note", "false_reply", "photos")


class FixOnTheSpotForm(forms.Form):
    """Put right at once: what was done, and photos."""

    note = _text(_("怎样改好的"), required=True)
    photos = PhotosField(label=_("整改后照片"), required=False)


class CommentForm(forms.Form):
    """Adding a note."""

    note = _text(_("说明"), required=True)
    photos = PhotosField(label=_("照片"), required=False)


class AcceptForm(NoteForm):
    """Taking a problem on."""

    issue_class = forms.ModelChoiceField(label=_("问题类别"), queryset=IssueClass.objects.filter(active=True), to_field_name="key")
    severity = forms.TypedChoiceField(label=_("严重程度"), choices=[("", _("按类别")), *SEVERITIES], coerce=int, empty_value=None, required=False)
    field_order = ("issue_class", "severity", "note")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["issue_class"].widget.choices = [("", _("请选择")), *classes_for_menu()]


class CorrectClassForm(AcceptForm):
    """Putting a wrong class or severity right."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["issue_class"]
        field.help_text = _("新类别的整改时限与原来不同的，按新时限从交办之时重新计算期限，已同意的延期、挂账仍计入；时限相同、交办时另定期限，或者改后会使未超期变为超期的，期限不变。")
        self.fields["severity"].label = _("严重程度（不选则按新类别；类别不变的不变）")
        self.fields["note"].label, self.fields["note"].required = _("更正的理由"), True


class RejectForm(forms.Form):
    """Declining."""

    reason = _text(_("不予受理的理由（会告知反映人）"), required=True, longest=1_000)


class MergeForm(NoteForm):
    """Following another case."""

    primary = forms.ModelChoiceField(
        label=_("并入案件编号"), queryset=Case.objects.all(), to_field_name="number", widget=forms.TextInput,
        error_messages={"invalid_choice": _("没有这个编号的案件，请核对。")},
    )  # fmt: skip
    field_order = ("primary", "note")


class DispatchForm(NoteForm):
    """Handing over."""

    unit = UnitField(label=_("主办单位"))
    co_units = UnitsField(label=_("协办单位"), required=False)
    requirements = _text(_("整改要求"), longest=500)
    due_at = forms.DateTimeField(
        label=_("整改期限（不填按类别时限）"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    field_order = ("unit", "co_units", "requirements", "due_at", "note")


class ReleaseUnitForm(ReasonedForm):
    """Sparing an assisting unit, also one that was dissolved meanwhile."""

    unit = forms.ModelChoiceField(label=_("协办单位"), queryset=Unit.objects.all(), to_field_name="code", empty_label=_("请选择"))
    field_order = ("unit", "note")


class UnitForm(forms.Form):
    """Moves that a unit makes: for which one, where the person serves several; else the unit in charge among theirs."""

    unit = UnitField(label=_("以哪个单位办理"), required=False)


class DisputeForm(UnitForm):
    """Saying "not ours"."""

    reason = _text(_("退单理由"), required=True, longest=1_000)
    proposed_unit = UnitField(label=_("建议办理单位"), required=False)


class UpholdForm(NoteForm):
    """Ruling for the disputing unit."""

    unit = UnitField(label=_("改派单位（协办单位退单且不再需要协办的，可不填）"), required=False)
    make_rule = forms.BooleanField(label=_("同时写入责任规则，以后同类问题直接交给该单位"), required=False)
    field_order = ("unit", "note", "make_rule")


class AskExtensionForm(UnitForm):
    """Asking for time."""

    reason = _text(_("延期理由"), required=True, longest=300)
    days = forms.IntegerField(label=_("延长工作日"), min_value=1, max_value=LONGEST_EXTENSION)


class GrantExtensionForm(NoteForm):
    """Granting time."""

    days = forms.IntegerField(label=_("同意天数（不填按申请）"), min_value=1, max_value=LONGEST_EXTENSION, required=False)
    field_order = ("days", "note")


class AskSuspensionForm(UnitForm):
    """Asking to hang a case."""

    reason = _text(_("挂账理由"), required=True, longest=300)


class SuspendForm(NoteForm):
    """Hanging a case."""

    review_on = forms.DateField(label=_("复核日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    field_order = ("review_on", "note")


class ResolveForm(UnitForm):
    """Reporting a share mended."""

    what_was_done = _text(_("整改情况"), required=True)
    outcome = forms.ChoiceField(label=_("处理结果"), choices=list(OUTCOMES.items()), initial="mended")
    subject_name = forms.CharField(label=_("当事人（警告、免罚、处罚时填写）"), required=False, max_length=100)
    checked = forms.BooleanField(label=_("已核对当事人既往情况，仍按所选结果处理"), required=False)
    photos = PhotosField(label=_("整改后照片"), required=False)

    def clean(self) -> dict[str, Any]:
        """Whoever warns or exempts a subject that was dealt with before is shown what and when, and confirms it."""
        values = super().clean() or self.cleaned_data
        checked, name = values.pop("checked", False), values.get("subject_name") or ""
        if values.get("outcome") in ("warned", "exempt") and not checked:
            earlier = list(selectors.earlier_offences(name)[:5])
            if earlier:
                self.add_error("outcome", self._earlier(name, earlier))
        return values

    @staticmethod
    def _earlier(name: str, earlier: list[Assignment]) -> str:
        lines = [f"{timezone.localdate(one.resolved_at)} {one.case.number} {OUTCOMES.get(one.outcome, one.outcome)}" for one in earlier if one.resolved_at]
        return _("“%(name)s”此前已有处理记录（%(found)s），不属于首次，一般应依法处罚。确需按所选结果处理的，请勾选“已核对当事人既往情况”。") % {
            "name": name.strip(), "found": _("；").join(lines),
        }  # fmt: skip


class FinishStepForm(UnitForm):
    """Reporting a step done."""

    what_was_done = _text(_("本阶段完成情况"), required=True)
    photos = PhotosField(label=_("照片"), required=False)


class SignForm(UnitForm):
    """Nothing to fill in but for whom, by those who serve several units."""


MOVE_FORMS: dict[str, type[forms.Form]] = {
    "accept": AcceptForm, "reject": RejectForm, "merge": MergeForm, "fix_on_the_spot": FixOnTheSpotForm, "dispatch": DispatchForm,
    "unaccept": ReasonedForm, "split_off": ReasonedForm, "correct_class": CorrectClassForm, "withdraw": ReasonedForm, "release_unit": ReleaseUnitForm,
    "sign": SignForm, "dispute": DisputeForm, "uphold": UpholdForm, "overrule": ReasonedForm, "ask_extension": AskExtensionForm,
    "grant_extension": GrantExtensionForm, "refuse_extension": ReasonedForm, "ask_suspension": AskSuspensionForm,
    "refuse_suspension": ReasonedForm, "suspend": SuspendForm, "resume": NoteForm, "finish_step": FinishStepForm, "resolve": ResolveForm,
    "verify_pass": PhotoNoteForm, "verify_fail": VerifyFailForm, "recheck_pass": PhotoNoteForm, "rebound": PhotoReasonForm,
    "confirm": PhotoNoteForm, "comment": CommentForm,
}  # fmt: skip
