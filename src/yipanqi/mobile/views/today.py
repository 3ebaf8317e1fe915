"""Today's places of an inspector: as a list, on a map, and by a door sign."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.inspections.selectors import Stop, stop_at, stops_of
from yipanqi.mobile.selectors import open_cases_at, verifiable
from yipanqi.mobile.views.gates import distance_words, inspector_page, position_of, user_of
from yipanqi.places.models import Place

SHOWN = 100


@inspector_page
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """My places: to do first, nearest first where the phone told its position."""
    user, position, words = user_of(request), position_of(request), request.GET.get("q", "").strip()
    stops = stops_of(user, localdate(), position)
    found = [s for s in stops if words in s.place.name or words.upper() in s.place.code or words in s.place.address]
    lines = [{"stop": stop, "distance": distance_words(stop.distance_m)} for stop in found[:SHOWN]]
    return render(request, "mobile/today.html", {
        "lines": lines, "n": len(stops), "n_done": sum(s.done for s in stops), "n_found": len(found), "q": words,
        "position": position, "n_verify": verifiable(user).count(),
    })  # fmt: skip


@inspector_page
@require_safe
def today_map(request: HttpRequest) -> HttpResponse:
    """My places on a map; the list says the same in words."""
    return render(request, "mobile/map.html")


@inspector_page
@require_safe
def today_points(request: HttpRequest) -> JsonResponse:
    """My places as GeoJSON points."""
    features = [_point(stop) for stop in stops_of(user_of(request), localdate())]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@inspector_page
@require_safe
def place_by_qr(request: HttpRequest, qr: UUID) -> HttpResponse:
    """A scanned door sign leads to the place under the running campaign, or says that none asks for it today."""
    user, place = user_of(request), get_object_or_404(Place.objects.select_related("category", "area"), qr=qr)
    campaign = stop_at(user, place, localdate())
    if campaign is not None:
        return redirect("mobile:place", campaign.code, place.code)
    return render(request, "mobile/no_campaign.html", {"place": place, "cases": open_cases_at(user, place)})


def _point(stop: Stop) -> dict[str, object]:
    state, tone = (_("已检查"), "done") if stop.done else (_("检查中"), "soon") if stop.visit else (_("未检查"), "act")
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [stop.place.lon, stop.place.lat]},
        "properties": {
            "title": stop.place.name, "state": state, "tone": tone, "note": stop.place.address,
            "url": reverse("mobile:place", args=[stop.campaign.code, stop.place.code]),
        },
    }  # fmt: skip
