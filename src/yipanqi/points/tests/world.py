"""Volunteers with attendances, a shop and a fund for the tests of points."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from yipanqi.activities.models import Activity, Attendance, Shift
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User
from yipanqi.points import actions
from yipanqi.points.models import PARTS, Account, Reward, Voucher
from yipanqi.points.selectors import differences
from yipanqi.teams.models import ServiceKind, Team
from yipanqi.volunteers.models import Volunteer

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


def moment(day: int = 0, hour: int = 9, minute: int = 0) -> dt.datetime:
    """A moment `day` days after Monday, 2 March 2026."""
    return MONDAY.replace(hour=hour, minute=minute) + dt.timedelta(days=day)


def unit(code: str) -> Unit:
    return Unit.objects.create(code=code, name=f"单位{code}", sort_key=code, kind=UnitKind.PRACTICE)


def person(name: str, role: str | None = None, at: Unit | None = None) -> User:
    made = User.objects.create(username=name, name=name, password="!")
    if role and at:
        Appointment.objects.create(user=made, unit=at, role=role, starts_on=dt.date(2020, 1, 1))
    return made


def balanced() -> bool:
    """Whether the books add up; pytest shows what does not."""
    assert list(differences()) == []
    return True


@dataclass
class Savings:
    """A centre, a station with a shop, three volunteers (ann, bob, cyd), one kind of service, one rule, one fund."""

    office: Unit = field(default_factory=lambda: unit("ZX"))
    station_unit: Unit = field(default_factory=lambda: unit("ZXS"))

    def __post_init__(self) -> None:
        self.centre, self.clerk = person("centre", Role.CENTRE, self.office), person("clerk", Role.STATION, self.station_unit)
        self.other_clerk = person("other_clerk", Role.STATION, unit("ZXS2"))
        self.auditor, self.liaison = person("p_auditor", Role.AUDITOR, self.office), person("p_liaison", Role.LIAISON, self.office)
        self.team = Team.objects.create(code="DW1", name="邻里队", founded_on=dt.date(2020, 1, 1))
        self.kind = ServiceKind.objects.create(key="care", name="关爱帮扶", theme="care")
        self.volunteers = {name: self.volunteer(name, user=True) for name in ("ann", "bob", "cyd")}
        self.ann, self.bob, self.cyd = (self.volunteers[name].user for name in ("ann", "bob", "cyd"))
        self.rule = actions.add_rule(None, starts_on=dt.date(2025, 1, 1), by=self.centre, at=moment(-400))
        self.shop = actions.add_shop(None, code="DH1", name="新华社区兑换点", unit=self.station_unit, by=self.centre, at=moment())
        self.soap = actions.add_reward(self.shop, name="洗衣液", cost=3, stock=10, by=self.clerk, at=moment())
        self.fund = actions.add_fund(None, code="AX", name="助学基金", purpose="资助困难学生", by=self.centre, at=moment())

    def volunteer(self, name: str, *, user: bool = False, **more: Any) -> Volunteer:
        account = User.objects.create(username=f"v-{name}", name=name, password="!") if user else None
        facts = {"number": f"Z{Volunteer.objects.count() + 1:06d}", "name": name, "user": account, "state": "registered", "document": "none", **more}
        return Volunteer.objects.create(**facts)

    def attended(self, name: str, minutes: int, day: int = 0, **more: Any) -> Attendance:
        """A settled attendance of so many minutes; points hear nothing of it yet."""
        start = moment(day, 9)
        end = start + dt.timedelta(minutes=max(minutes, 1))
        activity = Activity.objects.create(
            code=f"H{Activity.objects.count() + 1:05d}", title="陪伴老人", kind=more.pop("kind", self.kind), level="station", state="closed", team=self.team, starts_at=start, ends_at=end, created_at=start,
        )  # fmt: skip
        shift = Shift.objects.create(activity=activity, starts_at=start, ends_at=end)
        facts = {"state": "settled", "how": "code", "most": 1_000_000, "in_at": start, "out_at": end, "minutes": minutes, "settled_at": end, "served_on": start.date(), **more}
        return Attendance.objects.create(shift=shift, volunteer=self.volunteers[name], **facts)

    def earn(self, name: str, hours: float, day: int = 0) -> Attendance:
        """An attendance that is credited at once."""
        found = self.attended(name, round(hours * 60), day)
        actions.credit_hours(None, attendance=found.pk, by=SYSTEM, at=moment(day, 20))
        return found

    def account(self, name: str) -> Account:
        return actions.open_account(None, volunteer=self.volunteers[name], by=SYSTEM, at=moment())  # type: ignore[no-any-return]

    def points(self, name: str) -> float:
        return self.account(name).balance / PARTS

    def shows(self, name: str, n: int = 1, day: int = 0, reward: Reward | None = None) -> Voucher:
        """The volunteer shows a code for `n` of a reward."""
        shown = actions.show_code(self.account(name), reward=reward or self.soap, n=n, by=self.volunteers[name].user, at=moment(day))
        return shown.about  # type: ignore[no-any-return]
