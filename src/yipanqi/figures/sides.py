"""Conditions whose dependence on the moment asked about is written down, so that counters can stand for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from yipanqi.figures.terms import Period

EVERYTHING, NOTHING = Q(), Q(pk__in=[])


@dataclass(frozen=True)
class Since:
    """Records whose moment in `column` has come meet `before`, those for which it lies ahead `after`. `strict`: at the very
    moment it has not come yet. Both conditions are about the record alone."""

    column: str
    before: Q = EVERYTHING
    after: Q = NOTHING
    strict: bool = False

    def come(self, moment: dt.datetime, as_of: dt.datetime) -> bool:
        """Whether a moment has come."""
        return moment < as_of if self.strict else moment <= as_of

    def __call__(self, period: Period, as_of: dt.datetime) -> Q:
        told = Q(**{f"{self.column}__{'lt' if self.strict else 'lte'}": as_of}) & self.before
        if self.after == NOTHING:
            return told
        return told | (Q(**{f"{self.column}__{'gte' if self.strict else 'gt'}": as_of}) & self.after)


#: Which records count: always the same, turning over at the moment asked about, or by the period and that moment in any way.
#: The condition of a figure with a `moment` leaves the period alone, for that is already seen to.
Condition = Q | Since | Callable[[Period, dt.datetime], Q]
#: A condition before and after the moment has come.
Sides = tuple[Q, Q]


def sides_of(condition: Condition) -> Sides | None:
    """What the condition is on either side of the moment; None where it cannot be told apart so."""
    if isinstance(condition, Since):
        return condition.before, condition.after
    return (condition, condition) if isinstance(condition, Q) else None


def both(one: Sides, other: Sides) -> Sides:
    """What meets two conditions, on either side."""
    return tuple(NOTHING if NOTHING in pair else pair[0] & pair[1] for pair in zip(one, other, strict=True))  # type: ignore[return-value]
