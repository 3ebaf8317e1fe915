"""The pattern of a series: what each of its activities begins as, stored as plain values and read as `add_activity` takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.places.models import Area, Place
from yipanqi.teams.models import Brand, ServiceKind

PLAIN = ("title_en", "about", "about_en", "risks", "address", "lon", "lat", "min_age", "training", "insurance")


def stored(*, kind: ServiceKind, level: str, shifts: list[dict[str, Any]], opened: bool = True, brand: Brand | None = None, area: Area | None = None, place: Place | None = None, **plain: Any) -> dict[str, Any]:
    """The pattern as plain values. `shifts`: from, to (times of day), place_name, place (code), lon, lat, roles.

    Raises:
        Refused: no shift, or times that cannot be.
    """
    unknown = set(plain) - set(PLAIN)
    if unknown:
        raise TypeError(f"unknown arguments {sorted(unknown)}")
    if not shifts:
        raise Refused(_("请至少安排一个班次。"), field="shifts")
    lines = [{**one, "from": _clock(one["from"]), "to": _clock(one["to"])} for one in shifts]
    if any(line["from"] >= line["to"] for line in lines):
        raise Refused(_("班次的结束时间应晚于开始时间（当天之内）。"), field="shifts")
    return {
        **{name: value for name, value in plain.items() if value not in (None, "")}, "kind": kind.key, "level": level, "opened": opened, "shifts": lines,
        "brand": brand.code if brand else "", "area": area.code if area else "", "place": place.code if place else "",
    }  # fmt: skip


def _clock(value: Any) -> str:
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)


def moment(day: dt.date, clock: str) -> dt.datetime:
    """A time of day of the city on a day."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), timezone.get_default_timezone())


def described(pattern: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of each activity, with the things that the pattern names. Raises LookupError for a kind that is gone."""
    kind = ServiceKind.objects.filter(key=pattern["kind"]).first()
    if kind is None:
        raise LookupError(pattern["kind"])
    named = {"brand": Brand.objects.filter(code=pattern.get("brand", "")).first(), "area": Area.objects.filter(code=pattern.get("area", "")).first(), "place": Place.objects.filter(code=pattern.get("place", "")).first()}
    return {"kind": kind, "level": pattern["level"], **{name: pattern[name] for name in PLAIN if name in pattern}, **named}


def shifts_on(pattern: Mapping[str, Any], day: dt.date) -> list[dict[str, Any]]:
    """The shifts of one day, as `add_shift` takes them."""
    codes = {one.get("place") for one in pattern["shifts"]} - {None, ""}
    places = {place.code: place for place in Place.objects.filter(code__in=codes)} if codes else {}
    return [
        {
            "starts_at": moment(day, one["from"]), "ends_at": moment(day, one["to"]), "roles": one["roles"], "place_name": one.get("place_name", ""),
            "place": places.get(one.get("place") or ""), "lon": one.get("lon"), "lat": one.get("lat"),
        }
        for one in pattern["shifts"]
    ]  # fmt: skip
