"""What the pages of activities share: finding what an address names, making a move, tones of states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest

from yipanqi.activities.models import Activity, Series, Shift, SignUp
from yipanqi.activities.selectors.plans import WITH, run_by, series_run_by
from yipanqi.activities.selectors.signing_up import sign_ups_visible_to
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.gates import demand

TONES = {"draft": "wait", "open": "act", "closed": "done", "cancelled": "wait"}
PLACE_TONES = {"signed": "done", "waiting": "soon", "withdrawn": "wait", "removed": "wait", "swapped": "wait", "cancelled": "wait"}


def run_activity(request: HttpRequest, code: str) -> Activity:
    """The activity, for those who run it or look on."""
    demand(request.user, "activities.see_runs")
    found = run_by(request.user).select_related(*WITH, "series").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def run_shift(request: HttpRequest, uuid: UUID) -> Shift:
    """The shift, for those who run its activity or look on."""
    demand(request.user, "activities.see_runs")
    rows = Shift.objects.filter(activity__in=run_by(request.user).values("pk"))
    found = rows.select_related("place", "briefed_by", *(f"activity__{name}" for name in WITH)).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def run_series(request: HttpRequest, uuid: UUID) -> Series:
    """The series, for those who run it or look on."""
    demand(request.user, "activities.see_runs")
    found = series_run_by(request.user).select_related("team", "station", "follows").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def sign_up_of(request: HttpRequest, uuid: UUID) -> SignUp:
    """One's own sign-up, or one for an activity that one runs."""
    rows = sign_ups_visible_to(request.user).select_related("shift__activity__team", "shift__activity__station", "shift__activity__kind", "role", "volunteer")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def done(request: HttpRequest, run: Callable[[], Any], said: str, form: BaseForm | None = None) -> bool:
    """Make a move: its words where it worked, why not where it did not (beside the form's field, where there is one). Whoever may
    not make it at all gets the page that says so."""
    try:
        run()
    except NotAllowed:
        raise
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    messages.success(request, said)
    return True
