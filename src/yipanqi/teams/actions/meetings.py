"""Joint meetings 联席会议 and what they decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.people.models import Unit
from yipanqi.teams.actions.filling import Ended, fill, given_code
from yipanqi.teams.models import Decision, JointMeeting

MEETING_FIELDS = ("title", "held_on", "place", "matters")


@action
def add_meeting(
    _none: None, *, code: str = "", title: str, held_on: dt.date, place: str = "", units: Iterable[Unit] = (), matters: str = "", by: Actor, at: dt.datetime
) -> JointMeeting:  # fmt: skip
    """A joint meeting with the units that took part and what was talked about. A blank code gets the next number of its year.

    Raises:
        CodeTaken: another meeting has the code.
        Refused: a blank title.
    """
    meeting = JointMeeting(code=given_code(JointMeeting, code, f"LX{held_on.year}-"))
    fill(meeting, {"title": title, "held_on": held_on, "place": place, "matters": matters}, MEETING_FIELDS, named="title")
    meeting.save()
    meeting.units.set(units)
    return meeting


@action
def change_meeting(meeting: JointMeeting, *, by: Actor, at: dt.datetime, units: Iterable[Unit] | None = None, **changes: Any) -> JointMeeting:
    """Correct what is written of a meeting; `units`, when given, replaces those that took part. Refused: a blank title."""
    fill(meeting, changes, MEETING_FIELDS, named="title")
    meeting.save()
    if units is not None:
        meeting.units.set(units)
    return meeting


@action
def add_decision(meeting: JointMeeting, *, text: str, unit: Unit | None = None, due_on: dt.date | None = None, by: Actor, at: dt.datetime) -> Decision:
    """What the meeting decided: which unit does what by when.

    Raises:
        Refused: nothing was said, or it should have been done before the meeting.
    """
    if not text.strip():
        raise Refused(_("请写明议定事项"), field="text")
    if due_on is not None and due_on < meeting.held_on:
        raise Refused(_("完成期限不能早于会议日期"), field="due_on")
    line = (meeting.decisions.aggregate(last=Max("line"))["last"] or 0) + 1
    return Decision.objects.create(meeting=meeting, line=line, text=text.strip(), unit=unit, due_on=due_on)


@action
def finish_decision(decision: Decision, *, outcome: str, on: dt.date | None = None, by: Actor, at: dt.datetime) -> Decision:
    """The unit, or the centre for it, says what was done and on which day (today unless told).

    Raises:
        Ended: that was said before.
        Refused: nothing was said, or a day before the meeting or after today.
    """
    if decision.done_on is not None:
        raise Ended(_("这项已登记完成"))
    today = timezone.localdate(at)
    day = on or today
    if not outcome.strip():
        raise Refused(_("请写明完成情况"), field="outcome")
    if not decision.meeting.held_on <= day <= today:
        raise Refused(_("完成日期应在会议之后、今天之前（含今天）"), field="on")
    decision.done_on, decision.outcome = day, outcome.strip()
    decision.save()
    return decision
