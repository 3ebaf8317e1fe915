"""What follows from news of activities."""

from __future__ import annotations

from yipanqi.activities.actions import leave_shifts
from yipanqi.activities.actions.settling import settle_hours
from yipanqi.activities.events import ActivityClosed
from yipanqi.activities.models import Activity
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.volunteers.events import VolunteerLeft


@handles(ActivityClosed)
def settle_closed(event: ActivityClosed) -> None:
    """Hours of a closed activity count."""
    settle_hours(Activity.objects.get(pk=event.activity_id), by=SYSTEM, at=event.at)


@handles(VolunteerLeft)
def give_places_back(event: VolunteerLeft) -> None:
    """Whoever left holds no places any more."""
    leave_shifts(None, volunteer=event.volunteer_id, by=SYSTEM, at=event.at)
