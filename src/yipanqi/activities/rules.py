"""Who plans activities, who signs up, who looks. Nobody is assigned to volunteer."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.activities.models import Activity, Attendance, Correction, Feed, Series, Shift, SignUp, Swap
from yipanqi.activities.selectors.people import led_teams, run_stations, runs_all, runs_for, speaks_for, volunteer_of
from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, User
from yipanqi.people.rules import has_role, is_system


@rules.predicate
def is_volunteer(actor: Any, obj: Any = None) -> bool:
    """A registered volunteer with an account."""
    return volunteer_of(actor) is not None


@rules.predicate
def runs_something(actor: Any, obj: Any = None) -> bool:
    """Leads a team, serves a station, or is of the centre."""
    return runs_all(actor) or bool(led_teams(actor)) or bool(run_stations(actor))


def activity_of(obj: Any) -> Activity | None:
    """The activity that a thing of this app belongs to."""
    match obj:
        case Activity():
            return obj
        case Shift():
            return obj.activity
        case SignUp():
            return obj.shift.activity
        case Swap():
            return obj.sign_up.shift.activity
    return getattr(getattr(obj, "shift", None), "activity", None)


@rules.predicate
def runs_it(actor: Any, obj: Any = None) -> bool:
    """Runs the activity or series in question; of none in particular, runs something."""
    held = obj if isinstance(obj, Series) else activity_of(obj)
    return bool(runs_something(actor)) if held is None else runs_for(actor, held.team, held.station)


@rules.predicate
def is_own(actor: Any, obj: Any = None) -> bool:
    """The sign-up, swap or calendar is the actor's own, or that of a child whom the actor entered as guardian."""
    match obj:
        case SignUp():
            return speaks_for(actor, obj.volunteer)
        case Swap():
            return speaks_for(actor, obj.sign_up.volunteer)
        case Feed():
            return speaks_for(actor, obj.owner)
    return False


@rules.predicate
def is_asked(actor: Any, obj: Any = None) -> bool:
    """The swap is asked of the actor."""
    return isinstance(obj, Swap) and speaks_for(actor, obj.other)


BY_HOLDER = _("由举办活动的队伍队长、实践站或文明实践中心办理")
OWN_WORD = _("只有志愿者本人可以决定；没有手机的，由队长按本人的话代为登记")

perm("activities.see_runs", runs_something | has_role(Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR), BY_HOLDER)
perm("activities.import_activities", has_role(Role.CENTRE) | is_system, _("由文明实践中心导入"))
perm("activities.export_activities", has_role(Role.CENTRE, Role.AUDITOR), _("由文明实践中心导出"))
perm("activities.see_sign_ups", runs_it, BY_HOLDER)
perm("activities.see_own_shifts", is_volunteer, _("注册为志愿者后可以报名和查看自己的班次"))
for verb in (
    "add_activity", "change_activity", "open_activity", "cancel_activity", "close_activity", "correct_report", "add_shift", "change_shift", "cancel_shift", "brief_shift",
    "keep_sign_up", "remove_sign_up", "add_series", "skip_date", "move_date", "change_following", "end_series",
):  # fmt: skip
    perm(f"activities.{verb}", runs_it | is_system, BY_HOLDER)
perm("activities.make_coming", is_system)
perm("activities.move_up", is_system)
perm("activities.leave_shifts", is_system)
perm("activities.remind", is_system)
perm("activities.sign_up", is_volunteer | runs_it, OWN_WORD)
perm("activities.withdraw", is_own | runs_it, OWN_WORD)
perm("activities.ask_swap", is_own, OWN_WORD)
perm("activities.agree_to_swap", is_asked, OWN_WORD)
perm("activities.refuse_swap", is_asked, OWN_WORD)
perm("activities.take_back_swap", is_own, OWN_WORD)
perm("activities.add_feed", is_volunteer, OWN_WORD)
perm("activities.revoke_feed", is_own, OWN_WORD)


@rules.predicate
def is_own_attendance(actor: Any, obj: Any = None) -> bool:
    """The attendance, or the one that a correction is about, is the actor's own."""
    attendance, volunteer = obj.attendance if isinstance(obj, Correction) else obj, volunteer_of(actor)
    return volunteer is not None and isinstance(attendance, Attendance) and attendance.volunteer_id == volunteer.pk


@rules.predicate
def runs_the_attendance(actor: Any, obj: Any = None) -> bool:
    """Runs the activity of the attendance, or of the one that a correction is about."""
    attendance = obj.attendance if isinstance(obj, Correction) else obj
    activity = attendance.shift.activity if isinstance(attendance, Attendance) else None
    return activity is not None and runs_for(actor, activity.team, activity.station)


@rules.predicate
def asked_it(actor: Any, obj: Any = None) -> bool:
    """The actor asked for the correction."""
    return isinstance(actor, User) and actor.is_active and isinstance(obj, Correction) and obj.asked_by_id == actor.pk


OTHERS = _("本人的服务时长须由另一位负责人确认或更正")
perm("activities.see_attendance", is_volunteer | runs_something | has_role(Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR), _("签到记录供志愿者本人和活动负责人查看"))
perm("activities.see_list", runs_it, BY_HOLDER)
for verb in ("sign_in", "sign_out"):
    perm(f"activities.{verb}", is_volunteer, _("登记审核通过的志愿者本人才能签到签退"))
for verb in ("note_in", "note_out", "renew_code", "note_absence", "take_back_absence"):
    perm(f"activities.{verb}", runs_it, BY_HOLDER)
perm("activities.propose_confirmation", is_system)
perm("activities.settle_hours", is_system)
perm("activities.forget_marks", is_system)
perm("activities.confirm_attendance", runs_the_attendance & ~is_own_attendance, OTHERS)
perm("activities.ask_correction", is_own_attendance | runs_the_attendance, _("由志愿者本人或活动负责人提出更正"))
for verb in ("agree_correction", "decline_correction"):
    perm(f"activities.{verb}", runs_the_attendance & ~asked_it & ~is_own_attendance, _("更正须由另一位活动负责人审核：提出的人和志愿者本人不能审核"))
perm("activities.take_back_correction", asked_it, _("只有提出人可以撤回"))
perm("activities.import_attendances", has_role(Role.CENTRE) | is_system, _("签到记录由文明实践中心导入"))
perm("activities.export_attendances", has_role(Role.CENTRE, Role.AUDITOR), _("签到记录由文明实践中心导出"))
