"""Ordering 点单, by oneself or by proxy, and what the station does before it is given out."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Role, User
from yipanqi.places.models import Area
from yipanqi.services import selectors
from yipanqi.services.actions.steps import hosts, need, new_code, new_number, people_for, tell
from yipanqi.services.catalogue import MAKE_ORDERS
from yipanqi.services.models import Form, Item, Offer, Part, Request
from yipanqi.services.states import REQUEST, DispatchState, RequestState
from yipanqi.teams.models import ServiceKind

PRIVATE = ("text", "address", "contact_name", "contact_phone", "lon", "lat")
PHONE = re.compile(r"^\+?[\d\s()-]{5,24}$")
MOST_PEOPLE = 100_000


@action(private=PRIVATE)
def ask(_nothing: None, *, by: Actor, at: dt.datetime, **facts: Any) -> Request:
    """Somebody orders something for themselves or their community, without an account; the code lets them follow it.

    Args:
        facts: as `_order` takes them.

    Raises:
        Refused: what is asked cannot be: no telephone, a day gone by, nothing on the menu.
    """
    program = isinstance(by, User) and Role.API in by.roles
    return _order(source=Request.Source.PROGRAM if program else Request.Source.ONLINE, at=at, **facts)


@action(private=PRIVATE)
def ask_by_proxy(_nothing: None, *, by: Actor, at: dt.datetime, **facts: Any) -> Request:
    """A station, the centre or the telephone desk orders for somebody 代点单, who gets the code all the same.

    Raises:
        Refused: as in `ask`.
    """
    phoned = facts.pop("phoned", False)
    made = _order(source=Request.Source.PHONE if phoned else Request.Source.STATION, at=at, **facts)
    if made.entered_by_id is None and isinstance(by, User):
        made.entered_by_id = by.pk
        made.save(update_fields=["entered_by"])
    return made


def _order(
    *, source: str, item: Item | None = None, offer: Offer | None = None, kind: ServiceKind | None = None, text: str = "", people: int = 1, asker: str = "",
    wished_from: dt.date, wished_until: dt.date | None = None, wished_part: str = "", area: Area, address: str = "", lon: float | None = None,
    lat: float | None = None, contact_name: str = "", contact_phone: str = "", private: bool = False, attempt: UUID | None = None, at: dt.datetime,
) -> Request:  # fmt: skip
    """Store an order; the same `attempt` sent again gives the order it made before."""
    if attempt is not None and (before := Request.objects.filter(attempt=attempt).first()) is not None:
        return before
    item, kind = _wanted(item, offer, kind, at)
    until, today = wished_until or wished_from, timezone.localdate(at)
    if why := selectors.wrong_wish(wished_from, until, today):
        raise Refused(why, field="wished_until" if wished_until else "wished_from")
    if wished_part and wished_part not in Part.values:
        raise Refused(_("请从列表中选择时段。"), field="wished_part")
    if not 1 <= people <= MOST_PEOPLE:
        raise Refused(_("人数应在 1 到 %(most)d 之间。") % {"most": MOST_PEOPLE}, field="people")
    if item is not None and item.form == Form.HOME and not selectors.plain(address):
        raise Refused(_("上门服务请填写地址。"), field="address")
    if item is None:
        text = need(text, "text", _("请写明需要什么帮助。"))
    state = RequestState.ASKED if policy_value(MAKE_ORDERS.key) else RequestState.OPEN
    made = Request(
        number=new_number(at), code=new_code(), state=state, source=source, item=item, offer=offer, kind=kind, text=selectors.plain(text)[:2000], people=people,
        private=bool(private) or (item is not None and item.private), asker=selectors.plain(asker)[:60],
        wished_from=max(wished_from, today), wished_until=until, wished_part=wished_part, area=area, address=selectors.plain(address)[:200],
        station=selectors.station_of(area), asked_at=at, attempt=attempt, **_position(lon, lat), **_contact(contact_name, contact_phone),
    )  # fmt: skip
    made.save(force_insert=True)
    tell("asked", made, hosts(made), at, form="make" if state == RequestState.ASKED else "open")
    return made


def _wanted(item: Item | None, offer: Offer | None, kind: ServiceKind | None, at: dt.datetime) -> tuple[Item | None, ServiceKind]:
    """The dish and its kind. Raises Refused where it is off the menu or nothing was chosen."""
    if offer is not None:
        if not selectors.can_serve_today(timezone.localdate(at)).filter(pk=offer.pk).exists():
            raise Refused(_("这份供单已经停止，请选别的。"), field="offer")
        item = offer.item
    if item is None:
        if kind is None:
            raise Refused(_("请从菜单中选一项，或者选一个类别、写明需要什么。"), field="item")
        return None, kind
    if item.retired_on is not None:
        raise Refused(_("“%(item)s”已经下架，请从菜单中选别的项目。") % {"item": item.title}, field="item")
    return item, item.kind


def _position(lon: float | None, lat: float | None) -> dict[str, float | None]:
    if lon is None or lat is None:
        return {"lon": None, "lat": None}
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused(_("位置超出范围：经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间。"), field="lon")
    return {"lon": lon, "lat": lat}


def _contact(name: str, phone: str) -> dict[str, str]:
    """Who is called before the visit. Raises Refused without a telephone that can be called."""
    phone = selectors.plain(phone)
    if not PHONE.match(phone):
        raise Refused(_("请填写能打通的电话，只能有数字，服务前要联系。"), field="contact_phone")
    return {"contact_name": selectors.plain(name)[:40], "contact_phone": phone, "phone_hash": selectors.phone_hash(phone)}


@action
def make_order(request: Request, *, plan: str, item: Item | None = None, by: Actor, at: dt.datetime) -> Request:
    """The station looked into it and wrote down what is to be done 制单; now it can be given out.

    Raises:
        WrongState: it is made already, or ended. Refused: no plan.
    """
    REQUEST.move(request, "make_order")
    request.plan = need(plan, "plan", _("请写明服务方案：做什么、几个人、带什么。"))
    if item is not None:
        request.item, request.kind, request.private = item, item.kind, request.private or item.private
    request.save()
    return request


@action
def decline(request: Request, *, reason: str, by: Actor, at: dt.datetime) -> Request:
    """It is not what volunteers do; the one who asked reads why, nobody else.

    Raises:
        WrongState: it was given out or ended. Refused: no reason.
    """
    REQUEST.move(request, "decline")
    return end(request, need(reason, "reason", _("请写明原因，点单人会看到。"), 200), at)


@action
def cancel(request: Request, *, reason: str = "", by: Actor, at: dt.datetime) -> Request:
    """Whoever asked does not need it any more; a party that has it is told.

    Raises:
        WrongState: it was served or ended.
    """
    REQUEST.move(request, "cancel")
    waiting = selectors.waiting_dispatch(request)
    party = request.party or (waiting.party if waiting is not None else None)
    if waiting is not None:
        waiting.state, waiting.answered_at = DispatchState.RECALLED, at
        waiting.save(update_fields=["state", "answered_at"])
    end(request, selectors.plain(reason)[:200], at)
    if party is not None:
        tell("changed", request, people_for(party), at, form="cancelled")
    return request


def end(request: Request, why: str, at: dt.datetime) -> Request:
    """Store an end other than service."""
    request.ended_at, request.ended_why = at, why
    request.save()
    return request
