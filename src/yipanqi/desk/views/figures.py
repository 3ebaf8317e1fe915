"""Every named figure, and exactly the records behind each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yipanqi.cases.models import Case
from yipanqi.desk import coming_back, figure_words, showing
from yipanqi.desk.views.gates import person
from yipanqi.figures import FIGURES, NUMERATOR, Figure, Period, Scope, ask, offered, one_instant, title_of
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page
from yipanqi.kernel.references import reference
from yipanqi.people.models import Unit
from yipanqi.places.models import Area

PAGE = 50
LINES = 30
APPS = ("cases", "rechecks", "inspections", "places", "suggestions", "burden", "teams", "volunteers", "activities", "services", "records", "points", "rosters")
#: The figures of a city stand on two tabs: what is mended and weighed, and how people help each other.
HELPING = frozenset(("teams", "volunteers", "activities", "services", "records", "points", "rosters"))
THEMES = {"city": gettext_lazy("创建工作"), "helping": gettext_lazy("文明实践")}
SEES = {"city": "desk.see_figures", "helping": "desk.see_helping_figures"}
PARTS = {
    "numerator": gettext_lazy("计入的记录"),
    "denominator": gettext_lazy("分母"),
    "excluded": gettext_lazy("未计入的记录"),
}


@require_safe
@login_required
@one_instant()
def figure_list(request: HttpRequest) -> HttpResponse:
    """All figures of a theme with their values for the period of the address; without one, of the first that is open."""
    (period, wrong), user = figure_words.period_asked(request), person(request)
    open_to = [name for name in THEMES if user.has_perm(SEES[name])]
    theme = request.GET.get("theme") or (open_to or ["city"])[0]
    if theme not in THEMES:
        raise Http404
    demand(user, SEES[theme])
    scope, now = figure_words.scope_of(request, user), timezone.now()
    keys = [key for key in sorted(offered(), key=_place_of) if theme_of(key) == theme]
    values = ask([FIGURES[key] for key in keys], [period], scope, now)
    figures = [figure_words.shown(FIGURES[key], period, scope, values[key][0]) for key in keys]
    tabs = [(THEMES[name], _tab_url(request, name), name == theme) for name in open_to]
    context = {"figures": figures, "period": period, "wrong": wrong, "theme": theme, "tabs": tabs, **_choices(scope)}
    return render(request, "desk/figures.html", context, status=figure_words.BadPeriod.status if wrong else 200)


def theme_of(key: str) -> str:
    """The tab on which a figure stands."""
    return "helping" if key.partition(".")[0] in HELPING else "city"


def _tab_url(request: HttpRequest, theme: str) -> str:
    """The same period and scope on another tab."""
    kept = {name: value for name in ("from", "to", "unit", "area") if (value := request.GET.get(name))}
    return f"?{urlencode({'theme': theme, **kept})}"


def _place_of(key: str) -> int:
    """Where a figure stands: those of cases first, each app's in the order in which it declared them, as the loop runs."""
    app = key.partition(".")[0]
    return APPS.index(app) if app in APPS else len(APPS)


