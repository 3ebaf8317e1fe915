"""The sample city's activities: a year of them, 逢6上街 among them, what is on, who signed up; with the attendances of
helping_attendance.py."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle
from typing import Any

from yipanqi.activities.models import Activity, ResultLine, Series, Shift, ShiftRole, SignUp
from yipanqi.demo import activity_words as words
from yipanqi.demo.build import SEED, DemoCity
from yipanqi.demo.bulk.ledger import Ledger
from yipanqi.demo.helping_attendance import Crowd, attend, with_accounts
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.worktime import CST
from yipanqi.kernel.series import take_numbers
from yipanqi.places.models import Place
from yipanqi.teams.models import Brand, ServiceKind, Station, Team

#: By size: activities of the year, people-times and hours of them, share of all volunteers who have hours (with earlier years).
SIZES = {"small": (60, 240, 198), "city": (2000, 17_000, 14_000)}
WITH_HOURS = 0.618
STREET_RULE, STREET_DAYS = "FREQ=MONTHLY;BYMONTHDAY=6,16,26", (6, 16, 26)
CROSSINGS, HORIZON, DAY, HOUR = 25, 35, dt.timedelta(days=1), dt.timedelta(hours=1)
#: A year younger than this has too few days: then the activities of a whole year up to today are told.
YOUNG = 60
OFFICE_SERIES = "逢6上街"


@dataclass
class Plan:
    """An activity to be made: what, by whom, on which day and hours, at which places."""

    title: str
    kind: str
    on: dt.date
    hour: int
    station: Station | None = None
    team: Team | None = None
    brand: Brand | None = None
    series: Series | None = None
    places: list[Place] = field(default_factory=list)


def load_activities(size: str, demo: DemoCity, board: BoardLoader, now: dt.datetime) -> None:
    """Everything about activities, after the volunteers; the same for the same size and day."""
    Activities(size, now).load()


class Activities:
    """Makes the rows in the order of their days."""

    def __init__(self, size: str, now: dt.datetime) -> None:
        self.size, self.now, self.today = size, now, now.astimezone(CST).date()
        self.count, self.times, self.hours = SIZES[size]
        self.rng, self.ledger = random.Random(f"{SEED}:activities"), Ledger()
        self.kinds = {kind.key: kind for kind in ServiceKind.objects.all()}
        self.stations = list(Station.objects.filter(level__in=("centre", "office", "station")).select_related("area").order_by("code"))
        self.teams = list(Team.objects.filter(kind__in=("service", "studio", "squad", "rescue")).select_related("station__area", "area").prefetch_related("kinds").order_by("code"))
        self.brands = list(Brand.objects.select_related("kind", "team__station__area").order_by("code"))
        self.crossings = list(Place.objects.filter(category__key="intersection").select_related("area").order_by("code")[:CROSSINGS])
        young = (self.today - dt.date(self.today.year, 1, 1)).days < YOUNG
        self.first = self.today - 364 * DAY if young else dt.date(self.today.year, 1, 1)

    def load(self) -> None:
        """Series, the year's activities, what is on, and who was there."""
        series = self._series()
        past = self._past(series)
        coming = self._coming(series)
        self._write_series(series)
        crowd = Crowd(self.rng, self.now)
        codes = self._codes(len(past) + len(coming))
        held = [self._held(plan, next(codes)) for plan in past]
        attend(self.ledger, crowd, held, self.times, self.hours, WITH_HOURS)
        for n, plan in enumerate(coming):
            self._open(plan, next(codes), crowd, n)
        self.ledger.write(lambda done, total: None)

    def _codes(self, count: int) -> Any:
        return (f"HD{self.today.year}-{number:05d}" for number in take_numbers(f"activity:{self.today.year}", count))

    # ----- series -----

    def _series(self) -> list[tuple[Series, Plan]]:
        """逢6上街 of the centre at the crossings, and of stations around their houses; brand projects every week."""
        found = []
        keepers = [one for one in self.stations if one.level == "station"]
        for n, station in enumerate([self.stations[0], *keepers[: 28 if self.size == "city" else 2]]):
            plan = Plan(OFFICE_SERIES, "traffic" if n == 0 else "environment", self.today, 8, station=station, places=self.crossings if n == 0 else [])
            found.append((self._one_series(plan, STREET_RULE), plan))
        weekdays = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
        for n, brand in enumerate(self.brands[: 12 if self.size == "city" else 3]):
            plan = Plan(brand.name, brand.kind.key, self.today, 9 + n % 8, team=brand.team, brand=brand)
            found.append((self._one_series(plan, f"FREQ=WEEKLY;BYDAY={weekdays[n % 7]}"), plan))
        return found

    def _one_series(self, plan: Plan, rule: str) -> Series:
        one = Series(title=plan.title, rule=rule, starts_on=self.first - 200 * DAY, team=plan.team, station=plan.station, made_until=self.today + HORIZON * DAY)
        plan.series = one
        return self.ledger.add(one)

    def _write_series(self, series: list[tuple[Series, Plan]]) -> None:
        """What each of their activities begins as."""
        for one, plan in series:
            shifts = [{"from": f"{plan.hour:02d}:00", "to": f"{plan.hour + 1:02d}:00", "place_name": place.name if place else "", "place": place.code if place else "", "roles": [{"name": "志愿者", "limit": 6}]} for place in _spots(plan)]
            where = self._where(plan)
            one.template = {
                "kind": plan.kind, "level": self._level(plan), "about": words.ABOUT, "risks": words.RISKS, "address": where["address"], "area": where["area"].code if where["area"] else "",
                "lon": where["lon"], "lat": where["lat"], "opened": True, "brand": plan.brand.code if plan.brand else "", "place": "", "shifts": shifts,
                **({"insurance": "志愿者统一意外保险"} if self.kinds[plan.kind].insured else {}),
            }  # fmt: skip

    def _days(self, one: Series, first: dt.date, last: dt.date) -> list[dt.date]:
        days = [first + n * DAY for n in range((last - first).days + 1)]
        if one.rule == STREET_RULE:
            return [day for day in days if day.day in STREET_DAYS]
        weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(one.rule[-2:])
        return [day for day in days if day.weekday() == weekday]

    # ----- what there is to do -----

    def _past(self, series: list[tuple[Series, Plan]]) -> list[Plan]:
        """As many as the articles tell: the dates of the series up to yesterday, and single ones."""
        yesterday = self.today - DAY
        found = [self._dated(plan, day) for one, plan in series for day in self._days(one, self.first, yesterday)]
        found = found[: self.count]
        span = (yesterday - self.first).days
        for team in cycle(self.teams):
            if len(found) >= self.count:
                break
            found.append(self._single(team, self.first + self.rng.randint(0, span) * DAY))
        return sorted(found, key=lambda plan: (plan.on, plan.hour, plan.title))

    def _dated(self, plan: Plan, day: dt.date) -> Plan:
        return Plan(plan.title, plan.kind, day, plan.hour, plan.station, plan.team, plan.brand, plan.series, plan.places)

    def _single(self, team: Team, day: dt.date) -> Plan:
        own = [kind.key for kind in team.kinds.all()] or ["environment"]
        kind = self.rng.choice(own)
        return Plan(self.rng.choice(words.TITLES[kind]), kind, day, self.rng.choice((9, 10, 14, 15, 16, 19)), team=team)

    def _coming(self, series: list[tuple[Series, Plan]]) -> list[Plan]:
        """What is on: the next dates of the series, and single ones; one of them cancelled, one still a draft."""
        last = self.today + HORIZON * DAY
        found = [self._dated(plan, day) for one, plan in series for day in self._days(one, self.today + DAY, last)]
        singles = 60 if self.size == "city" else 8
        found += [self._single(self.teams[n * 5 % len(self.teams)], self.today + (2 + n % 28) * DAY) for n in range(singles)]
        shown = [team for team in self.teams if team.pk in with_accounts()]
        found += [self._single(team, self.today + (2 + 3 * n) * DAY) for team in shown for n in range(3)]
        return found

    # ----- rows -----

    def _level(self, plan: Plan) -> str:
        station = plan.station or (plan.team.station if plan.team else None)
        return station.level if station else "centre"

    def _where(self, plan: Plan) -> dict[str, Any]:
        station = plan.station or (plan.team.station if plan.team else None)
        if station is None:
            return {"address": "市新时代文明实践中心", "area": plan.team.area if plan.team else None, "lon": None, "lat": None}
        return {"address": "全市主要路口" if plan.places else station.address, "area": station.area, "lon": station.lon, "lat": station.lat}

    def _activity(self, plan: Plan, code: str, state: str) -> Activity:
        start = dt.datetime.combine(plan.on, dt.time(plan.hour), CST)
        opened = start - self.rng.randint(5, 20) * DAY
        row = Activity(
            code=code, title=plan.title, title_en=words.TITLES_EN.get(plan.kind, ""), kind=self.kinds[plan.kind], level=self._level(plan), state=state, team=plan.team, station=plan.station,
            brand=plan.brand, series=plan.series, occurs_on=plan.on if plan.series else None, about=words.ABOUT, risks=words.RISKS, starts_at=start, ends_at=start + HOUR,
            min_age=self.kinds[plan.kind].min_age, insurance="志愿者统一意外保险" if self.kinds[plan.kind].insured else "", created_at=min(opened, self.now) - DAY, opened_at=None if state == "draft" else min(opened, self.now),
            **self._where(plan),
        )  # fmt: skip
        return self.ledger.add(row)

    def _shifts(self, activity: Activity, plan: Plan, limit: int) -> list[ShiftRole]:
        made = []
        for place in _spots(plan):
            where = {"place": place, "place_name": place.name, "lon": place.lon, "lat": place.lat} if place else {"place_name": "", "lon": activity.lon, "lat": activity.lat}
            shift = self.ledger.add(Shift(activity=activity, starts_at=activity.starts_at, ends_at=activity.ends_at, **where))
            made.append(self.ledger.add(ShiftRole(shift=shift, name="引导员" if place else "志愿者", limit=limit)))
        return made

    def _held(self, plan: Plan, code: str) -> tuple[Activity, list[ShiftRole]]:
        """One of the past with its closing report."""
        activity = self._activity(plan, code, "closed")
        activity.closed_at = min(self.now, activity.ends_at + self.rng.randint(2, 60) * HOUR)
        activity.report = self.rng.choice(words.REPORTS)
        activity.briefed_at = activity.starts_at
        activity.beneficiaries_estimated = plan.kind in ("traffic", "environment", "courtesy", "culture", "policy")
        activity.beneficiaries = self.rng.randint(50, 400) if activity.beneficiaries_estimated else self.rng.randint(6, 60)
        lines = words.STREET if plan.title == OFFICE_SERIES else (words.RESULTS[plan.kind],)
        for what, unit, least, most in lines:
            self.ledger.add(ResultLine(activity=activity, what=what, unit=unit, quantity=Decimal(self.rng.randint(least, most))))
        return activity, self._shifts(activity, plan, 0)

    def _open(self, plan: Plan, code: str, crowd: Crowd, n: int) -> None:
        """One that is on, with those who signed up; some are full and people wait."""
        state = "draft" if n % 41 == 40 else "cancelled" if n % 37 == 36 else "open"
        activity = self._activity(plan, code, state)
        if state == "cancelled":
            activity.cancelled_at, activity.cancelled_why = self.now - DAY, self.rng.choice(words.WHY)
        limit = 4 if plan.places else self.rng.choice((6, 8, 10, 15))
        for role in self._shifts(activity, plan, limit):
            coming = 0 if state != "open" else min(limit + 3, self.rng.randint(0, limit + 4))
            signed = crowd.pick(activity, coming)
            for place, who in enumerate(signed):
                at = self.now - dt.timedelta(minutes=30 * (len(signed) - place) + n)
                self.ledger.add(SignUp(shift=role.shift, role=role, volunteer_id=who, state="signed" if place < limit else "waiting", signed_at=at))


def _spots(plan: Plan) -> list[Place | None]:
    """The places of the shifts; one without a place where there are none."""
    return [*plan.places] or [None]
