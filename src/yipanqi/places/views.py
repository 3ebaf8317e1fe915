"""Pages of places and areas."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.gates import gate
from yipanqi.kernel.paging import keyset_page
from yipanqi.kernel.policy import policy_value
from yipanqi.places import actions, selectors
from yipanqi.places.explaining import STEP_WORDS
from yipanqi.places.forms import PlaceFilter, PlaceForm, SignForm
from yipanqi.places.models import Area, Place
from yipanqi.places.signs import Sign, door_signs
from yipanqi.places.states import PLACE

ROWS = 50
#: Points on one map, and signs in one file: beyond that nobody sees or cuts them.
MOST_POINTS, MOST_SIGNS = 10_000, 2_000
TONES: dict[str, str] = {Place.Status.ACTIVE: "act", Place.Status.SUSPENDED: "soon", Place.Status.CLOSED: "wait"}


def _wanted(request: HttpRequest) -> tuple[PlaceFilter, QuerySet[Place]]:
    form = PlaceFilter(request.GET)
    places = selectors.visible_to(request.user)
    return form, selectors.filtered(places, form.cleaned_data) if form.is_valid() else places.none()


@require_safe
@gate("places.view_board")
def place_list(request: HttpRequest) -> HttpResponse:
    """The places that fit the filters, as a map and a list."""
    form, places = _wanted(request)
    page = keyset_page(places.select_related("category", "area", "operator"), ("code",), request.GET.get("cursor"), ROWS)
    kept = {key: value for key, value in request.GET.items() if key != "cursor" and value}
    return render(request, "places/places.html", {
        "form": form, "rows": [(place, TONES[place.status]) for place in page.items], "filters": urlencode(kept), "kept": kept,
        "next_url": f"?{urlencode({**kept, 'cursor': page.next})}" if page.next else "",
        "may_add": request.user.has_perm("places.add_place"),
    })  # fmt: skip


@require_safe
@gate("places.view_board")
def points(request: HttpRequest) -> HttpResponse:
    """The same places as GeoJSON points for the map."""
    _form, places = _wanted(request)
    rows = places.select_related("category").order_by("code")[:MOST_POINTS]
    return JsonResponse(selectors.collection(_feature(place) for place in rows))


def _feature(place: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    geometry = {"type": "Point", "coordinates": [place.lon, place.lat]}
    url = reverse("places:place", args=[place.code])
    words = {"title": place.name, "url": url, "state": place.get_status_display(), "note": str(place.category)}
    return geometry, words


@require_safe
@gate("places.view_board")
def area_shapes(request: HttpRequest) -> HttpResponse:
    """Boundaries of areas of the level asked for (default: streets) as GeoJSON."""
    level = request.GET.get("level", Area.Level.STREET)
    if level not in Area.Level.values:
        raise Http404
    return JsonResponse(selectors.areas_geojson(level))


def _place(request: HttpRequest, code: str) -> Place:
    rows = selectors.visible_to(request.user).select_related("category", "area", "segment", "operator")
    return get_object_or_404(rows, code=code)


@require_safe
@gate("places.view_board")
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One place: what, where, who answers for which class of problem."""
    found, on = _place(request, code), timezone.localdate()
    answers = selectors.answers_at(found, on)
    groups: dict[Any, list[Any]] = {}
    for kind, unit, reason in answers:
        key = (unit, reason.step if reason else None)
        groups.setdefault(key, []).append(kind)
    return render(request, "places/place.html", {
        "place": found, "tone": TONES[found.status], "on": on, "chain": _chain(found.area),
        "answers": [(unit, STEP_WORDS[step] if step else "", kinds) for (unit, step), kinds in groups.items()],
        "duties": selectors.duties(request.user, {"current": on}).filter(place=found),
        "may_change": request.user.has_perm("places.change_place"), "moves": _moves(found, request.user),
        "sees_cases": request.user.has_perm("cases.see_cases"),
    })  # fmt: skip


def _moves(place: Place, actor: Any) -> list[tuple[str, str, str]]:
    """(verb, title, question) of what `actor` may do with a place in its status."""
    questions = {
        "suspend": _("暂停期间不列入检查，确定吗？"),
        "reopen": _("恢复后重新列入检查，确定吗？"),
        "close": _("撤销后不再使用，记录保留，确定吗？"),
    }
    open_moves = [(m.name.removesuffix("_place"), m.title) for m in PLACE.open_moves(place, actor) if m.allowed]
    return [(verb, title, questions[verb]) for verb, title in open_moves]


