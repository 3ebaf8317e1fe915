"""A team's volunteers with hours: settled attendances that stand in the record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from yipanqi.activities.models import Attendance, Shift
from yipanqi.activities.tests.world import DAY, NOW, Helping, account, volunteer
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Role, User
from yipanqi.records import actions
from yipanqi.records.models import Certificate, Issuer, Service, Star
from yipanqi.volunteers.models import Membership, Volunteer

__all__ = ["DAY", "NOW", "Records", "account", "volunteer"]
TODAY = NOW.date()
SITE = "https://wm.example.org/"


@dataclass
class Records(Helping):
    """The station records for the team; `vera` has an account, `old` has none; `colleague` runs the station beside the keeper."""

    vera: Volunteer = field(init=False)
    old: Volunteer = field(init=False)
    colleague: User = field(init=False)
    issuer: Issuer = field(init=False)
    auditor: User = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.vera, self.old = volunteer("620200000101"), volunteer("620200000102", with_account=False)
        for one in (self.vera, self.old):
            Membership.objects.create(volunteer=one, team=self.team, state="member", since=dt.date(2024, 1, 1))
        assert self.station.unit is not None
        self.colleague = account("colleague", Role.STATION, self.station.unit)
        self.auditor = account("auditor", Role.AUDITOR, self.station.unit)
        self.issuer = actions.add_issuer(None, station=self.station, by=SYSTEM, at=NOW)
        actions.change_issuer(self.issuer, head="赵建国", contact="0937-6000000", by=self.keeper, at=NOW)
        self.issuer.refresh_from_db()

    @property
    def me(self) -> User:
        assert self.vera.user is not None
        return self.vera.user

    def attended(self, who: Volunteer, minutes: int, on: dt.date = TODAY, **described: Any) -> Attendance:
        """A settled attendance of so many minutes, not yet in the record."""
        activity = self.activity(opened=False, **described)
        shift = Shift.objects.get(activity=activity)
        start = shift.starts_at
        return Attendance.objects.create(
            shift=shift, volunteer=who, state="settled", how="list", in_at=start, out_at=start + dt.timedelta(minutes=minutes), minutes=minutes, most=minutes, settled_at=NOW, served_on=on
        )

    def served(self, who: Volunteer, hours: float, on: dt.date = TODAY, **described: Any) -> Service:
        """Hours of service that stand in the record."""
        attendance = self.attended(who, round(hours * 60), on, **described)
        made = actions.note_attendance(attendance, by=SYSTEM, at=NOW)
        assert isinstance(made, Service)
        return made

    def corrected(self, service: Service, minutes: int) -> Service:
        """The attendance behind a service was corrected."""
        assert service.attendance is not None
        Attendance.objects.filter(pk=service.attendance_id).update(minutes=minutes, most=max(minutes, service.attendance.most))
        made = actions.note_attendance(service.attendance, by=SYSTEM, at=NOW + DAY)
        assert isinstance(made, Service)
        return made

    def star(self, who: Volunteer | None = None) -> Star:
        """A star applied for and confirmed."""
        made = actions.ask_star(who or self.vera, by=(who or self.vera).user or self.leader, at=NOW)
        return actions.confirm_star(made, by=self.keeper, at=NOW)  # type: ignore[no-any-return]

    def certificate(self, who: Volunteer | None = None, issuer: Issuer | None = None) -> Certificate:
        """A certificate asked for and issued."""
        made = actions.ask_certificate(who or self.vera, issuer=issuer or self.issuer, by=(who or self.vera).user or self.leader, at=NOW)
        return actions.issue_certificate(made, handler="李敏", site=SITE, by=self.keeper, at=NOW)  # type: ignore[no-any-return]
