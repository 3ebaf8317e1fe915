"""The rota: who stands where when. Pure, and the same for the same question.

Turns are given out in the order of time. Of the units that can come, those with the fewest turns go first, so that at
every moment the loads of units that were there all along differ by one at most; among these, those with the fewest turns at
that time of the day, then those whose last turn is longest ago. Who goes then takes the post where it stood least often.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NEVER = dt.date.min
#: By what a unit or a post is told from others.
Key = Any


@dataclass(frozen=True)
class Placed:
    """A unit stands at a post on a day in a slot (its number within the day)."""

    day: dt.date
    slot: int
    post: Key
    unit: Key


@dataclass
class Past:
    """What units did before: turns in all, by slot and by post, and the day of the last."""

    load: Counter[Key] = field(default_factory=Counter)
    by_slot: Counter[tuple[Key, int]] = field(default_factory=Counter)
    by_post: Counter[tuple[Key, Key]] = field(default_factory=Counter)
    last: dict[Key, dt.date] = field(default_factory=dict)

    def note(self, placed: Placed) -> None:
        """One turn more."""
        self.load[placed.unit] += 1
        self.by_slot[placed.unit, placed.slot] += 1
        self.by_post[placed.unit, placed.post] += 1
        self.last[placed.unit] = max(placed.day, self.last.get(placed.unit, NEVER))


def _always(unit: Key, day: dt.date) -> bool:
    return True


def rota(
    days: Iterable[dt.date], slots: int, posts: Sequence[Key], units: Sequence[Key], *, kept: Mapping[Key, Key] | None = None,
    past: Past | None = None, there: Callable[[Key, dt.date], bool] = _always,
) -> list[Placed]:  # fmt: skip
    """Every turn of the days, in order.

    Args:
        kept: posts that one unit keeps for itself; they do not rotate.
        past: turns before these days, which count; a unit that comes newly begins with the fewest that another has.
        there: whether a unit exists on a day. A slot for which nobody is there stays empty.
    """
    kept, past = kept or {}, past or Past()
    turning = [post for post in posts if post not in kept]
    fewest = min((past.load[unit] for unit in units if past.load[unit]), default=0)
    for unit in units:
        if not past.load[unit] and fewest > 1:  # one fewer is even enough, and no newcomer
            past.load[unit] = fewest
    found: list[Placed] = []
    for day in sorted(days):
        able = [unit for unit in units if there(unit, day)]
        for slot in range(slots):
            placed = [Placed(day, slot, post, unit) for post, unit in kept.items() if there(unit, day)]
            placed += [Placed(day, slot, post, unit) for post, unit in _stand(day, slot, turning, able, past)]
            for one in placed:
                past.note(one)
            found += placed
    return found


def _stand(day: dt.date, slot: int, posts: Sequence[Key], able: Sequence[Key], past: Past) -> list[tuple[Key, Key]]:
    """Which unit stands at which post in one slot."""
    if not able:
        return []
    place = {unit: n for n, unit in enumerate(able)}
    order = sorted(able, key=lambda u: (past.load[u], past.last.get(u) == day, past.by_slot[u, slot], past.last.get(u, NEVER), place[u]))
    rounds, more = divmod(len(posts), len(order))
    going = [unit for _n in range(rounds) for unit in order] + order[:more]
    start = day.toordinal() % len(posts) if posts else 0
    taken = []
    for post in (*posts[start:], *posts[:start]):
        unit = min(going, key=lambda u: (past.by_post[u, post], place[u]))
        going.remove(unit)
        taken.append((post, unit))
    return taken
