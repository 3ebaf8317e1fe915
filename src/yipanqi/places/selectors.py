"""Reading the board: who answers for what, where a position lies, lists and shapes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import shapely
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape

from yipanqi.kernel.policy import policy, policy_value
from yipanqi.kernel.stamps import cached
from yipanqi.people.models import Unit, standing
from yipanqi.places import duty_gaps
from yipanqi.places.board_map import AreaFact, BoardMap, SegmentFact, ZoneFact
from yipanqi.places.duty_day import DutyDay
from yipanqi.places.duty_gaps import Wins
from yipanqi.places.duty_resolution import Answer, DutyIndex, Reason, Rule, UnitFact
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.standards.models import IssueClass

#: Raised by everything that changes areas, segments, zones or duties.
BOARD = "board"
UNIT_FIELDS = ("pk", "code", "kind", "department_type", "area_code", "dissolved_on")
SEGMENT_DISTANCE = policy(
    "places.segment_distance_m", 30, _("路段归属距离（米）"), "float", _("没有点位的问题，离路段多近算在该路段上。")
)


@dataclass
class Resolution:
    """Who answers: the unit (None when nobody does), the rule that said so (None for a default), the reasons.

    `reasons` are in the order asked, most specific first; `co_units` assist, `leaders` are the leading units 包抓.
    """

    unit: Unit | None
    answer: Answer
    units: Mapping[int, Unit]

    @property
    def reasons(self) -> list[Reason]:
        return self.answer.reasons

    @property
    def co_units(self) -> list[Unit]:
        return [self.units[i] for i in self.answer.co_unit_ids if i in self.units]

    @property
    def leaders(self) -> list[Unit]:
        return [self.units[i] for i in self.answer.leader_unit_ids if i in self.units]

    @cached_property
    def rule(self) -> Duty | None:
        return Duty.objects.filter(pk=self.answer.rule.id).first() if self.answer.rule else None


def resolve(
    position: tuple[float, float] | None, place: Place | None, issue_class: IssueClass | None, on: dt.date
) -> Resolution:
    """The unit that answers on a day for a problem of a class (None: not yet classified) at a place or (lon, lat)."""
    answer = duty_index().resolve(position, place, issue_class, on, float(policy_value(SEGMENT_DISTANCE.key)))
    units = Unit.objects.in_bulk({r.unit_id for r in answer.reasons})
    return Resolution(units.get(answer.unit_id) if answer.unit_id else None, answer, units)


def duty_index() -> DutyIndex:
    """The index of all rules over the map, held in memory until the board or a unit changes.

    Units are not the board's own rows and raise no stamp of it, so they are read anew and compared.
    """
    facts = tuple(Unit.objects.order_by("pk").values_list(*UNIT_FIELDS))
    held: dict[Any, DutyIndex] = cached(BOARD, "duty_index", dict)
    index = held.get(facts)
    if index is None:
        index = DutyIndex(board_map(), cached(BOARD, "rules", lambda: list(_rules())), (UnitFact(*row) for row in facts))
        held.clear()
        held[facts] = index
    return index


def board_map() -> BoardMap:
    """The map of the board, held in memory until the board changes."""
    return cached(BOARD, "map", _build_map)


def city_shape() -> Any:
    """The drawn boundary of the whole city, or None where it is not drawn."""
    drawn = Area.objects.filter(parent=None, boundary__isnull=False).values_list("boundary", flat=True)
    return shapely.union_all([shape(edge) for edge in drawn]) if drawn else None


def outside_city(positions: Sequence[tuple[float | None, float | None]]) -> list[int]:
    """The numbers (from 0) of the positions (lon, lat) outside the city; blank ones are nowhere. Empty where no boundary is drawn."""
    placed = [at for at, position in enumerate(positions) if None not in position]
    city = city_shape() if placed else None
    if city is None:
        return []
    shapely.prepare(city)
    inside = shapely.covers(city, shapely.points([positions[at] for at in placed]))
    return [at for at, within in zip(placed, inside, strict=True) if not within]


def _build_map() -> BoardMap:
    areas = (
        AreaFact(pk, code, level, path, unit_id, shape(boundary) if boundary else None, name)
        for pk, code, level, path, unit_id, boundary, name in Area.objects.values_list("pk", "code", "level", "path", "unit_id", "boundary", "name")
    )
    zones = (ZoneFact(pk, code, shape(edge)) for pk, code, edge in Zone.objects.values_list("pk", "code", "boundary"))
    segments = (SegmentFact(pk, code, shape(line)) for pk, code, line in Segment.objects.values_list("pk", "code", "line"))
    return BoardMap(areas, zones, segments)


def _rules() -> Iterator[Rule]:
    targets = ("place", "segment", "zone", "area")
    names = ("pk", "code", *(f"{target}_id" for target in targets), "issue_class_id", "unit_id", "part", "starts_on", "ends_on", "created_at")
    for pk, code, *ids, class_id, unit_id, part, starts_on, ends_on, created_at in Duty.objects.values_list(*names).iterator():
        target, target_id = next(((t, i) for t, i in zip(targets, ids, strict=True) if i is not None), ("", None))
        yield Rule(pk, code, target, target_id, class_id, unit_id, part, starts_on, ends_on, created_at)


def area_at(lon: float, lat: float) -> Area | None:
    """The smallest area that contains a position, or None outside the city."""
    found = board_map().area_at(lon, lat)
    return Area.objects.filter(pk=found.id).first() if found else None


def zones_at(lon: float, lat: float) -> list[Zone]:
    """The zones that contain a position, by code."""
    found = [zone.id for zone in board_map().zones_at(lon, lat)]
    return list(Zone.objects.filter(pk__in=found).order_by("code")) if found else []


def visible_to(user: Any) -> QuerySet[Place]:
    """The places that `user` may see."""
    return Place.objects.all().visible_to(user)


def filtered(places: QuerySet[Place], params: Mapping[str, Any]) -> QuerySet[Place]:
    """Places that fit all given filters: category (key), area (code, its parts included), segment, operator (codes), status, q."""
    tests: dict[str, Any] = {
        "category": lambda v: Q(category__key=v),
        "area": lambda v: Q(area__path__startswith=f"{v}/") | Q(area__path__contains=f"/{v}/"),
        "segment": lambda v: Q(segment__code=v),
        "operator": lambda v: Q(operator__code=v),
        "status": lambda v: Q(status=v),
        "q": lambda v: Q(name__icontains=v) | Q(code__iexact=v) | Q(address__icontains=v),
    }
    for key, test in tests.items():
        if params.get(key):
            places = places.filter(test(params[key]))
    return places


def in_box(places: QuerySet[Place], box: tuple[float, float, float, float]) -> QuerySet[Place]:
    """Places between west, south, east and north."""
    west, south, east, north = box
    return places.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


def shapes_of(model: Any, user: Any, params: Mapping[str, Any], sort: str) -> QuerySet[Any]:
    """Areas, street sections or zones by code, narrowed by q (name or code) and by their sort (kind or purpose)."""
    rows = model.objects.all().visible_to(user).order_by("code")
    if words := params.get("q"):
        rows = rows.filter(Q(name__icontains=words) | Q(code__icontains=words))
    return rows.filter(**{sort: params["sort"]}) if sort and params.get("sort") else rows  # type: ignore[no-any-return]


def children_of(area: Area | None) -> QuerySet[Area]:
    """The areas directly below one, or the roots for None."""
    return Area.objects.filter(parent=area).order_by("code")


def areas_geojson(level: str | None = None) -> dict[str, Any]:
    """Areas of a level (None: all) as a GeoJSON FeatureCollection with code, name and level."""
    rows = Area.objects.filter(boundary__isnull=False).order_by("code")
    rows = rows.filter(level=level) if level else rows
    return collection((edge, {"code": code, "name": name, "level": kind}) for code, name, kind, edge in rows.values_list("code", "name", "level", "boundary"))


def ground_geojson() -> dict[str, Any]:
    """What lies under the points of a map: outlines of streets and towns, and the named roads as lines (name, level "road")."""
    ground = areas_geojson(Area.Level.STREET)
    roads = Segment.objects.order_by("code").values_list("street", "name", "line")
    ground["features"] += collection((line, {"name": street or name, "level": "road"}) for street, name, line in roads)["features"]
    return ground


def collection(features: Iterable[tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of (geometry, properties) pairs."""
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": g, "properties": p} for g, p in features]}


