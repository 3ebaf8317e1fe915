"""What other apps' news means for records."""

from __future__ import annotations

from yipanqi.activities.events import HoursCorrected, HoursSettled
from yipanqi.activities.models import Attendance
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.records import actions


@handles(HoursSettled, HoursCorrected)
def record_follows_attendance(event: HoursSettled | HoursCorrected) -> None:
    """What was settled or corrected stands in the record."""
    attendance = Attendance.objects.get(pk=event.attendance_id)
    actions.note_attendance(attendance, by=SYSTEM, at=event.at)
