"""Signing in and out: by the volunteers themselves, by the leader's list; who did not come."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.activities import codes, hours
from yipanqi.activities.models import Absence, Attendance, Mark, Shift, ShiftRole, SignUp
from yipanqi.activities.models.attendance import How
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.selectors.people import volunteer_of
from yipanqi.activities.selectors.standing import adults_needed, obstacle
from yipanqi.activities.states import ActivityState, AttendanceState, ShiftState, SignUpState
from yipanqi.allowance import Allowance
from yipanqi.kernel.actions import Conflict, Refused, action, lock
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState

WRONG_CODES = Allowance(codes.WRONG_PER_HOUR, gettext_lazy("签到码错误次数过多，请一小时后再试，或请队长登记。"))


class WrongCode(Refused):
    """The code was not shown at that moment, or is another shift's."""

    message = gettext_lazy("签到码不对或已经更换，请重新扫码或输入队长手机上现在的数字。")

    def __init__(self) -> None:
        super().__init__(field="code")


class NotThere(Refused):
    """The phone is not within the place."""


class NotNow(Refused):
    """Outside the time in which one may sign in and out."""


class StillIn(Conflict):
    """The same person is signed in to another shift that goes on."""


class Overlap(Conflict):
    """The same person was elsewhere at this time."""


class NoRoom(Refused):
    """Somebody who did not sign up comes, and cannot be taken."""


class AlreadyCertain(Conflict):
    """The times are confirmed or count already."""

    message = gettext_lazy("时间已经由队长确认或已经入账，不能再签到签退。如有不符，请提出更正。")


@action(private=("code", "ticket", "position"), offline=True)
def sign_in(
    shift: Shift, *, code: str = "", ticket: str = "", position: tuple[float, float] | None = None, when: dt.datetime | None = None,
    call: UUID | None = None, by: Actor, at: dt.datetime,
) -> Attendance:  # fmt: skip
    """A volunteer signs in to a shift, by the code on the leader's phone or by being at the place. Said again, it changes
    nothing. The position is compared and forgotten.

    Args:
        code: the digits shown; ticket: the page's word that they were read a moment ago.
        when: what the phone's clock said, of a sign-in that it kept without a network; else it is now.
        call: the phone's own id of this sign-in.

    Raises:
        WrongCode, NotThere, NotNow: not shown to be there, or not in the shift's time.
        StillIn, Overlap: somewhere else at this time.
        NoRoom: did not sign up, and there is no place, or age or training do not fit.
        AlreadyCertain: the times are settled.
    """
    moment, how = _shown(shift, code, ticket, position, when, by, at)
    return _mark(shift, _own(by), out=False, moment=moment, how=how, kept=when is not None, call=call, at=at)


@action(private=("code", "ticket", "position"), offline=True)
def sign_out(
    shift: Shift, *, code: str = "", ticket: str = "", position: tuple[float, float] | None = None, when: dt.datetime | None = None,
    call: UUID | None = None, by: Actor, at: dt.datetime,
) -> Attendance:  # fmt: skip
    """A volunteer signs out of a shift, as of `sign_in`; what counts follows from both.

    Raises:
        WrongCode, NotThere, NotNow, Overlap, NoRoom, AlreadyCertain: as of `sign_in`.
    """
    moment, how = _shown(shift, code, ticket, position, when, by, at)
    return _mark(shift, _own(by), out=True, moment=moment, how=how, kept=when is not None, call=call, at=at)


@action(offline=True)
def note_in(
    shift: Shift, *, volunteer: Volunteer, role: ShiftRole | None = None, when: dt.datetime | None = None, call: UUID | None = None,
    by: Actor, at: dt.datetime,
) -> Attendance:  # fmt: skip
    """The leader writes down that somebody came, who signed up or walked in; not the leader's own coming.

    Raises:
        NotNow, StillIn, Overlap, NoRoom, AlreadyCertain: as of `sign_in`.
        Refused: about oneself, or somebody who is no registered volunteer.
    """
    _check_other(volunteer, by)
    return _mark(shift, volunteer, out=False, moment=_told(when, at), how=How.LIST, kept=when is not None, call=call, at=at, role=role)


@action(offline=True)
def note_out(
    shift: Shift, *, volunteer: Volunteer, when: dt.datetime | None = None, call: UUID | None = None, by: Actor, at: dt.datetime
) -> Attendance:
    """The leader writes down that somebody left.

    Raises:
        NotNow, Overlap, NoRoom, AlreadyCertain: as of `sign_in`.
        Refused: about oneself.
    """
    _check_other(volunteer, by)
    return _mark(shift, volunteer, out=True, moment=_told(when, at), how=How.LIST, kept=when is not None, call=call, at=at)


