"""Attendance lists of the national system, or kept on paper, are taken in: as often as one likes, never twice."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yipanqi.activities import hours
from yipanqi.activities.actions.settling import settle
from yipanqi.activities.models import Attendance, Shift
from yipanqi.activities.models.attendance import How
from yipanqi.activities.states import ActivityState, AttendanceState
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState


@dataclass
class _Known:
    """What the rows of a batch name, read at once; the volunteers are locked."""

    shifts: dict[str, list[Shift]]
    people: dict[str, Volunteer]
    held: dict[int, list[Attendance]]
    at: dt.datetime


@action(private=("rows",))
def import_attendances(_nothing: None, *, rows: Sequence[Mapping[str, Any]], by: Actor, at: dt.datetime) -> list[str | Exception]:
    """Write many attendances at once: `activity` (code), `volunteer` (our number or the national one), `in_at`, `out_at`. What
    overlaps with anything known is refused; what is known already is left alone. Of closed activities they count at once.

    Answers each row with "created", "unchanged" or the refusal.
    """
    known = _read(rows, at)
    outcomes: list[str | Exception] = []
    made: list[Attendance] = []
    for row in rows:
        try:
            outcomes.append(_take(known, row, made))
        except Refused as refusal:
            outcomes.append(refusal)
    Attendance.objects.bulk_create(made, batch_size=500)
    settle([one for one in made if one.shift.activity.state == ActivityState.CLOSED], at)
    return outcomes


def _read(rows: Sequence[Mapping[str, Any]], at: dt.datetime) -> _Known:
    shifts: dict[str, list[Shift]] = defaultdict(list)
    codes, numbers = {str(row["activity"]) for row in rows}, {str(row["volunteer"]) for row in rows}
    for shift in Shift.objects.filter(activity__code__in=codes, state="planned").select_related("activity").order_by("starts_at"):
        shifts[shift.activity.code].append(shift)
    found = Volunteer.objects.select_for_update().filter(Q(number__in=numbers) | Q(national_number__in=numbers), state=VolunteerState.REGISTERED).order_by("pk")
    people = {key: one for one in found for key in (one.national_number, one.number) if key}
    held: dict[int, list[Attendance]] = defaultdict(list)
    for row in Attendance.objects.filter(volunteer__in={one.pk for one in people.values()}).exclude(state=AttendanceState.VOID).select_related("shift__activity"):
        held[row.volunteer_id].append(row)
    return _Known(shifts, people, held, at)


def _take(known: _Known, row: Mapping[str, Any], made: list[Attendance]) -> str:
    came, went = row["in_at"], row["out_at"]
    if went < came:
        raise Refused(_("签退时间早于签到时间，请核对。"), field="out_at")
    if went > known.at:
        raise Refused(_("时间在以后，请核对。"), field="out_at")
    person = known.people.get(str(row["volunteer"]))
    if person is None:
        raise Refused(_("没有这个编号的志愿者，请先导入或登记志愿者。"), field="volunteer")
    shift = _shift_of(known, str(row["activity"]), came, went)
    for other in known.held[person.pk]:
        if other.shift_id == shift.pk:
            if (other.in_at, other.out_at) == (came, went):
                return "unchanged"
            raise Conflict(_("这个班次已有签到记录，时间不同，请在记录上提出更正。"))
        if hours.collide((came, went), (other.in_at, other.out_at)):
            raise Conflict(_("与“%(title)s”的服务时间重叠，同一个人不能同时在两处，请核对。") % {"title": other.shift.activity.title})
    one = Attendance(
        shift=shift, volunteer=person, state=AttendanceState.DONE, how=How.IMPORTED, in_at=came, out_at=went, most=shift.minutes, served_on=shift.on,
        minutes=hours.minutes_within(came, went, shift.starts_at, shift.ends_at), confirmed_at=known.at,
    )  # fmt: skip
    made.append(one)
    known.held[person.pk].append(one)
    return "created"


def _shift_of(known: _Known, code: str, came: dt.datetime, went: dt.datetime) -> Shift:
    """The shift of the activity with which the time has most in common. Raises Refused."""
    shifts = [one for one in known.shifts.get(code, []) if one.activity.state in (ActivityState.OPEN, ActivityState.CLOSED)]
    if not shifts:
        raise Refused(_("没有这个编号的活动，或者活动没有班次、已取消。"), field="activity")
    best = max(shifts, key=lambda one: min(went, one.ends_at) - max(came, one.starts_at))
    if min(went, best.ends_at) <= max(came, best.starts_at):
        raise Refused(_("时间不在活动的任何班次内，请核对。"), field="in_at")
    return best
