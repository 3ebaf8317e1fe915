"""Shapes as people hand them in: GeoJSON or WKT checked and put into one plain form. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from yipanqi.kernel.actions import Refused
from yipanqi.sheets.coordinates import TO_WGS84

#: A city's boundary has a few thousand corners; more is a mistake or an attack.
MOST_CORNERS = 50_000
#: Decimals of a degree that are kept: a centimetre.
DEGREE_PLACES = 7
#: How far a shape may reach over the city's boundary, because boundaries are drawn by different hands.
TOLERANCE_M = 2_000
DEGREE_M = 111_195
SYSTEMS = (
    ("WGS84", gettext_lazy("WGS84 / CGCS2000（天地图、GPS）")),
    ("GCJ02", gettext_lazy("GCJ-02（高德、腾讯）")),
    ("BD09", gettext_lazy("BD-09（百度）")),
)
_WKT = re.compile(r"\s*(SRID=\d+;)?\s*(MULTI)?(POLYGON|LINESTRING)\b", re.IGNORECASE)
_WHERE = re.compile(r"(.*?)\[(\S+) (\S+)\]")
_WRONG: dict[str, Any] = {
    "Self-intersection": gettext_lazy("边线自相交"),
    "Ring Self-intersection": gettext_lazy("边线碰到自己"),
    "Hole lies outside shell": gettext_lazy("孔洞在外圈之外"),
    "Holes are nested": gettext_lazy("孔洞套着孔洞"),
    "Nested shells": gettext_lazy("一块套在另一块里面"),
    "Duplicate Rings": gettext_lazy("有重复的圈"),
    "Interior is disconnected": gettext_lazy("内部被孔洞隔断"),
    "Too few points in geometry component": gettext_lazy("有一圈少于三个点"),
}


class BadShape(Refused):
    """The shape cannot be used; the sentence says why."""


def polygon(value: Any, system: str = "WGS84") -> dict[str, Any]:
    """A Polygon or MultiPolygon in WGS 84 from GeoJSON (object or text, also wrapped in a Feature) or WKT.

    Args:
        system: the coordinates' system: WGS84, GCJ02 or BD09.

    Raises:
        BadShape: neither GeoJSON nor WKT, another kind of shape, outside the earth, not closed, or crossing itself.
    """
    return _checked(value, ("Polygon", "MultiPolygon"), _("边界应是 GeoJSON 的 Polygon 或 MultiPolygon（也可用 WKT），经度在前、纬度在后。"), system)


def line(value: Any, system: str = "WGS84") -> dict[str, Any]:
    """A LineString or MultiLineString in WGS 84 from GeoJSON (object or text, also in a Feature) or WKT.

    Args:
        system: the coordinates' system: WGS84, GCJ02 or BD09.

    Raises:
        BadShape: neither GeoJSON nor WKT, another kind of shape, or outside the earth.
    """
    return _checked(value, ("LineString", "MultiLineString"), _("线位应是 GeoJSON 的 LineString（也可用 WKT），经度在前、纬度在后。"), system)


def check_inside(made: dict[str, Any], city: BaseGeometry | None) -> None:
    """Refuse a shape that reaches more than 2 km over the city's boundary (None: the city is not drawn).

    Raises:
        BadShape: it says how far.
    """
    if city is None:
        return
    drawn = shape(made)
    scale = cos(radians(city.centroid.y))
    here, home = (shapely.transform(one, lambda xy: xy * (scale * DEGREE_M, DEGREE_M)) for one in (drawn, city))
    far = shapely.hausdorff_distance(here.difference(home), home) if not home.buffer(TOLERANCE_M).covers(here) else 0
    if not far:
        return
    raise BadShape(_("图形超出本市边界约 %(far).1f 公里，请核对坐标和坐标系。") % {"far": far / 1000})


def _checked(value: Any, kinds: tuple[str, ...], problem: str, system: str) -> dict[str, Any]:
    try:
        raw = _parsed(value)
        while raw.get("type") in ("Feature", "FeatureCollection"):
            raw = raw["geometry"] if raw["type"] == "Feature" else _only(raw["features"])
        if raw["type"] not in kinds:
            raise ValueError(raw["type"])
        open_ring = next(_open_rings(raw), 0)
        made: BaseGeometry = shapely.force_2d(shape(raw))
    except Exception as error:  # whatever is wrong inside a foreign file, the answer is the same
        raise BadShape(problem) from error
    if open_ring:
        raise BadShape(_("第 %(number)d 圈没有闭合：最后一点应与第一点相同，请补上。") % {"number": open_ring})
    if made.is_empty or shapely.get_num_coordinates(made) > MOST_CORNERS:
        raise BadShape(_("图形是空的，或顶点超过 %(most)d 个，请简化后重试。") % {"most": MOST_CORNERS})
    west, south, east, north = made.bounds
    if -90 <= west <= east <= 90 < south <= north <= 180:
        raise BadShape(_("看起来经度和纬度写反了：应经度在前、纬度在后，请对调。"))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadShape(_("图形的坐标超出经纬度范围，请确认是经纬度（度），且经度在前。"))
    if not made.is_valid:
        raise BadShape(_("图形不能用：%(reason)s。请修正后重试。") % {"reason": _reason(made)})
    if convert := _converter(system):
        made = shapely.transform(made, lambda xy: np.array([convert(x, y) for x, y in xy]))
    plain: dict[str, Any] = json.loads(json.dumps(mapping(made)))
    return rounded(plain)


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _WKT.match(value):
        return mapping(shapely.from_wkt(re.sub(r"^\s*SRID=\d+;", "", value, flags=re.IGNORECASE)))
    return json.loads(value)


def _open_rings(raw: dict[str, Any]) -> Iterator[int]:
    """Numbers (from 1) of the rings of a polygon whose last corner is not their first."""
    many = {"Polygon": [raw.get("coordinates")], "MultiPolygon": raw.get("coordinates")}.get(raw["type"], [])
    rings = [ring for part in many or [] for ring in part or []]
    yield from (number for number, ring in enumerate(rings, 1) if list(ring[0][:2]) != list(ring[-1][:2]))


def _reason(made: BaseGeometry) -> str:
    """What is wrong with a shape and where, in Chinese."""
    english = shapely.is_valid_reason(made)
    found = _WHERE.match(english)
    words = str(_WRONG.get(found[1] if found else english, _("边线自相交或不闭合")))
    return _("%(words)s（经度 %(lon).6f，纬度 %(lat).6f 处）") % {"words": words, "lon": float(found[2]), "lat": float(found[3])} if found else words


def _converter(system: str) -> Callable[[float, float], tuple[float, float]] | None:
    if system not in TO_WGS84:
        raise BadShape(_("坐标系应是 WGS84、GCJ02 或 BD09。"), field="system")
    return None if system == "WGS84" else TO_WGS84[system]


def as_text(shape: dict[str, Any]) -> str:
    """GeoJSON in one short line, for a cell of a sheet."""
    return json.dumps(rounded(shape), separators=(",", ":"))


def rounded(plain: dict[str, Any]) -> dict[str, Any]:
    """The shape with corners to the centimetre."""

    def tidy(part: Any) -> Any:
        return [tidy(one) for one in part] if isinstance(part, list | tuple) else round(part, DEGREE_PLACES)

    return {"type": plain["type"], "coordinates": tidy(plain["coordinates"])}


def _only(features: list[Any]) -> Any:
    if len(features) != 1:
        raise ValueError("one feature expected")
    return features[0]
