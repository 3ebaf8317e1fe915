"""Pages, file and API of scorecards: who sees what, and that every number opens its cases."""

from __future__ import annotations

import html
import io
import re

import pytest
from django.test import Client
from openpyxl import load_workbook

from yipanqi.cases.tests.town import MONDAY
from yipanqi.scoring import actions
from yipanqi.scoring.models import Objection, Scorecard, ScorePeriod
from yipanqi.scoring.tests.world import APRIL, ScoredTown

ALL = {"head", "desk", "leader", "auditor"}
UNITS = {"liaison", "chief", "helper", "stranger"}


@pytest.fixture
def town(db: None) -> ScoredTown:
    return ScoredTown()


def client(town: ScoredTown, name: str) -> Client:
    made = Client()
    made.force_login(town.people[name], backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.mark.parametrize("name", sorted(ALL | UNITS | {"inspector", "grid", "admin"}))
def test_drafts_are_for_office_and_leaders_units_see_what_is_published(town: ScoredTown, name: str) -> None:
    page, period = client(town, name), town.opened()
    seen = 200 if name in ALL else 404 if name in UNITS else 403
    assert page.get("/scores/").status_code == (200 if name in ALL | UNITS else 403)
    for state in ("open", "frozen"):
        assert page.get("/scores/2026-03/").status_code == page.get("/scores/2026-03/units/CGJ/").status_code == seen, state
        period = actions.freeze(period, by=town.head, at=APRIL) if state == "open" else actions.publish(period, by=town.head, at=APRIL)
    assert page.get("/scores/2026-03/").status_code == (200 if name in ALL | UNITS else 403)
    own = 200 if name in ALL | {"liaison", "chief"} else 404 if name in UNITS else 403
    assert page.get("/scores/2026-03/units/CGJ/").status_code == page.get("/scores/2026-03/units/CGJ/records/on_time/").status_code == own
    assert page.get("/scores/2026-03/export.xlsx").status_code == (200 if name in ALL else 403)


def test_a_unit_reads_names_and_tiers_of_its_peers_but_no_numbers(town: ScoredTown) -> None:
    town.published()
    text = client(town, "helper").get("/scores/2026-03/").content.decode()
    main = text[text.index("<main") : text.index("怎样计算")]
    assert "城管局" in main and "水务局" in main and "第一档" in main and "甲公司" not in main
    assert "%" not in main and "/units/CGJ/" not in main and "/units/HW/" in main


def test_groups_stand_apart_by_name_and_without_ranks(town: ScoredTown) -> None:
    for n, one in enumerate((town.city, town.clean)):
        one.sort_key = f"{1 - n}"
        one.save()
    town.opened()
    text = client(town, "leader").get("/scores/2026-03/").content.decode()
    assert "暂行结果" in text and text.index("企业</h2>") != text.index("部门</h2>")
    assert text.index(">环卫站</a>") < text.index(">城管局</a>")  # by name, though CGJ is better
    assert not re.search("第[0-9一二三四五六七八九十]+名", text) and "不足 4 个" in text
    assert "先后与得分高低无关" in text and "权重合计不到全部权重一半" in text
    card = client(town, "leader").get("/scores/2026-03/units/CGJ/").content.decode()
    assert "不计入的案件和原因" in card and re.search(r'挂账 <span class="num">\d+ 件</span>', card)
    cells = [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r'<td data-label="不计入的案件和原因">(.*?)</td>', card, re.S)]
    shares = re.findall(r'<td data-label="原始比例" class="num">(—?)', card)
    assert len(cells) == len(shares) == 5 and "没有" in cells and "—" in shares
    assert all(share == "—" for cell, share in zip(cells, shares, strict=True) if cell == "—"), "nothing is said to count where there is nothing"
    assert "liaison" not in text and "inspector" not in text


def test_every_cell_opens_the_cases_behind_it(town: ScoredTown) -> None:
    period = town.opened()
    page = client(town, "head")
    text = page.get("/scores/2026-03/units/CGJ/").content.decode()
    live = re.findall(r'href="(/figures/[^"]+)"', text)
    assert len(live) >= 8 and all(page.get(address.replace("&amp;", "&")).status_code == 200 for address in live)
    actions.publish(actions.freeze(period, by=town.head, at=APRIL), by=town.head, at=APRIL)
    page = client(town, "liaison")
    text = page.get("/scores/2026-03/units/CGJ/").content.decode()
    kept = sorted(set(re.findall(r'href="(/scores/2026-03/units/CGJ/records/[^"]+)"', text)))
    assert len(kept) >= 8
    for address in kept:
        answer = page.get(address.replace("&amp;", "&")).content.decode()
        assert 'href="/cases/T-' in answer or "没有案件" in answer, address
    late = page.get("/scores/2026-03/units/CGJ/records/on_time/?part=all").content.decode()
    assert all(case.number in late for case in town.bad) and "只计入分母" in late
    assert page.get("/scores/2026-03/units/CGJ/records/speed/").status_code == page.get("/scores/2026-03/units/CGJ/records/on_time/?part=x").status_code == 404
    assert page.get("/scores/2026-03/units/NN/").status_code == page.get("/scores/2099-01/").status_code == 404


