"""Swaps with the other's agreement; secret addresses of calendars."""

from __future__ import annotations

import pytest

from yipanqi.activities import actions
from yipanqi.activities.actions.feeds import digest_of
from yipanqi.activities.actions.signing_up import Busy, CannotCome
from yipanqi.activities.actions.swaps import OthersWait
from yipanqi.activities.models import SignUp, Swap
from yipanqi.activities.tests.world import DAY, HOUR, NOW, Helping, shift_of, sign, volunteer
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.machine import WrongState
from yipanqi.messaging.models import Message
from yipanqi.volunteers.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def helping() -> Helping:
    return Helping()


def held(who: object) -> set[int]:
    return set(SignUp.objects.filter(volunteer=who, state="signed").values_list("shift_id", flat=True))


def test_agree_to_swap_exchanges_the_places(helping: Helping) -> None:
    one, two = shift_of(helping.activity(limit=1)), shift_of(helping.activity(limit=1, starts_at=NOW + 3 * DAY))
    a, b, c = volunteer("V1"), volunteer("V2"), volunteer("V3")
    mine, theirs, waits = sign(one, a), sign(two, b), sign(one, c)
    swap = actions.ask_swap(mine, other=b, theirs=theirs, by=a.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.agree_to_swap(swap, by=a.user, at=NOW)
    with pytest.raises(Conflict):
        actions.ask_swap(mine, other=b, by=a.user, at=NOW)
    actions.agree_to_swap(swap, by=b.user, at=NOW)
    assert held(a) == {two.pk} and held(b) == {one.pk} and SignUp.objects.get(pk=waits.pk).state == "waiting"
    assert list(Message.objects.filter(to=a.user).values_list("facts__form", flat=True)) == ["agreed"]
    with pytest.raises(WrongState):
        actions.refuse_swap(swap, by=b.user, at=NOW)


def test_ask_swap_hands_a_place_over_only_where_nobody_waits(helping: Helping) -> None:
    shift = shift_of(helping.activity(limit=1))
    a, b, c = volunteer("V1"), volunteer("V2"), volunteer("V3")
    mine = sign(shift, a)
    swap = actions.ask_swap(mine, other=b, by=a.user, at=NOW)
    waits = sign(shift, c)
    with pytest.raises(OthersWait):
        actions.agree_to_swap(swap, by=b.user, at=NOW)
    actions.withdraw(waits, by=c.user, at=NOW)
    actions.agree_to_swap(Swap.objects.get(), by=b.user, at=NOW)
    assert held(b) == {shift.pk} and not held(a)
    again = sign(shift, c)
    with pytest.raises(OthersWait):
        actions.ask_swap(SignUp.objects.get(volunteer=b, state="signed"), other=a, by=b.user, at=NOW)
    assert again.state == "waiting"


def test_ask_swap_with_oneself_without_account_or_by_another_is_refused(helping: Helping) -> None:
    shift, a, b = shift_of(helping.activity()), volunteer("V1"), volunteer("V2", with_account=False)
    mine = sign(shift, a)
    for other in (a, b):
        with pytest.raises(Refused):
            actions.ask_swap(mine, other=other, by=a.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.ask_swap(mine, other=a, by=volunteer("V3").user, at=NOW)
    with pytest.raises(WrongState):
        actions.ask_swap(mine, other=volunteer("V4"), by=a.user, at=shift.starts_at)


def test_agree_to_swap_keeps_the_rules(helping: Helping) -> None:
    strict = shift_of(helping.activity(min_age=30))
    a, young, busy = volunteer("V1"), volunteer("V2", born=2005), volunteer("V3")
    mine = sign(strict, a)
    with pytest.raises(CannotCome):
        actions.agree_to_swap(actions.ask_swap(mine, other=young, by=a.user, at=NOW), by=young.user, at=NOW)
    actions.refuse_swap(Swap.objects.get(), by=young.user, at=NOW)
    sign(shift_of(helping.activity(starts_at=strict.starts_at + HOUR)), busy)
    with pytest.raises(Busy):
        actions.agree_to_swap(actions.ask_swap(mine, other=busy, by=a.user, at=NOW), by=busy.user, at=NOW)
    assert held(a) == {strict.pk}


def test_a_swap_lapses_with_the_place(helping: Helping) -> None:
    shift, a, b = shift_of(helping.activity()), volunteer("V1"), volunteer("V2")
    mine = sign(shift, a)
    swap = actions.ask_swap(mine, other=b, by=a.user, at=NOW)
    actions.withdraw(mine, by=a.user, at=NOW)
    assert Swap.objects.get().state == "lapsed"
    with pytest.raises(WrongState):
        actions.agree_to_swap(swap, by=b.user, at=NOW)


def test_take_back_swap_by_the_one_who_asked(helping: Helping) -> None:
    shift, a, b = shift_of(helping.activity()), volunteer("V1"), volunteer("V2")
    swap = actions.ask_swap(sign(shift, a), other=b, by=a.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.take_back_swap(swap, by=b.user, at=NOW)
    assert actions.take_back_swap(swap, by=a.user, at=NOW).state == "taken_back"


def test_add_feed_keeps_the_hash_only_and_revoke_ends_it(helping: Helping) -> None:
    a = volunteer("V1")
    made = actions.add_feed(None, kind="own", by=a.user, at=NOW)
    assert made.about.digest == digest_of(made.secret) and made.secret not in str(made.about.__dict__)
    with pytest.raises(NotAllowed):
        actions.revoke_feed(made.about, by=helping.leader, at=NOW)
    assert actions.revoke_feed(made.about, by=a.user, at=NOW).revoked_at == NOW
    with pytest.raises(Conflict):
        actions.revoke_feed(made.about, by=a.user, at=NOW)


def test_add_feed_of_a_team_for_its_members_only(helping: Helping) -> None:
    a = volunteer("V1")
    for kind, team in (("team", None), ("own", helping.team), ("x", None)):
        with pytest.raises(Refused):
            actions.add_feed(None, kind=kind, team=team, by=a.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.add_feed(None, kind="team", team=helping.team, by=a.user, at=NOW)
    with pytest.raises(NotAllowed):
        actions.add_feed(None, kind="own", by=helping.centre, at=NOW)
    Membership.objects.create(volunteer=a, team=helping.team, state="member", since=NOW.date())
    for _n in range(10):
        actions.add_feed(None, kind="team", team=helping.team, by=a.user, at=NOW)
    with pytest.raises(Refused):
        actions.add_feed(None, kind="own", by=a.user, at=NOW)