@require_safe
@login_required
@one_instant()
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """One figure: definition, value, what it is made of, its breakdown, and its records page by page."""
    found = FIGURES.get(key)
    if found is None or not found.offered():
        raise Http404
    demand(request.user, SEES[theme_of(key)])
    (period, wrong), now = figure_words.period_asked(request), timezone.now()
    scope = figure_words.scope_of(request, person(request))
    part = request.GET.get("part", NUMERATOR)
    if scope.line and scope.line[0] not in found.breakdowns:
        raise Http404
    parts = found.parts(period, scope, now)
    if part not in parts:
        raise Http404
    rows = parts[part]
    page = keyset_page(_joined(found, rows), ("-id",), request.GET.get("cursor"), PAGE)
    query = request.GET.copy()
    query["cursor"] = page.next or ""
    context = {
        "figure": figure_words.shown(found, period, scope, found.value(period, scope, now)),
        "spec": found,
        "period": period,
        "wrong": wrong,
        "part": part,
        "parts": [(name, PARTS[name], found.records_url(period, scope, name), name == part) for name in parts],
        "part_urls": {name: f"{found.records_url(period, scope, name)}#records" for name in parts},
        "as_of": showing.moment(now),
        "line_title": _line_title(found, scope),
        "is_cases": rows.model is Case or found.opens == "case",
        "rows": _shown(found, rows.model, page.items),
        "next_url": f"?{query.urlencode()}" if page.next else "",
        **_breakdown(request, found, period, scope, now),
        **_choices(scope),
    }
    if board := coming_back.kept(request):
        context = coming_back.with_way_back(context, board) | {"board": board, "board_url": coming_back.board_url(request)}
    return render(request, "desk/figure.html", context, status=figure_words.BadPeriod.status if wrong else 200)


def _joined(found: Figure, rows: Any) -> Any:
    if found.opens == "case":
        return rows.select_related(*(f"case__{name}" for name in showing.JOINS))
    if rows.model is Case:
        return rows.select_related(*showing.JOINS)
    return rows.select_related("case") if _is_of_case(rows.model) else rows


def _is_of_case(model: Any) -> bool:
    return any(field.name == "case" and field.related_model is Case for field in model._meta.fields)


def _shown(found: Figure, model: Any, items: list[Any]) -> list[Any]:
    """Records as the page lists them: cases, and whatever stands for a case, as rows of the case list."""
    if found.opens == "case":
        return showing.rows([row.case for row in items])
    return showing.rows(items) if model is Case else [_plain(row) for row in items]


def _plain(row: Any) -> dict[str, str]:
    """A record that is no case; one that belongs to a case is known by that."""
    if _is_of_case(type(row)) and row.case is not None:
        return {"name": row.case.number, "title": row.case.title, "url": f"/cases/{row.case.number}/"}
    kind, name = reference(row)
    return {"name": name, "title": title_of(row) or str(row)}


def _choices(scope: Scope) -> dict[str, Any]:
    return {
        "units": Unit.objects.order_by("sort_key", "code").values_list("code", "name"),
        "areas": Area.objects.exclude(level=Area.Level.GRID).values_list("code", "name"),
        "unit": scope.unit or "",
        "area": scope.area or "",
    }


def _line_title(found: Figure, scope: Scope) -> str:
    if not scope.line:
        return ""
    return f"{found.breakdowns[scope.line[0]].title}{_('：')}{figure_words.line_label(found, *scope.line)}"


def _breakdown(request: HttpRequest, found: Figure, period: Period, scope: Scope, now: Any) -> dict[str, Any]:
    """The lines of the chosen dimension as a chart with links, and the dimensions to choose from."""
    dimension = request.GET.get("split") or next(iter(found.breakdowns), "")
    if dimension not in found.breakdowns or scope.line:
        return {"dimensions": [], "chart": None}
    lines = found.breakdown(dimension, period, scope, now)[:LINES]
    values = [_chart_value(found, line.value.value) for line in lines]
    chart = {
        "kind": "rows",
        "unit": str(found.unit),
        "categories": [line.label or _("未填") for line in lines],
        "links": [
            found.records_url(period, Scope(scope.unit, scope.area, None, (dimension, line.key))) for line in lines
        ],
        "series": [{"name": str(found.name), "values": values}],
    }
    query = request.GET.copy()
    query.pop("cursor", None)
    dimensions = []
    for key, by in found.breakdowns.items():
        query["split"] = key
        dimensions.append((by.title, f"?{query.urlencode()}", key == dimension))
    return {"dimensions": dimensions, "chart": chart if lines else None, "chart_tall": len(lines) > 8}


def _chart_value(found: Figure, value: float | int | None) -> float | None:
    text = figure_words.number(found, value)
    return None if value is None else float(text.replace(",", ""))