def duties(user: Any, params: Mapping[str, Any]) -> QuerySet[Duty]:
    """The duties `user` may see, by filter: unit (code), class (key), target (kind), part, current (only those in force on that day)."""
    rows = Duty.objects.all().visible_to(user).select_related("place", "segment", "zone", "area", "issue_class", "unit")
    if params.get("unit"):
        rows = rows.filter(unit__code=params["unit"])
    if params.get("class"):
        rows = rows.filter(issue_class__key=params["class"])
    if params.get("part"):
        rows = rows.filter(part=params["part"])
    if params.get("target") in ("place", "segment", "zone", "area"):
        rows = rows.filter(**{f"{params['target']}__isnull": False})
    if on := params.get("current"):
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), standing(on, "unit__"), starts_on__lte=on)
    if params.get("q"):
        words = params["q"]
        names = ("place__name", "segment__name", "zone__name", "area__name", "basis", "unit__name")
        rows = rows.filter(*[_any_contains(names, words)])
    return rows


def duty_state(duty: Duty, today: dt.date) -> str:
    """waiting, in_force or ended, on a day; a duty ends with its unit."""
    if (duty.ends_on and duty.ends_on < today) or not duty.unit.exists_on(today):
        return "ended"
    return "waiting" if duty.starts_on > today else "in_force"


