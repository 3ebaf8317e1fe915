"""Ledgers of cases: new rows are entered, known cases are brought up to date with a line in the thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.cases.actions.intake import build_case, enter_case
from yipanqi.cases.actions.steps import stage_due, write_move
from yipanqi.cases.likeness import Likeness, entered, likeness
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.cases.words import FIELDS, keep_words
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.standards.models import IssueClass

FILLED = ("found_at", "title", "description", "issue_class", "severity", "place", "address", "lon", "lat")
POSITION = ("lon", "lat")
OVER = (State.CLOSED, State.REJECTED, State.MERGED)
EARLY = (State.REPORTED, State.FILED)


@dataclass(frozen=True)
class Taken:
    """What became of a row: the case, and whether it was "created", "updated" or "unchanged"."""

    about: Case
    outcome: str


@action(private=("facts",))
def import_case(
    case: Case | None, *, number: str = "", facts: Mapping[str, Any], changes: list[str] | None = None, by: Actor, at: dt.datetime
) -> Taken:
    """Take over a row of a case ledger: a new case, or the words, class, position and moment of a known one. What
    changed in a known case becomes a line of its thread, seen by those at work only. A row without number and reference
    is about the case that was entered from an equal row, if there is one.

    Args:
        number: the row's number where it names one; it must be that of `case`.
        facts: as `report_case` takes them; what is missing or empty stays as it is. A new place brings its position
            and address unless the row gives others.
        changes: an empty list to be filled with the names of what was written, which the journal then holds; the
            values may be about people and stay out of it.

    Raises:
        Refused: an unknown number, a changed source, a case at its end, a class changed after the case was handed over,
            or what `report_case` refuses.
    """
    given = {key: value for key, value in facts.items() if value not in (None, "")}
    written = changes if changes is not None else []
    if number and case is None:
        raise Refused(_("没有编号为“%(number)s”的案件；新案件请把编号留空。") % {"number": number}, field="number")
    like = likeness(given)
    if case is None:
        case = _known(given, like)
    if case is None:
        check_class(given.get("issue_class"))
        written += sorted(given)
        return Taken(enter_case(by=by, at=at, imported=like.digest if like else "", **given), "created")
    if given["source"] != case.source:
        raise Refused(_("案件来源不能更改（现为“%(source)s”）。") % {"source": case.get_source_display()}, field="source")
    wanted = _wanted(case, given, at)
    changed = [name for name in FILLED if getattr(case, name) != getattr(wanted, name)]
    if not changed:
        return Taken(case, "unchanged")
    _check_changes(case, wanted, changed)
    written += changed
    _change(case, wanted, changed, by, at)
    return Taken(case, "updated")


def _known(given: Mapping[str, Any], like: Likeness | None) -> Case | None:
    """The case that a row without our number is about: by the source's number, else entered from an equal row."""
    rows = Case.objects.select_for_update()
    if given.get("external_ref"):
        return rows.filter(source=given["source"], external_ref=given["external_ref"]).first()
    found = entered([like]).get(like) if like else None
    return rows.get(pk=found.pk) if found else None


def _wanted(case: Case, given: Mapping[str, Any], at: dt.datetime) -> Case:
    """The case as a row would have it, checked and filled in as a new one is."""
    facts = {name: given.get(name, getattr(case, name)) for name in FILLED}
    if facts["place"] != case.place:
        if all(facts[name] == getattr(case, name) for name in POSITION):
            facts |= dict.fromkeys(POSITION)
        if case.place and facts["address"] == case.place.address:
            facts["address"] = ""
    if abs(facts["found_at"] - case.found_at) < dt.timedelta(seconds=1):  # ledgers know no fractions
        facts["found_at"] = case.found_at
    if facts["issue_class"] != case.issue_class:
        facts["severity"] = given.get("severity")
    return build_case(source=case.source, by=SYSTEM, at=at, **facts)


def check_class(issue_class: IssueClass | None) -> None:
    """Raises Refused for a class that is out of use."""
    if issue_class and not issue_class.active:
        raise Refused(_("问题类别“%(name)s”已停用，请另选。") % {"name": issue_class.name}, field="issue_class")


def _check_changes(case: Case, wanted: Case, changed: Sequence[str]) -> None:
    if case.state in OVER:
        raise Refused(_("案件%(state)s，内容不能再用台账更改；如有新情况，请在案件中补充说明。") % {"state": case.get_state_display()}, field=changed[0])
    if case.state not in EARLY and {"issue_class", "severity"} & set(changed):
        raise Refused(_("案件已交办，不能再改问题类别和严重程度。"), field="issue_class")
    if "issue_class" in changed:
        check_class(wanted.issue_class)
    if "found_at" in changed and wanted.found_at > case.reported_at:
        raise Refused(_("发现时间不能晚于登记时间，请更正。"), field="found_at")


def _change(case: Case, wanted: Case, changed: Sequence[str], by: Actor, at: dt.datetime) -> None:
    """Write what a row changed, with old and new values in the thread."""
    lines = told_changes(case, wanted, changed)
    for name in changed:
        setattr(case, name, getattr(wanted, name))
    if {"place", *POSITION} & set(changed):
        case.cell, case.area = wanted.cell, wanted.area
    if "issue_class" in changed:
        case.closing_condition = wanted.closing_condition
    data: dict[str, Any] = {"changed": list(changed)}
    due, case.stage_due_at = case.stage_due_at, stage_due(case)
    if due != case.stage_due_at:
        data["stage_due"] = case.stage_due_at.isoformat() if case.stage_due_at else None
    case.version += 1
    case.save()
    if set(FIELDS) & set(changed):
        keep_words([case])
    write_line(case, lines, data, by, at)


def told_changes(case: Case, wanted: Case, changed: Sequence[str]) -> list[str]:
    """A sentence for each field that a ledger changes, with old and new value."""
    return [told_change(_name_of(name), _said(case, name), _said(wanted, name)) for name in changed]


def told_change(what: str, old: str, new: str) -> str:
    """The sentence about one value."""
    return _("%(what)s：由“%(old)s”改为“%(new)s”") % {"what": what, "old": old, "new": new}


def write_line(case: Case, lines: Sequence[str], data: dict[str, Any], by: Actor, at: dt.datetime) -> None:
    """The line of the thread about what a ledger changed, never before the last one; seen by those at work only."""
    last = case.moves.order_by("-at", "-id").values_list("at", flat=True).first()
    write_move(case, "import_case", case.state, case.state, by=by, at=max(at, last or at), note="\n".join(lines), data=data)


def _name_of(name: str) -> str:
    return {"lon": _("经度"), "lat": _("纬度")}.get(name) or str(Case._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _said(case: Case, name: str) -> str:
    value = getattr(case, name)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return _("未填") if value in (None, "") else str(getattr(value, "name", value))
