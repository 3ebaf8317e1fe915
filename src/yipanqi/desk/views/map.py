"""The map of cases and places, and the points it draws."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yipanqi.cases import selectors as cases
from yipanqi.cases.states import OPEN, State
from yipanqi.desk import showing
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.views.gates import gate, person
from yipanqi.places import selectors as places

MOST = 5_000
COLUMNS = ("number", "title", "state", "lon", "lat", "due_at", "unit__name")


@require_safe
@gate("cases.see_cases")
def city_map(request: HttpRequest) -> HttpResponse:
    """Cases on the map by the filters of the list; without a state those that are open."""
    form = CaseFilter(request.GET)
    layer = "places" if request.GET.get("layer") == "places" else "cases"
    source = reverse("desk:map_places" if layer == "places" else "desk:map_cases")
    query = request.GET.copy()
    query.pop("layer", None)
    context = {
        "form": form,
        "layer": layer,
        "src": f"{source}?{query.urlencode()}",
        "query": query.urlencode(),
        "filtered": bool(form.filters()),
        "chips": form.chips(request.GET),
        "most": MOST,
    }
    return render(request, "desk/map.html", context)


@require_safe
@gate("cases.see_cases")
def case_points(request: HttpRequest) -> JsonResponse:
    """The newest cases by filter, at most 5,000, as GeoJSON with title, url, tone, state, note."""
    filters = CaseFilter(request.GET).filters()
    queryset = cases.filtered(cases.visible_to(person(request)), filters)
    if not filters.get("state"):
        queryset = queryset.filter(state__in=OPEN)
    now = timezone.now()
    rows = queryset.filter(lon__isnull=False).order_by("-found_at", "-id").values_list(*COLUMNS)[:MOST]
    return _points([_case(row, now) for row in rows])


def _case(row: tuple[Any, ...], now: Any) -> dict[str, Any]:
    number, title, state, lon, lat, due_at, unit = row
    late = state in showing.OPEN_STATES and state != State.SUSPENDED and due_at is not None and due_at < now
    about = {
        "title": title,
        "url": reverse("desk:case", args=[number]),
        "tone": "late" if late else showing.state_tone(state),
        "state": str(State(state).label),
        "note": unit or "",
    }
    return _point(lon, lat, about)


@require_safe
@gate("cases.see_cases")
def place_points(request: HttpRequest) -> JsonResponse:
    """Places by area, category or words, at most 5,000, as GeoJSON."""
    wanted = {k: request.GET.get(k, "") for k in ("area", "category", "q")}
    rows = (
        places.filtered(places.visible_to(person(request)), wanted)
        .order_by("code")
        .values_list("code", "name", "lon", "lat", "category__name")[:MOST]
    )
    return _points(
        [
            _point(
                lon,
                lat,
                {
                    "title": name,
                    "url": f"{reverse('desk:cases')}?place={code}",
                    "tone": "act",
                    "state": kind,
                    "note": code,
                },
            )
            for code, name, lon, lat, kind in rows
        ]
    )


@require_safe
@gate("cases.see_cases")
def areas(request: HttpRequest) -> JsonResponse:
    """Streets and towns with the named roads, the ground of every map; with `level` the areas of that level alone."""
    level = request.GET.get("level")
    response = JsonResponse(places.areas_geojson(level) if level else places.ground_geojson())
    response["Cache-Control"] = "private, max-age=300"
    return response


def _point(lon: float, lat: float, about: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": about}


def _points(features: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"type": "FeatureCollection", "features": features})
