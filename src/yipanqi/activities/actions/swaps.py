"""Swaps: one volunteer asks, the other agrees; whoever waits comes before anybody to whom a place would be handed."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from yipanqi.activities.actions.places import lock_volunteers
from yipanqi.activities.actions.signing_up import Busy, CannotCome, lapse_swaps
from yipanqi.activities.actions.telling import accounts, tell_one, tell_people
from yipanqi.activities.models import SignUp, Swap
from yipanqi.activities.selectors.standing import is_adult, obstacle, overlapping, signed
from yipanqi.activities.states import SignUpState, SwapState
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.machine import WrongState
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState


class OthersWait(Conflict):
    """A place that becomes free belongs to the first who waits for it."""


@action
def ask_swap(sign_up: SignUp, *, other: Volunteer, theirs: SignUp | None = None, by: Actor, at: dt.datetime) -> Swap:
    """Ask another volunteer to swap shifts (`theirs` is the other's place), or to take the place over where nobody waits for it.

    Raises:
        WrongState: no place, or a shift has begun.
        OthersWait: somebody waits for the place; withdrawing gives it to them.
        Refused: asked oneself, or somebody who cannot sign in to answer.
        Conflict: another swap is asked for with this place already.
    """
    sign_up.machine.move(sign_up, "ask_swap")
    _check_ahead(sign_up, theirs, at)
    if other.pk == sign_up.volunteer_id or (theirs is not None and theirs.volunteer_id != other.pk):
        raise Refused(_("请选择另一位志愿者的班次。"), field="other")
    if other.user_id is None or other.state != VolunteerState.REGISTERED:
        raise Refused(_("对方没有账号，不能在线答复；请由双方联系队长办理。"), field="other")
    if theirs is not None and theirs.state != SignUpState.SIGNED:
        raise WrongState(_("对方没有这个班次的名额。"))
    if theirs is None:
        _check_nobody_waits(sign_up)
    if sign_up.swaps.filter(state=SwapState.ASKED).exists():
        raise Conflict(_("这个班次已经提出过换班，正在等对方答复；要找别人请先收回。"))
    made = Swap.objects.create(sign_up=sign_up, other=other, theirs=theirs, asked_at=at)
    tell_people(accounts([other.pk]), "activities.swap", "asked" if theirs else "offered", f"swap:{made.uuid}", sign_up.shift.activity, at, sign_up.shift, role=sign_up.role.name)
    return made


def _check_ahead(sign_up: SignUp, theirs: SignUp | None, at: dt.datetime) -> None:
    for one in (sign_up, theirs):
        if one is not None and at >= one.shift.starts_at:
            raise WrongState(_("班次已经开始，不能换班。"))


def _check_nobody_waits(sign_up: SignUp) -> None:
    if sign_up.shift.sign_ups.filter(role=sign_up.role, state=SignUpState.WAITING).exists():
        raise OthersWait(_("这个岗位有人候补，空出的名额先给候补的人；不能参加请直接退出。"))


@action
def agree_to_swap(swap: Swap, *, by: Actor, at: dt.datetime) -> Swap:
    """The other agrees: each has the other's place, or the other has this one; both are told.

    Raises:
        WrongState: answered already, or a place is gone or a shift begun.
        OthersWait: meanwhile somebody waits for the place that would be handed over.
        CannotCome, Busy: one of them cannot take the other's place.
    """
    swap.machine.move(swap, "agree_to_swap")
    mine, theirs = _locked(swap.sign_up), _locked(swap.theirs)
    _check_ahead(mine, theirs, at)  # type: ignore[arg-type]
    if mine is None or any(one is not None and one.state != SignUpState.SIGNED for one in (mine, theirs)):
        raise WrongState(_("有一方已经没有名额，换班失效。"))
    people = lock_volunteers([mine.volunteer_id, swap.other_id])
    asker, other = people[mine.volunteer_id], people[swap.other_id]
    if theirs is None:
        _check_nobody_waits(mine)
    _check_can_take(other, mine, gives=theirs)
    if theirs is not None:
        _check_can_take(asker, theirs, gives=mine)
    for one in (mine, theirs):
        if one is not None:
            one.state, one.withdrawn_at, one.why = SignUpState.SWAPPED, at, ""
            one.save(update_fields=["state", "withdrawn_at", "why"])
    _take(other, mine, at)
    if theirs is not None:
        _take(asker, theirs, at)
    swap.answered_at = at
    swap.save(update_fields=["state", "answered_at"])
    for one in (mine, theirs):
        if one is not None:
            lapse_swaps(one, at)
    tell_one(mine, "activities.swap", "agreed", f"swapped:{swap.uuid}", at)
    return swap


def _locked(sign_up: SignUp | None) -> SignUp | None:
    """A sign-up as it stands now; its shift is locked by the swap."""
    return None if sign_up is None else SignUp.objects.select_for_update(of=("self",)).select_related("shift__activity__kind", "role", "volunteer").get(pk=sign_up.pk)


def _check_can_take(volunteer: Volunteer, place: SignUp, gives: SignUp | None) -> None:
    shift, role = place.shift, place.role
    if shift.state != "planned" or shift.activity.state != "open":
        raise WrongState(_("班次已经取消，换班失效。"))
    role.shift = shift
    given = [gives.pk] if gives else []
    held = overlapping([volunteer.pk], shift).filter(state=SignUpState.SIGNED)
    if held.exclude(pk__in=given).exists() or shift.sign_ups.filter(volunteer=volunteer, state__in=("signed", "waiting")).exclude(pk__in=given).exists():
        raise Busy(_("换来的班次与对方已有的班次时间重叠。"))
    adults = sum(is_adult(one.volunteer, shift) for one in signed(shift) if one.pk not in (place.pk, *given))
    stands = obstacle(volunteer, role, adults=adults)
    if stands:
        raise CannotCome(stands.sentence)


def _take(volunteer: Volunteer, place: SignUp, at: dt.datetime) -> SignUp:
    taken = SignUp.objects.create(shift=place.shift, role=place.role, volunteer=volunteer, state=SignUpState.SIGNED, signed_at=at)
    overlapping([volunteer.pk], place.shift).filter(state=SignUpState.WAITING).update(state=SignUpState.WITHDRAWN, withdrawn_at=at, why="overlap")
    return taken


@action
def refuse_swap(swap: Swap, *, by: Actor, at: dt.datetime) -> Swap:
    """The other does not want to; everything stays.

    Raises:
        WrongState: answered already.
    """
    swap.machine.move(swap, "refuse_swap")
    swap.answered_at = at
    swap.save(update_fields=["state", "answered_at"])
    tell_one(swap.sign_up, "activities.swap", "refused", f"unswapped:{swap.uuid}", at)
    return swap


@action
def take_back_swap(swap: Swap, *, by: Actor, at: dt.datetime) -> Swap:
    """Whoever asked does not want to any more.

    Raises:
        WrongState: answered already.
    """
    swap.machine.move(swap, "take_back_swap")
    swap.answered_at = at
    swap.save(update_fields=["state", "answered_at"])
    return swap
