"""Signing up: by oneself or on one's word, waiting and moving up, who cannot come."""

from __future__ import annotations

import pytest

from yipanqi.activities import actions
from yipanqi.activities.actions.signing_up import Busy, CannotCome, Full, NoWord
from yipanqi.activities.catalogue import TRAININGS, TrainingBook
from yipanqi.activities.models import SignUp
from yipanqi.activities.selectors.standing import affected
from yipanqi.activities.tests.world import DAY, HOUR, NOW, Helping, role_of, shift_of, sign, volunteer
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.messaging.models import Message
from yipanqi.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def helping() -> Helping:
    return Helping()


def states(*sign_ups: SignUp) -> list[str]:
    return [SignUp.objects.get(pk=one.pk).state for one in sign_ups]


def told(user: User | None) -> list[str]:
    return list(Message.objects.filter(to=user).order_by("id").values_list("facts__form", flat=True))


def test_sign_up_takes_a_free_place_then_waits(helping: Helping) -> None:
    shift = shift_of(helping.activity(limit=1))
    first, second = sign(shift, volunteer("V1")), sign(shift, volunteer("V2"))
    assert states(first, second) == ["signed", "waiting"] and not first.said_by_leader


def test_withdraw_lets_the_first_who_waits_move_up(helping: Helping) -> None:
    shift = shift_of(helping.activity(limit=1))
    a, b, c = volunteer("V1"), volunteer("V2"), volunteer("V3")
    one, two, three = sign(shift, a), sign(shift, b), sign(shift, c)
    actions.withdraw(one, by=a.user, at=NOW + HOUR)
    assert states(one, two, three) == ["withdrawn", "signed", "waiting"]
    assert SignUp.objects.get(pk=two.pk).moved_up_at == NOW + HOUR and told(b.user) == ["moved_up"] and not told(c.user)


def test_withdraw_after_the_beginning_is_refused(helping: Helping) -> None:
    shift, a = shift_of(helping.activity()), volunteer("V1")
    one = sign(shift, a)
    with pytest.raises(WrongState):
        actions.withdraw(one, by=a.user, at=shift.starts_at)


def test_sign_up_by_another_volunteer_is_refused(helping: Helping) -> None:
    shift, other = shift_of(helping.activity()), volunteer("V2")
    for who in (other.user, helping.other_leader):
        with pytest.raises(NotAllowed):
            actions.sign_up(shift, role=role_of(shift), volunteer=volunteer(f"X{who.pk}"), said_how="phone", by=who, at=NOW)
    with pytest.raises(NotAllowed):
        actions.sign_up(shift, role=role_of(shift), volunteer=other, by=SYSTEM, at=NOW)


def test_sign_up_on_ones_word_is_recorded_and_told(helping: Helping) -> None:
    shift, a = shift_of(helping.activity()), volunteer("V1")
    with pytest.raises(NoWord):
        actions.sign_up(shift, role=role_of(shift), volunteer=a, by=helping.leader, at=NOW)
    one = actions.sign_up(shift, role=role_of(shift), volunteer=a, said_how="phone", by=helping.leader, at=NOW)
    assert one.said_by_leader and one.said_how == "phone" and one.entered_by == helping.leader and told(a.user) == ["said"]
    actions.withdraw(one, said_how="in_person", by=helping.leader, at=NOW)
    assert states(one) == ["withdrawn"] and told(a.user) == ["said", "said_withdrawn"]


def test_sign_up_without_a_telephone_works_on_ones_word(helping: Helping) -> None:
    shift, a = shift_of(helping.activity()), volunteer("V1", with_account=False)
    assert actions.sign_up(shift, role=role_of(shift), volunteer=a, said_how="in_person", by=helping.keeper, at=NOW).state == "signed"


def test_sign_up_twice_or_for_two_places_at_once_is_refused(helping: Helping) -> None:
    shift, a = shift_of(helping.activity()), volunteer("V1")
    meanwhile = shift_of(helping.activity(starts_at=shift.starts_at + HOUR))
    after = shift_of(helping.activity(starts_at=shift.ends_at))
    sign(shift, a)
    for other in (shift, meanwhile):
        with pytest.raises(Busy):
            sign(other, a)
    assert sign(after, a).state == "signed"


