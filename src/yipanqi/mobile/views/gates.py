"""Who may open the phone pages, and what they all read from a request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yipanqi.kernel.gates import demand
from yipanqi.people.models import User
from yipanqi.typed import whole

View = Callable[..., HttpResponse]


def inspector_page(view: View) -> View:
    """Signed-in inspectors only; others are told so."""

    @functools.wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        demand(request.user, "mobile.see_my_places")
        return view(request, *args, **kwargs)

    return login_required(gate)


def user_of(request: HttpRequest) -> User:
    """The signed-in user (after `inspector_page`)."""
    return cast(User, request.user)


def position_of(request: HttpRequest) -> tuple[float, float] | None:
    """(lon, lat) in the address, or None where it is missing or impossible. Used for sorting and kept nowhere."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def version_of(request: HttpRequest) -> int | None:
    """The version of the case that the page showed; None where it was not sent."""
    return whole(request.POST.get("version", ""))


def distance_words(metres: float | None) -> str:
    """320 米, 2.4 公里, or nothing."""
    if metres is None:
        return ""
    if metres < 1000:
        return _("%(n)s 米") % {"n": round(metres / 10) * 10}
    return _("%(n)s 公里") % {"n": f"{metres / 1000:.1f}"}
