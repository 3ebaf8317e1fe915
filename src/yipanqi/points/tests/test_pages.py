"""Points on their pages and in the API; and that nothing is left of them where the city does not use them."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.api import now
from yipanqi.kernel.models import IdempotencyKey
from yipanqi.kernel.navigation import NAVIGATION
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging.models import Message
from yipanqi.messaging.selectors import kinds_with_ways, visible_to
from yipanqi.points import actions, telling, urls
from yipanqi.points.entries import _centre, _own, _public
from yipanqi.points.models import Account, Entry, Reward, Rule, Shop, Voucher
from yipanqi.points.tests.world import Savings, balanced, moment
from yipanqi.sheets import SHEETS
from yipanqi.sheets.engine import run_import
from yipanqi.volunteers.catalogue import ERASURES, KEPT, LOCKS_FIRST, MERGES

JSON = "application/json"


@pytest.fixture
def savings(db: None) -> Savings:
    return Savings()


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def ago(savings: Savings, name: str, hours: int) -> None:
    """Hours credited a little while ago by today's clock."""
    savings.earn(name, hours, day=(now() - moment()).days - 3)


def code_of(page: str) -> str:
    found = re.search(r"data-code>([A-Z0-9-]+)<", page)
    assert found
    return found.group(1)


def test_a_volunteer_shows_a_code_and_somebody_else_hands_over(savings: Savings) -> None:
    ago(savings, "ann", 7)
    ann, clerk = signed_in(savings.ann), signed_in(savings.clerk)
    page = ann.get("/points/").content.decode()
    assert "data-balance>7<" in page and "服务时长" in page
    assert "洗衣液" in ann.get("/points/rewards/").content.decode() and "施行中" in ann.get("/points/rules/").content.decode()
    assert ann.post("/points/code/", {"reward": str(savings.soap.uuid), "n": "9"}).status_code == 422
    shown = ann.post("/points/code/", {"reward": str(savings.soap.uuid), "n": "2"})
    code = code_of(shown.content.decode())
    assert shown.headers["Cache-Control"] == "no-store" and "<svg" in shown.content.decode() and "撤回" in ann.get("/points/").content.decode()
    assert "兑换码不对" in clerk.post("/points/counter/", {"code": "XXXX-XXXX"}).content.decode()
    refused = signed_in(savings.other_clerk).post("/points/counter/", {"code": code})
    assert refused.status_code == 422 and "由兑换点的工作人员办理" in refused.content.decode()
    looked = clerk.post("/points/counter/", {"code": code.lower()}).content.decode()
    assert "洗衣液" in looked and "a**" in looked and "交付并扣分" in looked and Entry.objects.filter(kind="redeem").count() == 0
    done = clerk.post("/points/counter/", {"code": code, "hand_over": "1"}, follow=True)
    assert "已兑换：洗衣液 × 2，扣 6 分" in done.content.decode() and savings.points("ann") == 1 and balanced()
    assert "兑换码不对" in clerk.post("/points/counter/", {"code": code, "hand_over": "1"}).content.decode()


def test_codes_are_tried_only_so_often_right_or_wrong(savings: Savings) -> None:
    keep_policy("points.codes_per_hour", 5, by="test", at=moment())
    keep_policy("points.claims_per_hour", 2, by="test", at=moment())
    clerk = signed_in(savings.clerk)
    answers = [clerk.post("/points/counter/", {"code": "AAAA-AAAA"}).content.decode() for _n in range(6)]
    assert "太多" in answers[5] and "太多" not in answers[4]
    assert signed_in(savings.clerk).post("/api/v1/points/counter/look", {"code": "AAAA"}, content_type=JSON).status_code == 429
    ann = signed_in(savings.ann)
    claims = [ann.post("/points/reports/", {"code": "ABC"}).content.decode() for _n in range(3)]
    assert "没有这个查询码" in claims[1] and "太多" in claims[2]


