"""What becomes of attendances when two entries turn out to be one volunteer, and when one is erased. Called inside the
actions of volunteers, which hold the locks."""

from __future__ import annotations

import datetime as dt

from yipanqi.activities import hours
from yipanqi.activities.events import HoursCorrected
from yipanqi.activities.models import Absence, Attendance, Correction, Mark
from yipanqi.activities.states import AttendanceState
from yipanqi.kernel.events import publish_all
from yipanqi.volunteers.models import Volunteer


def move_attendances(kept: Volunteer, gone: Volunteer, at: dt.datetime) -> None:
    """What the other entry attended is the kept one's; where both were at once, one person was there once: the other's is void."""
    held = list(Attendance.objects.filter(volunteer=kept).exclude(state=AttendanceState.VOID))
    told = []
    for row in Attendance.objects.select_for_update().filter(volunteer=gone).order_by("pk"):
        twice = any(row.shift_id == other.shift_id or hours.collide((row.in_at, row.out_at), (other.in_at, other.out_at)) for other in held)
        if twice and row.state != AttendanceState.VOID:
            if row.state == AttendanceState.SETTLED:
                told.append(HoursCorrected(attendance_id=row.pk, volunteer_id=kept.pk, minutes_before=row.minutes or 0, minutes=0, on=row.served_on.isoformat(), at=at))
            row.state, row.minutes = AttendanceState.VOID, 0
        row.volunteer = kept
        row.save()
    publish_all(told)


def erase_attendances(volunteer: Volunteer, at: dt.datetime) -> None:
    """Single marks, absences and the words of corrections go; hours that counted stay, without anybody's name."""
    Mark.objects.filter(attendance__volunteer=volunteer).delete()
    Absence.objects.filter(sign_up__volunteer=volunteer).delete()
    Correction.objects.filter(attendance__volunteer=volunteer).update(reason="", answer="")
