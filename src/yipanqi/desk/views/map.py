"""The map of cases and places, and the points it draws."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from yipanqi.desk import spots
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.views.gates import gate, person
from yipanqi.places import selectors as places

MOST = 5_000


@require_safe
@gate("cases.see_cases")
def city_map(request: HttpRequest) -> HttpResponse:
    """Cases on the map by the filters of the list; without a state those that are open, unless all are asked for."""
    form = CaseFilter(request.GET)
    layer = "places" if request.GET.get("layer") == "places" else "cases"
    query = request.GET.copy()
    for beside in ("layer", "cursor"):
        query.pop(beside, None)
    source = reverse("desk:map_places" if layer == "places" else "desk:map_cases")
    context = {
        "form": form,
        "layer": layer,
        "src": f"{source}?{query.urlencode()}",
        "most": MOST,
        "filtered": bool(form.filters()),
        "chips": form.chips(request.GET),
        **_scopes(query, _filters(form, request)),
    }
    return render(request, "desk/map.html", context)


def _filters(form: CaseFilter, request: HttpRequest) -> dict[str, Any]:
    filters = form.filters()
    return filters if filters.get("state") or request.GET.get("all") else {**filters, "state": "open"}


def _scopes(query: QueryDict, filters: dict[str, Any]) -> dict[str, Any]:
    """Addresses of the same map with open cases and with all, which of them this is, and of the list of the same cases."""
    query = query.copy()
    query.pop("all", None)
    query.pop("state", None)
    plain = query.urlencode()
    scope = {"open": "open", "": "all"}.get(str(filters.get("state", "")), "")
    listed = "&".join(part for part in (plain, f"state={filters['state']}" if filters.get("state") else "") if part)
    return {"scope": scope, "open_query": plain, "all_query": f"{plain}&all=1".lstrip("&"), "list_query": listed}


@require_safe
@gate("cases.see_cases")
def case_points(request: HttpRequest) -> HttpResponse:
    """The cases in view by filter, as GeoJSON: cells with their counts from afar, single cases from near by."""
    filters = _filters(CaseFilter(request.GET), request)
    told = spots.drawn(person(request), filters, spots.view_of(request.GET.dict()), timezone.now())
    body = orjson.dumps(told)
    response = HttpResponse(body, content_type="application/geo+json")
    response["Cache-Control"] = "private, max-age=15"
    response["ETag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    same = get_conditional_response(request, etag=response["ETag"], response=response)
    return same or response


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
