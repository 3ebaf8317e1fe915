"""The hotline's ledger at once: what single moves would leave, written in a few statements per batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import clocks, selectors
from yipanqi.cases.actions.answers import check_not_rated
from yipanqi.cases.actions.importing import told_change, told_changes, write_line
from yipanqi.cases.actions.intake import build_case, fresh_codes, new_numbers
from yipanqi.cases.events import CaseReported, ReportAnswered, ReportReceived
from yipanqi.cases.models import Case, CaseMove, Report, Source
from yipanqi.cases.states import State
from yipanqi.cases.words import keep_words
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import Event, publish, publish_all
from yipanqi.kernel.personal import mask
from yipanqi.people.models import User

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


@action(private=("rows",))
def import_messages(_nothing: None, *, rows: Sequence[tuple[Message, Case | None]], by: Actor, at: dt.datetime) -> list[str | Exception]:
    """Take over hotline messages: each becomes a case with its report. One that the hotline has answered is at its end and
    comes in as history, closed when it was answered; the others wait for the desk.

    Args:
        rows: each message with the case that already holds it, if any; that one is read again under its lock, and
            updated where the ledger differs.

    Returns:
        For each row "created", "updated", "unchanged", or the refusal.
    """
    outcomes: list[str | Exception] = []
    held = _locked(rows)
    new: list[tuple[Message, Case]] = []
    for message, known in rows:
        try:
            _check(message, at)
            if known is None:
                new.append((message, _case(message, by)))
            outcomes.append("created" if known is None else _update(message, held[known.pk], by, at))
        except Refused as refusal:
            outcomes.append(refusal)
    _write(new, by, at)
    return outcomes


def _locked(rows: Sequence[tuple[Message, Case | None]]) -> dict[int, Case]:
    """The known cases of these rows by id as they are now, with their reports: locked in the order of their ids."""
    reports = Prefetch("reports", Report.objects.select_for_update().order_by("pk"))
    known = [case.pk for _message, case in rows if case]
    found = Case.objects.select_for_update().filter(pk__in=known).order_by("pk").prefetch_related(reports)
    return {case.pk: case for case in found}


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
    keep_words(cases)
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
        code=code, case=case, sent_at=message.received_at, text=case.description, answer=message.reply,
        answered_at=case.closed_at, **_contact(message),
    )  # fmt: skip


def _update(message: Message, case: Case, by: Actor, at: dt.datetime) -> str:
    """Bring a case imported before up to the ledger: its words, who called, and the reply if it has one now, with a line in
    the thread. Its state stays: the desk may be at work on it. Raises Conflict for another reply than the one that was rated."""
    report = next(iter(case.reports.all()), None)
    if report and message.reply and report.answer != message.reply:
        check_not_rated(report)
    wanted = build_case(source=Source.HOTLINE, description=message.text, title=message.title, address=message.address, by=SYSTEM, at=message.received_at)
    changed = [name for name in ("title", "description", "address") if getattr(case, name) != getattr(wanted, name)]
    lines = told_changes(case, wanted, changed)
    for name in changed:
        setattr(case, name, getattr(wanted, name))
    about_report = _update_report(message, report, case, at) if report else {}
    if not changed and not about_report:
        return "unchanged"
    case.version += 1
    case.save(update_fields=[*changed, "first_reply_at", "version"])
    if changed:
        keep_words([case])
    write_line(case, [*lines, *about_report.values()], {"changed": [*changed, *about_report]}, by, at)
    return "updated"


def _update_report(message: Message, report: Report, case: Case, at: dt.datetime) -> dict[str, str]:
    """Write what differs in the report; each changed field with the sentence for the thread, which names no person."""
    told = {}
    for name, given in _contact(message).items():
        if not report.erased_at and given not in ("", getattr(report, name), mask(getattr(report, name))):
            setattr(report, name, given)
            told[name] = _("%(what)s：已按台账更正") % {"what": Report._meta.get_field(name).verbose_name}  # type: ignore[union-attr]
    dated = bool(message.replied_at) and case.first_reply_at is None
    if message.reply and (report.answer != message.reply or dated):
        told["answer"] = told_change(_("答复"), report.answer or _("未填"), message.reply)
        report.answer, report.answered_at = message.reply, message.replied_at or at
        case.first_reply_at = case.first_reply_at or message.replied_at
        publish(ReportAnswered(at=report.answered_at, report_id=report.pk, case_id=case.pk))
    if told or report.text != case.description:
        report.text = case.description
        report.save(update_fields=["text", "contact_name", "contact_phone", "answer", "answered_at"])
    return told


def _contact(message: Message) -> dict[str, str]:
    return {"contact_name": message.author[:40], "contact_phone": message.phone[:30]}
