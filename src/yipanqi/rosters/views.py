"""Pages of duty work: rosters with their posts, units and shares; turns; what a unit has to do."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi import sheets
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.addresses import absolute
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.people.models import Unit
from yipanqi.rosters import actions, selectors
from yipanqi.rosters.forms import (
    CancelForm,
    ChangeRosterForm,
    ConfirmForm,
    CorrectForm,
    GiveForm,
    PlacesForm,
    RosterFilter,
    RosterForm,
    SegmentsForm,
    SwapForm,
    TurnFilter,
    UnitsForm,
)
from yipanqi.rosters.models import Roster, Swap, Turn
from yipanqi.rosters.sheets import TURNS, calendar, lines
from yipanqi.rosters.states import ROSTER, TURN

ROWS, SHOWN = 50, 20
TONES = {"draft": "wait", "published": "act", "ended": "done", "planned": "act", "done": "done", "cancelled": "wait"}
NEWEST = ("-starts_at", "-id")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _form(request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What `act` makes of the form that was sent; None where it is to be filled in, or filled in again."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act(form.cleaned_data) or True
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return None


def _page(request: HttpRequest, form: forms.Form, title: Any, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, **more}
    return render(request, "rosters/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _roster(request: HttpRequest, code: str) -> Roster:
    return get_object_or_404(selectors.rosters_visible_to(request.user), code=code)


def _turn(request: HttpRequest, uuid: UUID) -> Turn:
    return get_object_or_404(selectors.turns_visible_to(request.user), uuid=uuid)


@login_required
@require_safe
def rosters(request: HttpRequest) -> HttpResponse:
    """All rosters, newest first."""
    demand(request.user, "rosters.see_rosters")
    form = RosterFilter(request.GET or None)
    given = {k: v for k, v in (form.cleaned_data if form.is_valid() else {}).items() if v}
    page = keyset_page(selectors.rosters_visible_to(request.user).filter(**given), ("-starts_on", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    may_add = request.user.has_perm("rosters.add_roster")
    return render(request, "rosters/rosters.html", {"form": form, "rows": page.items, "next_url": next_url(request, page.next), "may_add": may_add, "tab": "rosters"})


@login_required
def new_roster(request: HttpRequest) -> HttpResponse:
    """Plan duty work."""
    demand(request.user, "rosters.add_roster")
    form = RosterForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    made = _form(request, form, lambda given: actions.add_roster(None, **given, by=request.user, at=now()))
    return redirect("rosters:posts", made.code) if made else _page(request, form, _("新的值勤安排"), reverse("rosters:rosters"))


@login_required
def edit_roster(request: HttpRequest, code: str) -> HttpResponse:
    """Change the terms."""
    found = _roster(request, code)
    demand(request.user, "rosters.change_roster", found)
    initial = {name: getattr(found, name) for name in ("name", "starts_on", "ends_on", "working_days", "people", "tasks")}
    initial |= {"slots": "，".join("-".join(slot) for slot in found.slots), "weekdays": [str(day) for day in found.weekdays]}
    form = ChangeRosterForm(request.POST or None, initial=initial)
    made = _form(request, form, lambda given: actions.change_roster(found, **given, by=request.user, at=now()))
    return redirect("rosters:roster", code) if made else _page(request, form, _("修改值勤安排"), reverse("rosters:roster", args=[code]))


@login_required
def posts(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the crossings, or the street segments with the units that keep them."""
    found = _roster(request, code)
    demand(request.user, "rosters.set_posts", found)
    known = list(selectors.posts_of(found))
    form: forms.Form
    if found.kind == Roster.Kind.CROSSING:
        form = PlacesForm(request.POST or None, initial={"places": [post.place.code for post in known if post.place]})
        made = _form(request, form, lambda given: actions.set_posts(found, places=given["places"], by=request.user, at=now()))
    else:
        form = SegmentsForm(request.POST or None, initial={"segments": SegmentsForm.written(known)})
        made = _form(request, form, lambda given: _keep(request, found, given["segments"]))
    title = _("选择值勤路口") if found.kind == Roster.Kind.CROSSING else _("选择包街路段")
    return redirect("rosters:units", code) if made else _page(request, form, title, reverse("rosters:roster", args=[code]))


def _keep(request: HttpRequest, found: Roster, given: list[tuple[Any, Any]]) -> Roster:
    keepers = {segment.code: unit for segment, unit in given if unit}
    made: Roster = actions.set_posts(found, segments=[segment for segment, _unit in given], keepers=keepers, by=request.user, at=now())
    return made