def test_unit_objects_office_rules_card_changes(town: ScoredTown) -> None:
    town.frozen()
    head = client(town, "head")
    assert head.post("/scores/2026-03/publish/").status_code == 302
    Scorecard.objects.filter(current=True).first()
    ScorePeriod.objects.update(objections_until="2999-01-01")
    unit = client(town, "liaison")
    number = town.bad[0].number
    form = unit.get(f"/scores/2026-03/units/CGJ/object/?measure=on_time&case={number}").content.decode()
    assert number in form
    assert unit.post("/scores/2026-03/units/CGJ/object/", {"measure": "on_time", "cases": "T-0", "reason": "x"}).status_code == 422
    assert client(town, "chief").get("/scores/2026-03/units/HW/object/").status_code == 404
    assert head.get("/scores/2026-03/units/CGJ/object/").status_code == 403
    sent = unit.post("/scores/2026-03/units/CGJ/object/", {"measure": "on_time", "cases": f"{number}，{town.bad[1].number}", "reason": "停水期间无法清洗"})
    objection = Objection.objects.get()
    assert sent.status_code == 302 and sent["Location"] == f"/scores/objections/{objection.uuid}/"
    assert client(town, "helper").get(f"/scores/objections/{objection.uuid}/").status_code == 404
    address = f"/scores/objections/{objection.uuid}"
    assert "申诉成立</button>" not in unit.get(f"{address}/").content.decode()
    assert unit.post(f"{address}/uphold_objection/", {"ruling": "x", "cases": [number]}).status_code == 403
    desk = client(town, "desk")
    assert "申诉成立</button>" in desk.get(f"{address}/").content.decode() and "停水" in desk.get("/scores/objections/").content.decode()
    assert desk.post(f"{address}/uphold_objection/", {"ruling": "", "cases": [number]}).status_code == 422
    assert desk.post(f"{address}/uphold_objection/", {"ruling": "属实", "more": "T-0"}).status_code == 422
    assert desk.post(f"{address}/uphold_objection/", {"ruling": "属实", "cases": [number]}).status_code == 302
    text = unit.get("/scores/2026-03/units/CGJ/").content.decode()
    assert "申诉成立" in text and "第 2 版" in text and "?revision=1" in text
    assert "这是旧的一版" in unit.get("/scores/2026-03/units/CGJ/?revision=1").content.decode()
    assert unit.post(f"{address}/withdraw/").status_code == 302 and Objection.objects.get().state == "upheld"


def test_head_opens_freezes_takes_back_and_publishes(town: ScoredTown) -> None:
    head = client(town, "head")
    assert "还没有考核周期" in head.get("/scores/").content.decode()
    assert head.post("/scores/open/", {"kind": "month", "day": "2999-01-05"}).status_code == 422
    assert head.post("/scores/open/", {"kind": "month", "day": "x"}).status_code == 422
    assert head.post("/scores/open/", {"kind": "month", "day": "2026-03-05"})["Location"] == "/scores/2026-03/"
    assert client(town, "desk").post("/scores/2026-03/freeze/").status_code == 403
    for verb, state in (("freeze", "frozen"), ("reopen", "open"), ("freeze", "frozen"), ("publish", "published"), ("reopen", "published")):
        assert head.post(f"/scores/2026-03/{verb}/", {"reason": "漏计"}).status_code == 302
        assert ScorePeriod.objects.get().state == state, verb


def test_export_holds_every_number_and_no_order_of_merit(town: ScoredTown) -> None:
    town.published()
    answer = client(town, "leader").get("/scores/2026-03/export.xlsx")
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)  # type: ignore[union-attr]
    by = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert by["城管局"]["按期整改率 分子"] == 20 and by["城管局"]["整改率 未计入"] == "不予受理 1；挂账 1" and by["甲公司"]["综合得分"] is None
    assert len(by) == 7 and by["部门2"]["群众满意率 修正%"] is None


def test_api_reads_periods_cards_and_records(town: ScoredTown) -> None:
    town.published()
    actions.open_period(None, kind="year", day=MONDAY.date(), by=town.head, at=MONDAY)
    page = client(town, "leader")
    assert [one["code"] for one in page.get("/api/v1/score-periods?kind=month").json()["items"]] == ["2026-03"]
    assert page.get("/api/v1/score-periods/2026").json()["weights"]["on_time"] == 0.3
    live = page.get("/api/v1/score-periods/2026/cards?limit=2&count=true").json()
    assert live["count"] == 7 and live["items"][0]["provisional"] is True and live["next"] == live["items"][1]["unit"]
    one = page.get("/api/v1/score-periods/2026-03/cards/CGJ").json()
    assert (one["measures"]["on_time"]["numerator"], one["measures"]["on_time"]["denominator"], one["provisional"]) == (20, 22, False)
    assert one["measures"]["satisfaction"]["value"] is None and one["low"] <= one["score"] <= one["high"]
    kept = page.get("/api/v1/score-periods/2026-03/cards/CGJ/records?measure=on_time&limit=500").json()["items"]
    assert {(r["case"], r["part"]) for r in kept} >= {(case.number, "no") for case in town.bad}
    unit = client(town, "liaison")
    assert [one["unit"] for one in unit.get("/api/v1/score-periods/2026-03/cards").json()["items"]] == ["CGJ"]
    assert unit.get("/api/v1/score-periods/2026-03/cards/HW").status_code == unit.get("/api/v1/score-periods/2026").status_code == 404
    assert client(town, "inspector").get("/api/v1/score-periods").status_code == 403
    assert {one["unit"] for one in client(town, "client").get("/api/v1/score-periods/2026-03/cards").json()["items"]} >= {"CGJ", "HW"}
