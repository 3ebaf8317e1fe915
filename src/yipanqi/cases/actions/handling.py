"""What the units do: sign, dispute, ask for time or suspension, report what was mended; and the answers they get."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import WorkingCalendar
from yipanqi.cases import clocks, selectors
from yipanqi.cases.actions.steps import (
    NotYourShare,
    PhotoMissing,
    after_parts,
    alive,
    already,
    begin,
    need,
    on_version,
    record,
    share,
    void_requests,
)
from yipanqi.cases.models import Assignment, Case, Extension
from yipanqi.cases.states import CASE, Part, State
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.people.models import Unit, User
from yipanqi.standards.selectors import class_of

OUTCOMES = {
    "mended": gettext_lazy("已整改"), "warned": gettext_lazy("首违警告"), "exempt": gettext_lazy("轻微免罚"), "penalised": gettext_lazy("依法处罚"),
}  # fmt: skip
LONGEST_EXTENSION = 60


class NoStep(Conflict):
    """There is no step left that could be reported done."""

    message = gettext_lazy("本案没有待完成的阶段；全部整改完成后请反馈整改。")


FARTHEST = dt.timedelta(days=3_652)
EXTENSION, SUSPENSION = "extension", "suspension"


@action
@on_version
def sign(case: Case, *, unit: Unit | None = None, by: Actor, at: dt.datetime) -> Case:
    """A unit takes its share over.

    Raises:
        WrongState: it was signed already; the sentence says by whom and when.
    """
    at = begin(case, "sign", at)
    part = share(case, by, unit, [Part.DISPATCHED])
    if part is None:
        signed = share(case, by, unit, [Part.HANDLING, Part.RESOLVED], first=True)
        if signed and signed.signed_at:
            raise already(case, "sign", signed.signed_by, signed.signed_at, CASE.moves["sign"].title)
        raise NotYourShare
    part.state, part.signed_at = Part.HANDLING, at
    part.signed_by = by if isinstance(by, User) else None
    part.save(update_fields=["state", "signed_at", "signed_by"])
    case.first_signed_at = case.first_signed_at or at
    record(case, "sign", by=by, at=at, unit=part.unit)
    return case


@action
@on_version
def dispute(
    case: Case, *, reason: str, proposed_unit: Unit | None = None, unit: Unit | None = None, by: Actor, at: dt.datetime
) -> Case:
    """A unit says that its share is not its business, and perhaps whose it is; the desk rules.

    The leading unit's dispute stops the case until the ruling. An assisting unit's stops its own share only: the others
    sign and mend on, and the case waits for the ruling before it is resolved.

    Raises:
        WrongState: it cannot be disputed now.
        NotYourShare: the unit has nothing left to dispute.
    """
    at = begin(case, "dispute", at)
    reason = need(reason, "reason", _("请写明退单理由"))
    part = share(case, by, unit, [Part.DISPATCHED, Part.HANDLING])
    if part is None:
        raise NotYourShare
    if proposed_unit and proposed_unit.pk == part.unit_id:
        raise Refused(_("建议单位不能是本单位，请重新选择或留空。"), field="proposed_unit")
    part.state = Part.DISPUTED
    part.save(update_fields=["state"])
    case.disputes += 1
    data = {"proposed_unit": proposed_unit.code if proposed_unit else "", "role": part.role}
    target = State.DISPUTED if part.role == Assignment.Role.LEAD else after_parts(case)
    record(case, "dispute", to=target, by=by, at=at, note=reason, unit=part.unit, data=data)
    return case


@action
@on_version
def ask_extension(case: Case, *, reason: str, days: int, unit: Unit | None = None, by: Actor, at: dt.datetime) -> Case:
    """A unit asks, before its deadline, for more working days.

    Raises:
        WrongState: the case is not with the units.
        Refused: too late, asked already, or not 1 to 60 days.
    """
    at = begin(case, "ask_extension", at)
    part = _active_share(case, by, unit)
    if why := selectors.held_back(case, part, "ask_extension", at):
        raise Refused(why)
    if not 1 <= days <= LONGEST_EXTENSION:
        raise Refused(_("延长天数应为 1 到 %(most)d 个工作日。") % {"most": LONGEST_EXTENSION}, field="days")
    reason = _ask(case, part, EXTENSION, reason, days, by, at)
    record(case, "ask_extension", by=by, at=at, note=reason, unit=part.unit, data={"days": days})
    return case


@action
@on_version
def grant_extension(case: Case, *, days: int | None = None, note: str = "", by: Actor, at: dt.datetime) -> Case:
    """The desk grants the oldest open request, as asked or for other days; the unit's deadline moves by them.

    Raises:
        WrongState: the case is not with the units.
        Refused: nobody asked, not 1 to 60 days, or beyond the last day of a unit that is to be dissolved.
    """
    at = begin(case, "grant_extension", at)
    asked = _decide(case, EXTENSION, True, note, by, at)
    days = days or asked.days
    if not 1 <= days <= LONGEST_EXTENSION:
        raise Refused(_("延长天数应为 1 到 %(most)d 个工作日。") % {"most": LONGEST_EXTENSION}, field="days")
    part = next((a for a in selectors.live(case) if a.unit_id == asked.unit_id), None)
    leads = part is not None and part.role == Assignment.Role.LEAD and part.state != Part.RESOLVED
    if part is not None and part.due_at is not None and part.state != Part.RESOLVED:
        part.due_at = clocks.extended(calendar_for(part.unit.code), part.due_at, days)
        alive(case, part.unit, at, "days", part.due_at)
        part.save(update_fields=["due_at"])
        case.due_at = part.due_at if leads else case.due_at
    case.extensions += 1
    record(case, "grant_extension", by=by, at=at, note=note, unit=asked.unit, data={"days": days, "lead": leads})
    return case


@action
@on_version
def refuse_extension(case: Case, *, note: str, by: Actor, at: dt.datetime) -> Case:
    """The desk refuses the oldest open request for more time.

    Raises:
        Refused: nobody asked, or no reason was given.
    """
    at = begin(case, "refuse_extension", at)
    note = need(note, "note", _("请写明不同意的理由"))
    asked = _decide(case, EXTENSION, False, note, by, at)
    record(case, "refuse_extension", by=by, at=at, note=note, unit=asked.unit)
    return case


@action
@on_version
def ask_suspension(case: Case, *, reason: str, unit: Unit | None = None, by: Actor, at: dt.datetime) -> Case:
    """A unit says that the problem cannot be mended for now (season, conditions) and asks to hang the case.

    Raises:
        WrongState: the case is not being handled.
        Refused: asked already, or no reason.
    """
    at = begin(case, "ask_suspension", at)
    part = _active_share(case, by, unit)
    if why := selectors.held_back(case, part, "ask_suspension", at):
        raise Refused(why)
    reason = _ask(case, part, SUSPENSION, reason, 0, by, at)
    record(case, "ask_suspension", by=by, at=at, note=reason, unit=part.unit)
    return case


@action
@on_version
def refuse_suspension(case: Case, *, note: str, by: Actor, at: dt.datetime) -> Case:
    """A leader refuses to hang the case; the clock ran on.

    Raises:
        Refused: nobody asked, or no reason was given.
    """
    at = begin(case, "refuse_suspension", at)
    note = need(note, "note", _("请写明不同意的理由"))
    asked = _decide(case, SUSPENSION, False, note, by, at)
    record(case, "refuse_suspension", by=by, at=at, note=note, unit=asked.unit)
    return case


@action
@on_version
def suspend(case: Case, *, review_on: dt.date, note: str = "", by: Actor, at: dt.datetime) -> Case:
    """A leader hangs the case until a review date; its clocks stand still.

    Raises:
        WrongState: the case is not being handled.
        Refused: the review date is not in the future.
    """
    at = begin(case, "suspend", at)
    today = timezone.localdate(at)
    if not today < review_on < today + FARTHEST:
        raise Refused(_("复核日期须晚于今天，且在十年之内，请重新选择。"), field="review_on")
    if Extension.objects.filter(case=case, kind=SUSPENSION, decided_at__isnull=True).exists():
        _decide(case, SUSPENSION, True, note, by, at)
    kept: dict[str, float] = {}
    for part in selectors.live(case):
        if part.due_at is not None:
            kept[part.unit.code] = clocks.left(calendar_for(part.unit.code), at, part.due_at, case.handle_clock)
            part.due_at = None
    Assignment.objects.bulk_update(selectors.live(case), ["due_at"])
    case.time_left, case.due_at = kept.get(case.unit.code) if case.unit else None, None
    case.steps = clocks.steps_stopped(_lead_calendar(case), at, case.steps)
    case.suspended_at, case.review_on = at, review_on
    record(case, "suspend", by=by, at=at, note=note, data={"review_on": review_on.isoformat(), "left": kept})
    return case


@action
@on_version
def resume(case: Case, *, note: str = "", by: Actor, at: dt.datetime) -> Case:
    """Work goes on; the clocks run on with the time that was left.

    Raises:
        WrongState: the case is not suspended.
    """
    at = begin(case, "resume", at)
    stop = case.moves.filter(data__left__isnull=False).order_by("-at", "-id").first()  # a suspension, or a class corrected since
    kept = stop.data.get("left", {}) if stop else {}
    for part in selectors.live(case):
        if part.unit.code in kept:
            part.due_at = clocks.resumed(calendar_for(part.unit.code), at, kept[part.unit.code], case.handle_clock)
            if part.role == Assignment.Role.LEAD:
                case.due_at = part.due_at
    Assignment.objects.bulk_update(selectors.live(case), ["due_at"])
    case.steps = clocks.steps_resumed(_lead_calendar(case), at, case.steps)
    case.time_left = case.suspended_at = case.review_on = None
    record(case, "resume", by=by, at=at, note=note)
    return case


@action
@on_version
def finish_step(
    case: Case, *, what_was_done: str, photos: Sequence[Photo] = (), unit: Unit | None = None, by: Actor, at: dt.datetime
) -> Case:
    """The leading unit reports the next step of a staged time limit done, for example that a burst pipe is fenced off.

    Raises:
        WrongState: the case is not being handled.
        NoStep: the class asks for no steps, or all are done.
        NotYourShare: the unit does not lead, or has not signed.
    """
    at = begin(case, "finish_step", at)
    done = need(what_was_done, "what_was_done", _("请写明本阶段完成情况"))
    step = clocks.next_step(case.steps)
    if step is None:
        raise NoStep
    part = _handled_share(case, by, unit)
    if why := selectors.held_back(case, part, "finish_step", at):
        raise NotYourShare(why)
    case.steps = clocks.steps_done(case.steps, at)
    record(case, "finish_step", by=by, at=at, note=done, unit=part.unit, data={"step": step["title"]}, photos=photos)
    return case


@action(private=("subject_name",))
@on_version
def resolve(
    case: Case, *, what_was_done: str, photos: Sequence[Photo] = (), outcome: str = "mended", subject_name: str = "",
    unit: Unit | None = None, by: Actor, at: dt.datetime,
) -> Case:  # fmt: skip
    """A unit reports its share mended; when all have, the case waits for someone else to verify. What the unit asked for
    and nobody decided lapses.

    Args:
        outcome: mended, warned (first offence), exempt (minor) or penalised; all but the first name their subject.

    Raises:
        WrongState: the case is not being handled, or this share was reported already.
        PhotoMissing: the class asks for a photo and none was given.
    """
    at = begin(case, "resolve", at)
    done = need(what_was_done, "what_was_done", _("请写明整改情况"))
    part = _handled_share(case, by, unit)
    if outcome not in OUTCOMES:
        raise Refused(_("没有“%(value)s”这种处理结果，请从列表中选择。") % {"value": outcome}, field="outcome")
    if outcome != "mended" and not subject_name.strip():
        raise Refused(_("警告、免罚或处罚须填写当事人。"), field="subject_name")
    kind = class_of(case.issue_class_id)
    if kind and kind.photo_required and not photos:
        raise PhotoMissing(field="photos")
    earlier = selectors.earlier_offences(subject_name).exclude(case=case).count() if subject_name.strip() else 0
    part.state, part.resolved_at, part.what_was_done, part.outcome = Part.RESOLVED, at, done, outcome
    part.resolved_by = by if isinstance(by, User) else None
    part.subject_name = subject_name.strip()
    part.subject_hash = selectors.subject_hash(subject_name) if subject_name.strip() else ""
    part.save(update_fields=["state", "resolved_at", "what_was_done", "outcome", "resolved_by", "subject_name", "subject_hash"])
    leads = part.role == Assignment.Role.LEAD
    case.steps = clocks.steps_done(case.steps, at, every=True) if leads else case.steps
    target = after_parts(case)
    case.resolved_at = at if target == State.RESOLVED else None
    data = {"outcome": outcome, "earlier": earlier, "lead": leads}
    if void_requests(case, at, [part]):
        data["lapsed"] = True
    record(case, "resolve", to=target, by=by, at=at, note=done, unit=part.unit, data=data, photos=photos)
    return case


def _lead_calendar(case: Case) -> WorkingCalendar:
    return calendar_for(case.unit.code if case.unit else "")


def _handled_share(case: Case, by: Actor, unit: Unit | None) -> Assignment:
    part = share(case, by, unit, [Part.HANDLING])
    if part is not None:
        return part
    over = share(case, by, unit, [Part.RESOLVED], first=True)
    if over and over.resolved_at:
        raise already(case, "resolve", over.resolved_by, over.resolved_at, CASE.moves["resolve"].title)
    raise NotYourShare(_("贵单位尚未签收，请先签收再反馈整改。")) if share(case, by, unit, [Part.DISPATCHED], first=True) else NotYourShare()


def _active_share(case: Case, by: Actor, unit: Unit | None) -> Assignment:
    part = share(case, by, unit, [Part.DISPATCHED, Part.HANDLING])
    if part is None:
        raise NotYourShare
    return part


def _ask(case: Case, part: Assignment, kind: str, reason: str, days: int, by: Actor, at: dt.datetime) -> str:
    reason = need(reason, "reason", _("请写明申请理由"))
    asked_by = by if isinstance(by, User) else None
    Extension.objects.create(case=case, unit=part.unit, kind=kind, reason=reason[:300], days=days, asked_at=at, asked_by=asked_by)
    return reason


def _decide(case: Case, kind: str, granted: bool, note: str, by: Actor, at: dt.datetime) -> Extension:
    asked = selectors.pending_requests(case).filter(kind=kind).first()
    if asked is None:
        raise Refused(_("没有等待审批的申请，可能已由他人办理。"))
    asked.decided_at, asked.granted, asked.note = at, granted, note.strip()[:300]
    asked.decided_by = by if isinstance(by, User) else None
    asked.save(update_fields=["decided_at", "granted", "note", "decided_by"])
    return asked
