"""Many questions at once: the same answers as one by one, what a rule would win, the editor's preview."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from yipanqi.places import actions, selectors
from yipanqi.places.duty_day import NOBODY, DutyDay
from yipanqi.places.duty_gaps import count_open, open_at, uncovered, wins_of
from yipanqi.places.duty_resolution import DutyIndex
from yipanqi.places.models import Duty
from yipanqi.places.tests.test_duty_resolution import BOARD, DAY, KINDS, SPOTS, UNITS, rules

from . import board
from .board import WHO, at

spots = st.tuples(st.floats(-0.5, 4.5), st.floats(-0.5, 2.5))


@settings(max_examples=60, deadline=None)
@given(rules(), st.lists(spots, min_size=1, max_size=8), st.sampled_from(KINDS))
def test_resolve_many_answers_as_one_by_one(found: list[Any], where: list[tuple[float, float]], kind: Any) -> None:
    index = DutyIndex(BOARD, found, UNITS)
    lons, lats = zip(*where, strict=True)
    many = DutyDay(index, DAY).resolve_many(lons, lats, [kind] * len(where))
    single = [index.resolve(spot, None, kind, DAY).unit_id for spot in where]
    assert many.tolist() == [NOBODY if unit is None else unit for unit in single]


@settings(max_examples=60, deadline=None)
@given(rules())
def test_wins_of_a_rule_are_the_pairs_it_answers(found: list[Any]) -> None:
    index = DutyIndex(BOARD, found, UNITS)
    for rule in [rule for rule in found if rule.part == "lead"][:2]:
        wins = wins_of(index, rule, SPOTS, KINDS, DAY)
        truth = [index.resolve(None, spot, kind, DAY) for spot in SPOTS for kind in KINDS]
        assert wins.won == sum(one.rule is rule for one in truth) == wins.taken_from.total()


@settings(max_examples=30, deadline=None)
@given(rules())
def test_count_open_counts_the_pairs(found: list[Any]) -> None:
    index = DutyIndex(BOARD, found, UNITS)
    gaps = list(uncovered(index, SPOTS, KINDS, DAY))
    counted = count_open(list(open_at(index, SPOTS, KINDS, DAY)))
    assert counted.total() == len(gaps) and {kind for kind, _hole in counted} == {gap.issue_class for gap in gaps}


def test_resolve_many_of_nothing_is_nothing() -> None:
    assert len(DutyDay(DutyIndex(BOARD, [], UNITS), DAY).resolve_many([], [], [])) == 0


@pytest.fixture
def city(db: None) -> Any:
    board.areas()
    board.issue_class("K1"), board.issue_class("K2")
    return board.place()


def test_resolve_many_reads_the_stored_board(city: Any) -> None:
    unit, other = board.unit("U1"), board.unit("U2")
    kind = board.issue_class("K3")
    actions.add_duty(None, unit=unit, area=city.area, starts_on=DAY, **WHO)
    lons, lats = np.array([city.lon, 90.0]), np.array([city.lat, 30.0])
    assert selectors.resolve_many(lons, lats, [kind, kind], DAY).tolist() == [unit.pk, NOBODY]
    actions.add_duty(None, unit=other, area=city.area, issue_class=kind, starts_on=DAY, **WHO)
    assert selectors.resolve_many(lons, lats, [kind, kind], DAY).tolist() == [other.pk, NOBODY]
    assert selectors.resolve_many(lons, lats, [kind, kind], DAY - dt.timedelta(days=1)).tolist() == [NOBODY, NOBODY]


def previewed(client: Client, **changed: str) -> str:
    data = {"kind": "area", "target": "620200001001", "issue_class": "", "unit": "U1", "part": "lead", "starts_on": "2026-03-02"} | changed
    answer = client.get("/places/duties/preview/", data)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_editor_previews_what_a_duty_wins(city: Any) -> None:
    board.unit("U1"), board.unit("U2")
    actions.add_duty(None, unit=board.Unit.objects.get(code="U2"), place=city, issue_class=board.IssueClass.objects.get(key="K1"), starts_on=DAY, **WHO)
    client = Client()
    client.force_login(board.user("desk"))
    words = previewed(client)
    assert '<strong class="num">1</strong>' in words and "单位U2" in words and "无人负责" in words
    assert "不起作用" in previewed(client, issue_class="K1")
    assert '<strong class="num">1</strong>' in previewed(client, kind="place", target="PK001", issue_class="K1")
    assert '<strong class="num">1</strong>' in previewed(client, kind="class", target="", issue_class="K2")
    assert "没有在用的点位" in previewed(client, target="620200002002")
    assert "不影响主办" in previewed(client, part="support")
    assert "要指明问题类别" in previewed(client, kind="class", target="")
    assert "没有责任对象" in previewed(client, target="哪里")
    assert "填好对象" in previewed(client, unit="none")
    stranger = Client()
    stranger.force_login(board.user("liaison"))
    assert stranger.get("/places/duties/preview/").status_code == 403


def test_a_duty_is_corrected_on_screen(city: Any) -> None:
    board.unit("U1"), board.unit("U2")
    duty = actions.add_duty(None, unit=board.Unit.objects.get(code="U2"), place=city, starts_on=DAY, **WHO)
    client = Client()
    client.force_login(board.user("desk"))
    address = f"/places/duties/{duty.code}/edit/"
    initial = client.get(address).context["form"].initial
    assert (initial["kind"], initial["target"], initial["unit"], initial["issue_class"]) == ("place", "PK001", "U2", "")
    data = {"kind": "class", "target": "", "issue_class": "K1", "unit": "U1", "part": "lead", "starts_on": "2026-03-02"}
    assert client.post(address, data | {"issue_class": ""}).status_code == 422
    assert client.post(address, data).status_code == 302
    row = Duty.objects.get()
    assert (row.place, row.issue_class.key, row.unit.code) == (None, "K1", "U1")  # type: ignore[union-attr]
    assert "由 单位U1 主办" in client.get(f"/places/duties/{duty.code}/preview/", data).content.decode()
    assert at(0, 0) == (98.2, 39.7)
