"""An order from asking to its end: every action works, minds the state, and minds who does it."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.messaging.models import Message
from yipanqi.services import actions, jobs, selectors
from yipanqi.services.models import Request
from yipanqi.services.tests.parish import HOLDER, NOW, TODAY, Parish, hours

LATE = dt.timedelta(days=200)


def told(user: object) -> list[tuple[str, str]]:
    return list(Message.objects.filter(to=user).order_by("id").values_list("kind", "facts__form"))


def test_ask_is_open_to_anyone_and_followed_by_its_code(parish: Parish) -> None:
    made = parish.asked()
    assert (made.state, made.source, made.private, made.kind, made.station) == ("open", "online", True, parish.haircut, parish.post)
    assert made.number == "D2026-000001"
    assert selectors.code_known(f" {made.code.lower()[:4]}-{made.code[4:]} ") == made
    assert selectors.code_known("") is None
    assert told(parish.station) == [("services.asked", "open")]


def test_ask_keeps_who_it_is_for_encrypted_and_out_of_the_journal(parish: Parish) -> None:
    made = parish.asked()
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, contact_phone, address FROM services_request")
        stored = " ".join(cursor.fetchone())
    kept = str(list(JournalEntry.objects.values_list("payload", flat=True))) if hasattr(JournalEntry, "payload") else str(list(JournalEntry.objects.values()))
    for text in ("王奶奶", "1234 5678", "新华路", "卧床"):
        assert text not in stored
        assert text not in kept
    assert Request.objects.get(phone_hash=selectors.phone_hash("13912345678")) == made
    assert made.masked_contact == "王** 139******5678"


@pytest.mark.parametrize(("facts", "field"), [
    ({"contact_phone": ""}, "contact_phone"), ({"contact_phone": "找我儿子"}, "contact_phone"), ({"address": " "}, "address"),
    ({"wished_from": TODAY - dt.timedelta(days=3), "wished_until": TODAY - dt.timedelta(days=1)}, "wished_until"),
    ({"wished_until": TODAY - dt.timedelta(days=1)}, "wished_until"), ({"wished_until": TODAY + dt.timedelta(days=400)}, "wished_until"),
    ({"wished_part": "night"}, "wished_part"), ({"people": 0}, "people"), ({"item": None}, "item"), ({"lon": 200.0, "lat": 1.0}, "lon"),
    ({"text": "字" * 3000, "item": None, "kind": 1}, "text"),
])  # fmt: skip
def test_ask_refuses_what_cannot_be(parish: Parish, facts: dict[str, object], field: str) -> None:
    if facts.get("kind"):
        facts = facts | {"kind": parish.haircut}
    with pytest.raises(Refused) as refused:
        parish.asked(**facts)
    assert refused.value.field == field
    assert not Request.objects.exists()


def test_ask_for_what_left_the_menu_is_refused(parish: Parish) -> None:
    actions.end_offer(parish.near_offer, by=parish.leader, at=NOW)
    with pytest.raises(Refused, match="停止"):
        parish.asked(offer=parish.near_offer)
    actions.retire_item(parish.item, by=parish.centre, at=NOW)
    parish.item.refresh_from_db()
    with pytest.raises(Refused, match="下架"):
        parish.asked()


def test_ask_for_something_not_on_the_menu_says_what_it_is(parish: Parish) -> None:
    made = parish.asked(item=None, kind=parish.haircut, text="给瘫痪老人剪指甲", address="")
    assert (made.item, made.kind, made.state) == (None, parish.haircut, "open")
    with pytest.raises(Refused) as refused:
        parish.asked(item=None, kind=parish.haircut, text=" ")
    assert refused.value.field == "text"


def test_ask_sent_twice_makes_one_order(parish: Parish) -> None:
    attempt = uuid4()
    assert parish.asked(attempt=attempt) == parish.asked(attempt=attempt)
    assert Request.objects.count() == 1


def test_ask_by_proxy_is_for_stations_the_centre_and_the_desk(parish: Parish) -> None:
    by_station = actions.ask_by_proxy(None, by=parish.station, at=NOW, **parish.facts())
    by_phone = actions.ask_by_proxy(None, phoned=True, by=parish.desk, at=NOW, **parish.facts())
    assert [(r.source, r.entered_by) for r in (by_station, by_phone)] == [("station", parish.station), ("phone", parish.desk)]
    for stranger in (parish.leader, parish.auditor, HOLDER):
        with pytest.raises(NotAllowed):
            actions.ask_by_proxy(None, by=stranger, at=NOW, **parish.facts())


def test_make_order_comes_first_where_the_city_wants_it(parish: Parish) -> None:
    parish.rule("make_orders", True)
    asked = parish.asked()
    assert asked.state == "asked"
    with pytest.raises(WrongState):
        actions.dispatch(asked, party=parish.near, by=parish.centre, at=NOW)
    with pytest.raises(NotAllowed):
        actions.make_order(asked, plan="两人上门", by=parish.other_station, at=NOW)
    with pytest.raises(Refused):
        actions.make_order(asked, plan=" ", by=parish.station, at=NOW)
    made = actions.make_order(asked, plan="两人上门，自带工具", by=parish.station, at=NOW)
    assert (made.state, made.plan) == ("open", "两人上门，自带工具")
    with pytest.raises(WrongState):
        actions.make_order(made, plan="再来", by=parish.centre, at=NOW)


def test_make_order_puts_free_words_onto_the_menu(parish: Parish) -> None:
    parish.rule("make_orders", True)
    asked = parish.asked(item=None, kind=parish.lecturing, text="剪头发")
    made = actions.make_order(asked, plan="上门理发", item=parish.item, by=parish.centre, at=NOW)
    assert (made.item, made.kind, made.private) == (parish.item, parish.haircut, True)


def test_decline_tells_the_asker_why(parish: Parish) -> None:
    asked = parish.asked()
    with pytest.raises(NotAllowed):
        actions.decline(asked, reason="不属于", by=parish.leader, at=NOW)
    with pytest.raises(Refused):
        actions.decline(asked, reason="", by=parish.station, at=NOW)
    declined = actions.decline(asked, reason="请找物业维修", by=parish.station, at=hours(1))
    assert (declined.state, declined.ended_why, declined.ended_at) == ("declined", "请找物业维修", hours(1))
    with pytest.raises(WrongState):
        actions.decline(declined, reason="再来", by=parish.station, at=NOW)


def test_cancel_by_the_holder_of_the_code_tells_the_party(parish: Parish) -> None:
    accepted = parish.accepted()
    with pytest.raises(NotAllowed, match="不能代替"):
        actions.cancel(accepted, by=parish.leader, at=NOW)
    cancelled = actions.cancel(accepted, reason="家人来了", by=HOLDER, at=hours(1))
    assert cancelled.state == "cancelled"
    assert told(parish.leader)[-1] == ("services.changed", "cancelled")
    with pytest.raises(WrongState):
        actions.cancel(cancelled, by=HOLDER, at=NOW)


def test_cancel_while_a_party_thinks_takes_the_question_back(parish: Parish) -> None:
    sent = parish.sent()
    actions.cancel(sent, by=parish.station, at=NOW)
    assert list(sent.dispatches.values_list("state", flat=True)) == ["recalled"]
    with pytest.raises(NotAllowed):
        actions.accept(sent, by=parish.leader, at=NOW)


def test_accept_is_for_the_leader_of_the_team_that_was_asked(parish: Parish) -> None:
    sent = parish.sent()
    for stranger in (parish.other_leader, parish.centre, parish.station, HOLDER, SYSTEM):
        with pytest.raises(NotAllowed):
            actions.accept(sent, by=stranger, at=NOW)
    for never in (hours(-1), hours(24 * 400)):
        with pytest.raises(Refused):
            actions.accept(sent, meet_at=never, by=parish.leader, at=NOW)
    accepted = actions.accept(sent, meet_at=hours(30), by=parish.leader, at=hours(1))
    assert (accepted.state, accepted.team, accepted.meet_at) == ("accepted", parish.near, hours(30))
    with pytest.raises(NotAllowed):
        actions.accept(accepted, by=parish.leader, at=NOW)


def test_a_station_serves_by_itself_too(parish: Parish) -> None:
    actions.add_offer(parish.post, item=parish.item, by=parish.station, at=NOW)
    sent = actions.dispatch(parish.asked(), party=parish.post, by=parish.centre, at=NOW)
    with pytest.raises(NotAllowed):
        actions.accept(sent, by=parish.other_station, at=NOW)
    accepted = actions.accept(sent, by=parish.station, at=NOW)
    assert (accepted.team, accepted.host, accepted.party) == (None, parish.post, parish.post)


def test_refuse_with_a_reason_goes_to_the_next_best_at_once(parish: Parish) -> None:
    sent = parish.sent()
    with pytest.raises(Refused):
        actions.refuse(sent, reason=" ", by=parish.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.refuse(sent, reason="没空", by=parish.other_leader, at=NOW)
    moved = actions.refuse(sent, reason="剪刀坏了", by=parish.leader, at=hours(1))
    assert moved.state == "sent"
    rows = moved.dispatches.values_list("team__code", "state", "how", "reason")
    assert list(rows) == [("T1", "refused", "hand", "剪刀坏了"), ("T2", "waiting", "next", "")]
    assert told(parish.other_leader)[-1][0] == "services.sent"
    back = actions.refuse(moved, reason="太远", by=parish.other_leader, at=hours(2))
    assert back.state == "open"
    assert ("services.returned", "") in told(parish.centre)
    with pytest.raises(NotAllowed):
        actions.refuse(back, reason="再来", by=parish.leader, at=NOW)


def test_refuse_where_the_next_choice_is_a_persons(parish: Parish) -> None:
    parish.rule("next_choice", False)
    assert actions.refuse(parish.sent(), reason="没空", by=parish.leader, at=NOW).state == "open"


def test_lapse_after_the_working_time_given_goes_to_the_next(parish: Parish) -> None:
    sent = parish.sent()
    due = selectors.waiting_dispatch(sent).due_at
    assert due == hours(25)  # five and a half working hours are left on Wednesday at ten, the other two and a half on Thursday morning
    with pytest.raises(Conflict):
        actions.lapse(sent, by=SYSTEM, at=due - dt.timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        actions.lapse(sent, by=parish.centre, at=due)
    jobs.move_on(due - dt.timedelta(seconds=1))
    assert Request.objects.get().dispatches.count() == 1
    jobs.move_on(due)
    jobs.move_on(due)
    assert list(sent.dispatches.values_list("team__code", "state")) == [("T1", "lapsed"), ("T2", "waiting")]
    jobs.move_on(due + dt.timedelta(days=20))
    assert Request.objects.get().state in ("open", "unmet")


def test_turns_end_where_the_centre_said(parish: Parish) -> None:
    parish.rule("most_turns", 1)
    assert actions.refuse(parish.sent(), reason="没空", by=parish.leader, at=NOW).state == "open"


def test_give_back_after_acceptance_goes_to_the_next(parish: Parish) -> None:
    accepted = parish.accepted()
    with pytest.raises(NotAllowed):
        actions.give_back(accepted, reason="病了", by=parish.other_leader, at=NOW)
    with pytest.raises(Refused):
        actions.give_back(accepted, reason="", by=parish.leader, at=NOW)
    moved = actions.give_back(accepted, reason="队员病了", by=parish.leader, at=NOW)
    assert (moved.state, moved.team, moved.accepted_at) == ("sent", None, None)
    assert list(moved.dispatches.values_list("team__code", "state")) == [("T1", "given_back"), ("T2", "waiting")]
    with pytest.raises(NotAllowed):
        actions.give_back(moved, reason="再来", by=parish.leader, at=NOW)


def test_recall_frees_the_order_for_another(parish: Parish) -> None:
    accepted = parish.accepted()
    with pytest.raises(NotAllowed):
        actions.recall(accepted, by=parish.station, at=NOW)
    free = actions.recall(accepted, reason="另派", by=parish.centre, at=NOW)
    assert (free.state, free.team) == ("open", None)
    assert told(parish.leader)[-1] == ("services.changed", "recalled")
    again = actions.dispatch(free, party=parish.far, by=parish.centre, at=NOW)
    assert again.state == "sent"
    assert actions.recall(again, by=parish.centre, at=NOW).state == "open"
    with pytest.raises(WrongState):
        actions.recall(free, by=parish.centre, at=NOW)


def test_dispatch_by_hand_is_the_centres_and_only_to_who_exists(parish: Parish) -> None:
    asked = parish.asked()
    with pytest.raises(NotAllowed):
        actions.dispatch(asked, party=parish.near, by=parish.station, at=NOW)
    parish.far.ended_on = TODAY
    parish.far.save()
    with pytest.raises(Refused):
        actions.dispatch(asked, party=parish.far, by=parish.centre, at=NOW)
    sent = actions.dispatch(asked, party=parish.near, by=parish.centre, at=NOW)
    assert sent.dispatches.get().why["fit"] == "item"
    with pytest.raises(WrongState):
        actions.dispatch(sent, party=parish.talk, by=parish.centre, at=NOW)


def test_grab_is_a_policy_and_first_come_first_served(parish: Parish) -> None:
    asked = parish.asked(item=parish.lecture, address="")
    parish.offer(parish.talk, parish.lecture)
    with pytest.raises(Refused, match="不参加抢单"):
        actions.grab(asked, party=parish.talk, by=parish.talker, at=NOW)
    parish.rule("grab", True)
    with pytest.raises(NotAllowed):
        actions.grab(asked, party=parish.talk, by=parish.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.grab(asked, party=parish.talk, by=parish.auditor, at=NOW)
    with pytest.raises(Refused, match="没有登记"):
        actions.grab(asked, party=parish.near, by=parish.leader, at=NOW)
    grabbed = actions.grab(asked, party=parish.talk, by=parish.talker, at=NOW)
    assert (grabbed.state, grabbed.team, grabbed.dispatches.get().how) == ("accepted", parish.talk, "grab")
    with pytest.raises(WrongState):
        actions.grab(grabbed, party=parish.talk, by=parish.talker, at=NOW)


def test_grab_leaves_help_of_a_personal_kind_alone(parish: Parish) -> None:
    parish.rule("grab", True)
    with pytest.raises(Refused, match="不参加抢单"):
        actions.grab(parish.asked(), party=parish.near, by=parish.leader, at=NOW)


def test_give_up_says_why_and_counts_as_unmet(parish: Parish) -> None:
    asked = parish.asked()
    with pytest.raises(NotAllowed):
        actions.give_up(asked, reason="没有队伍", by=parish.station, at=NOW)
    with pytest.raises(Refused):
        actions.give_up(asked, reason="", by=parish.centre, at=NOW)
    unmet = actions.give_up(asked, reason="没有队伍能做", by=parish.centre, at=NOW)
    assert (unmet.state, unmet.ended_why) == ("unmet", "没有队伍能做")
    with pytest.raises(WrongState):
        actions.give_up(unmet, reason="再来", by=parish.centre, at=NOW)


def test_wishes_gone_by_are_unmet_and_the_asker_can_read_why(parish: Parish) -> None:
    asked = parish.asked()
    jobs.move_on(NOW + dt.timedelta(days=5))
    assert Request.objects.get().state == "open"
    jobs.move_on(NOW + dt.timedelta(days=6))
    asked.refresh_from_db()
    assert asked.state == "unmet"
    assert "希望的时间" in asked.ended_why
