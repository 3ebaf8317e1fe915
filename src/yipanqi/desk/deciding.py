"""What the form of a decision says before it is made: what was asked, whose dispute it is, how far a rule would reach."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Assignment, Case
from yipanqi.desk import showing
from yipanqi.people.models import Unit, User

RULINGS = ("uphold", "overrule")
LOOKS = ("verify_pass", "verify_fail")


def before(case: Case, verb: str, answers: Unit | None) -> dict[str, Any]:
    """What stands at the top of a decision's form: `asked`, `heir` (who proposed the preselected unit) and `warning`;
    nothing for moves that decide nothing. `answers` is the unit that the rules name."""
    if verb in RULINGS:
        return {"asked": _dispute(case), "heir": _heir_words(case, answers) if verb == "uphold" else ""}
    if verb in LOOKS and not cases.mending_is_shown(case):
        return {"warning": _("还没有整改后照片，请到现场核实。")}
    return {"asked": _request(case, verb)}


def tell_reach(form: forms.Form, case: Case) -> None:
    """Say beside the tick how far a rule of the ruling goes; no tick where it would hold for the whole city."""
    if "make_rule" not in form.fields:
        return
    reach = cases.rule_reach(case, timezone.localdate())
    if reach is None:
        del form.fields["make_rule"]
        return
    facts = {"where": reach.target.name, "class": case.issue_class.name if case.issue_class else "", "now": reach.now.name if reach.now else ""}
    if reach.part == Assignment.Role.SUPPORT:
        words = _("%(where)s · %(class)s → （所选单位）协办")
    elif reach.now:
        words = _("%(where)s · %(class)s → （所选单位），现由 %(now)s 负责")
    else:
        words = _("%(where)s · %(class)s → （所选单位），现在没有责任单位")
    form.fields["make_rule"].help_text = escape(words % facts)


def rule_written(case: Case, verb: str) -> str:
    """The sentence that names the rule which a ruling wrote; empty where it wrote none."""
    if verb != "uphold":
        return ""
    last = case.moves.filter(verb="uphold").order_by("-at", "-id").first()
    code = last.data.get("rule") if last else ""
    return _("已写入责任规则 %(code)s，可在“责任”中查看。") % {"code": code} if code else ""


def _request(case: Case, verb: str) -> dict[str, Any] | None:
    one = cases.request_decided_by(case, verb)
    if one is None:
        return None
    title = _("%(unit)s 申请挂账") if one.kind == "suspension" else _("%(unit)s 申请延期 %(days)d 个工作日")
    part = next((p for p in cases.live(case) if p.unit_id == one.unit_id), None)
    due = showing.moment(part.due_at if part else None)
    return _said(title % {"unit": one.unit.name, "days": one.days}, one.reason, one.asked_at, one.asked_by) | {"due": due}


def _dispute(case: Case) -> dict[str, Any] | None:
    said, share = cases.dispute_ruled_on(case), cases.disputed_share(case)
    if said is None or share is None:
        return None
    title = _("%(unit)s（%(role)s）申请退单") % {"unit": share.unit.name, "role": share.get_role_display()}
    return _said(title, said.note, said.at, said.actor)


def _said(title: str, reason: str, at: dt.datetime, who: User | None) -> dict[str, Any]:
    return {"title": title, "reason": reason, "at": showing.moment(at), "iso": at.isoformat(), "who": who.name if who else ""}


def _heir_words(case: Case, answers: Unit | None) -> str:
    share = cases.disputed_share(case)
    if share is None:
        return ""
    heir, proposed = cases.preselected_heir(case, answers)
    names = {"unit": share.unit.name, "heir": heir.name if heir else ""}
    if proposed:
        return _("下面预选的“%(heir)s”是%(unit)s建议的，请核对后再定。") % names
    if heir is not None:
        return _("%(unit)s没有建议办理单位，下面预选的“%(heir)s”出自责任规则，请核对后再定。") % names
    return _("%(unit)s没有建议办理单位，请选择改派单位。") % names if share.role == Assignment.Role.LEAD else ""
