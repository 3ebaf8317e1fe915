"""`yipanqi figures`: every named figure, for the whole city or one unit."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from typing import Any

import django

from yipanqi.config.failure import CommandFailed
from yipanqi.config.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="start", type=dt.date.fromisoformat, metavar="D", help="first day, for example 2026-01-01 (default: 1 January)")
    parser.add_argument("--to", dest="end", type=dt.date.fromisoformat, metavar="D", help="last day (default: 31 December)")
    parser.add_argument("--unit", metavar="CODE", help="only what this unit leads")
    parser.add_argument("--json", action="store_true", help="print JSON")


def shown(value: float | int | None, unit: str) -> str:
    """A value as a person reads it: shares in per cent, one decimal where it is no whole number."""
    if value is None:
        return "—"
    if unit == "%":
        return f"{value:.1%}"
    return f"{value:.1f} {unit}" if isinstance(value, float) else f"{value} {unit}"


def rows(start: dt.date | None, end: dt.date | None, unit: str | None, now: dt.datetime) -> list[dict[str, Any]]:
    """Every figure with its value, in the order of their keys."""
    from django.utils import timezone  # noqa: PLC0415  needs configured apps

    from yipanqi.figures import Scope, offered  # noqa: PLC0415
    from yipanqi.figures.api import period_of  # noqa: PLC0415

    period, scope = period_of(start, end, timezone.localdate(now)), Scope(unit=unit)
    figures = sorted(offered().items())
    with Progress("figures", len(figures)) as bar:
        return [_row(figure, period, scope, now) for _key, figure in bar.over(figures)]


def _row(figure: Any, period: Any, scope: Any, now: dt.datetime) -> dict[str, Any]:
    from yipanqi.figures.api import name_of  # noqa: PLC0415  needs configured apps

    value = figure.value(period, scope, now)
    return {
        **name_of(figure),
        "value": value.value,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "excluded": value.excluded,
        "as_of": value.as_of.isoformat(),
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
    }


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.kernel.actions import Refused  # noqa: PLC0415  needs configured apps
    from yipanqi.people.models import Unit  # noqa: PLC0415

    if args.unit and not Unit.objects.filter(code=args.unit).exists():
        raise CommandFailed(f"There is no unit with the code {args.unit}.")
    try:
        found = rows(args.start, args.end, args.unit, dt.datetime.now(dt.UTC))
    except Refused as refusal:
        raise CommandFailed(str(refusal)) from refusal
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    print(f"{found[0]['from']} — {found[0]['to']}" if found else "no figures", file=sys.stderr)
    for row in found:
        of = f"({row['numerator']} / {row['denominator']}, {row['excluded']} 未计入)" if row["denominator"] is not None else ""
        print(f"{row['key']:<32}{shown(row['value'], row['unit']):>14}  {row['name']} {of}".rstrip())
    return 0
