"""Areas, street segments, zones, places and duties as sheets."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Refused
from yipanqi.people.models import Unit
from yipanqi.people.selectors import open_units
from yipanqi.places import actions, shapes
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.places.names import division_code, stands_for_city
from yipanqi.places.sheet_checks import bad_shapes, outside_city
from yipanqi.sheets import (
    Choice,
    Code,
    Column,
    Date,
    Lat,
    Lon,
    Reference,
    RowResult,
    RowSheet,
    Sheet,
    SheetError,
    Text,
    register,
    squash,
    suggest,
)  # fmt: skip
from yipanqi.standards.models import IssueClass, PlaceCategory

__ = gettext_lazy


def _units() -> Iterator[tuple[Unit, Sequence[str]]]:
    for unit in open_units():
        yield unit, [unit.name, unit.code, *([unit.short_name] if unit.short_name else [])]


def _coded(model: Any, shape: str) -> Any:
    """A look-up of things by code (shown) and name; their shapes stay where they are."""
    return lambda: ((row, [row.code, row.name]) for row in model._default_manager.defer(shape))


def _categories() -> Iterator[tuple[PlaceCategory, Sequence[str]]]:
    return ((row, [row.name, row.key, row.code_prefix]) for row in PlaceCategory.objects.all())


def _classes() -> Iterator[tuple[IssueClass, Sequence[str]]]:
    return ((row, [row.name, row.key, row.code]) for row in IssueClass.objects.filter(active=True))


def _code_of(thing: Any) -> str:
    return str(thing.code)


def _name_of(thing: Any) -> str:
    return str(thing.name)


def changed(stored: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields that differ from what is stored; of shapes, by more than a centimetre."""
    drawn = {name: shapes.rounded(getattr(stored, name)) for name in ("boundary", "line") if getattr(stored, name, None)}
    return {name: value for name, value in fields.items() if drawn.get(name, getattr(stored, name)) != value}


#: Written beside a shape; not stored, because everything is kept in WGS 84.
SYSTEM = Column("system", __("坐标系"), Choice(pairs=shapes.SYSTEMS, words={"高德": "GCJ02", "腾讯": "GCJ02", "火星": "GCJ02", "百度": "BD09", "天地图": "WGS84", "CGCS2000": "WGS84", "国家2000": "WGS84"}), (), False, __("不填为 WGS84 / CGCS2000。"), "")  # fmt: skip


def _settle_shape(fields: dict[str, Any], name: str, check: Callable[..., dict[str, Any]]) -> None:
    """Check the shape in `fields[name]` and put it into WGS 84; a blank one says nothing."""
    system = fields.pop("system", "") or "WGS84"
    if fields.get(name):
        fields[name] = check(fields[name], system)
    else:
        fields.pop(name, None)


