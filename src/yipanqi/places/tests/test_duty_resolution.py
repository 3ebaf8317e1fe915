"""The search against one that tries everything: for any rules and any spot the same unit wins, for the same reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from yipanqi.places.board_map import AreaFact, BoardMap, SegmentFact, ZoneFact
from yipanqi.places.duty_gaps import Hole, idle_rules, uncovered
from yipanqi.places.duty_resolution import Answer, DutyIndex, Outcome, Rule, Step, UnitFact

DAY = dt.date(2026, 3, 2)
AREAS = [
    AreaFact(1, "c", "city", "c/", None, box(0, 0, 4, 2)),
    AreaFact(2, "s1", "street", "c/s1/", 3, box(0, 0, 2, 2)),
    AreaFact(3, "s2", "street", "c/s2/", None, box(2, 0, 4, 2)),
    AreaFact(4, "k1", "community", "c/s1/k1/", None, box(0, 0, 2, 1)),
    AreaFact(5, "k2", "community", "c/s1/k2/", None, box(0, 1, 2, 2)),
    AreaFact(6, "k3", "community", "c/s2/k3/", None, box(2, 0, 4, 2)),
]
ZONES = [ZoneFact(1, "z1", box(0.5, 0.5, 2.5, 1.5)), ZoneFact(2, "z2", box(1, 0, 3, 1))]
SEGMENTS = [SegmentFact(1, "g1", LineString([(0, 0.25), (4, 0.25)])), SegmentFact(2, "g2", LineString([(3, 0), (3, 2)]))]
UNITS = [
    UnitFact(1, "u1", "department", "urban_mgmt", ""),
    UnitFact(2, "u2", "department", "sanitation", "", DAY),
    UnitFact(3, "u3", "street", "street", "s1"),
    UnitFact(4, "u4", "street", "street", "s2"),
    UnitFact(5, "u5", "community", "community", "k1"),
    UnitFact(6, "u6", "department", "urban_mgmt", "s2"),
    UnitFact(7, "u7", "enterprise", "", ""),
    UnitFact(8, "u8", "office", "civilisation_office", ""),
]
BOARD = BoardMap(AREAS, ZONES, SEGMENTS)


@dataclass
class Spot:
    pk: int
    lon: float
    lat: float
    area_id: int | None
    segment_id: int | None
    operator_id: int | None


@dataclass(frozen=True)
class Kind:
    pk: int
    department_type: str


KINDS = [Kind(1, "urban_mgmt"), Kind(2, "sanitation"), Kind(3, "street"), Kind(4, "venue_operator"), Kind(5, ""), Kind(6, "civilisation_office")]
SPOTS = [Spot(1, 0.75, 0.75, 4, 1, 7), Spot(2, 3.5, 1.5, None, None, None), Spot(3, 1.5, 1.8, 5, 2, 2)]
TARGETS = {"place": [1, 2, 3], "segment": [1, 2], "zone": [1, 2], "area": [1, 2, 3, 4, 5, 6], "": [None]}


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    made = []
    for number in range(draw(st.integers(0, 14))):
        target = draw(st.sampled_from(sorted(TARGETS)))
        class_id = draw(st.sampled_from([1, 2, 3, 4, 5, 6] if not target else [None, 1, 2, 3, 4, 5, 6]))
        starts = DAY + dt.timedelta(days=draw(st.integers(-3, 1)))
        ends = draw(st.one_of(st.none(), st.integers(0, 4).map(lambda n, s=starts: s + dt.timedelta(days=n))))
        made.append(Rule(
            number + 1, f"D{number}", target, draw(st.sampled_from(TARGETS[target])), class_id, draw(st.integers(1, 7)),
            draw(st.sampled_from(["lead", "lead", "lead", "support", "leader"])), starts, ends,
            dt.datetime(2026, 1, 1, draw(st.integers(0, 2)), tzinfo=dt.UTC),
        ))  # fmt: skip
    return made


def inside(shape: Any, lon: float, lat: float) -> bool:
    west, south, east, north = shape.bounds
    return bool(west <= lon <= east and south <= lat <= north)


def areas_of(spot: Spot | None, lon: float, lat: float) -> list[AreaFact]:
    if spot and spot.area_id:
        leaf = next(a for a in AREAS if a.id == spot.area_id)
    else:
        hits = [a for a in AREAS if inside(a.shape, lon, lat)]
        if not hits:
            return []
        leaf = min(hits, key=lambda a: (-a.depth, a.code))
    return [a for a in sorted(AREAS, key=lambda a: -a.depth) if leaf.path.startswith(a.path)]


def oracle(found: list[Rule], spot: Spot | None, lon: float, lat: float, kind: Kind | None, near_m: float) -> tuple[int | None, int | None]:
    """(unit, rule id) by scoring every rule and every default on its own and taking the best."""
    chain = areas_of(spot, lon, lat)
    segment = spot.segment_id if spot else None
    if spot is None:
        distances = sorted((s.shape.distance(box(lon, lat, lon, lat)) * 111_195, s.id) for s in SEGMENTS)
        segment = distances[0][1] if distances[0][0] <= near_m else None
    zones = [z.id for z in ZONES if inside(z.shape, lon, lat)]
    alive = {u.id: u for u in UNITS if u.dissolved_on is None or u.dissolved_on > DAY}
    best: list[tuple[Any, ...]] = []
    for rule in found:
        if rule.part != "lead" or not (rule.starts_on <= DAY and (rule.ends_on is None or rule.ends_on >= DAY)) or rule.unit_id not in alive:
            continue
        if rule.class_id is not None and (kind is None or rule.class_id != kind.pk):
            continue
        newer = (-rule.starts_on.toordinal(), -rule.created_at.timestamp(), -rule.id)
        depth = next((n for n, a in enumerate(chain) if rule.target == "area" and a.id == rule.target_id), 99)
        fits = {
            "place": spot is not None and rule.target_id == spot.pk, "segment": rule.target_id == segment,
            "zone": rule.target_id in zones, "area": depth < 99, "": True,
        }[rule.target]  # fmt: skip
        if not fits:
            continue
        special = rule.class_id is not None
        rung = {"place": 1, "segment": 3, "zone": 5, "area": 7, "": 8}[rule.target] + (0 if special else 1)
        rung = 10 if rule.target == "area" and not special else rung
        best.append((rung, depth if rule.target == "area" else 0, 0, newer, rule.unit_id, rule.id))
    if kind and (default := default_of(kind, spot, chain, alive)):
        best.append((9, 0, 0, (0, 0, 0), default, None))
    for n, area in enumerate(chain):
        own = area.unit_id if area.unit_id in alive else next((u.id for u in alive.values() if u.area_code == area.code and u.kind in ("street", "community")), None)
        if own:
            best.append((10, n, 1, (0, 0, 0), own, None))
    return best and min(best, key=lambda row: row[:4])[4:] or (None, None)


def default_of(kind: Kind, spot: Spot | None, chain: list[AreaFact], alive: dict[int, UnitFact]) -> int | None:
    codes = [a.code for a in chain]
    match kind.department_type:
        case "urban_mgmt":
            return 6 if "s2" in codes else 1
        case "street":
            return 3 if "s1" in codes else 4 if "s2" in codes else None
        case "venue_operator":
            return spot.operator_id if spot and spot.operator_id in alive else None
    return None


positions = st.tuples(st.floats(-0.2, 4.2), st.floats(-0.2, 2.2))


@settings(max_examples=300, deadline=None)
@given(rules(), st.one_of(st.none(), st.sampled_from(SPOTS)), positions, st.sampled_from([None, *KINDS]), st.sampled_from([0, 30, 20_000]))
def test_resolve_agrees_with_trying_everything(found: list[Rule], spot: Spot | None, position: tuple[float, float], kind: Kind | None, near: float) -> None:
    if spot:
        position = (spot.lon, spot.lat)
    answer = DutyIndex(BOARD, found, UNITS).resolve(position, spot, kind, DAY, near)
    wanted = oracle(found, spot, *position, kind, near)
    if near == 20_000 and spot is None and wanted != (answer.unit_id, answer.rule.id if answer.rule else None):
        metres = sorted(s.shape.distance(box(*position, *position)) * 111_195 for s in SEGMENTS)
        assert abs(metres[0] - near) < 200 or abs(metres[0] - metres[1]) < 200, "only at the edge of the distance"
        return
    assert (answer.unit_id, answer.rule.id if answer.rule else None) == wanted
    check_reasons(answer)


def check_reasons(answer: Answer) -> None:
    won = [r for r in answer.reasons if r.outcome is Outcome.WON]
    assert len(won) == (answer.unit_id is not None)
    assert all(r.beaten_by is answer.step for r in answer.reasons if r.outcome is Outcome.BEATEN)
    assert answer.unit_id not in answer.co_unit_ids


@settings(max_examples=200, deadline=None)
@given(rules(), st.lists(positions, max_size=20), st.sampled_from([None, *KINDS]))
def test_idle_rules_win_nowhere(found: list[Rule], spots: list[tuple[float, float]], kind: Kind | None) -> None:
    index = DutyIndex(BOARD, found, UNITS)
    idle = {one.rule.id for one in idle_rules(index, [4, 5], DAY)}
    for lon, lat in spots:
        answer = index.resolve((lon, lat), None, kind, DAY, 5_000)
        assert answer.rule is None or answer.rule.id not in idle
    for spot in SPOTS:
        answer = index.resolve(None, spot, kind, DAY)
        assert answer.rule is None or answer.rule.id not in idle


def rule(number: int, target: str, target_id: int | None, class_id: int | None, unit_id: int = 1, days: int = 10) -> Rule:
    return Rule(number, f"D{number}", target, target_id, class_id, unit_id, "lead", DAY - dt.timedelta(days=days), None, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def test_idle_rules_are_named_with_what_is_in_their_way() -> None:
    found = [
        rule(1, "area", 2, 1, days=30), rule(2, "area", 4, 1), rule(3, "area", 5, 1),
        rule(4, "place", 1, None, days=9), rule(5, "place", 1, None, days=5), rule(6, "area", 3, 1),
    ]  # fmt: skip
    idle = {one.rule.id: {r.id for r in one.beaten_by} for one in idle_rules(DutyIndex(BOARD, found, UNITS), [], DAY)}
    assert idle == {1: {2, 3}, 4: {5}}
    assert 1 not in {one.rule.id for one in idle_rules(DutyIndex(BOARD, found, UNITS), [2], DAY)}, "the street has places of its own"


@settings(max_examples=60, deadline=None)
@given(rules())
def test_uncovered_lists_what_nobody_names(found: list[Rule]) -> None:
    index = DutyIndex(BOARD, found, UNITS)
    gaps = {(g.place.pk, g.issue_class.pk): g.hole for g in uncovered(index, SPOTS, KINDS, DAY)}
    for spot in SPOTS:
        for kind in KINDS:
            answer = index.resolve(None, spot, kind, DAY)
            ground = answer.rule is None and answer.step is Step.TERRITORY
            wanted = Hole.NOBODY if answer.unit_id is None else Hole.GROUND_ONLY if ground else None
            assert gaps.get((spot.pk, kind.pk)) == wanted


@settings(max_examples=50, deadline=None)
@given(st.lists(positions, max_size=40))
def test_assign_many_agrees_with_one_by_one(spots: list[tuple[float, float]]) -> None:
    many = BOARD.assign_many([p[0] for p in spots], [p[1] for p in spots])
    one = [found.id if (found := BOARD.area_at(*p)) else -1 for p in spots]
    assert list(many) == one


def test_assign_many_on_corners_and_outside_takes_the_smaller_code() -> None:
    assert list(BOARD.assign_many([2.0, 2.0, 9.0], [1.0, 2.0, 9.0])) == [4, 5, -1]
    assert list(BoardMap([]).assign_many(np.array([1.0]), np.array([1.0]))) == [-1]


def test_resolve_with_boundless_areas_still_climbs_the_tree() -> None:
    board = BoardMap([replace(a, shape=None) for a in AREAS])
    answer = DutyIndex(board, [rule(1, "area", 2, None)], UNITS).resolve(None, SPOTS[0], None, DAY)
    assert (answer.step, answer.unit_id) == (Step.TERRITORY, 5)
    assert [r.outcome for r in answer.reasons] == [Outcome.WON, Outcome.BEATEN, Outcome.BEATEN]
