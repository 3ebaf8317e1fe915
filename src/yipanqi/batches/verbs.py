"""What each move does when it is made on many cases, and the form that asks what it needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.batches.catalogue import VERBS, Verb
from yipanqi.cases import actions
from yipanqi.cases import selectors as cases
from yipanqi.cases.forms import MOVE_FORMS
from yipanqi.cases.models import Case
from yipanqi.cases.states import CASE
from yipanqi.kernel.actions import Refused
from yipanqi.people.lookup import look_up
from yipanqi.people.models import User

Given = Mapping[str, Any]


def form_of(verb: str, data: Any = None) -> forms.Form:
    """The fields that a move on many asks for, unbound or with what was given."""
    entry, form = VERBS[verb], MOVE_FORMS[verb](data)
    for name in [name for name in form.fields if name not in entry.fields]:
        del form.fields[name]
    for name, label in entry.optional.items():
        form.fields[name].required, form.fields[name].label = False, label
    for name, label in entry.required.items():
        form.fields[name].required, form.fields[name].label = True, label
    look_up(form)
    return form


def question(verb: str, what: str) -> str:
    """What is asked once more before a move is made on many, and plainly where it cannot be taken back."""
    asked = str(VERBS[verb].confirm) % {"what": what}
    if VERBS[verb].back:
        return asked
    lasting = not any(set(CASE.moves[verb].to) & set(line.source) and line.to != ("=",) for line in CASE.moves.values())
    told = _("%(asked)s此步办理后不能撤回。") if lasting else _("%(asked)s此步办理后不能整批撤回。")
    return told % {"asked": asked}


def asks(verb: str) -> bool:
    """Whether something must be filled in before the move is made on many."""
    entry, fields = VERBS[verb], MOVE_FORMS[verb].base_fields
    return bool(entry.required) or any(fields[name].required and name not in entry.optional for name in entry.fields)


def read(verb: str, given: Given) -> dict[str, Any]:
    """What was given, as the move takes it. Raises Refused, naming the field, for what cannot be used (any more)."""
    form = form_of(verb, dict(given))
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Refused(errors[0], field=name)
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}


def _accept(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    """Under the class that was chosen for all, else under that with which each was entered."""
    issue_class = given.get("issue_class") or case.issue_class
    if issue_class is None:
        raise Refused(_("还没有定问题类别，请打开案件逐条受理。"))
    return state_of(actions.accept(case, issue_class=issue_class, by=by, at=at))


URGENT = 4
ONE_BY_ONE = gettext_lazy("紧急案件不能批量办理，请打开案件逐条办理。")
TO_LOOK_AT = gettext_lazy("照片有疑点，不能批量核查，请打开案件逐条核查。")
NOT_SHOWN = gettext_lazy("没有整改后的照片，不能批量核查，请打开案件逐条核查。")
APART = ((Q(severity__gte=URGENT), ONE_BY_ONE),)


def _urgent(case: Case, _by: User) -> str:
    return str(ONE_BY_ONE) if case.severity >= URGENT else ""


def _to_look_at(case: Case, by: User) -> str:
    """Why somebody has to look at the mending of this case by itself; empty where it shows as it should."""
    if why := _urgent(case, by):
        return why
    if cases.photo_flags(case, by):
        return str(TO_LOOK_AT)
    asks_photo = case.issue_class is not None and case.issue_class.photo_required
    return str(NOT_SHOWN) if asks_photo and not cases.mending_is_shown(case) else ""


def together(verb: str, case: Case, by: User) -> None:
    """Raises Refused, with the reason, for a case that is not done with many others."""
    if why := VERBS[verb].alone(case, by):
        raise Refused(why)


def _reject(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    together("reject", case, by)
    return state_of(actions.reject(case, reason=given["reason"], by=by, at=at))


def _merge(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    actions.merge(case, primary=given["primary"], note=given.get("note", ""), by=by, at=at)
    return str(given["primary"].number)


def _unaccept(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    return state_of(actions.unaccept(case, note=given["note"], version=case.version, by=by, at=at))


def _split_off(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    return state_of(actions.split_off(case, note=given["note"], version=case.version, by=by, at=at))


def _dispatch(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    """To the unit that was chosen for all, else to whom the duty rules name."""
    unit, helpers = given.get("unit"), ()
    if unit is None:
        answer = cases.answering(case, timezone.localdate(at))
        if answer.unit is None:
            raise Refused(_("没有责任规则覆盖此案，请打开案件指定单位。"))
        unit, helpers = answer.unit, tuple(answer.co_units)  # type: ignore[assignment]
    actions.dispatch(case, unit=unit, co_units=helpers, requirements=given.get("requirements", ""), by=by, at=at)
    return str(unit)


def _withdraw(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    return state_of(actions.withdraw(case, note=given["note"], version=case.version, by=by, at=at))


def _sign(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    return state_of(actions.sign(case, by=by, at=at))


def _grant(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    actions.grant_extension(case, days=given.get("days"), note=given.get("note", ""), by=by, at=at)
    return timezone.localtime(case.due_at).strftime("%Y-%m-%d %H:%M") if case.due_at else ""


def _verify(case: Case, given: Given, by: User, at: dt.datetime) -> str:
    together("verify_pass", case, by)
    return state_of(actions.verify_pass(case, note=given["note"], version=case.version, by=by, at=at))


def state_of(case: Case) -> str:
    """The state that a move left, in words."""
    return str(case.get_state_display())


VERBS.add("accept", Verb(
    gettext_lazy("受理%(what)s？没有另选类别的，按各案已登记的类别受理；没有类别的会原样留下。"), _accept,
    ("issue_class",), {"issue_class": gettext_lazy("问题类别（不选则按各案已登记的类别）")}, back="unaccept",
))  # fmt: skip
VERBS.add("dispatch", Verb(
    gettext_lazy("交办%(what)s？没有另选单位的，交给责任规则得出的单位；没有规则的会原样留下。"), _dispatch,
    ("unit", "requirements"), {"unit": gettext_lazy("主办单位（不选则按责任规则）")}, back="withdraw",
))  # fmt: skip
VERBS.add("verify_pass", Verb(
    gettext_lazy("%(what)s核查通过并销号？请写明怎样核查的，写入每条案件；紧急的、照片有疑点的、没有整改后照片的会原样留下，须打开案件逐条核查。"), _verify,
    ("note",), required={"note": gettext_lazy("核查情况")}, apart=APART, alone=_to_look_at,
))  # fmt: skip
VERBS.add("sign", Verb(gettext_lazy("签收%(what)s？"), _sign))
VERBS.add("reject", Verb(
    gettext_lazy("%(what)s都不予受理？理由会告知反映人。紧急的会原样留下，须打开案件逐条办理。"), _reject, ("reason",), apart=APART, alone=_urgent,
))  # fmt: skip
VERBS.add("merge", Verb(gettext_lazy("把%(what)s都并入同一件？"), _merge, ("primary", "note"), back="split_off"))
VERBS.add("withdraw", Verb(gettext_lazy("从单位收回%(what)s？已签收的也会收回，单位会收到通知。"), _withdraw, ("note",)))
VERBS.add("unaccept", Verb(gettext_lazy("撤销%(what)s的受理，退回待受理？已交办过的会原样留下。"), _unaccept, ("note",)))
VERBS.add("split_off", Verb(gettext_lazy("撤销%(what)s的并案，分开办理？反映人会收到说明。"), _split_off, ("note",)))
VERBS.add("grant_extension", Verb(gettext_lazy("同意%(what)s的延期申请？没有申请的会原样留下。"), _grant, ("days", "note")))
