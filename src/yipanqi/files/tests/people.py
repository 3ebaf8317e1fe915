"""Users of one role each, made for the tests."""

import datetime as dt

from yipanqi.people.models import Appointment, Unit, UnitKind, User


def user(role: str, name: str = "") -> User:
    unit, _ = Unit.objects.get_or_create(code="T1", defaults={"name": "测试单位", "kind": UnitKind.DEPARTMENT})
    person = User.objects.create_user(username=name or role, password="x")
    Appointment.objects.create(user=person, unit=unit, role=role, starts_on=dt.date(2020, 1, 1))
    return person
