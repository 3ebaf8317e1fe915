"""Brand projects 品牌项目; activities and their results point to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.teams.actions.filling import check_linked, check_own, check_there, fill, given_code, last_day
from yipanqi.teams.models import Brand, ServiceKind, Station, Team

BRAND_FIELDS = ("name", "intro", "kind", "team", "station", "started_on")


@action
def add_brand(
    _none: None, *, code: str = "", name: str, kind: ServiceKind, started_on: dt.date, intro: str = "", team: Team | None = None,
    station: Station | None = None, by: Actor, at: dt.datetime,
) -> Brand:  # fmt: skip
    """A new brand project such as 孝老饭庄: what it gives, which team or station carries it. A blank code gets the next number.

    Raises:
        CodeTaken: another project has the code.
        Ended: the kind, team or station is no more.
        Refused: a blank name.
    """
    brand = Brand(code=given_code(Brand, code, "P"))
    fill(brand, {"name": name, "kind": kind, "started_on": started_on, "intro": intro, "team": team, "station": station}, BRAND_FIELDS)
    return _kept(brand, at)


@action
def change_brand(brand: Brand, *, by: Actor, at: dt.datetime, **changes: Any) -> Brand:
    """Change what is known of a project. Refused: as `add_brand`, or a station hands it to one that is not its own."""
    check_there(brand, at)
    fill(brand, changes, BRAND_FIELDS)
    check_own(brand.station, by)
    return _kept(brand, at)


@action
def end_brand(brand: Brand, *, on: dt.date, by: Actor, at: dt.datetime) -> Brand:
    """End a project; the day before `on` is its last. Raises Ended where that was said before."""
    last_day(brand, on)
    brand.save()
    return brand


def _kept(brand: Brand, at: dt.datetime) -> Brand:
    for field in ("kind", "team", "station"):
        check_linked(getattr(brand, field), field, at)
    brand.save()
    return brand
