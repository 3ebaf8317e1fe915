"""The menu: what can be ordered now, and by how many it is given."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from yipanqi.places.models import Area
from yipanqi.services.models import Item, Lecturer, Offer, Part
from yipanqi.services.selectors.seeing import SEES_ALL, parties_of, stations_below
from yipanqi.services.states import OfferState
from yipanqi.volunteers.models import Volunteer

PARTS = tuple(Part.values)


def on_menu() -> QuerySet[Item]:
    """The dishes that can be ordered."""
    return Item.objects.filter(retired_on__isnull=True).select_related("kind")


def can_serve_today(today: dt.date) -> QuerySet[Offer]:
    """Offers that stand on a day, of teams and stations that exist."""
    lasts = Q(until_on__isnull=True) | Q(until_on__gte=today)
    stands = Q(team__ended_on__isnull=True) & Q(station__closed_on__isnull=True) & Q(lecturer__left_on__isnull=True)
    return Offer.objects.filter(lasts & stands, state=OfferState.OPEN, from_on__lte=today, item__retired_on__isnull=True)


@dataclass
class MenuLine:
    """A dish with those who give it."""

    item: Item
    offers: list[Offer] = field(default_factory=list)

    @property
    def parties(self) -> int:
        """How many teams and stations can come."""
        return len({(offer.team_id, offer.station_id) for offer in self.offers})


def menu(today: dt.date, *, theme: str = "", form: str = "", area: Area | None = None, words: str = "", sort: str = "") -> dict[Any, list[MenuLine]]:
    """The dishes by kind, as the filters narrow them; those that nobody gives are left out. In two statements."""
    items = on_menu().order_by("kind__theme", "kind__key", "code")
    items = items.filter(kind__theme=theme) if theme else items
    items = items.filter(form=form) if form else items
    items = items.filter(sort=sort) if sort else items
    items = items.filter(Q(title__icontains=words) | Q(about__icontains=words)) if words else items
    lines = {item.pk: MenuLine(item) for item in items}
    for offer in can_serve_today(today).filter(item__in=lines).select_related("team", "station", "lecturer", "area").order_by("id"):
        if area is None or offer.area is None or area.path.startswith(offer.area.path):
            lines[offer.item_id].offers.append(offer)
    found: dict[Any, list[MenuLine]] = defaultdict(list)
    for line in lines.values():
        if line.offers:
            found[line.item.kind].append(line)
    return dict(found)


def free_parts(hours: dict[str, list[str]], day: dt.date) -> set[str]:
    """The parts of a day on which a weekly pattern is free; an empty pattern always is."""
    return set(hours.get(str(day.isoweekday()), ())) if hours else set(PARTS)


def lecturers(words: str = "") -> QuerySet[Lecturer]:
    """The pool of lecturers as everybody may see it."""
    found = Lecturer.objects.filter(left_on__isnull=True).select_related("team").order_by("code")
    return found.filter(Q(name__icontains=words) | Q(about__icontains=words) | Q(title__icontains=words)) if words else found


def lecturers_of(volunteer: Volunteer) -> QuerySet[Lecturer]:
    """The rows of the pool that are about a volunteer."""
    return Lecturer.objects.filter(volunteer=volunteer).order_by("code")


def lock_lecturers(volunteers: Sequence[int]) -> None:
    """Lock the rows of the pool that are about volunteers (row ids), before these are locked themselves."""
    list(Lecturer.objects.select_for_update().filter(volunteer__in=volunteers).order_by("pk").values_list("pk"))


def offers_visible_to(user: Any) -> QuerySet[Offer]:
    """The offers that `user` looks after or may review: the city's people all, stations and leaders those of their parties."""
    found = Offer.objects.select_related("item", "team", "station", "lecturer", "area")
    if getattr(user, "is_authenticated", False) and user.roles & SEES_ALL:
        return found
    teams, _stations = parties_of(user)
    below = stations_below(user)
    return found.filter(Q(team_id__in=teams) | Q(station_id__in=below) | Q(team__station_id__in=below))


def offers_for(found: QuerySet[Offer], area: Area) -> QuerySet[Offer]:
    """Those of the offers that come to an area: without bounds, or bound to it or to an area above it."""
    codes = area.path.rstrip("/").split("/")
    return found.filter(Q(area__isnull=True) | Q(area__code__in=codes))
