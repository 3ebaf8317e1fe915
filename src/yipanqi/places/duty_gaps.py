"""Where the duty rules leave holes, and which of them never win. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from yipanqi.places.duty_day import DutyDay
from yipanqi.places.duty_resolution import BY_OPERATOR, ClassLike, DutyIndex, PlaceLike, Rule


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
    """All pairs of places and classes that no rule covers, place by place."""
    for place, found in open_at(index, places, classes, on):
        for issue_class, hole in found:
            yield Gap(place, issue_class, hole)


def open_at(
    index: DutyIndex, places: Iterable[PlaceLike], classes: Sequence[ClassLike], on: dt.date
) -> Iterator[tuple[PlaceLike, list[tuple[ClassLike, Hole]]]]:
    """The places at which something is open, each with the classes that no rule covers there.

    What an area leaves open is worked out once for all its places; a place then only takes away what is said about
    itself, its segment and its zones, and what its operator answers for. Places about which nothing special is said
    share one list, so that counting need not look at every pair.
    """
    day = DutyDay(index, on)
    open_in: dict[int | None, list[tuple[ClassLike, Hole]]] = {}
    for place in places:
        area_id, said = day.at_place(place)
        if any(None in one for one in said):
            continue
        if area_id not in open_in:
            open_in[area_id] = list(_open_in(day, classes, area_id))
        operated = place.operator_id is not None and day.runs(place.operator_id)
        found = open_in[area_id]
        if said or operated:
            found = [
                pair for pair in found
                if not (operated and pair[0].department_type == BY_OPERATOR) and not any(pair[0].pk in one for one in said)
            ]  # fmt: skip
        if found:
            yield place, found


def count_open(found: Sequence[tuple[PlaceLike, list[tuple[ClassLike, Hole]]]]) -> Counter[tuple[ClassLike, Hole]]:
    """At how many places each class is open, of what `open_at` found; each shared list is looked at once."""
    lists = {id(pairs): pairs for _place, pairs in found}
    times = Counter(id(pairs) for _place, pairs in found)
    total: Counter[tuple[ClassLike, Hole]] = Counter()
    for key, pairs in lists.items():
        for pair in pairs:
            total[pair] += times[key]
    return total


def _open_in(day: DutyDay, classes: Sequence[ClassLike], area_id: int | None) -> Iterator[tuple[ClassLike, Hole]]:
    """Classes that an area leaves to nobody or to whoever governs the ground."""
    for issue_class in classes:
        won = day.on_the_ground(issue_class, area_id)
        if won.unit_id is None:
            yield issue_class, Hole.NOBODY
        elif won.only_ground:
            yield issue_class, Hole.GROUND_ONLY


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


@dataclass(frozen=True, slots=True)
class Wins:
    """What a rule wins: pairs of places and classes, of how many asked, how many of them at places, and who loses how many."""

    won: int
    asked: int
    places: int
    taken_from: Counter[int | None]
    beaten_by: Counter[int]


def wins_of(index: DutyIndex, rule: Rule, places: Iterable[PlaceLike], classes: Sequence[ClassLike], on: dt.date) -> Wins:
    """How much a lead rule wins among places × classes if it were in force on a day, and over whom.

    `taken_from` counts pairs by the unit that answers without the rule (None: nobody did), `beaten_by` those that a
    more specific or newer rule keeps, by its unit.
    """
    others = [one for one in index.rules if one.id != rule.id]
    without = DutyDay(index.with_rules(others), on)
    with_it = DutyDay(index.with_rules([*others, rule]), on)
    won, asked, at = 0, 0, set[int]()
    taken, kept = Counter[int | None](), Counter[int]()
    zones = {zone.id for zone in index.board.zones} if any(one.target == "zone" for one in (*others, rule)) else set()
    for place in places:
        inside = [zone.id for zone in index.board.zones_at(place.lon, place.lat)] if zones else []
        if rule.target == "zone" and rule.target_id not in inside:
            continue
        area_id = with_it.area_of(place)
        for issue_class in classes:
            asked += 1
            now = with_it.answer(place, area_id, inside, issue_class)
            if now.rule is rule:
                won += 1
                at.add(place.pk)
                taken[without.answer(place, area_id, inside, issue_class).unit_id] += 1
            elif now.unit_id is not None:
                kept[now.unit_id] += 1
    return Wins(won, asked, len(at), taken, kept)
