"""The leader's board: one minute, four figures, and from each the way down to its records. Period and area stand in the
address, so that every way back leads to the same board."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.cases import selectors as cases
from yipanqi.desk import coming_back, figure_words, heat
from yipanqi.desk.catalogue import CLOSURE_TARGET, ON_TIME_TARGET
from yipanqi.desk.first import mend_first
from yipanqi.desk.views.gates import gate, person
from yipanqi.figures import FIGURES, Figure, FigureValue, Line, Period, Scope, ask, checked, one_instant, sizes
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import User
from yipanqi.places.models import Area

#: Figures on top, the tone of one that is not zero, the setting that holds its target.
HEADLINE = (
    ("cases.closure_rate", "", CLOSURE_TARGET.key),
    ("cases.on_time_rate", "", ON_TIME_TARGET.key),
    ("cases.open_now", "", ""),
    ("cases.overdue_now", "late", ""),
)
#: Rates by month, their tone, the setting that holds their target.
RATES = tuple((key, tone, target) for (key, _none, target), tone in zip(HEADLINE[:2], ("act", "done"), strict=True))
FUNNEL = ("cases.found", "cases.accepted", "cases.dispatched", "cases.closed")
TREND = (("cases.found", "act"), ("cases.closed", "done"))
MONTHS = 12
LATE_UNITS, BACK = 10, 5
#: Values by figure, one for each month.
Asked = dict[str, list[FigureValue]]


@require_safe
@gate("desk.see_board")
@one_instant()
def board(request: HttpRequest) -> HttpResponse:
    """Four figures, trend, loop, who is late, where problems come from, and what waits for the leader."""
    user, now = person(request), timezone.now()
    period, wrong = figure_words.period_asked(request)
    scope = _scope(request, user)
    whole = ask(_named(*(key for key, _tone, _target in HEADLINE), *FUNNEL), [period], scope, now)
    months = Period.months(min(period.end, timezone.localdate(now)), MONTHS)
    monthly = ask(_named(*(key for key, _tone, _target in RATES), *(key for key, _tone in TREND)), months, scope, now)
    address = _address(request)
    context = {
        "period": period,
        "wrong": wrong,
        "periods": _periods(period, scope),
        **_where(scope, address),
        "headline": [_head(*line, period, scope, whole) for line in HEADLINE],
        "first": mend_first(period, scope, now),
        "rates": _rates(months, monthly, scope, now),
        "trend": _trend(months, monthly, scope, now),
        **_funnel(period, scope, whole),
        "late": _late(period, scope, now),
        "sources": _sources(period, scope, now),
        "heat": heat.table(heat.parts(period, scope, now), period, scope, address),
        "heat_query": urlencode(address | ({"area": scope.area} if scope.area else {})),
        "back": _back(period, scope, now),
        "waiting": _waiting(user),
        "nothing_yet": not cases.visible_to(user).exists(),
    }
    context = coming_back.with_way_back(context, coming_back.asked(request.GET))
    return render(request, "desk/board.html", context, status=figure_words.BadPeriod.status if wrong else 200)


@require_safe
@gate("desk.see_board")
@one_instant()
def board_areas(request: HttpRequest) -> JsonResponse:
    """The areas of the board's heat map as GeoJSON: name, fill, title, url, note."""
    period, _wrong = figure_words.period_asked(request)
    scope = _scope(request, person(request))
    drawn = heat.features(heat.parts(period, scope, timezone.now()), period, _address(request))
    for one in drawn["features"]:
        one["properties"] = coming_back.with_way_back(one["properties"], coming_back.asked(request.GET))
    return JsonResponse(drawn)


def _scope(request: HttpRequest, user: User) -> Scope:
    """The area of the address over what the person may see. Refused: an unknown code."""
    return checked(Scope(area=request.GET.get("area") or None, user=user))


def _address(request: HttpRequest) -> dict[str, str]:
    """What the address says of the period."""
    return {name: request.GET[name] for name in ("from", "to") if request.GET.get(name)}


def _where(scope: Scope, address: dict[str, str]) -> dict[str, Any]:
    """The areas to choose from, and the chosen one with the way up."""
    areas = Area.objects.exclude(level__in=(Area.Level.GRID, Area.Level.CITY)).order_by("code")
    found: dict[str, Any] = {"areas": areas.values_list("code", "name"), "area": scope.area or "", "area_name": "", "up": []}
    if scope.area:
        here = Area.objects.get(code=scope.area)
        above = Area.objects.filter(code__in=here.path.split("/")[:-2]).exclude(level=Area.Level.CITY).order_by("path")
        ways = [(_("全市"), "?" + urlencode(address))]
        ways += [(name, "?" + urlencode({**address, "area": code})) for code, name in above.values_list("code", "name")]
        found |= {"area_name": here.name, "up": ways}
    return found


def _link(scope: Scope, line: tuple[str, str] | None = None) -> Scope:
    """The scope as the address of records says it."""
    return Scope(area=scope.area, line=line)


def _named(*keys: str) -> list[Figure]:
    return [FIGURES[key] for key in dict.fromkeys(keys)]


def _waiting(user: User) -> list[tuple[Any, int, str]]:
    """What waits for the person, as (title, how many, address)."""
    lists = cases.inbox(user)
    found = sizes([queryset for _title, queryset, _tone in lists])
    return [(title, n, f"/cases/?group={at + 1}") for at, ((title, _queryset, _tone), n) in enumerate(zip(lists, found, strict=True))]