class AreaSheet(RowSheet):
    """Divisions and grid cells. Codes of 6 or 9 digits are filled up to 12; a city's nominal district means the city."""

    name = "areas"
    title = __("区划")
    permission = "places.add_area"
    reading = "people.export_board"
    columns = (
        Column("code", __("区划代码"), Code(), ("code", "代码", "编码"), True, __("国家统计用区划代码；网格为 15 位。"), "620200001001"),
        Column("name", __("名称"), Text(60), ("name",), True, "", "雄关社区"),
        Column("level", __("层级"), Choice(pairs=Area.Level.choices, words={
            "区": "district", "县": "district", "街道": "street", "镇": "street", "乡": "street", "社区": "community", "村": "community", "town": "street", "village": "community",
        }), ("level", "级别"), True, "", "社区（村）"),
        Column("parent", __("上级代码"), Code(), ("parent_code", "上级区划代码", "上级"), False, __("最高一级留空。"), "620200001000"),
        Column("unit", __("属地单位"), Reference(lookup=_units, show=_name_of), ("责任单位",), False, __("该区域由谁管理。"), ""),
        Column("boundary", __("边界"), Text(), ("boundary", "geojson", "GeoJSON"), False, __("GeoJSON 的 Polygon 或 WKT，经度在前。可不填。"), ""),
        SYSTEM,
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        codes = {key: division_code(key) for key in keys}
        found = {area.code: area for area in Area.objects.filter(code__in=codes.values()).select_related("parent", "unit")}
        return {key: found[code] for key, code in codes.items() if code in found}

    def check(self, rows: Iterable[RowResult]) -> Iterator[tuple[int, str, str]]:
        return bad_shapes(rows, "boundary", shapes.polygon)

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        """Parents first, whatever the order in the file."""
        order = sorted(range(len(rows)), key=lambda i: actions.DEPTH.get(rows[i][0].get("level") or "", 9))
        outcomes = dict(zip(order, super().apply_batch([rows[i] for i in order], by, at), strict=True))
        return [outcomes[i] for i in range(len(rows))]

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        code = division_code(row.pop("code"))
        if _nominal_district(code, row):
            return "unchanged"
        fields = dict(row)
        if "parent" in fields:
            fields["parent"] = _parent(fields["parent"])
        _settle_shape(fields, "boundary", shapes.polygon)
        return _keep(existing, {"code": code}, fields, actions.add_area, actions.change_area, by, at)

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        for area in Area.objects.all().visible_to(user).select_related("parent", "unit").order_by("path").iterator():
            edge = shapes.as_text(area.boundary) if area.boundary else ""
            yield {
                "code": area.code, "name": area.name, "level": area.level, "parent": area.parent.code if area.parent else "",
                "unit": area.unit, "boundary": edge if len(edge) <= 32_000 else "",
            }  # fmt: skip


def _keep(
    existing: Any, named: dict[str, Any], fields: dict[str, Any], add: Callable[..., Any], change: Callable[..., Any], by: Any, at: dt.datetime
) -> str:
    """Add what is not there under the name `named`, change what differs, and say which it was."""
    if existing is None:
        add(None, **named, **fields, by=by, at=at)
        return "created"
    fresh = changed(existing, fields)
    if fresh:
        change(existing, fields=fresh, by=by, at=at)
    return "updated" if fresh else "unchanged"


def _nominal_district(code: str, row: Mapping[str, Any]) -> bool:
    """A district line that repeats the city's name: the city has no districts, the line means the city itself."""
    city = stands_for_city(code)
    return row.get("level") == Area.Level.DISTRICT and bool(city) and Area.objects.filter(code=city, name=row.get("name")).exists()


def _parent(text: str) -> Area | None:
    if not text:
        return None
    code = division_code(text)
    found: Area | None = Area.objects.filter(code=code).first()
    if found is None and (city := stands_for_city(code)):
        found = Area.objects.filter(code=city).first()
    if found is None:
        hint = suggest(code, Area.objects.values_list("code", flat=True))
        raise SheetError(_("没有代码为“%(code)s”的上级区划。%(hint)s请先导入上级。") % {"code": text, "hint": hint})
    return found


class SegmentSheet(RowSheet):
    """Street sections with their lines."""

    name = "segments"
    title = __("路段")
    permission = "places.add_segment"
    reading = "people.export_board"
    columns = (
        Column("code", __("路段编码"), Code(longest=20), ("编码", "code"), True, "", "L001-1"),
        Column("name", __("路段名称"), Text(80), ("name", "名称"), True, "", "新华路（胜利路—迎宾路）"),
        Column("street", __("道路"), Text(40), ("道路名称", "street"), False, "", "新华路"),
        Column("kind", __("类型"), Choice(pairs=Segment.Kind.choices, words={"主干路": "main", "次干路": "secondary", "小巷": "back", "支路": "secondary"}), ("道路类型", "kind"), True, "", "主干道"),
        Column("area", __("所在区划"), Reference(lookup=_coded(Area, "boundary"), show=_code_of), ("区划代码", "所属社区"), False, "", "620200001001"),
        Column("line", __("线位"), Text(), ("line", "geojson", "坐标"), True, __("依次写各点：经度,纬度;经度,纬度；或 GeoJSON 的 LineString、WKT。"), "98.28,39.77;98.29,39.77"),
        SYSTEM,
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {segment.code: segment for segment in Segment.objects.filter(code__in=keys).select_related("area")}

    def check(self, rows: Iterable[RowResult]) -> Iterator[tuple[int, str, str]]:
        return bad_shapes(rows, "line", lambda text, system: shapes.line(as_line(text), system))

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        fields = {**row, "line": as_line(row["line"])}
        _settle_shape(fields, "line", shapes.line)
        code = fields.pop("code")
        if not fields.get("street"):
            fields.pop("street", None)
        return _keep(existing, {"code": code}, fields, actions.add_segment, actions.change_segment, by, at)

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        for one in Segment.objects.all().visible_to(user).select_related("area").order_by("code").iterator():
            yield {"code": one.code, "name": one.name, "street": one.street, "kind": one.kind, "area": one.area, "line": shapes.as_text(one.line)}


class ZoneSheet(RowSheet):
    """Polygons with a purpose."""

    name = "zones"
    title = __("区域")
    permission = "places.add_zone"
    reading = "people.export_board"
    columns = (
        Column("code", __("区域编码"), Code(longest=20), ("编码", "code"), True, __("唯一；再次导入按编码更新。"), "Z001"),
        Column("name", __("区域名称"), Text(80), ("名称", "name"), True, "", "新华路严管区"),
        Column("purpose", __("用途"), Choice(pairs=Zone.Purpose.choices, words={"严管": "strict_control", "禁停": "no_parking", "电子围栏": "bike_fence", "禁摆": "no_stalls"}), ("类型", "purpose"), True, "", "严管区"),
        Column("boundary", __("边界"), Text(), ("boundary", "geojson", "wkt", "图形"), True, __("GeoJSON 的 Polygon 或 WKT，经度在前，首尾两点相同。"), "POLYGON ((98.28 39.77, 98.29 39.77, 98.29 39.78, 98.28 39.77))"),
        SYSTEM,
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {zone.code: zone for zone in Zone.objects.filter(code__in=keys)}

    def check(self, rows: Iterable[RowResult]) -> Iterator[tuple[int, str, str]]:
        return bad_shapes(rows, "boundary", shapes.polygon)

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        fields = dict(row)
        code = fields.pop("code")
        _settle_shape(fields, "boundary", shapes.polygon)
        return _keep(existing, {"code": code}, fields, actions.add_zone, actions.change_zone, by, at)

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        for zone in Zone.objects.all().visible_to(user).order_by("code").iterator():
            yield {"code": zone.code, "name": zone.name, "purpose": zone.purpose, "boundary": shapes.as_text(zone.boundary)}


def as_line(text: str) -> Any:
    """A line written as "lon,lat;lon,lat" as GeoJSON; anything else as it is."""
    corners = [re.split(r"[,，\s]+", part.strip()) for part in re.split(r"[;；|]", text) if part.strip()]
    if len(corners) < 2 or any(len(corner) != 2 for corner in corners):
        return text
    try:
        return {"type": "LineString", "coordinates": [[float(x), float(y)] for x, y in corners]}
    except ValueError:
        return text


class PlaceSheet(Sheet):
    """Inspection points."""

    name = "places"
    title = __("点位")
    permission = "places.save_places"
    reading = "people.export_board"
    columns = (
        Column("code", __("点位编码"), Code(longest=20), ("编码", "code", "点位编号"), True, __("唯一；再次导入按编码更新。"), "GY001"),
        Column("name", __("点位名称"), Text(80), ("名称", "name"), True, "", "雄关公园"),
        Column("category", __("类别"), Reference(lookup=_categories, show=_name_of), ("点位类型", "点位类别", "category"), True, "", ""),
        Column("address", __("地址"), Text(200), ("详细地址", "address"), False, "", "新华北路 1 号"),
        Column("lon", __("经度"), Lon(), ("lon", "lng"), True, "", "98.2901"),
        Column("lat", __("纬度"), Lat(), ("lat",), True, "", "39.7701"),
        Column("area", __("所在区划"), Reference(lookup=_coded(Area, "boundary"), show=_code_of), ("区划代码", "所属社区", "社区"), False, __("不填则按坐标判定。"), ""),
        Column("segment", __("所在路段"), Reference(lookup=_coded(Segment, "line"), show=_code_of), ("路段编码", "路段"), False, "", ""),
        Column("operator", __("运营单位"), Reference(lookup=_units, show=_name_of), ("主管单位", "管理单位"), False, "", ""),
        Column("status", __("状态"), Choice(pairs=Place.Status.choices), ("status",), False, __("不填为在用。"), "在用"),
        Column("opened_on", __("纳入日期"), Date(), ("opened_on",), False, "", "2026-01-03"),
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {place.code: place for place in Place.objects.filter(code__in=keys)}

    def doubts(self, rows: Sequence[RowResult]) -> Iterator[tuple[RowResult, str, str]]:
        return outside_city(rows)

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        outcomes: list[str | Exception] = actions.save_places(None, rows=[(_place_fields(row), old) for row, old in rows], by=by, at=at)
        return outcomes

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        places = Place.objects.all().visible_to(user).select_related("category", "area", "segment", "operator").order_by("code")
        for place in places.iterator(chunk_size=2000):
            yield {column.key: getattr(place, column.key) for column in self.columns}


def _place_fields(row: dict[str, Any]) -> dict[str, Any]:
    """What a row says about a place; a blank status or area says nothing."""
    return {key: value for key, value in row.items() if value not in (None, "") or key not in ("status", "area")}


KINDS: dict[str, Any] = {"place": Place, "segment": Segment, "zone": Zone, "area": Area}
KIND_NAMES = (("place", __("点位")), ("segment", __("路段")), ("zone", __("区域")), ("area", __("区划")), ("class", __("类别默认")))


class DutySheet(Sheet):
    """Who answers for what. Rows without a code are recognised by target, class, unit, part and first day."""

    name = "duties"
    title = __("责任")
    permission = "places.add_duty"
    reading = "people.export_board"
    columns = (
        Column("code", __("编号"), Code(longest=20), ("责任编号", "code"), False, __("留空则自动编号。"), ""),
        Column("kind", __("责任对象类型"), Choice(pairs=KIND_NAMES, words={"网格": "area", "社区": "area", "街道": "area", "道路": "segment"}), ("对象类型",), True, "", "点位"),
        Column("target", __("责任对象"), Text(80), ("对象", "责任对象编码", "点位编码"), False, __("编码或名称；类别默认留空。"), "GY001"),
        Column("issue_class", __("问题类别"), Reference(lookup=_classes, show=lambda c: str(c.key)), ("类别",), False, __("留空表示各类问题。"), ""),
        Column("unit", __("责任单位"), Reference(lookup=_units, show=_name_of), ("单位",), True, "", ""),
        Column("part", __("责任"), Choice(pairs=Duty.Part.choices), ("责任类型", "角色"), False, __("不填为主办。"), "主办"),
        Column("basis", __("依据"), Text(200), (), False, "", "门前五包责任书"),
        Column("starts_on", __("生效日期"), Date(), ("开始日期",), False, __("不填为今天。"), "2026-01-03"),
        Column("ends_on", __("终止日期"), Date(), ("结束日期",), False, __("不填为长期。"), ""),
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {duty.code: duty for duty in Duty.objects.filter(code__in=keys).select_related("unit", "issue_class")}

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        finder = TargetFinder()
        outcomes: list[str | Exception] = []
        for row, existing in rows:
            try:
                with transaction.atomic():
                    outcomes.append(self._apply(dict(row), existing, finder, by, at))
            except Refused as refusal:
                outcomes.append(refusal)
        return outcomes

    def _apply(self, row: dict[str, Any], existing: Duty | None, finder: TargetFinder, by: Any, at: dt.datetime) -> str:
        kind, text, code = row.pop("kind"), row.pop("target", ""), row.pop("code", "")
        fields: dict[str, Any] = {"issue_class": None, **row, **dict.fromkeys(KINDS)}
        if kind != "class":
            fields[kind] = finder.find(kind, text)
        fields = {k: v for k, v in fields.items() if v not in (None, "") or k not in ("part", "starts_on")}
        same = {k: fields.get(k) for k in (*KINDS, "issue_class", "unit")}
        day = fields.get("starts_on")
        if existing is None and not code:
            similar = Duty.objects.filter(**same, part=fields.get("part", Duty.Part.LEAD))
            existing = (similar.filter(starts_on=day) if day else similar).first()
        return _keep(existing, {"code": code}, fields, actions.add_duty, actions.change_duty, by, at)

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        duties = Duty.objects.all().visible_to(user).select_related("place", "segment", "zone", "area", "issue_class", "unit")
        for duty in duties.order_by("code").iterator(chunk_size=2000):
            kind = next((k for k in KINDS if getattr(duty, f"{k}_id")), "class")
            target = duty.target.code if duty.target else ""
            plain = {key: getattr(duty, key) for key in ("code", "issue_class", "unit", "part", "basis", "starts_on", "ends_on")}
            yield {**plain, "kind": kind, "target": target}


class TargetFinder:
    """Finds the target of a duty by code or name, remembering each kind's names once read."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, list[Any]]] = {}

    def find(self, kind: str, text: str) -> Any:
        """The one thing of that code or name, or SheetError with the nearest names."""
        known = self._known.get(kind) or self._read(kind)
        found = known.get(squash(text), [])
        if kind == "area" and not found and text.isdigit():
            found = known.get(division_code(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise SheetError(_("叫“%(text)s”的有 %(count)d 个，请改填编码。") % {"text": text, "count": len(found)})
        names = (str(one) for same in known.values() for one in same)
        raise SheetError(_("没有责任对象“%(text)s”。%(hint)s请核对编码或名称。") % {"text": text, "hint": suggest(text, set(names))})

    def _read(self, kind: str) -> dict[str, list[Any]]:
        known: dict[str, list[Any]] = defaultdict(list)
        for thing in KINDS[kind]._default_manager.all():
            for name in {squash(thing.code), squash(thing.name)}:
                known[name].append(thing)
        self._known[kind] = known
        return known


for sheet in (AreaSheet(), SegmentSheet(), ZoneSheet(), PlaceSheet(), DutySheet()):
    register(sheet)
