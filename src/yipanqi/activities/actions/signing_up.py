"""Signing up and withdrawing: only the volunteer's own word counts, also where a leader writes it down."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from yipanqi.activities.actions.places import fill, lock_volunteers
from yipanqi.activities.actions.telling import accounts, leaders, tell_one, tell_people
from yipanqi.activities.models import Shift, ShiftRole, SignUp, Swap
from yipanqi.activities.selectors.people import speaks_for
from yipanqi.activities.selectors.standing import adults_needed, is_adult, obstacle, overlapping, signed, standings
from yipanqi.activities.states import HELD, SHIFT, SignUpState, SwapState
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused, action, lock
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.permissions import why_not
from yipanqi.people.models import User
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState


class CannotCome(Refused):
    """Age, training or the rules for minors stand against it."""


class Busy(Conflict):
    """The volunteer has a place in another shift of the same time."""


class Full(Conflict):
    """The shift has begun and the role has no place left."""


class NoWord(Refused):
    """A leader must say how the volunteer told it."""


def on_whose_word(volunteer: Volunteer, said_how: str, by: Actor, action_name: str) -> bool:
    """Whether a leader writes down what the volunteer said. Raises NotAllowed for anybody else, NoWord without the how."""
    if speaks_for(by, volunteer):
        return False
    if not by.has_perm("activities.see_sign_ups", None):
        raise NotAllowed(why_not(action_name))
    if said_how not in SignUp.Said.values:
        raise NoWord(_("只有本人可以报名或退出；代为登记时，请写明本人是怎样告知的（电话、当面）。"), field="said_how")
    return True


@action
def sign_up(shift: Shift, *, role: ShiftRole, volunteer: Volunteer, said_how: str = "", by: Actor, at: dt.datetime) -> SignUp:
    """A volunteer (or the guardian of a child) signs up for a role, or a leader writes down that the volunteer said so (`said_how`; the volunteer is told).
    Where no place is free, or adults are still missing beside a minor, the volunteer waits; places go out in the order of arrival.

    Raises:
        WrongState: the activity is not open, or the shift is cancelled or over.
        NotAllowed: neither the volunteer nor a leader.
        NoWord: a leader did not say how the volunteer told it.
        CannotCome: too young, untrained, or not for minors.
        Busy: another shift of the same time, or signed up for this one already.
        Full: the shift has begun and no place is left.
    """
    _check_open(shift, at)
    by_leader = on_whose_word(volunteer, said_how, by, "activities.sign_up")
    if by_leader and not by.has_perm("activities.see_sign_ups", shift):
        raise NotAllowed(why_not("activities.see_sign_ups"))
    role = shift.roles.get(pk=role.pk)
    role.shift = shift
    volunteer = lock_volunteers([volunteer.pk])[volunteer.pk]
    if volunteer.state != VolunteerState.REGISTERED:
        raise CannotCome(_("登记审核通过后才能报名。"))
    _check_time(volunteer, shift)
    stands = obstacle(volunteer, role, adults=adults_needed())
    if stands:
        raise CannotCome(stands.sentence)
    made = SignUp.objects.create(
        shift=shift, role=role, volunteer=volunteer, state=SignUpState.WAITING, said_by_leader=by_leader, said_how=said_how if by_leader else "",
        entered_by=by if by_leader and isinstance(by, User) else None, signed_at=at,
    )  # fmt: skip
    fill(shift, at, made)
    if made.state == SignUpState.WAITING and at >= shift.starts_at:
        raise Full(_("班次已经开始，这个岗位没有空余名额。"))
    if by_leader:
        tell_one(made, "activities.place", "said" if made.state == SignUpState.SIGNED else "said_waiting", f"said:{made.uuid}", at)
    return made


def _check_open(shift: Shift, at: dt.datetime) -> None:
    SHIFT.check(shift, "sign_up")
    if shift.activity.state != "open":
        raise WrongState(_("活动当前不在报名中，不能报名。"))
    if at >= shift.ends_at:
        raise WrongState(_("班次已经结束，不能报名。"))


def _check_time(volunteer: Volunteer, shift: Shift) -> None:
    if shift.sign_ups.filter(volunteer=volunteer, state__in=("signed", "waiting")).exists():
        raise Busy(_("已经报名这个班次，不用再报。"))
    other = overlapping([volunteer.pk], shift).filter(state=SignUpState.SIGNED).select_related("shift__activity").first()
    if other:
        raise Busy(_("这个时间已报名“%(title)s”（%(when)s），时间重叠。") % {"title": other.shift.activity.title, "when": other.shift})


@action
def withdraw(sign_up: SignUp, *, said_how: str = "", by: Actor, at: dt.datetime) -> SignUp:
    """The volunteer does not come after all (or a leader writes down that the volunteer said so); the place goes at once to
    the first who waits for it.

    Raises:
        WrongState: no longer signed up, or the shift has begun.
        NoWord: a leader did not say how the volunteer told it.
    """
    if at >= sign_up.shift.starts_at:
        raise WrongState(_("班次已经开始，不能退出；没有到场的由队长登记。"))
    by_leader = on_whose_word(sign_up.volunteer, said_how, by, "activities.withdraw")
    _leave(sign_up, "withdraw", "", at)
    if by_leader:
        tell_one(sign_up, "activities.place", "said_withdrawn", f"unsaid:{sign_up.uuid}", at)
    return sign_up


@action
def remove_sign_up(sign_up: SignUp, *, why: str, by: Actor, at: dt.datetime) -> SignUp:
    """The leader takes a place away, with a reason that the volunteer reads; the place goes to the first who waits for it.

    Raises:
        WrongState: no longer signed up, or the shift has begun.
        Refused: no reason.
    """
    if at >= sign_up.shift.starts_at:
        raise WrongState(_("班次已经开始，不能再取消报名。"))
    if not why.strip():
        raise Refused(_("请写明原因，志愿者会看到。"), field="why")
    _leave(sign_up, "remove_sign_up", why.strip()[:200], at)
    tell_one(sign_up, "activities.change", "removed", f"removed:{sign_up.uuid}", at, why=sign_up.why)
    return sign_up


def _leave(sign_up: SignUp, verb: str, why: str, at: dt.datetime) -> None:
    """The place becomes free: swaps asked about it lapse, the waiting list moves, minors may be left without adults."""
    shift, had_place = sign_up.shift, sign_up.state == SignUpState.SIGNED
    before = standings(shift)
    sign_up.machine.move(sign_up, verb)
    sign_up.withdrawn_at, sign_up.why = at, why
    sign_up.save(update_fields=["state", "withdrawn_at", "why"])
    lapse_swaps(sign_up, at)
    if had_place:
        fill(shift, at)
        if is_adult(sign_up.volunteer, shift):
            _tell_of_missing_adults(shift, before, at)


def _tell_of_missing_adults(shift: Shift, before: dict[int, list[str]], at: dt.datetime) -> None:
    found = standings(shift, signed(shift))
    if any("adults" in reasons and "adults" not in before.get(pk, ()) for pk, reasons in found.items()):
        tell_people(leaders(shift.activity), "activities.leader", "adults", f"adults:{shift.uuid}:{at.isoformat()}", shift.activity, at, shift)


def lapse_swaps(sign_up: SignUp, at: dt.datetime) -> None:
    """Swaps asked for with a place that is gone come to nothing."""
    Swap.objects.filter(sign_up=sign_up, state=SwapState.ASKED).update(state=SwapState.LAPSED, answered_at=at)
    Swap.objects.filter(theirs=sign_up, state=SwapState.ASKED).update(state=SwapState.LAPSED, answered_at=at)


@action
def keep_sign_up(sign_up: SignUp, *, by: Actor, at: dt.datetime) -> SignUp:
    """The leader decides that somebody stays who might have to go (beyond a lowered limit, below a raised age).

    Raises:
        WrongState: has no place.
        Refused: nothing stands against the place.
    """
    sign_up.machine.move(sign_up, "keep_sign_up")
    reasons = standings(sign_up.shift).get(sign_up.pk)
    if not reasons:
        raise Refused(_("没有需要决定的情况，可以照常参加。"))
    sign_up.kept = sorted({*sign_up.kept, *reasons})
    sign_up.save(update_fields=["kept"])
    tell_one(sign_up, "activities.place", "kept", f"kept:{sign_up.uuid}:{sign_up.shift.version}", at)
    return sign_up


@action
def remind(shift: Shift, *, by: Actor, at: dt.datetime) -> Shift:
    """Those with a place who were not reminded yet are reminded that the shift is near."""
    due = list(shift.sign_ups.select_for_update().filter(state=SignUpState.SIGNED, reminded_at__isnull=True))
    tell_people(accounts(one.volunteer_id for one in due), "activities.reminder", "soon", f"remind:{shift.uuid}:{shift.starts_at.isoformat()}", shift.activity, at, shift)
    shift.sign_ups.filter(pk__in=[one.pk for one in due]).update(reminded_at=at)
    return shift


@action
def leave_shifts(_nothing: None, *, volunteer: int, by: Actor, at: dt.datetime) -> None:
    """Whoever (a row id) is no volunteer any more comes to nothing that lies ahead; the places go to those who wait."""
    held = SignUp.objects.filter(volunteer=volunteer, state__in=HELD, shift__starts_at__gt=at).order_by("shift__activity", "shift")
    for one in held:
        found = lock(one)
        if found.state in HELD:
            _leave(found, "withdraw", "left", at)
