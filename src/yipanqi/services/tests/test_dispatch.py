"""A round of dispatch as the database tells it: who is able, why, what is proposed and taken up."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.stamps import one_look
from yipanqi.services import actions, selectors
from yipanqi.services.matching import NOBODY
from yipanqi.services.models import Dispatch, Request
from yipanqi.services.selectors import field_of
from yipanqi.services.tests.parish import HOLDER, NOW, TODAY, Parish, hours
from yipanqi.services.words import costs, reasons
from yipanqi.volunteers.models import Membership


def codes(parish: Parish, request: Request) -> list[str]:
    """Who could serve it, best first."""
    return [party.code for party, _why in selectors.parties_for(request, TODAY)]


def test_the_near_team_comes_first_and_says_why(parish: Parish) -> None:
    (first, why), (second, _why) = selectors.parties_for(parish.asked(), TODAY)
    assert (first, second) == (parish.near, parish.far)
    assert why[0] == "供单里有这个项目"
    assert why[1].startswith("相距约 0.")
    assert why[2] == "希望的 15 个半天里有 15 个有空"
    assert why[3] == "手上 0 单，还能接 3 单"
    assert "近 90 天接了 0 单" in why[4]


def test_who_is_named_comes_alone_and_others_only_when_they_cannot(parish: Parish) -> None:
    asked = parish.asked(offer=parish.far_offer)
    assert codes(parish, asked) == ["T2"]
    sent = actions.dispatch(asked, party=parish.far, by=parish.centre, at=NOW)
    moved = actions.refuse(sent, reason="没空", by=parish.other_leader, at=NOW)
    assert selectors.waiting_dispatch(moved).party == parish.near


def test_able_is_who_has_the_dish_the_kind_or_is_registered_for_it(parish: Parish) -> None:
    asked = parish.asked()
    for offer in (parish.near_offer, parish.far_offer):
        actions.end_offer(offer, by=parish.centre, at=NOW)
    assert codes(parish, asked) == ["T1", "T2"]
    field = field_of([asked], TODAY)
    assert {field.how[0, n] for n in range(2)} == {"team"}
    parish.near.kinds.clear()
    assert codes(parish, asked) == ["T2"]
    parish.far.area = parish.guannan
    parish.far.save()
    assert codes(parish, asked) == []


def test_offers_bind_where_when_and_for_how_many(parish: Parish) -> None:
    parish.near.kinds.clear()
    parish.far.kinds.clear()
    asked = parish.asked(people=30)
    actions.change_offer(parish.near_offer, area=parish.guannan, by=parish.leader, at=NOW)
    actions.change_offer(parish.far_offer, capacity=10, by=parish.other_leader, at=NOW)
    assert codes(parish, asked) == []
    actions.change_offer(parish.near_offer, area=parish.xinhua, hours={"1": ["morning"]}, by=parish.leader, at=NOW)
    assert codes(parish, asked) == ["T1"]  # from Thursday to Monday there is one Monday morning
    assert field_of([asked], TODAY).why(0, 0)["free"] == 1
    assert codes(parish, parish.asked(people=30, wished_part="evening")) == []
    actions.pause_offer(parish.near_offer, by=parish.leader, at=NOW)
    assert codes(parish, asked) == []


def test_who_is_booked_or_full_is_not_free(parish: Parish) -> None:
    evening = dt.datetime.combine(TODAY + dt.timedelta(days=1), dt.time(19), NOW.tzinfo)
    taken = actions.accept(parish.sent(), meet_at=evening, by=parish.leader, at=NOW)
    only_then = {"wished_from": evening.date(), "wished_until": evening.date(), "wished_part": "evening"}
    assert codes(parish, parish.asked(**only_then)) == ["T2"]
    assert codes(parish, parish.asked()) == ["T1", "T2"]
    parish.rule("room", 1)
    assert codes(parish, parish.asked()) == ["T2"]
    actions.cancel(taken, by=HOLDER, at=NOW)
    assert codes(parish, parish.asked()) == ["T1", "T2"]


def test_who_is_too_far_is_not_asked(parish: Parish) -> None:
    parish.rule("farthest_km", 5)
    assert codes(parish, parish.asked()) == ["T1"]
    parish.rule("farthest_km", 0)
    assert codes(parish, parish.asked()) == ["T1", "T2"]


def test_ratings_and_what_was_taken_lately_count(parish: Parish) -> None:
    for _n in range(4):
        actions.rate(parish.served(), rating=1, by=HOLDER, at=NOW)
    field = field_of([parish.asked()], TODAY)
    why = field.why(0, 0)
    assert (why["rated"], why["rating"], why["lately"]) == (4, 2.3, 4)  # four ones against the weight of three usual fours
    parish.rule("weigh_distance", 0)
    assert codes(parish, parish.asked()) == ["T2", "T1"]


def test_reasons_say_nothing_where_nothing_is_known() -> None:
    assert reasons({}) == []
    assert costs({}) == []
    assert [name for name, _cost in costs({"costs": {"distance": 3, "skill": 1}})] == ["对口", "距离"]


def test_propose_is_the_optimum_and_dispatches_nothing(parish: Parish) -> None:
    asked = [parish.asked() for _n in range(4)] + [parish.asked(area=parish.guannan)]
    for stranger in (parish.station, parish.leader, parish.auditor, HOLDER):
        with pytest.raises(NotAllowed):
            actions.propose(None, by=stranger, at=NOW)
    proposal = actions.propose(None, by=parish.centre, at=NOW)
    assert (proposal.lines.count(), proposal.unassigned) == (5, 0)
    field = field_of(list(Request.objects.order_by("asked_at", "id")), TODAY)
    assert proposal.value == pytest.approx(field.outcome.value)
    assert proposal.lines.get(request=asked[-1]).party == parish.far
    assert not Dispatch.objects.exists()
    assert 0 < proposal.evenness_without <= proposal.evenness <= 1


def test_propose_again_replaces_what_was_not_taken_up(parish: Parish) -> None:
    parish.asked()
    first = actions.propose(None, by=parish.centre, at=NOW)
    second = actions.propose(None, by=parish.centre, at=hours(1))
    assert (first.lines.count(), second.lines.count()) == (0, 1)
    assert selectors.latest_proposal() == second


def test_accept_proposal_whole_one_or_what_is_left(parish: Parish) -> None:
    asked = [parish.asked() for _n in range(3)]
    proposal = actions.propose(None, by=parish.centre, at=NOW)
    with pytest.raises(NotAllowed):
        actions.accept_proposal(proposal, by=parish.leader, at=NOW)
    actions.accept_proposal(proposal, numbers=[asked[0].number], by=parish.centre, at=NOW)
    assert sorted(Request.objects.values_list("state", flat=True)) == ["open", "open", "sent"]
    actions.cancel(asked[1], by=HOLDER, at=NOW)
    actions.accept_proposal(proposal, by=parish.centre, at=NOW)
    assert sorted(Request.objects.values_list("state", flat=True)) == ["cancelled", "sent", "sent"]
    assert set(Dispatch.objects.values_list("how", flat=True)) == {"proposal"}
    with pytest.raises(Refused, match="重新生成"):
        actions.accept_proposal(proposal, by=parish.centre, at=NOW)


def test_accept_proposal_leaves_out_who_is_no_more(parish: Parish) -> None:
    parish.asked()
    proposal = actions.propose(None, by=parish.centre, at=NOW)
    parish.near.ended_on = TODAY
    parish.near.save()
    with pytest.raises(Refused):
        actions.accept_proposal(proposal, by=parish.centre, at=NOW)


def test_a_round_asks_the_same_number_of_statements_for_many_orders(parish: Parish) -> None:
    def asked(number: int) -> int:
        with one_look(), CaptureQueriesContext(connection) as seen:
            field = field_of(list(Request.objects.select_related("offer")[:number]), TODAY)
            assert (field.outcome.chosen != NOBODY).all()
        return len(seen)

    parish.rule("room", 20)
    for _n in range(6):
        parish.asked()
    asked(1)
    assert asked(1) == asked(6)


def test_visible_is_what_concerns_one(parish: Parish) -> None:
    sent, elsewhere = parish.sent(), parish.asked(area=parish.guannan)
    everyone = {sent.number, elsewhere.number}

    def seen(user: object) -> set[str]:
        return set(selectors.visible_to(user).values_list("number", flat=True))

    assert seen(parish.centre) == seen(parish.desk) == seen(parish.auditor) == seen(SYSTEM) == everyone
    assert (seen(parish.station), seen(parish.other_station)) == ({sent.number}, {elsewhere.number})
    assert (seen(parish.leader), seen(parish.other_leader), seen(HOLDER)) == ({sent.number}, set(), set())
    moved = actions.refuse(sent, reason="没空", by=parish.leader, at=NOW)
    assert (seen(parish.leader), seen(parish.other_leader)) == (set(), {moved.number})
    Membership.objects.filter(team=parish.far).update(state="ended", until=dt.date(2020, 1, 2))
    assert seen(parish.other_leader) == set()


@pytest.mark.django_db(transaction=True)
def test_two_leaders_grab_at_once_and_one_gets_it() -> None:
    parish = Parish()
    parish.rule("grab", True)
    asked = actions.ask(None, by=HOLDER, at=NOW, **parish.facts(item=None, kind=parish.haircut, text="理发"))
    ready, said = threading.Barrier(2), []

    def grab(user: object, team: object) -> None:
        ready.wait(20)
        try:
            said.append(actions.grab(asked, party=team, by=user, at=NOW).state)
        except Refused as refusal:
            said.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=grab, args=pair) for pair in ((parish.leader, parish.near), (parish.other_leader, parish.far))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(said) == ["WrongState", "accepted"]
    assert Dispatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_team_accepts_while_the_time_runs_out_and_one_of_both_counts() -> None:
    parish = Parish()
    sent = parish.sent()
    due = selectors.waiting_dispatch(sent).due_at
    ready, said = threading.Barrier(2), []

    def do(what: object, by: object) -> None:
        ready.wait(20)
        try:
            what(sent, by=by, at=due)  # type: ignore[operator]
            said.append("done")
        except Refused as refusal:
            said.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=pair) for pair in ((actions.accept, parish.leader), (actions.lapse, SYSTEM))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert said.count("done") == 1
    sent.refresh_from_db()
    assert (sent.state, sent.team) in (("accepted", parish.near), ("sent", None))
