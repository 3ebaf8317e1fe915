"""What all actions of the register check before they write: codes, names, days, trees, positions, and whose it is."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.permissions import why_not
from yipanqi.kernel.series import next_number
from yipanqi.teams.models import Station

CODE = re.compile(r"[\w.-]{1,40}")


class CodeTaken(Conflict):
    """Another of its kind already has the code."""

    message = gettext_lazy("该编码已被使用，请换一个编码")


class Ended(Conflict):
    """It has ended; nothing new can be put on it."""

    message = gettext_lazy("它已经注销、撤销或结束，不能再办理")


def given_code(model: type[Model], code: str, prefix: str) -> str:
    """The code as stored; a blank one becomes the next number behind `prefix`.

    Raises:
        Refused: other signs than letters, digits, dot, dash and underscore.
        CodeTaken: another has it.
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", code or ""))
    taken = model._default_manager.filter
    while not text:
        made = f"{prefix}{next_number(model._meta.label_lower):05d}"
        text = "" if taken(code=made).exists() else made
    if not CODE.fullmatch(text):
        raise Refused(_("编码只能用文字、数字、点、横线和下划线，最多 40 个字"), field="code")
    if taken(code=text).exists():
        raise CodeTaken(field="code")
    return text


def fill(thing: Any, changes: Mapping[str, Any], allowed: Iterable[str], named: str = "name") -> None:
    """Set the given fields; TypeError for others. Refused: a blank name."""
    if unknown := set(changes) - set(allowed):
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    if named in changes and not str(changes[named]).strip():
        raise Refused(_("名称不能为空"), field=named)
    for key, value in changes.items():
        setattr(thing, key, value.strip() if isinstance(value, str) else value)


def check_there(thing: Any, at: dt.datetime) -> None:
    """Raises Ended where the thing is no more."""
    last = getattr(thing, thing.ended)
    if last is not None and last <= timezone.localdate(at):
        raise Ended()


def check_linked(link: Any, field: str, at: dt.datetime) -> None:
    """What is pointed to has not ended. Raises Ended."""
    if link is not None and (last := getattr(link, link.ended)) is not None and last <= timezone.localdate(at):
        raise Ended(_("“%(name)s”已经注销、撤销或结束，请另选") % {"name": link}, field=field)


def check_circle(thing: Any, parent: Any) -> None:
    """A parent must not be the thing itself nor stand below it. Raises Refused."""
    above = parent
    while above is not None:
        if thing.pk is not None and above.pk == thing.pk:
            raise Refused(_("上级不能是它自己或它的下级"), field="parent")
        above = above.parent


def check_position(thing: Any) -> None:
    """Longitude and latitude come together and lie on the earth. Raises Refused."""
    lon, lat = thing.lon, thing.lat
    if (lon is None) != (lat is None):
        raise Refused(_("经度和纬度要么都填，要么都不填"), field="lon")
    if lon is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused(_("经纬度超出范围，请核对"), field="lon")


def last_day(thing: Any, on: dt.date) -> None:
    """End the thing on a day, the first on which it is no more.

    Raises:
        Ended: it has an end already.
        Refused: the day lies before its beginning.
    """
    if getattr(thing, thing.ended) is not None:
        raise Ended()
    begun = getattr(thing, thing.begun) if thing.begun else None
    if begun is not None and on < begun:
        raise Refused(_("结束日期不能早于开始日期 %(day)s") % {"day": begun.isoformat()}, field="on")
    setattr(thing, thing.ended, on)


def check_own(station: Station | None, by: Actor) -> None:
    """Whoever is not the centre puts things only on stations that they run. Raises Refused."""
    if by.has_perm("teams.add_station"):
        return
    if station is None or not by.has_perm("teams.change_station", station):
        raise Refused(_("请选择您管理的文明实践所（站）：%(why)s") % {"why": why_not("teams.change_station")}, field="station")
