"""What the desk does about decisions of its own that were wrong: take them back, or put them right."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from yipanqi.cases import selectors
from yipanqi.cases.actions.steps import begin, need, on_version, record
from yipanqi.cases.actions.triage import grade, suggestions_kept
from yipanqi.cases.models import NOT_COUNTED, Assignment, Case, Report
from yipanqi.cases.states import State
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.standards.models import IssueClass

F = TypeVar("F", bound=Callable[..., Any])


class NothingAccepted(Conflict):
    """The acceptance is not the last step that the case took."""

    message = gettext_lazy("本案受理之后已经交办过，或者是反弹后新立的案件，不能撤销受理；不应办理的，请作“不予受理”。")


class NotSplit(Conflict):
    """The case must go on following the other one; the sentence says why."""

    message = gettext_lazy("本案刚刚改并到另一件案件，请刷新后查看最新进展。")


def beside_its_primary(move: F) -> F:
    """Call the move with the case that this one follows, so that both are locked in one order."""

    @functools.wraps(move)
    def call(case: Case, **given: Any) -> Any:
        return move(case, **{"primary": Case.objects.filter(merged_cases=case.pk).first(), **given})

    return cast(F, call)


@action
@on_version
def unaccept(case: Case, *, note: str, by: Actor, at: dt.datetime) -> Case:
    """The desk takes its acceptance back: the case waits to be looked at as before, with the class and severity it had then,
    and with the time for it running on from the start.

    Raises:
        WrongState: it is not waiting to be handed over.
        NothingAccepted: it was handed over since, or came back as a rebound.
        Refused: no reason was given.
    """
    at = begin(case, "unaccept", at)
    note = need(note, "note", _("请写明撤销受理的理由"))
    line = selectors.accepted_as(case)
    if line is None:
        raise NothingAccepted
    was = line.data.get("was")
    if was is not None:
        case.issue_class = IssueClass.objects.filter(key=was["class"]).first() if was["class"] else None
        case.severity = was["severity"]
        case.closing_condition = case.issue_class.closing_condition if case.issue_class else ""
    case.accepted_at = case.suggested = None
    record(case, "unaccept", by=by, at=at, note=note, since=case.reported_at, data=selectors.graded(case))
    return case


@beside_its_primary
@action(also=("primary",))
@on_version
def split_off(case: Case, *, note: str, primary: Case | None = None, by: Actor, at: dt.datetime) -> Case:
    """A case that was merged by mistake stands by itself again where it stood, with those that followed it then; its time
    begins anew, and a line of the other case says so. Reporters are told that theirs is another matter: what they
    were answered together with the other case counts no longer as an answer.

    Raises:
        WrongState: it is not merged.
        NotSplit: a reporter has rated the common result, or it was merged elsewhere meanwhile.
        Refused: no reason was given.
    """
    at = begin(case, "split_off", at)
    note = need(note, "note", _("请写明撤销并案的理由"))
    line = selectors.merged_by(case)
    if primary is None or line is None or primary.pk != case.merged_into_id:
        raise NotSplit
    if why := selectors.why_not_split_off(case):
        raise NotSplit(why)
    followers = selectors.with_it(case)
    _tell_apart(case, followers, line.at)
    case.merged_into = case.merged_at = None
    record(case, "split_off", to=line.source, by=by, at=at, note=note, data={"primary": primary.number}, other=primary)
    Case.objects.filter(pk__in=followers).update(merged_into=case)
    told = _("%(number)s 曾并入本案，现已撤销并案、分开办理。") % {"number": case.number}
    record(primary, "comment", by=by, at=begin(primary, "comment", at), note=told, data={"split_off": case.number})
    return case


def _tell_apart(case: Case, followers: list[int], since: dt.datetime) -> None:
    """Whoever was answered since the merge has no answer of their own yet; all who wait are told that theirs is worked on by itself."""
    mine, merged_into = [case.pk, *followers], case.merged_into_id
    with override(settings.LANGUAGE_CODE):
        words = _("您反映的问题曾与另一件合并办理。经核对是两件事，现已分开办理，办结后再答复您。")
    reports = Report.objects.filter(case__in=mine, rated_at__isnull=True)
    reports.filter(answered_at__gte=since).update(answered_at=None)
    reports.filter(answered_at__isnull=True).update(answer=words)
    late = Case.objects.filter(pk__in=mine, merged_into=merged_into, first_reply_at__gte=since)
    late.update(first_reply_at=None, counted=NOT_COUNTED)
    if case.first_reply_at is not None and case.first_reply_at >= since:
        case.first_reply_at = None


@action
@on_version
def correct_class(case: Case, *, issue_class: IssueClass, severity: int | None = None, note: str, by: Actor, at: dt.datetime) -> Case:
    """The desk puts a wrong class or severity right, until the mending is verified. Where the class's time limit is another
    one, the clocks are as if it had been given with the hand-over (see `selectors.terms_of`); the units hear of it.

    Raises:
        WrongState: it waits to be accepted, or is at an end.
        Refused: no reason was given, nothing would change, the class is out of use, or the severity is not 1 to 4.
    """
    at = begin(case, "correct_class", at)
    note = need(note, "note", _("请写明更正的理由"))
    was = selectors.graded(case)
    grade(case, issue_class, severity)
    now = selectors.graded(case)
    if now == was:
        raise Refused(_("类别和严重程度与现在相同，没有需要更正的。"), field="issue_class")
    data = {**now, "was": was, **_suggestions_now(case, issue_class), **_set_clocks(case, at)}
    record(case, "correct_class", by=by, at=at, note=note, unit=case.unit, data=data)
    return case


def _suggestions_now(case: Case, decided: IssueClass) -> dict[str, Any]:
    """How the suggestions that were shown fared, as it turns out."""
    kept = next((m.data["suggested"] for m in reversed(selectors.moves_of(case)) if "suggested" in m.data), None)
    if kept is None:
        return {}
    fared = suggestions_kept(kept["classes"], decided)
    case.suggested = fared["rank"]
    return {"suggested": fared}


def _set_clocks(case: Case, at: dt.datetime) -> dict[str, Any]:
    """Bring the deadlines in line with the class; what the thread keeps of it."""
    terms = selectors.terms_of(case, at)
    if terms is None:
        return {}
    parts = [part for part in selectors.live(case) if part.pk in terms.shares]
    for part in parts:
        part.due_at = terms.shares[part.pk].due_at
    Assignment.objects.bulk_update(parts, ["due_at"])
    whole = terms.whole
    case.due_at, case.time_left, case.last_due_at, case.steps = whole.due_at, whole.time_left, whole.last_due_at, whole.steps
    case.handle_amount, case.handle_clock = whole.amount, whole.clock
    return {"limit": terms.limit, **({"left": terms.left} if case.state == State.SUSPENDED else {})}
