"""One round of dispatch read from the database: which parties there are, what they can do, how free, near and busy they are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.db.models import Avg, Count, Q
from django.utils import timezone

from yipanqi.kernel.policy import policy_value
from yipanqi.places.selectors import board_map
from yipanqi.services import matching
from yipanqi.services.catalogue import FAIR_DAYS, FARTHEST_KM, ROOM, WEIGHTS
from yipanqi.services.matching import EARTH_M, Round, Weights
from yipanqi.services.models import Dispatch, Offer, Part, Request
from yipanqi.services.selectors.menu import can_serve_today, free_parts
from yipanqi.services.states import DispatchState, RequestState
from yipanqi.teams.models import Station, Team

PARTS = tuple(Part.values)
HORIZON = 60  # days that are looked at
#: How well a party does what is asked, by what says so.
FITS = {"wished": 1.0, "item": 1.0, "kind": 0.8, "team": 0.6}
#: A party without ratings is taken for average; so many ratings weigh as much as that.
USUAL_RATING, WORTH = 4.0, 3.0
RATED_DAYS = 730
SAID_NO = (DispatchState.REFUSED, DispatchState.LAPSED, DispatchState.GIVEN_BACK, DispatchState.RECALLED)


@dataclass
class Party:
    """A team or station as one round sees it."""

    kind: str
    pk: int
    name: str
    code: str
    area_id: int | None
    path: str
    position: tuple[float, float] | None
    offers: list[Offer] = field(default_factory=list)
    kinds: set[int] = field(default_factory=set)
    in_hand: int = 0
    lately: int = 0
    rating: float = USUAL_RATING
    rated: int = 0
    booked: set[tuple[dt.date, str]] = field(default_factory=set)


def weights() -> Weights:
    """What the centre weighs, as its settings say."""
    return Weights(**{name: float(policy_value(spec.key)) for name, spec in WEIGHTS.items()})


def field_of(requests: Sequence[Request], today: dt.date) -> Field:
    """The round of these orders as of a day."""
    kinds = {request.kind_id for request in requests}
    parties = _parties(kinds, today)
    _read_load(parties, today)
    return Field(list(requests), list(parties.values()), _said_no(requests), today)


@dataclass
class Field:
    """Orders against parties, with everything that speaks for or against each pair."""

    requests: list[Request]
    parties: list[Party]
    said_no: dict[int, set[tuple[str, int]]]
    today: dt.date

    def __post_init__(self) -> None:
        shape = (len(self.requests), len(self.parties))
        self.fit, self.free, self.wished = np.zeros(shape), np.zeros(shape), np.zeros(shape[0])
        self.how: dict[tuple[int, int], str] = {}
        self.weights = weights()
        self.room = max(1, int(policy_value(ROOM.key)))
        for row, request in enumerate(self.requests):
            self._fill(row, request)

    def _fill(self, row: int, request: Request) -> None:
        halves = wished_halves(request, self.today)
        self.wished[row] = len(halves)
        path = _path(request.area_id)
        for column, party in enumerate(self.parties):
            how, hours = _fitting(party, request, path)
            if how:
                self.how[row, column] = how
                self.fit[row, column] = FITS[how]
                free = sum((day, part) not in party.booked and any(part in free_parts(pattern, day) for pattern in hours) for day, part in halves)
                self.free[row, column] = free / len(halves) if halves else 0.0

    @cached_property
    def metres(self) -> np.ndarray[Any, Any]:
        """How far each party is from each order, as the crow flies."""
        there = np.array([position_of(r.lon, r.lat, r.area_id) or (np.nan, np.nan) for r in self.requests], dtype=float).reshape(-1, 2)
        here = np.array([p.position or (np.nan, np.nan) for p in self.parties], dtype=float).reshape(-1, 2)
        lon1, lat1, lon2, lat2 = (np.radians(v) for v in (there[:, :1], there[:, 1:], here[:, 0], here[:, 1]))
        half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
        return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(half)))

    @cached_property
    def round(self) -> Round:
        """The arrays of the optimiser."""
        farthest = float(policy_value(FARTHEST_KM.key)) * 1000
        barred = (self.metres > farthest) if farthest else np.zeros(self.fit.shape, dtype=bool)
        for row, request in enumerate(self.requests):
            for column, party in enumerate(self.parties):
                if (party.kind, party.pk) in self.said_no.get(request.pk, ()):
                    barred[row, column] = True
        room = np.array([max(0, self.room - p.in_hand) for p in self.parties], dtype=np.int64)
        for (row, column), how in self.how.items():
            if how == "wished" and room[column] and self.free[row, column] and not barred[row, column]:
                barred[row] = np.arange(len(self.parties)) != column  # whoever was named comes first; others only when they cannot
        waited = [max(0.0, (self.today - timezone.localdate(request.asked_at)).days) for request in self.requests]
        return Round(
            fit=self.fit, metres=self.metres, free=self.free, barred=barred, rating=np.array([p.rating for p in self.parties], dtype=float),
            in_hand=np.array([p.in_hand for p in self.parties], dtype=float), lately=np.array([p.lately for p in self.parties], dtype=float),
            room=room, waited=np.array(waited, dtype=float),
        )  # fmt: skip

    @cached_property
    def outcome(self) -> matching.Outcome:
        """The best way to give the orders out."""
        return matching.solve(self.round, self.weights)

    def evenness(self, fairness: bool = True) -> float:
        """How evenly the able parties' orders would be spread (Jain's index), with or without fairness being weighed."""
        chosen = self.outcome.chosen if fairness else matching.solve(self.round, matching.without_fairness(self.weights)).chosen
        able = self.round.able.any(axis=0)
        got = np.bincount(chosen[chosen != matching.NOBODY], minlength=len(self.parties)) if self.parties else np.zeros(0)
        return matching.jain((self.round.lately + got)[able]) if able.any() else 1.0

    def best_first(self, row: int) -> list[int]:
        """The columns that can serve a request, best first."""
        return [int(column) for column in matching.ranked(self.round.only(row), self.weights)] if self.parties else []

    def rows(self, columns: Sequence[int]) -> list[Team | Station]:
        """The teams and stations behind columns."""
        wanted = [self.parties[column] for column in columns]
        known: dict[str, dict[int, Any]] = {
            "team": Team.objects.select_related("station").in_bulk([p.pk for p in wanted if p.kind == "team"]),
            "station": Station.objects.in_bulk([p.pk for p in wanted if p.kind == "station"]),
        }
        return [known[p.kind][p.pk] for p in wanted]

    def why(self, row: int, column: int) -> dict[str, Any]:
        """What speaks for a pair, in plain values (`services.words` says it)."""
        party, metres = self.parties[column], self.metres[row, column]
        able = self.round.able[row]
        at = matching.parts(self.round.only(row), self.weights)
        load, fairness = matching.first_slot(self.round, self.weights, column)
        return {
            "fit": self.how.get((row, column), ""), "metres": None if np.isnan(metres) else round(float(metres)), "wished": int(self.wished[row]),
            "free": round(float(self.free[row, column] * self.wished[row])), "in_hand": party.in_hand, "room": int(self.round.room[column]),
            "lately": party.lately, "days": int(policy_value(FAIR_DAYS.key)), "mean": round(float(self.round.lately[able].mean()), 1) if able.any() else 0.0,
            "rating": round(party.rating, 1), "rated": party.rated,
            "costs": {name: round(float(value[0, column]), 1) for name, value in at.items()} | {"load": round(load, 1), "fairness": round(fairness, 1)},
        }  # fmt: skip


def wished_halves(request: Request, today: dt.date) -> list[tuple[dt.date, str]]:
    """The parts of days that an order wishes for and that are still ahead, within two months."""
    first = max(request.wished_from, today)
    last = min(request.wished_until, first + dt.timedelta(days=HORIZON))
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, part) for day in days for part in ([request.wished_part] if request.wished_part else PARTS)]


def _fitting(party: Party, request: Request, path: str) -> tuple[str, list[dict[str, list[str]]]]:
    """By what a party can do what is asked ("" if by nothing), and the weekly patterns that speak for it."""
    fitting: dict[str, list[dict[str, list[str]]]] = defaultdict(list)
    for offer in party.offers:
        if (offer.capacity and offer.capacity < request.people) or (offer.area is not None and not path.startswith(offer.area.path)):
            continue
        if request.offer_id == offer.pk:
            fitting["wished"].append(offer.hours)
        elif request.item_id and offer.item_id == request.item_id:
            fitting["item"].append(offer.hours)
        elif offer.item.kind_id == request.kind_id:
            fitting["kind"].append(offer.hours)
    if request.kind_id in party.kinds and path.startswith(party.path):
        fitting["team"].append({})
    how = next((name for name in FITS if name in fitting), "")
    return how, fitting[how] if how else []


def position_of(lon: float | None, lat: float | None, area_id: int | None) -> tuple[float, float] | None:
    """A position, else the middle of the area; None where neither is known."""
    if lon is not None and lat is not None:
        return lon, lat
    for fact in board_map().chain(area_id):
        if fact.shape is not None:
            middle = shapely.centroid(fact.shape)
            return float(middle.x), float(middle.y)
    return None


def _path(area_id: int | None) -> str:
    fact = board_map().area_by_id.get(area_id) if area_id else None
    return fact.path if fact else ""


def _parties(kinds: Iterable[int], today: dt.date) -> dict[tuple[str, int], Party]:
    """Teams and stations with an open offer of one of the kinds, and teams that are registered for one."""
    wanted = set(kinds)
    offers = list(can_serve_today(today).filter(item__kind__in=wanted).select_related("item", "area").order_by("id"))
    registered = Team.kinds.through.objects.filter(servicekind_id__in=wanted).values_list("team_id", "servicekind_id")
    kinds_of: dict[int, set[int]] = defaultdict(set)
    for team_id, kind_id in registered:
        kinds_of[team_id].add(kind_id)
    teams = {offer.team_id for offer in offers if offer.team_id} | set(kinds_of)
    found: dict[tuple[str, int], Party] = {}
    for team in Team.objects.filter(pk__in=teams, ended_on__isnull=True).select_related("station").order_by("code"):
        base = team.station
        spot = position_of(team.lon, team.lat, None) or (position_of(base.lon, base.lat, base.area_id) if base else None) or position_of(None, None, team.area_id)
        found["team", team.pk] = Party("team", team.pk, team.name, team.code, team.area_id, _path(team.area_id), spot, kinds=kinds_of[team.pk])
    for station in Station.objects.filter(pk__in={o.station_id for o in offers if o.station_id}, closed_on__isnull=True).order_by("code"):
        spot = position_of(station.lon, station.lat, station.area_id)
        found["station", station.pk] = Party("station", station.pk, station.name, station.code, station.area_id, _path(station.area_id), spot)
    for offer in offers:
        if (party := found.get(_key(offer.team_id, offer.station_id))) is not None:
            party.offers.append(offer)
    return found


def _key(team_id: int | None, station_id: int | None) -> tuple[str, int]:
    return ("team", team_id) if team_id else ("station", station_id or 0)


def _read_load(parties: dict[tuple[str, int], Party], today: dt.date) -> None:
    """What the parties have in hand, had lately, how they were rated and when they are busy: in four statements."""
    since, rated_since = (_midnight(today - dt.timedelta(days=days)) for days in (int(policy_value(FAIR_DAYS.key)), RATED_DAYS))
    took = Request.objects.filter(Q(team__isnull=False) | Q(host__isnull=False)).values_list("team_id", "host_id")
    for team, host, n, mean in took.filter(rated_at__gte=rated_since).annotate(n=Count("pk"), mean=Avg("rating")):
        if (party := parties.get(_key(team, host))) is not None:
            party.rated, party.rating = n, (USUAL_RATING * WORTH + mean * n) / (WORTH + n)
    for team, host, n in took.filter(accepted_at__gte=since).annotate(n=Count("pk")):
        if (party := parties.get(_key(team, host))) is not None:
            party.lately = n
    for team, host, meet_at in took.filter(state=RequestState.ACCEPTED).values_list("team_id", "host_id", "meet_at"):
        if (party := parties.get(_key(team, host))) is not None:
            party.in_hand += 1
            if meet_at is not None:
                party.booked.add(half_of(meet_at))
    for team, station in Dispatch.objects.filter(state=DispatchState.WAITING).values_list("team_id", "station_id"):
        if (party := parties.get(_key(team, station))) is not None:
            party.in_hand += 1


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def half_of(moment: dt.datetime) -> tuple[dt.date, str]:
    """The part of the day in which a moment lies."""
    local = timezone.localtime(moment)
    return local.date(), Part.MORNING if local.hour < 12 else Part.AFTERNOON if local.hour < 18 else Part.EVENING


def _said_no(requests: Sequence[Request]) -> dict[int, set[tuple[str, int]]]:
    """By order, the parties that had it and do not have it any more."""
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    rows = Dispatch.objects.filter(request__in=[r.pk for r in requests], state__in=SAID_NO)
    for request, team, station in rows.values_list("request_id", "team_id", "station_id"):
        found[request].add(_key(team, station))
    return found
