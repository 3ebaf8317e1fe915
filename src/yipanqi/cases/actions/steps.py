"""What every move of a case does: check that it may start, take the step, write it to the thread, announce it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

import h3
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import clocks, selectors
from yipanqi.cases.events import MOVED, CaseEvent
from yipanqi.cases.models import Assignment, Case, CaseMove, Extension
from yipanqi.cases.states import CASE, Part, State
from yipanqi.files.actions import attach
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.machine import WrongState
from yipanqi.people.models import Role, Unit, User

F = TypeVar("F", bound=Callable[..., Any])
MAX_PHOTOS = 9
PUBLIC_VERBS = frozenset(("report_case", "accept", "reject", "merge", "unaccept", "split_off", "fix_on_the_spot", "dispatch", "sign", "finish_step", "resolve", "verify_pass", "verify_fail", "withdraw", "suspend", "resume"))
MADE = {
    "report_case": gettext_lazy("登记"), "import_case": gettext_lazy("按台账更新"), "accept": gettext_lazy("受理"), "reject": gettext_lazy("不予受理"), "merge": gettext_lazy("并案"),
    "dispatch": gettext_lazy("交办"), "sign": gettext_lazy("签收"), "resolve": gettext_lazy("反馈整改"),
}  # fmt: skip


class PhotoMissing(Refused):
    """The class or its severity asks for a photo and none was given."""

    message = gettext_lazy("此类问题须附照片，请拍照或选择照片后再提交。")


class TooManyPhotos(Refused):
    """More photos than a move may carry."""

    message = gettext_lazy("一次最多附九张照片，请减少后再提交。")


class NotYourShare(Refused):
    """The acting unit has no share of the case that this move could be about."""

    message = gettext_lazy("贵单位目前没有可以办理的部分，请刷新后查看最新进展。")
    status = 409


class UnitNotNamed(Refused):
    """A person of several units did not say for which of them; the sentence names those to choose from."""

    def __init__(self, parts: Iterable[Assignment]) -> None:
        names = _("、").join(f"{part.unit.name}（{part.unit.code}）" for part in parts)
        super().__init__(_("您在几个单位任职，请指明以哪个单位的名义办理：%(names)s。") % {"names": names}, field="unit")


class MovedMeanwhile(Conflict):
    """The case went on since the page was opened; the sentence says who did what when."""

    def __init__(self, last: CaseMove | None) -> None:
        if last is None:
            super().__init__()
            return
        when, who = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M"), last.actor.name if last.actor else _("系统")
        facts = {"who": who, "when": when, "what": _title(last.verb)}
        super().__init__(_("您打开页面之后，%(who)s 已于 %(when)s 办理“%(what)s”。请刷新后查看最新进展，仍需办理的再提交一次。") % facts)


def on_version(move: F) -> F:
    """Let a move of a case be called with `version`, the one that the page showed: under the lock a newer case refuses
    it, so that one page sent twice makes one move. A comment is refused only if the same words were added since.

    Raises:
        MovedMeanwhile: the case has a newer version.
    """

    @functools.wraps(move)
    def call(case: Case, *, version: int | None = None, **given: Any) -> Any:
        if version is not None and version != case.version:
            since = CaseMove.objects.filter(case=case).select_related("actor").order_by("-at", "-id")
            if move.__name__ == "comment":
                since = since.filter(verb="comment", actor_key=given["by"].actor_key, note=selectors.plain(given["note"]).strip())
                since = since[: max(case.version - version, 0)]
            last = since.first() if move.__name__ != "comment" else next(iter(since), None)
            if last is not None or move.__name__ != "comment":
                raise MovedMeanwhile(last)
        return move(case, **given)

    return cast(F, call)


def begin(case: Case, verb: str, at: dt.datetime) -> dt.datetime:
    """Check that `verb` may start now; returns the moment to record, never before the thread's last move.

    Raises:
        WrongState: it may not; the sentence says who did what when.
    """
    last = next(reversed(selectors.moves_of(case)), None)
    try:
        CASE.check(case, verb)
    except WrongState as error:
        if last is None:
            raise
        raise already(case, verb, last.actor, last.at, _title(last.verb)) from error
    return max(at, last.at) if last else at


def already(case: Case, verb: str, who: User | None, when: dt.datetime, what: Any) -> WrongState:
    """The refusal for someone who comes second."""
    return WrongState(
        _("已由 %(who)s 于 %(when)s %(what)s，当前状态为“%(state)s”，不能%(move)s。请刷新后查看最新进展。")
        % {
            "who": who.name if who else _("系统"),
            "when": timezone.localtime(when).strftime("%Y-%m-%d %H:%M"),
            "what": what,
            "state": CASE.states[case.state],
            "move": CASE.moves[verb].title,
        }
    )


def _title(verb: str) -> Any:
    return CASE.moves[verb].title if verb in CASE.moves else MADE.get(verb, verb)


def record(
    case: Case, verb: str, *, by: Actor, at: dt.datetime, to: str | None = None, note: str = "", unit: Unit | None = None,
    data: dict[str, Any] | None = None, photos: Sequence[Photo] = (), other: Case | None = None,
    since: dt.datetime | None = None,
) -> CaseMove:  # fmt: skip
    """Take the step: new state, stage clock, version, thread, photos, event. `at` comes from `begin`; `since` is when the
    new stage began, where it is an earlier one that goes on."""
    before, target = CASE.move(case, verb, to)
    if begins_stage(case, before, target):
        case.stage_started_at = since or at
    case.last_due_at = last_due(case)
    due, case.stage_due_at = case.stage_due_at, stage_due(case)
    if due != case.stage_due_at:
        data = {**(data or {}), "stage_due": case.stage_due_at.isoformat() if case.stage_due_at else None}
    case.version += 1
    case.save()
    publish(MOVED[verb](at=at, case_id=case.pk, number=case.number, unit_id=unit.pk if unit else None, other_case_id=other.pk if other else None))
    return write_move(case, verb, before, target, by=by, at=at, note=note, unit=unit, data=data, photos=photos)


def write_move(
    case: Case, verb: str, source: str, target: str, *, by: Actor, at: dt.datetime, note: str = "", unit: Unit | None = None,
    data: dict[str, Any] | None = None, photos: Sequence[Photo] = (),
) -> CaseMove:  # fmt: skip
    """Add a line to the thread and attach its photos."""
    attach_photos(case, photos, by=by, at=at)
    shown = dict(data or {})
    if photos:
        shown["photos"] = [str(p.uuid) for p in photos]
    user = by if isinstance(by, User) else None
    made = CaseMove.objects.create(
        case=case, verb=verb, source=source, target=target, at=at, actor=user, actor_key=by.actor_key,
        unit=unit or (user.main_unit if user else None), note=note, data=shown, public=verb in PUBLIC_VERBS,
    )  # fmt: skip
    selectors.follow(case, made)
    return made


def announce(kind: type[CaseEvent], case: Case, at: dt.datetime, other: Case | None = None) -> None:
    """Publish an event that is not a line of the state table."""
    publish(kind(at=at, case_id=case.pk, number=case.number, other_case_id=other.pk if other else None))


def attach_photos(case: Case, photos: Sequence[Photo], *, by: Actor, at: dt.datetime) -> None:
    """Make photos part of the case. Raises TooManyPhotos, and what `files.attach` refuses."""
    if len(photos) > MAX_PHOTOS:
        raise TooManyPhotos(field="photos")
    for photo in photos:
        attach(photo, subject_kind=selectors.SUBJECT, subject_ref=case.number, by=by, at=at)


def begins_stage(case: Case, before: str, target: str) -> bool:
    """Whether a step from one state to another starts a new stage. While the leading unit has not signed, it does not:
    its time to sign runs on whatever assisting units sign or mend."""
    return before != target and not ({before, target} == {State.DISPATCHED, State.HANDLING} and _unsigned(case))


def _unsigned(case: Case) -> bool:
    leads = selectors.lead(case)
    return leads is not None and leads.state == Part.DISPATCHED


def last_due(case: Case) -> dt.datetime | None:
    """The deadline in force, or while the case is suspended the one under which it was."""
    return case.last_due_at if case.state == State.SUSPENDED else case.due_at


def stage_due(case: Case) -> dt.datetime | None:
    """When whoever must act now is late: by the calendar of the unit that must, or of the city for the office."""
    start, step = case.stage_started_at, clocks.next_step(case.steps)
    soonest = [due for due in (case.due_at, dt.datetime.fromisoformat(step["due_at"]) if step and step["due_at"] else None) if due]
    match case.state:
        case State.REPORTED | State.FILED | State.RESOLVED | State.DISPUTED:
            stage = {State.REPORTED: "accept", State.FILED: "dispatch", State.RESOLVED: "verify", State.DISPUTED: "ruling"}[State(case.state)]
            return clocks.deadline(calendar_for(), start, selectors.stage_limit(case, stage))
        case State.DISPATCHED | State.HANDLING if case.state == State.DISPATCHED or _unsigned(case):
            sign = clocks.deadline(calendar_for(case.unit.code if case.unit else ""), start, selectors.stage_limit(case, "sign"))
            return min(sign, *soonest)
        case State.HANDLING:
            return min(soonest, default=None)
        case State.SUSPENDED if case.review_on:
            return timezone.make_aware(dt.datetime.combine(case.review_on, dt.time(23, 59)))
    return None


def cell_of(lon: float | None, lat: float | None) -> str:
    """H3 cell of resolution 9, or an empty text without a position."""
    return "" if lon is None or lat is None else str(h3.latlng_to_cell(lat, lon, 9))


def start_parts(case: Case, units: Sequence[tuple[Unit, str]], at: dt.datetime, due_at: dt.datetime | None) -> dict[str, Any]:
    """Give each (unit, role) a share of the case, with its own deadline by its own calendar; the lead's is the case's.

    Returns what the thread keeps so that the lead's clocks can be derived again; nothing when no lead is among them.
    """
    made: list[Assignment] = []
    starts: dict[str, Any] = {}
    limit = selectors.stage_limit(case, "handle")
    for unit, role in units:
        due = due_at or clocks.deadline(calendar_for(unit.code), at, limit)
        made.append(Assignment(case=case, unit=unit, role=role, dispatched_at=at, due_at=due))
        if role == Assignment.Role.LEAD:
            case.unit, case.due_at, case.time_left = unit, due, None
            case.handle_amount, case.handle_clock = limit.amount, limit.clock.value
            asked = selectors.steps_asked(case)
            case.steps = clocks.steps_begun(calendar_for(unit.code), at, asked, due)
            starts = {"unit": unit.code, "amount": str(limit.amount), "clock": limit.clock.value}
            starts |= ({"steps": asked} if asked else {}) | ({"due_at": due_at.isoformat()} if due_at else {})
    Assignment.objects.bulk_create(made)
    selectors.reread(case)
    return {"starts": starts} if starts else {}


def share(case: Case, by: Actor, unit: Unit | None, states: Iterable[str], *, first: bool = False) -> Assignment | None:
    """The share that `by` acts for, in one of `states`: the given unit's, else the only one of the actor's units.

    Raises:
        UnitNotNamed: no unit is given and a person of several units has several such shares; with `first` the leading
            one is taken instead.
    """
    mine = by.units_as(Role.LIAISON, Role.UNIT_LEADER) if isinstance(by, User) else None
    found = [
        part
        for part in selectors.live(case)
        if part.state in states and (mine is None or part.unit_id in mine) and (unit is None or part.unit_id == unit.pk)
    ]
    if mine is not None and len(found) > 1 and not first:
        raise UnitNotNamed(found)
    return found[0] if found else None


def after_parts(case: Case) -> str:
    """The state that the shares of a handed-over case add up to."""
    states = {a.state for a in selectors.live(case)}
    if states == {Part.RESOLVED}:
        return State.RESOLVED
    return State.HANDLING if states & {Part.HANDLING, Part.RESOLVED} else State.DISPATCHED


def settle(case: Case, at: dt.datetime, data: dict[str, Any]) -> str:
    """The state that the shares add up to after one was taken out. If the rest is mended, so is the case, as of the
    last report; the thread's `data` keeps when, and what was asked lapses."""
    target = after_parts(case)
    if target == State.RESOLVED:
        case.resolved_at = max(p.resolved_at for p in selectors.live(case) if p.resolved_at)
        data["resolved_at"] = case.resolved_at.isoformat()
        void_requests(case, at, selectors.live(case))
    return target


