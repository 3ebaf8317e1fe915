"""A small town of volunteers for the tests of this app: people with documents that check, stations, teams and who runs them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.people.models import Appointment, Role, Unit, User
from yipanqi.places.models import Area
from yipanqi.teams.models import ServiceKind, Station, Team
from yipanqi.volunteers import actions
from yipanqi.volunteers.documents import check_digit
from yipanqi.volunteers.models import Membership, Volunteer

NOW = dt.datetime(2026, 5, 6, 9, 0, tzinfo=timezone.get_default_timezone())
TODAY = NOW.date()
VISITOR = Visitor("somebody")
PASSWORD = "kind-heart-42"


def id_number(born: dt.date = dt.date(1980, 3, 1), order: int = 1, place: str = "620201") -> str:
    """An identity number of nobody, whose check digit is right."""
    body = f"{place}{born:%Y%m%d}{order:03d}"
    return body + check_digit(body + "0")


def fields(name: str = "王示例", born: dt.date = dt.date(1980, 3, 1), order: int = 1, **more: Any) -> dict[str, Any]:
    """What somebody fills in."""
    return {"name": name, "document": "id", "id_number": id_number(born, order), "phone": f"139000{born:%y}{order:03d}", **more}


def enrol(name: str = "王示例", born: dt.date = dt.date(1980, 3, 1), order: int = 1, at: dt.datetime = NOW, **more: Any) -> Volunteer:
    """Somebody who registered on the public page."""
    return actions.register(None, fields=fields(name, born, order, **more), password=PASSWORD, agreed=True, by=VISITOR, at=at).volunteer


def officer(username: str, role: str, unit: Unit) -> User:
    """Somebody who is appointed."""
    user = User.objects.create_user(username, None, name=username)
    Appointment.objects.create(user=user, unit=unit, role=role, starts_on=dt.date(2020, 1, 1))
    return user


def fresh(user: User) -> User:
    """The same person, signed in anew."""
    return User.objects.get(pk=user.pk)


class Town:
    """A city with two streets, each with a station and a team; the centre; who runs them."""

    def __init__(self) -> None:
        self.city = Area.objects.create(code="620200", name="示例市", level="city", path="620200/")
        self.east = Area.objects.create(code="620200001", name="东街道", level="street", parent=self.city, path="620200/620200001/")
        self.west = Area.objects.create(code="620200002", name="西街道", level="street", parent=self.city, path="620200/620200002/")
        self.kind = ServiceKind.objects.create(key="care", name="关爱帮扶", theme="care")
        units = [Unit.objects.create(code=code, name=name, kind="practice_centre") for code, name in (("P0", "中心"), ("P1", "东所"), ("P2", "西所"))]
        self.centre_station = Station.objects.create(code="C", name="文明实践中心", level="centre", unit=units[0], area=self.city)
        self.east_station = Station.objects.create(code="E", name="东街道文明实践所", level="office", parent=self.centre_station, unit=units[1], area=self.east)
        self.west_station = Station.objects.create(code="W", name="西街道文明实践所", level="office", parent=self.centre_station, unit=units[2], area=self.west)
        self.team = Team.objects.create(code="T1", name="东街道志愿服务队", station=self.east_station, area=self.east, founded_on=dt.date(2020, 1, 1))
        self.other_team = Team.objects.create(code="T2", name="西街道志愿服务队", station=self.west_station, area=self.west, founded_on=dt.date(2020, 1, 1))
        self.centre = officer("centre", Role.CENTRE, units[0])
        self.station = officer("station", Role.STATION, units[1])
        self.other_station = officer("other_station", Role.STATION, units[2])
        self.auditor = officer("auditor", Role.AUDITOR, units[0])
        self.desk = officer("desk", Role.DESK, units[0])

    def leader(self, team: Team | None = None, order: int = 77) -> Volunteer:
        """Somebody who leads a team, the one of the east unless told."""
        person = enrol("李队长", dt.date(1975, 5, 5), order)
        held = self.member(person, team)
        actions.make_leader(held, by=SYSTEM, at=NOW)
        return person

    def member(self, person: Volunteer, team: Team | None = None) -> Membership:
        """Enter somebody into a team, the one of the east unless told."""
        return actions.add_member(team or self.team, person=person, said_yes=True, by=SYSTEM, at=NOW)
