"""Whatever people do in whatever order, places go out as a sheet of paper would say; also when many come at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.activities import actions
from yipanqi.activities.models import Shift, SignUp
from yipanqi.activities.tests.world import HOUR, NOW, Helping, role_of, shift_of, sign, volunteer
from yipanqi.kernel.actions import Refused

#: Born so that there are five adults and three minors.
BORN = (1980, 1985, 1990, 1995, 2000, 2011, 2012, 2013)
ROLES = ("清洁", "引导")
WHO, ROLE = st.integers(0, len(BORN) - 1), st.sampled_from(ROLES)
STEPS = st.one_of(st.tuples(st.just("sign"), WHO, ROLE), st.tuples(st.just("leave"), WHO, ROLE), st.tuples(st.just("limit"), st.integers(0, 4), ROLE))


@dataclass
class Paper:
    """The same on paper: a row for each role, in the order of arrival, and who has a place."""

    limits: dict[str, int]
    row: list[tuple[int, str]] = field(default_factory=list)
    placed: set[int] = field(default_factory=set)

    @property
    def adults(self) -> int:
        return sum(BORN[who] < 2008 for who in self.placed)

    def fill(self) -> None:
        """Again and again from the first in the row, until nobody more finds a place."""
        while True:
            free = next((who for who, role in self.row if who not in self.placed and self._may(who, role)), None)
            if free is None:
                return
            self.placed.add(free)

    def _may(self, who: int, role: str) -> bool:
        taken = sum(one in self.placed for one, of in self.row if of == role)
        return taken < self.limits[role] and (BORN[who] < 2008 or self.adults >= 2)

    def sign(self, who: int, role: str) -> None:
        if who not in dict(self.row):
            self.row.append((who, role))
            self.fill()

    def leave(self, who: int, _role: str) -> None:
        had = who in self.placed
        self.row, self.placed = [one for one in self.row if one[0] != who], self.placed - {who}
        if had:
            self.fill()

    def limit(self, number: int, role: str) -> None:
        self.limits[role] = number
        self.fill()


def limited(shift: Shift, limits: dict[str, int], by: Any) -> None:
    shift = Shift.objects.get(pk=shift.pk)
    roles = [{"name": name, "limit": limit} for name, limit in limits.items()]
    actions.change_shift(shift, starts_at=shift.starts_at, ends_at=shift.ends_at, roles=roles, by=by, at=NOW)


def quietly(run: Callable[[], object]) -> None:
    try:
        run()
    except Refused:
        return


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=3, max_size=18), limits=st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_places_go_out_as_on_paper(steps: list[tuple[str, int, str]], limits: tuple[int, int]) -> None:
    with transaction.atomic():
        helping = Helping()
        people = [volunteer(f"P{n}", born=born) for n, born in enumerate(BORN)]
        paper = Paper(dict(zip(ROLES, limits, strict=True)))
        shift = shift_of(helping.activity(roles=[{"name": name, "limit": limit} for name, limit in paper.limits.items()]))
        for verb, n, role in steps:
            getattr(paper, verb)(n, role)
            if verb == "sign":
                quietly(lambda: sign(shift, people[n], role))  # noqa: B023
            elif verb == "limit":
                limited(shift, paper.limits, helping.leader)
            elif held := SignUp.objects.filter(volunteer=people[n], state__in=("signed", "waiting")).first():
                actions.withdraw(held, by=people[n].user, at=NOW)
            found = SignUp.objects.filter(state__in=("signed", "waiting")).order_by("id").values_list("volunteer__number", "role__name", "state")
            assert [(int(number[1:]), name) for number, name, _s in found] == paper.row, (verb, n, role)
            assert {int(number[1:]) for number, _name, state in found if state == "signed"} == paper.placed, (verb, n, role)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from(["sign", "leave"]), st.integers(0, 2), st.integers(0, 3)), min_size=4, max_size=16))
def test_nobody_is_at_two_places_at_once(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        helping = Helping()
        people = [volunteer(f"P{n}") for n in range(3)]
        shifts = [shift_of(helping.activity(limit=1, starts_at=NOW + n * HOUR + HOUR)) for n in range(4)]  # each overlaps with its neighbours
        for verb, n, m in steps:
            if verb == "sign":
                quietly(lambda: sign(shifts[m], people[n]))  # noqa: B023
            elif held := SignUp.objects.filter(volunteer=people[n], shift=shifts[m], state__in=("signed", "waiting")).first():
                actions.withdraw(held, by=people[n].user, at=NOW)
            for one in people:
                times = sorted(SignUp.objects.filter(volunteer=one, state="signed").values_list("shift__starts_at", "shift__ends_at"))
                assert all(end <= start for (_s, end), (start, _e) in zip(times, times[1:], strict=False))
        assert not SignUp.objects.filter(state="signed").values("shift").annotate(n=Count("id")).filter(n__gt=1).exists()
        transaction.set_rollback(True)


def at_once(*runs: Callable[[], object]) -> None:
    """Run all at the same moment, each in its thread; what is refused is refused."""
    ready = threading.Barrier(len(runs))

    def one(run: Callable[[], object]) -> None:
        try:
            ready.wait(20)
            quietly(run)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_eight_sign_up_at_once_for_three_places() -> None:
    helping = Helping()
    shift, people = shift_of(helping.activity(limit=3)), [volunteer(f"P{n}") for n in range(8)]
    at_once(*(lambda one=one: sign(Shift.objects.get(pk=shift.pk), one) for one in people))
    order = list(SignUp.objects.order_by("id").values_list("state", flat=True))
    assert order == ["signed"] * 3 + ["waiting"] * 5


@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_signing_up_at_once_leaves_no_place_empty_and_none_doubled() -> None:
    helping = Helping()
    shift, people = shift_of(helping.activity(limit=4)), [volunteer(f"P{n}") for n in range(10)]
    held = [sign(shift, one) for one in people[:6]]
    leaving = [lambda one=one: actions.withdraw(SignUp.objects.get(pk=one.pk), by=one.volunteer.user, at=NOW) for one in (held[0], held[1], held[4], held[5])]
    coming = [lambda one=one: sign(Shift.objects.get(pk=shift.pk), one) for one in people[6:]]
    at_once(*leaving, *coming)
    signed = SignUp.objects.filter(state="signed").order_by("id")
    waiting = SignUp.objects.filter(state="waiting")
    assert signed.count() == 4 and waiting.count() == 2
    assert max(one.pk for one in signed) < min(one.pk for one in waiting), "somebody was passed over"


@pytest.mark.django_db(transaction=True)
def test_one_person_at_two_overlapping_shifts_at_once_gets_one() -> None:
    helping = Helping()
    one, shifts = volunteer("P1"), [shift_of(helping.activity(starts_at=NOW + (n + 1) * HOUR)) for n in range(2)]
    at_once(*(lambda shift=shift: sign(Shift.objects.get(pk=shift.pk), one) for shift in shifts))
    assert SignUp.objects.filter(state="signed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_swaps_cancelling_and_moving_up_at_once_do_not_wait_in_a_circle() -> None:
    helping = Helping()
    shifts = [shift_of(helping.activity(limit=1, starts_at=NOW + 24 * (n + 1) * HOUR)) for n in range(2)]
    a, b, c = volunteer("P1"), volunteer("P2"), volunteer("P3")
    mine, theirs = sign(shifts[0], a), sign(shifts[1], b)
    sign(shifts[0], c), sign(shifts[1], c)
    swap = actions.ask_swap(mine, other=b, theirs=theirs, by=a.user, at=NOW)
    back = actions.ask_swap(theirs, other=a, theirs=mine, by=b.user, at=NOW)
    at_once(
        lambda: actions.agree_to_swap(type(swap).objects.get(pk=swap.pk), by=b.user, at=NOW),
        lambda: actions.agree_to_swap(type(swap).objects.get(pk=back.pk), by=a.user, at=NOW),
        lambda: actions.cancel_activity(shifts[1].activity, why="大风", by=helping.leader, at=NOW),
        lambda: actions.change_shift(Shift.objects.get(pk=shifts[0].pk), starts_at=shifts[0].starts_at, ends_at=shifts[0].ends_at, roles=[{"name": "志愿者", "limit": 2}], by=helping.leader, at=NOW),
    )
    assert role_of(shifts[0]).limit == 2
    assert SignUp.objects.filter(shift=shifts[0], state="signed").count() == 2
    assert not SignUp.objects.filter(shift=shifts[1], state__in=("signed", "waiting")).exists()
