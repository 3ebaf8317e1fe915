"""From when until when somebody was there, and what of it counts: plain arithmetic, the same in whatever order things arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

Stretch = tuple[dt.datetime | None, dt.datetime | None]
INSTANT = dt.timedelta(microseconds=1)


def stretch(marks: Iterable[tuple[bool, dt.datetime]]) -> Stretch:
    """In and out that a set of marks (is it a sign-out, when) tells; order and repetition of the marks change nothing.

    The first sign-in begins it and the first sign-out from then on ends it. With sign-outs alone the beginning is
    missing, and the first of them is kept.
    """
    told = sorted(marks, key=lambda mark: mark[1])
    came = next((at for out, at in told if not out), None)
    went = next((at for out, at in told if out and (came is None or at >= came)), None)
    return came, went


def minutes_within(came: dt.datetime, went: dt.datetime, begins: dt.datetime, ends: dt.datetime) -> int:
    """Whole minutes of a stretch that lie within a shift: the way there and back and waiting around it are not service."""
    return max(0, int((min(went, ends) - max(came, begins)).total_seconds()) // 60)


def collide(one: Stretch, other: Stretch) -> bool:
    """Whether nobody can have been in both. A stretch without an end is as yet its beginning alone; without a beginning, nothing."""
    if one[0] is None or other[0] is None:
        return False
    return one[0] < _end(other[0], other[1]) and other[0] < _end(one[0], one[1])


def _end(came: dt.datetime, went: dt.datetime | None) -> dt.datetime:
    return max(went or came, came + INSTANT)