MOVES = {"suspend": actions.suspend_place, "reopen": actions.reopen_place, "close": actions.close_place}


@require_POST
@gate("places.view_board")
def move_place(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Suspend, reopen or close a place."""
    if verb not in MOVES:
        raise Http404
    MOVES[verb](_place(request, code), by=request.user, at=timezone.now())
    messages.success(request, _("已保存。"))
    return redirect("places:place", code)


@require_safe
@gate("places.view_board")
def point(request: HttpRequest, code: str) -> HttpResponse:
    """One place as GeoJSON."""
    return JsonResponse(selectors.collection([_feature(_place(request, code))]))


@require_http_methods(["GET", "HEAD", "POST"])
@gate("places.change_place")
def edit_place(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a place, or change one."""
    found = _place(request, code) if code else None
    form = PlaceForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            if found is None:
                saved = actions.add_place(None, by=request.user, at=timezone.now(), **form.cleaned_data)
            else:
                saved = actions.change_place(found, fields=form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("已保存。"))
            return redirect("places:place", saved.code)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "places/place_form.html", {"form": form, "code": code}, status=422 if form.errors else 200)


@require_safe
@gate("places.view_board")
def signs(request: HttpRequest) -> HttpResponse:
    """Choose how the door signs of the chosen places are laid out; nothing is chosen until rows are ticked or a filter is set."""
    kept = [(key, value) for key in request.GET for value in request.GET.getlist(key) if value and key != "per_sheet"]
    rows = _sign_places(request) if kept else []
    total = selectors.visible_to(request.user).exclude(status=Place.Status.CLOSED).count()
    context = {"form": SignForm(), "count": len(rows), "rows": rows[:12], "kept": kept, "chosen": bool(kept), "total": total}
    return render(request, "places/signs.html", context | {"by_filter": not request.GET.getlist("code")})


@require_safe
@gate("places.view_board")
def signs_pdf(request: HttpRequest) -> HttpResponseBase:
    """Door signs as a PDF: of the places named by `code` (any number), else of those that fit the filters."""
    form = SignForm({"per_sheet": request.GET.get("per_sheet", 4)})
    if not form.is_valid():
        raise Refused(_("每张 A4 的个数不对，请重新选择。"))
    rows = _sign_places(request) if any(value for key, value in request.GET.items() if key != "per_sheet") else []
    if not rows:
        raise Refused(_("没有选中点位，请在列表里勾选或放宽筛选条件。"))
    out = io.BytesIO()
    said = (Sign(p.code, p.name, str(p.category), request.build_absolute_uri(f"/p/{p.qr}")) for p in rows)
    door_signs(said, out, per_sheet=form.cleaned_data["per_sheet"], city=policy_value("kernel.city_name"))
    out.seek(0)
    return FileResponse(out, filename="door-signs.pdf", content_type="application/pdf")


def _sign_places(request: HttpRequest) -> list[Place]:
    codes = request.GET.getlist("code")
    places = selectors.visible_to(request.user).filter(code__in=codes) if codes else _wanted(request)[1].exclude(status=Place.Status.CLOSED)
    rows = list(places.select_related("category").order_by("code")[: MOST_SIGNS + 1])
    if len(rows) > MOST_SIGNS:
        raise Refused(_("一次最多打印 %(most)d 个门牌，请先按类别或区划筛选。") % {"most": MOST_SIGNS})
    return rows


def _chain(area: Area | None) -> list[Area]:
    """An area's ancestors from the root down to itself."""
    return list(Area.objects.filter(code__in=area.path.split("/")).defer("boundary").order_by("path")) if area else []


@require_safe
@gate("places.view_board")
def areas(request: HttpRequest) -> HttpResponse:
    """The tree of areas, one level at a time, each with its unit, its parts and its places."""
    visible = Area.objects.all().visible_to(request.user)
    here = get_object_or_404(visible, code=request.GET["at"]) if request.GET.get("at") else None
    rows = visible.filter(parent=here).select_related("unit").defer("boundary").order_by("code").annotate(parts=Count("children"))
    inside = {row.pk: Place.objects.filter(area__path__startswith=row.path).exclude(status="closed").count() for row in rows}
    total = Place.objects.filter(~Q(status="closed"), area__path__startswith=here.path).count() if here else None
    return render(request, "places/areas.html", {
        "here": here, "chain": _chain(here), "rows": [(row, inside[row.pk]) for row in rows], "total": total,
        "level": rows[0].level if rows else (here.level if here else "street"), "may_add": request.user.has_perm("places.add_area"),
    })  # fmt: skip