def test_a_place_ends_waiting_for_another_of_the_same_time(helping: Helping) -> None:
    full, other = shift_of(helping.activity(limit=1)), shift_of(helping.activity())
    a, b = volunteer("V1"), volunteer("V2")
    first, waits = sign(full, a), sign(full, b)
    sign(other, b)
    assert states(waits) == ["withdrawn"]
    actions.withdraw(first, by=a.user, at=NOW)
    assert states(waits) == ["withdrawn"]


@pytest.mark.parametrize("described", [{"min_age": 40}, {"roles": [{"name": "志愿者", "limit": 2, "min_age": 40}]}])
def test_sign_up_too_young_or_of_unknown_age_is_refused(helping: Helping, described: dict[str, object]) -> None:
    shift = shift_of(helping.activity(**described))
    for who in (volunteer("V1"), volunteer("V2", born=None)):
        with pytest.raises(CannotCome):
            sign(shift, who)


def test_sign_up_untrained_is_refused_where_a_book_knows_the_training(helping: Helping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TRAININGS, "_entries", {})
    shift, a, b = shift_of(helping.activity(training="first_aid")), volunteer("V1"), volunteer("V2")
    assert sign(shift, a).state == "signed"  # nobody keeps trainings: the leader asks on the spot
    monkeypatch.setitem(TRAININGS._entries, "records", TrainingBook(lambda: {"first_aid": "急救"}, lambda ids, key: set()))
    with pytest.raises(CannotCome, match="急救"):
        sign(shift, b)


def test_a_minor_waits_for_two_adults(helping: Helping) -> None:
    shift = shift_of(helping.activity(limit=5))
    child = sign(shift, volunteer("C1", born=2012))
    first = sign(shift, volunteer("V1"))
    assert states(child, first) == ["waiting", "signed"]
    a = volunteer("V2")
    second = sign(shift, a)
    assert states(child, first, second) == ["signed"] * 3
    actions.withdraw(second, by=a.user, at=NOW)
    assert states(child) == ["signed"] and [reasons for _one, reasons in affected(shift)] == [["成年志愿者不足"]]
    assert "adults" in told(helping.leader)


def test_a_minor_cannot_come_to_kinds_closed_to_minors(helping: Helping) -> None:
    helping.kind.theme = "rescue"
    helping.kind.save()
    with pytest.raises(CannotCome, match="未成年人"):
        sign(shift_of(helping.activity()), volunteer("C1", born=2012))


def test_waiting_goes_by_role(helping: Helping) -> None:
    shift = shift_of(helping.activity(roles=[{"name": "引导", "limit": 1}, {"name": "清洁", "limit": 1}]))
    a, b, c = volunteer("V1"), volunteer("V2"), volunteer("V3")
    one, two, three = sign(shift, a, "引导"), sign(shift, b, "引导"), sign(shift, c, "清洁")
    assert states(one, two, three) == ["signed", "waiting", "signed"]
    actions.withdraw(three, by=c.user, at=NOW)
    assert states(two) == ["waiting"]


def test_sign_up_once_the_shift_runs_takes_a_free_place_only(helping: Helping) -> None:
    shift, a = shift_of(helping.activity(limit=1)), volunteer("V1")
    assert sign(shift, a, at=shift.starts_at + HOUR).state == "signed"
    with pytest.raises(Full):
        sign(shift, volunteer("V2"), at=shift.starts_at + HOUR)
    with pytest.raises(WrongState):
        sign(shift, volunteer("V3"), at=shift.ends_at)


def test_sign_up_to_a_draft_is_refused(helping: Helping) -> None:
    with pytest.raises(WrongState):
        sign(shift_of(helping.activity(opened=False)), volunteer("V1"))


def test_remove_sign_up_says_why(helping: Helping) -> None:
    shift, a = shift_of(helping.activity()), volunteer("V1")
    one = sign(shift, a)
    with pytest.raises(Refused):
        actions.remove_sign_up(one, why=" ", by=helping.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.remove_sign_up(one, why="改期", by=helping.other_leader, at=NOW)
    actions.remove_sign_up(one, why="岗位合并", by=helping.leader, at=NOW)
    assert states(one) == ["removed"] and told(a.user) == ["removed"]


def test_remind_tells_once(helping: Helping) -> None:
    shift, a = shift_of(helping.activity()), volunteer("V1")
    sign(shift, a)
    for _n in range(2):
        actions.remind(shift, by=SYSTEM, at=shift.starts_at - DAY)
    assert told(a.user) == ["soon"]