def _head(key: str, tone: str, target_key: str, period: Period, scope: Scope, whole: Asked) -> dict[str, Any]:
    shown = figure_words.shown(FIGURES[key], period, scope, whole[key][0])
    target = float(policy_value(target_key)) if target_key else 0.0
    missed = bool(target and shown["raw"] is not None and shown["raw"] * 100 < target)
    words = _("目标 %(target)s%%") % {"target": f"{target:g}"} if target else ""
    return shown | {"tone": "soon" if missed else tone if shown["raw"] else "", "target": words, "missed": missed}


def _periods(period: Period, scope: Scope) -> list[tuple[str, str, bool]]:
    """Periods that are asked for most, as (title, address, here)."""
    today = timezone.localdate()
    month = Period.this_month(today)
    before = Period.this_month(month.start - dt.timedelta(days=1))
    last_year = Period.this_year(today.replace(year=today.year - 1, day=1))
    choices = ((_("本月"), month), (_("上月"), before), (_("今年"), Period.this_year(today)), (_("去年"), last_year))
    area = f"&area={scope.area}" if scope.area else ""
    return [(title, f"?from={one.start}&to={one.end}{area}", one == period) for title, one in choices]


def _monthly(months: list[Period], key: str, unit: Any, series: list[dict[str, Any]], scope: Scope, now: dt.datetime) -> dict[str, Any]:
    """A chart over months. The last is told apart while it is not over, so that nobody takes part of a month for a drop."""
    begun = months[-1].end >= timezone.localdate(now)
    return {
        "kind": "line",
        "unit": str(unit),
        "categories": figure_words.month_names(months),
        "links": [FIGURES[key].records_url(m, _link(scope)) for m in months],
        "series": series,
        **({"unfinished": _("本月未完")} if begun else {}),
    }


def _rates(months: list[Period], monthly: Asked, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    """Closure and on-time rate by month, with their targets as dashed lines."""
    series: list[dict[str, Any]] = []
    for key, tone, target_key in RATES:
        figure, target = FIGURES[key], float(policy_value(target_key))
        shares = [None if one.value is None else round(one.value * 100, 1) for one in monthly[key]]
        series.append({"name": str(figure.name), "values": shares, "tone": tone})
        if target:
            name = _("%(name)s目标") % {"name": figure.name}
            series.append({"name": name, "values": [target] * len(months), "tone": tone, "target": True})
    return _monthly(months, RATES[0][0], "%", series, scope, now)


def _trend(months: list[Period], monthly: Asked, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    """Found and closed by month."""
    series = [
        {"name": str(FIGURES[key].name), "values": [one.value for one in monthly[key]], "tone": tone} for key, tone in TREND
    ]
    key = TREND[0][0]
    return _monthly(months, key, FIGURES[key].unit, series, scope, now)


def _funnel(period: Period, scope: Scope, whole: Asked) -> dict[str, Any]:
    """The steps of the loop, and how each compares with the one before."""
    steps = _named(*FUNNEL)
    values = [whole[f.key][0].value or 0 for f in steps]
    links = [f.records_url(period, _link(scope)) for f in steps]
    chart = {
        "kind": "funnel",
        "unit": _("件"),
        "categories": [str(f.name) for f in steps],
        "links": links,
        "series": [{"name": _("本期"), "values": values}],
    }
    pairs = zip(steps, steps[1:], values, values[1:], links[1:], strict=False)
    shares = [(one.name, other.name, f"{100 * after / before:.1f}%" if before else "—", url) for one, other, before, after, url in pairs]
    return {"funnel": chart, "funnel_shares": shares, "funnel_base": steps[0].name}


def _lines(key: str, by: str, period: Period, scope: Scope, now: dt.datetime) -> list[Line]:
    return FIGURES[key].breakdown(by, period, scope, now)


def _late(period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any] | None:
    lines = [line for line in _lines("cases.overdue_now", "unit", period, scope, now) if line.value.value][:LATE_UNITS]
    return _rows("cases.overdue_now", "unit", lines, period, scope, "late") if lines else None


def _sources(period: Period, scope: Scope, now: dt.datetime) -> dict[str, Any] | None:
    lines = _lines("cases.found", "source", period, scope, now)
    return _rows("cases.found", "source", lines, period, scope, "act") if lines else None


def _back(period: Period, scope: Scope, now: dt.datetime) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Kinds of problem and places to which most came back after they were struck off."""
    figure, found = FIGURES["cases.rebounded"], []
    for by in ("class", "place"):
        lines = [line for line in _lines(figure.key, by, period, scope, now) if line.key][:BACK]
        rows = [{"name": one.label, "n": one.value.n, "url": figure.records_url(period, _link(scope, (by, one.key)))} for one in lines]
        if rows:
            found.append((figure.breakdowns[by].title, rows))
    return found


def _rows(key: str, by: str, lines: list[Line], period: Period, scope: Scope, tone: str) -> dict[str, Any]:
    figure = FIGURES[key]
    return {
        "kind": "rows",
        "unit": str(figure.unit),
        "categories": [line.label or _("未填") for line in lines],
        "links": [figure.records_url(period, _link(scope, (by, line.key))) for line in lines],
        "series": [{"name": str(figure.name), "values": [line.value.value for line in lines], "tone": tone}],
    }
