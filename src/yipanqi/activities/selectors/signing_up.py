"""Sign-ups and swaps as their volunteers and leaders see them; calendars behind secret addresses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from yipanqi.activities.models import Activity, Feed, Shift, SignUp, Swap
from yipanqi.activities.selectors.people import family_of, run_stations, run_teams, volunteer_of
from yipanqi.activities.selectors.plans import looks_on, run_by
from yipanqi.activities.states import HELD, ActivityState, ShiftState, SignUpState, SwapState
from yipanqi.volunteers.models import Volunteer

#: A calendar shows what was and what will be for so long.
BACK, AHEAD = dt.timedelta(days=90), dt.timedelta(days=400)


def sign_ups_visible_to(user: Any) -> QuerySet[SignUp]:
    """One's own and one's children's, and those of the activities that one runs."""
    own = volunteer_of(user)
    mine = Q(volunteer__in=[one.pk for one in family_of(own)] if own else ())
    if looks_on(user):
        return SignUp.objects.all()
    if not (run_teams(user) or run_stations(user)):
        return SignUp.objects.filter(mine)
    return SignUp.objects.filter(mine | Q(shift__activity__in=run_by(user).values("pk")))


def coming_of(volunteer: Volunteer, now: dt.datetime) -> QuerySet[SignUp]:
    """What a volunteer and the own children signed up for or wait for, the next first."""
    rows = SignUp.objects.filter(Q(volunteer=volunteer) | Q(volunteer__guardian=volunteer), state__in=HELD, shift__ends_at__gt=now)
    return rows.select_related("volunteer", "shift__activity__kind", "shift__activity__team", "shift__activity__station", "role").order_by("shift__starts_at", "id")


def past_of(volunteer: Volunteer) -> QuerySet[SignUp]:
    """Everything a volunteer ever signed up for, the newest first."""
    return SignUp.objects.filter(volunteer=volunteer).select_related("shift__activity", "role").order_by("-signed_at", "-id")


def swaps_for(volunteer: Volunteer) -> list[Swap]:
    """Swaps that wait for the volunteer's answer, or that the volunteer asked for and waits."""
    rows = Swap.objects.filter(Q(other=volunteer) | Q(sign_up__volunteer=volunteer), state=SwapState.ASKED)
    return list(rows.select_related("sign_up__shift__activity", "sign_up__role", "sign_up__volunteer", "theirs__shift__activity", "theirs__role", "other"))


def swappable(sign_up: SignUp, now: dt.datetime) -> list[SignUp]:
    """Places of others in the same series of shifts that a volunteer may ask to swap for: of the same activity, or of others
    that the same team or station holds."""
    activity = sign_up.shift.activity
    held_by = Q(shift__activity__team=activity.team_id) if activity.team_id else Q(shift__activity__station=activity.station_id)
    rows = SignUp.objects.filter(
        held_by, state=SignUpState.SIGNED, shift__state=ShiftState.PLANNED, shift__starts_at__gt=now, shift__activity__state=ActivityState.OPEN, volunteer__user__isnull=False
    ).exclude(volunteer=sign_up.volunteer_id)
    return list(rows.exclude(shift=sign_up.shift_id).select_related("shift__activity", "role", "volunteer").order_by("shift__starts_at", "id")[:100])


def feed_of(digest: str) -> Feed | None:
    """The calendar behind a secret address that was not revoked."""
    return Feed.objects.filter(digest=digest, revoked_at__isnull=True).select_related("owner", "team").first()


def feed_shifts(feed: Feed, now: dt.datetime) -> list[tuple[Shift, SignUp | None]]:
    """The shifts that a calendar shows, with the sign-up where it is one's own; cancelled ones too, so that calendars hear of it."""
    since, until = now - BACK, now + AHEAD
    if feed.kind == Feed.Kind.OWN:
        shown = (*HELD, SignUpState.CANCELLED)
        rows = SignUp.objects.filter(volunteer=feed.owner_id, state__in=shown, shift__starts_at__gte=since, shift__starts_at__lt=until)
        return [(one.shift, one) for one in rows.select_related("shift__activity", "role").order_by("shift__starts_at", "id")]
    return [(shift, None) for shift in _shifts(Activity.objects.filter(team=feed.team_id), since, until)]


def public_shifts(now: dt.datetime) -> list[tuple[Shift, SignUp | None]]:
    """The shifts of the public calendar."""
    return [(shift, None) for shift in _shifts(Activity.objects.all(), now - dt.timedelta(days=1), now + dt.timedelta(days=60))]


def _shifts(activities: QuerySet[Activity], since: dt.datetime, until: dt.datetime) -> QuerySet[Shift]:
    shown = activities.filter(opened_at__isnull=False)
    return Shift.objects.filter(starts_at__gte=since, starts_at__lt=until, activity__in=shown.values("pk")).select_related("activity").order_by("starts_at", "id")[:2000]
