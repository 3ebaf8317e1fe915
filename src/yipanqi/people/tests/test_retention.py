"""Telephone and e-mail of people who left office go thirty days later; nobody else's."""

from __future__ import annotations

import datetime as dt

import pytest

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry
from yipanqi.people import actions
from yipanqi.people.jobs import erase_contacts_of_the_departed
from yipanqi.people.models import Appointment, Role, User

from .board import NOW, unit

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def served(username: str, *ends: dt.date | None) -> User:
    made: User = actions.add_user(None, username=username, name="王立", phone="13909371234", email="w@example.cn", by=SYSTEM, at=NOW)
    for number, day in enumerate(ends):
        Appointment.objects.create(user=made, unit=unit(), role=Role.GRID, starts_on=dt.date(2019 + number, 1, 1), ends_on=day)
    return made


def contact(user: User) -> tuple[str, str, str]:
    user.refresh_from_db()
    return user.phone, user.phone_hash, user.email


def test_erase_staff_contact_of_those_who_left_thirty_days_ago() -> None:
    gone = served("gone", TODAY - dt.timedelta(days=400), TODAY - dt.timedelta(days=31))
    others = [served("lately", TODAY - dt.timedelta(days=30)), served("stays", TODAY - dt.timedelta(days=90), None), served("program")]
    erase_contacts_of_the_departed(NOW)
    assert contact(gone) == ("", "", "") and gone.name == "王立"
    assert all(contact(user)[0] and contact(user)[2] for user in others)
    erase_contacts_of_the_departed(NOW + dt.timedelta(hours=1))
    assert [e.subject for e in JournalEntry.objects.filter(action="people.erase_staff_contact")] == ["gone"]


def test_erase_staff_contact_leaves_who_is_in_office_and_obeys_the_system_alone() -> None:
    stays = served("stays", None)
    assert actions.erase_staff_contact(stays, by=SYSTEM, at=NOW).phone == "13909371234"
    with pytest.raises(NotAllowed):
        actions.erase_staff_contact(stays, by=stays, at=NOW)
    assert "30日" in User.personal["phone"].retention