@login_required
def units(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the units that take turns."""
    found = _roster(request, code)
    demand(request.user, "rosters.set_units", found)
    form = UnitsForm(request.POST or None, initial={"units": list(selectors.units_of(found).values_list("code", flat=True))})
    made = _form(request, form, lambda given: actions.set_units(found, units=given["units"], by=request.user, at=now()))
    return redirect("rosters:roster", code) if made else _page(request, form, _("选择值勤单位"), reverse("rosters:roster", args=[code]))


@login_required
@require_safe
def roster(request: HttpRequest, code: str) -> HttpResponse:
    """One roster: terms, posts, how evenly it is shared, its turns."""
    found = _roster(request, code)
    page = keyset_page(selectors.turns_visible_to(request.user).filter(roster=found), NEWEST, request.GET.get("cursor"), ROWS)
    sees, plans = request.user.has_perm("rosters.see_rosters"), request.user.has_perm("rosters.use_planning_pages")
    shares = selectors.shares(found) if sees else []
    for row in page.items:
        row.tone = TONES[row.state]
    moves = [move for move in ROSTER.open_moves(found, request.user) if move.allowed and move.name in ("make_rota", "publish_roster")] if plans else []
    return render(request, "rosters/roster.html", {
        "roster": found, "tone": TONES[found.state], "posts": selectors.posts_of(found), "shares": shares, "even": selectors.evenness(shares), "rows": page.items,
        "next_url": next_url(request, page.next), "moves": moves, "plans": plans and found.state != "ended", "end_form": CancelForm(), "sees": sees,
    })  # fmt: skip


@login_required
@require_POST
def move_roster(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Give out turns, publish, end."""
    found = _roster(request, code)
    direct = {"make_rota": actions.make_rota, "publish_roster": actions.publish_roster, "end_roster": actions.end_roster}
    if verb not in direct:
        raise Http404
    demand(request.user, f"rosters.{verb}", found)
    more = {"why": request.POST.get("why", "")} if verb == "end_roster" else {}
    try:
        direct[verb](found, **more, by=request.user, at=now())
        messages.success(request, _("已%(move)s") % {"move": ROSTER.moves[verb].title})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("rosters:roster", code)


@login_required
@require_safe
def turns(request: HttpRequest) -> HttpResponse:
    """Turns of all rosters, newest first; a unit sees its own."""
    _demand_either(request)
    form = TurnFilter(request.GET or None)
    page = keyset_page(selectors.turns_visible_to(request.user).filter(**form.given()), NEWEST, request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    sees = request.user.has_perm("rosters.see_rosters")
    return render(request, "rosters/turns.html", {"form": form, "rows": page.items, "next_url": next_url(request, page.next), "sees": sees, "tab": "turns", "query": request.GET.urlencode()})


def _demand_either(request: HttpRequest) -> None:
    if not request.user.has_perm("rosters.see_own_turns"):
        demand(request.user, "rosters.see_rosters")


@login_required
@require_safe
def turn_sheet(request: HttpRequest) -> HttpResponse:
    """The turns that the person sees, as chosen, as a workbook."""
    _demand_either(request)
    rows = selectors.turns_visible_to(request.user).filter(**TurnFilter(request.GET or None).given())
    if request.GET.get("roster"):
        rows = rows.filter(roster__code=request.GET["roster"])
    out = io.BytesIO()
    sheets.export(TURNS, lines(rows.order_by("starts_at", "id")), out)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="turns.xlsx"'
    return response


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the person's units have to do: swaps to answer, turns to confirm, turns to come."""
    demand(request.user, "rosters.see_own_turns")
    moment = now()
    own = list(selectors.own_units(request.user))
    coming = selectors.turns_visible_to(request.user).filter(unit__in=own, state="planned", starts_at__gt=moment).order_by("starts_at", "id")
    feeds = [(unit, _feed_url(request, unit)) for unit in own]
    return render(request, "rosters/mine.html", {
        "own": own, "to_confirm": selectors.to_confirm(request.user, moment)[:SHOWN], "coming": coming[:SHOWN], "feeds": feeds,
        "asked": [swap for swap in selectors.open_swaps(request.user) if swap.to in own], "asking": [swap for swap in selectors.open_swaps(request.user) if swap.asked_by in own],
    })  # fmt: skip


def _feed_url(request: HttpRequest, unit: Unit) -> str:
    found = selectors.feed_of(unit)
    return absolute(request, reverse("rosters:feed", args=[found.secret])) if found else ""


@login_required
@require_POST
def renew_feed(request: HttpRequest) -> HttpResponse:
    """Make a secret address for a unit's calendar."""
    unit = get_object_or_404(selectors.own_units(request.user), code=request.POST.get("unit", ""))
    actions.renew_feed(unit, by=request.user, at=now())
    messages.success(request, _("已生成新的订阅地址，原来的地址不再有效。"))
    return redirect("rosters:mine")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """A unit's duty as iCalendar, for whoever has the address."""
    unit = selectors.unit_by_secret(secret)
    if unit is None:
        raise Http404
    moment = now()
    body = calendar(f"{unit.name} {_('值勤')}", list(selectors.feed_turns(unit, moment)), moment)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"], response["X-Robots-Tag"] = "private, max-age=900", "noindex"
    return response


@login_required
@require_safe
def turn(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One turn, and what the person may do about it."""
    return _turn_page(request, _turn(request, uuid))


def _turn_forms(found: Turn, request: HttpRequest) -> dict[str, forms.Form]:
    """The forms of the moves that the person may make now, unbound."""
    moment = now()
    open_to = {move.name for move in TURN.open_moves(found, request.user) if move.allowed}
    if not selectors.can_confirm(found, moment):
        open_to -= {"confirm_turn", "correct_turn"}
    if found.starts_at <= moment or found.roster.state != "published":
        open_to -= {"ask_swap"}
    made: dict[str, Callable[..., forms.Form]] = {
        "confirm_turn": lambda data: ConfirmForm(data, initial={"present": found.people}), "correct_turn": lambda data: CorrectForm(data, initial={"present": found.present, "work": found.work}),
        "ask_swap": lambda data: SwapForm(data, turn=found, now=moment), "give_turn": lambda data: GiveForm(data, auto_id="give_%s"), "cancel_turn": lambda data: CancelForm(data, auto_id="cancel_%s"),
    }  # fmt: skip
    verb = request.resolver_match.kwargs.get("verb") if request.resolver_match and request.method == "POST" else ""
    return {name: made[name](request.POST if name == verb else None) for name in made if name in open_to or name == verb}


def _turn_page(request: HttpRequest, found: Turn, given: dict[str, forms.Form] | None = None) -> HttpResponse:
    shown = given or _turn_forms(found, request)
    parts = [{"verb": verb, "title": TURN.moves[verb].title, "form": form, "open": verb in ("confirm_turn", "correct_turn") or bool(form.errors)} for verb, form in shown.items()]
    swap = selectors.swaps_visible_to(request.user).filter(turn=found, state="asked").first()
    status = 422 if any(form.errors for form in shown.values()) else 200
    return render(request, "rosters/turn.html", {"turn": found, "tone": TONES[found.state], "parts": parts, "swap": swap, "sees": request.user.has_perm("rosters.see_rosters")}, status=status)


@login_required
@require_POST
def move_turn(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Confirm, correct, swap, give away or cancel one turn."""
    found = _turn(request, uuid)
    direct = {"confirm_turn": actions.confirm_turn, "correct_turn": actions.correct_turn, "ask_swap": actions.ask_swap, "give_turn": actions.give_turn, "cancel_turn": actions.cancel_turn}
    if verb not in direct:
        raise Http404
    demand(request.user, f"rosters.{verb}", found)
    shown = _turn_forms(found, request)
    if _form(request, shown[verb], lambda given: direct[verb](found, **given, by=request.user, at=now())):
        messages.success(request, _("已%(move)s") % {"move": TURN.moves[verb].title})
        return redirect("rosters:mine" if request.user.has_perm("rosters.see_own_turns") else "rosters:turns")
    return _turn_page(request, found, shown)


@login_required
@require_POST
def answer_swap(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Agree, refuse or withdraw."""
    found: Swap = get_object_or_404(selectors.swaps_visible_to(request.user), uuid=uuid)
    direct = {"agree_swap": actions.agree_swap, "refuse_swap": actions.refuse_swap, "withdraw_swap": actions.withdraw_swap}
    if verb not in direct:
        raise Http404
    demand(request.user, f"rosters.{verb}", found)
    try:
        direct[verb](found, by=request.user, at=now())
        messages.success(request, _("已%(move)s") % {"move": found.machine.moves[verb].title})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("rosters:mine")
