"""Whole ledgers at once: what single moves would leave, written in a few statements per batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import clocks, selectors
from yipanqi.cases.actions.answers import check_not_rated
from yipanqi.cases.actions.intake import build_case, enter_case, fresh_codes, new_numbers
from yipanqi.cases.actions.steps import stage_due, write_move
from yipanqi.cases.events import CaseReported, ReportAnswered, ReportReceived
from yipanqi.cases.models import Case, CaseMove, Report, Source
from yipanqi.cases.states import State
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import Event, publish, publish_all
from yipanqi.people.models import User
from yipanqi.standards.models import IssueClass

PIECE = 200


@dataclass(frozen=True)
class Message:
    """A row of a hotline's ledger. `author` is how the hotline names the caller; without `reply` it is unanswered. A reply
    without `replied_at` counts in no figure of first replies: when it was given is unknown."""

    number: str
    received_at: dt.datetime
    text: str
    title: str = ""
    author: str = ""
    phone: str = ""
    address: str = ""
    reply: str = ""
    replied_at: dt.datetime | None = None


FILLED = ("title", "description", "issue_class", "severity", "place", "address", "lon", "lat")
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
    """Take over a row of a case ledger: a new case, or the words, class and position of a known one. What changed in a
    known case becomes a line of its thread, seen by those at work only.

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
    if case is None and given.get("external_ref"):
        case = Case.objects.select_for_update().filter(source=given["source"], external_ref=given["external_ref"]).first()
    if case is None:
        _check_class(given.get("issue_class"))
        written += sorted(given)
        return Taken(enter_case(by=by, at=at, **given), "created")
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


def _wanted(case: Case, given: Mapping[str, Any], at: dt.datetime) -> Case:
    """The case as a row would have it, checked and filled in as a new one is."""
    facts = {name: given.get(name, getattr(case, name)) for name in FILLED}
    if facts["place"] != case.place:
        if all(facts[name] == getattr(case, name) for name in POSITION):
            facts |= dict.fromkeys(POSITION)
        if case.place and facts["address"] == case.place.address:
            facts["address"] = ""
    if facts["issue_class"] != case.issue_class:
        facts["severity"] = given.get("severity")
    return build_case(source=case.source, found_at=given.get("found_at"), by=SYSTEM, at=at, **facts)


def _check_class(issue_class: IssueClass | None) -> None:
    if issue_class and not issue_class.active:
        raise Refused(_("问题类别“%(name)s”已停用，请另选。") % {"name": issue_class.name}, field="issue_class")


def _check_changes(case: Case, wanted: Case, changed: Sequence[str]) -> None:
    if case.state in OVER:
        raise Refused(_("案件%(state)s，内容不能再用台账更改；如有新情况，请在案件中补充说明。") % {"state": case.get_state_display()}, field=changed[0])
    if case.state not in EARLY and {"issue_class", "severity"} & set(changed):
        raise Refused(_("案件已交办，不能再改问题类别和严重程度。"), field="issue_class")
    if "issue_class" in changed:
        _check_class(wanted.issue_class)


def _change(case: Case, wanted: Case, changed: Sequence[str], by: Actor, at: dt.datetime) -> None:
    """Write what a row changed, with old and new values in the thread."""
    lines = [
        _("%(what)s：由“%(old)s”改为“%(new)s”") % {"what": _name_of(name), "old": _said(case, name), "new": _said(wanted, name)}
        for name in changed
    ]
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
    last = case.moves.order_by("-at", "-id").values_list("at", flat=True).first()
    write_move(case, "import_case", case.state, case.state, by=by, at=max(at, last or at), note="\n".join(lines), data=data)


