"""Figures as pages show them: the number with its unit, the address of its records, the period of the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yipanqi.figures import Figure, FigureValue, Period, Rate, Scope, checked
from yipanqi.kernel.actions import Refused
from yipanqi.people.models import User


class BadPeriod(Refused):
    """A period in the address that cannot be read or ends before it begins."""

    message = gettext_lazy("起止日期有误：请按 2026-01-31 的格式填写，起始日期不晚于截止日期。")
    status = 400


def period_of(request: HttpRequest) -> Period:
    """The period of the address (`from`, `to`), else this year so far. Raises BadPeriod."""
    today = timezone.localdate()
    start, end = (_day(request.GET.get(name, "")) for name in ("from", "to"))
    year = Period.this_year(start or end or today)
    start, end = start or year.start, end or year.end
    if end < start or not 1900 <= start.year <= end.year <= 2199:
        raise BadPeriod
    return Period(start, end)


def period_asked(request: HttpRequest) -> tuple[Period, dict[str, Any]]:
    """The period to show, and for desk/_period.html what is wrong with the one of the address: what was typed and a
    sentence, empty where all is well. In place of a wrong period stands this year so far.
    """
    try:
        return period_of(request), {}
    except BadPeriod as bad:
        typed = {name: request.GET.get(name, "")[:20] for name in ("from", "to")}
        return Period.this_year(timezone.localdate()), typed | {"words": _("%(wrong)s下面先按本年显示。") % {"wrong": bad}}


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError as error:
        raise BadPeriod from error
    if day is None:
        raise BadPeriod
    return day


def scope_of(request: HttpRequest, user: User) -> Scope:
    """The scope of the address (`unit`, `area`, `by` and `line`) over what the person may see. Refused: an unknown code."""
    get = request.GET.get
    line = (get("by", ""), get("line", "")) if get("by") else None
    return checked(Scope(unit=get("unit") or None, area=get("area") or None, user=user, line=line))


def number(figure: Figure, value: float | int | None) -> str:
    """The number without its unit: shares as per cent with one digit, hours with one, counts with thousands apart."""
    if value is None:
        return "—"
    if isinstance(figure, Rate):
        return f"{value * 100:.1f}"
    return f"{value:,.1f}" if isinstance(value, float) and not value.is_integer() else f"{int(value):,}"


def shown(figure: Figure, period: Period, scope: Scope, value: FigureValue) -> dict[str, Any]:
    """A figure and its value for the component figure.html."""
    note = f"{value.numerator:,} / {value.denominator:,}" if value.denominator is not None else ""
    interval = "—".join(number(figure, end) for end in value.interval) if value.interval else ""
    return {
        "key": figure.key,
        "name": figure.name,
        "unit": figure.unit,
        "definition": figure.definition,
        "value": number(figure, value.value),
        "raw": value.value,
        "note": note,
        "interval": interval,
        "too_few": value.too_few,
        "url": figure.records_url(period, scope),
        "numerator": value.numerator,
        "denominator": value.denominator,
        "excluded": value.excluded,
        "n": value.n,
    }


def line_label(figure: Figure, dimension: str, key: str) -> str:
    """The name of one line of a breakdown as people know it, whether or not records of it are shown; the key where nothing
    is known by it."""
    by = figure.breakdowns[dimension]
    if not key:
        return _("未填")
    known = next((str(name) for one, name in by.names.items() if str(one) == key), "")
    if known or not by.label:
        return known or key
    rows, column, label = figure.source(Scope()), by.column, by.label
    prefix, _sep, own = column.rpartition("__")
    if prefix and label.startswith(f"{prefix}__"):
        model: Any = rows.model
        for name in prefix.split("__"):
            model = model._meta.get_field(name).related_model
        rows, column, label = model._default_manager.all(), own, label.removeprefix(f"{prefix}__")
    try:
        named = rows.filter(**{column: key})
    except ValidationError:  # the address names something that cannot be a key of this column
        return key
    return str(named.values_list(label, flat=True).order_by().first() or key)


def month_names(months: Sequence[Period]) -> list[str]:
    """Months in a row as an axis names them: the first and every January with their year."""
    named = [pgettext("a month with its year, as Django's date filter writes it", "Y年n月"), pgettext("a month beside others of its year, as Django's date filter writes it", "n月")]
    return [date_format(m.start, named[bool(at) and m.start.month > 1]) for at, m in enumerate(months)]
