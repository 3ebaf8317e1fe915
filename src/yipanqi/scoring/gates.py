"""What a page of scorecards needs before it shows anything: the right, the period, the card."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.permissions import why_not
from yipanqi.people.models import Unit
from yipanqi.scoring import selectors
from yipanqi.scoring.models import Scorecard, ScorePeriod

View = Callable[..., HttpResponseBase]


def gate(name: str) -> Callable[[View], View]:
    """Let in signed-in users whom the rule `name` lets in. Raises NotAllowed (shown as a page) for others."""

    def wrap(view: View) -> View:
        @login_required
        @functools.wraps(view)
        def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(name):
                raise NotAllowed(why_not(name))
            return view(request, *args, **kwargs)

        return cast(View, call)

    return wrap


def period_of(request: HttpRequest, code: str) -> ScorePeriod:
    """The period, if the person may see it. Raises Http404."""
    return get_object_or_404(selectors.periods_visible_to(request.user), code=code)


def card_of(request: HttpRequest, period: ScorePeriod, unit: str) -> Scorecard:
    """The stored card of a unit that the person may see: the one that holds, or the revision of the address. Raises Http404."""
    wanted = request.GET.get("revision", "")
    which = {"revision": int(wanted)} if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else {"current": True}
    rows = selectors.visible_to(request.user).select_related("unit", "period").prefetch_related("measures")
    return get_object_or_404(rows, period=period, unit__code=unit, **which)


def unit_of(period: ScorePeriod, code: str) -> Unit:
    """A unit that is scored in a period. Raises Http404."""
    found = selectors.units_scored(period).get(code)
    if found is None:
        raise Http404
    return found
