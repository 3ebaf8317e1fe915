"""The duty rules as they stand on one day, laid out for many questions at once: no reasons, only who. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yipanqi.places.duty_resolution import BY_GROUND, BY_OPERATOR, ClassLike, DutyIndex, PlaceLike, Rule, Spot

#: What stands for "nobody" in arrays of unit ids.
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Ground:
    """What an area and those above it say: who for which class, who governs, and by which rule (None: by default)."""

    spot: Spot
    by_class: dict[int, Rule]
    governor: int | None
    governed_by: Rule | None


@dataclass(frozen=True, slots=True)
class Won:
    """Who answers (None: nobody), by which rule (None: a default), and whether only because it governs the ground."""

    unit_id: int | None
    rule: Rule | None = None
    only_ground: bool = False


class DutyDay:
    """Answers as `DutyIndex.answer` does on one day, without the reasons and therefore many times as fast."""

    def __init__(self, index: DutyIndex, on: dt.date) -> None:
        self.index, self.on = index, on
        #: The newest lead rule in force: by target, its id, and the class (None: any).
        self.rules: dict[str, dict[int | None, dict[int | None, Rule]]] = {"place": {}, "segment": {}, "zone": {}, "area": {}, "": {}}
        for rule in index.rules:  # newest first
            if rule.part == "lead" and index.counts(rule, on):
                self.rules[rule.target].setdefault(rule.target_id, {}).setdefault(rule.class_id, rule)
        self._class_rules = self.rules[""].get(None, {})
        self._grounds: dict[int | None, Ground] = {}
        self._defaults: dict[tuple[str, int | None], int | None] = {}
        self._local = {unit.department_type for unit in index.units.values() if unit.area_code} | set(BY_GROUND)

    def ground(self, area_id: int | None) -> Ground:
        """What is said of an area and those above it, the smallest first."""
        held = self._grounds.get(area_id)
        if held is None:
            held = self._grounds[area_id] = self._look_down(area_id)
        return held

    def _look_down(self, area_id: int | None) -> Ground:
        chain = self.index.board.chain(area_id)
        by_class: dict[int, Rule] = {}
        governor, governed_by = None, None
        for area in chain:
            said = self.rules["area"].get(area.id, {})
            for class_id, rule in said.items():
                if class_id is not None:
                    by_class.setdefault(class_id, rule)
            if governor is None:
                governed_by = said.get(None)
                governor = governed_by.unit_id if governed_by else self.index.ground_unit(area, self.on)
        return Ground(Spot(None, chain, [], None), by_class, governor, governed_by)

    def default(self, department_type: str, area_id: int | None) -> int | None:
        """The unit that plays a department type in an area; not for types that mean whoever runs a place."""
        key = (department_type, area_id if department_type in self._local else None)
        if key not in self._defaults:
            self._defaults[key] = self.index.class_default(department_type, self.ground(area_id).spot, self.on)
        return self._defaults[key]

    def on_the_ground(self, issue_class: ClassLike, area_id: int | None, operator_id: int | None = None) -> Won:
        """Who answers in an area where no rule about place, segment or zone speaks."""
        ground = self.ground(area_id)
        rule = ground.by_class.get(issue_class.pk) or self._class_rules.get(issue_class.pk)
        if rule is not None:
            return Won(rule.unit_id, rule)
        if issue_class.department_type == BY_OPERATOR:
            unit_id = operator_id if self.runs(operator_id) else None
        else:
            unit_id = self.default(issue_class.department_type, area_id)
        if unit_id is not None:
            return Won(unit_id)
        return Won(ground.governor, ground.governed_by, ground.governor is not None and ground.governed_by is None)

    def runs(self, operator_id: int | None) -> bool:
        """Whether the unit that runs a place exists on the day."""
        operator = self.index.units.get(operator_id or 0)
        return operator is not None and operator.exists(self.on)

    def special(self, class_id: int, place_id: int | None, segment_id: int | None, zone_ids: Sequence[int]) -> Rule | None:
        """The rule about the place, the segment or the zones that wins for a class, if any."""
        for target, target_id in (("place", place_id), ("segment", segment_id)):
            said = self.rules[target].get(target_id) if target_id is not None else None
            found = said and (said.get(class_id) or said.get(None))
            if found:
                return found
        for wanted in (class_id, None) if zone_ids else ():
            rules = [rule for one in zone_ids if (rule := self.rules["zone"].get(one, {}).get(wanted))]
            if rules:
                return max(rules, key=lambda rule: rule.age)
        return None

    def answer(self, place: PlaceLike, area_id: int | None, zone_ids: Sequence[int], issue_class: ClassLike) -> Won:
        """Who answers at a place that lies in this area and these zones."""
        rule = self.special(issue_class.pk, place.pk, place.segment_id, zone_ids)
        return Won(rule.unit_id, rule) if rule else self.on_the_ground(issue_class, area_id, place.operator_id)

    def area_of(self, place: PlaceLike) -> int | None:
        """The area of a place: the one it is filed under, else the smallest that contains it."""
        if place.area_id is not None:
            return place.area_id
        found = self.index.board.area_at(place.lon, place.lat)
        return found.id if found else None

    def at_place(self, place: PlaceLike) -> tuple[int | None, list[dict[int | None, Rule]]]:
        """The area of a place, and what is said about the place itself, its segment and its zones."""
        area_id = self.area_of(place)
        zones = self.index.board.zones_at(place.lon, place.lat) if self.rules["zone"] else []
        said = [self.rules["place"].get(place.pk), self.rules["segment"].get(place.segment_id) if place.segment_id else None]
        return area_id, [one for one in (*said, *(self.rules["zone"].get(zone.id) for zone in zones)) if one]

    def resolve_many(self, lons: ArrayLike, lats: ArrayLike, classes: Sequence[ClassLike], near_m: float = 30) -> NDArray[np.int64]:
        """The unit that answers at each of many positions (degrees) for the class beside it; NOBODY where none does.

        Args:
            near_m: how far from a street segment, in metres, a position counts as on it.
        """
        board = self.index.board
        areas = board.assign_many(lons, lats).tolist()
        zones = board.zones_of_many(lons, lats, self.rules["zone"])
        segments = board.segments_of_many(lons, lats, near_m) if self.rules["segment"] else [None] * len(areas)
        found = np.full(len(areas), NOBODY, dtype=np.int64)
        nothing: list[int] = []
        for number, (area_id, segment_id, issue_class) in enumerate(zip(areas, segments, classes, strict=True)):
            zone_ids = zones.get(number, nothing)
            rule = self.special(issue_class.pk, None, segment_id, zone_ids) if zone_ids or segment_id in self.rules["segment"] else None
            unit_id = rule.unit_id if rule else self.on_the_ground(issue_class, area_id if area_id >= 0 else None).unit_id
            if unit_id is not None:
                found[number] = unit_id
        return found
