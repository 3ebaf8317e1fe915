"""Signing in and out: by code, by position, by the leader's list; who is refused; what counts."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import override_settings

from yipanqi.activities import actions, codes
from yipanqi.activities.actions import attendance as attending
from yipanqi.activities.actions import settling
from yipanqi.activities.events import ActivityClosed, HoursSettled
from yipanqi.activities.handlers import settle_closed
from yipanqi.activities.models import Absence, Activity, Attendance, Mark, Shift
from yipanqi.activities.tests.world import DAY, HOUR, NOW, Helping, shift_of, sign, volunteer
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry, OutboxEvent
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging.models import Message
from yipanqi.volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
HERE = (98.29, 39.77)


@pytest.fixture(autouse=True)
def _counters(tmp_path: Any) -> Any:
    with override_settings(COUNTERS_ROOT=str(tmp_path / "counters")):
        yield


@dataclass
class Street:
    helping: Helping
    shift: Shift
    who: Volunteer

    def code(self, at: dt.datetime) -> str:
        return codes.code_at(self.shift.uuid, self.shift.secret, at)

    def comes(self, at: dt.datetime, **more: Any) -> Attendance:
        return attending.sign_in(self.shift, code=self.code(at), by=self.who.user, at=at, **more)  # type: ignore[no-any-return]

    def goes(self, at: dt.datetime, **more: Any) -> Attendance:
        return attending.sign_out(self.shift, code=self.code(at), by=self.who.user, at=at, **more)  # type: ignore[no-any-return]

    @property
    def begins(self) -> dt.datetime:
        return self.shift.starts_at

    @property
    def ends(self) -> dt.datetime:
        return self.shift.ends_at


@pytest.fixture
def street() -> Street:
    helping = Helping()
    shift, who = shift_of(helping.activity(lon=HERE[0], lat=HERE[1])), volunteer("V1")
    sign(shift, who)
    return Street(helping, Shift.objects.select_related("activity").get(pk=shift.pk), who)


def close(activity: Activity, leader: Any, at: dt.datetime) -> None:
    Activity.objects.filter(pk=activity.pk).update(state="closed", closed_at=at)
    settle_closed(ActivityClosed(activity_id=activity.pk, at=at))


def settled() -> list[int]:
    return [row.payload["minutes"] for row in OutboxEvent.objects.filter(kind="activities.HoursSettled").order_by("id")]


def test_sign_in_and_sign_out_by_code_count_what_lies_within_the_shift(street: Street) -> None:
    came = street.comes(street.begins - 20 * MINUTE)
    assert (came.state, came.how, came.minutes, came.walk_in) == ("in", "code", None, False)
    went = street.goes(street.ends + 5 * MINUTE)
    assert (went.pk, went.state, went.minutes) == (came.pk, "done", 120)
    assert went.in_at == street.begins - 20 * MINUTE


def test_sign_in_twice_is_one(street: Street) -> None:
    first = street.comes(street.begins)
    assert street.comes(street.begins + MINUTE).in_at == first.in_at
    call = uuid.uuid4()
    for _n in range(3):
        street.goes(street.begins + HOUR, call=call)
    assert Attendance.objects.count() == 1 and Mark.objects.filter(uuid=call).count() == 1
    assert Attendance.objects.get().minutes == 60


def test_sign_in_again_after_leaving_does_not_lengthen_the_hours(street: Street) -> None:
    street.comes(street.begins)
    street.goes(street.begins + HOUR)
    street.comes(street.begins + HOUR + 10 * MINUTE)
    assert street.goes(street.ends).minutes == 60


def test_sign_in_with_an_id_of_another_call_is_refused(street: Street) -> None:
    call = uuid.uuid4()
    street.comes(street.begins, call=call)
    with pytest.raises(Conflict):
        street.goes(street.begins + HOUR, call=call)


@pytest.mark.parametrize("age_s", [0, 30, 60])
def test_a_code_of_a_moment_ago_counts(street: Street, age_s: int) -> None:
    at = street.begins + MINUTE
    attending.sign_in(street.shift, code=street.code(at - dt.timedelta(seconds=age_s)), by=street.who.user, at=at)
    assert Attendance.objects.get().in_at == at


@pytest.mark.parametrize("age", [3 * MINUTE, HOUR, DAY])
def test_an_old_code_is_refused_and_leaves_nothing(street: Street, age: dt.timedelta) -> None:
    at = street.begins + MINUTE
    with pytest.raises(attending.WrongCode):
        attending.sign_in(street.shift, code=street.code(at - age), by=street.who.user, at=at)
    assert not Attendance.objects.exists() and not Mark.objects.exists()


def test_wrong_codes_are_limited(street: Street) -> None:
    at = street.begins
    for _n in range(20):
        with pytest.raises(attending.WrongCode):
            attending.sign_in(street.shift, code="not it", by=street.who.user, at=at)
    with pytest.raises(Refused, match="次数过多"):
        attending.sign_in(street.shift, code="not it", by=street.who.user, at=at)


def test_a_code_of_another_shift_or_from_before_it_was_renewed_is_refused(street: Street) -> None:
    at, other = street.begins, shift_of(street.helping.activity())
    old = street.code(at)
    attending.renew_code(street.shift, by=street.helping.leader, at=at)
    street.shift.refresh_from_db()
    for code in (old, codes.code_at(other.uuid, other.secret, at)):
        with pytest.raises(attending.WrongCode):
            attending.sign_in(street.shift, code=code, by=street.who.user, at=at)
    street.comes(at)
    with pytest.raises(NotAllowed):
        attending.renew_code(street.shift, by=street.who.user, at=at)


def test_sign_in_kept_without_a_network_counts_from_the_codes_own_time(street: Street) -> None:
    seen = street.begins + 7 * MINUTE
    wrong_clock = seen - 3 * MINUTE
    came = attending.sign_in(street.shift, code=street.code(seen), when=wrong_clock, by=street.who.user, at=street.ends + 5 * HOUR)
    assert came.in_at is not None and dt.timedelta(0) <= seen - came.in_at < dt.timedelta(seconds=30)
    assert Mark.objects.get().kept


def test_sign_in_kept_too_long_or_from_the_future_is_refused(street: Street) -> None:
    seen = street.begins
    for at, when in ((seen + 73 * HOUR, seen), (seen, seen + HOUR)):
        with pytest.raises(attending.NotNow):
            attending.sign_in(street.shift, code=street.code(seen), when=when, by=street.who.user, at=at)


def test_a_ticket_holds_the_moment_of_the_scan_for_its_owner(street: Street) -> None:
    seen = street.begins
    given = codes.ticket(street.shift.uuid, "", seen)
    came = attending.sign_in(street.shift, ticket=given, by=street.who.user, at=seen + 5 * MINUTE)
    assert came.in_at == seen
    other = volunteer("V2")
    sign(street.shift, other)
    mine = codes.ticket(street.shift.uuid, street.who.user.actor_key, seen)  # type: ignore[union-attr]
    for bad, at in ((mine, seen), (given, seen + 11 * MINUTE), ("made up", seen)):
        with pytest.raises(attending.WrongCode):
            attending.sign_in(street.shift, ticket=bad, by=other.user, at=at)


def test_sign_in_by_position_keeps_no_position(street: Street) -> None:
    at = street.begins
    with pytest.raises(attending.NotThere):
        attending.sign_in(street.shift, position=(HERE[0] + 0.01, HERE[1]), by=street.who.user, at=at)
    came = attending.sign_in(street.shift, position=(HERE[0] + 0.001, HERE[1]), by=street.who.user, at=at)
    assert came.how == "position"
    entry = JournalEntry.objects.get(action="activities.sign_in")
    assert entry.data["position"] == "***" and "98.2" not in str(entry.data)
    columns = {field.name for model in (Attendance, Mark) for field in model._meta.get_fields()}
    assert not columns & {"lon", "lat", "position", "accuracy"}


def test_sign_in_by_position_without_a_network_or_a_place_is_refused(street: Street) -> None:
    at = street.begins
    with pytest.raises(attending.WrongCode):
        attending.sign_in(street.shift, position=HERE, when=at, by=street.who.user, at=at + HOUR)
    Activity.objects.update(lon=None, lat=None)
    with pytest.raises(attending.NotThere):
        attending.sign_in(Shift.objects.get(), position=HERE, by=street.who.user, at=at)


def test_sign_in_outside_its_time_is_refused(street: Street) -> None:
    for at in (street.begins - 31 * MINUTE, street.ends + 61 * MINUTE):
        with pytest.raises(attending.NotNow):
            street.comes(at)


def test_sign_in_to_a_cancelled_shift_is_refused(street: Street) -> None:
    Shift.objects.update(state="cancelled")
    with pytest.raises(Conflict):
        street.comes(street.begins)


def test_sign_in_by_somebody_without_registration_is_refused(street: Street) -> None:
    Volunteer.objects.filter(pk=street.who.pk).update(state="left")
    street.who = Volunteer.objects.get(pk=street.who.pk)
    with pytest.raises(NotAllowed):
        street.comes(street.begins)
    with pytest.raises(NotAllowed):
        attending.sign_in(street.shift, code=street.code(street.begins), by=street.helping.keeper, at=street.begins)


def test_walk_in_takes_a_free_place_if_age_allows(street: Street) -> None:
    at, helping = street.begins, street.helping
    guest, third, child = volunteer("V2"), volunteer("V3"), volunteer("V4", born=2015)
    Activity.objects.update(min_age=14)
    shift = Shift.objects.select_related("activity").get()
    with pytest.raises(attending.NoRoom, match="14"):
        attending.note_in(shift, volunteer=child, by=helping.leader, at=at)
    assert attending.note_in(shift, volunteer=guest, by=helping.leader, at=at).walk_in
    with pytest.raises(attending.NoRoom):
        attending.note_in(shift, volunteer=third, by=helping.leader, at=at)
    attending.note_absence(shift.sign_ups.get(), reason="ill", by=helping.leader, at=at)
    assert attending.note_in(shift, volunteer=third, by=helping.leader, at=at).walk_in
    keep_policy("activities.walk_ins", False, by="test", at=at)
    with pytest.raises(attending.NoRoom):
        attending.note_in(shift, volunteer=volunteer("V5"), by=helping.leader, at=at)


def test_note_in_and_out_by_the_leader_about_others_only(street: Street) -> None:
    at, helping = street.begins, street.helping
    without_phone = volunteer("V2", with_account=False)
    sign_up = sign_by_leader(street, without_phone)
    attending.note_in(street.shift, volunteer=without_phone, by=helping.leader, at=at)
    done = attending.note_out(street.shift, volunteer=without_phone, when=at + 30 * MINUTE, by=helping.leader, at=at + HOUR)
    assert (done.minutes, done.how, done.role_id) == (30, "list", sign_up.role_id)
    with pytest.raises(Refused, match="不能登记自己"):
        attending.note_in(street.shift, volunteer=helping.leader.volunteer, by=helping.leader, at=at)
    for who in (street.who.user, helping.other_leader):
        with pytest.raises(NotAllowed):
            attending.note_in(street.shift, volunteer=street.who, by=who, at=at)
        with pytest.raises(NotAllowed):
            attending.note_out(street.shift, volunteer=street.who, by=who, at=at)


def sign_by_leader(street: Street, who: Volunteer) -> Any:
    role = street.shift.roles.get()
    return actions.sign_up(street.shift, role=role, volunteer=who, said_how="in_person", by=street.helping.leader, at=NOW)


def test_absence_is_noted_without_a_score_and_ends_when_the_person_comes(street: Street) -> None:
    sign_up, leader = street.shift.sign_ups.get(), street.helping.leader
    with pytest.raises(Refused):
        attending.note_absence(sign_up, reason="ill", by=leader, at=street.begins - MINUTE)
    with pytest.raises(Refused):
        attending.note_absence(sign_up, reason="lazy", by=leader, at=street.begins)
    attending.note_absence(sign_up, reason="ill", by=leader, at=street.begins)
    with pytest.raises(NotAllowed):
        attending.take_back_absence(sign_up, by=street.who.user, at=street.begins)
    attending.take_back_absence(sign_up, by=leader, at=street.begins)
    attending.note_absence(sign_up, reason="ill", by=leader, at=street.begins)
    street.comes(street.begins + MINUTE)
    assert not Absence.objects.exists()
    with pytest.raises(Refused):
        attending.note_absence(sign_up, reason="ill", by=leader, at=street.begins + HOUR)
    with pytest.raises(NotAllowed):
        attending.note_absence(sign_up, reason="ill", by=street.who.user, at=street.begins)
    actions_of_absence = {field.name for field in Absence._meta.get_fields()}
    assert not actions_of_absence & {"score", "points", "count"}


def test_sign_in_while_signed_in_elsewhere_is_refused(street: Street) -> None:
    street.comes(street.begins)
    other = Street(street.helping, Shift.objects.select_related("activity").get(pk=shift_of(street.helping.activity()).pk), street.who)
    with pytest.raises(attending.StillIn):
        other.comes(street.begins + MINUTE)
    street.goes(street.begins + HOUR)
    with pytest.raises(attending.Overlap):
        attending.note_in(other.shift, volunteer=street.who, when=street.begins + 30 * MINUTE, by=street.helping.leader, at=street.begins + HOUR)
    assert other.comes(street.begins + HOUR).state == "in"
    assert other.goes(street.ends).minutes == 60


def test_two_open_attendances_kept_offline_never_count_twice(street: Street) -> None:
    other = Street(street.helping, Shift.objects.select_related("activity").get(pk=shift_of(street.helping.activity()).pk), street.who)
    later = street.ends + HOUR
    attending.sign_in(street.shift, code=street.code(street.begins), when=street.begins, by=street.who.user, at=later)
    mid = street.begins + 30 * MINUTE
    attending.sign_in(other.shift, code=other.code(mid), when=mid, by=street.who.user, at=later)
    attending.sign_out(other.shift, code=other.code(street.ends), when=street.ends, by=street.who.user, at=later)
    with pytest.raises(attending.Overlap):
        attending.sign_out(street.shift, code=street.code(street.ends), when=street.ends, by=street.who.user, at=later)


def test_propose_confirmation_asks_the_leader_and_guesses_nothing(street: Street) -> None:
    street.comes(street.begins)
    activity, late = street.shift.activity, street.ends + 61 * MINUTE
    settling.propose_confirmation(activity, by=SYSTEM, at=street.ends + 30 * MINUTE)
    assert Attendance.objects.get().state == "in"
    for _n in range(2):
        settling.propose_confirmation(activity, by=SYSTEM, at=late)
    row = Attendance.objects.get()
    assert (row.state, row.out_at, row.minutes) == ("proposed", None, None)
    news = Message.objects.get(kind="activities.hours")
    assert news.to == street.helping.leader and news.facts["n"] == 1 and "V1" not in str(news.facts)
    with pytest.raises(NotAllowed):
        settling.propose_confirmation(activity, by=street.helping.leader, at=late)


def test_confirm_attendance_takes_the_leaders_word_within_the_shift(street: Street) -> None:
    street.comes(street.begins)
    settling.propose_confirmation(street.shift.activity, by=SYSTEM, at=street.ends + 61 * MINUTE)
    row, leader, at = Attendance.objects.get(), street.helping.leader, street.ends + 2 * HOUR
    for came, went in ((street.begins, street.begins - MINUTE), (street.begins, street.ends + 3 * HOUR), (street.begins - HOUR, street.ends)):
        with pytest.raises(attending.NotNow):
            settling.confirm_attendance(row, in_at=came, out_at=went, by=leader, at=at)
    with pytest.raises(NotAllowed):
        settling.confirm_attendance(row, in_at=street.begins, out_at=street.ends, by=street.who.user, at=at)
    done = settling.confirm_attendance(row, in_at=street.begins, out_at=street.begins + 90 * MINUTE, by=leader, at=at)
    assert (done.state, done.minutes, done.confirmed_by) == ("done", 90, leader)
    with pytest.raises(WrongState):
        settling.confirm_attendance(row, in_at=street.begins, out_at=street.ends, by=leader, at=at)
    with pytest.raises(attending.AlreadyCertain):
        attending.sign_out(street.shift, code=street.code(street.ends), when=street.ends, by=street.who.user, at=at)


def test_nobody_confirms_the_own_hours(street: Street) -> None:
    leader = street.helping.leader
    sign(street.shift, leader.volunteer)
    attending.sign_in(street.shift, code=street.code(street.begins), by=leader, at=street.begins)
    settling.propose_confirmation(street.shift.activity, by=SYSTEM, at=street.ends + 61 * MINUTE)
    row, at = Attendance.objects.get(), street.ends + 2 * HOUR
    with pytest.raises(NotAllowed):
        settling.confirm_attendance(row, in_at=street.begins, out_at=street.ends, by=leader, at=at)
    settling.confirm_attendance(row, in_at=street.begins, out_at=street.ends, by=street.helping.keeper, at=at)


def test_sign_out_alone_waits_for_the_leader(street: Street) -> None:
    went = street.goes(street.ends)
    assert (went.state, went.in_at, went.minutes) == ("proposed", None, None)


def test_settle_hours_once_when_the_activity_is_closed(street: Street) -> None:
    street.comes(street.begins)
    street.goes(street.begins + 75 * MINUTE)
    activity = street.shift.activity
    with pytest.raises(Refused):
        settling.settle_hours(activity, by=SYSTEM, at=street.ends)
    with pytest.raises(NotAllowed):
        settling.settle_hours(activity, by=street.helping.leader, at=street.ends)
    close(activity, street.helping.leader, street.ends + HOUR)
    settling.settle_hours(Activity.objects.get(), by=SYSTEM, at=street.ends + 2 * HOUR)
    assert settled() == [75]
    row = Attendance.objects.get()
    assert (row.state, row.settled_at) == ("settled", street.ends + HOUR)
    event = OutboxEvent.objects.get(kind="activities.HoursSettled").payload
    assert event["volunteer_id"] == street.who.pk and event["on"] == row.served_on.isoformat() and event["kind_id"] == street.helping.kind.pk
    assert HoursSettled.__dataclass_fields__.keys() == event.keys()


def test_what_arrives_after_the_closing_waits_for_the_leader_and_counts_then(street: Street) -> None:
    activity, later = street.shift.activity, street.ends + 5 * HOUR
    close(activity, street.helping.leader, street.ends + HOUR)
    street.shift.refresh_from_db()
    for what, seen in ((attending.sign_in, street.begins), (attending.sign_out, street.ends)):
        what(street.shift, code=street.code(seen), when=seen, by=street.who.user, at=later)
    row = Attendance.objects.get()
    assert row.state == "proposed" and settled() == []
    settling.confirm_attendance(row, in_at=row.in_at, out_at=row.out_at, by=street.helping.leader, at=later)
    assert settled() == [120] and Attendance.objects.get().state == "settled"
