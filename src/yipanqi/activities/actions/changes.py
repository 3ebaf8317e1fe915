"""Changes of activities and shifts that people signed up for: they are told, and nobody loses a place without a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.activities.actions.places import fill, tell_affected
from yipanqi.activities.actions.plans import (
    DESCRIBED,
    check_roles,
    check_text,
    check_times,
    drop_shift,
    make_shift,
    role_facts,
    span,
)
from yipanqi.activities.actions.telling import accounts, tell_people
from yipanqi.activities.models import Activity, Shift, ShiftRole
from yipanqi.activities.selectors.standing import standings
from yipanqi.activities.states import HELD, ShiftState
from yipanqi.kernel.actions import Conflict, Refused, action, lock
from yipanqi.kernel.actors import Actor, System
from yipanqi.kernel.machine import WrongState


class StillSignedUp(Conflict):
    """A role that people signed up for is not simply dropped."""


@action
def change_activity(activity: Activity, *, by: Actor, at: dt.datetime, **changes: Any) -> Activity:
    """What is said of an activity is corrected (any of `DESCRIBED`, `kind`, `level`). One of a series is then left alone by changes
    of the series. Who no longer fulfils a raised age or a new training is told and listed; the leader decides.

    Raises:
        WrongState: closed or cancelled.
        Refused: no title.
    """
    unknown = set(changes) - {*DESCRIBED, "kind", "level"}
    if unknown:
        raise TypeError(f"unknown arguments {sorted(unknown)}")
    check_text(changes.get("title", activity.title))
    activity.machine.move(activity, "change_activity")
    shifts = [lock(shift) for shift in activity.shifts.filter(state=ShiftState.PLANNED, ends_at__gt=at).order_by("pk")]
    before = {shift.pk: standings(shift) for shift in shifts}
    moved = "address" in changes and changes["address"] != activity.address
    for name, value in changes.items():
        setattr(activity, name, value)
    activity.of_hand = activity.of_hand or (activity.series_id is not None and not isinstance(by, System))
    activity.save()
    for shift in shifts:
        shift.activity, shift.version = activity, shift.version + 1
        shift.save(update_fields=["version"])
        tell_affected(shift, before[shift.pk], at)
        fill(shift, at)
        if moved:
            _tell_changed(shift, at)
    return activity


@action
def add_shift(activity: Activity, *, starts_at: dt.datetime, ends_at: dt.datetime, roles: Sequence[Mapping[str, Any]], by: Actor, at: dt.datetime, **where: Any) -> Shift:
    """One more shift with its roles. `where`: `place_name`, `place`, `lon`, `lat`.

    Raises:
        WrongState: the activity is closed or cancelled.
        Refused: times or roles that cannot be.
    """
    activity.machine.move(activity, "add_shift")
    made = make_shift(activity, starts_at=starts_at, ends_at=ends_at, roles=roles, **where)
    span(activity)
    return made


@action
def change_shift(
    shift: Shift, *, starts_at: dt.datetime, ends_at: dt.datetime, roles: Sequence[Mapping[str, Any]], place_name: str = "", place: Any = None,
    lon: float | None = None, lat: float | None = None, by: Actor, at: dt.datetime,
) -> Shift:  # fmt: skip
    """A shift anew. Everybody signed up is told of another time or place. A lowered limit takes nobody's place: who came last
    beyond it is told and listed, and the leader decides; a raised one lets in who waits.

    Raises:
        WrongState: the shift is cancelled or over, or its activity is.
        StillSignedUp: a role was left out that people signed up for.
        Refused: times or roles that cannot be.
    """
    shift.machine.move(shift, "change_shift")
    shift.activity.machine.check(shift.activity, "add_shift")
    if at >= shift.ends_at:
        raise WrongState(_("班次已经结束，不能修改。"))
    check_times(starts_at, ends_at)
    check_roles(roles)
    before, told = standings(shift), (shift.starts_at, shift.ends_at, shift.place_name)
    _change_roles(shift, roles)
    shift.starts_at, shift.ends_at, shift.place, shift.lon, shift.lat = starts_at, ends_at, place, lon, lat
    shift.place_name, shift.version = (place_name or (place.name if place else ""))[:120], shift.version + 1
    shift.save()
    if shift.starts_at != told[0]:
        shift.sign_ups.filter(state__in=HELD).update(reminded_at=None)
    activity = lock(shift.activity)
    if activity.series_id is not None and not isinstance(by, System) and not activity.of_hand:
        activity.of_hand = True
        activity.save(update_fields=["of_hand"])
    span(activity)
    shift.activity = activity
    if told != (shift.starts_at, shift.ends_at, shift.place_name):
        _tell_changed(shift, at)
    tell_affected(shift, before, at)
    fill(shift, at)
    return shift


def _change_roles(shift: Shift, roles: Sequence[Mapping[str, Any]]) -> None:
    old, wanted = {role.name: role for role in shift.roles.all()}, {one["name"].strip(): role_facts(one) for one in roles}
    for name, role in old.items():
        if name in wanted:
            continue
        if role.sign_ups.exists():
            raise StillSignedUp(_("岗位“%(role)s”已有人报名，不能删除；可以把人数改为 0，再逐个决定。") % {"role": name}, field="roles")
        role.delete()
    for name, facts in wanted.items():
        if name in old:
            ShiftRole.objects.filter(pk=old[name].pk).update(**facts)
        else:
            ShiftRole.objects.create(shift=shift, **facts)


def _tell_changed(shift: Shift, at: dt.datetime) -> None:
    held = shift.sign_ups.filter(state__in=HELD).values_list("volunteer_id", flat=True)
    tell_people(accounts(held), "activities.change", "changed", f"changed:{shift.uuid}:{shift.version}", shift.activity, at, shift)


@action
def cancel_shift(shift: Shift, *, why: str, by: Actor, at: dt.datetime) -> Shift:
    """One shift does not take place; everybody signed up or waiting for it is told why.

    Raises:
        WrongState: cancelled already, or over.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(_("请写明取消原因，已报名的人会收到。"), field="why")
    if at >= shift.ends_at:
        raise WrongState(_("班次已经结束，不能取消。"))
    told = drop_shift(shift, why.strip(), at)
    span(shift.activity)
    tell_people(accounts(told), "activities.change", "cancelled", f"cancelled:{shift.uuid}", shift.activity, at, shift, why=shift.cancelled_why)
    return shift


@action
def brief_shift(shift: Shift, *, text: str, by: Actor, at: dt.datetime) -> Shift:
    """Somebody told those who came what to mind; what was said, by whom and when is recorded.

    Raises:
        WrongState: the shift is cancelled.
        Refused: nothing was written.
    """
    shift.machine.move(shift, "brief_shift")
    if not text.strip():
        raise Refused(_("请写明交底了哪些安全事项。"), field="text")
    shift.briefing, shift.briefed_at, shift.briefed_by = text.strip()[:300], at, None if isinstance(by, System) else by  # type: ignore[assignment]
    shift.save(update_fields=["briefing", "briefed_at", "briefed_by"])
    Activity.objects.filter(pk=shift.activity_id, briefed_at__isnull=True).update(briefed_at=at)
    return shift
