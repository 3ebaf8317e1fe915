"""The menu is kept by the centre, offers by whoever gives them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.series import next_number
from yipanqi.places.models import Area
from yipanqi.services.actions.steps import need
from yipanqi.services.models import Form, Item, Lecturer, Offer, Part
from yipanqi.services.selectors import plain
from yipanqi.services.states import OFFER
from yipanqi.teams.models import ServiceKind, Station, Team


@action
def add_item(_nothing: None, *, code: str, title: str, kind: ServiceKind, sort: str = Item.Sort.SERVICE, by: Actor, at: dt.datetime, **facts: Any) -> Item:
    """A dish comes onto the menu. `facts`: about, form, minutes, for_whom, private.

    Raises:
        Refused: no title, or a code that is taken.
    """
    code = need(code, "code", _("请填写编码。"), 40)
    if Item.objects.filter(code=code).exists():
        raise Refused(_("编码“%(code)s”已经用过，请换一个。") % {"code": code}, field="code")
    return _keep_item(Item(code=code), title=title, kind=kind, sort=sort, **facts)


@action
def change_item(item: Item, *, title: str, kind: ServiceKind, sort: str = Item.Sort.SERVICE, by: Actor, at: dt.datetime, **facts: Any) -> Item:
    """A dish is described anew; orders already made keep their own words.

    Raises:
        Refused: no title.
    """
    return _keep_item(item, title=title, kind=kind, sort=sort, **facts)


def _keep_item(
    item: Item, *, title: str, kind: ServiceKind, sort: str, about: str = "", form: str = Form.SITE, minutes: int = 60, for_whom: str = "", private: bool = False
) -> Item:
    item.title, item.kind, item.about, item.for_whom = need(title, "title", _("请填写项目名称。"), 60), kind, plain(about)[:1000], plain(for_whom)[:80]
    if sort not in Item.Sort.values or form not in Form.values:
        raise Refused(_("请从列表中选择种类和方式。"), field="form")
    if not 5 <= minutes <= 600:
        raise Refused(_("时长应在 5 到 600 分钟之间。"), field="minutes")
    item.sort, item.form, item.minutes, item.private = sort, form, minutes, private
    item.save()
    return item


@action
def retire_item(item: Item, *, by: Actor, at: dt.datetime) -> Item:
    """A dish leaves the menu; who ordered it is still served.

    Raises:
        Conflict: it left before.
    """
    if item.retired_on is not None:
        raise Conflict(_("这个项目已经下架。"))
    item.retired_on = timezone.localdate(at)
    item.save(update_fields=["retired_on"])
    return item


@action
def add_offer(
    party: Team | Station, *, item: Item, lecturer: Lecturer | None = None, from_on: dt.date | None = None, until_on: dt.date | None = None, capacity: int = 0,
    hours: dict[str, list[str]] | None = None, area: Area | None = None, note: str = "", by: Actor, at: dt.datetime,
) -> Offer:  # fmt: skip
    """A team or a station says that it can give a dish 供单, maybe by one of its lecturers.

    Raises:
        Refused: the dish is off the menu or given already by them, a lecture without a lecturer's own team, a wrong period.
    """
    if item.retired_on is not None:
        raise Refused(_("这个项目已经下架，请选别的项目。"), field="item")
    if lecturer is not None and (not isinstance(party, Team) or lecturer.team_id != party.pk or lecturer.left_on is not None):
        raise Refused(_("宣讲员不在这支队伍，或者已经出库。"), field="lecturer")
    team, station = (party, None) if isinstance(party, Team) else (None, party)
    if Offer.objects.filter(item=item, team=team, station=station, lecturer=lecturer).exclude(state="ended").exists():
        raise Refused(_("已经提供了“%(item)s”，不必重复。") % {"item": item.title}, field="item")
    today = timezone.localdate(at)
    offer = Offer(code=f"G{today.year}-{next_number(f'services.offers.{today.year}'):05d}", item=item, team=team, station=station, lecturer=lecturer, made_at=at)
    return _keep_offer(offer, from_on or today, until_on, capacity, hours, area, note)


@action
def change_offer(
    offer: Offer, *, from_on: dt.date | None = None, until_on: dt.date | None = None, capacity: int = 0, hours: dict[str, list[str]] | None = None,
    area: Area | None = None, note: str = "", by: Actor, at: dt.datetime,
) -> Offer:  # fmt: skip
    """When, where and for how many an offer stands.

    Raises:
        Refused: as in `add_offer`; Conflict: it has ended.
    """
    if offer.state == "ended":
        raise Conflict(_("这份供单已经下架，请重新提供。"))
    return _keep_offer(offer, from_on or offer.from_on, until_on, capacity, hours, area, note)


def _keep_offer(offer: Offer, from_on: dt.date, until_on: dt.date | None, capacity: int, hours: dict[str, list[str]] | None, area: Area | None, note: str) -> Offer:
    if until_on is not None and until_on < from_on:
        raise Refused(_("截止日期早于开始日期，请更正。"), field="until_on")
    if not 0 <= capacity <= 100_000:
        raise Refused(_("人数应在 0 到 100000 之间，0 为不限。"), field="capacity")
    offer.hours, offer.from_on, offer.until_on, offer.capacity = _pattern(hours or {}), from_on, until_on, capacity
    offer.area, offer.note = area, plain(note)[:200]
    offer.save()
    return offer


def _pattern(hours: dict[str, list[str]]) -> dict[str, list[str]]:
    """A weekly pattern in its order. Raises Refused for days or parts that do not exist."""
    if not isinstance(hours, dict) or not set(hours) <= set("1234567") or not all(isinstance(p, list) and set(p) <= set(Part.values) for p in hours.values()):
        raise Refused(_("每周可服务时间有误，请从列表中选择。"), field="hours")
    return {day: [part for part in Part.values if part in hours[day]] for day in sorted(hours) if hours[day]}


@action
def pause_offer(offer: Offer, *, by: Actor, at: dt.datetime) -> Offer:
    """Nobody orders it for a while.

    Raises:
        WrongState: it is not open.
    """
    OFFER.move(offer, "pause_offer")
    offer.save(update_fields=["state"])
    return offer


@action
def resume_offer(offer: Offer, *, by: Actor, at: dt.datetime) -> Offer:
    """It can be ordered again.

    Raises:
        WrongState: it is not paused.
    """
    OFFER.move(offer, "resume_offer")
    offer.save(update_fields=["state"])
    return offer


@action
def end_offer(offer: Offer, *, by: Actor, at: dt.datetime) -> Offer:
    """It is given no more.

    Raises:
        WrongState: it has ended already.
    """
    OFFER.move(offer, "end_offer")
    offer.until_on = max(offer.from_on, timezone.localdate(at))
    offer.save(update_fields=["state", "until_on"])
    return offer