def _name_of(name: str) -> str:
    return {"lon": _("经度"), "lat": _("纬度")}.get(name) or str(Case._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _said(case: Case, name: str) -> str:
    value = getattr(case, name)
    return _("未填") if value in (None, "") else str(getattr(value, "name", value))


@action(private=("rows",))
def import_messages(_nothing: None, *, rows: Sequence[tuple[Message, Case | None]], by: Actor, at: dt.datetime) -> list[str | Exception]:
    """Take over hotline messages: each becomes a case with its report. One that the hotline has answered is at its end and
    comes in as history, closed when it was answered; the others wait for the desk.

    Args:
        rows: each message with the case that already holds it, if any; that one is updated where the ledger differs.

    Returns:
        For each row "created", "updated", "unchanged", or the refusal.
    """
    outcomes: list[str | Exception] = []
    new: list[tuple[Message, Case]] = []
    for message, known in rows:
        try:
            _check(message, at)
            if known is None:
                new.append((message, _case(message, by)))
            outcomes.append("created" if known is None else _update(message, known, at))
        except Refused as refusal:
            outcomes.append(refusal)
    _write(new, by, at)
    return outcomes


def _check(message: Message, at: dt.datetime) -> None:
    if message.received_at > at:
        raise Refused(_("受理时间晚于现在，请更正。"), field="received_at")
    if message.replied_at and message.replied_at < message.received_at:
        raise Refused(_("答复时间早于受理时间，请更正。"), field="replied_at")
    if message.replied_at and not message.reply:
        raise Refused(_("有答复时间而没有答复内容，请补填。"), field="reply")


def _case(message: Message, by: Actor) -> Case:
    case = build_case(
        source=Source.HOTLINE, description=message.text, title=message.title, address=message.address, external_ref=message.number,
        by=by, at=message.received_at,
    )  # fmt: skip
    case.found_by = None
    if message.reply:
        case.first_reply_at = message.replied_at
        case.closed_at = case.stage_started_at = message.replied_at or message.received_at
        case.state = State.CLOSED
    return case


def _write(new: list[tuple[Message, Case]], by: Actor, at: dt.datetime) -> None:
    if not new:
        return
    limit, calendar = selectors.stage_limit(new[0][1], "accept"), calendar_for()
    numbers = new_numbers([case.reported_at for _message, case in new])
    for (_message, case), number in zip(new, numbers, strict=True):
        case.number = number
        if case.state == State.REPORTED:
            case.stage_due_at = clocks.deadline(calendar, case.reported_at, limit)
    cases = Case.objects.bulk_create([case for _message, case in new], batch_size=PIECE)
    user = by if isinstance(by, User) else None
    unit = user.main_unit if user else None
    said = {"verb": "report_case", "source": "", "actor": user, "actor_key": by.actor_key, "unit": unit, "public": True}
    CaseMove.objects.bulk_create(
        [CaseMove(case=case, target=case.state, at=case.reported_at, data=_stage(case), **said) for case in cases], batch_size=PIECE
    )
    reports = Report.objects.bulk_create(
        [_report(m, c, code) for (m, c), code in zip(new, fresh_codes(len(new)), strict=True)], batch_size=PIECE
    )
    publish_all([event for case, report in zip(cases, reports, strict=True) for event in _news(case, report)])


def _stage(case: Case) -> dict[str, str]:
    return {"stage_due": case.stage_due_at.isoformat()} if case.stage_due_at else {}


def _news(case: Case, report: Report) -> list[Event]:
    found: list[Event] = [
        CaseReported(at=case.reported_at, case_id=case.pk, number=case.number),
        ReportReceived(at=report.sent_at, report_id=report.pk, case_id=case.pk),
    ]
    if report.answered_at:
        found.append(ReportAnswered(at=report.answered_at, report_id=report.pk, case_id=case.pk))
    return found


def _report(message: Message, case: Case, code: str) -> Report:
    return Report(
        code=code, case=case, sent_at=message.received_at, text=case.description, contact_name=message.author[:40],
        contact_phone=message.phone[:30], answer=message.reply, answered_at=case.closed_at,
    )  # fmt: skip


def _update(message: Message, case: Case, at: dt.datetime) -> str:
    """Bring a case imported before up to the ledger: its words, and the reply if it has one now. Its state stays: the desk
    may be at work on it. Raises Conflict for another reply than the one that was rated."""
    report = min(case.reports.all(), key=lambda r: r.pk, default=None)
    if report and message.reply and report.answer != message.reply:
        check_not_rated(report)
    wanted = build_case(source=Source.HOTLINE, description=message.text, title=message.title, address=message.address, by=SYSTEM, at=message.received_at)
    changed = [name for name in ("title", "description", "address") if getattr(case, name) != getattr(wanted, name)]
    for name in changed:
        setattr(case, name, getattr(wanted, name))
    dated = bool(message.replied_at) and case.first_reply_at is None
    answered = bool(report and message.reply and (report.answer != message.reply or dated))
    if report and answered:
        report.answer, report.answered_at = message.reply, message.replied_at or at
        case.first_reply_at = case.first_reply_at or message.replied_at
        report.save(update_fields=["answer", "answered_at"])
        publish(ReportAnswered(at=report.answered_at, report_id=report.pk, case_id=case.pk))
    if report and "description" in changed:
        report.text = case.description
        report.save(update_fields=["text"])
    if changed or answered:
        case.version += 1
        case.save(update_fields=[*changed, "first_reply_at", "version"])
        return "updated"
    return "unchanged"
