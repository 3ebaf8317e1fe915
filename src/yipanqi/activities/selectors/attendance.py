"""Reads of attendances: who was there, what waits for a decision, who could still come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yipanqi.activities import hours
from yipanqi.activities.models import Activity, Attendance, Correction, Shift, ShiftRole, SignUp
from yipanqi.activities.selectors.people import led_teams, run_stations, runs_all, volunteer_of
from yipanqi.activities.states import AttendanceState, CorrectionState, ShiftState, SignUpState
from yipanqi.inspections.selectors import distance_m
from yipanqi.kernel.policy import policy, policy_value
from yipanqi.people.models import Role
from yipanqi.volunteers.models import Volunteer

EARLY_MINUTES = policy("activities.sign_in_before", 30, _("班次开始前多少分钟可以签到"), help=_("提前到的时间不计服务时长。"), least=0, most=240)
LATE_MINUTES = policy("activities.sign_out_after", 60, _("班次结束后多少分钟内可以签退"), help=_("超过以后仍未签退的，请队长确认时间，系统不猜。"), least=5, most=720)
RADIUS_M = policy("activities.radius_m", 200, _("现场定位签到的范围（米）"), help=_("只比较是否在这个范围内，位置不保存。"), least=30, most=5000)
KEPT_HOURS = policy("activities.kept_hours", 72, _("断网保存的签到最迟多少小时内补传"), least=1, most=720)
WALK_INS = policy("activities.walk_ins", True, _("没有报名也可以现场加入"), "bool", help=_("有空位、年龄和培训符合要求才能加入。"))
#: Everybody who works for the city as a whole looks, and changes nothing.
LOOKERS = (Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR)
OPEN = (AttendanceState.IN, AttendanceState.PROPOSED)


def runs(user: Any, to: str = "shift__activity__") -> Q:
    """That the user runs the activity behind a row; `to` is the way to it."""
    if runs_all(user):
        return Q()
    stations = run_stations(user)
    return Q(**{f"{to}team__in": led_teams(user)}) | Q(**{f"{to}station__in": stations}) | Q(**{f"{to}team__station__in": stations})


def attendances_visible_to(user: Any) -> QuerySet[Attendance]:
    """One's own, those of activities that one runs; all for the centre and for those who look after the city."""
    rows = Attendance.objects.select_related("volunteer", "shift__activity")
    if runs_all(user) or user.roles & set(LOOKERS):
        return rows
    return rows.filter(_run_or_own(user))


def _run_or_own(user: Any, to: str = "") -> Q:
    """That somebody runs an attendance or that it is the own one; `to` is the way to it.

    A station has so many that the newest are met walking the index in order; who leads a team has few, which are looked up.
    """
    mine = volunteer_of(user)
    if run_stations(user):
        run = runs(user, f"{to}shift__activity__")
        return run | Q(**{f"{to}volunteer": mine}) if mine else run
    few = Attendance.objects.filter(runs(user)).order_by().values("pk")
    return Q(**{f"{to}pk__in": few.union(Attendance.objects.filter(volunteer=mine).order_by().values("pk")) if mine else few})


def attendances_run_by(user: Any) -> QuerySet[Attendance]:
    """Attendances that the user may put right."""
    return Attendance.objects.select_related("volunteer", "shift__activity").filter(runs(user))


def own_attendances(user: Any) -> QuerySet[Attendance]:
    """The user's own as a volunteer."""
    mine = volunteer_of(user)
    rows = Attendance.objects.select_related("shift__activity")
    return rows.filter(volunteer=mine) if mine else rows.none()


def corrections_visible_to(user: Any) -> QuerySet[Correction]:
    """Corrections of attendances that the user sees."""
    rows = Correction.objects.select_related("attendance__volunteer", "attendance__shift__activity", "asked_by", "decided_by")
    if runs_all(user) or user.roles & set(LOOKERS):
        return rows
    return rows.filter(_run_or_own(user, "attendance__"))


def corrections_to_decide(user: Any) -> QuerySet[Correction]:
    """Open corrections that the user may decide: not asked by the user and not about the user."""
    rows = corrections_visible_to(user).filter(runs(user, "attendance__shift__activity__"), state=CorrectionState.ASKED)
    mine = volunteer_of(user)
    return rows.exclude(asked_by=user).exclude(attendance__volunteer=mine) if mine else rows.exclude(asked_by=user)


def open_correction(attendance: Attendance) -> Correction | None:
    """The correction of an attendance that waits for a decision."""
    return attendance.corrections.filter(state=CorrectionState.ASKED).first()


def to_confirm(user: Any) -> QuerySet[Attendance]:
    """Attendances of activities run by the user that lack a time, without the user's own."""
    rows = attendances_run_by(user).filter(state=AttendanceState.PROPOSED)
    mine = volunteer_of(user)
    return rows.exclude(volunteer=mine) if mine else rows


def shift_by_uuid(uuid: Any) -> Shift | None:
    """A shift with its activity."""
    return Shift.objects.select_related("activity__kind", "activity__team", "activity__station", "activity__place", "place").filter(uuid=uuid).first()


def opens_at(shift: Shift) -> dt.datetime:
    """From when on one may sign in."""
    return shift.starts_at - dt.timedelta(minutes=policy_value(EARLY_MINUTES.key))


def closes_at(shift: Shift) -> dt.datetime:
    """Until when one may sign out."""
    return shift.ends_at + dt.timedelta(minutes=policy_value(LATE_MINUTES.key))


