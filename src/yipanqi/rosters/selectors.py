"""Reads of duty work: rosters, turns, what a unit has to do, how evenly it is shared."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from yipanqi.calendar.selectors import calendar_for
from yipanqi.kernel.actors import System
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Role, Unit
from yipanqi.places.models import Place, Segment
from yipanqi.rosters.catalogue import CONFIRM_DAYS
from yipanqi.rosters.models import Feed, Post, Roster, RosterUnit, Swap, Turn
from yipanqi.rosters.rota import Past, Placed
from yipanqi.rosters.states import RosterState, SwapState, TurnState

OF_UNIT = (Role.LIAISON, Role.UNIT_LEADER)
JOINS = ("roster", "unit", "post__place", "post__segment")


def own_units(user: Any) -> QuerySet[Unit]:
    """The units for which a person stands."""
    return Unit.objects.filter(pk__in=user.units_as(*OF_UNIT)) if hasattr(user, "units_as") else Unit.objects.none()


def rosters_visible_to(user: Any) -> QuerySet[Roster]:
    """All for those who plan or oversee; for a unit the published ones in which it stands or serves a turn taken over."""
    if isinstance(user, System) or user.has_perm("rosters.see_rosters"):
        return Roster.objects.all()
    if not user.has_perm("rosters.see_own_turns"):
        return Roster.objects.none()
    units = user.units_as(*OF_UNIT)
    mine = RosterUnit.objects.filter(unit__in=units).order_by().values("roster").union(Turn.objects.filter(unit__in=units).order_by().values("roster"))
    return Roster.objects.filter(pk__in=mine).exclude(state=RosterState.DRAFT)


def turns_visible_to(user: Any) -> QuerySet[Turn]:
    """All for those who plan or oversee; for a unit its own, once they are published."""
    rows = Turn.objects.select_related(*JOINS)
    if isinstance(user, System) or user.has_perm("rosters.see_rosters"):
        return rows
    if not user.has_perm("rosters.see_own_turns"):
        return rows.none()
    return rows.filter(unit__in=user.units_as(*OF_UNIT)).exclude(roster__state=RosterState.DRAFT)


def swaps_visible_to(user: Any) -> QuerySet[Swap]:
    """Swaps that a unit of the person asked for or is asked for; all for those who plan or oversee."""
    rows = Swap.objects.select_related("asked_by", "to", *(f"turn__{name}" for name in JOINS), *(f"other__{name}" for name in JOINS))
    if isinstance(user, System) or user.has_perm("rosters.see_rosters"):
        return rows
    units = user.units_as(*OF_UNIT) if hasattr(user, "units_as") else frozenset()
    return rows.filter(Q(to__in=units) | Q(asked_by__in=units))


def open_swaps(user: Any) -> QuerySet[Swap]:
    """Swaps still to be answered."""
    return swaps_visible_to(user).filter(state=SwapState.ASKED).order_by("asked_at", "id")


def swappable(turn: Turn, now: dt.datetime) -> QuerySet[Turn]:
    """Turns of other units in the same roster that could be had for a turn: still to come."""
    rows = Turn.objects.select_related(*JOINS).filter(roster=turn.roster, state=TurnState.PLANNED, starts_at__gt=now)
    return rows.exclude(unit=turn.unit).order_by("starts_at", "id")


def units_of(roster: Roster) -> QuerySet[Unit]:
    """The units that take turns in a roster."""
    return Unit.objects.filter(pk__in=RosterUnit.objects.filter(roster=roster).values("unit"))


def posts_of(roster: Roster) -> QuerySet[Post]:
    """The posts of a roster as it now stands."""
    return Post.objects.filter(roster=roster, dropped=False).select_related("place", "segment", "unit")


def crossings() -> QuerySet[Place]:
    """Places at which duty is done: open crossings."""
    return Place.objects.filter(category__key="intersection", status=Place.Status.ACTIVE).order_by("code")


def street_segments() -> QuerySet[Segment]:
    """Street segments that units may keep."""
    return Segment.objects.order_by("code")


def days_of(roster: Roster, since: dt.date | None = None) -> list[dt.date]:
    """The days of a roster, from `since`: of its weekdays, and working days alone where it says so."""
    calendar, weekdays = calendar_for(), set(roster.weekdays)
    first = max(roster.starts_on, since) if since else roster.starts_on
    every = (first + dt.timedelta(days=n) for n in range((roster.ends_on - first).days + 1))
    return [day for day in every if (not weekdays or day.isoweekday() in weekdays) and (not roster.working_days or calendar.is_working_day(day))]


def past_of(roster: Roster, before: dt.date) -> Past:
    """What the units of a roster have done or have before them up to a day."""
    past = Past()
    starts = [slot[0] for slot in roster.slots]
    rows = Turn.objects.filter(roster=roster, on__lt=before).exclude(state=TurnState.CANCELLED).order_by("starts_at", "id")
    for on, starts_at, post, unit in rows.values_list("on", "starts_at", "post_id", "unit_id"):
        begins = f"{timezone.localtime(starts_at):%H:%M}"
        past.note(Placed(on, starts.index(begins) if begins in starts else 0, post, unit))
    return past


@dataclass(frozen=True)
class Share:
    """What one unit bears of a roster: turns planned or done, done, and people that came."""

    unit: Unit
    turns: int
    done: int


def shares(roster: Roster) -> list[Share]:
    """How the turns of a roster are shared among its units, in the order of the units."""
    alive = ~Q(state=TurnState.CANCELLED)
    rows = Turn.objects.filter(roster=roster).order_by().values_list("unit").annotate(n=Count("id", filter=alive), done=Count("id", filter=Q(state=TurnState.DONE)))
    counted = {unit: (n, done) for unit, n, done in rows}
    units = Unit.objects.filter(Q(pk__in=list(counted)) | Q(pk__in=units_of(roster).values("pk"))).order_by("sort_key", "code")
    return [Share(unit, *counted.get(unit.pk, (0, 0))) for unit in units]


@dataclass(frozen=True)
class Evenness:
    """How evenly turns are shared: fewest and most turns of a unit, and how many units have how many."""

    fewest: int
    most: int
    spread: list[tuple[int, int]]

    @property
    def even(self) -> bool:
        return self.most - self.fewest <= 1


def evenness(found: list[Share]) -> Evenness:
    """Over the units that share."""
    counts = Counter(share.turns for share in found)
    return Evenness(min(counts, default=0), max(counts, default=0), sorted(counts.items()))


def can_confirm(turn: Turn, now: dt.datetime) -> bool:
    """Whether it is time to say what was done: duty has begun, and not too long ago."""
    return turn.starts_at <= now <= turn.ends_at + dt.timedelta(days=int(policy_value(CONFIRM_DAYS.key)))


def to_confirm(user: Any, now: dt.datetime) -> QuerySet[Turn]:
    """Turns of a person's units that are over and not confirmed, as long as they may be."""
    oldest = now - dt.timedelta(days=int(policy_value(CONFIRM_DAYS.key)))
    rows = turns_visible_to(user).filter(unit__in=user.units_as(*OF_UNIT)) if hasattr(user, "units_as") else Turn.objects.none()
    return rows.filter(state=TurnState.PLANNED, starts_at__lte=now, ends_at__gte=oldest).order_by("starts_at", "id")


def feed_of(unit: Unit) -> Feed | None:
    return Feed.objects.filter(unit=unit).first()


def unit_by_secret(secret: str) -> Unit | None:
    """The unit whose calendar a secret address opens."""
    found = Feed.objects.select_related("unit").filter(secret_hash=keyed_hash(f"rosters.feed|{secret}")).first()
    return found.unit if found else None


def feed_turns(unit: Unit, now: dt.datetime) -> QuerySet[Turn]:
    """What a unit's calendar shows: turns from a month ago on."""
    rows = Turn.objects.select_related(*JOINS).filter(unit=unit, starts_at__gte=now - dt.timedelta(days=31)).exclude(roster__state=RosterState.DRAFT)
    return rows.exclude(state=TurnState.CANCELLED).order_by("starts_at", "id")
