"""Where the duty rules leave holes, and which of them never win. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from yipanqi.places.duty_resolution import ClassLike, DutyIndex, PlaceLike, Rule, Step


class Hole(StrEnum):
    """How little a pair is covered: nobody at all, or only whoever governs the ground."""

    NOBODY = "nobody"
    GROUND_ONLY = "ground_only"


@dataclass(frozen=True, slots=True)
class Gap:
    """A place and an issue class for which no rule and no class default names a unit."""

    place: PlaceLike
    issue_class: ClassLike
    hole: Hole


def uncovered(index: DutyIndex, places: Iterable[PlaceLike], classes: Sequence[ClassLike], on: dt.date) -> Iterator[Gap]:
    """All pairs of places and classes that no rule covers. Classes whose default covers the whole city are not asked."""
    open_classes = [c for c in classes if not _covered_everywhere(index, c, on)]
    for place in places:
        spot = index.spot(None, place, 0)
        for issue_class in open_classes:
            answer = index.answer(spot, issue_class, on)
            if answer.unit_id is None:
                yield Gap(place, issue_class, Hole.NOBODY)
            elif answer.step is Step.TERRITORY and answer.rule is None:
                yield Gap(place, issue_class, Hole.GROUND_ONLY)


def _covered_everywhere(index: DutyIndex, issue_class: ClassLike, on: dt.date) -> bool:
    if any(_rules_now(index, "", None, issue_class.pk, on)):
        return True
    return index.covers_city(issue_class.department_type, on)


def _rules_now(index: DutyIndex, target: str, target_id: int | None, class_id: int | None, on: dt.date) -> Iterator[Rule]:
    return (r for r in index.about(target, target_id, class_id) if r.part == "lead" and index.counts(r, on))


@dataclass(frozen=True, slots=True)
class Idle:
    """A rule in force that can never win, and the rules that are always in its way."""

    rule: Rule
    beaten_by: list[Rule]


def idle_rules(index: DutyIndex, used_area_ids: Iterable[int], on: dt.date) -> list[Idle]:
    """Lead rules in force on a day that can win for no problem anywhere, newest first.

    A rule is idle when a newer one says the same about the same target; when the areas that make up its area all have
    a rule of that class; or when a newer rule of that class has a zone that contains its zone. (A rule for all classes
    still answers for problems that are not yet classified.) `used_area_ids` are areas under which places are filed.
    """
    live = [rule for rule in index.rules if rule.part == "lead" and index.counts(rule, on)]
    newest: dict[tuple[str, int | None, int | None], Rule] = {}
    idle: list[Idle] = []
    for rule in live:  # newest first
        first = newest.setdefault((rule.target, rule.target_id, rule.class_id), rule)
        if first is not rule:
            idle.append(Idle(rule, [first]))
    winners, used = list(newest.values()), frozenset(used_area_ids)
    for rule in winners:
        blockers = _blockers(index, rule, winners, used)
        if blockers:
            idle.append(Idle(rule, blockers))
    return sorted(idle, key=lambda one: one.rule.age, reverse=True)


def _blockers(index: DutyIndex, rule: Rule, winners: list[Rule], used: frozenset[int]) -> list[Rule]:
    if rule.target == "zone":
        return _covering_zone(index, rule, winners)
    if rule.target == "area":
        return _covering_areas(index, rule, winners, used)
    return []


def _covering_zone(index: DutyIndex, rule: Rule, winners: list[Rule]) -> list[Rule]:
    shapes = {zone.id: zone.shape for zone in index.board.zones}
    mine = shapes.get(rule.target_id or 0)
    same = [r for r in winners if r.target == "zone" and r.class_id == rule.class_id and r.age > rule.age]
    return [r for r in same if mine is not None and shapes.get(r.target_id or 0) is not None and shapes[r.target_id or 0].covers(mine)][:1]


def _covering_areas(index: DutyIndex, rule: Rule, winners: list[Rule], used: frozenset[int]) -> list[Rule]:
    """Rules of the same class on areas that together make up the rule's area."""
    same: dict[int, list[Rule]] = defaultdict(list)
    for other in winners:
        if other.target == "area" and other.class_id == rule.class_id and other.target_id and other is not rule:
            same[other.target_id].append(other)
    area = index.board.area_by_id.get(rule.target_id or 0)
    if area is None or not index.board.parts_cover(area, set(same), used):
        return []
    inside = {a.id for a in index.board.areas if a.path.startswith(area.path)}
    return [r for i in same if i in inside for r in same[i]]
