"""The pages that all registers share: list, one thing, the forms about it; and the trees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand, gate
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.personal import mask
from yipanqi.places.selectors import collection
from yipanqi.teams import actions, selectors
from yipanqi.teams.catalogue import shown_of
from yipanqi.teams.forms import OwnStationForm, StationFilter
from yipanqi.teams.models import Organisation, Station, Team
from yipanqi.teams.views.facts import outside
from yipanqi.teams.views.registers import REGISTERS, SEE, Move, Register

ROWS = 50
INDENT = ("", "ps-4", "ps-5")


def tried(form: Form, act: Any) -> Any:
    """What `act` makes of a valid form; None when the form is wrong or the action refused, with the words in the form.

    Raises NotAllowed where the person may not act at all.
    """
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def wanted_of(form: Form) -> dict[str, Any]:
    """The filters of the address, things by what they are called outside."""
    data = form.cleaned_data if form.is_valid() else {}
    return {name: outside(value) for name, value in data.items() if value}


@require_safe
@login_required
def listing(request: HttpRequest, register: str) -> HttpResponse:
    """One register, filtered."""
    kept = REGISTERS[register]
    demand(request.user, kept.see)
    form = kept.filter(request.GET)
    wanted = wanted_of(form) | {name: text for name in ("parent", "organisation") if (text := request.GET.get(name, "")[:40])}
    found = selectors.filtered(selectors.visible_to(request.user, kept.model), wanted, timezone.localdate())
    page = keyset_page(found.select_related(*kept.joins), kept.order, request.GET.get("cursor"), ROWS)
    rows = [(thing, kept.url_of(thing), [(title, told(thing)) for title, told in kept.columns[1:]]) for thing in page.items]
    return render(request, "teams/register.html", {
        "register": kept, "tab": register, "form": form, "rows": rows, "next_url": next_url(request, page.next), "query": request.GET.urlencode(),
        "may_add": request.user.has_perm(kept.adds), "may_import": bool(kept.sheet) and request.user.has_perm(kept.adds) and request.user.has_perm("teams.add_station"),
        "has_map": register == "stations", **tabs(request),
    })  # fmt: skip


def tabs(request: HttpRequest) -> dict[str, Any]:
    """What the tabs over the registers need, and whether the journal is open."""
    sees = request.user.has_perm
    return {"meetings_open": sees("teams.see_meetings"), "register_open": sees(SEE), "sees_journal": sees("desk.see_journal")}


@require_safe
@gate(SEE)
def trees(request: HttpRequest) -> HttpResponse:
    """Stations and teams, each below the one it belongs to; what stands far below is folded."""
    today = timezone.localdate()
    stations = selectors.tree(selectors.standing_on(selectors.visible_to(request.user, Station), today))
    teams = selectors.tree(selectors.standing_on(selectors.visible_to(request.user, Team), today))
    context = {"stations": _folded(stations, 1), "teams": _folded(teams, 0), "tab": "trees"}
    return render(request, "teams/trees.html", {**context, **tabs(request)})


def _folded(rows: Iterable[tuple[int, Any]], open_to: int) -> list[dict[str, Any]]:
    """The rows down to a depth as heads, each with its address and what hangs below it, indented."""
    heads: list[dict[str, Any]] = []
    for depth, row in rows:
        kept = REGISTERS["stations" if isinstance(row, Station) else "teams"]
        if depth <= open_to:
            heads.append({"row": row, "url": kept.url_of(row), "indent": INDENT[depth], "below": []})
        else:
            heads[-1]["below"].append((INDENT[min(depth - open_to - 1, 2)], row, kept.url_of(row)))
    return heads


@require_safe
@gate(SEE)
def station_points(request: HttpRequest) -> HttpResponse:
    """The stations of the list as GeoJSON points."""
    found = selectors.filtered(selectors.visible_to(request.user, Station), wanted_of(StationFilter(request.GET)), timezone.localdate())
    kept = REGISTERS["stations"]
    return JsonResponse(collection(
        ({"type": "Point", "coordinates": [one.lon, one.lat]},
         {"title": one.name, "url": kept.url_of(one), "state": one.get_level_display(), "note": one.address})
        for one in found.filter(lon__isnull=False)
    ), content_type="application/geo+json")  # fmt: skip


def find(request: HttpRequest, kept: Register, code: str) -> Any:
    """The thing, as far as the person sees it; a team's leader sees the team. Raises NotAllowed, Http404."""
    if kept.model is not Team:
        demand(request.user, kept.see)
    found = selectors.visible_to(request.user, kept.model).filter(**{kept.by: code}).select_related(*kept.joins).first()
    if found is None:
        demand(request.user, kept.see)
        raise Http404
    return found


@require_safe
@login_required
def thing(request: HttpRequest, register: str, code: str) -> HttpResponse:
    """One thing: its facts, what hangs on it, what may be done about it."""
    kept = REGISTERS[register]
    return _page(request, kept, find(request, kept, code))


