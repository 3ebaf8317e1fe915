"""Giving out the places of a shift: by role, in the order of arrival, to those who may come. Callers hold the shift's lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from yipanqi.activities.actions.telling import leaders, tell_one, tell_people
from yipanqi.activities.models import Shift, SignUp
from yipanqi.activities.selectors.standing import is_adult, obstacle, overlapping, signed, standings, waiting
from yipanqi.activities.states import SignUpState
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.volunteers.models import Volunteer


def lock_volunteers(ids: Iterable[int]) -> dict[int, Volunteer]:
    """The volunteers, locked in the order of their ids: nobody gets two places of the same time at once."""
    return {one.pk: one for one in Volunteer.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")}


@action
def move_up(sign_up: SignUp, *, by: Actor, at: dt.datetime) -> SignUp:
    """Whoever waited gets the place that became free, and is told.

    Raises:
        WrongState: the volunteer does not wait any more.
    """
    sign_up.machine.move(sign_up, "move_up")
    sign_up.moved_up_at = at
    sign_up.save(update_fields=["state", "moved_up_at"])
    drop_waits(sign_up, at)
    tell_one(sign_up, "activities.place", "moved_up", f"up:{sign_up.uuid}", at)
    return sign_up


def drop_waits(taken: SignUp, at: dt.datetime) -> None:
    """With a place, nobody waits for another of the same time."""
    waits = overlapping([taken.volunteer_id], taken.shift).filter(state=SignUpState.WAITING)
    waits.update(state=SignUpState.WITHDRAWN, withdrawn_at=at, why="overlap")


def fill(shift: Shift, at: dt.datetime, newcomer: SignUp | None = None) -> None:
    """Give the free places of a shift to those who wait, until nobody more can come. One who may not (yet) come is passed
    over and keeps the place in the row. Once the shift has begun only a newcomer is looked at."""
    queue = [newcomer] if newcomer is not None and at >= shift.starts_at else waiting(shift)
    if not queue or shift.state != "planned" or shift.activity.state != "open":
        return
    known = lock_volunteers(one.volunteer_id for one in queue)
    busy = set(overlapping(known, shift).filter(state=SignUpState.SIGNED).values_list("volunteer_id", flat=True))
    held, roles = signed(shift), {role.pk: role for role in shift.roles.all()}
    for role in roles.values():
        role.shift = shift
    free = {pk: role.limit - sum(one.role_id == pk for one in held) for pk, role in roles.items()}
    adults, moving = sum(is_adult(one.volunteer, shift) for one in held), True
    while moving:
        moving = False
        for one in list(queue):
            who, role = known[one.volunteer_id], roles[one.role_id]
            if free[role.pk] <= 0 or one.volunteer_id in busy or obstacle(who, role, adults=adults):
                continue
            _give(one, newcomer, at)
            queue.remove(one)
            free[role.pk], adults, moving = free[role.pk] - 1, adults + is_adult(who, shift), True
            break  # from the first again: an adult may have let in a minor who came before


def _give(one: SignUp, newcomer: SignUp | None, at: dt.datetime) -> None:
    if newcomer is None or one.pk != newcomer.pk:
        move_up(one, by=SYSTEM, at=at)
        return
    newcomer.state = SignUpState.SIGNED
    newcomer.save(update_fields=["state"])
    drop_waits(newcomer, at)


def tell_affected(shift: Shift, before: dict[int, list[str]], at: dt.datetime) -> None:
    """Tell those who may have to go by what changed just now, and the leaders of whom they are so many; nobody goes by itself."""
    held = signed(shift)
    found = standings(shift, held)
    new = [one for one in held if set(found.get(one.pk, ())) - set(before.get(one.pk, ()))]
    for one in new:
        one.shift = shift
        tell_one(one, "activities.change", "affected", f"affected:{one.uuid}:{shift.version}", at)
    if new:
        tell_people(leaders(shift.activity), "activities.leader", "affected", f"affected:{shift.uuid}:{shift.version}", shift.activity, at, shift, n=len(new))
