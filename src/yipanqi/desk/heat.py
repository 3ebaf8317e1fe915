"""Where what is open lies: the parts of the city, or of one area, by open and overdue cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.places import selectors as places
from yipanqi.places.models import Area

OPEN_NOW, OVERDUE_NOW = "cases.open_now", "cases.overdue_now"
#: From light to dark: nothing open, and four steps up to the most. Words on them stay legible in print.
SHADES = ("#eef2f6", "#cfe0f1", "#8fb8de", "#3f7fbf", "#0b4a8f")


@dataclass
class Part:
    """One part with its numbers; `code` is "" for cases without an area."""

    code: str
    name: str
    path: str = ""
    below: bool = False
    open: int = 0
    late: int = 0


def parts(period: Period, scope: Scope, now: dt.datetime) -> list[Part]:
    """The streets and towns of the city, or the parts of the scope's area, those with the most open cases first; what lies
    in none of them stands last."""
    paths = {code: (path, name, level) for code, path, name, level in Area.objects.values_list("code", "path", "name", "level")}
    inside = paths[scope.area][0] if scope.area in paths else ""
    shown = _below(paths, inside) if inside else [code for code, (_path, _name, level) in paths.items() if level == Area.Level.STREET]
    found = {code: Part(code, paths[code][1], paths[code][0]) for code in shown}
    elsewhere = Part("", _("未定区域") if not inside else _("本级，未分到下一级"))
    for part in found.values():
        part.below = any(path.startswith(part.path) and path != part.path for path, _name, _level in paths.values())
    for key, name in ((OPEN_NOW, "open"), (OVERDUE_NOW, "late")):
        for line in FIGURES[key].breakdown("area", period, scope, now):
            path = paths[line.key][0] if line.key in paths else ""
            own = next((found[code] for code in path.split("/") if code in found), elsewhere)
            setattr(own, name, getattr(own, name) + line.value.n)
    ordered = sorted(found.values(), key=lambda part: (-part.open, -part.late, part.code))
    return ordered + ([elsewhere] if elsewhere.open else [])


def _below(paths: dict[str, tuple[str, str, str]], inside: str) -> list[str]:
    """The areas right below a path."""
    depth = inside.count("/") + 1
    return [code for code, (path, _name, _level) in paths.items() if path.startswith(inside) and path.count("/") == depth]


def steps_of(found: Iterable[Part]) -> list[int]:
    """The least number of open cases of each darker shade: equal steps up to the most, none twice."""
    most = max((part.open for part in found), default=0)
    shades = len(SHADES) - 1
    return list(dict.fromkeys(max(1, -(-most * n // shades)) if n else 1 for n in range(shades))) if most else []


def shade(n: int, steps: list[int]) -> str:
    """The colour of a number."""
    return SHADES[sum(n >= step for step in steps)]


def table(found: list[Part], period: Period, scope: Scope, address: dict[str, str]) -> dict[str, Any]:
    """Lines and legend for the page. `address`: what the board's own address holds beside the area."""
    steps, figures = steps_of(found), [FIGURES[OPEN_NOW], FIGURES[OVERDUE_NOW]]
    lines = []
    for part in found:
        where = Scope(area=part.code) if part.code else replace(scope, user=None, line=None)
        links = [figure.records_url(period, where) for figure in figures] if part.code else ["", ""]
        if not part.code and not scope.area:
            links = [figure.records_url(period, Scope(line=("area", ""))) for figure in figures]
        lines.append({
            "name": part.name, "open": part.open, "late": part.late, "open_url": links[0], "late_url": links[1],
            "share": f"{100 * part.late / part.open:.1f}%" if part.open else "—", "step": sum(part.open >= one for one in steps) if part.code else 0,
            "board_url": f"?{urlencode({**address, 'area': part.code})}#heat" if part.below else "",
        })  # fmt: skip
    return {"lines": lines, "legend": _legend(steps)}


def _legend(steps: list[int]) -> list[tuple[int, str]]:
    """By shade, the numbers that have it."""
    bounds = [0, *steps]
    named = [(at, low, bounds[at + 1] - 1 if at + 1 < len(bounds) else None) for at, low in enumerate(bounds)]
    return [(at, f"{low}+" if high is None else str(low) if low >= high else f"{low}–{high}") for at, low, high in named]


def features(found: list[Part], period: Period, address: dict[str, str]) -> dict[str, Any]:
    """The parts as areas of a map, each in its shade, with the words and the way of a click."""
    steps, known = steps_of(found), {part.code: part for part in found if part.code}
    drawn = []
    for code, name, edge in Area.objects.filter(code__in=known, boundary__isnull=False).values_list("code", "name", "boundary"):
        part = known[code]
        inner = f"{reverse('desk:board')}?{urlencode({**address, 'area': code})}#heat" if part.below else FIGURES[OPEN_NOW].records_url(period, Scope(area=code))
        note = _("在办 %(open)d 件，超期 %(late)d 件") % {"open": part.open, "late": part.late}
        drawn.append((edge, {"name": name, "label": f"{name} {part.open}", "title": name, "fill": shade(part.open, steps), "url": inner, "note": note}))
    return places.collection(drawn)