def _any_contains(names: Iterable[str], words: str) -> Q:
    found = Q(code__iexact=words)
    for name in names:
        found |= Q(**{f"{name}__icontains": words})
    return found


def answers_at(place: Place, on: dt.date) -> list[tuple[IssueClass, Unit | None, Reason | None]]:
    """Who answers at a place for every active class: (class, unit, winning reason)."""
    index = duty_index()
    spot = index.spot(None, place, 0)
    classes = list(IssueClass.objects.filter(active=True))
    answers = [(c, index.answer(spot, c, on)) for c in classes]
    units = Unit.objects.in_bulk({a.unit_id for _c, a in answers if a.unit_id})
    return [(c, units.get(a.unit_id or 0), next((r for r in a.reasons if r.outcome == "won"), None)) for c, a in answers]


@dataclass(frozen=True)
class Uncovered:
    """Places × classes that no rule covers: how many places by class, how many pairs (of one class), the first of them."""

    by_class: Counter[tuple[Any, duty_gaps.Hole]]
    count: int
    first: list[duty_gaps.Gap]


def uncovered(on: dt.date, wanted: str = "", most: int = 200) -> Uncovered:
    """Active places × active classes for which no rule and no class default names a unit.

    Args:
        wanted: key of the class whose pairs are counted and listed; empty for all.
        most: how many pairs are listed.
    """
    places = Place.objects.filter(status=Place.Status.ACTIVE).select_related("category").order_by("code")
    classes: list[Any] = list(IssueClass.objects.filter(active=True))
    found = list(duty_gaps.open_at(duty_index(), places, classes, on))
    by_class = duty_gaps.count_open(found)
    chosen = {one.pk for one in classes if not wanted or one.key == wanted}
    count = sum(number for (issue_class, _hole), number in by_class.items() if issue_class.pk in chosen)
    pairs = (duty_gaps.Gap(place, *pair) for place, listed in found for pair in listed if pair[0].pk in chosen)
    return Uncovered(by_class, count, list(islice(pairs, most)))


def resolve_many(lons: Any, lats: Any, classes: Sequence[IssueClass], on: dt.date) -> Any:
    """Row ids of the units that answer at many positions (degrees) for the class beside each, -1 where nobody does.

    The same answers as `resolve` gives one by one, without the reasons; made for tens of thousands of positions.
    """
    index = duty_index()
    held: dict[str, Any] = cached(BOARD, "duty_day", dict)
    if held.get("of") != (index, on):
        held.update({"of": (index, on), "day": DutyDay(index, on)})
    return held["day"].resolve_many(lons, lats, classes, float(policy_value(SEGMENT_DISTANCE.key)))


def wins_of(rule: Rule, on: dt.date) -> Wins:
    """What a rule, stored or not yet, would win on a day: places × classes, and from which other answers it takes them."""
    index = duty_index()
    places = Place.objects.filter(status=Place.Status.ACTIVE).order_by("code")
    if rule.target in ("place", "segment"):
        places = places.filter(**{f"{rule.target}_id" if rule.target == "segment" else "pk": rule.target_id})
    elif rule.target == "area":
        places = places.filter(area__path__startswith=index.board.area_by_id[rule.target_id or 0].path)
    classes = IssueClass.objects.filter(active=True)
    mine = classes.filter(pk=rule.class_id) if rule.class_id is not None else classes
    return duty_gaps.wins_of(index, rule, places, list(mine), on)


def idle_rules(on: dt.date) -> list[duty_gaps.Idle]:
    """Rules in force that can never win."""
    used = Place.objects.exclude(area=None).values_list("area_id", flat=True).distinct()
    return duty_gaps.idle_rules(duty_index(), used, on)