@action
def renew_code(shift: Shift, *, by: Actor, at: dt.datetime) -> Shift:
    """A picture of the code went round: from now on other codes are shown, and those of before count no more."""
    shift.secret = codes.fresh_salt()
    shift.save(update_fields=["secret"])
    return shift


@action
def note_absence(sign_up: SignUp, *, reason: str, by: Actor, at: dt.datetime) -> Absence:
    """Somebody who had signed up did not come: the place is free for who is there. It is counted nowhere.

    Raises:
        Refused: the shift has not begun, the person was there, or no such reason.
    """
    if reason not in Absence.Reason.values:
        raise Refused(_("请选择没有到场的原因"), field="reason")
    if sign_up.state != SignUpState.SIGNED:
        raise Conflict(_("这位志愿者已经不在名单上，不用登记。"))
    if at < sign_up.shift.starts_at:
        raise Refused(_("班次还没有开始，不能登记没有到场。"))
    if selectors.attendance_of(sign_up.shift, sign_up.volunteer) is not None:
        raise Refused(_("这位志愿者已有签到记录，不能登记没有到场。"))
    return Absence.objects.update_or_create(sign_up=sign_up, defaults={"reason": reason, "noted_at": at})[0]


@action
def take_back_absence(sign_up: SignUp, *, by: Actor, at: dt.datetime) -> SignUp:
    """It was noted by mistake that somebody did not come."""
    Absence.objects.filter(sign_up=sign_up).delete()
    return sign_up


def _own(by: Actor) -> Volunteer:
    volunteer = volunteer_of(by)
    assert volunteer is not None  # the rule lets nobody else come this far
    return volunteer


def _check_other(volunteer: Volunteer, by: Actor) -> None:
    own = volunteer_of(by)
    if own is not None and own.pk == volunteer.pk:
        raise Refused(_("不能登记自己：请扫码、输入数字或现场定位签到。"), field="volunteer")


def _told(when: dt.datetime | None, at: dt.datetime) -> dt.datetime:
    """The moment that somebody names, or now. Raises NotNow where it lies ahead or too long ago."""
    if when is None:
        return at
    if when > at + dt.timedelta(minutes=policy_value(codes.CLOCK_MINUTES.key)):
        raise NotNow(_("时间在以后，请核对手机的时钟。"), field="when")
    if when < at - dt.timedelta(hours=policy_value(selectors.KEPT_HOURS.key)):
        raise NotNow(_("超过 %(n)s 小时，不能再补传，请联系队长更正。") % {"n": policy_value(selectors.KEPT_HOURS.key)}, field="when")
    return min(when, at)


def _shown(
    shift: Shift, code: str, ticket: str, position: tuple[float, float] | None, when: dt.datetime | None, by: Actor, at: dt.datetime
) -> tuple[dt.datetime, str]:
    """When and by what it was shown that somebody is there."""
    moment = _told(when, at)
    if ticket:
        read_at = codes.ticket_read_at(shift.uuid, by.actor_key, ticket, at)
        if read_at is not None:
            return read_at, How.CODE
    if code.strip():
        seen_at = codes.shown_at(shift.uuid, shift.secret, code.strip(), moment, kept=when is not None)
        if seen_at is not None:
            return min(seen_at, at), How.CODE
        WRONG_CODES.take(by.actor_key, at)
        raise WrongCode
    if position is None or when is not None:
        raise WrongCode
    within = selectors.is_within(shift, *position)
    if within is None:
        raise NotThere(_("这个班次没有登记位置，请扫码或请队长登记。"))
    if not within:
        raise NotThere(_("您不在活动地点 %(n)s 米以内，请到现场后再签到，或扫码签到。") % {"n": policy_value(selectors.RADIUS_M.key)})
    return moment, How.POSITION


