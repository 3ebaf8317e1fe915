"""How what is asked grows with the number of cases: kept as numbers, told as a table, drawn as a picture (SVG, nothing else needed)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
NUMBERS, PICTURE = HERE / "growth.json", HERE / "growth.svg"
BEGIN, END = "<!-- growth -->", "<!-- end of growth -->"
COLOURS = ("#0b4a8f", "#b42318", "#1a7f45", "#b54708", "#6941c6", "#0e7090", "#c11574", "#4b5565")
WIDE, HIGH, LEFT, TOP, LEGEND = 460, 300, 56, 34, 20


@dataclass(frozen=True)
class Point:
    """Milliseconds of ours and of the bare SQL, and the number of statements."""

    ours: float
    floor: float
    statements: int


#: database → what is asked → number of cases → Point
Known = dict[str, dict[str, dict[int, Point]]]
_noted: Known = {}


def note(database: str, found: dict[int, dict[str, Point]]) -> None:
    """Remember what was measured in this run."""
    for size, points in found.items():
        for name, point in points.items():
            _noted.setdefault(database, {}).setdefault(name, {})[size] = point


def keep() -> str:
    """Put what was measured beside what is known of other databases, lists and sizes; the table, with the picture written."""
    known = _read()
    for database, lists in _noted.items():
        for name, points in lists.items():
            known.setdefault(database, {}).setdefault(name, {}).update(points)
    if not known:
        return ""
    plain = {
        database: {name: {str(size): [round(p.ours, 2), round(p.floor, 2), p.statements] for size, p in sorted(points.items())} for name, points in lists.items()}
        for database, lists in sorted(known.items())
    }  # fmt: skip
    NUMBERS.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n")
    PICTURE.write_text(picture(known))
    return table(known)


def _read() -> Known:
    if not NUMBERS.exists():
        return {}
    plain = json.loads(NUMBERS.read_text())
    return {db: {name: {int(size): Point(*p) for size, p in points.items()} for name, points in lists.items()} for db, lists in plain.items()}


def table(known: Known) -> str:
    """One line per list and database, a column per number of cases."""
    sizes = sorted({size for lists in known.values() for points in lists.values() for size in points})
    head = " | ".join(f"{size:,}" for size in sizes)
    lines = [f"| ms (of which bare SQL) | database | {head} | growth |", "|---|---|" + "---|" * (len(sizes) + 1)]
    for database, lists in sorted(known.items()):
        for name, points in lists.items():
            cells = [f"{points[size].ours:.1f} ({points[size].floor:.1f})" if size in points else "" for size in sizes]
            grew = f"{points[max(points)].ours / points[min(points)].ours:.1f} ×" if len(points) > 1 else ""
            lines.append(f"| {name} | {database} | {' | '.join(cells)} | {grew} |")
    return "\n".join(lines)


def picture(known: Known) -> str:
    """Both axes grow by tens; a level line is what does not grow."""
    databases = sorted(known)
    names = list(dict.fromkeys(name for database in databases for name in known[database]))
    width, height = LEFT + len(databases) * (WIDE + LEFT), TOP + HIGH + 44 + LEGEND * math.ceil(len(names) / 3)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        "<title>Milliseconds of an answer by number of cases</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    every = [(size, p.ours) for lists in known.values() for points in lists.values() for size, p in points.items()]
    low, high = math.floor(math.log10(max(min(ms for _s, ms in every), 0.1))), math.ceil(math.log10(max(ms for _s, ms in every)))
    first, last = (math.log10(edge(size for size, _ms in every)) for edge in (min, max))
    for n, database in enumerate(databases):
        parts += _panel(database, known[database], names, (LEFT + n * (WIDE + LEFT), TOP), (first, max(last, first + 1)), (low, max(high, low + 1)))
    for n, name in enumerate(names):
        x, y = LEFT + (n % 3) * ((width - LEFT) // 3), TOP + HIGH + 44 + LEGEND * (n // 3)
        parts.append(f'<line x1="{x}" y1="{y - 4}" x2="{x + 22}" y2="{y - 4}" {_stroke(n)}/><text x="{x + 28}" y="{y}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _stroke(n: int) -> str:
    dashes = ("", ' stroke-dasharray="6 3"', ' stroke-dasharray="2 3"')[n // len(COLOURS) % 3]
    return f'stroke="{COLOURS[n % len(COLOURS)]}" stroke-width="2" fill="none"{dashes}'


def _panel(
    title: str, lists: dict[str, dict[int, Point]], names: list[str], corner: tuple[int, int], across: tuple[float, float], up: tuple[int, int]
) -> Iterable[str]:
    left, top = corner

    def place(size: float, ms: float) -> str:
        x = left + (math.log10(size) - across[0]) / (across[1] - across[0]) * WIDE
        y = top + HIGH - (math.log10(max(ms, 10 ** up[0])) - up[0]) / (up[1] - up[0]) * HIGH
        return f"{x:.1f},{y:.1f}"

    yield f'<text x="{left}" y="{top - 12}" font-weight="bold">{escape(title)}</text>'
    for power in range(up[0], up[1] + 1):
        x, y = place(10 ** across[0], 10.0**power).split(",")
        yield f'<line x1="{left}" y1="{y}" x2="{left + WIDE}" y2="{y}" stroke="#dde3ea"/><text x="{left - 6}" y="{y}" text-anchor="end" dy="4">{10.0**power:g} ms</text>'
    for size in sorted({size for points in lists.values() for size in points}):
        x, _y = place(size, 1).split(",")
        yield f'<line x1="{x}" y1="{top}" x2="{x}" y2="{top + HIGH}" stroke="#dde3ea"/><text x="{x}" y="{top + HIGH + 16}" text-anchor="middle">{size:,}</text>'
    for n, name in enumerate(names):
        if points := lists.get(name):
            yield f'<polyline points="{" ".join(place(size, p.ours) for size, p in sorted(points.items()))}" {_stroke(n)}/>'
