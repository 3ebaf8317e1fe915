"""What volunteers are told about activities: facts without names, each piece of news once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from yipanqi.activities.models import Activity, Shift, SignUp
from yipanqi.kernel.actors import SYSTEM
from yipanqi.messaging import actions as messaging
from yipanqi.people.models import User
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import MembershipState

#: What is changed so shortly before is told at once.
SOON = dt.timedelta(hours=36)


def facts_of(activity: Activity, shift: Shift | None = None, **more: Any) -> dict[str, Any]:
    """What the sentences of the kinds of news are filled with."""
    moment = timezone.localtime(shift.starts_at if shift else activity.starts_at)
    where = (shift.place_name if shift else "") or activity.address
    return {"code": activity.code, "title": activity.title, "title_en": activity.title_en, "when": f"{moment:%Y-%m-%d %H:%M}", "where": where, **more}


def tell_people(people: Iterable[User | None], kind: str, form: str, once: str, activity: Activity, at: dt.datetime, shift: Shift | None = None, **more: Any) -> None:
    """Tell those who have an account, each only `once` of the same; the others hear it from the leader, whose lists show them."""
    reached = [one for one in people if one is not None and one.is_active]
    if reached:
        starts = shift.starts_at if shift else activity.starts_at
        urgent = kind == "activities.change" and starts - at < SOON
        messaging.tell(None, kind=kind, facts=facts_of(activity, shift, form=form, **more), why=once[:120], people=reached, urgent=urgent, by=SYSTEM, at=at)


def tell_one(sign_up: SignUp, kind: str, form: str, once: str, at: dt.datetime, **more: Any) -> None:
    """Tell the volunteer of a sign-up about it."""
    shift = sign_up.shift
    tell_people(accounts([sign_up.volunteer_id]), kind, form, once, shift.activity, at, shift, role=sign_up.role.name, **more)


def accounts(volunteer_ids: Iterable[int]) -> list[User]:
    """The accounts of volunteers, of those who have one; of children without, those of their guardians."""
    ids = list(volunteer_ids)
    own, wards = Q(volunteer__in=ids), Q(volunteer__wards__in=Volunteer.objects.filter(pk__in=ids, user__isnull=True))
    return list(User.objects.filter(own | wards, is_active=True).distinct().order_by("pk"))


def leaders(activity: Activity) -> list[User]:
    """Who leads the team that holds the activity, with an account."""
    if activity.team_id is None:
        return []
    led = Volunteer.objects.filter(memberships__team=activity.team_id, memberships__is_leader=True, memberships__state=MembershipState.MEMBER)
    return accounts(led.values_list("pk", flat=True))
