"""What a page of scorecards needs before it shows anything: the right, the period, the card."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from yipanqi.people.models import Unit
from yipanqi.scoring import selectors
from yipanqi.scoring.models import Scorecard, ScorePeriod
from yipanqi.typed import whole

View = Callable[..., HttpResponseBase]



def period_of(request: HttpRequest, code: str) -> ScorePeriod:
    """The period, if the person may see it. Raises Http404."""
    return get_object_or_404(selectors.periods_visible_to(request.user), code=code)


def card_of(request: HttpRequest, period: ScorePeriod, unit: str) -> Scorecard:
    """The stored card of a unit that the person may see: the one that holds, or the revision of the address. Raises Http404."""
    wanted = request.GET.get("revision", "")
    which = {"revision": revision} if (revision := whole(wanted, most=9999)) is not None else {"current": True}
    rows = selectors.visible_to(request.user).select_related("unit", "period").prefetch_related("measures")
    return get_object_or_404(rows, period=period, unit__code=unit, **which)


def unit_of(period: ScorePeriod, code: str) -> Unit:
    """A unit that is scored in a period. Raises Http404."""
    found = selectors.units_scored(period).get(code)
    if found is None:
        raise Http404
    return found
