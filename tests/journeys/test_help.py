"""From the menu to the rating, as a resident, a station, the centre and teams live it; also for somebody without a telephone of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.kernel import journal
from yipanqi.messaging.models import Message
from yipanqi.services import jobs
from yipanqi.services.models import Complaint, Offer, Request
from yipanqi.services.tests.parish import Parish

pytestmark = pytest.mark.django_db


@pytest.fixture
def parish() -> Parish:
    made = Parish()
    Offer.objects.update(from_on=timezone.localdate() - dt.timedelta(days=1))
    return made


def at(user: Any = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def wanted(parish: Parish, **more: Any) -> dict[str, Any]:
    day = timezone.localdate() + dt.timedelta(days=2)
    return {"wished_from": day, "area": parish.xinhua.code, "address": "新华路3号楼", "contact_name": "王奶奶", "contact_phone": "13912345678", "people": 1, "text": "老人卧床"} | more


def report() -> dict[str, Any]:
    end = timezone.localtime()
    return {"started_at": f"{end - dt.timedelta(hours=1):%Y-%m-%dT%H:%M}", "ended_at": f"{end:%Y-%m-%dT%H:%M}", "helpers": 2, "served": 1, "text": "理了发", "lines": "理发 1 人次"}


def test_a_resident_orders_from_the_menu_and_the_second_team_comes(parish: Parish) -> None:
    """Nobody signs in to order; the first team is busy, the next is asked by itself, comes, reports, is rated and replies."""
    resident, centre, first, second = at(), at(parish.centre), at(parish.leader), at(parish.other_leader)
    assert "上门理发" in resident.get("/services/").content.decode()
    sent = resident.post("/services/menu/LF-01/", wanted(parish))
    code = sent["Location"].rstrip("/").rsplit("/", 1)[-1]
    order = Request.objects.get(code=code)
    moves = f"/services/orders/{order.number}/moves/"
    assert Message.objects.filter(to=parish.station, kind="services.asked").exists()

    centre.post("/services/dispatch/propose/")
    page = centre.get("/services/dispatch/").content.decode()
    assert "新华理发队" in page and "相距约" in page
    proposal = page.split('name="proposal" value="')[1].split('"')[0]
    centre.post("/services/dispatch/accept/", {"proposal": proposal, "all": "1"})
    assert Message.objects.filter(to=parish.leader, kind="services.sent").exists()

    assert "老人卧床" not in first.get(f"/services/orders/{order.number}/").content.decode()
    first.post(f"{moves}refuse/", {"reason": "队员都排满了"})
    assert first.get(f"/services/orders/{order.number}/").status_code == 404
    assert order.number in second.get("/services/lead/").content.decode()
    second.post(f"{moves}accept/", {})
    assert "会电话与您联系" in resident.get(f"/services/track/{code}/").content.decode()
    assert "13912345678" in second.post(f"/services/orders/{order.number}/contact/").content.decode()
    second.post(f"{moves}report_service/", report())

    page = resident.get(f"/services/track/{code}/").content.decode()
    assert "理了发" in page and "理发 1 人次" in page
    assert second.post(f"/services/track/{code}/rate/", {"rating": 5}).status_code == 403
    resident.post(f"/services/track/{code}/rate/", {"rating": 4, "note": "很细心"})
    second.post(f"{moves}reply_to_rating/", {"text": "谢谢"})
    assert "谢谢" in resident.get(f"/services/track/{code}/").content.decode()

    order.refresh_from_db()
    told = [(row.team.code, row.state, row.how) for row in order.dispatches.all()]
    assert told == [("T1", "refused", "proposal"), ("T2", "accepted", "next")]
    assert (order.state, order.rating, order.team) == ("closed", 4, parish.far)
    while journal.seal(timezone.now()):
        pass
    assert journal.verify() is None


def test_somebody_without_a_telephone_is_served_through_the_station(parish: Parish) -> None:
    """Ordered at the station's desk, nobody answers in time, the next team comes; the rating is told to the station, a complaint
    by telephone to the desk."""
    station, desk, centre = at(parish.station), at(parish.desk), at(parish.centre)
    station.post("/services/orders/enter/", wanted(parish, item="LF-01", wished_until=timezone.localdate() + dt.timedelta(days=40)))
    order = Request.objects.get(source="station")
    moves = f"/services/orders/{order.number}/moves/"
    centre.post(f"{moves}dispatch/", {"party": "team:T1"})
    jobs.move_on(order.dispatches.get().due_at)
    assert [(row.team.code, row.state) for row in order.dispatches.all()] == [("T1", "lapsed"), ("T2", "waiting")]
    second = at(parish.other_leader)
    second.post(f"{moves}accept/", {})
    second.post(f"{moves}report_service/", report())
    station.post(f"{moves}rate/", {"rating": 2, "note": "来晚了"})
    order.refresh_from_db()
    assert (order.state, order.rating, order.entered_by) == ("closed", 2, parish.station)
    found = desk.get("/services/orders/?phone=139 1234 5678").content.decode()
    assert order.number in found
    at().post(f"/services/track/{order.code}/complain/", {"text": "晚了一小时"})
    complaint = Complaint.objects.get()
    assert second.get(f"/services/complaints/{complaint.uuid}/").status_code == 403
    desk.post(f"/services/complaints/{complaint.uuid}/", {"text": "已提醒队伍"})
    assert "已提醒队伍" in at().get(f"/services/track/{order.code}/").content.decode()


def test_a_community_books_a_named_lecturer(parish: Parish) -> None:
    """The same loop with lecturers: 10+N, the pool, a lecture for sixty people that may be shown in public."""
    centre, talker = at(parish.centre), at(parish.talker)
    parish.talk.kind = "lecture"
    parish.talk.save()
    centre.post("/services/pool/add/", {"code": "L1", "name": "李讲师", "team": "T3", "about": "创新理论", "agreed": "on"})
    talker.post("/services/offers/add/", {"party": "team:T3", "item": "XJ-01", "lecturer": "L1", "from_on": timezone.localdate(), "capacity": 80})
    page = at().get("/services/lecturers/").content.decode()
    offer = Offer.objects.get(lecturer__code="L1")
    assert f"?offer={offer.code}" in page
    at().post(f"/services/menu/XJ-01/?offer={offer.code}", wanted(parish, offer=offer.code, people=60, asker="新华社区", address=""))
    order = Request.objects.get(item__code="XJ-01")
    assert (order.offer, order.private, order.asker) == (offer, False, "新华社区")
    centre.post("/services/dispatch/propose/")
    line = centre.get("/services/dispatch/").content.decode()
    assert "点单人指定" in line and "百姓宣讲团" in line
