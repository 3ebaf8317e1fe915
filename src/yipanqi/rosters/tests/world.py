"""A few crossings and units for the tests of duty work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User
from yipanqi.places.models import Place, Segment
from yipanqi.rosters import actions
from yipanqi.rosters.models import Roster, Turn
from yipanqi.standards.models import PlaceCategory

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
RUSH = [["07:30", "08:30"], ["17:30", "18:30"]]


def moment(day: int = 0, hour: int = 9, minute: int = 0) -> dt.datetime:
    """A moment `day` days after Monday, 2 March 2026."""
    return MONDAY.replace(hour=hour, minute=minute) + dt.timedelta(days=day)


def unit(code: str, **more: Any) -> Unit:
    return Unit.objects.create(code=code, name=f"单位{code}", sort_key=code, kind=UnitKind.DEPARTMENT, **more)


def person(name: str, role: str, at: Unit) -> User:
    made = User.objects.create(username=name, name=name, password="!")
    Appointment.objects.create(user=made, unit=at, role=role, starts_on=dt.date(2020, 1, 1))
    return made


def crossings(n: int) -> list[Place]:
    kind, _new = PlaceCategory.objects.get_or_create(key="intersection", defaults={"name": "主要交通路口", "code_prefix": "LK"})
    return [Place.objects.create(code=f"LK{i:03d}", name=f"路口{i}", category=kind, lon=98.29, lat=39.77, cell="x") for i in range(1, n + 1)]


def segments(n: int) -> list[Segment]:
    line = {"type": "LineString", "coordinates": [[98.28, 39.77], [98.29, 39.77]]}
    return [Segment.objects.create(code=f"LD{i:03d}", name=f"路段{i}", street="新华路", kind="main", line=line) for i in range(1, n + 1)]


@dataclass
class Duties:
    """An office, a practice centre, two units with a liaison each, three crossings."""

    units: list[Unit] = field(default_factory=lambda: [unit("A"), unit("B")])
    places: list[Place] = field(default_factory=lambda: crossings(3))

    def __post_init__(self) -> None:
        office, practice = unit("CCB"), unit("ZX")
        self.centre, self.head = person("centre", Role.CENTRE, practice), person("head", Role.HEAD, office)
        self.auditor, self.grid = person("auditor", Role.AUDITOR, office), person("grid", Role.GRID, office)
        self.ann, self.bob = person("ann", Role.LIAISON, self.units[0]), person("bob", Role.LIAISON, self.units[1])

    def draft(self, days: int = 5, **more: Any) -> Roster:
        """A week of rush hours, from the Monday on."""
        facts = {"name": "路口值勤", "kind": "crossing", "starts_on": moment().date(), "ends_on": moment(days - 1).date(), "slots": RUSH} | more
        made = actions.add_roster(None, **facts, by=self.centre, at=moment(-3))
        if made.kind == "crossing":
            made = actions.set_posts(made, places=self.places, by=self.centre, at=moment(-3))
        return actions.set_units(made, units=self.units, by=self.centre, at=moment(-3))  # type: ignore[no-any-return]

    def published(self, days: int = 5, **more: Any) -> Roster:
        made = actions.make_rota(self.draft(days, **more), by=self.centre, at=moment(-3))
        return actions.publish_roster(made, by=self.centre, at=moment(-3))  # type: ignore[no-any-return]

    def turn(self, roster: Roster, unit: Unit, nth: int = 0) -> Turn:
        return Turn.objects.filter(roster=roster, unit=unit).order_by("starts_at", "id")[nth]