def place_of(shift: Shift) -> tuple[float, float] | None:
    """Where the shift is (longitude, latitude): its own position, its place's, the activity's, its place's; None where unknown."""
    for thing in (shift, shift.place, shift.activity, shift.activity.place):
        if thing is not None and thing.lon is not None and thing.lat is not None:
            return thing.lon, thing.lat
    return None


def is_within(shift: Shift, lon: float, lat: float) -> bool | None:
    """Whether a position lies within the shift's place; None where that is not known. The position is not kept."""
    place = place_of(shift)
    return None if place is None else distance_m(*place, lon, lat) <= policy_value(RADIUS_M.key)


def attendance_of(shift: Shift, volunteer: Volunteer) -> Attendance | None:
    """The attendance of a volunteer in a shift that is not void."""
    return Attendance.objects.filter(shift=shift, volunteer=volunteer).exclude(state=AttendanceState.VOID).first()


def colliding(attendance: Attendance, stretch: hours.Stretch) -> Attendance | None:
    """Another attendance of the same person during which nobody can also have been in this stretch."""
    if stretch[0] is None:
        return None
    day = dt.timedelta(days=2)
    others = Attendance.objects.filter(volunteer=attendance.volunteer_id, served_on__range=(attendance.served_on - day, attendance.served_on + day))
    others = others.exclude(state=AttendanceState.VOID).exclude(pk=attendance.pk).select_related("shift__activity")
    return next((other for other in others if hours.collide(stretch, (other.in_at, other.out_at))), None)


def still_in(volunteer: Volunteer, shift: Shift, at: dt.datetime) -> Attendance | None:
    """Another shift that goes on and that the volunteer has not signed out of."""
    rows = Attendance.objects.filter(volunteer=volunteer, state=AttendanceState.IN, shift__ends_at__gt=at).exclude(shift=shift)
    return rows.select_related("shift__activity").first()


def taken(shift: Shift) -> dict[int, int]:
    """By row id of the role, how many have its places: who signed up and is not known to be absent, and who walked in."""
    signed = shift.sign_ups.filter(state=SignUpState.SIGNED, absence__isnull=True).values_list("role_id", flat=True)
    walked = Attendance.objects.filter(shift=shift, walk_in=True).exclude(state=AttendanceState.VOID).values_list("role_id", flat=True)
    found: dict[int, int] = {}
    for role in (*signed, *walked):
        found[role] = found.get(role, 0) + 1
    return found


def roles_with_room(shift: Shift) -> list[ShiftRole]:
    """Roles that still take somebody, in their order."""
    held = taken(shift)
    return [role for role in shift.roles.all() if held.get(role.pk, 0) < role.limit]


@dataclass
class Line:
    """Somebody on the leader's list: the sign-up, if there is one, and the attendance, if there is one."""

    volunteer: Volunteer
    role: ShiftRole | None
    sign_up: SignUp | None = None
    attendance: Attendance | None = None
    late: bool = False
    moves: list[str] = field(default_factory=list)

    @property
    def absence(self) -> Any:
        return getattr(self.sign_up, "absence", None)


def lines(shift: Shift) -> list[Line]:
    """Everybody who signed up or came, by name: a fixed number of queries, however many they are."""
    signed = shift.sign_ups.filter(state=SignUpState.SIGNED).select_related("volunteer", "role", "absence")
    found = {one.volunteer_id: Line(one.volunteer, one.role, one) for one in signed}
    came = Attendance.objects.filter(shift=shift).exclude(state=AttendanceState.VOID).select_related("volunteer", "role")
    kept = set(Attendance.objects.filter(shift=shift, marks__kept=True).values_list("pk", flat=True))
    for attendance in came:
        line = found.setdefault(attendance.volunteer_id, Line(attendance.volunteer, attendance.role))
        line.attendance, line.late = attendance, attendance.pk in kept
    return sorted(found.values(), key=lambda line: (line.volunteer.name, line.volunteer.pk))


def shifts_of_day(user: Any, day_begins: dt.datetime, day_ends: dt.datetime) -> QuerySet[Shift]:
    """Shifts of a day that the user runs, in order."""
    rows = Shift.objects.filter(starts_at__lt=day_ends, ends_at__gt=day_begins, state=ShiftState.PLANNED)
    return rows.filter(runs(user, "activity__")).select_related("activity").order_by("starts_at", "id")


def forgotten(now: dt.datetime) -> QuerySet[Attendance]:
    """Attendances without a sign-out although the time for it is over."""
    return Attendance.objects.filter(state=AttendanceState.IN, shift__ends_at__lt=now - dt.timedelta(minutes=policy_value(LATE_MINUTES.key)))


def ready_to_settle(activity: Activity) -> QuerySet[Attendance]:
    """Attendances of an activity whose times are certain and that do not count yet."""
    return Attendance.objects.filter(shift__activity=activity, state=AttendanceState.DONE).select_related("shift")


def kept_about(volunteer: Volunteer) -> Iterable[Attendance]:
    """Every attendance of a volunteer, void ones included, newest first."""
    return Attendance.objects.filter(volunteer=volunteer).select_related("shift__activity").order_by("-served_on", "-id")


def narrowed(rows: QuerySet[Attendance], *, state: str = "", since: dt.date | None = None, until: dt.date | None = None) -> QuerySet[Attendance]:
    """Attendances of a state, of days from one until another."""
    given = {"state": state, "served_on__gte": since, "served_on__lte": until}
    return rows.filter(**{name: value for name, value in given.items() if value})
