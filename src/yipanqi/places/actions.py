"""Keeping the board: areas, segments, zones, places and duties. Everything the duty search reads raises its stamp."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import h3
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.series import next_number
from yipanqi.kernel.stamps import bump
from yipanqi.people.models import Unit
from yipanqi.places import shapes
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.places.names import division_code, plain_code, sort_key
from yipanqi.places.selectors import BOARD, board_map, city_shape
from yipanqi.places.states import PLACE
from yipanqi.standards.models import IssueClass, PlaceCategory

T = TypeVar("T", bound=models.Model)
#: Raised by everything that changes places, which the duty search does not hold.
PLACES = "places"
CELL_RESOLUTION = 9
#: Decimals of a degree that are kept: a centimetre.
DEGREE_PLACES = 7
DEPTH = {level: number for number, level in enumerate(Area.Level.values)}


class CodeTaken(Refused):
    """Another thing of the kind has this code."""

    message = gettext_lazy("这个编码已被使用，请换一个")


class StillUsed(Refused):
    """Other things point here, so it cannot be removed."""

    message = gettext_lazy("仍有下级、点位、责任或问题引用，不能删除")


class BadValue(Refused):
    """A field's value cannot be stored; the sentence says why."""


@action
def add_area(
    area: None, *, code: str, name: str, level: str, parent: Area | None = None, unit: Unit | None = None,
    boundary: Any = None, by: Actor, at: dt.datetime,
) -> Area:  # fmt: skip
    """Add a division or grid cell below `parent`. `boundary` is GeoJSON in WGS 84, object or text.

    Raises:
        CodeTaken: the code exists.
        BadShape: the boundary is no usable polygon.
        BadValue: a parent of the same or a lower level.
    """
    made = Area(code=_free(Area, division_code(code)))
    return _save_area(made, {"name": name, "level": level, "parent": parent, "unit": unit, "boundary": boundary})


@action
def change_area(area: Area, *, fields: Mapping[str, Any], by: Actor, at: dt.datetime) -> Area:
    """Change name, level, parent, unit or boundary. Moving an area moves everything below it.

    Raises:
        BadShape: the boundary is no usable polygon.
        BadValue: a parent of the same or a lower level.
    """
    before = area.path
    _save_area(area, fields)
    for below in Area.objects.filter(path__startswith=before).exclude(pk=area.pk) if before != area.path else ():
        below.path = area.path + below.path.removeprefix(before)
        below.save(update_fields=["path"])
    return area


@action
def remove_area(area: Area, *, by: Actor, at: dt.datetime) -> None:
    """Remove an area that was added by mistake. Raises StillUsed where anything points to it."""
    _remove(area)


def _save_area(area: Area, fields: Mapping[str, Any]) -> Area:
    _set(area, fields, ("name", "level", "parent", "unit", "boundary"))
    if area.boundary:
        area.boundary = shapes.polygon(area.boundary)
        if area.parent:
            shapes.check_inside(area.boundary, city_shape())
    area.boundary = area.boundary or None
    _one_of(area.level, Area.Level, "level")
    if area.parent and DEPTH[area.parent.level] >= DEPTH[area.level] and area.level != Area.Level.GRID:
        raise BadValue(_("上级“%(parent)s”的层级应高于本级，请核对") % {"parent": area.parent}, field="parent")
    if area.parent and f"{area.code}/" in area.parent.path:
        raise BadValue(_("上级不能是本区划自己或其下级"), field="parent")
    area.sort_key = sort_key(area.name)
    area.path = f"{area.parent.path if area.parent else ''}{area.code}/"
    return _keep(area)


@action
def add_segment(
    segment: None, *, code: str, name: str, kind: str, line: Any, street: str = "", area: Area | None = None,
    by: Actor, at: dt.datetime,
) -> Segment:  # fmt: skip
    """Add a street section. `line` is a GeoJSON LineString in WGS 84. Raises CodeTaken, BadShape."""
    made = Segment(code=_free(Segment, plain_code(code)))
    return _save_segment(made, {"name": name, "street": street or name, "kind": kind, "line": line, "area": area})


@action
def change_segment(segment: Segment, *, fields: Mapping[str, Any], by: Actor, at: dt.datetime) -> Segment:
    """Change name, street, kind, line or area of a street section. Raises BadShape."""
    return _save_segment(segment, fields)


@action
def remove_segment(segment: Segment, *, by: Actor, at: dt.datetime) -> None:
    """Remove a street section that was added by mistake. Raises StillUsed where anything points to it."""
    _remove(segment)


def _save_segment(segment: Segment, fields: Mapping[str, Any]) -> Segment:
    _set(segment, fields, ("name", "street", "kind", "line", "area"))
    _one_of(segment.kind, Segment.Kind, "kind")
    segment.line = shapes.line(segment.line)
    shapes.check_inside(segment.line, city_shape())
    return _keep(segment)


