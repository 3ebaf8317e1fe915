"""A small town for the tests: an office, two units that mend, one that helps, people in every role, one class."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User
from yipanqi.places.models import Area
from yipanqi.standards.models import IssueClass

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


def moment(day: int = 0, hour: int = 9, minute: int = 0) -> dt.datetime:
    """A moment `day` days after Monday, 2 March 2026."""
    return MONDAY.replace(hour=hour, minute=minute) + dt.timedelta(days=day)


def unit(code: str, name: str, kind: str = UnitKind.DEPARTMENT) -> Unit:
    return Unit.objects.create(code=code, name=name, kind=kind)


def person(name: str, role: str, at: Unit) -> User:
    made = User.objects.create(username=name, name=name, password="!")
    Appointment.objects.create(user=made, unit=at, role=role, starts_on=dt.date(2020, 1, 1))
    return made


def in_grid(case: Case, name: str = "大众社区第2网格") -> Case:
    """The case, in a grid cell."""
    case.area = Area.objects.get_or_create(code="620200001001002", defaults={"name": name, "level": "grid", "path": "620200001001002/"})[0]
    case.save(update_fields=["area"])
    return case


@dataclass
class Town:
    """Units and people by name; `class_` has 8 working hours to mend."""

    office: Unit = field(default_factory=lambda: unit("CCB", "创城办", UnitKind.OFFICE))
    city: Unit = field(default_factory=lambda: unit("CGJ", "城管局"))
    clean: Unit = field(default_factory=lambda: unit("HW", "环卫站"))
    water: Unit = field(default_factory=lambda: unit("SW", "水务局"))
    people: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seats = {
            "desk": (Role.DESK, self.office), "head": (Role.HEAD, self.office), "inspector": (Role.INSPECTOR, self.office),
            "leader": (Role.LEADER, self.office), "auditor": (Role.AUDITOR, self.office), "admin": (Role.ADMIN, self.office),
            "liaison": (Role.LIAISON, self.city), "chief": (Role.UNIT_LEADER, self.city), "helper": (Role.LIAISON, self.clean),
            "stranger": (Role.LIAISON, self.water), "grid": (Role.GRID, self.clean), "client": (Role.API, self.office),
            "own_inspector": (Role.INSPECTOR, self.city),
        }  # fmt: skip
        self.people = {name: person(name, role, where) for name, (role, where) in seats.items()}
        self.class_ = IssueClass.objects.create(
            standard="GB/T 47678.5-2026", kind="event", code="06010", key="gb:event:06010", group_code="06", group_name="市容环境",
            name="暴露垃圾", department_type="urban_mgmt", severity=2, closing_condition="清理干净",
            clocks={"handle": {"amount": 8, "clock": "work_hour"}},
        )  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)

    def report(self, at: dt.datetime = MONDAY, **facts: Any) -> Case:
        facts = {"source": "inspection", "description": "路口垃圾成堆", **facts}
        who = self.inspector if facts["source"] == "inspection" else self.desk
        made: Case = actions.report_case(None, **facts, by=who, at=at)
        return made

    def filed(self, at: dt.datetime = MONDAY, **facts: Any) -> Case:
        made: Case = actions.accept(self.report(at, **facts), issue_class=self.class_, by=self.desk, at=at)
        return made

    def dispatched(self, at: dt.datetime = MONDAY, co_units: tuple[Unit, ...] = (), **more: Any) -> Case:
        made: Case = actions.dispatch(self.filed(at), unit=self.city, co_units=co_units, by=self.desk, at=at, **more)
        return made

    def handling(self, at: dt.datetime = MONDAY, co_units: tuple[Unit, ...] = ()) -> Case:
        made: Case = actions.sign(self.dispatched(at, co_units), by=self.liaison, at=at)
        return made

    def resolved(self, at: dt.datetime = MONDAY) -> Case:
        made: Case = actions.resolve(self.handling(at), what_was_done="已清理", by=self.liaison, at=at)
        return made

    def closed(self, at: dt.datetime = MONDAY) -> Case:
        made: Case = actions.verify_pass(self.resolved(at), by=self.desk, at=at)
        return made
