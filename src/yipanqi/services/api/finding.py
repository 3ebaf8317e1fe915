"""What the names that programs send stand for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from yipanqi.activities.models import Activity
from yipanqi.kernel.actions import Refused
from yipanqi.services import selectors
from yipanqi.services.models import Complaint, Item, Lecturer, Offer, Request
from yipanqi.teams.models import ServiceKind


def order_of(request: HttpRequest, number: str) -> Request:
    """An order that the caller sees. Raises Http404."""
    found = selectors.visible_to(request.user).select_related("item", "kind", "area", "team", "host", "station", "activity", "offer").filter(number=number).first()
    if found is None:
        raise Http404(_("没有这一单，或您无权查看"))
    return found


def offer_of(request: HttpRequest, code: str) -> Offer:
    """An offer that the caller looks after. Raises Http404."""
    found = selectors.offers_visible_to(request.user).filter(code=code).first()
    if found is None:
        raise Http404(_("没有这份供单，或您无权查看"))
    return found


def named(model: Any, name: str | None, column: str, sentence: Any, field: str) -> Any:
    """The row with a name, None where none is named. Raises Refused for an unknown one."""
    if name is None:
        return None
    found = model.objects.filter(**{column: name}).first()
    if found is None:
        raise Refused(sentence, field=field)
    return found


def item(code: str | None) -> Any:
    """A dish of the menu."""
    return named(Item, code, "code", _("菜单上没有这个项目。"), "item")


def kind(key: str | None) -> Any:
    """A kind of service."""
    return named(ServiceKind, key, "key", _("没有这个服务类别。"), "kind")


def offer(code: str | None) -> Any:
    """An offer."""
    return named(Offer, code, "code", _("没有这份供单。"), "offer")


def lecturer(code: str | None) -> Any:
    """A lecturer."""
    return named(Lecturer, code, "code", _("没有这位宣讲员。"), "lecturer")


def activity(code: str) -> Any:
    """An activity."""
    return named(Activity, code, "code", _("没有这个活动。"), "activity")


def area(code: str | None) -> Any:
    """A division."""
    found = selectors.area_named(code) if code else None
    if code and found is None:
        raise Refused(_("没有这个区划代码。"), field="area")
    return found


def party(key: str) -> Any:
    """A team or station."""
    found = selectors.party_of(key)
    if found is None:
        raise Refused(_("没有这支队伍（实践站），请写成 team:编码 或 station:编码。"), field="party")
    return found


def complaint_of(request: HttpRequest, uuid: UUID) -> Complaint:
    """A complaint that the caller sees. Raises Http404."""
    found = selectors.complaints_visible_to(request.user).filter(uuid=uuid).first()
    if found is None:
        raise Http404(_("没有这条投诉，或您无权查看"))
    return found
