"""Hours and stars, as plain numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

HIGHEST = 5
#: 100 / 300 / 600 / 1000 / 1500 hours make one to five stars (志愿者星级认定), in minutes.
USUAL = tuple(hours * 60 for hours in (100, 300, 600, 1000, 1500))


@dataclass(frozen=True)
class Step:
    """A grade and the minutes from which it may be had."""

    grade: int
    minutes: int


def rising(steps: Sequence[int]) -> bool:
    """Whether minutes of the grades make a table: one to five of them, each more than the one before."""
    return 0 < len(steps) <= HIGHEST and steps[0] > 0 and all(a < b for a, b in zip(steps, steps[1:], strict=False))


def earned(steps: Iterable[Step], minutes: int) -> Step | None:
    """The highest grade that so many minutes make."""
    return max((step for step in steps if step.minutes <= minutes), key=lambda step: step.grade, default=None)


def following(steps: Iterable[Step], minutes: int) -> Step | None:
    """The lowest grade that is still ahead."""
    return min((step for step in steps if step.minutes > minutes), key=lambda step: step.grade, default=None)


def hours_text(minutes: int) -> str:
    """Minutes as papers tell them, never rounded: 12 小时, 12 小时 30 分."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return _("%(hours)d 小时") % {"hours": hours}
    return _("%(hours)d 小时 %(rest)d 分") % {"hours": hours, "rest": rest} if hours else _("%(rest)d 分钟") % {"rest": rest}