@action
def add_zone(zone: None, *, code: str, name: str, purpose: str, boundary: Any, by: Actor, at: dt.datetime) -> Zone:
    """Add a polygon with a purpose. `boundary` is GeoJSON in WGS 84. Raises CodeTaken, BadShape."""
    made = Zone(code=_free(Zone, plain_code(code)))
    return _save_zone(made, {"name": name, "purpose": purpose, "boundary": boundary})


@action
def change_zone(zone: Zone, *, fields: Mapping[str, Any], by: Actor, at: dt.datetime) -> Zone:
    """Change name, purpose or boundary of a zone. Raises BadShape."""
    return _save_zone(zone, fields)


@action
def remove_zone(zone: Zone, *, by: Actor, at: dt.datetime) -> None:
    """Remove a zone. Raises StillUsed where duties hang on it."""
    _remove(zone)


def _save_zone(zone: Zone, fields: Mapping[str, Any]) -> Zone:
    _set(zone, fields, ("name", "purpose", "boundary"))
    _one_of(zone.purpose, Zone.Purpose, "purpose")
    zone.boundary = shapes.polygon(zone.boundary)
    shapes.check_inside(zone.boundary, city_shape())
    return _keep(zone)


PLACE_FIELDS = ("name", "category", "address", "lon", "lat", "area", "segment", "operator", "opened_on", "status")


@action
def add_place(
    place: None, *, code: str, name: str, category: PlaceCategory, lon: float, lat: float, address: str = "", area: Area | None = None,
    segment: Segment | None = None, operator: Unit | None = None, opened_on: dt.date | None = None, by: Actor, at: dt.datetime,
) -> Place:  # fmt: skip
    """Add an inspection point. Without `area` it belongs to the smallest area that contains it. Raises CodeTaken, BadValue."""
    made = Place(code=_free(Place, plain_code(code)))
    fields = {"name": name, "category": category, "address": address, "lon": lon, "lat": lat, "area": area}
    ready = settle_place(made, {**fields, "segment": segment, "operator": operator, "opened_on": opened_on})
    return _keep(ready, PLACES)


@action
def change_place(place: Place, *, fields: Mapping[str, Any], by: Actor, at: dt.datetime) -> Place:
    """Change what a place is, where, or who runs it (see PLACE_FIELDS). Raises BadValue."""
    return _keep(settle_place(place, fields), PLACES)


@action
def suspend_place(place: Place, *, by: Actor, at: dt.datetime) -> Place:
    """Leave a place out of inspections for a time, for example during building works. Raises WrongState."""
    return _moved(place, "suspend_place")


@action
def reopen_place(place: Place, *, by: Actor, at: dt.datetime) -> Place:
    """Put a suspended or closed place back into use. Raises WrongState."""
    return _moved(place, "reopen_place")


@action
def close_place(place: Place, *, by: Actor, at: dt.datetime) -> Place:
    """Take a place out of the list for good; its records stay. Raises WrongState."""
    return _moved(place, "close_place")


def _moved(place: Place, verb: str) -> Place:
    PLACE.move(place, verb)
    return _keep(place, PLACES)


@action(private=("rows",))
def save_places(
    place: None, *, rows: Sequence[tuple[Mapping[str, Any], Place | None]], by: Actor, at: dt.datetime
) -> list[str | Exception]:
    """Write many places at once: (fields with `code`, the stored place or None) each.

    Answers each row with "created", "updated", "unchanged" or the refusal; the refused ones are left as they were.
    """
    outcomes: list[str | Exception] = []
    new: list[Place] = []
    changed: list[Place] = []
    for fields, stored in rows:
        try:
            target = stored or Place(code=plain_code(fields["code"]))
            before = {name: getattr(target, f"{name}_id", getattr(target, name, None)) for name in PLACE_FIELDS} if stored else {}
            settle_place(target, {k: v for k, v in fields.items() if k != "code"})
            after = {name: getattr(target, f"{name}_id", getattr(target, name)) for name in before}
            outcomes.append("created" if not stored else "updated" if before != after else "unchanged")
        except Refused as refusal:
            outcomes.append(refusal)
            continue
        if outcomes[-1] != "unchanged":
            (changed if stored else new).append(target)
    Place.objects.bulk_create(new, batch_size=500)
    Place.objects.bulk_update(changed, [*PLACE_FIELDS, "cell", "sort_key"], batch_size=200)
    bump(PLACES)
    return outcomes


def settle_place(place: Place, fields: Mapping[str, Any]) -> Place:
    """Set a place's fields and all that follows from them (cell, sort key, area), without saving. Raises BadValue."""
    moved = place.pk is None or any(k in fields and fields[k] != getattr(place, k) for k in ("lon", "lat"))
    named = "name" in fields and fields["name"] != place.name
    _set(place, fields, PLACE_FIELDS)
    if place.lon is None or place.lat is None or not (-180 <= place.lon <= 180 and -90 <= place.lat <= 90):
        raise BadValue(_("请填写点位的经度和纬度（度）"), field="lon")
    _one_of(place.status, Place.Status, "status")
    place.lon, place.lat = round(place.lon, DEGREE_PLACES), round(place.lat, DEGREE_PLACES)
    if named or not place.sort_key:
        place.sort_key = sort_key(place.name)
    place.cell = h3.latlng_to_cell(place.lat, place.lon, CELL_RESOLUTION)
    if (moved and not fields.get("area")) or place.area_id is None:
        found = board_map().area_at(place.lon, place.lat)
        place.area_id = found.id if found else place.area_id
    return place


