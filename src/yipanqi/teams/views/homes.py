"""The homes of a station, of a team's leader and of the centre, filled by the apps above; what meetings left to do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.figures import FIGURES, Period, Scope, ask
from yipanqi.kernel.api import now
from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.gates import demand, gate
from yipanqi.teams import actions, selectors
from yipanqi.teams.catalogue import BOARD_FIGURES, CENTRE_PANELS, LEADER_PANELS, STATION_PANELS, Panel, shown
from yipanqi.teams.forms import FinishForm
from yipanqi.teams.models import Decision
from yipanqi.teams.views.pages import tabs, tried

FIRST = 10


@require_safe
@gate("teams.see_home")
def home(request: HttpRequest) -> HttpResponse:
    """A station's desk: what waits for it, its teams, what meetings gave its unit to do."""
    station = selectors.first_station_of(request.user)
    own = selectors.standing_on(selectors.stations_of(request.user), timezone.localdate()).select_related("area").order_by("code")
    teams = selectors.open_teams().filter(station__in=own.values("pk")).select_related("station").order_by("code")
    return _home(request, STATION_PANELS, "teams/home.html", {
        "station": station, "stations": list(own[:FIRST]), "teams": list(teams[: FIRST + 1]), "first": FIRST,
        "may_add": request.user.has_perm("teams.add_team"),
    })  # fmt: skip


@require_safe
@gate("teams.see_lead")
def lead(request: HttpRequest) -> HttpResponse:
    """A team leader's page: the teams led, and what the apps above put there."""
    teams = selectors.teams_led_by(request.user).select_related("station", "organisation", "area").order_by("code")
    return _home(request, LEADER_PANELS, "teams/lead.html", {"teams": list(teams)})


@require_safe
@gate("teams.see_board")
def board(request: HttpRequest) -> HttpResponse:
    """The centre's board: how many help, what is asked and given, what meetings left open."""
    today, moment = timezone.localdate(), now()
    period, scope = Period.this_year(today), Scope(user=request.user)
    keys = [key for key, _place in sorted(BOARD_FIGURES.items(), key=lambda item: item[1])]
    values = ask([FIGURES[key] for key in keys], [period], scope, moment)
    headline = [{"figure": FIGURES[key], "value": _number(values[key][0].value), "url": FIGURES[key].records_url(period, scope)} for key in keys]
    return _home(request, CENTRE_PANELS, "teams/board.html", {"headline": headline})


def _number(value: float | int | None) -> str | None:
    """A count with thousands apart, hours whole."""
    return None if value is None else f"{value:,.0f}"


def _home(request: HttpRequest, panels: Catalogue[Panel], template: str, context: dict[str, Any]) -> HttpResponse:
    decisions = selectors.open_decisions(request.user)[: FIRST + 1] if request.user.has_perm("teams.see_meetings") else []
    today = timezone.localdate()
    more = {"panels": shown(panels, request.user, now()), "decisions": [(one, one.late_on(today)) for one in decisions], "today": today, "tab": "home"}
    return render(request, template, {**context, **more, **tabs(request)})


@login_required
def decision(request: HttpRequest, code: str, line: int) -> HttpResponse:
    """What a meeting gave a unit to do, and the form that says it is done."""
    demand(request.user, "teams.see_meetings")
    found: Any = selectors.visible_to(request.user, Decision).select_related("meeting", "unit").filter(meeting__code=code, line=line).first()
    if not isinstance(found, Decision):
        raise Http404
    may = found.done_on is None and request.user.has_perm("teams.finish_decision", found)
    form = FinishForm(request.POST or None)
    if request.method == "POST":
        demand(request.user, "teams.finish_decision", found)
        if tried(form, lambda data: actions.finish_decision(found, **data, by=request.user, at=now())):
            messages.success(request, _("已登记完成。"))
            return redirect("teams:meeting", code)
    context = {"decision": found, "form": form if may else None, "late": found.late_on(timezone.localdate()), "tab": "meetings"}
    return render(request, "teams/decision.html", {**context, **tabs(request)}, status=422 if form.errors else 200)