def void_requests(case: Case, at: dt.datetime, parts: Iterable[Assignment]) -> bool:
    """Requests of these shares that nobody decided lapse when there is nothing left to decide; whether there were any."""
    open_ones = Extension.objects.filter(case=case, unit_id__in=[part.unit_id for part in parts], decided_at__isnull=True)
    return bool(open_ones.update(decided_at=at, granted=False, note=_("办理已有结果，申请失效")))


def need(text: str, field: str, sentence: Any) -> str:
    """`text` without outer spaces. Raises Refused with `sentence` if nothing is left."""
    tidy = selectors.plain(text).strip()
    if not tidy:
        raise Refused(sentence, field=field)
    return tidy


def alive(case: Case, unit: Unit, at: dt.datetime, field: str, due_at: dt.datetime | None = None) -> None:
    """Refuse a unit that is no more, or will not be until its share is due."""
    if unit.dissolved_on is None:
        return
    if not unit.exists_on(timezone.localdate(at)):
        raise Refused(_("“%(unit)s”已撤销，请选择现有单位。") % {"unit": unit.name}, field=field)
    due = due_at or clocks.deadline(calendar_for(unit.code), at, selectors.stage_limit(case, "handle"))
    if not unit.exists_on(timezone.localdate(due)):
        facts = {"unit": unit.name, "day": unit.dissolved_on.isoformat()}
        raise Refused(_("“%(unit)s”将于 %(day)s 撤销，期限内无法办结，请交其他单位。") % facts, field=field)
