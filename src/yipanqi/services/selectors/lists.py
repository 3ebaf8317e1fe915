"""Lists of orders as each desk needs them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yipanqi.kernel.personal import keyed_hash
from yipanqi.people.models import Role
from yipanqi.places.models import Area
from yipanqi.services.models import Dispatch, Offer, Request
from yipanqi.services.selectors.seeing import led_teams, own_stations, parties_of
from yipanqi.services.states import DispatchState, OfferState, RequestState
from yipanqi.teams.models import Station, Team

SHOWN = ("item", "kind", "area", "team", "host")
FEW = 50


def phone_hash(phone: str) -> str:
    """By what orders of a telephone are found, however it is written."""
    return keyed_hash("".join(sign for sign in phone if sign.isdigit()))


def narrowed(found: QuerySet[Request], given: dict[str, Any]) -> QuerySet[Request]:
    """Orders as the filters of the list want them."""
    for name in ("state", "source", "kind", "item"):
        found = found.filter(**{name: given[name]}) if given.get(name) else found
    if given.get("area"):
        found = found.filter(area__in=areas_within(given["area"]))
    if given.get("phone"):
        found = found.filter(phone_hash=phone_hash(given["phone"]))
    return found


def areas_within(area: Area) -> list[int]:
    """Row ids of an area and of all areas in it."""
    return list(Area.objects.filter(path__startswith=area.path).values_list("pk", flat=True))


def waiting_for_dispatch() -> QuerySet[Request]:
    """Orders that wait to be given out, those that have waited longest first."""
    return Request.objects.filter(state=RequestState.OPEN).select_related(*SHOWN).order_by("asked_at", "id")


def _mine(user: Any) -> Q:
    teams, stations = parties_of(user)
    return Q(team_id__in=teams) | Q(host_id__in=stations)


def asked_of(user: Any) -> list[Dispatch]:
    """What waits for an answer of the user's teams and stations, the most urgent first."""
    teams, stations = parties_of(user)
    found = Dispatch.objects.filter(Q(team_id__in=teams) | Q(station_id__in=stations), state=DispatchState.WAITING)
    return list(found.select_related("request__item", "request__kind", "request__area", "team", "station").order_by("due_at")[:FEW])


def in_hand(user: Any) -> list[Request]:
    """What the user's teams and stations have promised."""
    return list(Request.objects.filter(_mine(user), state=RequestState.ACCEPTED).select_related(*SHOWN).order_by("accepted_at")[:FEW])


def lately_served(user: Any) -> list[Request]:
    """What they served last, with its ratings."""
    return list(Request.objects.filter(_mine(user), state__in=(RequestState.SERVED, RequestState.CLOSED)).select_related(*SHOWN).order_by("-asked_at", "-id")[:10])


def grabbable(user: Any) -> QuerySet[Request]:
    """Orders that wait to be given out and that one of the user's parties does; nothing of a personal kind."""
    teams, stations = parties_of(user)
    offers = Offer.objects.filter(Q(team_id__in=teams) | Q(station_id__in=stations), state=OfferState.OPEN, item__kind=OuterRef("kind"))
    registered = Team.kinds.through.objects.filter(team_id__in=teams, servicekind_id=OuterRef("kind"))
    found = Request.objects.filter(Exists(offers) | Exists(registered), state=RequestState.OPEN, private=False)
    return found.select_related(*SHOWN).order_by("asked_at", "id")


def party_choices(user: Any) -> list[tuple[str, str]]:
    """The parties that the user may speak for, as a form chooses them; for the centre all."""
    teams, stations = led_teams(user), own_stations(user)
    if getattr(user, "is_authenticated", False) and user.roles & {Role.CENTRE, Role.HEAD}:
        teams, stations = Team.objects.filter(ended_on__isnull=True), Station.objects.filter(closed_on__isnull=True)
    found = [(f"team:{code}", name) for code, name in teams.order_by("code").values_list("code", "name")]
    return found + [(f"station:{code}", name) for code, name in stations.order_by("code").values_list("code", "name")]


def others(request: Request, known: set[str]) -> list[tuple[str, str]]:
    """Parties that the optimiser does not rank first for an order: every other team and station, by name."""
    teams = Team.objects.filter(ended_on__isnull=True).order_by("code").values_list("code", "name")
    stations = Station.objects.filter(closed_on__isnull=True).order_by("code").values_list("code", "name")
    rows = [(f"team:{code}", name) for code, name in teams] + [(f"station:{code}", name) for code, name in stations]
    return [row for row in rows if row[0] not in known]


def how_often(found: QuerySet[Request]) -> dict[int, int]:
    """How often each dish was ordered, by row id."""
    return dict(found.filter(item__isnull=False).order_by().values_list("item").annotate(n=Count("pk")).values_list("item", "n"))
