"""Reads of the app: one's own news, what is due to leave the house, the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from yipanqi.calendar.selectors import calendar_for
from yipanqi.kernel.policy import policy_value
from yipanqi.messaging.catalogue import (
    CHANNELS,
    DIGEST_HOUR,
    GIVE_UP_HOURS,
    KEEP_DAYS,
    KINDS,
    WORKING_TIME,
    kinds_offered,
)
from yipanqi.messaging.models import ChatGroup, Device, Message, Sending, Wish
from yipanqi.messaging.states import SendingState
from yipanqi.people.models import Appointment, Unit, User

LEASE = dt.timedelta(minutes=2)
LONGEST_HOLIDAY = 31  # days after which a digest goes out even if the calendar knows no working day
EACH, DAILY, OFF = Wish.Way.EACH, Wish.Way.DAILY, Wish.Way.OFF


def visible_to(user: Any) -> QuerySet[Message]:
    """One's own news, and nobody else's; kinds of an app that was taken out, or that the city does not use, are left aside."""
    return Message.objects.filter(to=user.pk, kind__in=list(kinds_offered())) if getattr(user, "pk", None) else Message.objects.none()


def unread_count(user: Any) -> int:
    return visible_to(user).filter(read_at__isnull=True).count()


def log_visible_to(user: Any) -> QuerySet[Sending]:
    """What left the house or failed to, for those who look after it."""
    return Sending.objects.select_related("to", "group") if user.has_perm("messaging.see_log") else Sending.objects.none()


def people_of(units: Iterable[int], *roles: str) -> QuerySet[User]:
    """Who serves in one of `roles` in one of these units (row ids) today."""
    served = Appointment.objects.current(timezone.localdate()).filter(unit_id__in=list(units), role__in=roles)  # type: ignore[attr-defined]
    return User.objects.filter(is_active=True, pk__in=served.values("user_id"))


def people_with(*roles: str) -> QuerySet[User]:
    """Who serves in one of `roles` anywhere today."""
    served = Appointment.objects.current(timezone.localdate()).filter(role__in=roles)  # type: ignore[attr-defined]
    return User.objects.filter(is_active=True, pk__in=served.values("user_id"))


def groups_for(kind: str, units: Iterable[int]) -> list[ChatGroup]:
    """Chat groups that are told news of this kind about these units (row ids): theirs, and those of the whole city; none of
    private ones, even where a group was once asked to hear them."""
    if KINDS[kind].private:
        return []
    near = ChatGroup.objects.filter(Q(unit__isnull=True) | Q(unit_id__in=list(units)), active=True)
    return [group for group in near if kind in group.kinds]


def wishes_of(people: Iterable[User], kind: str) -> dict[tuple[int, str], str]:
    """The way in which each wants this kind, by person and channel, where they said so."""
    rows = Wish.objects.filter(user__in=list(people), kind=kind)
    return {(row.user_id, row.channel): row.way for row in rows}


def kinds_with_ways(user: User) -> list[tuple[str, Any, dict[str, str]]]:
    """Every kind with its title and the way in which the person gets it by each channel."""
    said = {(row.kind, row.channel): row.way for row in Wish.objects.filter(user=user)}
    return [(key, kind.title, {c: said.get((key, c), EACH) for c in CHANNELS}) for key, kind in kinds_offered().items()]


def when_to_send(at: dt.datetime, urgent: bool, unit: Unit | None) -> dt.datetime:
    """When news may leave the house: at once if urgent or the office says so, else in the unit's working time."""
    if urgent or not policy_value(WORKING_TIME.key):
        return at
    return max(at, calendar_for(unit.code if unit else "").next_working_moment(at))


def next_digest(at: dt.datetime) -> dt.datetime:
    """When the next daily digests go out, strictly after `at`: at the office's hour, where it wants people left alone in
    their free time only on working days."""
    hour = min(max(int(policy_value(DIGEST_HOUR.key)), 0), 23)
    moment = timezone.localtime(at).replace(hour=hour, minute=0, second=0, microsecond=0)
    today = moment if moment > at else moment + dt.timedelta(days=1)
    if not policy_value(WORKING_TIME.key):
        return today
    days = (today + dt.timedelta(days=n) for n in range(LONGEST_HOLIDAY))
    return next((day for day in days if calendar_for().is_working_day(day.date())), today)


def due(now: dt.datetime, limit: int = 50) -> list[Sending]:
    """What is to be sent now: waiting and due, or left behind by a worker that died while sending. A lease further ahead
    than one reaches was taken before the clock was set back."""
    waiting = Q(state=SendingState.WAITING, next_at__lte=now)
    left = Q(Q(lease_until__lt=now) | Q(lease_until__gt=now + LEASE), state=SendingState.RUNNING)
    return list(Sending.objects.filter(waiting | left).order_by("next_at", "id")[:limit])


def devices_visible_to(user: Any) -> QuerySet[Device]:
    """One's own devices, and nobody else's."""
    return Device.objects.filter(user=user.pk) if getattr(user, "pk", None) else Device.objects.none()


def devices_of_closed_accounts() -> QuerySet[Device]:
    """Devices that show nothing any more because their owner may not sign in."""
    return Device.objects.filter(user__is_active=False)


def given_up(sending: Sending, at: dt.datetime) -> bool:
    """Whether it was tried for long enough."""
    return at - sending.created_at > dt.timedelta(hours=float(policy_value(GIVE_UP_HOURS.key)))


def past_term(now: dt.datetime) -> tuple[QuerySet[Message], QuerySet[Sending]]:
    """News and log lines older than they are kept."""
    before = now - dt.timedelta(days=int(policy_value(KEEP_DAYS.key)))
    return Message.objects.filter(created_at__lt=before), Sending.objects.filter(created_at__lt=before)
