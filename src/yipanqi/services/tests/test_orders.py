"""An order from asking to its end: every action works, minds the state, and minds who does it."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection

from yipanqi.activities.models import Activity
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.messaging.models import Message
from yipanqi.services import actions, jobs, selectors
from yipanqi.services.models import Request, ServiceLine
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
    assert Request.objects.get(phone_hash=actions.ordering.phone_hash("13912345678")) == made
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
    with pytest.raises(Refused):
        actions.accept(sent, meet_at=hours(-1), by=parish.leader, at=NOW)
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


def activity(parish: Parish, **facts: object) -> Activity:
    given = {"code": "A1", "title": "理发日", "kind": parish.haircut, "level": "station", "team": parish.near, "starts_at": NOW, "ends_at": hours(2), "created_at": NOW} | facts
    return Activity.objects.create(**given)


def test_join_activity_takes_one_of_the_party(parish: Parish) -> None:
    accepted = parish.accepted()
    for wrong in (activity(parish, team=parish.far), activity(parish, code="A2", state="cancelled")):
        with pytest.raises(Refused):
            actions.join_activity(accepted, activity=wrong, by=parish.leader, at=NOW)
    mine = activity(parish, code="A3")
    with pytest.raises(NotAllowed):
        actions.join_activity(accepted, activity=mine, by=parish.other_leader, at=NOW)
    assert actions.join_activity(accepted, activity=mine, by=parish.leader, at=NOW).activity == mine
    with pytest.raises(NotAllowed):
        actions.join_activity(parish.asked(), activity=mine, by=parish.leader, at=NOW)


def test_report_service_tells_quantities(parish: Parish) -> None:
    accepted = parish.accepted()
    with pytest.raises(NotAllowed):
        actions.report_service(accepted, **parish.report(), by=parish.centre, at=NOW)
    done = actions.report_service(accepted, **parish.report(), by=parish.leader, at=NOW)
    assert (done.state, done.served_at, done.service.served) == ("served", NOW - dt.timedelta(minutes=10), 1)
    assert [str(q) for q in ServiceLine.objects.values_list("quantity", flat=True)] == ["1.00"]
    with pytest.raises(WrongState):
        actions.report_service(done, **parish.report(), by=parish.leader, at=NOW)


@pytest.mark.parametrize(("facts", "field"), [
    ({"ended_at": hours(1)}, "ended_at"), ({"started_at": NOW}, "ended_at"), ({"started_at": hours(-30)}, "ended_at"), ({"helpers": 0}, "helpers"),
    ({"served": -1}, "served"), ({"text": " "}, "text"), ({"lines": [("理发", 0, "人次")]}, "lines"), ({"lines": [("理发", "很多", "人次")]}, "lines"),
    ({"lines": [("", 1, "人次")]}, "lines"), ({"lines": [("理发", 1, "人次")] * 21}, "lines"),
])  # fmt: skip
def test_report_service_refuses_what_cannot_be(parish: Parish, facts: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.report_service(parish.accepted(), **parish.report() | facts, by=parish.leader, at=NOW)
    assert refused.value.field == field


def test_four_orders_end_with_the_report(parish: Parish) -> None:
    parish.rule("rate", False)
    done = parish.served()
    assert (done.state, done.ended_at) == ("closed", NOW)
    with pytest.raises(Refused, match="不开展"):
        actions.rate(done, rating=5, by=HOLDER, at=NOW)


def test_rate_is_the_served_ones_alone(parish: Parish) -> None:
    served = parish.served()
    with pytest.raises(NotAllowed, match="不能代替"):
        actions.rate(served, rating=5, by=parish.leader, at=NOW)
    with pytest.raises(Refused):
        actions.rate(served, rating=6, by=HOLDER, at=NOW)
    rated = actions.rate(served, rating=4, note="很细心", by=HOLDER, at=hours(1))
    assert (rated.state, rated.rating, rated.ended_at) == ("closed", 4, hours(1))
    assert told(parish.leader)[-1][0] == "services.rated"
    with pytest.raises(Conflict):
        actions.rate(rated, rating=1, by=HOLDER, at=NOW)
    with pytest.raises(WrongState):
        actions.rate(parish.accepted(), rating=1, by=HOLDER, at=NOW)


def test_rate_by_telephone_through_the_station_but_not_if_it_served(parish: Parish) -> None:
    assert actions.rate(parish.served(), rating=5, by=parish.station, at=NOW).rating == 5
    actions.add_offer(parish.post, item=parish.item, by=parish.station, at=NOW)
    own = actions.accept(actions.dispatch(parish.asked(), party=parish.post, by=parish.centre, at=NOW), by=parish.station, at=NOW)
    own = actions.report_service(own, **parish.report(), by=parish.station, at=NOW)
    with pytest.raises(NotAllowed):
        actions.rate(own, rating=5, by=parish.station, at=NOW)
    assert actions.rate(own, rating=5, by=parish.centre, at=NOW).rating == 5


def test_reply_to_rating_once(parish: Parish) -> None:
    rated = actions.rate(parish.served(), rating=2, by=HOLDER, at=NOW)
    with pytest.raises(NotAllowed):
        actions.reply_to_rating(rated, text="对不起", by=parish.other_leader, at=NOW)
    with pytest.raises(Refused):
        actions.reply_to_rating(rated, text=" ", by=parish.leader, at=NOW)
    replied = actions.reply_to_rating(rated, text="对不起，下次提前打电话", by=parish.leader, at=NOW)
    with pytest.raises(Conflict):
        actions.reply_to_rating(replied, text="再说", by=parish.leader, at=NOW)
    with pytest.raises(WrongState):
        actions.reply_to_rating(parish.served(), text="早了", by=parish.leader, at=NOW)


def test_close_unrated_when_time_is_over(parish: Parish) -> None:
    served = parish.served()
    with pytest.raises(NotAllowed):
        actions.close_unrated(served, by=parish.centre, at=NOW)
    jobs.move_on(NOW + dt.timedelta(days=14))
    assert Request.objects.get().state == "served"
    jobs.move_on(NOW + dt.timedelta(days=16))
    closed = Request.objects.get()
    assert (closed.state, closed.rating) == ("closed", None)
    with pytest.raises(WrongState):
        actions.close_unrated(closed, by=SYSTEM, at=NOW)
    assert actions.rate(closed, rating=3, by=HOLDER, at=NOW + dt.timedelta(days=17)).rating == 3


def test_complain_goes_to_centre_and_desk_and_is_answered_by_them(parish: Parish) -> None:
    served = parish.served()
    with pytest.raises(NotAllowed):
        actions.complain(served, text="没来", by=parish.leader, at=NOW)
    with pytest.raises(Refused):
        actions.complain(served, text="", by=HOLDER, at=NOW)
    made = actions.complain(served, text="收了钱", by=HOLDER, at=NOW)
    assert ("services.complained", "") in told(parish.desk)
    assert "services.complained" not in dict(told(parish.leader))
    with pytest.raises(Conflict):
        actions.complain(served, text="再说一遍", by=HOLDER, at=NOW)
    assert list(selectors.complaints_visible_to(parish.centre)) == [made]
    assert not selectors.complaints_visible_to(parish.leader).exists()
    for stranger in (parish.leader, parish.station, HOLDER):
        with pytest.raises(NotAllowed):
            actions.answer_complaint(made, text="已退", by=stranger, at=NOW)
    with pytest.raises(Refused):
        actions.answer_complaint(made, text=" ", by=parish.desk, at=NOW)
    answered = actions.answer_complaint(made, text="已核实并退还", by=parish.desk, at=hours(1))
    with pytest.raises(WrongState):
        actions.answer_complaint(answered, text="再答", by=parish.desk, at=NOW)
    assert actions.complain(served, text="还没退", by=Visitor(), at=hours(2)).state == "waiting"


def test_reveal_contact_leaves_a_trace_and_is_for_those_who_help(parish: Parish) -> None:
    sent = parish.sent()
    for stranger in (parish.leader, parish.other_station, parish.auditor, HOLDER):
        with pytest.raises(NotAllowed):
            actions.reveal_contact(sent, by=stranger, at=NOW)
    accepted = actions.accept(sent, by=parish.leader, at=NOW)
    contact = actions.reveal_contact(accepted, by=parish.leader, at=NOW)
    assert (contact.name, contact.phone, contact.address) == ("王奶奶", "139 1234 5678", "新华路3号楼2单元")
    assert JournalEntry.objects.filter(action="services.reveal_contact").count() == 1


def test_erase_contacts_six_months_after_the_end(parish: Parish) -> None:
    ended = actions.rate(parish.served(), rating=5, by=HOLDER, at=NOW)
    parish.asked()
    jobs.erase_contacts(NOW + dt.timedelta(days=100))
    ended.refresh_from_db()
    assert ended.contact_name == "王奶奶"
    jobs.erase_contacts(NOW + LATE)
    ended.refresh_from_db()
    assert (ended.contact_name, ended.contact_phone, ended.phone_hash, ended.address, ended.text) == ("", "", "", "", "")
    assert Request.objects.exclude(contact_name="").count() == 1
    with pytest.raises(Conflict):
        actions.reveal_contact(ended, by=parish.centre, at=NOW + LATE)
    with pytest.raises(NotAllowed):
        actions.erase_contacts(None, requests=[ended], by=parish.centre, at=NOW)
