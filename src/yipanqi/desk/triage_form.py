"""What a clerk decides at the triage desk, in one form, and which moves follow from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.cases import actions
from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.desk import suggesting
from yipanqi.duplicates import selectors as duplicates
from yipanqi.duplicates import telling
from yipanqi.kernel.actions import Refused
from yipanqi.people.choices import UnitField, UnitsField
from yipanqi.people.lookup import LookUp
from yipanqi.people.models import Unit, User
from yipanqi.places.selectors import Resolution, resolve
from yipanqi.standards.models import IssueClass
from yipanqi.standards.selectors import classes_for_menu

DECISIONS = ("dispatch", "accept", "reject", "merge")
#: The value of the choice of class that stands for the field beside it.
OTHER = "other"


class TriageForm(forms.Form):
    """Everything the four decisions need; which of it counts says `decide`."""

    decision = forms.ChoiceField(choices=[(name, name) for name in DECISIONS], label=gettext_lazy("怎样办理"))
    issue_class = forms.CharField(max_length=120, required=False)
    other_class = forms.ModelChoiceField(
        label=gettext_lazy("其他类别"), queryset=IssueClass.objects.filter(active=True), to_field_name="key", required=False,
        widget=LookUp(attrs={"data-look-up": ""}),
    )  # fmt: skip
    unit = UnitField(label=gettext_lazy("改交其他单位"), required=False, help_text=gettext_lazy("不填则交给按责任规则得出的单位。"))
    co_units = UnitsField(label=gettext_lazy("协办单位"), required=False, help_text=gettext_lazy("不填则按责任规则。"))
    requirements = forms.CharField(label=gettext_lazy("整改要求"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    ready = forms.CharField(max_length=1_000, required=False)
    reason = forms.CharField(label=gettext_lazy("其他理由"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
    candidate = forms.CharField(max_length=20, required=False)
    primary = forms.CharField(label=gettext_lazy("其他案件的编号"), required=False, max_length=20)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["other_class"].widget.choices = [("", _("请选择")), *classes_for_menu()]  # type: ignore[attr-defined]

    def chosen_class(self) -> IssueClass | None:
        """The class decided for: of the suggested ones, or the one looked up."""
        key = self.cleaned_data["issue_class"]
        if key and key != OTHER:
            return IssueClass.objects.filter(key=key).first()
        found: IssueClass | None = self.cleaned_data["other_class"]
        return found


def duty_for(case: Case, issue_class: IssueClass | None, on: dt.date) -> Resolution:
    """Who would answer for the case under a class."""
    position = (case.lon, case.lat) if case.lon is not None and case.lat is not None else None
    return resolve(position, case.place, issue_class or case.issue_class, on)


def decide(case: Case, form: TriageForm, user: User, version: int | None, at: dt.datetime, today: dt.date) -> str:
    """Make the moves that were decided, each an action of its own; what was done, in a sentence.

    Raises:
        Refused: what the moves refuse; where only the second was refused, the sentence says that the first was made.
    """
    decision = form.cleaned_data["decision"]
    if decision == "reject":
        reason = form.cleaned_data["reason"] or form.cleaned_data["ready"]
        actions.reject(case, reason=reason, by=user, at=at, version=version)
        return _("不予受理，理由已告知反映人。")
    if decision == "merge":
        return _merge(case, form, user, version, at)
    return _accept_and_dispatch(case, form, user, version, at, today)


def _merge(case: Case, form: TriageForm, user: User, version: int | None, at: dt.datetime) -> str:
    number = form.cleaned_data["primary"] or form.cleaned_data["candidate"]
    primary = cases.by_number(user, number) if number else None
    if primary is None:
        raise Refused(_("请选择并入哪一件，或填写其编号。") if not number else _("没有编号为 %(number)s 的案件，请核对。") % {"number": number}, field="primary")
    why = telling.sentence(duplicates.compared(case, primary))
    actions.merge(case, primary=primary, note=_("判断为同一件事：%(why)s") % {"why": why}, by=user, at=at, version=version)
    return _("已并入 %(number)s。") % {"number": primary.number}


def _accept_and_dispatch(case: Case, form: TriageForm, user: User, version: int | None, at: dt.datetime, today: dt.date) -> str:
    chosen, dispatching = form.chosen_class(), form.cleaned_data["decision"] == "dispatch"
    units = _units(case, form, chosen, today) if dispatching else None
    accepted = case.state == State.REPORTED
    if accepted or not dispatching:  # what somebody else has taken on meanwhile is refused by the move itself
        if chosen is None:
            raise Refused(_("请先选择问题类别。"), field="issue_class")
        case = actions.accept(case, issue_class=chosen, suggested=suggesting.kept(case, user), by=user, at=at, version=version)
        version = case.version
    if units is None:
        return _("已受理为“%(name)s”。") % {"name": case.issue_class.name if case.issue_class else ""}
    unit, co_units = units
    try:
        actions.dispatch(case, unit=unit, co_units=co_units, requirements=form.cleaned_data["requirements"], by=user, at=at, version=version)
    except Refused as refusal:
        if not accepted:
            raise
        raise Refused(_("已受理，但没有交办：%(why)s") % {"why": refusal}, field=refusal.field) from refusal
    return (_("已受理并交办%(unit)s。") if accepted else _("已交办%(unit)s。")) % {"unit": unit.name}


def _units(case: Case, form: TriageForm, chosen: IssueClass | None, today: dt.date) -> tuple[Unit, tuple[Unit, ...]]:
    """Who leads and who assists: as the form says, else as the rules of duty do."""
    duty = duty_for(case, chosen, today)
    named: Unit | None = form.cleaned_data["unit"]
    unit = named or duty.unit
    if unit is None:
        raise Refused(_("没有责任规则覆盖这里，请指定主办单位，或者只受理。"), field="unit")
    return unit, tuple(form.cleaned_data["co_units"]) or (() if named else tuple(duty.co_units))
