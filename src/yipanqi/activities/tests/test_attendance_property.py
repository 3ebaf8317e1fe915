"""Hours are the same in whatever order, however late and however often what phones kept arrives; nobody is at two places at once."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.activities import codes, hours
from yipanqi.activities.actions import attendance as attending
from yipanqi.activities.actions import settling
from yipanqi.activities.models import Activity, Attendance, Shift
from yipanqi.activities.tests.world import HOUR, NOW, Helping, shift_of, sign, volunteer
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.volunteers.models import Volunteer

HALF = dt.timedelta(seconds=30)
SPACE = UUID("6f3c1c1e-8d0a-4a57-9a3c-3f4d5f6a7b8c")
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MOMENTS = st.integers(0, 480).map(lambda n: NOW + n * HALF)
MARKS = st.lists(st.tuples(st.booleans(), MOMENTS), max_size=8)


@given(MARKS, st.randoms(use_true_random=False))
def test_a_stretch_does_not_depend_on_order_or_repetition(marks: list[tuple[bool, dt.datetime]], draw: Any) -> None:
    messy = marks + [draw.choice(marks) for _n in range(5) if marks]
    draw.shuffle(messy)
    came, went = hours.stretch(messy)
    assert (came, went) == hours.stretch(sorted(marks, key=lambda mark: mark[1]))
    assert came is None or went is None or went >= came


@given(MOMENTS, MOMENTS, MOMENTS, MOMENTS)
def test_minutes_lie_within_the_stretch_and_the_shift(a: dt.datetime, b: dt.datetime, c: dt.datetime, d: dt.datetime) -> None:
    (came, went), (begins, ends) = sorted((a, b)), sorted((c, d))
    minutes = hours.minutes_within(came, went, begins, ends)
    assert 0 <= minutes <= int((ends - begins).total_seconds() // 60) and minutes <= (went - came).total_seconds() / 60


@given(MOMENTS, MOMENTS, MOMENTS, MOMENTS)
def test_stretches_collide_both_ways_or_not_at_all(a: dt.datetime, b: dt.datetime, c: dt.datetime, d: dt.datetime) -> None:
    one, other = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    shared = min(one[1], other[1]) > max(one[0], other[0])
    assert hours.collide(one, other) == hours.collide(other, one)
    assert not shared or hours.collide(one, other)
    assert not hours.collide((None, a), other) and hours.collide((a, None), (a, None))


class Day:
    """Three volunteers, two shifts of one day, one after the other or at the same time, and what their phones send."""

    def __init__(self, *, together: bool) -> None:
        self.helping = Helping()
        first = shift_of(self.helping.activity(limit=9))
        second = shift_of(self.helping.activity(limit=9, starts_at=first.starts_at if together else first.ends_at))
        self.people = [volunteer("V1"), volunteer("V2"), volunteer("V3", with_account=False)]
        self.shifts = [Shift.objects.select_related("activity").get(pk=one.pk) for one in (first, second)]
        for shift in () if together else self.shifts:  # to shifts of the same time they just walk in
            for who in self.people[:2]:
                sign(shift, who)
        self.begins, self.later = first.starts_at, second.ends_at + 10 * HOUR

    def send(self, n: int, who: int, which: int, out: bool, step: int, by_leader: bool) -> None:
        """One call, as the phone that kept it sends it: always with the same id."""
        person, shift, when = self.people[who], self.shifts[which], self.begins + step * HALF
        call: dict[str, Any] = {"when": when, "call": uuid5(SPACE, str(n)), "at": self.later}
        with transaction.atomic():
            if by_leader or person.user is None:
                (attending.note_out if out else attending.note_in)(shift, volunteer=person, by=self.helping.leader, **call)
            else:
                code = codes.code_at(shift.uuid, shift.secret, when)
                (attending.sign_out if out else attending.sign_in)(shift, code=code, by=person.user, **call)

    def outcome(self) -> list[tuple[Any, ...]]:
        Activity.objects.update(state="closed", closed_at=self.later)
        for shift in self.shifts:
            settling.settle_hours(Activity.objects.get(pk=shift.activity_id), by=SYSTEM, at=self.later)
        rows = Attendance.objects.order_by("shift_id", "volunteer__number")
        return list(rows.values_list("shift_id", "volunteer__number", "state", "in_at", "out_at", "minutes", "how"))


CALLS = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(-40, 460), st.booleans()), min_size=1, max_size=14)


@pytest.mark.django_db
@MANY
@given(calls=CALLS, draw=st.randoms(use_true_random=False))
def test_any_order_delay_and_repetition_ends_as_one_clean_run(calls: list[tuple[int, bool, int, bool]], draw: Any) -> None:
    """Whoever is honest was in the second shift after the first; what phones and leaders' lists kept of it arrives anyhow."""
    numbered = [(n, who, int(step >= 240), out, step, by_leader) for n, (who, out, step, by_leader) in enumerate(calls)]
    found = []
    messy = numbered + [draw.choice(numbered) for _n in range(6)]
    draw.shuffle(messy)
    for sent in (sorted(numbered, key=lambda call: call[4]), messy):
        with transaction.atomic():
            day = Day(together=False)
            base = Attendance.objects.count()
            for call in sent:
                day.send(*call)
            found.append([(row[0] - day.shifts[0].pk, *row[1:]) for row in day.outcome()])
            assert base == 0
            transaction.set_rollback(True)
    assert found[0] == found[1]


@pytest.mark.django_db
@MANY
@given(calls=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.booleans(), st.integers(-40, 300), st.booleans()), max_size=16))
def test_whatever_is_sent_nobody_is_at_two_places_at_once(calls: list[tuple[int, int, bool, int, bool]]) -> None:
    """Two shifts of the same time: somebody may claim both; no two stretches overlap and no minute counts twice."""
    with transaction.atomic():
        day = Day(together=True)
        for n, call in enumerate(calls):
            try:
                day.send(n, *call)
            except Refused:
                continue
        day.outcome()
        for person in Volunteer.objects.all():
            rows = [(row.in_at, row.out_at, row.minutes, row.shift.minutes) for row in person.attendances.select_related("shift")]
            assert not any(hours.collide(a[:2], b[:2]) for n, a in enumerate(rows) for b in rows[:n])
            assert sum(row[2] or 0 for row in rows) <= 120 and all((row[2] or 0) <= row[3] for row in rows)
        transaction.set_rollback(True)
