"""Corrections of attendances: one person asks and says why, another decides."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.activities.actions.settling import keep_times, settle
from yipanqi.activities.actions.telling import leaders, tell_people
from yipanqi.activities.events import HoursCorrected
from yipanqi.activities.models import Attendance, Correction
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.states import CORRECTION, ActivityState, AttendanceState
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.people.models import User


class AskedAlready(Conflict):
    """A correction of this attendance waits for a decision."""

    message = gettext_lazy("这条记录已有一份更正在等待审核，请先等结果或撤回。")


@action(private=("reason",))
def ask_correction(
    attendance: Attendance, *, reason: str, in_at: dt.datetime | None = None, out_at: dt.datetime | None = None, void: bool = False,
    by: Actor, at: dt.datetime,
) -> Correction:  # fmt: skip
    """The volunteer, or whoever runs the activity, says that the times are wrong, or that it never was. Somebody else decides.

    Raises:
        Refused: no reason, or neither times nor void.
        NotNow: the times are in the wrong order or outside the shift's time.
        Overlap: the person was elsewhere at this time.
        AskedAlready: an earlier one waits; Conflict: it is void already.
    """
    if attendance.state == AttendanceState.VOID:
        raise Conflict(_("这条记录已经作废。"))
    if selectors.open_correction(attendance) is not None:
        raise AskedAlready
    if not reason.strip():
        raise Refused(_("请写明为什么要更正。"), field="reason")
    if not void:
        if in_at is None or out_at is None:
            raise Refused(_("请填写正确的签到和签退时间，或选择作废。"), field="in_at" if in_at is None else "out_at")
        keep_times(attendance, in_at, out_at, at)  # only to see whether it could be; nothing is saved
    assert isinstance(by, User)  # the rule lets nobody else come this far
    made = Correction.objects.create(
        attendance=attendance, asked_by=by, asked_at=at, reason=reason.strip()[:200], void=void,
        in_at=None if void else in_at, out_at=None if void else out_at,
    )  # fmt: skip
    activity = attendance.shift.activity
    deciders = [one for one in leaders(activity) if one != by]
    tell_people(deciders, "activities.correction", "asked", f"correction:{made.uuid}", activity, at, uuid=str(made.uuid))
    return made


@action(private=("answer",))
def agree_correction(correction: Correction, *, answer: str = "", by: Actor, at: dt.datetime) -> Correction:
    """A second person agrees: the attendance is put right, and whoever counts hours is told.

    Raises:
        WrongState: it is decided already.
        NotNow, Overlap: it cannot have been so.
    """
    CORRECTION.move(correction, "agree_correction")
    attendance, before = correction.attendance, correction.attendance.minutes
    counted = attendance.state == AttendanceState.SETTLED
    if correction.void:
        attendance.state, attendance.minutes = AttendanceState.VOID, 0
    else:
        assert correction.in_at is not None and correction.out_at is not None  # the database holds it
        keep_times(attendance, correction.in_at, correction.out_at, at)
        attendance.state = AttendanceState.SETTLED if counted else AttendanceState.DONE
    attendance.confirmed_by, attendance.confirmed_at = by if isinstance(by, User) else None, at
    attendance.save()
    correction.minutes_before, correction.minutes_after = before, attendance.minutes
    _decide(correction, answer, by, at)
    if counted:
        publish(HoursCorrected(
            attendance_id=attendance.pk, volunteer_id=attendance.volunteer_id, minutes_before=before or 0, minutes=attendance.minutes or 0,
            on=attendance.served_on.isoformat(), at=at,
        ))  # fmt: skip
    elif attendance.state == AttendanceState.DONE and attendance.shift.activity.state == ActivityState.CLOSED:
        settle([attendance], at)
    return correction


@action(private=("answer",))
def decline_correction(correction: Correction, *, answer: str, by: Actor, at: dt.datetime) -> Correction:
    """A second person does not agree, and says why; everything stays as it is.

    Raises:
        WrongState: it is decided already.
        Refused: no answer.
    """
    CORRECTION.move(correction, "decline_correction")
    if not answer.strip():
        raise Refused(_("请写明为什么不同意，提出人会看到。"), field="answer")
    _decide(correction, answer, by, at)
    return correction


@action
def take_back_correction(correction: Correction, *, by: Actor, at: dt.datetime) -> Correction:
    """Whoever asked does not ask any more.

    Raises:
        WrongState: it is decided already.
    """
    CORRECTION.move(correction, "take_back_correction")
    correction.decided_at = at
    correction.save()
    return correction


def _decide(correction: Correction, answer: str, by: Actor, at: dt.datetime) -> None:
    correction.decided_by, correction.decided_at, correction.answer = by if isinstance(by, User) else None, at, answer.strip()[:200]
    correction.save()
    owner = correction.attendance.volunteer.user
    activity = correction.attendance.shift.activity
    told = {person.pk: person for person in (correction.asked_by, owner) if person is not None}
    tell_people(told.values(), "activities.correction", correction.state, f"corrected:{correction.uuid}", activity, at, uuid=str(correction.uuid))
