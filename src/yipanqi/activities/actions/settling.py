"""What is missing is confirmed by the leader, never guessed; hours count once the activity is closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from yipanqi.activities import hours
from yipanqi.activities.actions.attendance import NotNow, Overlap
from yipanqi.activities.actions.telling import leaders, tell_people
from yipanqi.activities.events import HoursSettled
from yipanqi.activities.models import Absence, Activity, Attendance, Mark
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.states import ATTENDANCE, ActivityState, AttendanceState
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish_all
from yipanqi.people.models import User

MARKS_KEPT, ABSENCES_KEPT = dt.timedelta(days=30), dt.timedelta(days=90)


@action
def propose_confirmation(activity: Activity, *, by: Actor, at: dt.datetime) -> Activity:
    """People did not sign out, and the time for it is over: the leader is asked until when they were there."""
    waiting = selectors.forgotten(at).filter(shift__activity=activity)
    days = sorted({f"{day:%Y%m%d}" for day in waiting.values_list("served_on", flat=True)})
    n = Attendance.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)), state=AttendanceState.IN).update(state=AttendanceState.PROPOSED)
    if n:
        tell_people(leaders(activity), "activities.hours", "confirm", f"confirm:{activity.uuid}:{days[-1]}", activity, at, n=n)
    return activity


@action
def confirm_attendance(attendance: Attendance, *, in_at: dt.datetime, out_at: dt.datetime, by: Actor, at: dt.datetime) -> Attendance:
    """Whoever runs the activity says from when until when somebody was there whose sign-in or sign-out is missing. It counts
    at once where the activity is closed already.

    Raises:
        WrongState: nothing is missing, or somebody else confirmed it.
        NotNow: the times are in the wrong order, outside the shift's time, or ahead.
        Overlap: the person was elsewhere at this time.
    """
    ATTENDANCE.move(attendance, "confirm_attendance")
    keep_times(attendance, in_at, out_at, at)
    attendance.confirmed_by, attendance.confirmed_at = by if isinstance(by, User) else None, at
    attendance.save()
    if attendance.shift.activity.state == ActivityState.CLOSED:
        settle([attendance], at)
    return attendance


def keep_times(attendance: Attendance, in_at: dt.datetime, out_at: dt.datetime, at: dt.datetime) -> None:
    """Set in, out and minutes that a person vouches for (not saved). Raises NotNow and Overlap."""
    shift = attendance.shift
    if out_at < in_at:
        raise NotNow(_("签退时间早于签到时间，请核对。"), field="out_at")
    if out_at > at:
        raise NotNow(_("时间在以后，请核对。"), field="out_at")
    if in_at < selectors.opens_at(shift) or out_at > selectors.closes_at(shift):
        raise NotNow(_("时间不在班次（%(shift)s）前后允许签到签退的范围内，请核对。") % {"shift": shift}, field="in_at")
    if other := selectors.colliding(attendance, (in_at, out_at)):
        raise Overlap(_("与“%(title)s”的服务时间重叠，同一个人不能同时在两处，请核对。") % {"title": other.shift.activity.title}, field="in_at")
    attendance.in_at, attendance.out_at, attendance.most = in_at, out_at, shift.minutes
    attendance.minutes = hours.minutes_within(in_at, out_at, shift.starts_at, shift.ends_at)


def settle(attendances: Iterable[Attendance], at: dt.datetime) -> None:
    """The hours of certain attendances count from now on; whoever counts them is told once of each."""
    rows = list(attendances)
    for row in rows:
        assert row.in_at is not None and row.out_at is not None  # no other is certain
        ATTENDANCE.move(row, "settle_hours")
        row.most, row.settled_at = row.shift.minutes, at
        row.minutes = hours.minutes_within(row.in_at, row.out_at, row.shift.starts_at, row.shift.ends_at)
    Attendance.objects.bulk_update(rows, ["state", "most", "minutes", "settled_at"], batch_size=500)
    publish_all([
        HoursSettled(attendance_id=row.pk, volunteer_id=row.volunteer_id, kind_id=row.shift.activity.kind_id, minutes=row.minutes or 0, on=row.served_on.isoformat(), at=at)
        for row in rows
    ])  # fmt: skip


@action
def settle_hours(activity: Activity, *, by: Actor, at: dt.datetime) -> Activity:
    """The activity is closed: what is certain of its attendances counts. Done twice, nothing more happens.

    Raises:
        Refused: the activity is not closed.
    """
    if activity.state != ActivityState.CLOSED:
        raise Refused(_("活动结项以后，服务时长才入账。"))
    settle(selectors.ready_to_settle(activity).select_for_update(of=("self",)).order_by("pk"), at)
    return activity


@action
def forget_marks(_nothing: None, *, by: Actor, at: dt.datetime) -> None:
    """Erase what nobody needs any more: single marks once the hours have counted for a while, and who did not come."""
    Mark.objects.filter(attendance__settled_at__lt=at - MARKS_KEPT).delete()
    Absence.objects.filter(sign_up__shift__ends_at__lt=at - ABSENCES_KEPT).delete()