@action
def add_duty(
    duty: None, *, unit: Unit, issue_class: IssueClass | None = None, place: Place | None = None, segment: Segment | None = None,
    zone: Zone | None = None, area: Area | None = None, part: str = Duty.Part.LEAD, basis: str = "", code: str = "",
    starts_on: dt.date | None = None, ends_on: dt.date | None = None, by: Actor, at: dt.datetime,
) -> Duty:  # fmt: skip
    """Say who answers for one target (or, with a class alone, for the class by default), from today unless told.

    Raises:
        CodeTaken: the code exists.
        BadValue: more than one target, no target and no class, days in the wrong order, a dissolved unit.
    """
    made = Duty(code=_free(Duty, plain_code(code)) if code else _next_duty_code(), created_at=at)
    fields: dict[str, Any] = {"unit": unit, "issue_class": issue_class, "place": place, "segment": segment, "zone": zone, "area": area}
    day = starts_on or timezone.localdate(at)
    return _save_duty(made, {**fields, "part": part, "basis": basis, "starts_on": day, "ends_on": ends_on})


@action
def change_duty(duty: Duty, *, fields: Mapping[str, Any], by: Actor, at: dt.datetime) -> Duty:
    """Correct a duty. Who takes over from whom is better said by ending one and adding another. Raises BadValue."""
    return _save_duty(duty, fields)


@action
def end_duty(duty: Duty, *, ends_on: dt.date, by: Actor, at: dt.datetime) -> Duty:
    """Say the last day on which a duty is in force. Raises BadValue for a day before its first."""
    return _save_duty(duty, {"ends_on": ends_on})


def _save_duty(duty: Duty, fields: Mapping[str, Any]) -> Duty:
    targets = ("place", "segment", "zone", "area")
    _set(duty, fields, (*targets, "issue_class", "unit", "part", "basis", "starts_on", "ends_on"))
    named = [target for target in targets if getattr(duty, f"{target}_id")]
    _one_of(duty.part, Duty.Part, "part")
    if len(named) > 1:
        raise BadValue(_("一条责任只能对应一个对象：点位、路段、区域或区划中的一个"), field=named[1])
    if not named and not duty.issue_class_id:
        raise BadValue(_("请填写责任对象，或至少指明问题类别（作为该类别的默认责任）"), field="issue_class")
    if duty.ends_on and duty.ends_on < duty.starts_on:
        raise BadValue(_("终止日期不能早于生效日期"), field="ends_on")
    if not duty.unit.exists_on(duty.starts_on):
        raise BadValue(_("责任单位“%(unit)s”已撤销，请改填承接单位") % {"unit": duty.unit}, field="unit")
    return _keep(duty)


def _next_duty_code() -> str:
    while Duty.objects.filter(code=(code := f"D{next_number('places.duty'):06d}")).exists():
        pass  # the code was given by hand or by an import
    return code


def _free(model: type[models.Model], code: str) -> str:
    if model._default_manager.filter(code=code).exists():
        raise CodeTaken(_("编码“%(code)s”已被使用，请换一个") % {"code": code}, field="code")
    return code


def _set(thing: models.Model, fields: Mapping[str, Any], allowed: Sequence[str]) -> None:
    """Set the given fields, refusing texts that are too long or names that are empty."""
    for name, value in fields.items():
        if name not in allowed:
            raise BadValue(_("不能修改“%(name)s”") % {"name": name}, field=name)
        if isinstance(value, str):
            _check_length(thing, name, value)
        if name == "name" and not str(value or "").strip():
            raise BadValue(_("请填写名称"), field="name")
        setattr(thing, name, value)


def _check_length(thing: models.Model, name: str, value: str) -> None:
    column = thing._meta.get_field(name)
    longest = getattr(column, "max_length", None)
    if longest and len(value) > longest:
        values = {"name": getattr(column, "verbose_name", name), "most": longest}
        raise BadValue(_("“%(name)s”不能超过 %(most)d 个字") % values, field=name)


def _one_of(value: str, choices: type[models.TextChoices], field: str) -> None:
    if value not in choices.values:
        values = {"value": value, "choices": _("、").join(str(label) for label in choices.labels)}
        raise BadValue(_("“%(value)s”不在可选范围内：%(choices)s") % values, field=field)


def _keep(thing: T, topic: str = BOARD) -> T:
    thing.save()
    bump(topic)
    return thing


def _remove(thing: models.Model) -> None:
    """Delete a thing that nothing points to; its own duties count as pointing to it."""
    if Duty.objects.filter(**{thing._meta.model_name or "": thing}).exists():
        raise StillUsed
    try:
        thing.delete()
    except models.ProtectedError as error:
        raise StillUsed from error
    bump(BOARD)
