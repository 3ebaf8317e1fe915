"""The stages of a case as a line of clocks: when each began, until when it had, what became of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import Clock
from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.states import CASE, OPEN, State
from yipanqi.desk import showing

BY_THE_UNIT = ("sign", "step", "handle")
#: Moves that end a stage without what it was for; the stage then says which it was.
ENDED_OTHERWISE = ("dispute", "withdraw")


def lines(case: Case, moves: list[CaseMove], now: dt.datetime) -> list[dict[str, Any]]:
    """One line for each stage the case went through or is in, for desk/_case_stages.html.

    Keys: title; step (it is a part of the mending); started, due, ended (moments as shown, or empty); words and tone of what
    became of it.
    """
    otherwise = {move.at: str(CASE.moves[move.verb].title) for move in moves if move.verb in ENDED_OTHERWISE}
    return [
        _line(case, stage, now, otherwise.get(stage.ended_at, "") if stage.ended_at and stage.name == "sign" else "")
        for stage in cases.stages(case, now, moves)
    ]


def step_asked(case: Case, verb: str) -> str:
    """Which step of a staged time limit the move `finish_step` would report; empty for other moves."""
    open_steps = [step for step in case.steps if step["done_at"] is None] if verb == "finish_step" else []
    step = next(iter(open_steps), None)
    if step is None:
        return ""
    due = dt.datetime.fromisoformat(step["due_at"]) if step["due_at"] else None
    if due is None:
        return _("本次反馈的阶段：%(title)s。") % {"title": step["title"]}
    return _("本次反馈的阶段：%(title)s，期限 %(due)s。") % {"title": step["title"], "due": showing.moment(due)}


def _line(case: Case, stage: cases.Stage, now: dt.datetime, ended_by: str) -> dict[str, Any]:
    words, tone = _outcome(case, stage, now)
    if ended_by:
        words, tone = (_("%(words)s（已超期）") % {"words": ended_by}, "late") if stage.late else (ended_by, "wait")
    return {
        "title": stage.title,
        "step": stage.name == "step",
        "running": stage.ended_at is None and tone not in ("wait", "paused"),
        "started": _short(stage.started_at, now),
        "due": _short(stage.due_at, now),
        "ended": _short(stage.ended_at, now),
        "words": words,
        "tone": tone,
    }


def _outcome(case: Case, stage: cases.Stage, now: dt.datetime) -> tuple[str, str]:
    if stage.ended_at is not None:
        if stage.due_at is None:
            return _("已完成"), "done"
        return (_("超期完成"), "late") if stage.late else (_("按时完成"), "done")
    if case.state not in OPEN:
        return _("未办"), "wait"
    if stage.left is not None:
        words = _("时限暂停，已超 %(left)s") if stage.left < 0 else _("时限暂停，剩 %(left)s")
        return words % {"left": _left(abs(stage.left), stage.clock)}, "paused"
    if stage.due_at is None:
        return _("不限时"), "wait"
    if case.state == State.DISPUTED and stage.name in BY_THE_UNIT:
        return _("等待裁定，暂不计超期"), "wait"
    calendar = calendar_for(case.unit.code if case.unit and stage.name in BY_THE_UNIT else "")
    badge = showing.badge(
        stage.due_at, now, (stage.clock or case.handle_clock) in showing.URGENT or case.severity >= 4, calendar
    )
    return badge["text"], badge["tone"]


def _left(amount: float, clock: str) -> str:
    number = f"{round(amount, 1):g}"
    many = 1 if number == "1" else 2
    words = {
        Clock.WORK_HOUR: ngettext("%(n)s 个工作小时", "%(n)s 个工作小时", many),
        Clock.WORK_DAY: ngettext("%(n)s 个工作日", "%(n)s 个工作日", many),
        Clock.URGENT_HOUR: ngettext("%(n)s 小时", "%(n)s 小时", many),
        Clock.URGENT_DAY: ngettext("%(n)s 天", "%(n)s 天", many),
    }
    return words.get(Clock(clock), "%(n)s") % {"n": number}


def _short(value: dt.datetime | None, now: dt.datetime) -> str:
    """A moment without the year where it is this year's."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return local.strftime("%m-%d %H:%M" if local.year == timezone.localtime(now).year else "%Y-%m-%d %H:%M")
