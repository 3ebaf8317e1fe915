"""A team with a leader, a station, the centre, volunteers with and without accounts, and an activity of one shift."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from yipanqi.activities import actions
from yipanqi.activities.models import Activity, Shift, ShiftRole, SignUp
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User
from yipanqi.teams.models import ServiceKind, Station, Team
from yipanqi.volunteers.models import Membership, Volunteer

NOW = timezone.make_aware(dt.datetime(2026, 11, 18, 10, 0))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def account(name: str, role: str = "", unit: Unit | None = None) -> User:
    """A user, with one role where it is given."""
    user = User.objects.create_user(username=name, password="x", name=f"测试{name}")
    if role and unit:
        Appointment.objects.create(user=user, unit=unit, role=role, starts_on=dt.date(2020, 1, 1))
    return user


def volunteer(number: str, *, born: int | None = 1990, with_account: bool = True) -> Volunteer:
    """A registered volunteer, born on the first of January."""
    return Volunteer.objects.create(
        number=number, name=f"志愿者{number}", state="registered", born_on=dt.date(born, 1, 1) if born else None,
        user=account(number) if with_account else None, registered_on=dt.date(2026, 1, 1),
    )  # fmt: skip


@dataclass
class Helping:
    """What most tests need."""

    kind: ServiceKind = field(init=False)
    station: Station = field(init=False)
    team: Team = field(init=False)
    leader: User = field(init=False)
    other_leader: User = field(init=False)
    centre: User = field(init=False)
    keeper: User = field(init=False)

    def __post_init__(self) -> None:
        city = Unit.objects.create(code="WMZX", name="文明实践中心", kind=UnitKind.PRACTICE)
        home = Unit.objects.create(code="SQ1", name="雄关社区", kind=UnitKind.COMMUNITY)
        centre = Station.objects.create(code="S0", name="市文明实践中心", level="centre", unit=city)
        self.kind = ServiceKind.objects.create(key="street", name="上街清洁", theme="environment")
        self.station = Station.objects.create(code="S1", name="雄关社区实践站", level="station", unit=home, parent=centre)
        self.team = Team.objects.create(code="T1", name="雄关志愿服务队", station=self.station, founded_on=dt.date(2020, 1, 1))
        other = Team.objects.create(code="T2", name="胜利志愿服务队", founded_on=dt.date(2020, 1, 1))
        self.leader, self.other_leader = self._leads("L1", self.team), self._leads("L2", other)
        self.centre, self.keeper = account("centre", Role.CENTRE, city), account("keeper", Role.STATION, home)

    def _leads(self, number: str, team: Team) -> User:
        one = volunteer(number)
        Membership.objects.create(volunteer=one, team=team, is_leader=True, state="member", since=dt.date(2020, 1, 1))
        assert one.user is not None
        return one.user

    def activity(self, *, limit: int = 2, starts_at: dt.datetime = NOW + 2 * DAY, hours: int = 2, opened: bool = True, roles: Any = None, **described: Any) -> Activity:
        """An activity of the team with one shift."""
        roles = roles or [{"name": "志愿者", "limit": limit}]
        described = {"title": "逢6上街", "kind": self.kind, "about": "清理烟头", "address": "新华路", **described}
        end = starts_at + hours * HOUR
        made: Activity = actions.add_activity(
            None, level="station", team=self.team, starts_at=starts_at, ends_at=end,
            shifts=[{"starts_at": starts_at, "ends_at": end, "roles": roles}], by=self.leader, at=NOW, **described,
        )  # fmt: skip
        return actions.open_activity(made, by=self.leader, at=NOW) if opened else made  # type: ignore[no-any-return]


def shift_of(activity: Activity) -> Shift:
    """The only shift of an activity."""
    return activity.shifts.get()


def role_of(shift: Shift, name: str = "志愿者") -> ShiftRole:
    """A role of a shift by its name."""
    return shift.roles.get(name=name)


def sign(shift: Shift, who: Volunteer, role: str = "志愿者", at: dt.datetime = NOW) -> SignUp:
    """The volunteer signs up."""
    return actions.sign_up(shift, role=role_of(shift, role), volunteer=who, by=who.user, at=at)  # type: ignore[no-any-return]
