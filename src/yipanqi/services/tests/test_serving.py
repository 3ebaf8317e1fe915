"""From acceptance to the end: activity, report, rating, complaint, contact; every action works, minds the state and who does it."""

from __future__ import annotations

import datetime as dt

import pytest

from yipanqi.activities.models import Activity
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.messaging.models import Message
from yipanqi.services import actions, jobs, selectors
from yipanqi.services.models import Request, ServiceLine
from yipanqi.services.tests.parish import HOLDER, NOW, Parish, hours

LATE = dt.timedelta(days=200)


def told(user: object) -> list[tuple[str, str]]:
    return list(Message.objects.filter(to=user).order_by("id").values_list("kind", "facts__form"))


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
