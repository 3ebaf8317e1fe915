"""Shapes as people hand them in: GeoJSON checked and put into one plain form. Pure."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from yipanqi.kernel.actions import Refused

#: A city's boundary has a few thousand corners; more is a mistake or an attack.
MOST_CORNERS = 50_000


class BadShape(Refused):
    """The shape cannot be used; the sentence says why."""


def polygon(value: Any) -> dict[str, Any]:
    """A Polygon or MultiPolygon in longitude and latitude from GeoJSON (object or text, also wrapped in a Feature).

    Raises:
        BadShape: not GeoJSON, another kind of shape, outside the earth, or crossing itself.
    """
    return _checked(value, ("Polygon", "MultiPolygon"), _("边界应是 GeoJSON 的 Polygon 或 MultiPolygon，经度在前、纬度在后。"))


def line(value: Any) -> dict[str, Any]:
    """A LineString or MultiLineString in longitude and latitude from GeoJSON (object or text, also in a Feature).

    Raises:
        BadShape: not GeoJSON, another kind of shape, or outside the earth.
    """
    return _checked(value, ("LineString", "MultiLineString"), _("线位应是 GeoJSON 的 LineString，经度在前、纬度在后。"))


def _checked(value: Any, kinds: tuple[str, ...], problem: str) -> dict[str, Any]:
    try:
        raw = json.loads(value) if isinstance(value, str) else value
        while raw.get("type") in ("Feature", "FeatureCollection"):
            raw = raw["geometry"] if raw["type"] == "Feature" else _only(raw["features"])
        if raw["type"] not in kinds:
            raise ValueError(raw["type"])
        made: BaseGeometry = shapely.force_2d(shape(raw))
    except Exception as error:  # whatever is wrong inside a foreign file, the answer is the same
        raise BadShape(problem) from error
    if made.is_empty or shapely.get_num_coordinates(made) > MOST_CORNERS:
        raise BadShape(_("图形是空的，或顶点超过 %(most)d 个，请简化后重试。") % {"most": MOST_CORNERS})
    west, south, east, north = made.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadShape(_("图形的坐标超出经纬度范围，请确认是经纬度（度），且经度在前。"))
    if not made.is_valid:
        reason = shapely.is_valid_reason(made)
        raise BadShape(_("图形的边线自相交或不闭合，请修正后重试（%(reason)s）。") % {"reason": reason})
    plain: dict[str, Any] = json.loads(json.dumps(mapping(made)))
    return plain


def _only(features: list[Any]) -> Any:
    if len(features) != 1:
        raise ValueError("one feature expected")
    return features[0]
