"""A small parish to order in: a centre, two stations, three teams with leaders, a menu."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.policy import keep_policy
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User
from yipanqi.places.models import Area
from yipanqi.services import actions
from yipanqi.services.models import Item, Offer, Request
from yipanqi.teams.models import ServiceKind, Station, Team
from yipanqi.volunteers.models import Membership, Volunteer

#: A Wednesday morning.
NOW = timezone.make_aware(dt.datetime(2026, 11, 18, 10, 0))
TODAY = NOW.date()
HOLDER = Visitor("holder")


def hours(n: float) -> dt.datetime:
    """So many hours after the beginning."""
    return NOW + dt.timedelta(hours=n)


def square(lon: float, lat: float, side: float) -> dict[str, Any]:
    """A polygon around a middle."""
    half = side / 2
    ring = [[lon - half, lat - half], [lon + half, lat - half], [lon + half, lat + half], [lon - half, lat + half], [lon - half, lat - half]]
    return {"type": "Polygon", "coordinates": [ring]}


class Parish:
    """`near` and `far` are teams that cut hair, near and far from 新华 community; `talk` is a lecture team."""

    def __init__(self) -> None:
        self.city = Area.objects.create(code="6202", name="雄关市", level="city", path="6202/", boundary=square(98.3, 39.8, 0.6))
        self.xinhua = self._area("6202001", "新华社区", 98.27, 39.77)
        self.guannan = self._area("6202002", "关南社区", 98.40, 39.85)
        self.haircut = ServiceKind.objects.create(key="haircut", name="理发护理", theme="care")
        self.lecturing = ServiceKind.objects.create(key="lecture", name="理论宣讲", theme="lecture")
        self.centre_unit = self._unit("PC", "新时代文明实践中心")
        self.centre_station = Station.objects.create(code="PC", name="新时代文明实践中心", level="centre", unit=self.centre_unit, area=self.city)
        self.post = self._station("P1", "新华文明实践站", self.xinhua)
        self.other_post = self._station("P2", "关南文明实践站", self.guannan)
        self.centre = self.person("centre", Role.CENTRE, self.centre_unit)
        self.station = self.person("station", Role.STATION, self.post.unit)
        self.other_station = self.person("other_station", Role.STATION, self.other_post.unit)
        office = self._unit("CCB", "创城办")
        self.desk, self.head, self.auditor = (self.person(role, role, office) for role in ("desk", "head", "auditor"))
        self.near = self._team("T1", "新华理发队", self.post, 98.272, 39.771, self.haircut)
        self.far = self._team("T2", "关南理发队", self.other_post, 98.401, 39.851, self.haircut)
        self.talk = self._team("T3", "百姓宣讲团", self.centre_station, 98.3, 39.8, self.lecturing)
        self.leader, self.other_leader, self.talker = (self._leader(team) for team in (self.near, self.far, self.talk))
        self.item = actions.add_item(None, code="LF-01", title="上门理发", kind=self.haircut, form="home", private=True, for_whom="行动不便的老人", by=self.centre, at=NOW)
        self.lecture = actions.add_item(None, code="XJ-01", title="党的理论进社区", kind=self.lecturing, sort="lecture", by=self.centre, at=NOW)
        self.near_offer, self.far_offer = (self.offer(team) for team in (self.near, self.far))

    def _area(self, code: str, name: str, lon: float, lat: float) -> Area:
        return Area.objects.create(code=code, name=name, level="community", parent=self.city, path=f"6202/{code}/", boundary=square(lon, lat, 0.02))

    def _unit(self, code: str, name: str) -> Unit:
        return Unit.objects.create(code=code, name=name, kind=UnitKind.PRACTICE)

    def _station(self, code: str, name: str, area: Area) -> Station:
        return Station.objects.create(code=code, name=name, level="station", parent=self.centre_station, unit=self._unit(code, name), area=area, lon=98.27, lat=39.77)

    def person(self, name: str, role: str, unit: Unit | None) -> User:
        user = User.objects.create_user(username=name, password="x", name=f"测试{name}")
        if unit is not None:
            Appointment.objects.create(user=user, unit=unit, role=role, starts_on=dt.date(2020, 1, 1))
        return user

    def _team(self, code: str, name: str, station: Station, lon: float, lat: float, kind: ServiceKind) -> Team:
        team = Team.objects.create(code=code, name=name, station=station, area=self.city, lon=lon, lat=lat, founded_on=dt.date(2020, 1, 1))
        team.kinds.add(kind)
        return team

    def _leader(self, team: Team) -> User:
        user = User.objects.create_user(username=f"V{team.code}", password="x", name=f"队长{team.code}")
        volunteer = Volunteer.objects.create(number=f"V{team.code}", name=user.name, state="registered", user=user)
        Membership.objects.create(volunteer=volunteer, team=team, is_leader=True, state="member", since=dt.date(2020, 1, 1))
        return user

    def offer(self, team: Team, item: Item | None = None, **facts: Any) -> Offer:
        return actions.add_offer(team, item=item or self.item, by=self.centre, at=NOW, **facts)  # type: ignore[no-any-return]

    def facts(self, **more: Any) -> dict[str, Any]:
        """What somebody fills in."""
        return {
            "item": self.item, "wished_from": TODAY + dt.timedelta(days=1), "wished_until": TODAY + dt.timedelta(days=5), "area": self.xinhua,
            "address": "新华路3号楼2单元", "contact_name": "王奶奶", "contact_phone": "139 1234 5678", "text": "老人卧床",
        } | more  # fmt: skip

    def asked(self, at: dt.datetime = NOW, **more: Any) -> Request:
        return actions.ask(None, by=HOLDER, at=at, **self.facts(**more))  # type: ignore[no-any-return]

    def sent(self, at: dt.datetime = NOW, **more: Any) -> Request:
        """Sent to the near team."""
        return actions.dispatch(self.asked(at, **more), party=self.near, by=self.centre, at=at)  # type: ignore[no-any-return]

    def accepted(self, at: dt.datetime = NOW, **more: Any) -> Request:
        return actions.accept(self.sent(at, **more), by=self.leader, at=at)  # type: ignore[no-any-return]

    def served(self, at: dt.datetime = NOW, **more: Any) -> Request:
        return actions.report_service(self.accepted(at, **more), **self.report(at), by=self.leader, at=at)  # type: ignore[no-any-return]

    def report(self, at: dt.datetime = NOW) -> dict[str, Any]:
        """A closing report."""
        return {"started_at": at - dt.timedelta(hours=1), "ended_at": at - dt.timedelta(minutes=10), "helpers": 2, "served": 1, "text": "理了发", "lines": [("理发", 1, "人次")]}

    def rule(self, key: str, value: Any) -> None:
        """Set a policy."""
        keep_policy(f"services.{key}", value, by=self.centre.actor_key, at=NOW)
