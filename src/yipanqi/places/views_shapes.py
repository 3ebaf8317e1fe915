"""Pages on which areas, street sections and zones are listed, drawn, changed and removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.gates import gate
from yipanqi.kernel.paging import keyset_page
from yipanqi.places import actions, selectors
from yipanqi.places.forms import ShapeFilter
from yipanqi.places.forms_shapes import AreaForm, SegmentForm, ShapeForm, ZoneForm
from yipanqi.places.models import Area, Segment, Zone

ROWS = 50


@dataclass(frozen=True)
class Drawable:
    """One kind of thing that is drawn: its model, form, actions and words."""

    model: Any
    form: type[ShapeForm]
    add: Callable[..., Any]
    change: Callable[..., Any]
    remove: Callable[..., None]
    name: Any
    sort: str = ""


DRAWN: dict[str, Drawable] = {
    "areas": Drawable(Area, AreaForm, actions.add_area, actions.change_area, actions.remove_area, gettext_lazy("区划")),
    "segments": Drawable(Segment, SegmentForm, actions.add_segment, actions.change_segment, actions.remove_segment, gettext_lazy("路段"), "kind"),
    "zones": Drawable(Zone, ZoneForm, actions.add_zone, actions.change_zone, actions.remove_zone, gettext_lazy("区域"), "purpose"),
}


@require_safe
@gate("places.view_board")
def shape_list(request: HttpRequest, kind: str) -> HttpResponse:
    """Street sections or zones that fit the filters, as a map and a list."""
    drawn = DRAWN[kind]
    form = ShapeFilter(request.GET, model=drawn.model, sort=drawn.sort)
    rows = selectors.shapes_of(drawn.model, request.user, form.cleaned_data if form.is_valid() else {}, drawn.sort)
    page = keyset_page(rows.annotate(duty_count=Count("duties")), ("code",), request.GET.get("cursor"), ROWS)
    kept = {key: value for key, value in request.GET.items() if key != "cursor" and value}
    lines = [(row, getattr(row, f"get_{drawn.sort}_display")()) for row in page.items]
    return render(request, "places/shapes.html", {
        "kind": kind, "name": drawn.name, "form": form, "rows": lines, "filters": urlencode(kept),
        "next_url": f"?{urlencode({**kept, 'cursor': page.next})}" if page.next else "",
        "may_add": request.user.has_perm("places.add_zone"),
    })  # fmt: skip


@require_safe
@gate("places.view_board")
def drawn_shapes(request: HttpRequest, kind: str, code: str = "") -> JsonResponse:
    """The shapes of a kind that fit the filters, or the one of a code, as GeoJSON for the map."""
    drawn = DRAWN[kind]
    form = ShapeFilter(request.GET, model=drawn.model, sort=drawn.sort)
    rows = selectors.shapes_of(drawn.model, request.user, form.cleaned_data if form.is_valid() else {}, drawn.sort)
    rows = rows.filter(code=code) if code else rows
    field = drawn.form.shape_field
    found = rows.exclude(**{field: None}).values_list("code", "name", field)
    return JsonResponse(selectors.collection((shape, {"code": key, "name": name}) for key, name, shape in found))


@require_http_methods(["GET", "HEAD", "POST"])
@gate("places.add_zone")
def edit_shape(request: HttpRequest, kind: str, code: str = "") -> HttpResponse:
    """Add an area, street section or zone, or change one."""
    drawn = DRAWN[kind]
    row = get_object_or_404(drawn.model.objects.all().visible_to(request.user), code=code) if code else None
    form = drawn.form(request.POST or None, request.FILES or None, instance=row, initial=_start(request, kind))
    if request.method == "POST" and form.is_valid():
        try:
            who = {"by": request.user, "at": timezone.now()}
            saved = drawn.change(row, fields=form.values, **who) if row else drawn.add(None, **form.values, **who)
            messages.success(request, _("已保存。"))
            return redirect(home_of(kind, saved.code))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "geometry", str(refusal))
    title = _("修改%(kind)s") if row else _("新增%(kind)s")
    return render(request, "places/shape_form.html", {
        "form": form, "row": row, "kind": kind, "title": title % {"kind": drawn.name}, "back": home_of(kind, code),
    }, status=422 if form.is_bound and form.errors else 200)  # fmt: skip


def _start(request: HttpRequest, kind: str) -> dict[str, Any]:
    """A new area starts below the one from which it was asked for."""
    parent = Area.objects.filter(code=request.GET.get("parent", "")).first() if kind == "areas" else None
    if parent is None:
        return {}
    levels = Area.Level.values
    return {"parent": parent, "level": levels[min(levels.index(parent.level) + 1, len(levels) - 1)]}


@require_POST
@gate("places.add_zone")
def remove_shape(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Remove an area, street section or zone that was added by mistake and to which nothing points."""
    row = get_object_or_404(DRAWN[kind].model.objects.all().visible_to(request.user), code=code)
    name = str(row)
    DRAWN[kind].remove(row, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s”已删除。") % {"name": name})
    return redirect(home_of(kind, row.parent.code if kind == "areas" and row.parent else ""))


def home_of(kind: str, code: str = "") -> str:
    """Where a person goes after saving: to the area itself, else to the list."""
    if kind == "areas":
        return reverse("places:areas") + (f"?{urlencode({'at': code})}" if code else "")
    return reverse("places:shapes", args=[kind])
