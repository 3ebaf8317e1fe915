"""What is kept of attendances, what the database holds, and who sees them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yipanqi.activities.actions import settling
from yipanqi.activities.models import Attendance, Mark
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.tests.test_attendance import MINUTE, Street, close, street  # noqa: F401  a fixture
from yipanqi.activities.tests.world import DAY, NOW, volunteer
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_forget_marks_and_absences_after_a_while(street: Street) -> None:  # noqa: F811
    street.comes(street.begins)
    street.goes(street.ends)
    close(street.shift.activity, street.helping.leader, street.ends)
    settling.forget_marks(None, by=SYSTEM, at=street.ends + 29 * DAY)
    assert Mark.objects.count() == 2
    settling.forget_marks(None, by=SYSTEM, at=street.ends + 31 * DAY)
    assert not Mark.objects.exists() and Attendance.objects.get().minutes == 120
    with pytest.raises(NotAllowed):
        settling.forget_marks(None, by=street.helping.leader, at=NOW)


def test_the_database_holds_what_cannot_be(street: Street) -> None:  # noqa: F811
    street.comes(street.begins)
    row = Attendance.objects.get()
    wrong: list[dict[str, Any]] = [
        {"out_at": row.in_at - MINUTE}, {"state": "done"}, {"minutes": 500}, {"in_at": None}, {"state": "settled", "out_at": street.ends},
    ]  # fmt: skip
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(shift=row.shift, volunteer=row.volunteer, state="in", how="code", in_at=row.in_at, served_on=row.served_on)


def test_lists_are_seen_by_whoever_runs_it_and_by_the_volunteer_alone(street: Street) -> None:  # noqa: F811
    street.comes(street.begins)
    helping, stranger = street.helping, volunteer("V9")
    sees = {user.username: selectors.attendances_visible_to(user).count() for user in (helping.leader, helping.keeper, helping.centre, street.who.user, helping.other_leader, stranger.user)}  # type: ignore[union-attr]
    assert sees == {"L1": 1, "keeper": 1, "centre": 1, "V1": 1, "L2": 0, "V9": 0}
    assert [line.volunteer.pk for line in selectors.lines(street.shift)] == [street.who.pk]
