"""What the city did this year, for residents: named figures in plain words, counted anew every ten minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import FIGURES, Period, Scope

FRESH_S = 600
#: Figures whose records stand on a public page, at least the latest of them.
RECORDS = {"cases.closed": "portal:nearby"}
#: Keys of figures with the words residents read.
SHOWN = (
    ("cases.found", _("今年发现问题")),
    ("cases.closed", _("今年解决问题")),
    ("cases.closure_rate", _("已交办的解决了")),
    ("cases.handling_median", _("半数问题在此时间内办结")),
    ("cases.satisfaction", _("反映人表示满意")),
)
#: The same for the page on helping.
HELPING = (
    ("teams.organisations", _("志愿服务组织")), ("teams.teams", _("志愿服务队伍")), ("volunteers.registered", _("实名注册志愿者")),
    ("activities.activities", _("今年开展活动")), ("records.person_times", _("今年服务人次")), ("records.hours", _("今年服务时长")),
)  # fmt: skip
#: Figures of how long something takes are told in days where they are long.
SPANS = ("cases.handling_median",)


@dataclass(frozen=True)
class Number:
    """A figure ready for the page. `value` is None where there is nothing to measure yet; `records`: address of a public list."""

    name: str
    value: str | None
    unit: str
    definition: str
    records: str = ""


def numbers(now: dt.datetime) -> list[Number]:
    """This year's figures of the whole city; those without a value yet are left out."""
    year = timezone.localtime(now).year
    return cache.get_or_set(f"portal:numbers:{year}:{get_language()}", lambda: _measure(now, SHOWN), FRESH_S) or []


def helping(now: dt.datetime) -> list[Number]:
    """This year's figures of helping, the whole city; those without a value yet are left out."""
    year = timezone.localtime(now).year
    return cache.get_or_set(f"portal:helping:{year}:{get_language()}", lambda: _measure(now, HELPING), FRESH_S) or []


def _measure(now: dt.datetime, wanted: Sequence[tuple[str, Any]]) -> list[Number]:
    period = Period.this_year(timezone.localdate(now))
    found = []
    for key, name in wanted:
        figure = FIGURES[key]
        value = figure.value(period, Scope(), now).value
        if value is not None:
            records = reverse(RECORDS[key]) if key in RECORDS else ""
            found.append(Number(str(name), *_worded(value, str(figure.unit), key in SPANS), str(figure.definition), records))
    return found


def _worded(value: Any, unit: str, span: bool) -> tuple[str, str]:
    if unit == "%":
        return f"{value * 100:.1f}", unit
    if span:
        return (f"{value / 24:.1f}", str(_("天"))) if value >= 48 else (f"{value:.0f}", unit)
    return f"{value:,.0f}", unit