def _mark(
    shift: Shift, volunteer: Volunteer, *, out: bool, moment: dt.datetime, how: str, kept: bool, call: UUID | None, at: dt.datetime,
    role: ShiftRole | None = None,
) -> Attendance:  # fmt: skip
    """One sign-in or sign-out, once; in and out of the attendance follow from all of them. Locks the person, so that nobody
    is at two places at once."""
    volunteer = lock(volunteer)
    known = Mark.objects.select_related("attendance").filter(uuid=call).first() if call else None
    if known is not None:
        if (known.attendance.shift_id, known.attendance.volunteer_id, known.out) != (shift.pk, volunteer.pk, out):
            raise Conflict(_("此编号已用于另一次签到"))
        return known.attendance
    _check_time(shift, moment)
    attendance = selectors.attendance_of(shift, volunteer)
    if attendance is None:
        attendance = _begin(shift, volunteer, role, how)
    else:
        attendance = lock(attendance)
        if attendance.confirmed_at is not None or attendance.state == AttendanceState.SETTLED:
            raise AlreadyCertain
    if not out and not kept and attendance.in_at is None and (other := selectors.still_in(volunteer, shift, at)):
        raise StillIn(_("“%(title)s”还没有签退，请先签退再签到这里。") % {"title": other.shift.activity.title})
    told = [(mark.out, mark.at, mark.how) for mark in attendance.marks.all()] if attendance.pk else []
    _reckon(attendance, shift, [*told, (out, moment, how)], at)
    Mark.objects.create(attendance=attendance, out=out, at=moment, how=how, kept=kept, received_at=at, **({"uuid": call} if call else {}))
    return attendance


def _check_time(shift: Shift, moment: dt.datetime) -> None:
    if shift.state != ShiftState.PLANNED or shift.activity.state not in (ActivityState.OPEN, ActivityState.CLOSED):
        raise Conflict(_("这个班次已取消或还没有发布，不能签到。"))
    opens, closes = selectors.opens_at(shift), selectors.closes_at(shift)
    if not opens <= moment <= closes:
        span = {"from": f"{timezone.localtime(opens):%m-%d %H:%M}", "to": f"{timezone.localtime(closes):%m-%d %H:%M}"}
        raise NotNow(_("只能在 %(from)s 至 %(to)s 之间签到签退。") % span)


def _begin(shift: Shift, volunteer: Volunteer, role: ShiftRole | None, how: str) -> Attendance:
    """A new attendance, not saved: in the place signed up for, or in a free one."""
    if volunteer.state != VolunteerState.REGISTERED:
        raise NoRoom(_("登记审核通过的志愿者才能签到。"))
    signed = shift.sign_ups.filter(volunteer=volunteer, state=SignUpState.SIGNED).select_related("role", "absence").first()
    if signed is not None and hasattr(signed, "absence"):
        signed.absence.delete()
    taken = signed.role if signed is not None else _free_role(shift, volunteer, role)
    day = timezone.localdate(shift.starts_at)
    return Attendance(shift=shift, role=taken, volunteer=volunteer, how=how, walk_in=signed is None, served_on=day, state=AttendanceState.IN)


def _free_role(shift: Shift, volunteer: Volunteer, wanted: ShiftRole | None) -> ShiftRole:
    """The role in which somebody who did not sign up can stay. Raises NoRoom."""
    if not policy_value(selectors.WALK_INS.key):
        raise NoRoom(_("没有报名这个班次，不能签到。请联系队长。"))
    roles = [role for role in selectors.roles_with_room(shift) if wanted is None or role.pk == wanted.pk]
    why = _("没有报名这个班次，现场也没有空位，请联系队长。")
    for role in roles:
        role.shift = shift
        stands = obstacle(volunteer, role, adults=adults_needed())
        if stands is None:
            return role
        why = stands.sentence
    raise NoRoom(why)


def _reckon(attendance: Attendance, shift: Shift, marks: list[tuple[bool, dt.datetime, str]], at: dt.datetime) -> None:
    """In, out, minutes and state from all marks. Of an activity already closed the leader confirms what arrives late."""
    came, went = hours.stretch((out, moment) for out, moment, _how in marks)
    if other := selectors.colliding(attendance, (came, went)):
        raise Overlap(_("与“%(title)s”的签到时间重叠，同一个人不能同时在两处，请核对后提出更正。") % {"title": other.shift.activity.title})
    attendance.in_at, attendance.out_at = came, went
    attendance.how = min(how for out, moment, how in marks if moment == (came or went) and out == (came is None))
    attendance.most, attendance.minutes = shift.minutes, None
    if came and went:
        attendance.minutes = hours.minutes_within(came, went, shift.starts_at, shift.ends_at)
    certain = came is not None and shift.activity.state != ActivityState.CLOSED
    open_yet = certain and went is None and at <= selectors.closes_at(shift)
    attendance.state = AttendanceState.IN if open_yet else AttendanceState.DONE if certain and went else AttendanceState.PROPOSED
    attendance.save()