def test_withdraw_give_and_give_to_a_fund(savings: Savings) -> None:
    ago(savings, "ann", 9)
    ann = signed_in(savings.ann)
    ann.post("/points/code/", {"reward": str(savings.soap.uuid), "n": "1"})
    voucher = Voucher.objects.get()
    ann.post(f"/points/code/{voucher.uuid}/withdraw/")
    assert "不能撤回兑换码" in ann.post(f"/points/code/{voucher.uuid}/withdraw/", follow=True).content.decode()
    bob = savings.volunteers["bob"]
    assert ann.post("/points/give/", {"number": bob.number, "name": "别人", "points": "2"}).status_code == 422
    assert ann.post("/points/give/", {"number": bob.number, "name": "bob", "points": "2"}).status_code == 302
    assert ann.get("/points/give/fund/").status_code == 200
    assert ann.post("/points/give/fund/", {"fund": "AX", "points": "3"}).status_code == 302
    assert (savings.points("ann"), savings.points("bob"), Account.objects.get(fund=savings.fund).balance) == (4, 2, 300)
    assert signed_in(savings.bob).post(f"/points/code/{voucher.uuid}/withdraw/").status_code == 404


def test_the_shop_keeps_its_rewards(savings: Savings) -> None:
    clerk, centre = signed_in(savings.clerk), signed_in(savings.centre)
    assert "新华社区兑换点" in clerk.get("/points/shops/").content.decode() and "新华社区兑换点" not in signed_in(savings.other_clerk).get("/points/shops/").content.decode().split('id="content"')[1]
    assert clerk.get("/points/shops/new/").status_code == 403 and clerk.get("/points/shops/at/DH1/edit/").status_code == 403
    assert centre.post("/points/shops/new/", {"code": "DH2", "name": "爱心超市", "unit": "ZX"}).status_code == 302
    assert centre.post("/points/shops/new/", {"code": "DH2", "name": "爱心超市", "unit": "ZX"}).status_code == 422
    assert centre.post("/points/shops/at/DH2/edit/", {"name": "爱心超市二店", "unit": "ZX"}).status_code == 302
    assert Shop.objects.get(code="DH2").name == "爱心超市二店" and centre.get("/points/shops/at/DH2/edit/").status_code == 200
    assert clerk.post("/points/shops/at/DH1/rewards/new/", {"name": "理发一次", "cost": "5", "stock": "20"}).status_code == 302
    made = Reward.objects.get(name="理发一次")
    assert clerk.post(f"/points/rewards/{made.uuid}/stock_reward/", {"change": "-30", "why": "x"}).status_code == 422
    assert clerk.post(f"/points/rewards/{made.uuid}/stock_reward/", {"change": "-3", "why": "停业"}).status_code == 302
    assert clerk.post(f"/points/rewards/{made.uuid}/change_reward/", {"name": "理发", "cost": "6"}).status_code == 302
    assert clerk.get(f"/points/rewards/{made.uuid}/nonsense/").status_code == 404 and clerk.get("/points/shops/at/DH1/").status_code == 200
    made.refresh_from_db()
    assert (made.name, made.cost, made.stock, made.offered) == ("理发", 6, 17, False)
    assert signed_in(savings.other_clerk).get(f"/points/rewards/{made.uuid}/stock_reward/").status_code == 404