def _page(request: HttpRequest, kept: Register, found: Any, wrong: tuple[str, Form] | None = None) -> HttpResponse:
    """The page of a thing; `wrong` is a move whose form was refused."""
    open_moves = [(move, _form_of(move, found, wrong)) for move in kept.moves if _may(request, move, found)]
    today = timezone.localdate()
    opens = request.user.has_perm(kept.see)  # a team's leader sees the team, not the register around it
    more = {"decisions": found.decisions.select_related("unit").all(), "today": today} if register_is(kept, "meetings") else {}
    if isinstance(found, Organisation) and found.phone:
        more = {"phone": mask(found.phone), "may_reveal": request.user.has_perm("teams.reveal_organisation_phone", found)}
    return render(request, "teams/thing.html", {
        "register": kept, "tab": kept.key, "thing": found, "facts": [fact if opens else replace(fact, url="") for fact in kept.facts(found) if fact.value not in (None, "")],
        "groups": kept.groups(found, today) if opens else [], "opens": opens, "parts": shown_of(kept.parts, found, request.user, now()), "moves": open_moves, "wrong": wrong[0] if wrong else "",
        "may_change": request.user.has_perm(kept.changes, found) and not getattr(found, "is_gone", False), "name": kept.name_of(found), "thing_kind": kept.model._meta.label_lower,
        "ends": getattr(found, getattr(found, "ended", ""), None) if hasattr(found, "ended") else None, **more, **tabs(request),
    }, status=422 if wrong else 200)  # fmt: skip


def register_is(kept: Register, key: str) -> bool:
    return kept.key == key


def _may(request: HttpRequest, move: Move, found: Any) -> bool:
    """Whether the person may make a move about a thing that is still there."""
    ended = getattr(found, found.ended) if move.ends and hasattr(found, "ended") else None
    return ended is None and not getattr(found, "is_gone", False) and request.user.has_perm(f"teams.{move.verb}", found)


def _form_of(move: Move, found: Any, wrong: tuple[str, Form] | None) -> Form:
    if wrong and wrong[0] == move.verb:
        return wrong[1]
    form: Form = move.form(initial=move.initial(found), auto_id=f"{move.verb}_%s")
    return form


@login_required
def add(request: HttpRequest, register: str) -> HttpResponse:
    """The form of a new thing."""
    kept = REGISTERS[register]
    demand(request.user, kept.adds)
    form = kept.new_form(request.POST or None, initial={name: request.GET[name] for name in ("parent", "station", "team") if name in request.GET})
    made = tried(form, lambda data: kept.add(None, **data, by=request.user, at=now()))
    if made:
        messages.success(request, _("已登记“%(name)s”。") % {"name": made})
        return redirect(kept.url_of(made))
    return _form_page(request, form, kept.new, kept.url)


@login_required
def change(request: HttpRequest, register: str, code: str) -> HttpResponse:
    """The form of a thing that is there."""
    kept = REGISTERS[register]
    found = find(request, kept, code)
    demand(request.user, kept.changes, found)
    own = isinstance(found, Station) and not request.user.has_perm("teams.add_station")
    form = (OwnStationForm if own else kept.form)(request.POST or None, initial=kept.initial(found))
    if tried(form, lambda data: kept.change(found, **data, by=request.user, at=now())):
        messages.success(request, _("已保存。"))
        return redirect(kept.url_of(found))
    return _form_page(request, form, _("修改 %(name)s") % {"name": found}, kept.url_of(found))


def _form_page(request: HttpRequest, form: Form, title: Any, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "has_position": "lon" in form.fields, **more}
    return render(request, "teams/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def move(request: HttpRequest, register: str, code: str, verb: str) -> HttpResponse:
    """Do something about a thing: end it, note its incubation, add what a meeting decided."""
    kept = REGISTERS[register]
    found = find(request, kept, code)
    line = next((one for one in kept.moves if one.verb == verb), None)
    if line is None:
        raise Http404
    demand(request.user, f"teams.{verb}", found)
    form = line.form(request.POST, auto_id=f"{verb}_%s")
    if tried(form, lambda data: line.act(found, **data, by=request.user, at=now())) is None:
        return _page(request, kept, find(request, kept, code), (verb, form))
    messages.success(request, _("已登记。"))
    return redirect(kept.url_of(found))


@login_required
@require_POST
def reveal_phone(request: HttpRequest, code: str) -> HttpResponse:
    """The telephone of an organisation in full; the journal keeps who looked."""
    found = find(request, REGISTERS["organisations"], code)
    shown = actions.reveal_organisation_phone(found, by=request.user, at=now())
    response = render(request, "teams/phone.html", {"organisation": shown})
    response["Cache-Control"] = "private, no-store"
    return response
