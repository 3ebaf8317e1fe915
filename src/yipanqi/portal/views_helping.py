"""The public page on helping: what is on, how to order and how to join, and where the stations are. Nobody need sign in."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_response_headers
from django.views.decorators.http import require_safe

from yipanqi.places.models import Area
from yipanqi.places.selectors import collection
from yipanqi.portal import numbers
from yipanqi.portal.forms import NeighbourFilter
from yipanqi.teams import selectors as teams
from yipanqi.teams.catalogue import PUBLIC_PANELS, Neighbour, shown
from yipanqi.teams.models import Brand, Station

FRESH_S = 600
MOST = 60


def neighbour_of(request: HttpRequest) -> tuple[Neighbour, Area | None, NeighbourFilter]:
    """Who looks, the part of the city that they chose, and the form in which they do."""
    form = NeighbourFilter(request.GET)
    area = form.cleaned_data.get("area") if form.is_valid() else None
    return (Neighbour(area=area.code, path=area.path) if area else Neighbour()), area, form


@require_safe
def helping(request: HttpRequest) -> HttpResponse:
    """What is on near me, what can be ordered, how to join, and the stations."""
    visitor, area, form = neighbour_of(request)
    moment = timezone.now()
    brands = teams.standing_on(Brand.objects.select_related("kind"), timezone.localdate()).order_by("code")
    return render(request, "portal/helping.html", {
        "form": form, "area": area, "panels": shown(PUBLIC_PANELS, visitor, moment), "stations": list(teams.stations_for_public(visitor.path).order_by("level", "code")[:MOST]),
        "brands": list(brands[:6]), "numbers": numbers.helping(moment),
    })  # fmt: skip


@require_safe
def station(request: HttpRequest, code: str) -> HttpResponse:
    """One station: where it is, when it is open, whom to call, and what is on there."""
    found: Any = teams.open_stations().select_related("area", "parent").filter(code=code).first()
    if found is None:
        raise Http404
    near = Neighbour(area=found.area.code, path=found.area.path) if found.area else Neighbour()
    return render(request, "portal/station.html", {"station": found, "panels": shown(PUBLIC_PANELS, near, timezone.now()) if found.area else []})


@require_safe
def station_points(request: HttpRequest) -> HttpResponse:
    """Every station that is open, as GeoJSON points."""
    kinds = dict(Station.Level.choices)
    rows = teams.open_stations().filter(lon__isnull=False).values("code", "name", "level", "address", "hours", "lon", "lat")
    response = JsonResponse(collection(
        ({"type": "Point", "coordinates": [row["lon"], row["lat"]]},
         {"title": row["name"], "url": f"/helping/stations/{row['code']}/", "state": str(kinds[row["level"]]), "note": f"{row['address']} {row['hours']}".strip()})
        for row in rows
    ), content_type="application/geo+json")  # fmt: skip
    patch_response_headers(response, FRESH_S)
    return response
