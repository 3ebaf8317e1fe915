"""Two entries that are one volunteer, erasure, what is kept about me, panels."""

from __future__ import annotations

import pytest
from django.utils import timezone

from yipanqi.activities import attendance_panels as panels
from yipanqi.activities.actions import corrections
from yipanqi.activities.actions.persons import erase_attendances, move_attendances
from yipanqi.activities.models import Attendance, Mark, Shift
from yipanqi.activities.tests.test_attendance import close, settled
from yipanqi.activities.tests.test_attendance_pages import as_, helping, shift, there  # noqa: F401  fixtures
from yipanqi.activities.tests.test_corrections import corrected
from yipanqi.activities.tests.world import HOUR, Helping, volunteer
from yipanqi.volunteers.catalogue import ERASURES, KEPT, MERGES

pytestmark = pytest.mark.django_db


def test_of_two_entries_at_one_shift_one_was_there(helping: Helping, shift: Shift) -> None:  # noqa: F811
    kept, gone = volunteer("V1"), volunteer("V2")
    there(shift, kept, gone=True)
    there(shift, gone, gone=True)
    close(shift.activity, helping.leader, timezone.now())
    assert settled() == [30, 30]
    move_attendances(kept, gone, timezone.now())
    assert sorted(Attendance.objects.filter(volunteer=kept).values_list("state", "minutes")) == [("settled", 30), ("void", 0)]
    assert corrected() == [(30, 0)] and MERGES["activities.attendance"] is move_attendances


def test_what_only_the_other_entry_attended_moves(helping: Helping, shift: Shift) -> None:  # noqa: F811
    kept, gone = volunteer("V1"), volunteer("V2")
    there(shift, gone, gone=True)
    move_attendances(kept, gone, timezone.now())
    row = Attendance.objects.get()
    assert (row.volunteer, row.state, row.minutes) == (kept, "done", 30) and corrected() == []


def test_erasure_leaves_the_hours_and_nothing_that_tells(helping: Helping, shift: Shift) -> None:  # noqa: F811
    who = volunteer("V1")
    row = there(shift, who, gone=True)
    corrections.ask_correction(row, reason="家里有事", void=True, by=who.user, at=timezone.now())
    ERASURES["activities.attendance"](who, timezone.now())
    assert erase_attendances is ERASURES["activities.attendance"]
    assert not Mark.objects.exists() and row.corrections.get().reason == "" and Attendance.objects.get().minutes == 30


def test_everything_kept_about_me_names_each_attendance(shift: Shift) -> None:  # noqa: F811
    who = volunteer("V1")
    there(shift, who, gone=True)
    rows = list(KEPT["activities.attendance"].rows(who))
    assert len(rows) == 1 and len(rows[0]) == len(KEPT["activities.attendance"].columns) and rows[0][4] == 30


def test_panels_show_today_and_what_waits_to_those_whom_it_concerns(helping: Helping, shift: Shift) -> None:  # noqa: F811
    who = volunteer("V1")
    assert panels.today(helping.other_leader, timezone.now()) is None and panels.mine(helping.keeper, timezone.now()) is None
    row = there(shift, who, gone=True)
    corrections.ask_correction(row, reason="x", void=True, by=who.user, at=timezone.now())
    found = panels.today(helping.leader, shift.starts_at + HOUR)
    assert found and found["shifts"] == [shift] and len(found["corrections"]) == 1 and found["waiting"] == []
    own = panels.mine(who.user, timezone.now())
    assert own and [one.pk for one in own["rows"]] == [row.pk]
    assert shift.activity.title in as_(helping.leader).get("/practice/lead/").content.decode()
