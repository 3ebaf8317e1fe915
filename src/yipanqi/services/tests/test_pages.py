"""The pages: the menu without an account, the order by its code, the desks of those who work with orders."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from yipanqi.kernel.models import JournalEntry
from yipanqi.services import actions
from yipanqi.services.models import Complaint, Item, Lecturer, Offer, Proposal, Request
from yipanqi.services.tests.parish import HOLDER, Parish
from yipanqi.sheets import SHEETS


def into(user: Any = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def filled(parish: Parish, **more: Any) -> dict[str, Any]:
    """What somebody types on the order page."""
    return {
        "wished_from": timezone.localdate() + dt.timedelta(days=1), "area": parish.xinhua.code, "address": "新华路3号", "contact_name": "王奶奶", "contact_phone": "13912345678",
        "people": 1, "attempt": uuid4(),
    } | more  # fmt: skip


def ordered(parish: Parish, **more: Any) -> Request:
    """An order made on the page."""
    answer = into().post("/services/menu/LF-01/", filled(parish, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Request.objects.order_by("-id")[0]


@pytest.fixture
def now_parish(db: None) -> Parish:
    """Offers that stand today, whenever that is."""
    parish = Parish()
    Offer.objects.update(from_on=timezone.localdate() - dt.timedelta(days=1))
    return parish


def test_menu_is_open_to_everyone_and_narrows(now_parish: Parish) -> None:
    page = into().get("/services/").content.decode()
    assert "上门理发" in page
    assert "2 支队伍能来" in page
    assert "没有找到" in into().get("/services/?q=修电视").content.decode()
    assert "没有找到" in into().get("/services/?theme=lecture").content.decode()
    assert "上门理发" in into().get(f"/services/?form=home&area={now_parish.xinhua.code}").content.decode()


def test_order_is_made_and_followed_without_an_account(now_parish: Parish) -> None:
    client = into()
    page = client.get("/services/menu/LF-01/").content.decode()
    assert "新华理发队" in page and "涉及个人生活" in page
    answer = client.post("/services/menu/LF-01/", filled(now_parish))
    made = Request.objects.get()
    assert answer["Location"] == f"/services/sent/{made.code}/"
    sent = client.get(answer["Location"])
    assert made.code in sent.content.decode()
    assert sent["Cache-Control"] == "private, no-store"
    followed = client.get(f"/services/track/{made.code}/").content.decode()
    assert "正在为您找合适的队伍" in followed
    for private in ("王奶奶", "13912345678", "新华路3号"):
        assert private not in followed
    assert into().get(f"/services/track/?code={made.code.lower()}")["Location"] == f"/services/track/{made.code}/"


def test_order_says_what_is_missing_and_keeps_the_rest(now_parish: Parish) -> None:
    answer = into().post("/services/menu/LF-01/", filled(now_parish, contact_phone="", address=""))
    assert answer.status_code == 422
    assert "王奶奶" in answer.content.decode()
    answer = into().post("/services/menu/LF-01/", filled(now_parish, address=""))
    assert (answer.status_code, "上门服务请填写地址" in answer.content.decode()) == (422, True)
    assert into().get("/services/menu/NOPE/").status_code == 404


def test_order_names_one_who_gives_it(now_parish: Parish) -> None:
    page = into().get(f"/services/menu/LF-01/?offer={now_parish.far_offer.code}").content.decode()
    assert "您点名的是" in page
    assert ordered(now_parish, offer=now_parish.far_offer.code).offer == now_parish.far_offer


def test_free_order(now_parish: Parish) -> None:
    assert into().get("/services/ask/").status_code == 200
    assert into().post("/services/ask/", filled(now_parish)).status_code == 422
    assert into().post("/services/ask/", filled(now_parish, kind="haircut", text="剪指甲", private="on")).status_code == 302
    assert Request.objects.get().private


def test_orders_from_one_address_are_limited(now_parish: Parish) -> None:
    now_parish.rule("orders_per_hour", 2)
    ordered(now_parish)
    ordered(now_parish)
    answer = into().post("/services/menu/LF-01/", filled(now_parish))
    assert answer.status_code == 429
    assert answer["Retry-After"]


def test_wrong_codes_are_told_and_counted(now_parish: Parish) -> None:
    now_parish.rule("wrong_codes_per_hour", 1)
    for path in ("/services/track/WRONG234/", "/services/sent/WRONG234/"):
        assert into().get(path).status_code in (404, 429)
    assert into().post("/services/track/WRONG234/rate/", {"rating": 5}).status_code == 429


def served(parish: Parish) -> Request:
    made = ordered(parish)
    sent = actions.dispatch(made, party=parish.near, by=parish.centre, at=timezone.now())
    accepted = actions.accept(sent, by=parish.leader, at=timezone.now())
    return actions.report_service(accepted, **parish.report(timezone.now()), by=parish.leader, at=timezone.now())  # type: ignore[no-any-return]


def test_rating_and_complaint_by_code(now_parish: Parish) -> None:
    done = served(now_parish)
    track = f"/services/track/{done.code}/"
    assert "data-rate" in into().get(track).content.decode()
    assert into().post(f"{track}rate/", {}).status_code == 422
    assert "data-rate" not in into(now_parish.leader).get(track).content.decode()
    assert into(now_parish.leader).post(f"{track}rate/", {"rating": 5}).status_code == 403
    assert into(now_parish.auditor).post(f"{track}rate/", {"rating": 4, "note": "好"}).status_code == 302
    done.refresh_from_db()
    assert done.rating == 4
    assert JournalEntry.objects.filter(action="services.rate").latest("id").actor.startswith("visitor:")
    assert into().post(f"{track}rate/", {"rating": 5}).status_code == 409
    assert into().post(f"{track}complain/", {"text": "收了钱"}).status_code == 302
    assert "收了钱" in into().get(track).content.decode()
    assert into().post(f"{track}cancel/", {}).status_code == 409


def test_cancel_by_code(now_parish: Parish) -> None:
    made = ordered(now_parish)
    assert into().post(f"/services/track/{made.code}/cancel/", {"reason": "好了"}).status_code == 302
    assert "已经撤销" in into().get(f"/services/track/{made.code}/").content.decode()


def test_lecturers_are_shown_with_what_they_give(now_parish: Parish) -> None:
    someone = Lecturer.objects.create(code="L1", name="李讲师", team=now_parish.talk, about="创新理论", since=dt.date(2026, 1, 1))
    actions.add_offer(now_parish.talk, item=now_parish.lecture, lecturer=someone, by=now_parish.talker, at=timezone.now())
    page = into().get("/services/lecturers/").content.decode()
    assert "李讲师" in page and "点课：<span data-data>党的理论进社区</span>" in page
    assert "没有找到宣讲员" in into().get("/services/lecturers/?q=火箭").content.decode()


def test_desk_lists_and_narrows_by_telephone(now_parish: Parish) -> None:
    made = ordered(now_parish)
    for user in (now_parish.centre, now_parish.station, now_parish.desk, now_parish.auditor):
        assert made.number in into(user).get("/services/orders/").content.decode()
    assert made.number not in into(now_parish.other_station).get("/services/orders/").content.decode()
    assert into(now_parish.leader).get("/services/orders/").status_code == 403
    assert made.number in into(now_parish.desk).get("/services/orders/?phone=139-1234-5678").content.decode()
    for query in ("phone=13800000000", "state=closed", "kind=lecture", "source=phone", f"area={now_parish.guannan.code}"):
        assert made.number not in into(now_parish.desk).get(f"/services/orders/?{query}").content.decode()


def test_the_ledger_leaves_without_anything_about_a_person(now_parish: Parish) -> None:
    made = ordered(now_parish, text="老人卧床")
    answer = into(now_parish.auditor).get("/services/orders.xlsx?state=open")
    told = " ".join(str(cell.value) for line in load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows() for cell in line)
    assert made.number in told and "上门理发" in told
    for private in ("王奶奶", "13912345678", "新华路3号", "卧床", made.code):
        assert private not in told
    assert JournalEntry.objects.filter(action="services.note_export").count() == 1
    assert into(now_parish.leader).get("/services/orders.xlsx").status_code == 403


def test_the_menu_comes_in_by_sheet_and_again_changes_nothing(now_parish: Parish) -> None:
    sheet = SHEETS["menu"]
    row = {"code": "MD-01", "title": "磨刀", "kind": now_parish.haircut, "minutes": 10, "about": None}
    bad = {**row, "code": "MD-02", "title": " "}
    outcomes = sheet.apply_batch([(dict(row), None), (bad, None)], now_parish.centre, timezone.now())
    assert outcomes[0] == "created" and "项目名称" in str(outcomes[1])
    known = sheet.existing(["MD-01"])["MD-01"]
    assert sheet.apply_batch([(dict(row), known), (row | {"title": "磨刀磨剪"}, known)], now_parish.centre, timezone.now()) == ["unchanged", "updated"]
    assert {line["code"] for line in sheet.rows(now_parish.centre)} == {"LF-01", "XJ-01", "MD-01"}


def test_entering_for_somebody_tells_the_code(now_parish: Parish) -> None:
    client = into(now_parish.desk)
    assert client.get("/services/orders/enter/?phone=1").status_code == 200
    assert client.post("/services/orders/enter/", filled(now_parish)).status_code == 422
    answer = client.post("/services/orders/enter/", filled(now_parish, item="LF-01", phoned="on"), follow=True)
    made = Request.objects.get()
    assert made.source == "phone"
    assert made.code in answer.content.decode()
    assert into(now_parish.leader).get("/services/orders/enter/").status_code == 403


def test_contact_is_shown_once_and_journalled(now_parish: Parish) -> None:
    made = ordered(now_parish)
    client = into(now_parish.station)
    page = client.get(f"/services/orders/{made.number}/").content.decode()
    assert "王**" in page and "13912345678" not in page
    answer = client.post(f"/services/orders/{made.number}/contact/")
    assert "13912345678" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert JournalEntry.objects.filter(action="services.reveal_contact").count() == 1
    assert into(now_parish.auditor).post(f"/services/orders/{made.number}/contact/").status_code == 403
    assert into(now_parish.leader).get(f"/services/orders/{made.number}/").status_code == 404


def test_a_team_reads_personal_matters_only_after_accepting(now_parish: Parish) -> None:
    made = ordered(now_parish, text="老人卧床三年")
    actions.dispatch(made, party=now_parish.near, by=now_parish.centre, at=timezone.now())
    client, path = into(now_parish.leader), f"/services/orders/{made.number}/"
    before = client.get(path).content.decode()
    assert "老人卧床三年" not in before and "接单后可以看到" in before
    lead = client.get("/services/lead/").content.decode()
    assert made.number in lead and "老人卧床三年" not in lead
    assert client.post(f"{path}moves/accept/", {}).status_code == 302
    assert "老人卧床三年" in client.get(path).content.decode()


def test_an_activity_for_an_order_begins_with_what_may_be_told_to_everybody(now_parish: Parish) -> None:
    made = ordered(now_parish, text="老人卧床三年")
    actions.dispatch(made, party=now_parish.near, by=now_parish.centre, at=timezone.now())
    client, path = into(now_parish.leader), f"/services/orders/{made.number}/"
    assert "/activities/run/new/" not in client.get(path).content.decode()
    meet = (timezone.localtime() + dt.timedelta(days=2)).replace(second=0, microsecond=0)
    client.post(f"{path}moves/accept/", {"meet_at": f"{meet:%Y-%m-%dT%H:%M}"})
    address = re.search(r'href="(/activities/run/new/[^"]+)"', client.get(path).content.decode())
    assert address
    form = client.get(html.unescape(address[1])).context["form"]
    assert (form["title"].value(), form["holder"].value(), form["starts_at"].value()) == (made.item.title, f"team:{now_parish.near.code}", meet.replace(tzinfo=None))
    assert "王奶奶" not in address[1] and "卧床" not in address[1]
    assert "/activities/run/new/" not in into(now_parish.auditor).get(path).content.decode()
    for odd in ("x", "2026-13-40T99:99", "0001-01-01T00:00", "9999-12-31T23:59"):
        assert client.get("/activities/run/new/", {"starts_at": odd, "holder": "team:?", "kind": "?", "title": "<b>"}).status_code == 200


def test_a_whole_life_by_pages(now_parish: Parish) -> None:
    now_parish.rule("make_orders", True)
    made = ordered(now_parish)
    station, centre, leader = into(now_parish.station), into(now_parish.centre), into(now_parish.leader)
    moves = f"/services/orders/{made.number}/moves/"
    assert station.get(f"{moves}make_order/").status_code == 200
    assert station.post(f"{moves}make_order/", {"plan": ""}).status_code == 422
    assert station.post(f"{moves}make_order/", {"plan": "两人上门"}).status_code == 302
    assert centre.get("/services/dispatch/").status_code == 200
    assert centre.post("/services/dispatch/propose/").status_code == 302
    page = centre.get("/services/dispatch/").content.decode()
    assert "新华理发队" in page and "供单里有这个项目" in page
    proposal = Proposal.objects.get()
    assert centre.post("/services/dispatch/accept/", {"proposal": proposal.uuid, "number": made.number}).status_code == 302
    assert centre.post("/services/dispatch/accept/", {"proposal": uuid4()}, follow=True).content.decode().count("建议已经更新") == 1
    assert leader.get(f"{moves}accept/").status_code == 200
    assert leader.post(f"{moves}accept/", {"meet_at": f"{timezone.localtime() + dt.timedelta(days=2):%Y-%m-%dT%H:%M}"}).status_code == 302
    assert leader.get(f"{moves}join_activity/").status_code == 200
    assert leader.get(f"{moves}report_service/").status_code == 200
    local = timezone.localtime()
    report = {"started_at": f"{local - dt.timedelta(hours=2):%Y-%m-%dT%H:%M}", "ended_at": f"{local - dt.timedelta(hours=1):%Y-%m-%dT%H:%M}", "helpers": 2, "served": 1, "text": "理了发"}
    assert leader.post(f"{moves}report_service/", report | {"lines": "理发1人次"}).status_code == 422
    assert leader.post(f"{moves}report_service/", report | {"lines": "理发 1 人次\n\n剪 指甲 2 次"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, sorted(made.service.lines.values_list("what", flat=True))) == ("served", ["剪 指甲", "理发"])
    assert station.post(f"{moves}rate/", {"rating": 3}).status_code == 302
    assert leader.post(f"{moves}reply_to_rating/", {"text": "会改进"}).status_code == 302
    assert "会改进" in into().get(f"/services/track/{made.code}/").content.decode()
    for user in (now_parish.centre, now_parish.station, now_parish.leader, now_parish.auditor):
        assert into(user).get(f"/services/orders/{made.number}/").status_code == 200
    assert centre.get(f"{moves}lapse/").status_code == 404
    assert centre.post(f"{moves}cancel/", {}).status_code == 302  # told why not on the order's page


def test_by_hand_the_best_stand_first_and_all_others_below(now_parish: Parish) -> None:
    made = ordered(now_parish)
    centre = into(now_parish.centre)
    page = centre.get(f"/services/orders/{made.number}/moves/dispatch/").content.decode()
    assert page.index("team:T1") < page.index("team:T2") < page.index("team:T3")
    assert centre.post(f"/services/orders/{made.number}/moves/dispatch/", {"party": "team:T9"}).status_code == 422
    assert centre.post(f"/services/orders/{made.number}/moves/dispatch/", {"party": "station:P1"}).status_code == 302
    assert made.dispatches.get().station == now_parish.post
    assert into(now_parish.station).post(f"/services/orders/{made.number}/moves/refuse/", {"reason": "没有人手"}).status_code == 302


def test_grabbing_by_page(now_parish: Parish) -> None:
    now_parish.rule("grab", True)
    made = ordered(now_parish)
    Request.objects.update(private=False)
    leader = into(now_parish.leader)
    assert "可以抢的单" in leader.get("/services/lead/").content.decode()
    assert leader.get(f"/services/orders/{made.number}/moves/grab/").status_code == 200
    assert into(now_parish.talker).get(f"/services/orders/{made.number}/moves/grab/").status_code == 404
    assert leader.post(f"/services/orders/{made.number}/moves/grab/", {"party": "team:T1"}).status_code == 302
    made.refresh_from_db()
    assert made.team == now_parish.near


def test_offers_menu_and_pool_by_page(now_parish: Parish) -> None:
    leader, centre = into(now_parish.talker), into(now_parish.centre)
    assert leader.get("/services/offers/add/").status_code == 200
    terms = {"from_on": timezone.localdate(), "hours": ["2-morning", "2-evening"], "capacity": 40}
    assert leader.post("/services/offers/add/", terms | {"party": "team:T1", "item": "XJ-01"}).status_code == 422
    assert leader.post("/services/offers/add/", terms | {"party": "team:T3", "item": "XJ-01"}).status_code == 302
    made = Offer.objects.latest("id")
    assert made.hours == {"2": ["morning", "evening"]}
    assert "周二上午、晚上" in leader.get("/services/offers/").content.decode()
    assert leader.get(f"/services/offers/{made.code}/").status_code == 200
    assert leader.post(f"/services/offers/{made.code}/", terms | {"capacity": -1}).status_code == 422
    assert leader.post(f"/services/offers/{made.code}/", terms | {"capacity": 50}).status_code == 302
    for verb, state in (("pause_offer", "paused"), ("resume_offer", "open"), ("end_offer", "ended"), ("end_offer", "ended")):
        assert leader.post(f"/services/offers/{made.code}/moves/{verb}/").status_code == 302
        made.refresh_from_db()
        assert made.state == state
    assert leader.post(f"/services/offers/{made.code}/moves/fly/").status_code == 404
    assert leader.get(f"/services/offers/{now_parish.near_offer.code}/").status_code == 404
    assert into(now_parish.auditor).get("/services/offers/?state=open").status_code == 200
    assert into(now_parish.auditor).get("/services/offers/add/").status_code == 403
    dish = {"title": "磨刀", "kind": "haircut", "sort": "service", "form": "station", "minutes": 10}
    assert centre.get("/services/items/add/").status_code == 200
    assert centre.post("/services/items/add/", dish | {"code": "LF-01"}).status_code == 422
    assert centre.post("/services/items/add/", dish | {"code": "MD-01"}).status_code == 302
    assert centre.get("/services/items/MD-01/").status_code == 200
    assert centre.post("/services/items/MD-01/", dish | {"title": "磨刀磨剪"}).status_code == 302
    for _n in range(2):
        assert centre.post("/services/items/MD-01/retire/").status_code == 302
    assert Item.objects.get(code="MD-01").retired_on
    assert "磨刀磨剪" in centre.get("/services/items/").content.decode()
    now_parish.talk.kind = "lecture"
    now_parish.talk.save()
    someone = {"code": "L1", "name": "李讲师", "team": "T3"}
    assert centre.get("/services/pool/add/").status_code == 200
    assert centre.post("/services/pool/add/", someone).status_code == 422
    assert centre.post("/services/pool/add/", someone | {"agreed": "on"}).status_code == 302
    assert centre.get("/services/pool/L1/").status_code == 200
    assert centre.post("/services/pool/L1/", someone | {"name": "李老师"}).status_code == 302
    assert "李老师" in centre.get("/services/pool/").content.decode()
    for _n in range(2):
        assert centre.post("/services/pool/L1/remove/").status_code == 302
    assert into(now_parish.station).get("/services/items/").status_code == 403


def test_complaints_by_page(now_parish: Parish) -> None:
    done = served(now_parish)
    actions.complain(done, text="迟到了", by=HOLDER, at=timezone.now())
    row = Complaint.objects.get()
    desk = into(now_parish.desk)
    assert "迟到了" in desk.get("/services/complaints/").content.decode()
    assert desk.get(f"/services/complaints/{row.uuid}/").status_code == 200
    assert "迟到了" in desk.get(f"/services/orders/{done.number}/").content.decode()
    assert "迟到了" not in into(now_parish.leader).get(f"/services/orders/{done.number}/").content.decode()
    assert into(now_parish.auditor).post(f"/services/complaints/{row.uuid}/", {"text": "x"}).status_code == 403
    assert desk.post(f"/services/complaints/{row.uuid}/", {"text": ""}).status_code == 422
    assert desk.post(f"/services/complaints/{row.uuid}/", {"text": "已批评"}).status_code == 302
    assert "迟到了" in desk.get("/services/complaints/?state=answered").content.decode()
    assert into(now_parish.station).get("/services/complaints/").status_code == 403

