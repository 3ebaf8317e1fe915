"""What becomes of sign-ups, swaps and calendars where two volunteers become one, or one is erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from yipanqi.activities.actions.signing_up import leave_shifts
from yipanqi.activities.models import Activity, Shift, SignUp, Swap
from yipanqi.activities.states import HELD, SignUpState, SwapState
from yipanqi.kernel.actors import SYSTEM
from yipanqi.volunteers.models import Volunteer


def lock_shifts(ids: Sequence[int]) -> None:
    """Lock the activities and shifts in which the volunteers hold places, in the order in which everybody does."""
    shifts = Shift.objects.filter(sign_ups__volunteer__in=ids, sign_ups__state__in=HELD)
    list(Activity.objects.select_for_update().filter(pk__in=shifts.values("activity")).order_by("pk"))
    list(Shift.objects.select_for_update().filter(pk__in=shifts.values("pk")).order_by("pk"))


def take_over(kept: Volunteer, gone: Volunteer, at: dt.datetime) -> None:
    """What the second signed up for becomes the first's; of two places in one shift the earlier stays."""
    for one in SignUp.objects.filter(volunteer=gone, state__in=HELD):
        other = SignUp.objects.filter(volunteer=kept, shift=one.shift_id, state__in=HELD).first()
        if other is not None:
            later = max(one, other, key=lambda row: (row.state == SignUpState.WAITING, row.pk))
            SignUp.objects.filter(pk=later.pk).update(state=SignUpState.WITHDRAWN, withdrawn_at=at, why="merged")
    asked = Swap.objects.filter(Q(other=gone) | Q(sign_up__volunteer=gone), state=SwapState.ASKED)
    asked.update(state=SwapState.LAPSED, answered_at=at)
    SignUp.objects.filter(volunteer=gone).update(volunteer=kept)
    Swap.objects.filter(other=gone).update(other=kept)
    gone.feeds.filter(revoked_at__isnull=True).update(revoked_at=at)
    gone.feeds.update(owner=kept)


def erase(volunteer: Volunteer, at: dt.datetime) -> None:
    """An erased volunteer comes to nothing that lies ahead, and no calendar tells of the past; what was stays without a name."""
    leave_shifts(None, volunteer=volunteer.pk, by=SYSTEM, at=at)
    Swap.objects.filter(other=volunteer, state=SwapState.ASKED).update(state=SwapState.LAPSED, answered_at=at)
    volunteer.feeds.all().delete()
