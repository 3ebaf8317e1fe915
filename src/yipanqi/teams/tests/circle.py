"""A small circle of those who help: a centre, two offices with a station each, people of every role, one of each thing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from yipanqi.cases.tests.town import Town, moment, person, unit
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Role, UnitKind
from yipanqi.places.models import Area
from yipanqi.teams import actions
from yipanqi.teams.models import Brand, JointMeeting, Organisation, ServiceKind, Station, Team

START = dt.date(2026, 1, 1)
#: A right unified social credit code, and one whose check character is wrong.
CREDIT_CODE, WRONG_CODE = "91110000600037341L", "91110000600037342L"


def area(code: str, name: str, level: str, parent: Area | None = None) -> Area:
    return Area.objects.create(code=code, name=name, level=level, parent=parent, path=f"{parent.path if parent else ''}{code}/")


@dataclass
class Circle(Town):
    """The town with its centre of civilisation practice. `centre` runs all, `station` the office of Xinhua street (with the
    station of its community below), `other_station` that of Jianshe street."""

    stations: dict[str, Station] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.city_area = area("620200", "嘉峪关市", "city")
        self.xinhua = area("620200001", "新华街道", "street", self.city_area)
        self.jianshe = area("620200002", "建设街道", "street", self.city_area)
        self.community = area("620200001001", "昌明社区", "community", self.xinhua)
        units = {name: unit(f"WM{n}", words, UnitKind.PRACTICE) for n, (name, words) in enumerate({"centre": "文明实践中心", "xinhua": "新华街道文明实践所", "jianshe": "建设街道文明实践所"}.items())}
        self.practice = units
        self.people |= {"centre": person("centre", Role.CENTRE, units["centre"]), "station": person("station", Role.STATION, units["xinhua"]), "other_station": person("other_station", Role.STATION, units["jianshe"])}
        self._station("Z0", "嘉峪关市新时代文明实践中心", "centre", None, units["centre"], self.city_area)
        self._station("Z1", "新华街道新时代文明实践所", "office", "Z0", units["xinhua"], self.xinhua)
        self._station("Z2", "建设街道新时代文明实践所", "office", "Z0", units["jianshe"], self.jianshe)
        self._station("Z3", "昌明社区新时代文明实践站", "station", "Z1", None, self.community)
        self.kind: ServiceKind = actions.add_kind(None, key="lecture", name="理论宣讲", theme="lecture", by=SYSTEM, at=moment())
        self.care: ServiceKind = actions.add_kind(None, key="elderly", name="敬老助老", theme="care", by=SYSTEM, at=moment())

    def _station(self, code: str, name: str, level: str, above: str | None, of: Any, where: Area) -> None:
        parent = self.stations.get(above or "")
        self.stations[code] = actions.add_station(
            None, code=code, name=name, level=level, parent=parent, unit=of, area=where, address="新华路1号", lon=98.28, lat=39.77,
            hours="周一至周日 9:00-18:00", opened_on=START, by=SYSTEM, at=moment(),
        )  # fmt: skip

    def organisation(self, **facts: Any) -> Organisation:
        made: Organisation = actions.add_organisation(None, **{"name": "银达敬老志愿服务队", "kind": "grassroots", "founded_on": START} | facts, by=SYSTEM, at=moment())
        return made

    def team(self, **facts: Any) -> Team:
        made: Team = actions.add_team(
            None, **{"name": "新华街道志愿服务队", "kind": "service", "founded_on": START, "station": self.stations["Z1"], "kinds": [self.care]} | facts, by=SYSTEM, at=moment()
        )  # fmt: skip
        return made

    def brand(self, **facts: Any) -> Brand:
        made: Brand = actions.add_brand(None, **{"name": "孝老饭庄", "kind": self.care, "started_on": START, "station": self.stations["Z1"]} | facts, by=SYSTEM, at=moment())
        return made

    def meeting(self, **facts: Any) -> JointMeeting:
        made: JointMeeting = actions.add_meeting(None, **{"title": "第一次联席会议", "held_on": dt.date(2026, 3, 2), "units": [self.city]} | facts, by=SYSTEM, at=moment())
        return made
