"""Corrections take two persons; whoever counts hours is told of what was settled."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yipanqi.activities.actions import attendance as attending
from yipanqi.activities.actions import corrections
from yipanqi.activities.models import Attendance, Correction, Shift
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.tests.test_attendance import MINUTE, close, settled
from yipanqi.activities.tests.world import HOUR, Helping, shift_of, sign, volunteer
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry, OutboxEvent
from yipanqi.messaging.models import Message
from yipanqi.volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


class Served:
    """A volunteer who was there for half an hour of two."""

    def __init__(self) -> None:
        self.helping = Helping()
        self.who: Volunteer = volunteer("V1")
        shift = shift_of(self.helping.activity())
        sign(shift, self.who)
        self.shift = Shift.objects.select_related("activity").get(pk=shift.pk)
        self.begins, self.at = shift.starts_at, shift.ends_at + HOUR
        attending.note_in(self.shift, volunteer=self.who, when=self.begins, by=self.leader, at=self.at)
        attending.note_out(self.shift, volunteer=self.who, when=self.begins + 30 * MINUTE, by=self.leader, at=self.at)

    @property
    def leader(self) -> Any:
        return self.helping.leader

    @property
    def row(self) -> Attendance:
        return Attendance.objects.select_related("shift__activity").get(volunteer=self.who)

    def ask(self, by: Any = None, **changed: Any) -> Correction:
        given = {"reason": "签退按早了", "in_at": self.begins, "out_at": self.begins + 100 * MINUTE, **changed}
        return corrections.ask_correction(self.row, **given, by=by or self.who.user, at=self.at)  # type: ignore[no-any-return]


@pytest.fixture
def served() -> Served:
    return Served()


def corrected() -> list[tuple[int, int]]:
    return [(row.payload["minutes_before"], row.payload["minutes"]) for row in OutboxEvent.objects.filter(kind="activities.HoursCorrected").order_by("id")]


def test_ask_and_agree_correction_before_it_counts(served: Served) -> None:
    asked = served.ask()
    assert served.row.minutes == 30 and Message.objects.get(kind="activities.correction").to == served.leader
    corrections.agree_correction(asked, answer="属实", by=served.leader, at=served.at)
    assert (served.row.minutes, served.row.state) == (100, "done") and corrected() == [] == settled()
    close(served.shift.activity, served.leader, served.at)
    assert settled() == [100]
    asked.refresh_from_db()
    assert (asked.minutes_before, asked.minutes_after, asked.state) == (30, 100, "agreed")
    assert Message.objects.filter(to=served.who.user, kind="activities.correction").exists()
    assert JournalEntry.objects.get(action="activities.ask_correction").data["reason"] == "***"


def test_agree_correction_of_what_counted_tells_whoever_counts(served: Served) -> None:
    close(served.shift.activity, served.leader, served.at)
    corrections.agree_correction(served.ask(), by=served.leader, at=served.at)
    assert (settled(), corrected(), served.row.state) == ([30], [(30, 100)], "settled")
    corrections.agree_correction(served.ask(void=True, in_at=None, out_at=None), by=served.leader, at=served.at)
    assert corrected()[-1] == (100, 0) and (served.row.state, served.row.minutes) == ("void", 0)
    with pytest.raises(Conflict):
        served.ask()


def test_agree_correction_of_missing_times_after_the_closing_settles_them(served: Served) -> None:
    Attendance.objects.update(state="proposed", out_at=None, minutes=None)
    close(served.shift.activity, served.leader, served.at)
    corrections.agree_correction(served.ask(), by=served.leader, at=served.at)
    assert settled() == [100] and served.row.state == "settled"


def test_who_asked_and_whose_it_is_do_not_decide(served: Served) -> None:
    by_volunteer = served.ask()
    for who in (served.who.user, served.helping.other_leader, volunteer("V2").user):
        with pytest.raises(NotAllowed):
            corrections.agree_correction(by_volunteer, by=who, at=served.at)
        with pytest.raises(NotAllowed):
            corrections.decline_correction(by_volunteer, answer="x", by=who, at=served.at)
    corrections.take_back_correction(by_volunteer, by=served.who.user, at=served.at)
    by_leader = served.ask(by=served.leader)
    with pytest.raises(NotAllowed):
        corrections.agree_correction(by_leader, by=served.leader, at=served.at)
    with pytest.raises(NotAllowed):
        corrections.take_back_correction(by_leader, by=served.who.user, at=served.at)
    assert list(selectors.corrections_to_decide(served.leader)) == [] and list(selectors.corrections_to_decide(served.helping.keeper)) == [by_leader]
    corrections.agree_correction(by_leader, by=served.helping.keeper, at=served.at)
    with transaction.atomic(), pytest.raises(IntegrityError):
        Correction.objects.filter(pk=by_leader.pk).update(decided_by=served.leader)


def test_decline_correction_says_why_and_changes_nothing(served: Served) -> None:
    asked = served.ask()
    with pytest.raises(Refused):
        corrections.decline_correction(asked, answer=" ", by=served.leader, at=served.at)
    corrections.decline_correction(asked, answer="那时已离开", by=served.leader, at=served.at)
    assert served.row.minutes == 30
    for decide in (corrections.agree_correction, corrections.decline_correction):
        with pytest.raises(WrongState):
            decide(asked, answer="x", by=served.leader, at=served.at)
    with pytest.raises(WrongState):
        corrections.take_back_correction(asked, by=served.who.user, at=served.at)


def test_ask_correction_of_what_cannot_be_is_refused(served: Served) -> None:
    wrong: list[dict[str, Any]] = [
        {"reason": " "}, {"in_at": None}, {"out_at": None}, {"out_at": served.begins - MINUTE}, {"in_at": served.begins - 2 * HOUR},
        {"out_at": served.at + HOUR},
    ]  # fmt: skip
    for changed in wrong:
        with pytest.raises(Refused):
            served.ask(**changed)
    with pytest.raises(NotAllowed):
        served.ask(by=served.helping.other_leader)
    served.ask()
    with pytest.raises(corrections.AskedAlready):
        served.ask()


def test_a_correction_into_another_service_is_refused(served: Served) -> None:
    other = shift_of(served.helping.activity())
    attending.note_in(other, volunteer=served.who, when=served.begins + 60 * MINUTE, by=served.leader, at=served.at)
    attending.note_out(other, volunteer=served.who, when=served.begins + 90 * MINUTE, by=served.leader, at=served.at)
    row = Attendance.objects.get(shift=served.shift)
    with pytest.raises(attending.Overlap):
        corrections.ask_correction(row, reason="x", in_at=served.begins, out_at=served.begins + 70 * MINUTE, by=served.who.user, at=served.at)
