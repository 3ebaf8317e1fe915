"""What service is worth by a rule. Pure."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yipanqi.points.models import PARTS, Rule


def coefficient(rule: Rule, kind: str) -> Decimal:
    """By which the hours of a kind of service are multiplied."""
    return Decimal(str(rule.coefficients.get(kind, 1)))


def worth(rule: Rule, minutes: int, kind: str) -> int:
    """What minutes of a kind of service earn, in parts of a point: full steps of time × points an hour × coefficient."""
    steps = max(0, minutes) // rule.step * rule.step
    exact = Decimal(steps) / 60 * Decimal(str(rule.per_hour)) * coefficient(rule, kind) * PARTS
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def room(rule: Rule | None, balance: int) -> int | None:
    """How much more an account may hold; None without a cap."""
    return None if rule is None or not rule.cap else max(0, rule.cap * PARTS - balance)


def lost_before(rule: Rule | None, today: dt.date) -> dt.date | None:
    """Points that came before this day have expired; None where they do not."""
    if rule is None or not rule.months:
        return None
    months = today.year * 12 + today.month - 1 - rule.months
    year, month = divmod(months, 12)
    for day in range(today.day, 0, -1):  # 31 March less one month is 28 (29) February
        try:
            return dt.date(year, month + 1, day)
        except ValueError:
            continue
    raise ValueError("a month has days")


def in_words(rule: Rule) -> dict[str, Any]:
    """The terms as pages and API tell them."""
    return {
        "starts_on": rule.starts_on, "per_hour": rule.per_hour, "step": rule.step, "report": rule.report, "reports_a_month": rule.reports_a_month,
        "cap": rule.cap, "months": rule.months, "basis": rule.basis, "coefficients": rule.coefficients,
    }  # fmt: skip
