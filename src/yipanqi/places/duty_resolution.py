"""Who answers for a problem, and why: the pure search through the duty rules, most specific first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from yipanqi.places.board_map import AreaFact, BoardMap


class Step(StrEnum):
    """The rungs of the ladder in the order in which they are asked."""

    PLACE_CLASS = "place_class"
    PLACE = "place"
    SEGMENT_CLASS = "segment_class"
    SEGMENT = "segment"
    ZONE_CLASS = "zone_class"
    ZONE = "zone"
    AREA_CLASS = "area_class"
    CLASS_RULE = "class_rule"
    CLASS_DEFAULT = "class_default"
    TERRITORY = "territory"


class Outcome(StrEnum):
    WON = "won"
    BEATEN = "beaten"
    NOT_IN_FORCE = "not_in_force"
    ASSISTS = "assists"


RUNG = {step: number for number, step in enumerate(Step)}
#: Department types that mean "whoever governs the ground", with the level of the area that is asked.
BY_GROUND = {"street": "street", "township": "street", "community": "community"}
#: The department type that means whoever runs the place.
BY_OPERATOR = "venue_operator"
#: The office hands over and verifies, and therefore never mends itself.
NEVER_MENDS = "office"


@dataclass(frozen=True, slots=True)
class Rule:
    """A duty as the search sees it. `target` is place, segment, zone, area or "" (class default)."""

    id: int
    code: str
    target: str
    target_id: int | None
    class_id: int | None
    unit_id: int
    part: str
    starts_on: dt.date
    ends_on: dt.date | None
    created_at: dt.datetime

    def in_force(self, on: dt.date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    @property
    def age(self) -> tuple[dt.date, dt.datetime, int]:
        """Sorts rules from old to new."""
        return self.starts_on, self.created_at, self.id

    @property
    def step(self) -> Step:
        if not self.target:
            return Step.CLASS_RULE
        if self.target == "area" and self.class_id is None:
            return Step.TERRITORY
        return Step(f"{self.target}_class" if self.class_id is not None else self.target)


@dataclass(frozen=True, slots=True)
class UnitFact:
    """What the search knows of a unit."""

    id: int
    code: str
    kind: str
    department_type: str
    area_code: str
    dissolved_on: dt.date | None = None  # see people.models.Unit.exists_on, which says the same

    def exists(self, on: dt.date) -> bool:
        return self.dissolved_on is None or on < self.dissolved_on


class PlaceLike(Protocol):
    """What the search asks of a place; `places.models.Place` fulfils it."""

    pk: int
    lon: float
    lat: float
    area_id: int | None
    segment_id: int | None
    operator_id: int | None


class ClassLike(Protocol):
    """What the search asks of an issue class; `standards.models.IssueClass` fulfils it."""

    pk: int
    department_type: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One considered answer. `rule` is None for the defaults that no rule states; `beaten_by` is the winning step."""

    step: Step
    unit_id: int
    outcome: Outcome
    rule: Rule | None = None
    area_id: int | None = None
    beaten_by: Step | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The winning unit (None when nobody answers), all reasons in the order asked, who assists and who leads."""

    unit_id: int | None
    rule: Rule | None
    step: Step | None
    reasons: list[Reason]
    co_unit_ids: list[int]
    leader_unit_ids: list[int]


@dataclass(frozen=True, slots=True)
class Spot:
    """A position as the ladder needs it: its areas smallest first, its zones, its segment."""

    place: PlaceLike | None
    areas: list[AreaFact]
    zone_ids: list[int]
    segment_id: int | None


class DutyIndex:
    """All rules, indexed by what they are about, over the map of the board."""

    def __init__(self, board: BoardMap, rules: Iterable[Rule], units: Iterable[UnitFact]) -> None:
        self.board = board
        self.rules = sorted(rules, key=lambda rule: rule.age, reverse=True)
        self.units = {unit.id: unit for unit in units}
        self._rules: dict[tuple[str, int | None, int | None], list[Rule]] = defaultdict(list)
        for rule in self.rules:
            self._rules[rule.target, rule.target_id, rule.class_id].append(rule)
        self._by_type: dict[str, list[UnitFact]] = defaultdict(list)
        self._by_area: dict[str, list[UnitFact]] = defaultdict(list)
        for unit in sorted(self.units.values(), key=lambda unit: unit.code):
            self._by_type[unit.department_type].append(unit)
            if unit.kind in ("street", "community", "district"):
                self._by_area[unit.area_code].append(unit)

    def with_rules(self, rules: Iterable[Rule]) -> DutyIndex:
        """The same board and units under other rules."""
        return DutyIndex(self.board, rules, self.units.values())

    def counts(self, rule: Rule, on: dt.date) -> bool:
        """Whether a rule is in force on a day and its unit still exists."""
        unit = self.units.get(rule.unit_id)
        return rule.in_force(on) and unit is not None and unit.exists(on)

    def spot(self, position: tuple[float, float] | None, place: PlaceLike | None, near_m: float) -> Spot:
        """Where a problem is. A place knows its area and segment; a bare position finds them on the map."""
        if position is None and place is not None:
            position = (place.lon, place.lat)
        area_id = place.area_id if place else None
        if area_id is None and position:
            found = self.board.area_at(*position)
            area_id = found.id if found else None
        segment_id = place.segment_id if place else None
        if place is None and position:
            near = self.board.segment_near(*position, near_m)
            segment_id = near.id if near else None
        zones = [zone.id for zone in self.board.zones_at(*position)] if position else []
        return Spot(place, self.board.chain(area_id), zones, segment_id)

    def resolve(
        self, position: tuple[float, float] | None, place: PlaceLike | None, issue_class: ClassLike | None, on: dt.date, near_m: float = 30
    ) -> Answer:
        """Who answers on the day `on` for a problem of `issue_class` (None = not yet classified) there.

        `position` is (lon, lat); without it the place's own. `near_m` is how far a bare position may be from a street
        segment, in metres, to count as on it.
        """
        return self.answer(self.spot(position, place, near_m), issue_class, on)

    def answer(self, spot: Spot, issue_class: ClassLike | None, on: dt.date) -> Answer:
        """`resolve` for a position that was already looked up."""
        winner: Reason | None = None
        reasons: list[Reason] = []
        helpers: dict[str, list[int]] = {"support": [], "leader": []}
        for step, unit_id, rule, area_id in self._ladder(spot, issue_class, on):
            if rule and not self.counts(rule, on):
                reasons.append(Reason(step, unit_id, Outcome.NOT_IN_FORCE, rule, area_id))
            elif rule and rule.part in helpers:
                helpers[rule.part].append(unit_id)
                reasons.append(Reason(step, unit_id, Outcome.ASSISTS, rule, area_id))
            elif winner is None:
                winner = Reason(step, unit_id, Outcome.WON, rule, area_id)
                reasons.append(winner)
            else:
                reasons.append(Reason(step, unit_id, Outcome.BEATEN, rule, area_id, winner.step))
        won = winner.unit_id if winner else None
        co_units, leaders = ([i for i in dict.fromkeys(helpers[part]) if i != won] for part in ("support", "leader"))
        return Answer(won, winner.rule if winner else None, winner.step if winner else None, reasons, co_units, leaders)

    def _ladder(
        self, spot: Spot, issue_class: ClassLike | None, on: dt.date
    ) -> Iterator[tuple[Step, int, Rule | None, int | None]]:
        """Every answer worth considering as (step, unit, rule, area), most specific first, newer rules first."""
        wanted = [issue_class.pk, None] if issue_class else [None]
        targets: list[tuple[str, list[int]]] = [
            ("place", [spot.place.pk] if spot.place else []),
            ("segment", [spot.segment_id] if spot.segment_id else []),
            ("zone", spot.zone_ids),
        ]
        for target, ids in targets:
            for class_id in wanted:
                found = [rule for i in ids for rule in self._rules.get((target, i, class_id), ())]
                for rule in sorted(found, key=lambda rule: rule.age, reverse=True) if len(ids) > 1 else found:
                    yield rule.step, rule.unit_id, rule, None
        if issue_class:
            for area in spot.areas:
                for rule in self._rules.get(("area", area.id, issue_class.pk), ()):
                    yield Step.AREA_CLASS, rule.unit_id, rule, area.id
            for rule in self._rules.get(("", None, issue_class.pk), ()):
                yield Step.CLASS_RULE, rule.unit_id, rule, None
            default = self.class_default(issue_class.department_type, spot, on)
            if default is not None:
                yield Step.CLASS_DEFAULT, default, None, None
        for area in spot.areas:
            for rule in self._rules.get(("area", area.id, None), ()):
                yield Step.TERRITORY, rule.unit_id, rule, area.id
            own = self.ground_unit(area, on)
            if own is not None:
                yield Step.TERRITORY, own, None, area.id

    def class_default(self, department_type: str, spot: Spot, on: dt.date) -> int | None:
        """The unit that plays a department type there: by office, by ground (street, community) or by operator."""
        if department_type == BY_OPERATOR:
            operator = self.units.get(spot.place.operator_id or 0) if spot.place else None
            return operator.id if operator and operator.exists(on) else None
        if department_type in BY_GROUND:
            level = BY_GROUND[department_type]
            owners = (self.ground_unit(area, on) for area in spot.areas if area.level == level)
            return next((owner for owner in owners if owner is not None), None)
        candidates = [u for u in self._by_type.get(department_type, ()) if u.exists(on) and u.kind != NEVER_MENDS]
        codes = {area.code for area in spot.areas}
        fits = [u for u in candidates if not u.area_code or u.area_code in codes] if codes else candidates
        depth = {area.code: area.depth for area in spot.areas}
        return max(fits, key=lambda u: depth.get(u.area_code, 0)).id if department_type and fits else None

    def ground_unit(self, area: AreaFact, on: dt.date) -> int | None:
        """The unit that an area belongs to: the one written on it, else the street or community of the same code."""
        written = self.units.get(area.unit_id) if area.unit_id is not None else None
        if written and written.exists(on):
            return written.id
        return next((unit.id for unit in self._by_area.get(area.code, ()) if unit.exists(on)), None)
