"""Where a report stands, in words that need no knowledge of the office."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yipanqi.cases.models import Case, Report
from yipanqi.cases.states import State
from yipanqi.portal.selectors import worked_case


@dataclass(frozen=True)
class Step:
    """One step of the way. `state` is "done", "now" or "ahead"; `at` is when it was reached."""

    title: str
    state: str
    at: dt.datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Progress:
    """The whole answer to "how far is it": one sentence with its tone, the steps, the date promised."""

    sentence: str
    tone: str
    steps: list[Step]
    due_at: dt.datetime | None
    late: bool
    may_rate: bool


def progress_of(report: Report, now: dt.datetime) -> Progress:
    """The progress of a report; a merged one tells that of the case it was joined to."""
    case = worked_case(report)
    sentence, tone = _sentence(case, now)
    if report.case.merged_into is not None:
        sentence = _("您反映的问题已有人先反映，两件合在一起办理。") + sentence
    waiting = case.state in (State.FILED, State.DISPATCHED, State.DISPUTED, State.HANDLING)
    late = bool(waiting and case.due_at and case.due_at < now)
    return Progress(
        sentence=sentence,
        tone=tone,
        steps=_steps(report, case),
        due_at=case.due_at if waiting else None,
        late=late,
        may_rate=report.answered_at is not None and report.rated_at is None,
    )


def _sentence(case: Case, now: dt.datetime) -> tuple[str, str]:
    unit = case.unit.name if case.unit else _("责任单位")
    late = bool(case.due_at and case.due_at < now)
    match case.state:
        case State.REPORTED:
            return _("已经收到，工作人员正在核对，看由谁来办。"), "act"
        case State.FILED:
            return _("已经受理，正在确定由哪个单位办理。"), "act"
        case State.DISPATCHED:
            return _("已经交给%(unit)s，等它接手。") % {"unit": unit}, "soon" if late else "act"
        case State.DISPUTED:
            return _("正在重新确定由哪个单位办理。"), "act"
        case State.HANDLING if late:
            return _("%(unit)s还没有办完，已经超过期限，正在督促。") % {"unit": unit}, "late"
        case State.HANDLING if case.rework:
            return _("核查没有通过，%(unit)s正在重新整改。") % {"unit": unit}, "act"
        case State.HANDLING:
            return _("%(unit)s正在整改。") % {"unit": unit}, "act"
        case State.RESOLVED:
            return _("%(unit)s说已经整改好，正由别的人去现场核查。") % {"unit": unit}, "act"
        case State.SUSPENDED:
            return _suspended(case), "wait"
        case State.CLOSED if case.by_sample:
            return _("%(unit)s说已经整改好。这类问题按比例抽查，这一件没有抽中；如果没有改好，请再告诉我们。") % {"unit": unit}, "done"
        case State.CLOSED:
            return _("已经解决，并经核查属实。"), "done"
        case State.REJECTED:
            return _("这件事没有受理，原因见下面的答复。"), "wait"
    return _("已并入另一件一起办理。"), "act"


def _suspended(case: Case) -> str:
    if case.review_on is None:
        return _("这个问题一时解决不了，已列入计划，条件具备后继续办理。")
    day = _("%(year)s年%(month)s月%(day)s日") % {
        "year": case.review_on.year,
        "month": case.review_on.month,
        "day": case.review_on.day,
    }
    return _("这个问题一时解决不了，已列入计划，%(day)s再看一次。") % {"day": day}


def _steps(report: Report, case: Case) -> list[Step]:
    if case.state == State.REJECTED:
        return [Step(_("收到"), "done", report.sent_at), Step(_("未受理"), "now", case.rejected_at)]
    unit = case.unit.name if case.unit else ""
    reached: list[tuple[str, dt.datetime | None, str]] = [
        (_("收到"), report.sent_at, ""),
        (_("受理"), case.accepted_at, ""),
        (_("交给责任单位"), case.dispatched_at, unit),
        (_("开始整改"), case.first_signed_at, ""),
        (_("整改完成，现场核查"), case.resolved_at if case.state in (State.RESOLVED, State.CLOSED) else None, ""),
        (_("解决"), case.closed_at if case.state == State.CLOSED else None, ""),
    ]
    if case.state == State.CLOSED:  # mended on the spot: what was skipped is not shown as missing
        return [Step(title, "done", at, note) for title, at, note in reached if at]
    last = max(i for i, (_title, at, _note) in enumerate(reached) if at)
    return [
        Step(
            title,
            "done" if i < last else "now" if i == last else "ahead",
            at if i <= last else None,
            note if i <= last else "",
        )
        for i, (title, at, note) in enumerate(reached)
    ]