def test_the_books_are_kept_and_nobody_is_ranked(savings: Savings) -> None:
    ago(savings, "ann", 9)
    ago(savings, "bob", 3)
    ann_account = savings.account("ann")
    centre = signed_in(savings.centre)
    page = centre.get("/points/books/").content.decode()
    assert "服务时长" in page and savings.volunteers["ann"].number in page and centre.get("/points/books/?kind=redeem").status_code == 200
    assert centre.get("/points/accounts/", {"number": savings.volunteers["ann"].number}).headers["Location"] == f"/points/accounts/{ann_account.uuid}/"
    assert "没有这个编号" in centre.get("/points/accounts/", {"number": "nobody"}, follow=True).content.decode()
    assert centre.get(f"/points/accounts/{ann_account.uuid}/").status_code == 200
    gift = actions.give(ann_account, to=savings.account("bob"), points=2, by=savings.ann, at=now())
    assert "冲正" in centre.get(f"/points/entries/{gift.uuid}/").content.decode()
    assert centre.post(f"/points/entries/{gift.uuid}/reverse/", {"why": ""}).status_code == 422
    assert centre.post(f"/points/entries/{gift.uuid}/reverse/", {"why": "转错了人"}).status_code == 302
    assert "已冲正" in centre.get(f"/points/entries/{gift.uuid}/").content.decode() and balanced()
    assert centre.post(f"/points/entries/{gift.uuid}/reverse/", {"why": "再来"}).status_code == 422
    auditor = signed_in(savings.auditor)
    assert auditor.get("/points/books/").status_code == 200 and auditor.post(f"/points/entries/{gift.uuid}/reverse/", {"why": "x"}).status_code == 403
    rows = list(openpyxl.load_workbook(io.BytesIO(auditor.get("/points/books.xlsx").content)).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 1 + 2 * Entry.objects.count() and sum(float(row[5]) for row in rows[1:]) == 0
    paths = [str(one.pattern) for one in urls.urlpatterns]
    assert "accounts/" in paths and centre.get("/points/accounts/").status_code == 302, "an account is looked up by number: there is no list of them"
    for client in (centre, auditor):
        assert client.get("/api/v1/points").status_code == 403


def test_debts_are_let_off_on_the_accounts_page(savings: Savings) -> None:
    done = savings.earn("ann", 4)
    actions.redeem(savings.shows("ann"), by=savings.clerk, at=moment())
    done.state = "void"
    done.save()
    actions.correct_hours(None, attendance=done.pk, by=SYSTEM, at=moment(1))
    account = savings.account("ann")
    centre = signed_in(savings.centre)
    assert "免除待抵扣" in centre.get(f"/points/accounts/{account.uuid}/").content.decode() and "待抵扣 3 分" in signed_in(savings.ann).get("/points/").content.decode()
    assert "请写明原因" in centre.post(f"/points/accounts/{account.uuid}/forgive/", {"why": ""}, follow=True).content.decode()
    centre.post(f"/points/accounts/{account.uuid}/forgive/", {"why": "误记"})
    assert savings.account("ann").debt == 0


def test_funds_and_rules_on_their_pages(savings: Savings) -> None:
    ago(savings, "ann", 9)
    actions.give_to_fund(savings.account("ann"), fund=savings.fund, points=5, by=savings.ann, at=now())
    centre = signed_in(savings.centre)
    assert "助学基金" in centre.get("/points/funds/").content.decode()
    assert centre.post("/points/funds/new/", {"code": "AX2", "name": "敬老基金", "purpose": "慰问老人"}).status_code == 302
    assert centre.post("/points/funds/AX2/edit/", {"name": "敬老基金", "purpose": "慰问高龄老人"}).status_code == 302
    assert centre.post("/points/funds/AX/use/", {"points": "9", "why": "购书"}).status_code == 422
    assert centre.post("/points/funds/AX/use/", {"points": "4", "why": "购书"}).status_code == 302
    terms = {"starts_on": "2999-01-01", "per_hour": "1.5", "step": "60", "report": "1", "reports_a_month": "5", "cap": "0", "months": "12", "coefficients": "care 1.2"}
    assert centre.get("/points/rules/new/").status_code == 200
    for wrong in ("care", "nope 1", "care x"):
        assert centre.post("/points/rules/new/", terms | {"coefficients": wrong}).status_code == 422
    assert centre.post("/points/rules/new/", terms).status_code == 302
    assert "将施行" in centre.get("/points/rules/").content.decode() and "care 1.2" in centre.get("/points/rules/2999-01-01/edit/").content.decode()
    assert centre.post("/points/rules/2999-01-01/edit/", terms | {"cap": "100"}).status_code == 302 and Rule.objects.get(cap=100)
    centre.post("/points/rules/2999-01-01/drop/")
    assert "已经施行" in centre.post("/points/rules/2025-01-01/drop/", follow=True).content.decode() and Rule.objects.count() == 1
    for path in ("/points/rules/new/", "/points/funds/new/"):
        assert signed_in(savings.ann).get(path).status_code == 403


def test_api_answers_as_the_pages_do(savings: Savings) -> None:
    ago(savings, "ann", 12)
    ann, clerk, centre = signed_in(savings.ann), signed_in(savings.clerk), signed_in(savings.centre)
    told = ann.get("/api/v1/points").json()
    assert told["balance"] == 12 and told["owed"] == 0
    assert ann.get("/api/v1/points/statement?count=true").json()["count"] == 1 and ann.get("/api/v1/points/rules").json()[0]["per_hour"] == 1
    offered = ann.get("/api/v1/points/rewards").json()
    assert offered[0]["name"] == "洗衣液"
    answer = ann.post("/api/v1/points/codes", {"reward": offered[0]["uuid"], "n": 1}, content_type=JSON, headers={"Idempotency-Key": "k1"})
    code = answer.json()["code"]
    assert answer.status_code == 201 and not any(code in bytes(row.body).decode() for row in IdempotencyKey.objects.all())
    assert clerk.post("/api/v1/points/counter/look", {"code": code}, content_type=JSON).json()["holder"] == "a**"
    redeemed = clerk.post("/api/v1/points/counter/redeem", {"code": code}, content_type=JSON).json()
    assert sum(line["points"] for line in redeemed["lines"]) == 0
    assert clerk.post("/api/v1/points/counter/redeem", {"code": code}, content_type=JSON).status_code == 422
    bob = savings.volunteers["bob"]
    assert ann.post("/api/v1/points/gifts", {"number": bob.number, "name": "x", "points": 1}, content_type=JSON).status_code == 422
    assert ann.post("/api/v1/points/gifts", {"number": bob.number, "name": "bob", "points": 1}, content_type=JSON).json()["points"] == -1
    assert ann.post("/api/v1/points/gifts-to-funds", {"fund": "AX", "points": 1}, content_type=JSON).status_code == 201
    assert ann.post("/api/v1/points/gifts-to-funds", {"fund": "NO", "points": 1}, content_type=JSON).status_code == 422
    assert ann.post("/api/v1/points/reports", {"code": "NOPE"}, content_type=JSON).status_code == 422
    assert ann.post("/api/v1/points/codes", {"reward": str(bob.uuid)}, content_type=JSON).status_code == 422
    listed = centre.get("/api/v1/points/entries?kind=redeem").json()["items"]
    assert [row["uuid"] for row in listed] == [redeemed["uuid"]] and listed[0]["lines"][0]["holder"]
    back = centre.post(f"/api/v1/points/entries/{redeemed['uuid']}/moves/reverse", {"why": "退回", "back_in_stock": True}, content_type=JSON).json()
    assert back["reverses"] == redeemed["uuid"] and Reward.objects.get().stock == 10 and balanced()
    assert ann.get("/api/v1/points/entries").status_code == 403
    assert centre.post(f"/api/v1/points/entries/{bob.uuid}/moves/reverse", {"why": "x"}, content_type=JSON).status_code == 404


def test_figures_of_points_add_up_and_open_their_records(savings: Savings) -> None:
    ago(savings, "ann", 12)
    entry = actions.redeem(savings.shows("ann", day=(now() - moment()).days), by=savings.clerk, at=moment((now() - moment()).days, 9, 1))
    actions.give_to_fund(savings.account("ann"), fund=savings.fund, points=2, by=savings.ann, at=now())
    year, at = Period.this_year(timezone.localdate()), now()
    value = lambda key, **scope: FIGURES[f"points.{key}"].value(year, Scope(**scope), at).value  # noqa: E731
    assert (value("earned"), value("redeemed"), value("redemptions"), value("to_funds"), value("expired"), value("held"), value("stock")) == (12, 3, 1, 2, 0, 7, 9)
    assert value("redeemed", unit="ZXS") == 3 and value("redeemed", unit="ZX") == 0 and value("held", user=savings.clerk) == 0 and value("earned", area="620200") == 0
    assert [line.value.value for line in FIGURES["points.redeemed"].breakdown("shop", year, Scope(), at)] == [3]
    for key in ("earned", "redeemed", "redemptions", "to_funds", "held", "stock"):
        figure = FIGURES[f"points.{key}"]
        assert figure.records(year, Scope(), as_of=at).count() == figure.value(year, Scope(), at).n
        assert signed_in(savings.centre).get(f"/figures/points.{key}/").status_code == 200
    actions.reverse(entry, why="退回", by=savings.centre, at=at)
    assert value("redeemed") == 0 and value("held") == 10


def test_rewards_are_imported_and_exported(savings: Savings) -> None:
    sheet = SHEETS["rewards"]
    text = "兑换点编码,物品或服务,所需积分,库存\nDH1,洗衣液,4,8\nDH1,大米,9,5\nDH9,油,1,1\n"
    report = run_import(sheet, io.BytesIO(text.encode()), partial=True, dry_run=False, by=savings.centre, at=moment())
    assert (report.created, report.updated, len(report.rejected)) == (1, 1, 1)
    assert {(row["name"], row["cost"], row["stock"]) for row in sheet.rows(savings.centre)} == {("洗衣液", 4, 8), ("大米", 9, 5)}
    again = run_import(sheet, io.BytesIO("兑换点编码,物品或服务,所需积分,库存\nDH1,大米,9,5\n".encode()), partial=True, dry_run=False, by=savings.centre, at=moment())
    assert again.unchanged == 1


def test_what_is_kept_moved_and_erased_with_a_volunteer(savings: Savings) -> None:
    savings.earn("ann", 4)
    savings.earn("bob", 1)
    ann, bob = savings.volunteers["ann"], savings.volunteers["bob"]
    assert [row[-1] for row in KEPT["points"].rows(ann)] == ["4"] and list(KEPT["points.reports"].rows(ann)) == []
    LOCKS_FIRST["points"]([ann.pk, bob.pk])
    MERGES["points"](ann, bob, moment(1))
    assert savings.points("ann") == 5
    ERASURES["points"](ann, moment(2))
    assert savings.points("ann") == 0 and balanced()


def test_panels_say_what_there_is(savings: Savings) -> None:
    ago(savings, "ann", 4)
    assert _own(savings.ann, now())["points"] == 4 and _own(savings.bob, now())["points"] == 0 and _own(savings.clerk, now()) is None  # type: ignore[index]
    assert _centre(savings.centre, now()) and _centre(savings.clerk, now()) is None
    assert _public(savings.clerk, now())["shops"][0] == savings.shop  # type: ignore[index]


def test_switched_off_nothing_of_points_is_left_and_what_was_earned_is_kept(savings: Savings) -> None:
    ago(savings, "ann", 7)
    gift = actions.give(savings.account("ann"), to=savings.account("bob"), points=2, by=savings.ann, at=now())
    telling.of_entry(str(gift.uuid), by=SYSTEM, at=now())
    assert visible_to(savings.bob).count() == 1 and any(key == "points.entry" for key, *_rest in kinds_with_ways(savings.bob))
    keep_policy("points.enabled", False, by="test", at=now())
    for user in (savings.ann, savings.clerk, savings.centre, savings.auditor):
        client = signed_in(user)
        for pattern in urls.urlpatterns:
            path = re.sub(r"<uuid:uuid>", str(gift.uuid), f"/points/{pattern.pattern}")
            path = re.sub(r"<points_day:day>", "2025-01-01", re.sub(r"<str:\w+>", "DH1", path))
            assert client.get(path).status_code in (404, 405) and client.post(path).status_code in (404, 405), path
        for path in ("/api/v1/points", "/api/v1/points/statement", "/api/v1/points/rules", "/api/v1/points/rewards", "/api/v1/points/entries"):
            assert client.get(path).status_code == 404
        assert not [entry for entry in NAVIGATION.for_user(user) if entry.route.startswith("points:")]
        assert _own(user, now()) is None and _centre(user, now()) is None and _public(user, now()) is None
    centre = signed_in(savings.centre)
    listed = {row["key"] for row in centre.get("/api/v1/figures?limit=500").json()["items"]}
    assert not [key for key in listed if key.startswith("points.")] and "rosters.turns" in listed
    assert centre.get("/api/v1/figures/points.earned").status_code == 404 and centre.get("/figures/points.earned/").status_code == 404
    assert "发放积分" not in centre.get("/figures/?theme=helping").content.decode()
    assert not visible_to(savings.bob).exists() and Message.objects.filter(kind="points.entry").count() == 1
    assert not any(key == "points.entry" for key, *_rest in kinds_with_ways(savings.bob))
    assert not savings.centre.has_perm(SHEETS["rewards"].permission) and not savings.auditor.has_perm(SHEETS["rewards"].reading)
    assert [row[-1] for row in KEPT["points"].rows(savings.volunteers["ann"])] == ["7", "-2"]
    keep_policy("points.enabled", True, by="test", at=now())
    assert "data-balance>5<" in signed_in(savings.ann).get("/points/").content.decode()


def test_lists_ask_no_more_for_more_entries(savings: Savings, django_assert_max_num_queries: Any) -> None:
    for _n in range(6):
        ago(savings, "ann", 1)
    centre = signed_in(savings.centre)
    centre.get("/points/books/")
    with django_assert_max_num_queries(26):
        centre.get("/points/books/")
    with django_assert_max_num_queries(14):
        assert len(centre.get("/api/v1/points/entries").json()["items"]) == 6
    ann = signed_in(savings.ann)
    with django_assert_max_num_queries(26):
        ann.get("/points/")
